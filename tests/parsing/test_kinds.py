"""Small digests of kinds that people write by hand: records behind labels, org files, pages with chips, listings by
ids, numbered with signs, threads."""

from __future__ import annotations

from datetime import date

import pytest

from tests.parsing.samples import assert_covered_once, read, source
from tui_digest.models import ParsedDigest
from tui_digest.parsing import parse_all
from tui_digest.parsing.links import links_in

ONE, TWO, THREE = (f"https://arxiv.org/abs/2403.0000{n}" for n in (1, 2, 3))
LAMPS, KITES, BOATS = "Lamps: a Study of Light", "Kites for All", "Boats without Sails"


def digest(text: str, name: str = "digest.txt") -> ParsedDigest:
    found = read(text, name)
    assert_covered_once(found, text)
    return found


def told(found: ParsedDigest) -> list[tuple[str | None, str | None]]:
    return [(entry.title, entry.url) for entry in found.entries]


BOTH = [(LAMPS, ONE), (KITES, TWO)]


@pytest.mark.parametrize(
    ("who", "what", "link"),
    [
        ("발표자", "논문", "링크"),
        ("발표", "제목", "주소"),
        ("Presenter", "Paper", "Link"),
        ("Reader", "Title", "URL"),
        ("**담당**", "**논문명**", "**링크**"),
        ("- 발표", "- 논문", "- 링크"),
        ("発表者", "論文", "リンク"),
    ],
)
def test_the_label_that_means_a_title_gives_it_wherever_it_stands(who: str, what: str, link: str) -> None:
    text = "[2025.11.24 Lamp club]\n\n" + "\n\n".join(
        f"{who}: Kim\n{what}: {title}\n{link}: {url}\nIt is good." for title, url in BOTH
    )
    found = digest(text)
    assert told(found) == BOTH
    assert all(who in (entry.commentary or "") and "Kim" in (entry.commentary or "") for entry in found.entries)
    assert (found.title, found.start) == ("2025.11.24 Lamp club", date(2025, 11, 24))


def test_an_address_behind_the_same_label_is_none_of_a_title() -> None:
    text = f"## {LAMPS}\n논문: {ONE}\n\n## {KITES}\n논문: {TWO}\n"
    assert told(digest(text, "a.md")) == BOTH


ORG = f"""#+TITLE: Reading list
#+DATE: 2025-11-24
* Light
** TODO [#A] {LAMPS} :llm:scaling:
   SCHEDULED: <2025-11-30 Sun>
   :PROPERTIES:
   :CUSTOM_ID: lamps
   :URL: {ONE}
   :AUTHOR: Ann Lee and Bob Ray
   :END:
   Burns well.
   #+begin_quote
   We look at lamps.
   #+end_quote
** DONE [[{TWO}][{KITES}]]
   - flies
** BERT and {BOATS}
   {THREE}
"""


def test_states_and_drawers_of_org_are_no_topics_and_no_titles() -> None:
    found = digest(ORG, "a.org")
    assert told(found) == [*BOTH, (f"BERT and {BOATS}", THREE)]
    first, second, third = found.entries
    assert (first.tags, first.authors, first.section) == (("llm", "scaling"), ("Ann Lee", "Bob Ray"), "Light")
    assert (first.commentary or "").split("\n")[0] == "TODO [#A]"
    assert (first.commentary or "").endswith("> We look at lamps.")
    assert "PROPERTIES" not in (first.commentary or "") and ":END:" not in (first.commentary or "")
    assert (second.commentary or "").split("\n")[0] == "DONE"
    assert third.commentary is None
    assert (found.title, found.start) == ("Reading list", date(2025, 11, 24))


def test_an_org_file_may_name_its_own_states() -> None:
    found = digest(f"#+TODO: TOREAD(t) | OVER(o)\n* TOREAD {LAMPS}\n{ONE}\n* DONE {KITES}\n{TWO}\n", "a.org")
    assert told(found) == [(LAMPS, ONE), (f"DONE {KITES}", TWO)]


def page(*cards: str) -> ParsedDigest:
    (found,) = parse_all(source(f"<html><body><h1>Daily 2025-11-25</h1>{''.join(cards)}</body></html>", "a.html"))
    return found


