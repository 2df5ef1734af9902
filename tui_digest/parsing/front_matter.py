"""The settings at the top of a text, a block of YAML between two `---` or of TOML between `+++`, and what of them tells
of a paper."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

from tui_digest.identity import arxiv_id
from tui_digest.parsing.authors import authors_in
from tui_digest.parsing.days import day_said
from tui_digest.parsing.labels import Label, field_of
from tui_digest.parsing.lines import is_badge, tag_words
from tui_digest.parsing.links import is_paper, is_paper_page, links_in, may_link
from tui_digest.parsing.record_roles import lists_papers
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from tui_digest.parsing.source_text import SourceText

_Value: TypeAlias = "str | list[_Value] | dict[str, _Value]"
_Day = date  # where a field is called `date` itself
_FENCES = {"---": ("---", "..."), "+++": ("+++",)}
_MOST_LINES = 400
_MOST_BYTES = 200_000
_MOST_VALUES = 10_000
_DEEPEST = 5
"""Levels of nesting that are read: YAML's aliases can make far more and far deeper values than the text is long."""
_MOST_DIGITS = 40
_NOTHING = ("", "~", "null")
_SETTING = regex(r"[\s#]*[\w\"'][\w \"'./()-]{0,60}\s*[:=](?:\s|$)|\s*(?:-\s|#|$)|\s+\S")
_LISTED = regex(r"\s*(?:-\s|\[\[)|\s*[\w\"']+\s*[:=]\s*\[")
_COMMENT = regex(r"\s*#(?!#)")
_ENGLISH_ABSTRACTS = ("arxiv_abstract", "abstract_en", "abstract", "original_abstract", "初録")


@dataclass(slots=True)
class FrontMatter:
    """What the settings of a text say of a paper."""

    lines: int = 0
    """How many filled lines they take."""
    title: str | None = None
    authors: tuple[str, ...] = ()
    urls: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    abstract: str | None = None
    summary: str | None = None
    date: _Day | None = None
    """The day of the text."""
    own_date: _Day | None = None
    """The day that a field of the paper gives (`published`, `submitted`)."""
    paper: bool = False
    """Whether they name a paper, and not only the text."""
    listed: bool = False
    """Whether a list of several papers is among them."""
    unread: list[int] = field(default_factory=list)
    """The lines of settings under other names that hold addresses: they are kept as text."""


def settings_lines(source: SourceText) -> int:
    """How many filled lines a block of settings at the top takes; 0 where there is none."""
    ends = _FENCES.get(source.first)
    if ends is None or not source.filled or source.lines[source.filled[0]].rstrip() != source.first:
        return 0
    said = False
    for count, index in enumerate(source.filled[1:_MOST_LINES], 2):
        line = source.lines[index]
        if line.rstrip() in ends:
            return count if said else 0
        if said or _COMMENT.match(line):
            continue
        if line.startswith("##") or not _SETTING.match(line):
            return 0  # a rule, and headings or text below it
        said = True
    return 0


def settings_of(source: SourceText) -> FrontMatter:
    """What the settings at the top say; nothing where there are none, or where they are no YAML."""
    known = source.memo.get("settings")
    if not isinstance(known, FrontMatter):
        known = source.memo["settings"] = _read(source)
    return known


def _read(source: SourceText) -> FrontMatter:
    count = settings_lines(source)
    settings = FrontMatter(count)
    if count:
        first, last = source.filled[0], source.filled[count - 1]
        text = "\n".join(source.lines[first + 1 : last])
        several: list[_Value] = []
        for name, value in _loaded(text, source.first).items():
            if isinstance(value, list) and lists_papers(name, value):
                several += value
            else:
                _take(settings, name, value)
        settings.listed = bool(several)
        if settings.paper:  # then they are others that the paper is read with
            _take_address(settings, several)
        settings.unread = _unread(source, settings)
    return settings


def _unread(source: SourceText, settings: FrontMatter) -> list[int]:
    """The lines of every setting with the address of a paper, or a list with addresses, that the settings as they were
    read do not tell."""
    if "://" not in source.text:
        return []
    told = {*settings.urls, *(paper[0] for url in settings.urls if (paper := arxiv_id(url)))}
    texts = f"{settings.abstract} {settings.summary}"
    kept: list[int] = []
    for block in _blocks(source, settings.lines):
        urls = [
            link.url for index in block if may_link(line := source.lines[index].strip("- ")) for link in links_in(line)
        ]
        urls = [url for url in urls if url not in told and url not in texts and not _is_told(url, told)]
        listed = any(_LISTED.match(source.lines[index]) for index in block)
        if any(is_paper_page(url) or (listed and not is_badge(url)) for url in urls):
            kept += block
    return kept


def _is_told(url: str, told: Collection[str]) -> bool:
    paper = arxiv_id(url)
    return paper is not None and paper[0] in told


