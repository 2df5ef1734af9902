"""Digests as strangers keep them, small and invented: of each what it must give, paper by paper, and nothing else."""

from __future__ import annotations

import json
from datetime import date

import pytest

from tests.parsing.samples import digest, entries, read, source
from tui_digest.models import ParsedDigest
from tui_digest.parsing import parse_all

ONE, TWO, THREE = (f"https://arxiv.org/abs/2403.0000{n}" for n in (1, 2, 3))
LAMPS, KITES, BOATS = "Lamps: a Study of Light", "Kites for All", "Boats without Sails"
BOTH = [(LAMPS, ONE), (KITES, TWO)]
BARE = [(None, ONE), (None, TWO)]
DAY = date(2024, 3, 8)


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


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("- [[Lamps]] — [{}]({}) #light", "Lamps"),
        ("- Kim: [{}]({}) is fine", "Kim is fine"),
        ("- Burns ([{}]({}))", "Burns"),
        ("- See [{}]({}) for details.", "See for details."),
    ],
)
def test_a_link_behind_fewer_words_is_the_title(item: str, said: str) -> None:
    papers = [BOTH[0], (BOATS, TWO)]
    found = digest("# March\n\n" + "\n".join(item.format(*paper) for paper in papers) + "\n")
    assert told(found) == papers
    assert [each.commentary for each in found.entries] == [said, said]


def test_what_the_own_link_is_called_is_kept() -> None:
    named = [f"{LAMPS} ([Lee et al., 2024]({ONE}))", f"{KITES} ([Town Press]({TWO})): flies"]
    found = digest("".join(f"- {item}\n" for item in [*named, f"{BOATS} ([paper]({THREE}))"]))
    first, second, third = found.entries
    assert (first.title, first.authors, first.commentary) == (LAMPS, ("Lee", "et al."), "(2024)")
    assert (second.title, second.authors, second.commentary) == (KITES, (), "Town Press: flies")
    assert (third.title, third.commentary) == (BOATS, None)


def test_targets_of_restructured_text_are_where_its_names_lead() -> None:
    text = f"Papers\n======\n\n* `{LAMPS}`_ -- burns\n* `Kites for\n  All <{TWO}>`_\n* Boats_ sail\n\n"
    text += f".. _Lamps\\: a Study of Light: {ONE}\n.. _Boats: {THREE}\n"
    found = digest(text.replace("Kites for\n  All", KITES), "a.rst")
    assert told(found) == [*BOTH, ("Boats", THREE)]


def test_an_address_of_asciidoc_may_open_a_window() -> None:
    assert told(digest(f"= March\n\n* {ONE}[{LAMPS}^]\n* {TWO}[{KITES}^]\n", "a.adoc")) == BOTH


def test_lists_of_word_processors_tell_their_depth() -> None:
    head, below = '<ol class="c1 lst-kix_ab1-0 start">', '<ul class="c1 lst-kix_cd2-1 start"><li>Good.</li></ul>'
    items = "\n".join(f'{head}<li><a href="{url}">{title}</a></li></ol>\n{below}' for title, url in BOTH)
    found = digest(f"<html><body><p>March 8, 2024</p>\n{items}</body></html>", "a.html")
    assert told(found) == BOTH
    assert all("Good." in (each.commentary or "") for each in found.entries)


def test_cells_over_several_rows_count_in_each() -> None:
    rows = f'<tr><td rowspan="2">Light</td><td>{LAMPS}</td><td><a href="{ONE}">arXiv</a></td></tr>\n'
    rows += f'<tr><td>{KITES}</td><td><a href="{TWO}">arXiv</a></td></tr>\n'
    rows += f'<tr><td colspan="2">{BOATS}</td><td><a href="{THREE}">arXiv</a></td></tr>\n'
    head = "<tr><th>Room</th><th>Title</th><th>Link</th></tr>\n"
    found = read(f"<html><body><table>\n{head}{rows}</table></body></html>", "a.html")
    assert [each.url for each in found.entries] == [ONE, TWO, THREE]
    assert [each.title for each in found.entries[:2]] == [LAMPS, KITES]
    assert [each.commentary for each in found.entries[:2]] == ["Room: Light", "Room: Light"]


def test_names_between_dots_and_others_before_a_place() -> None:
    first = f"**{LAMPS}**\nAnn Lee · Bob Ray\nHall J | [Paper]({ONE})"
    second = f"**{KITES}**\nCy Dow · Di Fox\n[Paper]({TWO})"
    found = digest(f"## Session 1\n\n{first}\n\n{second}\n")
    assert told(found) == BOTH
    assert [each.authors for each in found.entries] == [("Ann Lee", "Bob Ray"), ("Cy Dow", "Di Fox")]
    found = digest(f"- [{LAMPS}]({ONE})\n  저자: 김하나, 이두리 외 6명, 서울대\n- [{KITES}]({TWO})\n")
    assert found.entries[0].authors == ("김하나", "이두리", "외 6명")
    assert "서울대" in (found.entries[0].commentary or "")


