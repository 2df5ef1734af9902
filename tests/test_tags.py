"""Tag care: spellings that are one tag by the reader's wish, and tags that are probably one."""

from __future__ import annotations

import json
import tomllib
import unicodedata
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import asked, digest, entry, home, incoming
from tests.tried import examples
from tests.tui.reading import APRIL, JULY, library_of
from tui_digest import paths
from tui_digest.cli import main
from tui_digest.library import Library
from tui_digest.library.similar_tags import similar
from tui_digest.models import Entry
from tui_digest.paths import Paths
from tui_digest.settings import config
from tui_digest.store import summary
from tui_digest.store.importing import Import
from tui_digest.store.rows import tag_counts
from tui_digest.store.shards import Shards
from tui_digest.text.tag_names import TagNames

ALIASES = {"Efficient Attention": ("efficient_attention", "efficient-attention"), "강화학습": ("rl",)}

# -- names


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("efficient_attention", "Efficient Attention"),
        ("EFFICIENT-Attention", "Efficient Attention"),
        ("efficient attention", "Efficient Attention"),
        ("RL", "강화학습"),
        (unicodedata.normalize("NFD", "강화학습"), "강화학습"),
        ("efficient", "efficient"),
        ("Vision", "Vision"),
    ],
)
def test_a_spelling_has_a_name_in_any_case_and_composition(tag: str, name: str) -> None:
    assert TagNames(ALIASES).name(tag) == name


def test_the_spellings_of_a_tag_are_those_of_its_name() -> None:
    names = TagNames(ALIASES)
    assert names.spellings("RL") == names.spellings("강화학습") == ("강화학습", "rl")
    assert names.spellings("Vision") == ("Vision",)


# -- config.toml


def settings_of(tmp_path: Path, text: str) -> tuple[config.Settings, list[tuple[str, object]]]:
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")
    found, errors = config.load(path)
    assert all(error.details["path"].partition(":")[0] == str(path) for error in errors)
    return found, [(error.message_id, error.details.get("tag", error.details.get("name"))) for error in errors]


def test_aliases_are_read(tmp_path: Path) -> None:
    found, errors = settings_of(tmp_path, '[tag_aliases]\nrl = "#강화  학습"\n"a b" = ["A-B", "A B"]\n')
    assert errors == []
    assert found.tag_aliases == {"rl": ("강화 학습",), "a b": ("A-B", "A B")}


@pytest.mark.parametrize(
    ("lines", "said", "aliases"),
    [
        ('a = ["x"]\nb = ["X", "y"]', [("config.tag_twice", "X")], {"a": ("x",), "b": ("y",)}),
        ('a = ["b", "x"]\nb = ["a"]', [("config.tag_chain", "b"), ("config.tag_chain", "a")], {"a": ("x",), "b": ()}),
        ('a = ["b"]\nb = ["c"]', [("config.tag_chain", "b")], {"a": (), "b": ("c",)}),
        ('RL = ["x"]\nrl = ["y"]', [("config.tag_twice", "rl")], {"RL": ("x",)}),
        ('"#" = ["x"]\na = ["y"]', [("config.tag_empty", "#")], {"a": ("y",)}),
        ('a = [" ", "x"]', [("config.tag_empty", " ")], {"a": ("x",)}),
        ('a = ["x", 3]\nb = ["y"]', [("config.value.tag_aliases", "tag_aliases.a")], {"b": ("y",)}),
        ('a = {b = "c"}\nb = "y"', [("config.value.tag_aliases", "tag_aliases.a")], {"b": ("y",)}),
    ],
)
def test_a_line_that_cannot_be_used_is_said_and_the_rest_holds(
    tmp_path: Path, lines: str, said: list[tuple[str, str]], aliases: dict[str, tuple[str, ...]]
) -> None:
    found, errors = settings_of(tmp_path, f"body_width = 70\n[tag_aliases]\n{lines}\n")
    assert (found.body_width, errors, found.tag_aliases) == (70, said, aliases)


def test_aliases_that_are_no_table_are_said(tmp_path: Path) -> None:
    found, errors = settings_of(tmp_path, 'tag_aliases = ["rl"]\nlang = "ko"')
    assert (found.lang, found.tag_aliases, errors) == ("ko", {}, [("config.value.table", "tag_aliases")])


# -- the library

A = entry("A", arxiv="2301.00001", tags=["efficient_attention", "Efficient Attention", "vision"])
B = entry("B", arxiv="2301.00002", tags=["efficient-attention"])
C = entry("C", arxiv="2301.00003", tags=["rl", "vision"])


