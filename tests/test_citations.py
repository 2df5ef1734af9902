"""Citations as others read them: pybtex, rispy, BibTeX itself where it is installed, and our own readers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path

import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pybtex.database import parse_string

from tests.builders import entry, home
from tests.test_export import DIGEST, seen, written
from tui_digest.cli import main
from tui_digest.export import FIELDS, FORMATS, Request
from tui_digest.export.bibtex import bibtex_for
from tui_digest.export.cite_keys import Citable, cite_keys
from tui_digest.export.names import name_of
from tui_digest.library import Library
from tui_digest.models import Digest, Entry, Mark, Sighting
from tui_digest.parsing import parse, parse_all
from tui_digest.parsing.decoding import read_source, source_from_bytes
from tui_digest.sources.folders import find_sources

ROOT = Path(__file__).resolve().parent.parent
NAMES = [
    "Kevin Yang", "Robert Downey Jr.", "Sammy Davis III", "Laurens van der Maaten", "Charles de la Vallée Poussin",
    "Luc Van Gool", "José García y López", "박 민수", "박민수", "王小明", "Bernhard Schölkopf", "Illia Polosukhin*",
    "Plato", "Google DeepMind: Sue Doe",
]  # fmt: skip
GROUPS = ["Qwen Team", "Team PyTorch at Meta", "Search and Rescue Team", "Lantern Project, Inc."]
WILD = st.text(
    st.one_of(st.sampled_from("{}\\$%#&_^~\"'@,=<>|[] \n-ABab가é"), st.characters(codec="utf-8")),
    max_size=40,
)
WILD_NAMES = st.one_of(st.sampled_from([*NAMES, *GROUPS, "et al."]), WILD)


def read_bibtex(text: str) -> dict[str, tuple[dict[str, str], list[tuple[str, str, str, str]]]]:
    """Each record's fields and its authors as pybtex divides them: given, particle, family, suffix."""
    found = {}
    for key, record in parse_string(text, "bibtex").entries.items():
        people = [
            (
                " ".join(person.first_names + person.middle_names),
                " ".join(person.prelast_names),
                " ".join(person.last_names),
                " ".join(person.lineage_names),
            )
            for person in record.persons.get("author", [])
        ]
        found[key] = dict(record.fields), people
    return found


def bare(text: str) -> str:
    return text.replace("{", "").replace("}", "")


def test_names_arrive_in_bibtex_in_their_parts() -> None:
    text = written("bibtex", seen(entry("Kites", arxiv="2403.00001", authors=[*NAMES, *GROUPS, "et al."])))
    ((_, people),) = read_bibtex(text).values()
    for name, person in zip(NAMES, people, strict=False):
        parts = name_of(name)
        assert tuple(map(bare, person)) == (parts.given, parts.particle, parts.family, parts.suffix)
    assert [person[2] for person in people[len(NAMES) : -1]] == [f"{{{{{group}}}}}" for group in GROUPS]
    assert people[-1][2] == "others"


def test_names_arrive_in_ris_and_csl() -> None:
    paper = seen(entry("Kites", arxiv="2403.00001", authors=[*NAMES, *GROUPS, "et al."]))
    (record,) = rispy.loads(written("ris", paper))
    assert record["authors"] == [
        *(name_of(name).family_first for name in NAMES),
        *(group.replace(",", " ").replace("  ", " ") for group in GROUPS),
    ]
    assert {"van der Maaten, Laurens", "Downey, Robert, Jr.", "박, 민수", "Schölkopf, Bernhard"} < {*record["authors"]}
    (item,) = json.loads(written("csljson", paper))
    assert item["author"][:4] == [
        {"family": "Yang", "given": "Kevin"},
        {"family": "Downey", "given": "Robert", "suffix": "Jr."},
        {"family": "Davis", "given": "Sammy", "suffix": "III"},
        {"family": "Maaten", "given": "Laurens", "non-dropping-particle": "van der"},
    ]
    assert item["author"][-4:] == [{"literal": group} for group in GROUPS]


