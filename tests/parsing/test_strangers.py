"""Digests as strangers keep them, small and invented: of each what it must give, paper by paper, and nothing else."""

from __future__ import annotations

import json
from datetime import date

import pytest

from tests.parsing.samples import read, source
from tests.parsing.test_properties import assert_covered_once
from tui_digest.models import Entry, ParsedDigest
from tui_digest.parsing import parse_all

ONE, TWO, THREE = (f"https://arxiv.org/abs/2403.0000{n}" for n in (1, 2, 3))
LAMPS, KITES, BOATS = "Lamps: a Study of Light", "Kites for All", "Boats without Sails"
BOTH = [(LAMPS, ONE), (KITES, TWO)]
BARE = [(None, ONE), (None, TWO)]
DAY = date(2024, 3, 8)


def digest(text: str, name: str = "digest.md") -> ParsedDigest:
    found = read(text, name)
    assert_covered_once(found, text)
    return found


def entries(text: str, name: str) -> list[Entry]:
    """Of a file that need not be a text: its lines are not counted."""
    return [entry for each in parse_all(source(text, name)) for entry in each.entries]


def told(found: ParsedDigest) -> list[tuple[str | None, str | None]]:
    return [(entry.title, entry.url) for entry in found.entries]


@pytest.mark.parametrize(
    "listed",
    [
        f"papers:\n  - {ONE}\n  - {TWO}\n",
        "papers:\n- arxiv:2403.00001\n- 2403.00002\n",
        f"articles:\n- {ONE}\n\n- {TWO}\n",
    ],
)
def test_papers_of_settings_may_be_mere_addresses(listed: str) -> None:
    found = digest(f"---\ntitle: Friday list\ndate: 2024-03-08\n{listed}---\nWe met on Friday.\n")
    assert told(found) == BARE
    assert (found.title, found.start, found.preface) == ("Friday list", DAY, "We met on Friday.")


def test_papers_of_settings_may_stand_on_one_line_or_be_titles_and_addresses() -> None:
    (found,) = parse_all(source("---\ndate: 2024-03-08\npapers: [2403.00001, 2403.00002]\n---\nText.\n", "a.md"))
    assert told(found) == BARE
    found = digest(f'---\npapers:\n  - "{LAMPS} {ONE}"\n  - "[{KITES}]({TWO}) fly"\n---\nText.\n')
    assert told(found) == BOTH
    assert found.entries[1].commentary == "fly"


def test_one_address_among_papers_of_settings_is_that_of_the_note() -> None:
    found = digest(f"---\ntitle: On lamps\npapers:\n - {ONE}\n---\nThey burn.\n")
    assert told(found) == [("On lamps", ONE)]
    found = digest(f"---\ntitle: On lamps\nurl: {ONE}\npapers: ['{TWO}', '{THREE}']\n---\nThey burn.\n")
    assert told(found) == [("On lamps", ONE)]
    assert [link.url for link in found.entries[0].links] == [TWO, THREE]


def test_tables_of_toml_may_stand_in_a_list() -> None:
    text = (
        f'+++\ntitle = "Week nine"\npapers = [\n  {{ title = "{LAMPS}", url = "{ONE}", tags = ["light"] }},\n'
        f'  {{ title = "{KITES}", url = "{TWO}" }},\n]\n+++\nShort week.\n'
    )
    found = digest(text)
    assert told(found) == BOTH
    assert [(each.start_line, each.tags) for each in found.entries] == [(4, ("light",)), (5, ())]


@pytest.mark.parametrize(
    ("document", "papers"),
    [
        ({"title": "Week 10", "date": "2024-03-08", "papers": ["2403.00001", TWO]}, BARE),
        ([ONE, TWO], BARE),
        ({"papers": [f"{LAMPS} {ONE}", f"[{KITES}]({TWO})"]}, BOTH),
        ({"to read": ["2403.00001"], "done": ["2403.00002"]}, BARE),
    ],
)
def test_papers_of_a_document_may_be_mere_texts(document: object, papers: list[tuple[str | None, str]]) -> None:
    found = entries(json.dumps(document, indent=1), "a.json")
    assert [(each.title, each.url) for each in found] == papers


def test_days_of_a_document_may_hold_mere_ids() -> None:
    found = parse_all(source('{"2024-03-08": ["2403.00001"], "2024-03-09": ["2403.00002"]}', "a.json"))
    assert [(each.start, *told(each)) for each in found] == [(DAY, BARE[0]), (date(2024, 3, 9), BARE[1])]