@pytest.fixture
def where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    monkeypatch.setattr(paths, "starters", lambda: tmp_path / "starters")
    found = home(tmp_path)
    bring(found, [A, B, C], [A._replace(tags=("efficient-attention",))])
    return found


def bring(where: Paths, *digests: list[Entry]) -> None:
    found = [digest(*each, start=f"2023-0{number + 1}-08") for number, each in enumerate(digests)]
    sources = [incoming(f"/{number}.txt", each) for number, each in enumerate(found)]
    Import(where, Shards(where.shards, where.damaged), []).run(sources)


def found_by(library: Library, query: str) -> set[str]:
    return {row.title for row in library.lists.entries(None, asked(query))}


def test_spellings_are_counted_listed_and_found_as_one(where: Paths) -> None:
    library = Library.open(where, tag_aliases=ALIASES)
    assert library.lists.tags(None) == [("Efficient Attention", 2), ("vision", 2), ("강화학습", 1)]
    assert library.lists.tags("2023-W06") == [("Efficient Attention", 1)]
    assert library.lists.tags(None, asked("vision")) == [("vision", 2), ("Efficient Attention", 1), ("강화학습", 1)]
    for spelling in ("efficient_attention", "EFFICIENT-ATTENTION", '"Efficient Attention"'):
        assert found_by(library, f"tag:{spelling}") == {"A", "B"}
        assert found_by(library, f"-tag:{spelling}") == {"C"}
    assert found_by(library, "#rl OR (tag:vision -#강화학습)") == {"A", "C"}
    assert library.another().lists.tags(None) == library.lists.tags(None)  # in a thread beside it, too


def test_what_the_digest_wrote_is_kept(where: Paths) -> None:
    library = Library.open(where, tag_aliases=ALIASES)
    rows = library.lists.entries(None, asked('tag:"efficient attention"'))
    assert {row.tags for row in rows} == {A.tags, B.tags, ("efficient-attention",)}
    assert rows.sighting(1).entry.tags == A.tags


def test_without_aliases_every_spelling_is_a_tag(where: Paths) -> None:
    library = Library.open(where)
    assert dict(library.lists.tags(None)) == {
        "vision": 2, "efficient-attention": 2, "Efficient Attention": 1, "efficient_attention": 1, "rl": 1
    }  # fmt: skip
    assert found_by(library, "tag:efficient-attention") == {"A", "B"}
    assert found_by(library, "tag:efficient_attention") == {"A"}


def test_own_tags_are_of_the_same_names(where: Paths) -> None:
    library = Library.open(where, tag_aliases=ALIASES)
    library.marks.tag("efficient-attention", [A.key, C.key], True)
    library.marks.tag("RL", [B.key], True)
    assert library.lists.tags(None) == [("Efficient Attention", 3), ("vision", 2), ("강화학습", 2)]
    assert library.lists.tags("2023-W02") == [("Efficient Attention", 3), ("vision", 2), ("강화학습", 2)]
    assert found_by(library, "tag:efficient_attention") == {"A", "B", "C"}
    assert library.marks.of(C.key).tags == ("efficient-attention",), "as the reader wrote it"