def test_a_day_that_stands_among_links_or_alone_above_papers() -> None:
    text = (
        f"# Lamp club\n\n*Mar 8, 2024*\n\n### {LAMPS}\n[ann/lamps](https://a.example/x) • [Paper]({ONE}) • 1 Dec 2023\n"
    )
    found = digest(f"{text}\n### {KITES}\n[Paper]({TWO}) • 2 Dec 2023\n")
    assert told(found) == BOTH
    assert found.start == DAY
    assert [each.date for each in found.entries] == [date(2023, 12, 1), date(2023, 12, 2)]


def test_a_document_of_latex_with_a_section_a_paper() -> None:
    body = "".join(
        f"\\section{{{title}}}\n\\author{{Ann Lee \\and Bob Ray}}\n\n\\url{{{url}}}\n\nGood.\n" for title, url in BOTH
    )
    head = "\\title{March}\n\\author{Cy Dow}\n\\date{March 8, 2024}\n\\begin{document}\n\\maketitle\n"
    found = digest(f"{head}{body}\\end{{document}}\n", "a.tex")
    assert told(found) == BOTH
    assert [(each.authors, each.commentary) for each in found.entries] == [(("Ann Lee", "Bob Ray"), "Good.")] * 2
    assert found.start == DAY
    assert "Cy Dow" in str(found.preface)


def test_a_link_behind_an_item_of_latex_is_no_label_of_it() -> None:
    items = "\n".join(f"\\item \\href{{{url}}}{{{title}}} by Ann Lee and Bob Ray. Good." for title, url in BOTH)
    found = digest(f"\\begin{{itemize}}\n{items}\n\\end{{itemize}}\n", "a.tex")
    assert [(each.title, each.authors, each.commentary) for each in found.entries] == [
        (title, ("Ann Lee", "Bob Ray"), "Good.") for title, _ in BOTH
    ]


def test_days_in_parts_and_days_of_creation() -> None:
    records = [
        {"title": LAMPS, "URL": ONE, "issued": {"date-parts": [[2024, 3, 8]]}},
        {"title": KITES, "url": TWO, "createdAt": "2024-03-08T10:00:00Z"},
        {"title": BOATS, "url": THREE, "issued": {"date-parts": [["2024", "3"]]}},
    ]
    assert [each.date for each in entries(json.dumps(records), "a.json")] == [DAY, DAY, date(2024, 3, 1)]


def test_a_row_without_title_and_link_is_no_paper_among_those_with() -> None:
    first, second = f"| 2024-03-01 | Kim | [{LAMPS}]({ONE}) |", f"| 2024-03-15 | Lee | [{KITES}]({TWO}) |"
    rows = f"{first}\n| 2024-03-08 | - | no meeting | |\n{second}\n"
    found = digest(f"# Lamp club\n\n| Date | Who | Paper |\n|---|---|---|\n{rows}")
    assert told(found) == BOTH
    assert "no meeting" in str(found.preface)


def test_a_schedule_is_known_by_where_its_rows_lead() -> None:
    told_rows = (f"{title}, Lee et al. 2024 ([arXiv]({url}))" for title, url in BOTH)
    rows = "".join(f"| {n} (Mar {n}) | Light | {row} | Kim |\n" for n, row in enumerate(told_rows, 1))
    found = digest(f"# Lamp club\n\n| Week | Topic | What | Lead |\n|---|---|---|---|\n{rows}| 3 | break | | |\n")
    assert told(found) == BOTH
    assert [each.authors for each in found.entries] == [("Lee", "et al."), ("Lee", "et al.")]
    assert found.entries[0].commentary == "(2024)\nWeek: 1 (Mar 1)\nLead: Kim"


@pytest.mark.parametrize(
    "text", ["- {0} ([arXiv]({1})); {2} ([arXiv]({3}))", "| a | {0} ([arXiv]({1})); {2} ([arXiv]({3})) |"]
)
def test_a_second_paper_of_an_item_never_gives_its_address_to_the_first(text: str) -> None:
    head = "" if text[0] == "-" else "| Week | Paper |\n|---|---|\n"
    line = text.format(LAMPS, ONE, KITES, TWO)
    found = digest(f"# March\n\n{head}{line}\n{text.format(BOATS, THREE, 'More of Them', f'{THREE}4')}\n")
    assert [(each.title, each.arxiv_id) for each in found.entries] == [(LAMPS, "2403.00001"), (BOATS, "2403.00003")]
    assert KITES in (found.entries[0].commentary or "")
    assert TWO in [link.url for link in found.entries[0].links]


