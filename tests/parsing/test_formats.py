"""Files that are no plain text: records, feeds, pages and letters; and those that only look like it."""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64encode
from binascii import a2b_base64
from datetime import date
from email.message import EmailMessage
from itertools import pairwise
from pathlib import Path
from quopri import decodestring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.parsing.samples import DATA, source
from tests.tried import examples
from tui_digest.errors import SourceError
from tui_digest.models import ParsedDigest
from tui_digest.parsing import Shape, parse_all, several_in
from tui_digest.parsing.decoding import read_source, source_from_bytes
from tui_digest.parsing.format_table import SUFFIXES
from tui_digest.parsing.html_page import read_page
from tui_digest.parsing.source_text import SourceText

ARXIV = "https://arxiv.org/abs/2403.0000"


def one(text: str, name: str) -> ParsedDigest:
    (digest,) = parse_all(source(text, name))
    return digest


def told(digest: ParsedDigest) -> list[tuple[str | None, tuple[str, ...], str | None]]:
    return [(entry.title, entry.authors, entry.arxiv_id) for entry in digest.entries]


BOTH = [("Lamps: a Study", ("Ann Lee", "Bob Ray"), "2403.00001"), ("Kites", ("Cy Dow",), "2403.00002")]
RECORDS = [
    {"title": "Lamps: a Study", "authors": ["Ann Lee", "Bob Ray"], "url": ARXIV + "1", "summary": "We look."},
    {"title": "Kites", "authors": "Cy Dow", "id": "2403.00002", "categories": ["cs.LG"], "AI": {"tldr": "They fly."}},
]
YAML = f"""# papers of the week
date: 2024-03-05
papers:
  - &first
    title: 'Lamps: a Study'
    authors: [Ann Lee, Bob Ray]
    url: {ARXIV}1
    summary: >-
      We
      look.

  # a comment between
  - title: Kites
    authors:
      - Cy Dow
    arxiv_id: "2403.00002"
    year: ~
related: [*first]
"""
BIB = """@comment{none}
@article{a, title = {{Lamps}: a Study}, author = {Lee, Ann and Ray, Bob},
  eprint = {2403.00001}, archivePrefix = {arXiv}, keywords = {light, seeing}, abstract = "We {look}."}

@misc{b,
  title = {Kites}, author = {Cy Dow}, url = {https://arxiv.org/abs/2403.00002}, year = 2024 }
"""
RIS = f"""TY  - JOUR
TI  - Lamps: a Study
AU  - Lee, Ann
AU  - Ray, Bob
UR  - {ARXIV}1
PY  - 2024/03/05/
ER  -

TY  - JOUR
T1  - Kites
AU  - Dow, Cy
UR  - {ARXIV}2
ER  -
"""
CSV = f'Title,Authors,Link\n"Lamps: a Study","Ann Lee, Bob Ray",{ARXIV}1\nKites,Cy Dow,{ARXIV}2\n'
LISTING = f"""------------------------------------------------------------------------------
\\\\
arXiv:2403.00001
Date: Fri, 1 Mar 2024 10:00:00 GMT   (10kb)

Title: Lamps:
 a Study
Authors: Ann Lee, Bob Ray
Categories: cs.LG cs.AI
\\\\
  We look.
\\\\ ( {ARXIV}1 ,  10kb)
------------------------------------------------------------------------------
\\\\
arXiv:2403.00002
Title: Kites
Authors: Cy Dow
\\\\
  They fly.
\\\\ ( {ARXIV}2 ,  9kb)
"""
RSS = f"""<?xml version="1.0"?><rss version="2.0"><channel><title>Lights</title>
<item><title>Lamps: a Study</title><link>{ARXIV}1</link><author>Ann Lee, Bob Ray</author>
<pubDate>Fri, 01 Mar 2024 00:00:00 GMT</pubDate>
<description>&lt;p&gt;We look &amp;amp; see.&lt;/p&gt;</description></item>
<item><title>Kites</title><link>{ARXIV}2</link><author>Cy Dow</author>
<description>They&nbsp;fly & land.</description></item>
</channel></rss>
"""
PAGE = f"""<!doctype html><html><head><title>Lights of 2024-03-01</title><style>p {{}}</style></head><body>
<nav><a href="https://x.example">Home</a></nav>
<h1>Lights of 2024-03-01</h1>
<ul>
<li><a href="{ARXIV}1">Lamps: a Study</a> (Ann Lee, Bob Ray)<p>We look.</p></li>
<li><a href="{ARXIV}2">Kites</a>
 (Cy Dow)</li>
</ul><footer>made by hand</footer></body></html>
"""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", json.dumps(RECORDS)),
        ("a.json", json.dumps({"date": "2024-03-05", "papers": RECORDS}, indent=1)),
        ("a.json", json.dumps([{"paper": each, "numComments": 1} for each in RECORDS])),
        ("a.jsonl", "\n".join(map(json.dumps, RECORDS))),
        ("-", json.dumps(RECORDS)),
        ("a.yaml", YAML),
        ("a.yml", json.dumps(RECORDS)),
        ("a.bib", BIB),
        ("a.ris", RIS),
        ("a.csv", CSV),
        ("a.tsv", CSV.replace('","', '"\t"').replace(",h", "\th").replace("Title,Authors,Link", "제목\t저자\t링크")
         .replace('Study",', 'Study"\t').replace("Kites,Cy Dow", "Kites\tCy Dow")),
        ("a.txt", LISTING),
        ("a.eml", f"From: a@b.example\nDate: Fri, 1 Mar 2024 10:00:00 +0000\nSubject: cs daily\n\n{LISTING}"),
        ("a.xml", RSS),
    ],
)  # fmt: skip
def test_records_are_papers_with_their_fields(name: str, text: str) -> None:
    digest = one(text, name)
    assert told(digest) == BOTH
    covered = [n for e in digest.entries for n in range(e.start_line, e.end_line + 1)] + list(digest.header_lines)
    filled = {n for n, line in enumerate(text.split("\n"), 1) if line.strip()}
    assert filled - set(covered) == set() or name == "a.eml"