def _blocks(source: SourceText, count: int) -> Iterator[list[int]]:
    """The filled lines of every setting; a table of TOML is one."""
    block: list[int] = []
    inside = False
    for index in source.filled[1 : count - 1]:
        line = source.lines[index]
        table = source.first == "+++" and line[0] == "["
        if block and (table or (not inside and line[0] not in " \t-#]}")):
            yield block
            block = []
        inside |= table
        block.append(index)
    if block:
        yield block


def _loaded(text: str, fence: str) -> dict[str, _Value]:
    """The settings as texts, as they are written: an id like `2401.00010` is no number. Lines of `name: value` where
    they are no YAML, as writers leave them."""
    if len(text) > _MOST_BYTES:
        return {}
    try:
        if fence == "+++":
            import tomllib  # only few texts have such a block

            loaded: Any = tomllib.loads(text, parse_float=str)
        else:
            import yaml  # loaded when the first block of settings is met

            loaded = yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    except Exception:
        loaded = None
    if not isinstance(loaded, dict):
        pairs = (line.partition(":") for line in text.split("\n") if ":" in line and line[:1] not in " \t-#")
        loaded = {name.strip(): value.strip(" \t'\"") for name, _, value in pairs}
    texts = _as_texts(loaded, iter(range(_MOST_VALUES)), 0)
    return texts if isinstance(texts, dict) else {}


def _as_texts(value: Any, left: Iterator[int], depth: int) -> _Value:
    """What was loaded as texts, and lists and dicts of texts; `left` bounds how many, `depth` how deep."""
    if next(left, None) is None:
        return ""
    if isinstance(value, (list, dict)) and depth == _DEEPEST:
        return ""
    if isinstance(value, dict):
        return {str(name): _as_texts(each, left, depth + 1) for name, each in value.items()}
    if isinstance(value, list):
        return [_as_texts(each, left, depth + 1) for each in value]
    if isinstance(value, int) and value.bit_length() > _MOST_DIGITS * 3:
        return ""  # an integer too long to be written as text
    text = str(value).strip()
    return "" if text.casefold() in _NOTHING else text


def _take(settings: FrontMatter, name: str, value: _Value) -> None:
    """Fills in what one setting says."""
    said = field_of(name)
    plain_name = name.casefold().replace("-", "_")
    if not value or said is None:
        if isinstance(value, dict) and plain_name in (
            "paper",
            "arxiv",
            "publication",
            "reference",
            "taxonomies",
            "extra",
        ):
            for inner, each in value.items():
                _take(settings, inner, each)
            settings.paper |= plain_name != "taxonomies" and plain_name != "extra"
        return
    if said is Label.TITLE and not settings.title:
        settings.title = _text(value)
    elif said is Label.AUTHORS and not settings.authors:
        settings.authors = _people(value)
    elif said in (Label.TAGS, Label.CATEGORIES):
        settings.tags = list(dict.fromkeys((*settings.tags, *_words(value))))
    elif said is Label.ABSTRACT and (not settings.abstract or plain_name in _ENGLISH_ABSTRACTS[:1]):
        settings.abstract = _text(value)
        settings.paper |= plain_name != "abstract"
    elif said is Label.SUMMARY and not settings.summary:
        settings.summary = _text(value)
    elif said is Label.DATE:
        day = _day(value)
        if plain_name in ("date", "created", "day", "날짜", "日期"):
            settings.date = settings.date or day
        else:
            settings.own_date = settings.own_date or day
    elif said in (Label.LINK, Label.ID):
        _take_address(settings, value)


def _take_address(settings: FrontMatter, value: _Value) -> None:
    for each in value if isinstance(value, list) else [value]:
        text = _text(each) or ""
        urls = [link.url for link in links_in(text)]
        if not urls and (paper := arxiv_id(text)):
            urls = [f"https://arxiv.org/abs/{paper[0]}" + (f"v{paper[1]}" if paper[1] else "")]
        elif not urls and text.startswith("10.") and "/" in text:
            urls = [f"https://doi.org/{text}"]
        settings.urls += urls
        settings.paper |= any(map(is_paper, urls))
    settings.urls = list(dict.fromkeys(settings.urls))


def _text(value: _Value) -> str | None:
    return value or None if isinstance(value, str) else None


def _people(value: _Value) -> tuple[str, ...]:
    if isinstance(value, list):
        named = [each.get("name") if isinstance(each, dict) else each for each in value]
        wikilinks = [" ".join(each.strip("[]").split()) for each in map(_inner, named) if each]
        return tuple(filter(None, wikilinks))
    return authors_in(_text(value) or "")


def _inner(value: _Value | None) -> str | None:
    """A text, also where its brackets were taken for lists: `[[Ann Lee]]`."""
    while isinstance(value, list) and len(value) == 1:
        value = value[0]
    return _text(value) if value else None


def _words(value: _Value) -> list[str]:
    if isinstance(value, list):
        return [text.lstrip("#") for each in value if (text := _text(each))]
    text = _text(value) or ""
    words = tag_words(text)
    return words if len(words) > 1 or "," in text else [text.lstrip("#")] if text and len(text) <= 60 else []


def _day(value: _Value) -> date | None:
    return day_said(value[:40]) if isinstance(value, str) else None