def test_another_config_counts_anew_and_the_same_one_does_not(where: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    Library.open(where).close()
    for aliases, count in ((ALIASES, 2), ({"efficient-attention": ("efficient_attention",)}, 2), (ALIASES, 2)):
        library = Library.open(where, tag_aliases=aliases)
        name = next(iter(aliases))
        assert dict(library.lists.tags(None))[name] == count
        assert dict(library.lists.tags(None)).get("Efficient Attention") == (1 if name != "Efficient Attention" else 2)
        library.close()
    monkeypatch.setattr(summary, "all_tags", lambda *_: pytest.fail("counted again"))
    assert dict(Library.open(where, tag_aliases=ALIASES).lists.tags(None))["Efficient Attention"] == 2
    assert len(Library.open(where).lists.tags(None)) == 5


def test_an_import_and_another_window_count_by_the_names(where: Paths) -> None:
    library, other = (Library.open(where, tag_aliases=ALIASES) for _ in range(2))
    bring(where, [entry("D", arxiv="2301.00004", tags=["RL"])])
    other.renew_aside()
    assert library.refresh()
    assert dict(library.lists.tags(None))["강화학습"] == 1, "the digests of /0.txt are replaced by this one"
    assert found_by(library, "tag:rl") == {"D"}


OTHERS = ["b", "a-b", "a_b", "c"]
SPELLINGS = ["a", "A", "b", "a-b", "a_b", "a b", "가", unicodedata.normalize("NFD", "가"), "ㄱ", "c"]


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.lists(st.sampled_from(SPELLINGS), max_size=3, unique=True), min_size=1, max_size=5),
    st.dictionaries(st.sampled_from(["a", "x y", "가"]), st.lists(st.sampled_from(OTHERS), max_size=2)),
)
def test_counts_are_those_of_what_is_found(
    tmp_path_factory: pytest.TempPathFactory, given_tags: list[list[str]], aliases: dict[str, list[str]]
) -> None:
    folder = tmp_path_factory.mktemp("names")
    lines = [f"{json.dumps(name, ensure_ascii=False)} = {json.dumps(others)}" for name, others in aliases.items()]
    (folder / "config.toml").write_text("\n".join(["[tag_aliases]", *lines]), "utf-8")
    usable = config.load(folder / "config.toml")[0].tag_aliases
    where = home(folder)
    bring(where, [entry(f"P{n}", arxiv=f"2301.0000{n % 3}", tags=tags) for n, tags in enumerate(given_tags)])
    library = Library.open(where, starters=False, tag_aliases=usable)
    papers: dict[str, set[int]] = defaultdict(set)
    for number, tags in enumerate(given_tags):
        for tag in tags:
            papers[TagNames(usable).name(tag)].add(number % 3)
    assert dict(library.lists.tags(None)) == {name: len(found) for name, found in papers.items()}
    for name in papers.keys() & TagNames(usable).table.values():
        for spelling in (name, *usable[name]):
            assert len(set(library.lists.entries(None, asked(f'tag:"{spelling}"')).keys)) == len(papers[name])


# -- what is probably one


def groups(*tags: str | tuple[str, int], named: tuple[str, ...] = ()) -> list[list[str]]:
    counts = [tag if isinstance(tag, tuple) else (tag, 1) for tag in tags]
    return [[tag for tag, _ in group] for group in similar(counts, named)]


@pytest.mark.parametrize(
    "tags",
    [
        [("efficient_attention", 5), ("efficient-attention", 3), ("Efficient Attention", 2), ("efficientattention", 1)],
        [("rl", 2), ("RL", 1)],
        [("강화 학습", 3), ("강화학습", 2), (unicodedata.normalize("NFD", "강화학습"), 1)],
        [("언어모델", 3), ("언어 모델들", 1)],
        [("transformer", 50), ("transformers", 9)],
        [("LLMs", 4), ("LLM", 3)],
        [("policy", 2), ("policies", 1)],
        [("loss", 2), ("losses", 1)],
        [("LM", 2), ("LMs", 1)],
        [("metrics", 2), ("metric", 1)],
        [("reinforcement learning", 30), ("reinforcment-learning", 1)],
        [("transformer", 50), ("trasnformer", 1)],
        [("modeling", 2), ("modelling", 2)],
        [("optimisation", 2), ("optimization", 2)],
        [("behavior", 2), ("behaviour", 2)],
        [("gpt-2", 2), ("gpt2", 1)],
    ],
    ids=lambda tags: tags[0][0],
)
def test_probably_one(tags: list[tuple[str, int]]) -> None:
    assert groups(*tags, ("something else", 9)) == groups(("something else", 9), *reversed(tags))
    assert groups(*tags, ("something else", 9)) == [[tag for tag, _ in tags]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("gpt2", "gpt3"),
        ("llama2", "llama3"),
        ("1-5", "15"),
        ("v1.5", "v15"),
        ("text-generation", "test-generation"),
        ("contrastive", "contractive"),
        ("cross-modal", "cross-model"),
        ("causal", "casual"),
        ("symmetric", "asymmetric"),
        ("supervised", "unsupervised"),
        ("pretraining", "retraining"),
        ("news", "new"),
        ("physics", "physic"),
        ("vits", "VITS model"),
        ("VIT", "VITS"),
        ("강화학습", "강하학습"),
        ("c", "c++"),
        ("rl", "reinforcement-learning"),
        ("ml", "mls"),
    ],
)
def test_not_one(one: str, other: str) -> None:
    assert groups((one, 90), other) == []
    assert groups((other, 90), one) == []