@pytest.mark.parametrize(
    "chips",
    [
        "<span class=tag>LLM</span><span class=tag>old lamps</span>",
        '<div><span class="badge bg-x">LLM</span> <span class="badge bg-x">old lamps</span></div>',
        '<p>Tags: <a rel="tag" href="https://x.example/t/llm">LLM</a>, <a rel="tag" href="/t/l">old lamps</a></p>',
        '<div class=chips><small class="chip">#LLM</small><small class="chip">#old lamps</small></div>',
    ],
)
def test_chips_of_a_page_are_tags(chips: str) -> None:
    card = f'<div><h3><a href="{ONE}">{LAMPS}</a></h3><p>Burns.</p>{chips}</div>'
    found = page(card, f'<div><h3><a href="{TWO}">{KITES}</a></h3><p>Flies.</p></div>')
    assert [(entry.tags, entry.commentary) for entry in found.entries] == [
        (("LLM", "old lamps"), "Burns."),
        ((), "Flies."),
    ]


def test_chips_before_a_heading_are_its_papers_and_those_in_a_sentence_are_words() -> None:
    card = f'<div><span class="tag">LLM</span><h3><a href="{TWO}">{KITES}</a></h3>'
    found = page(
        f'<div><h3><a href="{ONE}">{LAMPS}</a></h3><p>Of <span class="label">LLM</span>s.</p></div>',
        f"{card}<p><span class=hl>Fl</span>ies</p><i>Nov</i><span class=m>12 Nov</span><span class=m>x</span></div>",
    )
    assert [entry.tags for entry in found.entries] == [(), ("LLM",)]
    assert found.entries[0].commentary == "Of LLMs."
    assert "Flies" in (found.entries[1].commentary or "") and "12 Nov x" in (found.entries[1].commentary or "")


def test_a_plain_listing_by_ids() -> None:
    text = (
        f"arXiv digest for Mon, 24 Nov 2025\n\ncs.LG\n=====\n2403.00001  {LAMPS}\n   A. Author, B. Writer\n"
        f"   We look at lamps.\n\n2403.00002  {KITES}\n   C. Person\n   They fly.\n\n"
        f"cs.CL\n=====\n2403.00003v2  {BOATS}\n   D. Sailor\n"
    )
    found = digest(text)
    assert told(found) == [*BOTH, (BOATS, f"{THREE}v2")]
    assert [entry.authors for entry in found.entries] == [("A. Author", "B. Writer"), ("C. Person",), ("D. Sailor",)]
    assert [entry.section for entry in found.entries] == ["cs.LG", "cs.LG", "cs.CL"]
    assert (found.title, found.start) == ("arXiv digest for Mon, 24 Nov 2025", date(2025, 11, 24))


@pytest.mark.parametrize(
    "lines",
    [
        "[2403.00001] {}\n[2403.00002] {}",
        "2403.00001: {}\n\n2403.00002: {}",
        "arXiv:2403.00001 {}\n\narXiv:2403.00002 {}",
        "- 2403.00001 - {}\n- 2403.00002 - {}",
        "1. {} (2403.00001)\n2. {} (2403.00002)",
        "- {} [2403.00001]: good\n- {} [2403.00002]: better",
        "- {} (arXiv:2403.00001)\n- {} (arXiv: 2403.00002)",
        "* **[2403.00001]** {}\n* **[2403.00002]** {}",
        "① {} (arXiv:2403.00001)\n   - 빛\n\n② {} (Meta, arXiv:2403.00002)\n   - 연",
    ],
)
def test_bare_ids_beside_a_title_are_its_address(lines: str) -> None:
    assert told(digest(f"Papers\n\n{lines.format(LAMPS, KITES)}\n")) == BOTH


def test_ids_that_are_addressed_elsewhere_and_numbers_are_text() -> None:
    announced = "2403.0000{} Announce Type\n\n"
    text = f"# A\n\n### [{LAMPS}]({ONE})\n\n{announced.format(1)}### [{KITES}]({TWO})\n\n{announced.format(2)}"
    assert told(digest(text, "a.md")) == BOTH
    assert len(digest("2403.10001 Won went out\n2403.10002 won came in.\n").entries) == 1


@pytest.mark.parametrize(
    ("line", "urls"),
    [
        ("see arXiv:2403.00001v2, and", [f"{ONE}v2"]),
        ("(arXiv: cs/0112017)", ["https://arxiv.org/abs/cs/0112017"]),
        ("`arXiv:2403.00001` and arXiv:24.1", []),
    ],
)
def test_a_named_paper_is_a_link_wherever_it_stands(line: str, urls: list[str]) -> None:
    assert [link.url for link in links_in(line)] == urls


