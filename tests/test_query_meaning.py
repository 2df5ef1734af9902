"""One meaning of a query: what the library answers is what a look at every fact gives; and the page tells the truth."""

from __future__ import annotations

import re
from datetime import date
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import digest, entry, home, incoming
from tests.oracle import Facts, facts_of, listed
from tests.test_query import ASKED, PAGE, TODAY, VIEWS, read, tables
from tests.tried import examples
from tui_digest import query
from tui_digest.library import Library
from tui_digest.models import Entry, Learned
from tui_digest.query import FIELDS, Asked
from tui_digest.store import search as search_module
from tui_digest.store.column_file import load_blocks
from tui_digest.store.importing import Import
from tui_digest.store.registry import Registered, adding
from tui_digest.store.shards import Shards

# The page that tells the language: its library, made for real


def bring(library: Library, path: str, parsed: object, added: date) -> None:
    paths = library.paths
    Import(paths, Shards(paths.shards, None), [], today=added).run([incoming(path, parsed)])  # type: ignore[arg-type]


RLCD = "RLCD: Reinforcement Learning from Contrast Distillation for Language Model Alignment"
ENTRIES = {
    "mamba": entry(
        "Mamba: Linear-Time Sequence Modeling with Selective State Spaces",
        authors=["Albert Gu", "Tri Dao"],
        tags=["ssm", "efficiency"],
        abstract="A state space model whose parameters depend on the input; its time is linear in the length.",
    ),
    "again": entry(RLCD, tags=["alignment"]),
    "rlcd": entry(
        RLCD,
        arxiv="2307.12950",
        authors=["Kevin Yang", "Dan Klein", "Yuandong Tian"],
        tags=["ai-feedback", "rl"],
        abstract="Pairs of answers are made with two opposite prompts, so nobody has to label them.",
        votes=12,
    ),
    "llama": entry(
        "Llama 2: Open Foundation and Fine-Tuned Chat Models",
        arxiv="2307.09288",
        authors=["Hugo Touvron", "Louis Martin"],
        tags=["llm", "rlhf"],
        links=[("https://github.com/meta-llama/llama", "Code")],
        votes=45,
        commentary="채팅 모델을 사람의 선호로 다듬는 과정을 자세히 적었다.",
    )._replace(section="Chat models"),
    "dpo": entry(
        "Direct Preference Optimization: Your Language Model is Secretly a Reward Model",
        arxiv="2305.18290",
        authors=["Rafael Rafailov", "Archit Sharma"],
        tags=["rlhf", "preference learning"],
        votes=30,
        commentary="강화학습 없이 사람의 선호를 바로 배운다.",
    ),
    "attention": entry(
        "Attention Is All You Need",
        arxiv="1706.03762",
        authors=["Ashish Vaswani", "Noam Shazeer"],
        tags=["transformer", "attention"],
    ),
    "talk": entry(
        "Notes on GPT-4: a talk", links=[("https://a.example/1", None), ("https://a.example/2", None)]
    )._replace(date=date(2023, 11, 15)),
}
DIGESTS = {
    "mamba": ("digests/2023-12-05.txt", "2023년 12월 5일", "2023-12-05", 1, date(2023, 12, 5)),
    "again": ("digests/2023-12-03.txt", "2023년 12월 3일", "2023-12-03", 1, date(2023, 12, 3)),
    "rlcd": ("digests/2023-07-w5.txt", "2023년 7월 5주차", "2023-07-23", 7, date(2023, 12, 1)),
    "llama": ("digests/2023-07-w4.txt", "2023년 7월 4주차", "2023-07-16", 7, date(2023, 12, 1)),
    "dpo": ("digests/2023-06-w1.txt", "2023년 6월 1주차", "2023-05-28", 7, date(2023, 12, 4)),
    "attention": ("digests/2017-06-w3.txt", "2017년 6월 3주차", "2017-06-11", 7, TODAY),
    "talk": ("notes/talks.md", "Talks", None, 1, date(2023, 11, 20)),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The library that docs/query.md asks, on its day."""
    paths = home(tmp_path_factory.mktemp("page"))
    made = Library.open(paths, starters=False)
    for name, (path, title, start, days, added) in DIGESTS.items():
        bring(made, path, digest(ENTRIES[name], start=start, days=days, title=title), added)
    noon = 86_400 * (TODAY - date(1970, 1, 1)).days + 43_200
    found = Library.open(paths, starters=False, clock=lambda: float(noon))
    keys = {name: found.lists.find(each.title or "") or "" for name, each in ENTRIES.items()}
    found.marks.star([keys["rlcd"], keys["dpo"]], True)
    for name in ("talk", "mamba", "llama"):
        found.marks.set_fields(keys[name], ["later"], True)
    found.marks.mark_read([keys["llama"], keys["dpo"], keys["attention"]], True)
    found.marks.note(keys["rlcd"], "compare with DPO")
    found.marks.note(keys["attention"], "the baseline for all that came after")
    found.marks.set_tags(keys["dpo"], ["todo"])
    said = Learned("2023-12-08", ENTRIES["attention"].title, published="2017-06-12", updated="2023-08-02")
    found.metadata.learn({keys["attention"]: said})
    came_in(found, "2023-W49", keys["mamba"])
    found._store.set_all(adding(Registered("Weeks", "digests")))
    return found


def came_in(library: Library, week: str, *keys: str) -> None:
    library.imports.arrivals.add({week: keys})
    library.imports.look_at_arrivals()


EXAMPLES = [
    (row[0].strip("`"), row[1])
    for table in tables(PAGE)
    if table[0][0] == "query"
    for row in table[2:]
    if len(row) == 3
]


def asked_of(library: Library, asked: Asked, week: str | None = None) -> list[int]:
    """The places, in the list of all weeks, of what the library answers."""
    everything = [(each.digest.id, each.entry) for each in library.lists.all_sightings()]
    rows = library.lists.entries(week, asked)
    found = [rows.sighting(place) for place in range(len(rows))]
    return [everything.index((each.digest.id, each.entry)) for each in found]


def test_the_page_has_its_examples() -> None:
    assert len(EXAMPLES) > 50
    used = {name for text, _ in EXAMPLES for name in re.findall(r"([a-z]+):", text)}
    assert set(FIELDS) <= used


def test_the_page_shows_the_library_that_is_asked() -> None:
    shown = {row[0]: row for row in tables(PAGE)[0][2:]}
    assert list(shown) == list(ENTRIES)
    for name, each in ENTRIES.items():
        _, title, authors, tags, its_digest = shown[name]
        assert (title, authors, tags) == (each.title, ", ".join(each.authors), ", ".join(each.tags))
        assert its_digest.removesuffix(" (undated)") == DIGESTS[name][1]


@pytest.mark.parametrize(("text", "names"), EXAMPLES)
def test_the_examples_of_the_page(library: Library, text: str, names: str) -> None:
    asked = query.read(text, today=TODAY, views=VIEWS, weeks=library.lists.week_named)
    found = asked_of(library, asked)
    assert " ".join([*ENTRIES][place] for place in found) == names.replace("—", "")
    assert found == listed(asked, facts_of(library))


# Any query over any library

TITLES = [
    "Attention over long documents with sparse memory",
    "강화 학습으로 다듬은 언어 모델의 한계와 보상 모델",
    "Café-style retrieval for title generation tasks",
    None,
]
URLS = [
    "https://arxiv.org/abs/2403.00001",
    "https://arxiv.org/abs/2403.00002v2",
    "https://arxiv.org/abs/math.GT/0309136",
    "https://doi.org/10.1145/3442188.3445922",
    "https://www.example.org/posts/a-long-one",
    None,
]
NAMES = ["a b", "Tri Dao", "강화학습", "ＲＬ", "rl", "title", "보상 모델", "arxiv"]
TEXTS = [None, "the title says arXiv:2403.00001", "가 나 ㅎㅅ", "A  b\nC"]
SOME_LINKS = [
    ("https://github.com/x/y", "Code"),
    ("http://h.io/z", None),
    ("https://arxiv.org/abs/2403.00002", "paper"),
]
OWN_DAYS = [None, date(2023, 7, 24), date(2017, 6, 11)]
SAID = {
    "arxiv:2403.00001": Learned("2023-12-08", "Said elsewhere", published="2023-07-23", updated="2023-07-24"),
    "arxiv:math/0309136": Learned("2023-12-08", "Said: title", published="2017-06-11"),
}
"""What arXiv says of some papers."""
ENTRY = st.builds(
    lambda title, url, arxiv, section, day, **rest: entry(title, url=url, arxiv=arxiv, **rest)._replace(
        section=section, date=day
    ),
    title=st.sampled_from(TITLES), url=st.sampled_from(URLS), arxiv=st.none(),
    section=st.sampled_from([None, "Vision a"]), day=st.sampled_from(OWN_DAYS),
    tags=st.lists(st.sampled_from(NAMES), max_size=2, unique=True),
    authors=st.lists(st.sampled_from(NAMES), max_size=2, unique=True),
    links=st.lists(st.sampled_from(SOME_LINKS), max_size=2, unique=True),
    commentary=st.sampled_from(TEXTS), abstract=st.sampled_from(TEXTS),
    votes=st.sampled_from([None, 0, 3, 30]), fallback=st.sampled_from([None, "a file"]),
).map(lambda made: made._replace(arxiv_id=_id_of(made)))  # fmt: skip
DIGEST = st.tuples(
    st.sampled_from([None, "2023-07-23", "2023-07-24", "2023-06-01", "2017-06-11"]),
    st.sampled_from([1, 7]),
    st.sampled_from(["2023년 7월 5주차", "Daily  a"]),
    st.sampled_from([date(2023, 12, 8), date(2023, 11, 20)]),
    st.lists(ENTRY, min_size=1, max_size=3),
)
MARKS = st.lists(st.tuples(st.sampled_from(["star", "read", "note", "tag", "later"]), st.integers(0, 8)), max_size=5)
TERMS = """
    title "arxiv:2403" has:arxiv -has:arxiv 2403 2403.00001 arxiv:2403.00001 arxiv:math.GT/0309136 arxiv:math/0309136
    arxiv arxiv:2403.00002 doi 10.1145 0309136 ㅂㅅ ㅎㅅ title:ㅂㅅ tag:rl tag:ＲＬ #강화학습 강화학습 강화 cafe café
    author:=title author:dao seen:>=2 seen:1 sort:seen -seen:2 digest:a digest:b.txt github.com code h.io paper
    section:vision title:title title:2403 title:file file note:가 가 is:noted tag:todo todo ㅌㄷ 태도 sort:title
    sort:-title sort:author sort:-date sort:added sort:votes votes:0 has:link has:abstract week:2023-W30 week:undated
    is:tagged limit:2 date:2023-07-24 added:<7d -(title|rl) example.org www.example
    published:2023-07 published:2017.. published:<2023-07-24 -published:2017 updated:2023-07-24 -updated:<9999 said
    is:later -is:later sort:waiting sort:-waiting is:new -is:new source:d -source:c source:e""".split()
PHRASES = [
    'author:="TRI DAO"',
    'digest:="daily a"',
    '"c a"',
    '"a b"',
    '"보상 모델"',
    'tag:"보상 모델"',
    'note:"가 나 t"',
]
TYPED = st.sampled_from([*TERMS, *PHRASES])


def _field(text: str) -> str:
    """A query sorts and cuts off once."""
    return text.partition(":")[0] if text.startswith(("sort:", "limit:")) else text


def _id_of(made: Entry) -> str | None:
    from tui_digest.identity import arxiv_id

    found = arxiv_id(made.url or "")
    return found[0] if found else None


def marked(library: Library, marks: list[tuple[str, int]]) -> None:
    keys = [each.key for each in library.lists.all_sightings()]
    for act, number in marks:
        key = keys[number % len(keys)]
        if act == "star":
            library.marks.star([key], True)
        elif act == "read":
            library.marks.mark_read([key], True)
        elif act == "note":
            library.marks.note(key, "가  나 title\nb")
        elif act == "later":
            library.marks.set_fields(key, ["later"], True)
        else:
            library.marks.set_tags(key, ["todo", "태도"])


@pytest.fixture(scope="module", params=["scanned", "indexed"])
def mixed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Library:
    """A library with every title beside every address, some papers in two digests, some twice in one."""
    made = Library.open(home(tmp_path_factory.mktemp("mixed")), starters=False)
    entries = [
        entry(
            title,
            url=url,
            tags=[NAMES[number % 8]],
            authors=[NAMES[(number + 3) % 8]],
            links=SOME_LINKS[: number % 3],
            commentary=TEXTS[number % 4],
            votes=[None, 0, 30][number % 3],
            lines=(number, number),
        )._replace(section=[None, "Vision a"][number % 2], date=OWN_DAYS[number // 4 % 3])
        for number, (title, url) in enumerate(product(TITLES, URLS), 1)
    ]
    days = ["2023-07-23", "2023-07-24", "2023-06-01", "2017-06-11", None]
    for number in range(0, len(entries), 4):
        parsed = digest(*entries[number : number + 4], start=days[number % 5], title=f"Daily {NAMES[number % 8]}")
        bring(made, f"/d/{number}b.txt", parsed, date(2023, 12, 8 - number % 3))
    bring(made, "/d/c.txt", digest(*entries[2:7], start="2023-09-01", title="Again"), TODAY)
    library = Library.open(made.paths, starters=False)
    marked(library, [("star", 0), ("read", 3), ("note", 5), ("tag", 9), ("tag", 14), ("read", 17)])
    library.metadata.learn(SAID)
    marked(library, [("later", 11), ("later", 2), ("later", 8), ("read", 8), ("later", 3), ("later", 20)])
    came_in(library, "2023-W29", *[each.key for each in library.lists.all_sightings()][2:9])
    for name, address in (("d", "/d"), ("c", "/d/c.txt"), ("e", "/d/e")):
        library._store.set_all(adding(Registered(name, address)))
    if request.param == "indexed":
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(search_module, "SCAN_BELOW", 0)
            layout = library.lists._finder(None).terms.layout
            assert library.lists._searching().update(layout) and library.lists._searching().holds(layout)
    return library


@pytest.mark.parametrize("text", [*TERMS, *PHRASES])
def test_every_kind_of_term_means_one_thing(mixed: Library, text: str) -> None:
    agree(mixed, facts_of(mixed), read(text))


def agree(library: Library, facts: list[Facts], asked: Asked) -> None:
    """In the list of all weeks, and in that of each."""
    assert asked_of(library, asked) == listed(asked, facts), asked
    for week in {one.week for one in facts}:
        there = [place for place, one in enumerate(facts) if one.week == week]
        expected = [there[place] for place in listed(asked, [facts[place] for place in there])]
        assert asked_of(library, asked, week) == expected, (week, asked)


@settings(max_examples=examples(20))
@given(
    st.lists(DIGEST, min_size=1, max_size=4),
    MARKS,
    st.lists(
        st.one_of(ASKED, st.lists(TYPED, min_size=1, max_size=2, unique_by=_field).map(" ".join)),
        min_size=8,
        max_size=8,
    ),
    st.booleans(),
    st.booleans(),
)
def test_the_library_answers_what_a_look_at_every_fact_gives(
    tmp_path_factory: pytest.TempPathFactory,
    digests: list[tuple[str | None, int, str, date, list[Entry]]],
    marks: list[tuple[str, int]],
    queries: list[Asked | str],
    indexed: bool,
    asked_arxiv: bool,
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search_module, "SCAN_BELOW", 0 if indexed else 10_000)
        patch.setattr("tui_digest.store.search_build.PART", 1)  # so that a phrase is looked for in steps
        made = Library.open(home(tmp_path_factory.mktemp("any")), starters=False)
        for number, (start, days, title, added, entries) in enumerate(digests):
            apart = [each._replace(start_line=place, end_line=place) for place, each in enumerate(entries, 1)]
            bring(made, f"/d/{number}b.txt", digest(*apart, start=start, days=days, title=title), added)
        library = Library.open(made.paths, starters=False)
        marked(library, marks)
        if asked_arxiv:
            library.metadata.learn(SAID)
        if indexed:
            library.lists._searching().update(library.lists._finder(None).terms.layout)
        facts = facts_of(library)
        patch.setattr("tui_digest.library.lists.INDEX_FROM", 0)
        patch.setattr(search_module, "_LOOKED_AT", 1)
        patch.setattr(search_module, "_LOOKS", 1)
        for each in queries:
            asked = read(each) if isinstance(each, str) else each
            first = [
                (row, library.lists.entries(None, asked, below=row).bits)
                for row in library.lists.preparing(None, asked)
                if row
            ]
            everything = library.lists.entries(None, asked).bits
            assert all(bits == everything & (1 << row) - 1 for row, bits in first)
            agree(library, facts, asked)


def test_a_day_is_four_bytes_and_none_in_a_week_is_nothing(library: Library) -> None:
    kept = {
        (block.week, name): len(block.packed[name]) / len(block)
        for _, block in load_blocks(library.paths.cache / "columns.bin").values()
        for name in ("published", "updated")
        if name in block.packed
    }
    assert kept == {("undated", "published"): 4, ("2017-W24", "published"): 4, ("2017-W24", "updated"): 4}


def test_before_the_index_is_ready_an_answer_holds_nothing_that_does_not_match(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_module.Search, "ready", lambda *_: False)
    facts = facts_of(library)
    for text in ("title", "arxiv", "title:albert", "author:mamba", "2307", "rl", "attention", "title:attention"):
        found = set(asked_of(library, read(text)))
        assert found <= set(listed(read(text), facts)), text
        assert library.lists.searched_partly(None)
    assert asked_of(library, read("title:attention")) == [[*ENTRIES].index("attention")]


def test_the_oracle_says_no_as_well_as_yes() -> None:
    assert listed(read("title"), [Facts(title="a"), Facts(title="A Title")]) == [1]
    assert listed(read('"arxiv:2403"'), [Facts(arxiv="2403.00001"), Facts(commentary="see arXiv:2403.1")]) == [1]


def test_queries_for_tags_that_are_looked_for_in_turns_find_their_own(tmp_path: Path) -> None:
    """A view is counted in steps while another query is asked: what both of them read first is read once."""
    library = Library.open(home(tmp_path), starters=False)
    for number in range(6):
        papers = [entry(f"Paper {number} {n}", arxiv=f"230{number + 1}.0000{n}") for n in range(number)]
        papers.append(entry(f"Paper {number}", arxiv=f"230{number + 1}.00009", tags=["rl", f"only-{number}"]))
        bring(library, f"{number}.txt", digest(*papers, start=f"2023-0{number + 1}-04"), TODAY)
    library = Library.open(library.paths, starters=False)
    one, other = (library.lists.preparing(None, read(f"tag:only-{number}")) for number in (4, 1))
    for _ in zip(one, other, strict=False):
        pass
    for number in range(6):
        assert [*library.lists.entries(None, read(f"tag:only-{number}")).keys] == [f"arxiv:230{number + 1}.00009"]
    assert len(library.lists.entries(None, read("tag:rl"))) == 6