def test_a_preprint_is_one_everywhere() -> None:
    paper = seen(entry("Kites", arxiv="2403.00010", tags=["kites", "cs.CL", "stat.ML"], version=2))
    ((fields, _),) = read_bibtex(written("bibtex", paper)).values()
    wanted = {"eprint": "2403.00010", "eprinttype": "arxiv", "archivePrefix": "arXiv", "primaryClass": "cs.CL"}
    assert wanted.items() <= fields.items()
    assert (fields["year"], fields["month"], fields["version"]) == ("2024", "March", "2"), "month is a macro"
    (record,) = rispy.loads(written("ris", paper))
    assert (record["type_of_reference"], record["note"], record["date"]) == ("UNPD", "arXiv:2403.00010", "2024/03//")
    (item,) = json.loads(written("csljson", paper))
    assert (item["type"], item["number"], item["issued"]) == (
        "article",
        "arXiv:2403.00010",
        {"date-parts": [[2024, 3]]},
    )
    old = seen(entry("Older Kites", arxiv="hep-th/9901001"))
    ((fields, _),) = read_bibtex(written("bibtex", old)).values()
    assert (fields["primaryClass"], fields["month"], fields["year"]) == ("hep-th", "January", "1999")


def test_stand_in_titles_are_marked_and_no_title_when_they_come_back() -> None:
    paper = seen(entry(None, arxiv="2403.00010", fallback="2403.00010"))
    ((fields, _),) = read_bibtex(written("bibtex", paper)).values()
    assert fields["title"] == "{[2403.00010]}"
    assert rispy.loads(written("ris", paper))[0]["title"] == json.loads(written("csljson", paper))[0]["title"]
    assert "\\[2403.00010\\]" in written("markdown", paper)
    assert ">[2403.00010]</a>" in written("html", paper)
    for name in ("bibtex", "ris", "csljson", "csv"):
        (digest,) = parse_all(source_from_bytes(written(name, paper).encode(), f"/a{FORMATS[name].suffix}"))
        assert [(each.key, each.title) for each in digest.entries] == [("arxiv:2403.00010", None)]


def test_formulas_stay_formulas_unless_they_would_break_out() -> None:
    for title, written_as in {
        "Sorting in $O(n^2)$": "Sorting in $O(n^2)$",
        "From $5 to $10": r"From \$5 to \$10",
        "A $x^{2$ set": r"A \$x\textasciicircum{}\textbraceleft{}2\$ set",
        "Up to $50%$ less": r"Up to \$50\%\$ less",
        "On the Set {x of Things": r"On the Set \textbraceleft{}x of Things",
    }.items():
        ((fields, _),) = read_bibtex(written("bibtex", seen(entry(title, arxiv="2403.00010")))).values()
        assert fields["title"] == f"{{{written_as}}}"
        (digest,) = parse_all(
            source_from_bytes(written("bibtex", seen(entry(title, arxiv="2403.00010"))).encode(), "/a.bib")
        )
        assert digest.entries[0].title == title


@given(WILD, st.lists(WILD_NAMES, max_size=3), WILD, WILD)
def test_whatever_it_holds_a_record_is_one_record_and_the_next_is_whole(
    title: str, authors: list[str], note: str, tag: str
) -> None:
    """The braces of a title once took the rest of the file along."""
    first = entry(title, arxiv="2403.00001", authors=authors, tags=[tag])
    last = entry("Kites at Rest", arxiv="2403.00002", authors=["Ann Lee"])
    papers, mark = (seen(first), seen(last)), Mark(note=note, tags=(tag,))
    for (fields, people), whole in zip(
        read_bibtex(written("bibtex", *papers, mark=mark)).values(), (first, last), strict=True
    ):
        assert fields["eprint"] == whole.arxiv_id
        assert fields.get("annote", "") != "" or not note.strip()
        assert len(people) <= len(whole.authors)
    records = rispy.loads(written("ris", *papers, mark=mark))
    assert [each["urls"][0][-10:] for each in records] == ["2403.00001", "2403.00002"]
    items = json.loads(written("csljson", *papers, mark=mark))
    assert [each["number"] for each in items] == ["arXiv:2403.00001", "arXiv:2403.00002"]