def test_what_records_tell_besides() -> None:
    digest = one(json.dumps(RECORDS, indent=1), "2024-03-05.json")
    assert (digest.shape, digest.start, digest.entries[0].abstract) == ("json", date(2024, 3, 5), "We look.")
    assert (digest.entries[1].tags, digest.entries[1].commentary) == (("cs.LG",), "tldr: They fly.")
    assert (digest.entries[0].start_line, digest.entries[1].start_line) == (2, 11)
    bib = one(BIB, "a.bib").entries[0]
    assert (bib.tags, bib.abstract, bib.start_line, bib.end_line) == (("light", "seeing"), "We look.", 2, 3)
    ris = one(RIS, "a.ris").entries[0]
    assert (ris.date, ris.start_line, ris.end_line) == (date(2024, 3, 5), 1, 7)
    mail = one(LISTING, "a.txt")
    assert (mail.start, mail.entries[0].tags, mail.entries[0].abstract) == (
        date(2024, 3, 1),
        ("cs.LG", "cs.AI"),
        "We look.",
    )
    feed = one(RSS, "feed.xml")
    assert (feed.title, feed.entries[0].date, feed.entries[0].abstract) == (
        "Lights",
        date(2024, 3, 1),
        "We look & see.",
    )
    assert [entry.start_line for entry in feed.entries] == [2, 5]


NOTION = f"""Name,Authors,Date,Tags,URL,Status,Pages
A Study of Light,"Ann Lee, Bob Ray","March 5, 2024","light, seeing",{ARXIV}1,To read,12
Kites,Cy Dow,,,{ARXIV}2,,
"""


def test_columns_of_a_table_that_nobody_knows_are_kept() -> None:
    digest = one(NOTION, "a.csv")
    assert [entry.title for entry in digest.entries] == ["A Study of Light", "Kites"]
    first, second = digest.entries
    assert (first.date, first.tags, first.commentary) == (date(2024, 3, 5), ("light", "seeing"), "Status: To read")
    assert second.commentary is None


