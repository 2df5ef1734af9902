"""Layouts of digests, one invented text each: what a person reads in it is what is read."""

from __future__ import annotations

import json
from datetime import date

import pytest

from tests.parsing.samples import digest, entries, source
from tui_digest.errors import SourceError
from tui_digest.models import Entry, Link
from tui_digest.parsing import parse_all

ONE, TWO, THREE = (f"https://arxiv.org/abs/2403.0000{n}" for n in (1, 2, 3))
LAMPS, KITES, BOATS = "Lamps: a Study of Light", "Kites for All Seasons", "Boats without Sails"
BOTH = [(LAMPS, ONE), (KITES, TWO)]
DAY = date(2024, 3, 5)
AT_NINE = 1709629200
"""Seconds since 1970 of nine o'clock on that day."""


def told(found: list[Entry]) -> list[tuple[str | None, str | None]]:
    return [(entry.title, entry.url) for entry in found]


# Chats


def test_the_card_below_a_message_gives_the_title_of_its_paper() -> None:
    profile = {"real_name": "Ann Lee"}
    said = [
        {
            "ts": f"{AT_NINE}.1",
            "user": "U1",
            "text": f"<{ONE}>",
            "user_profile": profile,
            "attachments": [{"title": f"[2403.00001] {LAMPS}", "title_link": ONE, "text": "Lamps give light."}],
        },
        {
            "ts": f"{AT_NINE + 60}.1",
            "user": "U2",
            "text": f"<@U1> see <{TWO}|this> in <#C9|papers>",
            "username": "Bo",
            "attachments": [
                {"title": KITES, "from_url": "https://arxiv.org/pdf/2403.00002"},
                {"title": BOATS, "title_link": THREE},
                {"title": "No page of a paper", "title_link": "https://example.com/a"},
            ],
        },
    ]
    lamps, kites = entries(json.dumps(said), "chat.json")
    assert told([lamps, kites]) == BOTH
    assert lamps.commentary == "Ann Lee 09:00\nLamps give light."
    assert kites.commentary == f"Bo 09:01\n@Ann Lee see [this]({TWO}) in papers\n{BOATS}"
    assert kites.links == (Link(THREE, BOATS),)


def test_a_card_alone_is_a_paper_and_another_title_of_it_stays() -> None:
    who = {"name": "ann"}
    at = "2024-03-05T09:00:00+00:00"
    cards = [{"title": LAMPS, "url": ONE, "description": "Lamps give light."}]
    said = [
        {"author": who, "timestamp": at, "content": "look", "embeds": cards},
        {"author": who, "timestamp": at, "content": f"{KITES} {TWO}", "embeds": [{"title": "Kites v2", "url": TWO}]},
    ]
    lamps, kites = entries(json.dumps({"messages": said}), "chat.json")
    assert told([lamps, kites]) == BOTH
    assert lamps.commentary == "ann 09:00\nlook\nLamps give light."
    assert kites.commentary == "ann 09:00\nKites v2"


@pytest.mark.parametrize(
    "messages",
    [
        [
            {"sender": "Ann", "origin_server_ts": AT_NINE * 1000, "content": {"body": f"{LAMPS} {ONE}"}},
            {"sender": "Bo", "origin_server_ts": AT_NINE * 1000, "content": {"body": "fine"}},
        ],
        [
            {"sender_full_name": "Ann", "timestamp": AT_NINE, "subject": "light", "content": f"{LAMPS}\n{ONE}"},
            {"sender_full_name": "Bo", "timestamp": AT_NINE, "subject": "light", "content": "fine"},
        ],
        [
            {
                "from": {"user": {"displayName": "Ann"}},
                "createdDateTime": "2024-03-05T09:00:00Z",
                "body": {"contentType": "html", "content": f"<p>{LAMPS}</p><p><a href='{ONE}'>{ONE}</a></p>"},
            },
            {
                "from": {"user": {"displayName": "Bo"}},
                "createdDateTime": "2024-03-05T09:00:00Z",
                "body": {"contentType": "html", "content": "<p>fine</p>"},
            },
        ],
    ],
    ids=["matrix", "zulip", "teams"],
)
def test_programs_name_who_and_when_in_their_own_ways(messages: list[object]) -> None:
    (found,) = parse_all(source(json.dumps({"messages": messages}), "chat.json"))
    assert (told([*found.entries]), found.start) == ([(LAMPS, ONE)], DAY)
    assert (found.entries[0].commentary or "").split() == "Ann 09:00 Bo 09:00 fine".split()