MARKS = "① ② | ⑴ ⑵ | ❶ ❷ | ➀ ➁ | 1️⃣ 2️⃣ | (1) (2) | 1) 2) | 가. 나. | 가) 나) | I. II. | #1 #2 | No.1 No.2 | 1/ 2/"


@pytest.mark.parametrize("marks", MARKS.split(" | "))
@pytest.mark.parametrize("form", ["{} {} {}\n", "{} {}\n{}\n\n"])
def test_what_counts_papers_is_no_part_of_their_titles(marks: str, form: str) -> None:
    text = "".join(form.format(mark, title, url) for mark, (title, url) in zip(marks.split(), BOTH, strict=True))
    assert told(digest(f"Papers of the week\n\n{text}")) == BOTH


def test_posts_of_a_thread_quote_titles_and_say_by_whom() -> None:
    text = (
        f'Papers I liked (Nov 2025):\n\n1/ "{LAMPS}" by Schick et al.\narxiv.org/abs/2403.00001\nIt burns.\n\n'
        f'2/ "{KITES}"\n{TWO}\n\n3/ {BOATS} by Ann Lee and Bob Ray\n{THREE}\n'
    )
    found = digest(text)
    assert [entry.title for entry in found.entries] == [LAMPS, KITES, BOATS]
    assert [entry.authors for entry in found.entries] == [("Schick", "et al."), (), ("Ann Lee", "Bob Ray")]


def test_what_a_title_does_by_something_is_no_author() -> None:
    text = f'### "Are Lamps On?": a Study of Light\n{ONE}\n\n### Flying by Combining Wind and Self-Study\n{TWO}\n'
    assert [entry.title for entry in digest(text, "a.md").entries] == [
        '"Are Lamps On?": a Study of Light', "Flying by Combining Wind and Self-Study",
    ]  # fmt: skip


def test_votes_may_stand_before_a_title() -> None:
    text = f"- ▲ 45 [{LAMPS}]({ONE})\n- ▲ 1,203 [{KITES}]({TWO})\n"
    found = digest(text, "a.md")
    assert [(entry.title, entry.votes) for entry in found.entries] == [(LAMPS, 45), (KITES, 1203)]


def test_the_address_of_a_heading_above_papers_is_kept() -> None:
    text = f"### [1] [What we read]({THREE})\n\n**[{LAMPS}]({ONE})**\n\n**[{KITES}]({TWO})**\n"
    found = digest(text, "a.md")
    kept = (found.preface or "") + "".join(f"{entry.url} {entry.links}" for entry in found.entries)
    assert THREE in kept


YAML_LIST = f"""---
title: Week 48
date: 2025-11-24
papers:
  - title: "{LAMPS}"
    url: {ONE}
    authors: [Ann Lee, Bob Ray]
  - title: {KITES}
    url: {TWO}
    note: It flies.
---
"""
TOML_LIST = f"""+++
title = "Week 48"
date = 2025-11-24

[[papers]]
title = "{LAMPS}"
url = "{ONE}"
authors = ["Ann Lee", "Bob Ray"]

[[papers]]
title = "{KITES}"
url = "{TWO}"
note = "It flies."
+++
"""


@pytest.mark.parametrize("settings", [YAML_LIST, TOML_LIST])
def test_papers_that_the_settings_list_are_entries(settings: str) -> None:
    found = digest(f"{settings}Enjoy.\n", "a.md")
    assert told(found) == BOTH
    assert (found.title, found.start, found.preface) == ("Week 48", date(2025, 11, 24), "Enjoy.")
    assert [entry.authors for entry in found.entries] == [("Ann Lee", "Bob Ray"), ()]
    assert [entry.commentary for entry in found.entries] == [None, "It flies."]
    below = digest(f"{settings}Enjoy.\n\n- [{BOATS}]({THREE})\n- [{BOATS} 2]({THREE}4)\n", "a.md")
    assert told(below) == [*BOTH, (BOATS, THREE), (f"{BOATS} 2", f"{THREE}4")]
    assert below.preface == "Enjoy."