def test_a_column_of_names_is_none_of_titles_beside_one() -> None:
    text = f"Name,Title,URL\nAnn,A Study of Light,{ARXIV}1\n"
    (entry,) = one(text, "a.csv").entries
    assert (entry.title, entry.commentary) == ("A Study of Light", "Name: Ann")


def test_an_alert_of_a_search_engine_cites_by_initials() -> None:
    far = "https://scholar.google.com/scholar_url?url={0}&amp;hl=en&amp;sa=X"
    text = (
        'From: a@b.example\nSubject: "kites" - new results\nDate: Tue, 5 Mar 2024 10:00:00 +0000\n'
        "Content-Type: text/html; charset=utf-8\n\n"
        f'<div><h3><span>[PDF]</span> <a href="{far.format(ARXIV + "1")}">Lamps: a Study</a></h3>'
        "<div>A Lee, BC Ray-Fox… - arXiv preprint arXiv:2403.00001, 2024</div><div>We look at lamps &hellip;</div>\n"
        f'<h3><a href="{far.format(ARXIV + "2")}">Kites</a></h3><div>C Dow - Journal of Kites, 2024</div>'
        "<div>They fly &hellip;</div></div>\n"
    )
    digest = one(text, "a.eml")
    assert told(digest) == [
        ("Lamps: a Study", ("A Lee", "BC Ray-Fox", "…"), "2403.00001"),
        ("Kites", ("C Dow",), "2403.00002"),
    ]
    assert digest.entries[0].commentary == "arXiv preprint arXiv:2403.00001, 2024\n\nWe look at lamps …"


def test_an_object_of_yaml_stands_on_its_lines() -> None:
    digest = one(YAML, "a.yaml")
    first = digest.entries[0]
    assert (digest.shape, digest.start, first.abstract) == ("yaml", date(2024, 3, 5), "We look.")
    assert [(each.start_line, each.end_line) for each in digest.entries] == [(4, 10), (13, 17)]


def test_aliases_of_yaml_make_no_flood() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in pairwise("abcdefghijkl")
    )
    with pytest.raises(SourceError) as raised:
        parse_all(source(bomb, "a.yaml"))
    assert raised.value.message_id == "source.no_papers"


def test_a_preprint_may_be_named_in_the_journal() -> None:
    bib = "@article{a, title={Kites}, journal={arXiv preprint arXiv:2403.00002}, year={2024}}"
    assert [entry.arxiv_id for entry in one(bib, "a.bib").entries] == ["2403.00002"]


def test_a_page_is_read_like_text_with_its_own_lines() -> None:
    digest = one(PAGE, "page.html")
    assert [entry[0::2] for entry in told(digest)] == [entry[0::2] for entry in BOTH]
    assert (digest.title, digest.start) == ("Lights of 2024-03-01", date(2024, 3, 1))
    assert [(entry.start_line, entry.end_line) for entry in digest.entries] == [(5, 5), (6, 6)]
    assert "made by hand" not in str(digest)


@pytest.mark.parametrize("encoding", ["8bit", "base64"])
def test_a_letter_is_read_like_text_under_its_subject(encoding: str) -> None:
    body = PAGE if encoding == "8bit" else b64encode(PAGE.encode()).decode()
    head = (
        "From: a@b.example\nTo: c@d.example\nSubject: =?utf-8?q?Lights_=231?=\nDate: Fri, 1 Mar 2024 00:00:00 +0000\n"
    )
    kind = f"Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: {encoding}"
    text = f"{head}MIME-Version: 1.0\n{kind}\n\n{body}"
    digest = one(text, "a.eml")
    assert (digest.title, digest.start, len(digest.entries)) == ("Lights #1", date(2024, 3, 1), 2)
    assert digest.entries[0].start_line == (13 if encoding == "8bit" else 9)
    box = "".join(f"From a@b Fri Mar  1 00:00:00 2024\n{text}\n\n" for _ in range(2))
    assert [(each.title, len(each.entries)) for each in parse_all(source(box, "a.mbox"))] == [("Lights #1", 2)] * 2