def test_a_title_between_an_address_and_korean_words() -> None:
    found = digest(
        f"[Ann] [오전 10:02] {ONE} Lamps Are Sources of Light 읽어볼 만합니다\n"
        f"[Bo] [오전 10:05] {TWO} BERT 논문 같은 느낌\n[Ann] [오전 10:06] 좋네요\n"
    )
    assert told([*found.entries]) == [("Lamps Are Sources of Light", ONE), (None, TWO)]
    assert found.entries[0].commentary == "[Ann] [오전 10:02]\n읽어볼 만합니다"


@pytest.mark.parametrize("ahead", ["이건 어때요", "이 논문", "오늘 본"])
def test_words_before_a_quoted_title_are_no_author(ahead: str) -> None:
    found = digest(
        f'[홍길동] [오전 10:02] {ahead} "{LAMPS}" {ONE}\n[Bo] [오전 10:05] 네\n[Bo] [오전 10:06] {TWO}\n', "chat.txt"
    )
    assert told([*found.entries]) == [(LAMPS, ONE), (None, TWO)]
    assert found.entries[0].authors == ()
    assert found.entries[0].commentary is not None and ahead in found.entries[0].commentary


def test_korean_names_in_two_parts_are_names() -> None:
    found = digest(f'- 김 철수 "{LAMPS}" {ONE}\n- 남궁 민수 "{KITES}" {TWO}\n')
    assert [entry.authors for entry in found.entries] == [("김 철수",), ("남궁 민수",)]


# Documents of other programs


def test_slides_of_latex_are_papers() -> None:
    found = digest(
        "\\documentclass[10pt]{beamer}\n\\title{Slides of March}\n\\begin{document}\n\\frame{\\titlepage}\n"
        "\\section{Light}\n"
        f"\\begin{{frame}}{{{LAMPS}}}\n  \\framesubtitle{{Ann Lee, Bo Ray}}\n  \\begin{{itemize}}\n"
        "    \\item It burns\n"
        f"  \\end{{itemize}}\n  \\url{{{ONE}}}\n\\end{{frame}}\n"
        f"\\begin{{frame}}[t]{{{KITES}}}{{Cy Doe, Di Poe}}\n  \\href{{{TWO}}}{{arXiv}}\n\\end{{frame}}\n"
        f"\\begin{{frame}}\n\\frametitle{{{BOATS}}}\nThey float. \\url{{{THREE}}}\n\\end{{frame}}\n\\end{{document}}\n",
        "slides.tex",
    )
    assert told([*found.entries]) == [*BOTH, (BOATS, THREE)]
    assert [entry.authors for entry in found.entries] == [("Ann Lee", "Bo Ray"), ("Cy Doe", "Di Poe"), ()]
    assert [entry.commentary for entry in found.entries[:2]] == ["- It burns", None]
    assert (found.title, found.preface, found.entries[0].section) == ("Slides of March", None, "Light")


def test_a_paper_in_a_sentence_below_a_heading_counts_beside_papers_only() -> None:
    papers = f"## {LAMPS}\nAnn Lee, Bo Ray\n{ONE}\n\n## {KITES}\nCy Doe, Di Poe\n{TWO}\n\n"
    found = digest(f"# March\n\n{papers}## {BOATS}\nThey float, says {THREE}.\n")
    assert told([*found.entries]) == [*BOTH, (BOATS, THREE)]
    found = digest(f"# March\n\n{papers}## What else\nSee {ONE} and {THREE}.\n")
    assert told([*found.entries]) == BOTH


def test_typst_is_read_as_markdown() -> None:
    found = digest(
        '#set page(\n  paper: "a4",\n)\n#show link: underline\n// a remark\n\n= Papers of 5 March 2024\n\n'
        "== Light <light>\n\n"
        f'- *{LAMPS}* \\\n  Ann Lee, Bo Ray. #link("{ONE}")[arXiv] \\\n  They #emph[burn].\n'
        f'+ #link("{TWO}")[{KITES}] --- in \\#1 wind\n',
        "march.typ",
    )
    assert told([*found.entries]) == BOTH
    assert (found.title, found.start, found.entries[0].section) == ("Papers of 5 March 2024", DAY, "Light")
    assert found.entries[0].authors == ("Ann Lee", "Bo Ray")
    assert (found.entries[0].commentary or "").endswith("They burn.")
    assert found.entries[1].commentary == "in #1 wind"


def test_a_line_of_asciidoc_may_end_with_a_break() -> None:
    found = digest(f"= March\n\n* {ONE}[{LAMPS}] by Ann Lee and Bo Ray +\nThey burn.\n* {TWO}[{KITES}]\n", "a.adoc")
    assert told([*found.entries]) == BOTH
    assert (found.entries[0].authors, found.entries[0].commentary) == (("Ann Lee", "Bo Ray"), "They burn.")