@pytest.mark.parametrize(
    "settings",
    [
        f"title: {LAMPS[:5]}\nurl: {THREE}\nrelated:\n  - title: Kites\n    url: {ONE}\n  - {TWO}\n",
        f"title: Week 48\npapers:\n  - title: {LAMPS}\n    url: {ONE}\n  - {TWO}\n",
        f"title: Week 48\nsources: [{ONE}, {TWO}]\n",
        f"layout: post\nsources: [{ONE}, {TWO}]\n",
        f"title: Week 48\npapers:\n- {ONE}\n- {TWO}\n",
    ],
)
@pytest.mark.parametrize("below", ["My notes.\n", f"- [{KITES}]({THREE})\n- [{BOATS}]({THREE}4)\n"])
def test_no_address_in_settings_is_lost(settings: str, below: str) -> None:
    found = digest(f"---\n{settings}---\n{below}", "a.md")
    said = [found.preface, *(f"{entry.url} {entry.links} {entry.commentary}" for entry in found.entries)]
    assert all(url in str(said) for url in (ONE, TWO))


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("- **{}** ★★★ [[paper]({})] [[code](https://a.example/c)]", "★★★"),
        ("- [{}]({}) ★★★☆☆", "★★★☆☆"),
        ("- ★★☆ [{}]({})", "★★☆"),
        ("- [{} ⭐⭐⭐]({})", "⭐⭐⭐"),
        ("- [{}]({}) (★★): good", "(★★): good"),
        ("- {} ★ {}", "★"),
        ("### [{}]({}) ★★\n\nIt burns.", "★★\n\nIt burns."),
        ("### {} ★★\n{}\n\nIt burns.", "★★\n\nIt burns."),
        ("### ★★ [{}]({})", "★★"),
    ],
)
def test_a_rating_in_stars_is_kept_beside_the_title(item: str, said: str) -> None:
    found = digest("## 2025.11.24\n\n" + "\n\n".join(item.format(*each) for each in BOTH), "a.md")
    assert told(found) == BOTH
    assert [entry.commentary for entry in found.entries] == [said, said]


def test_a_column_of_stars_is_kept_and_a_lone_star_before_titles_is_a_list_mark() -> None:
    rows = "".join(f"| [{title}]({url}) | ★★★ |\n" for title, url in BOTH)
    found = digest(f"## 2025.11.24\n\n| Paper | Rating |\n|---|---|\n{rows}", "a.md")
    assert [entry.commentary for entry in found.entries] == ["Rating: ★★★", "Rating: ★★★"]
    marked = digest("".join(f"★ {title} {url}\n" for title, url in BOTH))
    assert told(marked) == BOTH


@pytest.mark.parametrize("votes", ["▲ {}", "👍 {}", "{} upvotes", "▲ {}\n"])
@pytest.mark.parametrize("below", ["{}\nAnn Lee, Bob Ray\n{}", "{}\n{}\nAnn Lee, Bob Ray"])
def test_votes_on_a_line_above_a_title_are_its_votes(votes: str, below: str) -> None:
    papers = (f"{votes.format(count)}\n{below.format(*each)}" for count, each in zip((45, 12), BOTH, strict=True))
    found = digest("Daily Papers\n\n" + "\n\n".join(papers) + "\n")
    assert told(found) == BOTH
    assert [(entry.votes, entry.authors) for entry in found.entries] == [(n, ("Ann Lee", "Bob Ray")) for n in (45, 12)]


@pytest.mark.parametrize(
    ("said", "rest"), [("외 3명", "외 3명"), ("et al.", "et al."), ("and 3 others", "and 3 others"), ("등", "등")]
)
@pytest.mark.parametrize("place", ["", " (KAIST)", " [KAIST, MIT]"])
def test_who_is_left_out_before_a_place_of_work_is_no_part_of_a_name(said: str, rest: str, place: str) -> None:
    papers = (f"{n}. {title}\n - 저자: Ann Lee {said}{place}\n - {url}\n" for n, (title, url) in enumerate(BOTH, 1))
    found = digest("11월 4주 논문 모음\n\n" + "\n".join(papers))
    assert told(found) == BOTH
    assert [entry.authors for entry in found.entries] == [("Ann Lee", rest)] * 2
    assert all(place.strip() in (entry.commentary or "") for entry in found.entries)