HEADINGS = {
    "plain": [f"## [Lamps: a Study]({ARXIV}1)", f"## [Kites]({ARXIV}2)"],
    "html": [f'<h2><a href="{ARXIV}1">Lamps: a Study</a></h2>', f'<h2><a href="{ARXIV}2">Kites</a></h2>'],
}


@pytest.mark.parametrize("kind", HEADINGS)
@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_lines_of_a_letter_in_a_transfer_encoding_have_the_number_where_they_begin(encoding: str, kind: str) -> None:
    words = " ".join(f"낱말 {n}" for n in range(40))
    message = EmailMessage()
    message["From"], message["Date"], message["Subject"] = "a@b.example", "Fri, 1 Mar 2024 00:00:00 +0000", "Lights"
    body = "".join(f"\n{heading}\n\n{words}.\n" for heading in HEADINGS[kind])
    message.set_content(body if kind == "plain" else f"<html><body>{body}</body></html>", subtype=kind, cte=encoding)
    digest = one(message.as_string(), "a.eml")
    lines = message.as_string().split("\n")

    def read_to(number: int) -> str:
        written = "\n".join(lines[lines.index("") + 1 : number]).encode()
        return (a2b_base64(written) if encoding == "base64" else decodestring(written)).decode("utf-8", "ignore")

    assert [entry.arxiv_id for entry in digest.entries] == ["2403.00001", "2403.00002"]
    for entry, heading in zip(digest.entries, HEADINGS[kind], strict=True):
        assert heading[:4] not in read_to(entry.start_line - 1).rpartition("\n")[2]
        assert heading not in read_to(entry.start_line - 1)
        assert heading in read_to(entry.start_line + 2)


def test_a_page_says_its_encoding() -> None:
    page = f'<html><head><meta charset="gb18030"></head><body><ul><li><a href="{ARXIV}1">灯的研究</a></li>'
    page += f'<li><a href="{ARXIV}2">风筝</a></li></ul></body></html>'
    (digest,) = parse_all(source_from_bytes(page.encode("gb18030"), "/x/a.html"))
    assert [entry.title for entry in digest.entries] == ["灯的研究", "风筝"]


@pytest.mark.parametrize(
    ("name", "text", "error"),
    [
        ("a.json", '{"a": ', "source.malformed"),
        ("a.jsonl", json.dumps(RECORDS[0]) + "\n{cut", "source.malformed"),
        ("a.json", "[" * 100_000, "source.malformed"),
        ("a.eml", "From: a\nDate: b\n" + "Content-Type: multipart/x; boundary=x\n\n--x\n" * 200, "source.malformed"),
        ("a.json", '{"version": 1, "theme": "dark"}', "source.no_papers"),
        ("a.yaml", "version: 2\njobs: [build]\n", "source.no_papers"),
        ("a.yml", "- title: 'open\n", "source.malformed"),
        ("a.yml", "[" * 100_000, "source.malformed"),
        ("a.bib", "no record", "source.no_papers"),
        ("a.ris", "TY  - JOUR\nER  - ", "source.no_papers"),
        ("a.csv", "name,size\na,1\n", "source.no_papers"),
        ("a.xml", "<?xml version='1.0'?><rss><channel><item>", "source.malformed"),
        ("a.xml", "<?xml version='1.0'?><urlset/>", "source.no_papers"),
        ("a.rss", '<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss>&b;</rss>', "source.malformed"),
        ("a.atom", "<feed>" + "<entry>" * 100_000, "source.malformed"),
    ],
)  # fmt: skip
def test_what_is_not_what_it_says_is_refused_in_a_sentence(name: str, text: str, error: str) -> None:
    with pytest.raises(SourceError) as raised:
        parse_all(source(text, name))
    assert raised.value.message_id == error