@pytest.mark.parametrize("indent", [None, 1])
def test_notebooks_are_the_text_of_their_cells(indent: int | None) -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# March\n", "\n", "2024-03-05"]},
        {
            "cell_type": "markdown",
            "source": [f"## [{LAMPS}]({ONE})\n", "**Authors**: Ann Lée, Bo Ray\n", "\n", "Burn."],
        },
        {"cell_type": "code", "source": ["print(1)"], "outputs": [{"text": ["1\n"]}]},
        {"cell_type": "markdown", "source": f"## [{KITES}]({TWO})\nThey fly."},
    ]
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}, indent=indent)
    (found,) = parse_all(source(text, "march.ipynb"))
    assert told([*found.entries]) == BOTH
    assert (found.title, found.start, found.entries[0].authors) == ("March", DAY, ("Ann Lée", "Bo Ray"))
    assert found.entries[0].commentary == "Burn.\n\n```\nprint(1)\n```"
    lines = text.split("\n")
    assert LAMPS in lines[found.entries[0].start_line - 1] and KITES in lines[found.entries[1].start_line - 1]


@pytest.mark.parametrize("text", ["{", '{"cells": []}', "[]"])
def test_a_notebook_without_cells_is_refused(text: str) -> None:
    with pytest.raises(SourceError, match=r"source\.(malformed|no_papers)"):
        parse_all(source(text, "march.ipynb"))


def test_outlines_are_nested_items() -> None:
    text = (
        '<?xml version="1.0"?>\n<opml version="2.0"><head><title>March &amp; more</title></head><body>\n'
        '<outline text="Light">\n'
        f'<outline text="{LAMPS}" url="{ONE}" _note="They burn.">\n<outline text="Oil, or gas"/>\n</outline>\n'
        f'<outline text="&lt;a href=&quot;{TWO}&quot;&gt;{KITES}&lt;/a&gt;"/>\n</outline></body></opml>\n'
    )
    (found,) = parse_all(source(text, "march.opml"))
    assert (found.title, told([*found.entries])) == ("March & more", BOTH)
    assert [entry.section for entry in found.entries] == ["Light", "Light"]
    assert [entry.start_line for entry in found.entries] == [4, 7]
    assert (found.entries[0].commentary or "").split() == "They burn. - Oil, or gas".split()
    assert told(entries(text, "-")) == BOTH


def test_a_list_of_feeds_is_no_digest() -> None:
    text = '<opml><body><outline text="A blog" type="rss" xmlUrl="https://a.example/feed"/></body></opml>'
    with pytest.raises(SourceError, match=r"source\.no_papers"):
        parse_all(source(text, "feeds.opml"))
    bomb = '<!DOCTYPE opml [<!ENTITY a "b">]><opml><body><outline text="&a;"/></body></opml>'
    with pytest.raises(SourceError, match=r"source\.malformed"):
        parse_all(source(bomb, "feeds.opml"))


