"""Digests made of a small grammar, papers, forms, languages, topics, words around, are split as they were made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.parsing.samples import assert_covered_once, source
from tests.tried import examples
from tui_digest.models import Entry
from tui_digest.parsing import parse, parse_all

FIRST = "Glass Slow Bright Hidden Second Quiet Folded Early".split()
THING = "Rivers Comets Maps Engines Gardens Signals Ladders Clocks".split()
REST = ("Sampling Light by Memory", "Cheap Orbits at Scale", "Learning Without Labels", "a Study of What Remains")
PEOPLE = "Nora Finch|Sam Reed|Mia Stone|Leo Ford|Ivy Marsh|Ole Berg|Jun Hasegawa|Kim Minji".split("|")


@dataclass(frozen=True)
class Paper:
    number: int
    title: str
    authors: tuple[str, ...]

    @property
    def arxiv(self) -> str:
        return f"2405.{self.number:05}"

    @property
    def url(self) -> str:
        return f"https://arxiv.org/abs/{self.arxiv}"

    @property
    def names(self) -> str:
        return ", ".join(self.authors)


@st.composite
def papers(draw: st.DrawFn) -> list[Paper]:
    numbers = draw(st.lists(st.integers(1, 99999), min_size=2, max_size=6, unique=True))
    made = []
    for number in numbers:
        title = f"{draw(st.sampled_from(FIRST))} {draw(st.sampled_from(THING))}: {draw(st.sampled_from(REST))}"
        made.append(
            Paper(number, title, tuple(draw(st.lists(st.sampled_from(PEOPLE), min_size=2, max_size=4, unique=True))))
        )
    return made


LABELS = {
    "en": ("Authors", "Link", "Abstract", "Keywords", "We do it."),
    "ko": ("저자", "링크", "초록", "키워드", "그렇게 한다."),
    "zh": ("作者", "链接", "摘要", "关键词", "我们这样做。"),
    "ja": ("著者", "リンク", "アブストラクト", "キーワード", "そうする。"),
}


def fields(paper: Paper, language: str, mark: str) -> str:
    authors, link, abstract, tags, said = LABELS[language]
    lines = (f"{authors}: {paper.names}", f"{link}: {paper.url}", f"{tags}: light, memory", f"{abstract}: {said}")
    if mark == "**":
        return "\n\n".join(f"**{line.replace(':', ':**', 1)}" for line in lines)
    return "\n".join(f"{mark}{line}" for line in lines)


FORMS: dict[str, Callable[[int, Paper, str], str]] = {
    "heading": lambda n, p, lang: f"### {p.title}\n\n{fields(p, lang, '- ')}\n",
    "numbered heading": lambda n, p, lang: f"## {n}. {p.title}\n{fields(p, lang, '**')}\n",
    "bracketed heading": lambda n, p, lang: f"### [{n}] [{p.title}]({p.url})\n{fields(p, lang, '- ')}\n",
    "linked heading": lambda n, p, lang: f"### [{p.title}]({p.url})\n*{p.names}*\n\n{LABELS[lang][4]}\n",
    "bold title": lambda n, p, lang: f"**{p.title}**\n*{p.names}*\n[Paper]({p.url})\n",
    "linked item": lambda n, p, lang: f"- [{p.title}]({p.url}) - {p.names}",
    "bold item": lambda n, p, lang: f"{n}. **{p.title}** [[pdf]({p.url})]\n   - {p.names}\n   - {LABELS[lang][4]}",
    "cited item": lambda n, p, lang: f'- {p.names}. "{p.title}." arXiv 2024. [pdf]({p.url})',
    "folded": lambda n, p, lang: f"<details>\n<summary>{p.title}</summary>\n\n{fields(p, lang, '- ')}\n\n</details>\n",
    "row": lambda n, p, lang: f"| {n} | [{p.title}]({p.url}) | {p.names} | light, memory |",
    "labelled": lambda n, p, lang: f"Title: {p.title}\n{fields(p, lang, '')}\n",
    "paragraph": lambda n, p, lang: f"{p.title}\n{p.names}\n{p.url}\n",
}
ROWS = "| # | Title | Authors | Tags |\n|---|---|---|---|\n"


def digest(made: list[Paper], form: str, language: str, head: str, topic: str) -> str:
    body = "\n".join(FORMS[form](number, paper, language) for number, paper in enumerate(made, 1))
    above = f"{head}\n\n" if head else ""
    if topic and form not in ("paragraph", "labelled"):
        above += f"## {topic}\n\n" if form != "numbered heading" else f"# {topic}\n\n"
    return above + (ROWS if form == "row" else "") + body + "\n"


def told(entry: Entry) -> tuple[str | None, str | None, tuple[str, ...]]:
    return entry.title, entry.arxiv_id, entry.authors


@settings(max_examples=examples(250))
@given(
    made=papers(),
    form=st.sampled_from(sorted(FORMS)),
    language=st.sampled_from(sorted(LABELS)),
    head=st.sampled_from(["", "# Papers 2024-05-22", "# 오늘의 논문 (2024-05-22)", "# 每日论文 | 2024年05月22日"]),
    topic=st.sampled_from(["", "Vision", "강화학습", "大模型"]),
)
def test_a_digest_is_split_as_it_was_made(made: list[Paper], form: str, language: str, head: str, topic: str) -> None:
    if form in ("paragraph", "labelled") and head:
        head = ""  # plain text has no headings
    text = digest(made, form, language, head, topic)
    read = parse_all(source(text, "x.md"))
    assert_covered_once(parse(source(text, "x.md")), text)
    entries = [entry for one in read for entry in one.entries]
    assert [told(entry) for entry in entries] == [(p.title, p.arxiv, p.authors) for p in made]
    if head:
        assert {str(one.start) for one in read} == {"2024-05-22"}
    if topic and form not in ("paragraph", "labelled") and (head or form == "numbered heading"):
        assert {entry.section for entry in entries} <= {topic, None}


@pytest.mark.parametrize("form", sorted(FORMS))
@pytest.mark.parametrize("language", sorted(LABELS))
def test_every_form_in_every_language(form: str, language: str) -> None:
    made = [
        Paper(1111, "Glass Rivers: Sampling Light by Memory", ("Nora Finch", "Sam Reed")),
        Paper(2222, "Slow Comets: Cheap Orbits at Scale", ("Mia Stone", "Leo Ford")),
    ]
    read = parse(source(digest(made, form, language, "", ""), "x.md"))
    assert [told(entry) for entry in read.entries] == [(p.title, p.arxiv, p.authors) for p in made]