def test_a_slip_is_rare_and_never_of_a_slip() -> None:
    assert groups(("transformer", 50), ("transfomer", 3)) == []
    assert groups(("transformer", 5), ("transfomer", 2)) == []
    assert groups(("transformer", 50), ("transfomer", 2), ("transfoer", 1)) == [["transformer", "transfomer"]]


def test_what_is_named_keeps_its_name_and_stays_apart_from_other_names() -> None:
    assert groups(("rlhf", 3), ("RLHF", 9), named=("rlhf",)) == [["rlhf", "RLHF"]]
    assert groups(("rlhf", 3), ("RLHF", 9), named=("rlhf", "RLHF")) == []
    assert groups(("rlhf", 3), ("RLHF", 9), "Rlhf", named=("rlhf", "RLHF")) == [["RLHF", "Rlhf"]]


@given(st.lists(st.tuples(st.text(min_size=1, max_size=12), st.integers(1, 50)), unique_by=lambda item: item[0]))
def test_any_tags_are_in_one_group_at_most(counts: list[tuple[str, int]]) -> None:
    found = [item for group in similar(counts) for item in group]
    assert len(found) == len(set(found))
    assert set(found) <= set(counts)


# -- the command line

DIGEST = """2023년 7월 5주차
https://arxiv.org/abs/2307.00001
Sparse Memory for Long Context (Ada One, Bo Two)
#efficient_attention #memory
https://arxiv.org/abs/2307.00002
Linear Time (Cy Three)
#efficient-attention #efficient_attention
https://arxiv.org/abs/2307.00003
More Memory (Di Four)
#memories
"""


@pytest.fixture
def imported(own_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    library_of(paths.locate(), tmp_path / "digests", DIGEST).close()
    settings_file = paths.locate().settings
    settings_file.parent.mkdir(parents=True, exist_ok=True)
    return settings_file


def test_suggestions_can_be_pasted(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tags", "--similar"]) == 0
    out, err = capsys.readouterr()
    assert "# efficient_attention 2, efficient-attention 1" in out
    assert f"2. Put the lines you agree with at the end of {imported}" in err
    expected = {"efficient_attention": ["efficient-attention"], "memories": ["memory"]}
    assert tomllib.loads(out)["tag_aliases"] == expected
    imported.write_text(f'lang = "en"\n{out}', "utf-8")
    assert main(["tags", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["tags"] == [
        {"tag": "efficient_attention", "papers": 2},
        {"tag": "memories", "papers": 2},
    ]
    assert main(["tags", "--similar"]) == 0
    assert capsys.readouterr() == ("", "no tags that are probably one\n")
    assert main(["export", "--filter", "tag:memory", "--format", "json"]) == 0
    entries = json.loads(capsys.readouterr().out)["entries"]
    assert [each["tags"] for each in entries] == [["efficient_attention", "memory"], ["memories"]]


def test_a_line_that_is_there_is_told_whole(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    imported.write_text('[tag_aliases]\nmemory = ["기억"]\n"efficient-attention" = "efficient_attention"\n', "utf-8")
    assert main(["tags", "--similar"]) == 0
    out, err = capsys.readouterr()
    assert out == '# memory 1, memories 1\n"memory" = ["기억", "memories"]\n'
    assert "in place of a line for the same name" in err
    assert main(["tags", "--similar", "--json", "--week", "2023-W30"]) == 0
    assert json.loads(capsys.readouterr().out)["groups"] == [
        {
            "name": "memory",
            "aliases": ["기억", "memories"],
            "tags": [{"tag": "memory", "papers": 1}, {"tag": "memories", "papers": 1}],
        }
    ]


def test_a_narrowed_list_counts_names_as_well(tmp_path: Path) -> None:
    """In all weeks the tags are counted by sets of rows, made by names."""
    library_of(home(tmp_path), tmp_path / "digests", JULY, APRIL).close()
    library = Library.open(home(tmp_path), starters=False, tag_aliases={"Memory": ("memory", "efficiency")})
    rows = library.lists.entries(None, asked("is:unread"))
    one_by_one = tag_counts(rows.blocks, rows.places(), {}, library.lists._names)
    assert library.lists.tags_of(rows) == one_by_one
    assert dict(one_by_one)["Memory"] == 3
    library.marks.set_tags("arxiv:2307.00001", ["efficiency", "mine"])
    again = dict(library.lists.tags_of(library.lists.entries(None, asked("is:unread"))))
    assert (again["Memory"], again["mine"]) == (3, 1)