NBIB = """PMID- 12345678
OWN - NLM
DP  - 2024 Mar 5
TI  - Lamps: a Study
      of Light.
LID - 10.1000/lamps.1 [doi]
AB  - Lamps give light, and
      some of them burn.
FAU - Lee, Ann
AU  - Lee A
JT  - Journal of Lamps
MH  - *Light

PMID- 12345679
TI  - Kites for All Seasons.
FAU - Ray, Bo
"""
ENDNOTE = """<?xml version="1.0"?><xml><records>
<record><contributors><authors><author><style face="normal">Lee, Ann</style></author></authors></contributors>
<titles><title><style>Lamps: a Study</style><style> of Light</style></title>
<secondary-title>Journal of Lamps</secondary-title>
</titles><dates><year>2024</year><pub-dates><date>5 March 2024</date></pub-dates></dates>
<electronic-resource-num>10.1000/lamps.1</electronic-resource-num><keywords><keyword>Light</keyword></keywords>
<abstract>Lamps give light, and some of them burn.</abstract></record>
<record><contributors><authors><author>Ray, Bo</author></authors></contributors><titles>
<title>Kites for All Seasons</title></titles><urls><related-urls><url>https://pubmed.ncbi.nlm.nih.gov/12345679/</url>
</related-urls></urls></record></records></xml>
"""
ZOTERO = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:z="http://www.zotero.org/namespaces/export#">
<bib:Article rdf:about="urn:isbn:1"><z:itemType>journalArticle</z:itemType>
<bib:authors><rdf:Seq><rdf:li><foaf:Person><foaf:surname>Lee</foaf:surname><foaf:givenName>Ann</foaf:givenName>
</foaf:Person></rdf:li></rdf:Seq></bib:authors><dc:subject>Light</dc:subject>
<dc:title>Lamps: a Study of Light</dc:title><dcterms:isPartOf><bib:Journal><dc:title>Journal of Lamps</dc:title>
<dc:identifier>DOI 10.1000/lamps.1</dc:identifier></bib:Journal></dcterms:isPartOf><dc:date>2024-03-05</dc:date>
<dcterms:abstract>Lamps give light, and some of them burn.</dcterms:abstract>
<dcterms:isReferencedBy rdf:resource="#item_9"/></bib:Article>
<bib:Memo rdf:about="#item_9"><rdf:value>&lt;p&gt;Bright.&lt;/p&gt;</rdf:value></bib:Memo>
<z:Attachment rdf:about="#item_7"><z:itemType>attachment</z:itemType><dc:title>A file</dc:title></z:Attachment>
<bib:Article rdf:about="https://pubmed.ncbi.nlm.nih.gov/12345679/"><bib:authors><rdf:Seq><rdf:li><foaf:Person>
<foaf:surname>Ray</foaf:surname><foaf:givenName>Bo</foaf:givenName></foaf:Person></rdf:li></rdf:Seq></bib:authors>
<dc:title>Kites for All Seasons</dc:title></bib:Article></rdf:RDF>
""".replace("<rdf:RDF ", '<rdf:RDF xmlns:bib="b" xmlns:foaf="f" xmlns:dc="d" xmlns:dcterms="t" ')


@pytest.mark.parametrize(
    ("text", "name"), [(NBIB, "a.nbib"), (ENDNOTE, "a.xml"), (ZOTERO, "a.rdf")], ids=["nbib", "endnote", "zotero"]
)
def test_records_of_reference_managers(text: str, name: str) -> None:
    lamps, kites = entries(text, name)
    assert [(lamps.title, lamps.authors), (kites.title, kites.authors)] == [(LAMPS, ("Ann Lee",)), (KITES, ("Bo Ray",))]
    assert (lamps.url, kites.url) == ("https://doi.org/10.1000/lamps.1", "https://pubmed.ncbi.nlm.nih.gov/12345679/")
    assert (lamps.abstract, lamps.tags) == ("Lamps give light, and some of them burn.", ("Light",))
    assert lamps.date == DAY and "Journal of Lamps" in (lamps.commentary or "")
    assert name != "a.rdf" or "Bright." in (lamps.commentary or "")
    assert [entry.title for entry in entries(text, "-")] == [LAMPS, KITES]
    for broken in (text[:40], ""):
        with pytest.raises(SourceError):
            parse_all(source(broken, name))


def test_a_doi_beside_an_address_of_a_record_gives_its_key() -> None:
    (found,) = entries(
        f"@article{{a, title={{{LAMPS}}}, url={{https://lamps.example/a1}}, doi={{10.1000/lamps.1}}}}", "a.bib"
    )
    assert (found.url, found.key) == ("https://lamps.example/a1", "doi:10.1000/lamps.1")
    assert found.links == (Link("https://doi.org/10.1000/lamps.1"),)


# Posts, mails and lists


def test_a_post_of_several_papers_is_called_by_its_settings() -> None:
    found = digest(
        '---\ntitle: "3월 1주차 논문"\ndate: 2024-03-05\n---\n\n이번 주 논문입니다.\n\n'
        f"## 1. {LAMPS}\n\n> Ann Lee, Bo Ray | NeurIPS 2023 | [논문 링크]({ONE})\n\n빛을 냅니다.\n\n"
        f"## 2. {KITES}\n\n> Cy Doe, Di Poe | ICML 2023 | [논문 링크]({TWO})\n\n납니다.\n\n"
        "## 마치며\n\n다음 주에 만나요.\n"
    )
    assert told([*found.entries]) == BOTH
    assert [entry.authors for entry in found.entries] == [("Ann Lee", "Bo Ray"), ("Cy Doe", "Di Poe")]
    assert [entry.commentary for entry in found.entries] == ["NeurIPS 2023\n\n빛을 냅니다.", "ICML 2023\n\n납니다."]
    assert (found.title, found.start) == ("3월 1주차 논문", DAY)
    assert found.preface == "이번 주 논문입니다.\n\n## 마치며\n\n다음 주에 만나요."


CELL = '<tr><td style="font-size: 20px; font-weight: bold">{}</td></tr><tr><td>{}<br><i>A place</i></td></tr>'
SCORED = (
    '<tr><td><strong>Relevance:</strong> <div class="stars"><span>⭐</span><span>⭐</span></div></td></tr>'
    '<tr><td><strong>arXiv ID:</strong> <a href="https://arxiv.org/abs/{0}">{0}</a></td></tr>'
    "<tr><td><strong>TLDR:</strong> {1}</td></tr>"
)


def test_cells_in_bold_are_titles_and_stars_stay() -> None:
    text = "<html><body>" + "".join(
        f"<table>{CELL.format(title, names)}{SCORED.format(number, said)}</table><br>\n"
        for title, names, number, said in (
            (LAMPS, "Ann Lee, Bo Ray", "2403.00001", "They burn."),
            (KITES, "Cy Doe, Di Poe, Ed Roe", "2403.00002", "They fly."),
        )
    )
    found = entries(f"{text}</body></html>", "mail.html")
    assert told(found) == BOTH
    assert [entry.authors for entry in found] == [("Ann Lee", "Bo Ray"), ("Cy Doe", "Di Poe", "Ed Roe")]
    for entry, said in zip(found, ("They burn.", "They fly."), strict=True):
        assert entry.commentary is not None and entry.commentary.count("⭐") == 2 and said in entry.commentary


def test_buttons_of_a_mail_are_no_papers() -> None:
    paper = "https://www.semanticscholar.org/paper/{}"
    row = '<tr><td><a href="{0}">{1}</a></td></tr><tr><td>{2} · NeurIPS · 2023</td></tr><tr><td>They {3}.</td></tr>'
    button = '<tr><td><a href="{0}?save=1">Save to library</a></td></tr>'
    rows = [
        row.format(paper.format("a" * 40), LAMPS, "Ann Lee, Bo Ray", "burn") + button.format(paper.format("a" * 40)),
        row.format(paper.format("b" * 40), KITES, "Cy Doe, Di Poe", "fly") + button.format(paper.format("b" * 40)),
    ]
    text = "<html><body><h1>Your feed</h1>" + "".join(f"<table>{each}</table>" for each in rows)
    text += '<p><a href="https://mail.example/unsubscribe?id=1">Unsubscribe</a></p></body></html>'
    found = entries(text, "mail.html")
    assert [(entry.title, entry.authors, entry.links) for entry in found] == [
        (LAMPS, ("Ann Lee", "Bo Ray"), ()),
        (KITES, ("Cy Doe", "Di Poe"), ()),
    ]
    assert [entry.commentary for entry in found] == ["NeurIPS · 2023\nThey burn.", "NeurIPS · 2023\nThey fly."]


def test_an_address_that_is_its_own_label_is_no_title() -> None:
    papers = ((LAMPS, ONE, "burn"), (KITES, TWO, "fly"))
    text = "".join(
        f'<h3>{n}. {title}</h3><p><a href="{url}">{url.removeprefix("https://")}</a></p><ul><li>They {what}</li></ul>\n'
        for n, (title, url, what) in enumerate(papers, 1)
    )
    found = entries(f"<html><body><h2>March</h2>{text}</body></html>", "post.html")
    assert told(found) == BOTH
    assert [entry.commentary for entry in found] == ["- They burn", "- They fly"]


def test_names_that_break_off_below_a_title() -> None:
    names = "A Lee, BC Ray, D Doe…"
    found = digest(f"### [{LAMPS}]({ONE})\n{names}\nThey burn.\n\n### [{KITES}]({TWO})\n{names}\nThey fly.\n")
    assert [entry.authors for entry in found.entries] == [("A Lee", "BC Ray", "D Doe", "…")] * 2
    assert [entry.commentary for entry in found.entries] == ["They burn.", "They fly."]


def test_items_behind_eastern_marks_have_their_own_lines() -> None:
    found = digest(
        f"# 今週の論文（2024年3月4日〜3月10日）\n\n■ 光\n・{LAMPS}（Leeら）\n\u3000{ONE}\n\u3000光る。\n"
        f"・{KITES}\n\u3000{TWO}\n\u3000飛ぶ。\n\n■ 水\n・{BOATS}\n\u3000{THREE}\n"
    )
    assert told([*found.entries]) == [*BOTH, (BOATS, THREE)]
    assert [entry.commentary for entry in found.entries] == ["光る。", "飛ぶ。", None]
    assert [entry.section for entry in found.entries] == ["光", "光", "水"]
    assert (found.entries[0].authors, found.start) == (("Lee", "ら"), date(2024, 3, 4))


def test_items_may_be_wrapped_at_the_width_of_a_page() -> None:
    found = digest(
        " * Lamps and Candles: Labelling the Light of Sequences of Flames\n"
        "   That Nobody Has Seen Before (Ann Lee, Bo\n"
        f"   Ray) <{ONE}>\n   They burn.\n\n"
        f" * {KITES}\n   (Cy Doe, Di Poe)\n   <{TWO}>\n\n * {BOATS} (Ed Roe, Flo Moe)\n   <{THREE}>\n   They float.\n"
    )
    title = "Lamps and Candles: Labelling the Light of Sequences of Flames That Nobody Has Seen Before"
    assert told([*found.entries]) == [(title, ONE), (KITES, TWO), (BOATS, THREE)]
    names = [("Ann Lee", "Bo Ray"), ("Cy Doe", "Di Poe"), ("Ed Roe", "Flo Moe")]
    assert [entry.authors for entry in found.entries] == names
    assert [entry.commentary for entry in found.entries] == ["They burn.", None, "They float."]


def test_lines_that_had_room_are_not_wrapped() -> None:
    found = digest(f"- See what we said of it there\n  The Page at {ONE}\n- [{KITES}]({TWO})\n- [{BOATS}]({THREE})\n")
    assert told([*found.entries])[-2:] == [(KITES, TWO), (BOATS, THREE)]
    assert not any("The Page" in (entry.title or "") for entry in found.entries)


@pytest.mark.parametrize(
    ("cited", "names", "year"),
    [
        ("(Lee & Ray, 2018)", ("Lee", "Ray"), "(2018)"),
        ("(Lee et al., 2018)", ("Lee", "et al."), "(2018)"),
        ("(Lee et al.)", ("Lee", "et al."), None),
    ],
)
def test_names_that_cite_behind_a_title(cited: str, names: tuple[str, ...], year: str | None) -> None:
    found = digest(
        f"- {LAMPS} {cited} — {ONE}\n- {KITES} (ICML 2019) — {TWO}\n- {BOATS} (Technical Report) — {THREE}\n"
    )
    lamps, kites, boats = found.entries
    assert (lamps.title, lamps.authors, lamps.commentary) == (LAMPS, names, year)
    assert (kites.title, kites.authors, boats.authors) == (KITES, (), ())
    assert boats.title == f"{BOATS} (Technical Report)"


def test_the_link_beside_a_title_goes_before_slides_and_no_meeting_is_no_paper() -> None:
    found = digest(
        "# 세미나\n\n| 날짜 | 발표자 | 논문 | 자료 |\n|---|---|---|---|\n"
        f"| 2024.03.05 | 홍길동 | {LAMPS} ([링크]({ONE})) | [발표자료](https://slides.example/1) |\n"
        f"| 2024.03.12 | 김철수 | {KITES} ([링크]({TWO})) | - |\n| 2024.03.19 | 이영희 | 휴강 (공휴일) | |\n"
        "| 2024.03.26 | 이영희 | *No meeting* | |\n| 2024.04.02 | 이영희 | TBD | |\n"
    )
    assert told([*found.entries]) == BOTH
    assert found.entries[0].links == (Link("https://slides.example/1", "발표자료"),)
    assert found.preface is not None and "휴강" in found.preface and "TBD" in found.preface


@pytest.mark.parametrize("wrapped", [False, True])
def test_citations_are_papers_without_marks(wrapped: bool) -> None:
    between = "\n    " if wrapped else " "
    found = digest(
        f"References\n\nLee, A., Ray, B.-C., & Doe, D. (2023).{between}Lamps give light to all. In{between}Lamps "
        f"of 2023 (pp. 1-9).{between}{ONE}\n\n"
        f"Roe, E., & Moe, F. (2022). Kites fly in any wind.{between}Kites, 9(8). {TWO}\n",
        "refs.txt",
    )
    assert told([*found.entries]) == [("Lamps give light to all", ONE), ("Kites fly in any wind", TWO)]
    assert [entry.authors for entry in found.entries] == [("A. Lee", "B.-C. Ray", "D. Doe"), ("E. Roe", "F. Moe")]
    assert found.entries[1].commentary == "(2022) Kites, 9(8)."


def test_names_in_a_field_for_authors_may_be_words() -> None:
    (found,) = entries(f'title;authors;url\n{LAMPS};"Long, Ann; Best, Bo; Lee, Cy";{ONE}\n', "a.csv")
    assert found.authors == ("Ann Long", "Bo Best", "Cy Lee")
    (found,) = entries(f"title,authors,url\n{LAMPS},see the paper,{ONE}\n", "a.csv")
    assert found.authors == ()


# Posts and feeds of programs


def test_posts_of_a_social_network_are_read_as_a_chat() -> None:
    def post(number: int, day: str, content: str, **more: object) -> dict[str, object]:
        note = {"type": "Note", "published": f"{day}T09:00:00Z", "url": f"https://a.example/{number}", **more}
        note |= {"attributedTo": "https://a.example/users/ann", "content": content, "summary": None}
        return {"type": "Create", "published": f"{day}T09:00:00Z", "object": note}

    link = '<a href="{0}"><span class="invisible">https://</span><span>{1}</span></a>'
    outbox = {
        "type": "OrderedCollection",
        "orderedItems": [
            post(1, "2024-03-05", f"<p>{LAMPS}<br />{link.format(ONE, ONE[8:])}</p><p>They burn. <a>#light</a></p>"),
            post(2, "2024-03-05", "<p>Good morning!</p>", inReplyTo=None),
            post(3, "2024-03-05", "<p>Not only oil.</p>", inReplyTo="https://a.example/1"),
            post(4, "2024-03-06", f"<p>Reading &quot;{KITES}&quot; {link.format(TWO, TWO[8:])} today.</p>"),
            {"type": "Announce", "published": "2024-03-06T09:00:00Z", "object": "https://b.example/9"},
        ],
    }
    first, second = parse_all(source(json.dumps(outbox), "outbox.json"))
    assert [(first.start, *told([*first.entries])), (second.start, *told([*second.entries]))] == [
        (DAY, (LAMPS, ONE)),
        (date(2024, 3, 6), (KITES, TWO)),
    ]
    assert first.entries[0].tags == ("light",)
    assert (first.entries[0].commentary or "").split("\n") == ["ann 09:00", "They burn.", "ann 09:00", "Not only oil."]
    assert first.preface == "2024-03-05 ann 09:00\nGood morning!"
    assert second.entries[0].commentary == "ann 09:00\nReading today."


def test_a_page_that_telegram_exports_is_a_chat() -> None:
    message = (
        '<div class="message default clearfix" id="m{0}"><div class="body"><div class="pull_right date details" '
        'title="{1}.03.2024 09:12:33 UTC+01:00">09:12</div>{2}<div class="text">\n<strong>{3}</strong><br>Said <div>of'
        ' it</div><a href="{4}">{4}</a></div></div></div>\n'
    )
    name = '<div class="from_name">Ann &amp; Bo </div>'
    text = '<!DOCTYPE html><html><body><div class="page_wrap"><div class="history">\n' + "".join(
        (
            '<div class="message service" id="s"><div class="body details">5 March 2024</div></div>\n',
            message.format(1, "05", name, LAMPS, ONE),
            message.format(2, "05", "", KITES, TWO),
            message.format(3, "06", name, BOATS, THREE),
        )
    )
    first, second = parse_all(source(f"{text}</div></div></body></html>", "messages.html"))
    assert (first.shape, first.start, second.start) == ("chat", DAY, date(2024, 3, 6))
    assert told([*first.entries, *second.entries]) == [*BOTH, (BOATS, THREE)]
    assert first.entries[0].commentary == "2024-03-05, 09:12 - Ann & Bo:\nSaid\nof it"
    assert LAMPS in text.split("\n")[first.entries[0].start_line - 1]


def test_json_feeds_are_read_as_feeds() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Notes",
        "authors": [{"name": "Ann Lee"}],
        "items": [
            {
                "id": "2",
                "url": "https://a.example/2",
                "title": LAMPS,
                "external_url": ONE,
                "content_text": "They burn.",
            },
            {
                "url": "https://a.example/1",
                "title": "On kites",
                "content_html": f"<p>They <a href='{TWO}'>fly</a>.</p>",
                "tags": ["wind"],
                "date_published": "2024-03-05T09:00:00Z",
            },
        ],
    }
    (found,) = parse_all(source(json.dumps(feed, indent=1), "feed.json"))
    assert (found.shape, found.title, found.start) == ("feed", "Notes", DAY)
    assert told([*found.entries]) == [(LAMPS, ONE), ("On kites", "https://a.example/1")]
    lamps, kites = found.entries
    assert (lamps.commentary, lamps.abstract, lamps.links) == ("They burn.", None, (Link("https://a.example/2"),))
    assert (kites.tags, kites.links, kites.date) == (("wind",), (Link(TWO, "fly"),), DAY)
    with pytest.raises(SourceError, match=r"source\.no_papers"):
        parse_all(source('{"version": "https://jsonfeed.org/version/1", "items": []}', "feed.json"))


def test_the_day_of_a_post_tells_the_year_of_its_title() -> None:
    old = "https://arxiv.org/abs/1905.0000"
    papers = f"## {LAMPS}\nAnn Lee, Bo Ray\n{old}1\n\n## {KITES}\nCy Doe\n{old}2\n"
    found = digest(f"# [3월 1주] 이번 주\n\n2024. 3. 8. 21:00\n\n{papers}")
    assert (found.start, len(found.entries)) == (date(2024, 2, 25), 2)


def test_keys_before_a_title_and_ends_of_folds_are_no_part_of_what_is_read() -> None:
    found = digest(
        f"# 2024-W10\n\n## [[@lee2024]] {LAMPS}\n- authors:: [[Ann Lee]], [[Bo Ray]]\n- url:: {ONE}\n\n"
        f"## [[@doe2024]] {KITES}\n- authors:: [[Cy Doe]]\n- url:: {TWO}\n"
    )
    assert told([*found.entries]) == BOTH
    assert [entry.commentary for entry in found.entries] == ["[[@lee2024]]", "[[@doe2024]]"]
    fold = "  - <details><summary>Abstract</summary>They {}.</details>"
    found = digest(f"1. [{LAMPS}]({ONE})\n{fold.format('burn')}\n2. [{KITES}]({TWO})\n{fold.format('fly')}\n")
    assert [entry.abstract for entry in found.entries] == ["They burn.", "They fly."]


def test_an_item_of_a_feed_that_holds_several_papers_is_a_digest() -> None:
    item = "<item><title>{0}</title><link>https://a.example/{1}</link><pubDate>{2}</pubDate>{3}</item>\n"
    linked = f"<a href='{ONE}'>{LAMPS}</a> by Ann Lee, Bo Ray</li><li><a href='{TWO}'>{KITES}</a>"
    listed = f"<p>Hello.</p><ul><li>{linked}</li></ul>"
    content = f"<category>light</category><description><![CDATA[{listed}]]></description>"
    mentions = (
        f"<description><![CDATA[They say <a href='{THREE}'>so</a>, twice <a href='{THREE}'>so</a>.]]></description>"
    )
    text = (
        "<rss><channel><title>A letter</title>\n"
        + item.format("Issue 2", 2, "Tue, 05 Mar 2024 08:00:00 GMT", content)
        + item.format("On boats", 1, "Mon, 04 Mar 2024 08:00:00 GMT", mentions)
        + "</channel></rss>\n"
    )
    feed, issue = parse_all(source(text, "letter.xml"))
    assert (feed.title, told([*feed.entries])) == ("A letter", [("On boats", "https://a.example/1")])
    assert (issue.title, issue.start, told([*issue.entries])) == ("Issue 2", DAY, BOTH)
    assert issue.preface == "https://a.example/2\nTags: light\nHello."
    assert [entry.start_line for entry in issue.entries] == [2, 2]
    assert (feed.header_lines, issue.header_lines) == ((1, 4), ())
    (alone,) = parse_all(source(text.replace("On boats", "").replace("https://a.example/1", ""), "letter.xml"))
    assert alone.preface is not None and alone.preface.startswith("A letter\n")
    posts = [{"url": "https://a.example/2", "title": "Issue 2", "content_html": listed}]
    (issue,) = parse_all(source(json.dumps({"version": "https://jsonfeed.org/version/1", "items": posts}), "a.json"))
    assert (issue.title, told([*issue.entries])) == ("Issue 2", BOTH)


@pytest.mark.parametrize("label", ["Subjects:", "Keywords:", "**Tags:**"])
def test_a_label_with_a_label_behind_it_says_nothing_yet(label: str) -> None:
    entry, _ = digest(
        f"# 2024-03-05\n### {LAMPS}\n- **Authors:** Ada One, Bob Two\n"
        f"- **Subjects:** {label}\nRobotics (cs.RO); Graphics (cs.GR)\n- **Link:** {ONE}\n\n"
        f"### {KITES}\n- **Authors:** Cleo Two\n- **Subjects:** Robotics (cs.RO)\n- **Link:** {TWO}\n"
    ).entries
    assert entry.tags == ("Robotics (cs.RO)", "Graphics (cs.GR)")
    assert entry.commentary is None


def test_a_category_that_counts_up_is_one_tag() -> None:
    subjects = "Robotics (cs.RO); Distributed, Parallel, and Cluster Computing (cs.DC); lamps, kites"
    (entry,) = digest(f"# 2024-03-05\n## {LAMPS}\n- Subjects: {subjects}\n- Link: {ONE}\n").entries
    assert entry.tags == ("Robotics (cs.RO)", "Distributed, Parallel, and Cluster Computing (cs.DC)", "lamps", "kites")