def test_days_above_nested_items_are_those_of_their_papers() -> None:
    found = digest(
        f"* 2024-03-08\n  * {LAMPS}\n    * {ONE}\n    * it burns\n* 2024-03-01\n  * {KITES}\n    * {TWO}\n", "a.md"
    )
    assert told(found) == BOTH
    assert [each.date or found.start for each in found.entries] == [DAY, date(2024, 3, 1)]


def test_paragraphs_below_the_last_linked_title_are_its_own_as_below_the_others() -> None:
    first, second = f"[{LAMPS}]({ONE})\n\n> It burns.\n\nFine.", f"[{KITES}]({TWO})\n\n> It flies.\n\nGood."
    text = f"# 2024-03-08\n\n{first}\n\n{second}\n\nSee you.\n"
    found = digest(text)
    assert told(found) == BOTH
    assert [each.commentary for each in found.entries] == ["> It burns.\n\nFine.", "> It flies.\n\nGood."]
    assert found.preface == "See you."


def test_an_address_behind_a_label_of_ones_own_is_that_of_the_paper() -> None:
    blocks = [
        f"### {name}\n**Full title:** {title}\n**Who:** Kim\n**Where:** <{url}>\n**Why:** good."
        for name, (title, url) in zip("LK", BOTH, strict=True)
    ]
    found = digest("## Week 10, 2024\n\n" + "\n\n".join(blocks) + "\n")
    assert told(found) == BOTH


def test_what_an_answer_quotes_is_not_its_own_address() -> None:
    head = "From a@b.example Fri Mar  8 17:20:00 2024\nFrom: a@b.example\nSubject: a"
    head += "\nDate: Fri, 08 Mar 2024 17:20:00 +0100"
    bodies = (f"{LAMPS}\n{ONE}\nFine.", f"> {LAMPS}\n> {ONE}\n> Fine.\n\nI do not think so.")
    box = "".join(f"{head}\n\n{body}\n\n" for body in bodies)
    first, second = entries(box, "a.mbox")
    assert (first.title, first.url) == (LAMPS, ONE)
    assert second.url is None


@pytest.mark.parametrize(
    ("first", "second", "days"),
    [
        ("Monday, March 4th", "Tuesday, March 5th", [date(2024, 3, 4), date(2024, 3, 5)]),
        ("March 4th, 2025", "March 5th, 2025", [date(2025, 3, 4), date(2025, 3, 5)]),
        ("3월 4일 월요일", "3월 5일 화요일", [date(2024, 3, 4), date(2024, 3, 5)]),
        ("----- Monday, March 4th -----", "--- March 5th ---", [date(2024, 3, 4), date(2024, 3, 5)]),
    ],
)
@pytest.mark.parametrize("who", ["{}  9:12 AM", "{}\n  9:12 AM"])
def test_days_between_the_messages_of_a_chat(first: str, second: str, days: list[date], who: str) -> None:
    ann, bob = who.format("Ann Lee"), who.format("Bob Ray")
    text = f"{first}\n{ann}\n{ONE}\nit burns\n{bob}\nagreed\n{second}\n{ann}\n{LAMPS}: {TWO}\n{bob}\nold\n"
    found = parse_all(source(text, "a.txt"))
    assert [each.start for each in found] == days
    assert [each.title for each in found] == [first.strip("- "), second.strip("- ")]
    assert [entry.url for each in found for entry in each.entries] == [ONE, TWO]
    assert "it burns" in (found[0].entries[0].commentary or "")


def test_a_day_without_year_is_not_before_its_papers() -> None:
    found = parse_all(
        source(f"# Log\n\n## Dec 28\n- [{LAMPS}]({ONE})\n\n## Dec 21 (Sat)\n- [{KITES}]({TWO})\n", "a.md")
    )
    assert [each.start for each in found] == [date(2024, 12, 28), date(2024, 12, 21)]
    newer = "https://arxiv.org/abs/2501.00001"
    found = parse_all(source(f"# Jan 3\n\n- [{LAMPS}]({ONE})\n- [{KITES}]({newer})\n", "a.md"))
    assert [each.start for each in found] == [date(2025, 1, 3)]
    older = ONE.replace("2403", "2412")
    found = parse_all(source(f"## Dec 20\n- [{LAMPS}]({older})\n\n## Jan 3\n- [{KITES}]({newer})\n", "a.md"))
    assert [each.start for each in found] == [date(2024, 12, 20), date(2025, 1, 3)]