@pytest.mark.parametrize(
    ("first", "second", "names"),
    [
        ("- [{}][1] is good", "- [{}][kites] by Cy Dow", "1 Kites"),
        ("* **[{}][a]**: good", "* **[{}][b]**", "a b"),
        ("### [{}][1]\n\nBurns.", "### [{}][2]\n\nFlies.", "1 2"),
        ("- [{}][]", "- [{}][]", None),
        ("- [{}]", "- [{}]", None),
        ("1. {}[^1]", "2. {}[^2]", "^1 ^2"),
        ("- **{}**[^lamps]: good", "- **{}** [^kites]", "^lamps ^kites"),
        ("## {}[^1]\n\nBurns.", "## {}[^2]\n\nFlies.", "^1 ^2"),
    ],
)
@pytest.mark.parametrize("end", ["", ' "what it is"'])
def test_links_whose_addresses_stand_below_lead_there(first: str, second: str, names: str | None, end: str) -> None:
    called = [LAMPS, KITES] if names is None else names.split()
    below = "".join(f"[{name}]: {url}{end}\n" for name, (_, url) in zip(called, BOTH, strict=True))
    found = digest(f"# Papers, 24 Nov 2025\n\n{first.format(LAMPS)}\n\n{second.format(KITES)}\n\n{below}", "a.md")
    assert told(found) == BOTH
    assert found.start == date(2025, 11, 24)
    assert "]:" not in str([entry.commentary for entry in found.entries])


def test_a_footnote_may_say_more_than_an_address_and_code_is_no_link() -> None:
    below = f"[^1]: Ann Lee, {ONE}\n[^2]: Cy Dow, {TWO}\n"
    found = digest(f"# Papers, 24 Nov 2025\n\n1. {LAMPS}[^1]\n2. {KITES}[^2]\n\n{below}", "a.md")
    assert told(found) == BOTH
    assert "Ann Lee" in f"{found.preface} {found.entries}"
    text = f"# A\n\n```\n- [{LAMPS}][1]\n```\nWords[^2].\n\n[1]: {ONE}\n[^2]: {TWO}\n"
    (entry,) = digest(text, "a.md").entries
    assert f"- [{LAMPS}][1]" in (entry.commentary or "") and "Words[^2]." in (entry.commentary or "")


LATEX = [
    r"\item \textbf{TITLE}, Ann Lee, Bob Ray. \url{URL}",
    r"\item \href{URL}{TITLE} (NeurIPS 2024)",
    r"  \item \href{URL}{\textbf{TITLE}}: good \\",
    r"\item \textbf{\href{URL}{TITLE}}",
    r"\item[1.] \emph{TITLE} \url{URL}",
    "\\item \\textbf{TITLE}\n  \\url{URL}",
]


@pytest.mark.parametrize("item", LATEX)
@pytest.mark.parametrize("kind", ["itemize", "enumerate"])
def test_lists_of_latex_are_lists(item: str, kind: str) -> None:
    items = "\n".join(item.replace("TITLE", title).replace("URL", url) for title, url in BOTH)
    text = f"\\section*{{Week 48, 2025}}\n\\begin{{{kind}}}\n{items}\n\\end{{{kind}}}\n"
    found = digest(text, "a.txt")
    assert told(found) == BOTH
    assert (found.title, found.start) == ("Week 48, 2025", date(2025, 11, 24))
    assert "\\" not in str([entry.commentary for entry in found.entries])


def test_nested_lists_of_latex_are_topics_and_formulas_stay() -> None:
    inner = "".join(f"\\item \\href{{{url}}}{{{title} in $\\mathbf{{x}}_i$}}\n" for title, url in BOTH)
    text = f"\\begin{{itemize}}\n\\item Light\n\\begin{{enumerate}}\n{inner}\\end{{enumerate}}\n\\end{{itemize}}\n"
    found = digest(text, "a.tex")
    assert told(found) == [(f"{title} in $\\mathbf{{x}}_i$", url) for title, url in BOTH]
    assert [entry.section for entry in found.entries] == ["Light", "Light"]


def test_an_address_of_latex_ends_at_its_brace() -> None:
    text = (
        f"# Lamps\n\nWe read \\href{{{ONE}}}{{\\textbf{{a paper}}}} and "
        f"\\url{{https://a.example/b\\_c}}, \\href{{url}}{{{THREE}}}.\n\n"
        f"```\nsay \\url{{{TWO}}}\n```\n"
    )
    (entry,) = digest(text, "a.md").entries
    assert [entry.url, *(link.url for link in entry.links)] == [ONE, "https://a.example/b_c", THREE, TWO]
    assert f"say \\url{{{TWO}}}" in (entry.commentary or "")