def test_ids_beside_a_paper_of_a_document_are_its_links() -> None:
    (entry,) = entries(json.dumps({"title": LAMPS, "url": ONE, "references": ["2403.00002"]}), "a.json")
    assert [(link.url, link.label) for link in entry.links] == [(TWO, "references")]


@pytest.mark.parametrize("sign", ["▲ 120", "👍 120", "**120 votes**"])
@pytest.mark.parametrize("head", ["## [{}]({})", "### {}\n{}", "**[{}]({})**"])
def test_votes_above_headings_are_those_of_the_paper_below(sign: str, head: str) -> None:
    blocks = [
        f"{sign.replace('120', votes)}\n\n{head.format(*paper)}\nGood."
        for votes, paper in zip(["120", "87"], BOTH, strict=True)
    ]
    found = digest("# Top of 2024-03-08\n\n" + "\n\n".join(blocks) + "\n")
    assert told(found) == BOTH
    assert [(each.votes, each.commentary) for each in found.entries] == [(120, "Good."), (87, "Good.")]


def test_votes_below_headings_stay_where_they_are() -> None:
    found = digest(f"## [{LAMPS}]({ONE})\nGood.\n\n▲ 120\n\n## [{KITES}]({TWO})\n\n▲ 87\n")
    assert [each.votes for each in found.entries] == [120, 87]


def test_the_id_above_a_labelled_title_is_that_of_its_paper() -> None:
    text = "".join(
        f"[{n}] arXiv:2403.0000{n} [pdf, html, other]\nTitle: {title}\nAnn Lee, Bob Ray\nSubjects: Optics\n"
        for n, (title, _) in enumerate(BOTH, 1)
    )
    found = digest(f"Fri, 8 Mar 2024 (showing 2 of 2 entries)\n{text}", "a.txt")
    assert told(found) == BOTH
    assert found.start == DAY
    assert [each.authors for each in found.entries] == [("Ann Lee", "Bob Ray")] * 2


@pytest.mark.parametrize(
    "lines",
    [
        ["2403.00001", "2403.00002v1"],
        ["arXiv:2403.00001", "2403.00002"],
        ["# March", "2403.00001  it burns", "2403.00002  it flies"],
        ["# March", "", "- 2403.00001: it burns", "- 2403.00002"],
        ["# March", "", f"- {ONE} it burns", f"- {TWO} - it flies"],
        ["Read:", "", f"* <{ONE}>: it burns", "  - twice", f"* <{TWO}>: it flies"],
        [f"- [ ] {ONE}", f"- [x] {TWO} #light"],
    ],
)
def test_addresses_or_ids_with_comments_are_papers_of_a_list(lines: list[str]) -> None:
    text = "\n".join(lines)
    found = digest(text)
    assert [(each.title, each.arxiv_id) for each in found.entries] == [(None, "2403.00001"), (None, "2403.00002")]
    assert [each.commentary for each in found.entries] == [
        None if "burns" not in text else "it burns\n- twice" if "twice" in text else "it burns",
        "it flies" if "flies" in text else None,
    ]


def test_one_address_below_a_heading_counts_where_others_have_several() -> None:
    days = parse_all(source(f"## 2024-03-08\n- {ONE}\n- {TWO}\n## 2024-03-09\n- {THREE}\n", "a.md"))
    assert [len(each.entries) for each in days] == [2, 1]


def test_a_second_address_beside_that_of_a_heading_is_a_link() -> None:
    found = digest(f"### {LAMPS}\n- {ONE}\n- {THREE} earlier work\n\n### {KITES}\n- {TWO}\n- it flies\n")
    assert told(found) == BOTH
    assert [link.url for link in found.entries[0].links] == [THREE]


@pytest.mark.parametrize("item", ["- [{n}. {}]({})", "【{n}】{}\n地址：{}", "### [{n}) {}]({})", "- [[{n}] {}]({})"])
def test_the_number_of_a_paper_is_no_part_of_its_title(item: str) -> None:
    text = "\n\n".join(item.format(*paper, n=number) for number, paper in enumerate(BOTH, 1))
    assert told(digest(f"2024-03-08\n\n{text}\n", "a.md")) == BOTH