class Page(HTMLParser):
    """What a browser makes of a page: its tags, which must be balanced, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@given(WILD, WILD, WILD)
def test_whatever_it_holds_pages_and_lists_show_it(title: str, note: str, tag: str) -> None:
    papers = [entry(title, arxiv="2403.00001", tags=[tag], commentary=note), entry("Kites at Rest", arxiv="2403.00002")]
    urls = ["https://arxiv.org/abs/2403.00001", "https://arxiv.org/abs/2403.00002"]
    page = Page(written("html", *map(seen, papers), mark=Mark(note=note)))
    assert page.open == [] and page.links == urls
    assert page.tags.count("article") == 2 and "script" not in page.tags
    assert "".join(page.text.split()).count("".join(note.split())) >= 2
    tokens = MarkdownIt("commonmark").parse(written("markdown", *map(seen, papers), mark=Mark(note=note)))
    kinds = [token.type for token in tokens]
    inside = [each for token in tokens for each in token.children or ()]
    assert kinds.count("list_item_open") == 2 and kinds[0] == "bullet_list_open"
    assert not {"heading_open", "html_block", "fence", "code_block", "hr", "ordered_list_open"} & {*kinds}
    assert [each.attrs["href"] for each in inside if each.type == "link_open"] == urls
    assert not [each for each in inside if each.type in ("html_inline", "image", "code_inline")]


PLAIN = st.text(st.sampled_from("abc XYZ{}\\$%#&_^~\"'@,=<>|é가-"), min_size=1, max_size=30).map(
    lambda text: " ".join(text.split())
)


@given(PLAIN, PLAIN, st.lists(st.sampled_from([*NAMES[:5], *GROUPS[:2], "박민수"]), max_size=4, unique=True))
def test_our_own_reader_reads_what_was_written(title: str, note: str, authors: list[str]) -> None:
    paper = seen(entry(title or "A", arxiv="2403.00001", authors=authors, abstract=note or None))
    for name in ("bibtex", "ris", "csljson", "csv"):
        text = written(name, paper, mark=Mark(note="two\n\nparagraphs"))
        (digest,) = parse_all(source_from_bytes(text.encode(), f"/papers{FORMATS[name].suffix}"))
        (read,) = digest.entries
        assert read.key == "arxiv:2403.00001"
        if title and title[0] not in " '" and "--" not in title + note:
            assert (read.title, read.abstract) == (title, note or None)
        assert [name_of(each) for each in read.authors] == [name_of(each) for each in authors]
        assert "two\n\nparagraphs" in (read.commentary or "")


def all_of(folder: Path) -> Iterable[Sighting]:
    for path in find_sources(folder).files:
        parsed = parse(read_source(path))
        digest = DIGEST._replace(title=parsed.title, start=parsed.start, end=parsed.end)
        for each in parsed.entries:
            yield Sighting(each.key, digest, each)


def assert_read_by_others(sightings: list[Sighting]) -> None:
    first: dict[str, Entry] = {}
    for sighting in sightings:
        first.setdefault(sighting.key, sighting.entry)
    text = written("bibtex", *sightings)
    records = read_bibtex(text)
    assert len(records) == len(first)
    assert all(key.isascii() and key[0].isalpha() and key.isalnum() for key in records)
    items = json.loads(written("csljson", *sightings))
    assert [each["id"] for each in items] == [*records]
    assert len(rispy.loads(written("ris", *sightings))) == len(first)
    for name in ("bibtex", "ris", "csljson", "csv"):
        read = parse_all(source_from_bytes(written(name, *sightings).encode(), f"/papers{FORMATS[name].suffix}"))
        known = {each.key for digest in read for each in digest.entries}
        assert {key for key in first if key.startswith("arxiv:")} <= known


def test_the_starter_digests_are_read_by_others() -> None:
    assert_read_by_others([*all_of(ROOT / "seeds")])


def test_a_real_library_is_read_by_others(shared: Path) -> None:
    paths = find_sources(shared / "corpus" / "weekly").files[::8]
    sightings = []
    for path in paths:
        parsed = parse(read_source(path))
        sightings += [Sighting(each.key, DIGEST._replace(title=parsed.title), each) for each in parsed.entries]
    assert len(sightings) > 80
    assert_read_by_others(sightings)


def test_what_entries_may_contain_is_read_by_others(shared: Path) -> None:
    files = [path for path in sorted((shared / "cases" / "text").iterdir()) if path.stat().st_size]
    found = [Sighting(each.key, DIGEST, each) for path in files for each in parse(read_source(path)).entries]
    assert len(found) > 30
    assert_read_by_others(found)


_PAPERS = [
    entry("On the Set {x of Things", arxiv="2403.00001", authors=["Laurens van der Maaten", "Sammy Davis III"]),
    entry('Sorting "fast" in $O(n^2)$ } %', arxiv="2403.00002", authors=["Qwen Team", "Search and Rescue Team"]),
    entry("Lamps", arxiv="2403.00003", authors=["Charles de la Vallée Poussin", "José García y López"]),
]
DIFFICULT = written("bibtex", *map(seen, _PAPERS), mark=Mark(note="a } brace {\n\n% and a comment"))
STYLE = (
    """ENTRY { author title eprint annote comment } { } { label }
