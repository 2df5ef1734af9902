"""What the fields of a record hold, by the names that people and programs give them: one table for JSON, YAML and the
columns of tables. The labels of texts (`labels.py`) are names here, too; case, blanks and signs do not matter."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tui_digest.parsing.labels import LABELS, Label
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ROLES = {
    "title": "title papertitle papername articletitle titletext headline 제목 논문 논문제목 标题 題名 タイトル",
    "authors": "authors author creators creator authornames authorlist 저자 作者 著者",
    "url": "url link paperurl abs absurl abstracturl entryid arxivurl href permalink html htmlurl alternate address"
    " where weburl sourceurl 링크 链接 リンク",
    "pdf": "pdf pdfurl pdflink",
    "arxiv": "arxivid arxiv eprint paperid externalid id",
    "doi": "doi",
    "abstract": "abstract abstractnote summary 초록 摘要 要旨 概要",
    "text": "tldr comment comments note notes annote description review aisummary commentary content contenttext"
    " 요약 메모 コメント",
    "tags": "tags tag keywords keyword categories category topics topic subjects labels manualtags"
    " 태그 키워드 关键词 标签 キーワード",
    "votes": "upvotes votes likes numupvotes",
    "date": "date published publishedat createdat publisheddate datepublished pubdate submitteddate announcementdate"
    " issued year 날짜 日期 日付",
    "section": "section collection primarycategory 분류",
    "code": "code codeurl github githuburl githubrepo repo repository",
    "page": "project projectpage projecturl homepage website",
}
_OF_LABEL = {
    Label.TITLE: "title",
    Label.AUTHORS: "authors",
    Label.ABSTRACT: "abstract",
    Label.SUMMARY: "text",
    Label.TAGS: "tags",
    Label.CATEGORIES: "tags",
    Label.LINK: "url",
    Label.CODE: "code",
    Label.ID: "arxiv",
    Label.DATE: "date",
    Label.VOTES: "votes",
}
_LONG = 60
_NAMES = frozenset("name 이름 名前 名称".split())
_EITHER = frozenset("paper papers article 논문 논문제목 论文 論文".split())
"""What stands under such a name may be a title or an address."""
_SEVERAL = frozenset("papers articles 논문 논문들 论文 論文".split())
_IN_BRACKETS = regex(r"\s*[(（\[].*?[)）\]]\s*")
_BESIDE_NAME = frozenset(("url", "pdf", "arxiv", "doi", "authors", "abstract"))


def _squashed(name: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", name).casefold()))


_SURE = {name: role for role, names in _ROLES.items() for name in names.split()}
_ROLE_OF = {
    _squashed(name): role
    for label, role in _OF_LABEL.items()
    for name in LABELS[label].split("|")
    if _squashed(name)
} | dict.fromkeys(("paper", "article", "论文", "論文"), "title") | _SURE  # fmt: skip


def role_of(name: str) -> str:
    """What a field of this name holds; empty where that is not known."""
    return _short_role(name) if len(name) < _LONG else _SURE.get(_squashed(name), "")


@lru_cache(maxsize=512)  # the records of a file share the names of their fields
def _short_role(name: str) -> str:
    found = _ROLE_OF.get(_squashed(name), "")
    if not found and ("(" in name or "（" in name or "[" in name):
        found = _ROLE_OF.get(_squashed(_IN_BRACKETS.sub("", name)), "")
    if not found and ("/" in name or "|" in name):  # `제목 / Title`
        found = next(filter(None, (_ROLE_OF.get(_squashed(part), "") for part in re.split(r"[/|]", name))), "")
    return found


@lru_cache(maxsize=512)
def is_sure(name: str) -> bool:
    """Whether programs use the name for nothing else: such a field goes before others of its kind."""
    return _squashed(name) in _SURE


@lru_cache(maxsize=512)
def may_be_either(name: str) -> bool:
    """Whether a title or an address may stand under the name."""
    return _squashed(name) in _EITHER


def lists_papers(name: str, value: Sequence[Any]) -> bool:
    """Whether a field of this list holds several papers, and not what one of them is called or where it stands."""
    return len(value) > 1 and len(name) < _LONG and _squashed(name) in _SEVERAL


def title_among(names: Mapping[str, str]) -> str | None:
    """The name of the field that holds the title where none is called so: `Name`, as Notion has it, beside what else
    tells of a paper; None where there is none. `names` are those of the record with their roles."""
    if "title" in names.values() or _BESIDE_NAME.isdisjoint(names.values()):
        return None
    return next((name for name in names if _squashed(name) in _NAMES), None)
