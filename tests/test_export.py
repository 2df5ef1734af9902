"""Every format: what it says, what it leaves out, and that text of strangers cannot break its frame."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import entry
from tui_digest.export import FORMATS
from tui_digest.export.ascii_words import ascii_words
from tui_digest.export.bibtex import bibtex_for
from tui_digest.export.markdown import markdown_link
from tui_digest.export.papers import arxiv_year
from tui_digest.models import Digest, Entry, Mark, Sighting
from tui_digest.parsing import parse_all
from tui_digest.parsing.decoding import source_from_bytes

DIGEST = Digest(
    "d1", "2023년 7월 5주차", "weekly-text", "2023-W30", date(2023, 7, 23), date(2023, 7, 29), "/d/0.txt", "aa"
)


def seen(each: Entry, key: str | None = None) -> Sighting:
    return Sighting(key or each.key, DIGEST, each)


def written(name: str, *sightings: Sighting, mark: Mark | None = None) -> str:
    return "".join(FORMATS[name].write(sightings, lambda key: mark or Mark()))


def parsed_bibtex(text: str) -> dict[str, dict[str, str]]:
    """A strict little reader that counts braces as BibTeX does, escaped ones too; anything else fails."""
    records: dict[str, dict[str, str]] = {}
    position = 0
    while match := re.compile(r"\s*@misc\{([a-z][a-z0-9]*),\n").match(text, position):
        assert match[1] not in records
        fields = records.setdefault(match[1], {})
        position = match.end()
        while field := re.compile(r"  (\w+) = (\{|[a-z]{3}(?=,?\n))").match(text, position):
            depth, end = 1, field.end()
            while depth and field[2] == "{":
                depth += {"{": 1, "}": -1}.get(text[end], 0)
                end += 1
            fields[field[1]] = text[field.end() : end - 1] if field[2] == "{" else field[2]
            position = end + (text[end] == ",") + 1
        assert text[position] == "}"
        position += 1
    assert not text[position:].strip()
    return records


RLCD = entry(
    "RLCD: Better", arxiv="2307.12950", authors=["Kevin Yang", "Dan Klein"], tags=["ai-feedback"], lines=(2, 4)
)


def test_json_is_the_contract() -> None:
    document = json.loads(written("json", seen(RLCD)))
    assert list(document) == ["schema_version", "entries"]
    (record,) = document["entries"]
    assert list(record) == (
        "key digest source title fallback_title authors authors_written url arxiv_id version doi links link_labels "
        "tags abstract commentary votes read starred note own_tags date section preface learned".split()
    )
    assert record["digest"] == {
        "id": "d1", "title": "2023년 7월 5주차", "shape": "weekly-text", "week": "2023-W30",
        "start": "2023-07-23", "end": "2023-07-29", "added": None, "starter": False,
    }  # fmt: skip
    assert record["source"] == {"path": "/d/0.txt", "start_line": 2, "end_line": 4, "sha256": "aa"}
    assert (record["links"], record["abstract"], record["read"]) == ([], None, False)


@pytest.mark.parametrize("names", [("Ada One",), ("Ada One", "et al."), ("山田 ほか",), ("et al.",), ()])
def test_json_keeps_that_there_are_more_authors_and_is_read_back_with_them(names: tuple[str, ...]) -> None:
    text = written("ndjson", seen(entry("Found in Time", url="https://example.org/found", authors=names)))
    record = json.loads(text)
    assert record["authors"] == [name.removesuffix(" ほか") for name in names if name != "et al."]
    assert record["authors_written"] == (None if names in ((), ("Ada One",)) else [*names])
    (digest,) = parse_all(source_from_bytes(text.encode(), "/a.ndjson"))
    assert digest.entries[0].authors == names


def test_json_of_nothing_is_a_document_too() -> None:
    assert json.loads(written("json")) == {"schema_version": 2, "entries": []}


def test_records_are_one_a_sighting_and_papers_one_a_paper() -> None:
    twice = (seen(RLCD), seen(entry("RLCD: Better", arxiv="2307.12950", tags=["rl"])))
    assert len(json.loads(written("json", *twice))["entries"]) == 2
    assert len(written("ndjson", *twice).splitlines()) == 2
    assert list(parsed_bibtex(written("bibtex", *twice))) == ["yang2023rlcd"]
    assert len(list(csv.DictReader(io.StringIO(written("csv", *twice))))) == 1
    assert written("ris", *twice).count("TY  - ") == written("markdown", *twice).count("\n- ") + 1 == 1


def test_a_gap_is_filled_from_another_sighting() -> None:
    bare = entry(None, url="https://example.org/found", fallback="example.org")
    full = entry("Found", url="https://example.org/found", authors=["Ada One"])
    (row,) = csv.DictReader(io.StringIO(written("csv", seen(bare), seen(full))))
    assert (row["title"], row["authors"]) == ("Found", "Ada One")


def test_bibtex_of_an_arxiv_paper() -> None:
    assert parsed_bibtex(bibtex_for(seen(RLCD))) == {
        "yang2023rlcd": {
            "title": "{RLCD: Better}", "author": "Yang, Kevin and Klein, Dan", "year": "2023", "month": "jul",
            "eprint": "2307.12950", "eprinttype": "arxiv", "archivePrefix": "arXiv",
            "url": "https://arxiv.org/abs/2307.12950", "keywords": "ai-feedback",
            "digest": "2023년 7월 5주차 (2023-07-23/2023-07-29), 2023-W30",
        }
    }  # fmt: skip


def test_bibtex_escapes_and_keeps_names_whole() -> None:
    each = entry(
        r"50% of $x_1$ & {y ~ \z ^ # for $5", url="https://e.org/a_b{c}", authors=["Search and Rescue Team", "et al."]
    )
    (fields,) = parsed_bibtex(bibtex_for(seen(each))).values()
    assert fields["title"] == (
        r"{50\% of $x_1$ \& \textbraceleft{}y \textasciitilde{} \textbackslash{}z \textasciicircum{} \# for \$5}"
    )
    assert fields["author"] == "{{Search and Rescue Team}} and others"
    assert fields["url"] == "https://e.org/a_b%7Bc%7D"
    assert "year" not in fields


@given(st.text(), st.lists(st.text(max_size=20), max_size=3), st.text(max_size=20))
def test_no_text_breaks_a_frame(title: str, authors: list[str], note: str) -> None:
    each = seen(entry(title, url="https://example.org/p", authors=authors))
    mark = Mark(note=note)
    assert len(parsed_bibtex(written("bibtex", each, mark=mark))) == 1
    assert len(list(csv.DictReader(io.StringIO(written("csv", each, mark=mark), newline="")))) == 1
    assert written("ris", each, mark=mark).endswith("ER  - \n\n")
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in written("ris", each, mark=mark).split("\n") if line)
    assert len(json.loads(written("csljson", each, mark=mark))) == 1
    assert all(line.startswith(("- ", "  ")) for line in written("markdown", each, mark=mark).split("\n") if line)


def test_ris() -> None:
    assert written("ris", seen(RLCD), mark=Mark(note="see\nthis\n\nand that", tags=("mine",))) == (
        "TY  - UNPD\nTI  - RLCD: Better\nAU  - Yang, Kevin\nAU  - Klein, Dan\nPY  - 2023\nDA  - 2023/07//\n"
        "PB  - arXiv\nM1  - arXiv:2307.12950\nUR  - https://arxiv.org/abs/2307.12950\nKW  - ai-feedback\nKW  - mine\n"
        "N1  - see this\nN1  - and that\nN1  - 2023년 7월 5주차 (2023-07-23/2023-07-29), 2023-W30\nER  - \n\n"
    )


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "＝", "＋", "－", "＠", "'=", "''@"])
def test_csv_cells_are_never_formulas_and_are_read_back(start: str) -> None:
    title = f'{start}HYPERLINK("x"), "quoted"'
    each = entry(title, url="https://example.org/p", tags=["a", "b"])
    text = written("csv", seen(each), mark=Mark(starred=True, note="two\nlines"))
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["title"] == f"'{title}"
    assert (row["tags"], row["starred"], row["read"], row["note"]) == ("a; b", "true", "false", "two\nlines")
    (digest,) = parse_all(source_from_bytes(text.encode(), "/papers.csv"))
    assert digest.entries[0].title == title.strip()


def test_csv_keeps_ids_and_begins_with_a_mark_in_files_only() -> None:
    text = written("csv", seen(entry("Kites", arxiv="2307.10650")))
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["arxiv_id"] == "arXiv:2307.10650"
    assert not any(re.fullmatch(r"\d+\.\d*0", cell) for cell in row.values()), "a number loses its last zeros"
    assert b"".join(FORMATS["csv"].encoded([text], file=True)) == b"\xef\xbb\xbf" + text.encode()
    assert b"".join(FORMATS["ris"].encoded([text], file=True)) == text.encode()
    (digest,) = parse_all(source_from_bytes(b"\xef\xbb\xbf" + text.encode(), "/papers.csv"))
    assert [each.key for each in digest.entries] == ["arxiv:2307.10650"]


def test_markdown() -> None:
    each = entry(
        "A [x] *b*", arxiv="2307.00001", authors=["Ada One"], tags=["rl"], links=[("https://e.org/(c)", "Code")]
    )
    assert written("markdown", seen(each), mark=Mark(starred=True, note="one\ntwo")) == (
        "- ★ [A \\[x\\] \\*b\\*](https://arxiv.org/abs/2307.00001)\n  Ada One\n  [Code](https://e.org/%28c%29)\n"
        "  \\#rl\n  2023년 7월 5주차 (2023-07-23/2023-07-29)\n  > one\\\n  > two\n\n"
    )
    assert markdown_link(seen(each), "https://e.org/a b") == "[A \\[x\\] \\*b\\*](https://e.org/a%20b)"


@pytest.mark.parametrize(
    ("arxiv_id", "year"), [("2307.12950", 2023), ("cs/0112017", 2001), ("hep-th/9901001", 1999), ("odd", None)]
)
def test_the_year_of_an_arxiv_id(arxiv_id: str, year: int | None) -> None:
    assert arxiv_year(arxiv_id) == year


def test_ascii_words() -> None:
    assert ascii_words("Müller's Größe, 한국어 2") == ["mullers", "grosse", "hangukeo", "2"]


def test_a_doi_stands_where_each_format_has_a_place_for_it() -> None:
    paper = entry("On Lanterns", url="https://doi.org/10.1000/xyz.7", authors=["Ada Kim"])
    other = entry("No DOI", url="https://example.org/no-doi")
    (record, without) = parsed_bibtex(written("bibtex", seen(paper), seen(other))).values()
    assert (record["doi"], record["url"]) == ("10.1000/xyz.7", "https://doi.org/10.1000/xyz.7")
    assert "doi" not in without
    ris = written("ris", seen(paper), seen(other))
    assert ris.count("DO  - ") == 1
    assert "DO  - 10.1000/xyz.7\r\n" in ris.replace("\r\n", "\n").replace("\n", "\r\n")
    assert [each["key"] for each in json.loads(written("json", seen(paper)))["entries"]] == ["doi:10.1000/xyz.7"]
    assert "https://doi.org/10.1000/xyz.7" in written("csv", seen(paper))
    assert "(https://doi.org/10.1000/xyz.7)" in written("markdown", seen(paper))


def test_a_doi_of_another_sighting_of_the_paper_is_its_own() -> None:
    """The library knows by its title which DOI a note without one has; `key` is the paper's."""
    (record,) = parsed_bibtex(written("bibtex", seen(entry("On Lanterns"), "doi:10.1000/xyz.7"))).values()
    assert record["doi"] == "10.1000/xyz.7"