INTEGERS { at count }
FUNCTION {misc} {
  newline$ cite$ write$ "|" write$ title write$ "|" write$ eprint write$ "|" write$
  author num.names$ 'count := #1 'at :=
  { at count > { #0 } { #1 } if$ } { author at "{ff}/{vv}/{ll}/{jj};" format.name$ write$ at #1 + 'at := } while$
  newline$
}
FUNCTION {presort} { cite$ 'sort.key$ := }
FUNCTION {default.type} { misc }
"""
    + "".join(
        f'MACRO {{{month}}} {{"{month}"}}\n' for month in "jan feb mar apr may jun jul aug sep oct nov dec".split()
    )
    + """READ
ITERATE {misc}
"""
)


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed: it was NOT asked what it reads in our records")
    return found


def test_bibtex_itself_reads_them(tmp_path: Path) -> None:
    bibtex = program("bibtex")
    (tmp_path / "papers.bib").write_text(DIFFICULT, "utf-8")
    (tmp_path / "own.bst").write_text(STYLE.replace("{ label }", "{ }"), "utf-8")
    (tmp_path / "paper.aux").write_text("\\citation{*}\n\\bibstyle{own}\n\\bibdata{papers}\n", "utf-8")
    environ = os.environ | {"BSTINPUTS": ".", "BIBINPUTS": "."}
    done = subprocess.run([bibtex, "paper"], cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout
    assert "warning" not in done.stdout.lower() and "error" not in done.stdout.lower()
    printed = " ".join((tmp_path / "paper.bbl").read_text("utf-8").split())
    for wanted in (
        r"{On the Set \textbraceleft{}x of Things}|2403.00001|Laurens/van~der/Maaten/;Sammy//Davis/III;",
        r'{Sorting "fast" in $O(n^2)$ \textbraceright{} \%}|2403.00002|//{{Qwen Team}}/;//{{Search and Rescue Team}}/;',
        "{Lamps}|2403.00003|Charles/de~la/Vallée Poussin/;José//{García y López}/;",
    ):
        assert wanted in printed.replace("Vallée~Poussin", "Vallée Poussin")


def test_biber_reads_them(tmp_path: Path) -> None:
    (tmp_path / "papers.bib").write_text(DIFFICULT, "utf-8")
    words = [program("biber"), "--tool", "--noconf", "--nolog", "--output-format=bibtex", "--output-file=out.bib"]
    done = subprocess.run([*words, "papers.bib"], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout
    assert "WARN" not in done.stdout and "ERROR" not in done.stdout
    read = (tmp_path / "out.bib").read_text("utf-8")
    for wanted in (
        "AUTHOR = {van der Maaten, Laurens and Davis, III, Sammy}", "{Qwen Team} and {Search and Rescue Team}",
        "de la Vallée Poussin, Charles and {García y López}, José", "DATE = {2024-03}", "EPRINTTYPE = {arxiv}",
        r'{Sorting "fast" in $O(n^2)$ \textbraceright{} \%}',
    ):  # fmt: skip
        assert wanted in read


# -- keys ---------------------------------------------------------------------------------------------------------


def known(title: str, author: str, arxiv: str | None, key: str = "") -> Citable:
    return Citable(key or f"arxiv:{arxiv}", title, (author,), arxiv)


@pytest.mark.parametrize(
    ("paper", "key"),
    [
        # as they were given before, where they were unique
        (known("RLCD: Better", "Kevin Yang", "2307.12950"), "yang2023rlcd"),
        (known("The Model", "김철수", "2307.00001"), "gimcheolsu2023model"),
        (known("Technical Report", "Qwen Team", "2403.00001"), "team2024technical"),
        (known("3D Lamps", "Łukasz Kaiser", "2403.00001"), "kaiser20243d"),
        (known("What to Do", "Ann Lee", None, "title:x"), "leewhat"),
        (known("論文", "", None, "url:https://e.org/x"), "urlhttpseorgx"),
        (known("論文", "", "2403.00001"), "arxiv240300001"),
        # never a digit first
        (known("The Model", "Иван Петров", "2307.00001"), "model2023"),
        (known("3D Lamps", "", "2403.00001"), "lamps2024"),
        (known("3D", "", None, "title:3d"), "title3d"),
    ],
)
def test_keys(paper: Citable, key: str) -> None:
    assert cite_keys([paper]) == {paper.key: key}


def test_what_tells_two_keys_apart_comes_from_the_paper() -> None:
    one, two = known("Scaling Kites", "Min Kim", "2601.00007"), known("Scaling Lamps", "Jo Kim", "2602.00001")
    post = known("Scaling Sails", "Kim", None, "url:https://e.org/sails")
    other = known("Scaling Ropes", "Kim", None, "url:https://e.org/ropes")
    found = cite_keys([two, one, post, other])
    assert found == cite_keys([other, one, two, post])
    assert (found[one.key], found[two.key]) == ("kim2026scaling", "kim2026scaling260200001")
    assert found[other.key] == "kimscaling"
    assert found[post.key].startswith("kimscaling") and len(found[post.key]) == len("kimscaling") + 6


def test_a_key_is_the_same_whatever_else_is_exported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "2026년 2월 1주차\n\n"
    for number, title in ((1, "Scaling Kites (Min Kim)"), (2, "Scaling Lamps (Jo Kim)"), (3, "Scaling Ropes (Ed Kim)")):
        text += f"https://arxiv.org/abs/2602.0000{number}\n{title}\n내용.\n#t{number}\n\n"
    (tmp_path / "a.txt").write_text(text, "utf-8")
    assert main(["import", str(tmp_path / "a.txt")]) == 0
    capsys.readouterr()

    def keys(*words: str) -> list[str]:
        assert main(["export", "--format", "bibtex", *words]) == 0
        return [*read_bibtex(capsys.readouterr().out)]

    whole = keys()
    assert whole == ["kim2026scaling", "kim2026scaling260200002", "kim2026scaling260200003"]
    assert [keys("--filter", f"tag:t{number}") for number in (1, 2, 3)] == [[each] for each in whole]


def test_the_key_copied_in_the_reader_is_that_of_the_export(tmp_path: Path) -> None:
    text = "2026년 2월 1주차\n\n" + "".join(
        f"https://arxiv.org/abs/2602.0000{number}\nScaling Kites {number} (Min Kim)\n내용.\n\n" for number in (1, 2)
    )
    library = Library.open(home(tmp_path), starters=False)
    library.imports.from_paths([], texts={"a.txt": text.encode()})
    sightings = [*library.lists.all_sightings()]
    pieces = library.exports.pieces(FORMATS["bibtex"], sightings)
    for piece, sighting in zip(pieces, sightings, strict=True):
        copied = bibtex_for(sighting, library.exports.cite_key)
        assert copied.split(",")[0] == piece.strip().split(",")[0]
    with_more = text + "https://arxiv.org/abs/2601.00001\nScaling Kites 0 (Jo Kim)\n내용.\n"
    library.imports.from_paths([], texts={"a.txt": with_more.encode()})
    assert library.exports.cite_key("arxiv:2601.00001") == "kim2026scaling", "the oldest keeps it"


# -- what goes out ------------------------------------------------------------------------------------------------

FULL = Entry(
    **entry(
        "Kites at Rest", arxiv="2403.00001", authors=["Ann Lee"], tags=["kites"], version=3, votes=7,
        links=[("https://code.example/kites", "Code"), ("https://x.example/1", None)], abstract="We look.\n\nWe see.",
        commentary="하나.\n\n둘.",
    )._asdict()
)._replace(section="Vision", date=DIGEST.end)  # fmt: skip
MARK = Mark(read=True, starred=True, note="first part\n\nsecond part", tags=("to-build",))
TOLD = [
    "Kites at Rest", "Lee", "2403.00001", "kites", "to-build", "We look.", "We see.", "하나.", "둘.", "first part",
    "second part", "https://code.example/kites", "Code", "https://x.example/1", "Vision", "2023-07-29", "7",
    "2023년 7월 5주차", "2023-07-23",
]  # fmt: skip


@pytest.mark.parametrize("name", [*FORMATS])
def test_everything_that_is_known_goes_out(name: str) -> None:
    text = written(name, seen(FULL), mark=MARK).replace("\\-", "-")
    if name in ("html",):
        text = text.replace("29 Jul 2023", "2023-07-29").replace("23–29 Jul 2023", "2023-07-23")
        text = text.replace("23–2023-07-29", "2023-07-23")
    for told in TOLD:
        assert told in text, told
    if name not in ("markdown", "html"):
        assert "2023-W30" in text


LEAVING = [
    ("note", "first part"), ("abstract", "We look."), ("commentary", "하나."), ("own_tags", "to-build"),
    ("tags", "kites"), ("links", "code.example"), ("authors", "Lee"), ("section", "Vision"),
]  # fmt: skip


@pytest.mark.parametrize("name", [*FORMATS])
@pytest.mark.parametrize(("field", "told"), LEAVING)
def test_what_is_left_out_does_not_go_out(name: str, field: str, told: str) -> None:
    paper = seen(FULL._replace(title="Rest", links=FULL.links if field == "links" else ()))
    for left_out, is_there in ((frozenset(), True), (frozenset([field]), False)):
        pieces = FORMATS[name].write([paper], lambda _: MARK, Request(left_out))
        text = "".join(piece for piece in pieces if not piece.startswith("key,"))
        text = text.replace("lee2024rest", "") if field == "authors" else text
        assert (told in text) is is_there


def test_every_field_of_json_can_be_left_out() -> None:
    paper = seen(FULL._replace(authors=("Ann Lee", "et al.")))
    pieces = FORMATS["ndjson"].write([paper], lambda _: MARK, Request(frozenset(FIELDS)))
    assert json.loads("".join(pieces)) == {"key": "arxiv:2403.00001", "title": "Kites at Rest"}
    assert {*FIELDS} < json.loads(written("ndjson", paper)).keys()


def test_whose_words_a_commentary_is() -> None:
    other = Sighting("arxiv:2403.00001", Digest("d2", "Ann's Week", "list", "2023-W20", None, None, "/b", "bb"),
                     FULL._replace(commentary="I liked it."))  # fmt: skip
    for name in ("bibtex", "ris", "csljson", "csv", "markdown", "html"):
        text = written(name, seen(FULL), other)
        for digest, said in (("2023년 7월 5주차", "하나."), ("Ann", "I liked it.")):
            assert 0 <= text.find(digest) < text.find(said), name


def test_fields_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text("2026년 2월 1주차\n\nhttps://arxiv.org/abs/2602.00001\nKites (Min Kim)\n글.\n#t\n")
    assert main(["import", str(tmp_path / "a.txt")]) == 0
    capsys.readouterr()
    assert main(["export", "--format", "ndjson", "--fields", "authors,tags"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "key": "arxiv:2602.00001",
        "title": "Kites",
        "authors": ["Min Kim"],
        "tags": ["t"],
    }
    assert main(["export", "--format", "csv", "--fields", "tags"]) == 0
    assert capsys.readouterr().out.splitlines() == ["key,title,tags", "arxiv:2602.00001,Kites,t"]
    assert main(["export", "--format", "ndjson", "--without", "commentary, source"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert "commentary" not in record and "source" not in record and record["section"] is None
    assert main(["export", "--format", "ndjson", "--without", "authors"]) == 0
    assert not {"authors", "authors_written"} & json.loads(capsys.readouterr().out).keys()
    assert main(["export", "--without", "comentary"]) == 2
    assert "Did you mean commentary?" in capsys.readouterr().err


def test_a_file_of_csv_begins_with_a_mark_and_standard_output_does_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", "--format", "csv"]) == 0
    assert capsys.readouterr().out.startswith("key,")
    assert main(["export", "--format", "csv", "-o", str(tmp_path / "a.csv")]) == 0
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbfkey,")


def test_a_page_of_html_runs_nothing() -> None:
    bad = entry("<script>alert(1)</script>", url="javascript:alert(1)", authors=["<b>"], tags=['"><img src=x>'],
                links=[("data:text/html,x", "<i>Data</i>")])  # fmt: skip
    text = written("html", seen(bad), mark=Mark(note="</blockquote><script>"))
    assert "<script" not in text.lower() and "<img" not in text and "<b>" not in text
    assert 'href="javascript' not in text and 'href="data' not in text