@pytest.mark.parametrize(
    "text", ["[Title](https://a.example)", "{% raw %}\ntext", "@someone said so", "<b>bold</b> words"]
)
def test_a_text_that_begins_like_records_is_a_text(text: str) -> None:
    assert [len(digest.entries) for digest in parse_all(source(text, "a.txt"))] == [1]


def test_readers_are_loaded_when_a_file_needs_them() -> None:
    code = (
        "import sys; from tui_digest.parsing import parse_all; from tui_digest.models import Source\n"
        "parse_all(Source('/x/a.txt', '2023년 7월 5주차\\nhttps://arxiv.org/abs/2307.00001\\nA Thing', ''))\n"
        "print([m for m in sys.modules if m.rpartition('.')[2] in ('json_records', 'bibliography', 'csv_rows', 'feed',"
        " 'mail', 'html_page', 'arxiv_mail') or m in ('email', 'csv', 'xml.parsers.expat')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("readme", ["README.md", "README.ko.md"])
def test_the_readme_names_the_kinds_of_files_that_are_read(readme: str) -> None:
    text = (Path(__file__).parent.parent.parent / readme).read_text("utf-8").lower()
    said = {".ndjson": "json", ".jsonl": "json", ".bib": "bibtex", ".htm": "html", ".xhtml": "html", ".xml": "rss"}
    missing = [suffix for suffix in SUFFIXES if said.get(suffix, suffix.strip(".")) not in text]
    assert missing == []


ROWS = st.lists(st.tuples(st.sampled_from(["word", "day", "paper"]), st.integers(0, 3)), min_size=1, max_size=8)


@settings(max_examples=examples(40))
@given(rows=ROWS, kind=st.sampled_from(["page", "letter", "page in a letter"]))
def test_lines_have_the_numbers_of_the_file_whatever_is_made_of_it(rows: list[tuple[str, int]], kind: str) -> None:
    page = kind != "letter"
    told = {"word": "word {}", "day": "day {}", "paper": f"paper {ARXIV[:-5]}{{:05}}"}
    lines = ["<html><head><title>of it</title></head><body>"] if page else []
    for number, (what, blanks) in enumerate(rows):
        text = told[what].format(number)
        lines += [f"<p>{text}</p>" if page else text, *[""] * blanks]
    lines += ["</body></html>"] if page else []
    if kind != "page":
        form = "text/html" if page else "text/plain"
        head = ["From: a@b.example", "To: c@d.example", "Subject: of it", f"Content-Type: {form}; charset=utf-8", ""]
        lines = [*head, *lines]

    def read(text: SourceText) -> ParsedDigest:
        """A shape of a plugin that places papers and days, and nothing else."""
        found = [(number, line.strip()) for number, line in enumerate(text.lines, 1) if line.strip()]
        papers = [
            paper._replace(title=line, start_line=number, end_line=number)
            for number, line in found
            if line.startswith("paper")
        ]
        days = tuple(number for number, line in found if line.startswith("day"))
        rest = tuple((number, line) for number, line in found if line.startswith("word"))
        return ParsedDigest("of it", "own", None, None, tuple(papers), days, rest)

    paper = one(CSV, "a.csv").entries[0]
    name = "a.html" if kind == "page" else "a.eml"
    (digest,) = parse_all(source("\n".join(lines), name), shapes=[Shape("own", lambda _: True, read)])
    places = {
        what: [(at, n) for at, (each, _) in enumerate(rows) if each == what for n, line in enumerate(lines, 1)
               if told[what].format(at) in line]
        for what in told
    }  # fmt: skip
    assert digest.unplaced == tuple((n, f"word {at}") for at, n in places["word"])
    assert list(digest.header_lines) == [n for _, n in places["day"]]
    assert [(e.start_line, e.end_line) for e in digest.entries] == [(n, n) for _, n in places["paper"]]


@pytest.mark.parametrize(
    "said", ["<b>lamps</b> burn", "<code>lamps</code>", "<img src=x alt='lamps'>", "<i> </i>lamps", "\n lamps"]
)
def test_a_line_of_a_page_stands_where_its_words_do(said: str) -> None:
    lines = read_page(f"<p>first</p>\n\n\n<p>{said}</p>\n<p>last</p>").lines
    at = 4 + said.count("\n")
    assert [line.number for line in lines if line.text] == [1, at, at + 1]


def test_what_is_passed_over_ends_where_it_says_whatever_letters_stand_before() -> None:
    for letters in ("", "İİİİİİİİİ"):  # whose small form is longer
        page = read_page(f"<p>{letters}</p><SCRIPT>a<b</Script><p>lamps</p><!-- x --><p>kites</p>")
        assert [line.text for line in page.lines if line.text] == [*filter(None, [letters]), "lamps", "kites"]


@pytest.mark.parametrize(
    ("title", "times"),
    [("Lamps", 1), ("Ten lamps of v2.5 and GPT-4", 1), ("Lamps of 2024-03-01", 2), ("Lamps, March 2024", 2)],
)
def test_a_page_is_read_twice_only_where_its_title_may_tell_days(title: str, times: int) -> None:
    read = []

    def reads(text: SourceText) -> bool:
        read.append(text.stem)
        return False

    page = f"<html><head><title>{title}</title></head><body><p>Lamps burn.</p><p>Kites fly.</p></body></html>"
    parse_all(source(page, "item.html"), shapes=[Shape("own", reads, lambda _: pytest.fail("not read"))])
    assert len(read) == times


@pytest.mark.parametrize(
    "path",
    [*sorted((DATA / "forms").glob("*.md")), *sorted(DATA.glob("*.txt")), *sorted(DATA.glob("*.md"))],
    ids=lambda path: path.name,
)
def test_several_papers_are_found_without_reading_what_is_one(path: Path) -> None:
    found = read_source(path)
    read, several = parse_all(found), several_in(found)
    entries = [entry for digest in read for entry in digest.entries]
    found_there = [entry for digest in several for entry in digest.entries]
    assert found_there == entries or (len(entries) < 2 and found_there == [])


TABLE = f"""<table>
<thead><tr><th>No</th><th>Title</th>
<th>Authors</th><th>Link</th></tr></thead>
<tbody>
<tr><td>1</td><td>Lamps: a <b>Study</b></td><td>Ann Lee, Bob Ray</td>
    <td><a href="{ARXIV}1">arXiv</a></td></tr>
<tr><td>2</td><td>Kites</td><td>Cy Dow</td><td><a href="{ARXIV}2">arXiv</a></td></tr>
</tbody></table>"""


@pytest.mark.parametrize(
    ("name", "text", "first"),
    [
        ("2024-03-05.md", f"# Papers\n\nOf the day.\n\n{TABLE}\n\nThat is all.\n", 9),
        ("2024-03-05.md", f"{TABLE}\n", 5),
        ("2024-03-05.html", f"<html><body><h1>Papers</h1>\n{TABLE}\n<p>all</p></body></html>", 6),
        ("2024-03-05.eml", f"From: a@b.example\nDate: x\nSubject: s\nContent-Type: text/html\n\n{TABLE}\n", 10),
    ],
)
def test_rows_of_a_table_in_html_are_papers(name: str, text: str, first: int) -> None:
    digest = one(text, name)
    assert told(digest) == BOTH
    assert [entry.start_line for entry in digest.entries] == [first, first + 2]


def test_tables_that_only_lay_out_a_page_are_text() -> None:
    text = f"<table><tr><td>Title</td></tr><tr><td><a href='{ARXIV}1'>Lamps: a Study</a></td></tr></table>"
    assert "|" not in str(one(f"<html><body>{text}</body></html>", "a.html").entries)


def test_lists_in_lists_of_yaml_are_refused_whatever_depth_the_interpreter_takes() -> None:
    with pytest.raises(SourceError):
        parse_all(source("a:\n " + "- " * 900 + "x\n", "a.yml"))
