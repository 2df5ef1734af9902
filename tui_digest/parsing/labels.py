"""The one table of field labels, in English, Korean, Chinese and Japanese, and the reading of a labelled line."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from tui_digest.parsing.links import may_link
from tui_digest.parsing.markdown import without_marks_of_tags
from tui_digest.text.name_words import PARTICLES
from tui_digest.text.patterns import regex


class Label(Enum):
    """What the value behind a label is."""

    TITLE = "title"
    AUTHORS = "authors"
    ABSTRACT = "abstract"
    SUMMARY = "summary"
    TAGS = "tags"
    CATEGORIES = "categories"
    LINK = "link"
    CODE = "code"
    ID = "id"
    DATE = "date"
    VENUE = "venue"
    VOTES = "votes"
    SCORE = "score"
    NUMBER = "number"


LABELS = {
    Label.TITLE: (
        "title|paper title|original title|full title|논문 제목|제목|논문제목|논문명|원제|标题|題目|题目"
        "|标题名|論文標題|論文題目|论文标题|论文题目|标题(英文)|タイトル|題名|論文名|論文タイトル|文献名"
    ),
    Label.AUTHORS: (
        "author|authors|author(s)|authors list|author list|paper authors|written by|by|저자|저자들|저자명"
        "|지은이|글쓴이|작성자|연구진|作者|作者列表|论文作者|論文作者|著者|著者名|筆者|執筆者|auteur|auteurs"
        "|autor|autoren|autores"
    ),
    Label.ABSTRACT: (
        "abstract|paper abstract|original abstract|arxiv abstract|abstract en|초록|논문 초록|원문 초록"
        "|영문 초록|摘要|论文摘要|論文摘要|原始摘要|原文摘要|英文摘要|中文摘要|アブストラクト|抄録|要旨|概要"
        "|原文アブストラクト"
    ),
    Label.SUMMARY: (
        "summary|tl;dr|tldr|tl dr|one line summary|one-line summary|in one sentence|takeaway|key takeaway"
        "|gist|comment|comments|요약|한줄 요약|한 줄 요약|세줄 요약|한줄평|핵심 요약|개요|코멘트|总结|總結"
        "|一句话总结|概述|简介|要点|ai摘要|ai 摘要|ai总结|要約|一言で|ひとことまとめ|まとめ|コメント"
        "|description|note|notes|설명|내용|소개|메모|remarks"
    ),
    Label.TAGS: (
        "tag|tags|keyword|keywords|key words|index terms|topic|topics|label|labels|태그|키워드|주제어|핵심어"
        "|핵심 키워드|标签|標籤|关键词|關鍵詞|关键字|關鍵字|核心关键词|キーワード|タグ|filetags"
    ),
    Label.CATEGORIES: (
        "category|categories|subject|subjects|main category|primary category|arxiv category|arxiv categories"
        "|field|area|areas|분야|분류|카테고리|연구 분야|类别|類別|分类|分類|领域|領域|学科|arxiv所属领域|主题"
        "|主題|カテゴリ|カテゴリー|分野"
    ),
    Label.LINK: (
        "link|links|url|urls|uri|paper|papers|paper link|paper url|link to paper|link to the paper|source"
        "|arxiv|arxiv link|arxiv url|arxiv page|pdf|pdf link|pdf url|html|full text|abs|abs url|website|doi"
        "|openreview|read more|permalink|entry url|roam refs|논문|논문 링크|논문링크|링크|원문|원문 링크|주소"
        "|출처|논문 주소|논문 정보|아카이브|链接|論文連結|連結|论文链接|论文地址|论文|论文下载链接|原文"
        "|原文链接|地址|リンク|論文|論文リンク|論文情報|論文情報・リンク|出典|原論文|pdf链接|下载链接"
    ),
    Label.CODE: (
        "code|source code|code link|code url|github|repo|repository|implementation|project|project page"
        "|homepage|demo|dataset|data|코드|코드 링크|깃허브|구현|프로젝트|프로젝트 페이지|데이터|데이터셋|데모"
        "|代码|代碼|代码链接|代码地址|开源地址|代码库|项目链接|项目|项目主页|项目地址|主页|数据集|コード|実装"
        "|プロジェクト|プロジェクトページ|データセット"
    ),
    Label.ID: (
        "arxiv id|arxivid|arxiv number|paper id|arxiv no|arxiv 번호|논문 번호|arxiv编号|arxiv 编号|论文编号"
        "|arxiv番号|eprint"
    ),
    Label.DATE: (
        "date|day|published|publish date|published date|published on|publication date|date published"
        "|published at|submitted|submit date|submitted on|submission date|posted|posted on|date added|added"
        "|date read|read on|read|release date|released|created|first submitted|arxiv submitted"
        "|first submission|날짜|일자|발표일|게재일|발행일|출판일|작성일|읽은 날|읽은 날짜|공개일|제출일"
        "|등록일|日期|发布日期|發布日期|发布时间|发表日期|提交日期|提交时间|日付|公開日|発表日|投稿日|出版日"
        "|掲載日|読んだ日"
    ),
    Label.VENUE: (
        "venue|conference|journal|publisher|published in|publication|year|학회|학술지|저널|게재|발행|출판"
        "|연도|년도|기관|소속|会议|會議|期刊|发表于|学会|会議|掲載|論文誌|年|affiliation|affiliations"
        "|organization|organisation|institute|institution|机构|作者单位|单位|研究机构|所属机构|所属"
    ),
    Label.VOTES: "vote|votes|upvote|upvotes|like|likes|추천|추천수|추천 수|투표|득표|좋아요|点赞|點讚|いいね",
    Label.SCORE: (
        "score|rating|ratings|avg rating|relevance|relevance score|평점|점수|별점|관련도|评分|評分|得分"
        "|相关性|スコア|評価|citations|인용 횟수|인용수|被引用数"
    ),
    Label.NUMBER: "#|no|no.|num|number|rank|id|번호|순위|序号|排名|番号|順位",
}
"""The names of each label, between bars."""
_FIELD_OF = {label: field for field, labels in LABELS.items() for label in labels.split("|")}
_TITLE_LABELS = (
    ("목", "제목"), ("題", "題"), ("题", "题"), ("タ", "タイトル"), ("제", "원제"), ("명", "논문명"), ("論", "論文名"),
    ("献", "文献名"),
)  # fmt: skip
"""The rarest sign of each, which is sought in no time, and the label."""
_PAPER_NAMES = frozenset(("paper", "논문", "论文", "論文"))
_PAPER_LABELS = tuple(
    f"{word}{mark}"
    for word in ("Paper", "paper", "PAPER", "논문", "论文", "論文")
    for mark in ("", " ", "**", "】", "]")
)
"""What stands before the colon of `논문: …`: an address mostly, but a title where words stand behind it."""
_PAPER_LABEL_ENDS = frozenset(each[-1] for each in _PAPER_LABELS)
_LONGEST_LABEL = 40
_LABEL_WITHIN = _LONGEST_LABEL + 20
"""So far into a line the sign that ends its label may stand."""
_LONGEST_LINE = 20_000
_LEADING = frozenset(" \t>-*+•◦▪‣●0123456789[")
_LEAD = regex(r"[\s>]*(?:(?:[-*+•◦▪‣●]|\d{1,2}[.)])\s+)?[\s>]*(?:\[[ xX]\]\s+)?")
_AROUND = "*_`~ \t\u3000"
_COLON = regex(r"(?<=[^\s:：])\s*(?:[:：]{1,2}(?!//)|(?<=\w)\s+=(?=\s))")
_BRACKETED = regex(
    r"(?:【(?P<a>[^【】]{1,20})】|\[(?P<b>[^\[\]()]{1,20})\](?![(\[:])|［(?P<c>[^［］]{1,20})］)[\s*_]*[:：]?"
)
_BOLD = regex(r"(?P<mark>\*\*|__)(?P<name>[^*_]{1,30}?)\s*(?P=mark)\s+(?=\S)")
_PROPERTY = regex(r"(?:#\+|:)(?P<name>[A-Za-z][\w-]{0,30}):(?:\s+(?P<value>\S.*))?$")
_DECORATION = regex(r"^[^\w#(（\[]+|[^\w)）\].#?]+$")
_IN_BRACKETS = regex(r"\s*[(（][^()（）]{0,20}[)）]$")
_NUMBER = regex(r"^\d{1,2}[.)、．]\s*")


_SIGNS = dict.fromkeys("👥👤🧑👩👨✍", Label.AUTHORS) | {"🏷": Label.TAGS} | dict.fromkeys("📅📆🗓", Label.DATE)
"""Emoji that stand for a label."""
_SIGN = regex(r"(?P<sign>\S[\ufe0f\u200d\U0001f3fb-\U0001f3ff\u2600-\u27bf\U0001f300-\U0001faff]*)\s*(?P<value>\w.*)$")
_A_WORD = r"[^\W\d_a-z][\w.’'‐-]*"
_A_NAME = (
    rf"(?:{_A_WORD}(?:\s(?:{_A_WORD}|(?:{'|'.join(map(re.escape, sorted(PARTICLES)))})(?!\w))){{0,5}}|et\.? al\.?)"
)
_NAME_LIST = regex(rf"{_A_NAME}(?:\s*(?:[,，、;&·]|\band\b)\s*{_A_NAME})*\s*[,*]?$")


_RECORD_HEADS = frozenset(
    (
        "metadata", "meta", "info", "information", "paper info", "paper information", "basic info", "properties",
        "basic information", "bibliographic information", "메타데이터", "정보", "기본 정보", "논문 정보", "서지 정보",
        "基本信息", "论文信息", "论文基本信息", "元数据", "信息", "書誌情報", "基本情報", "論文情報", "メタデータ",
    )
)  # fmt: skip


class Labelled(NamedTuple):
    """A line that begins with a label."""

    field: Label | None
    """What the label says; None where it is in no table."""
    name: str
    """The label, without marks."""
    value: str
    """What stands behind it."""


def may_title(text: str) -> bool:
    """Whether a text can have labelled titles at all: a quick test, which most texts fail."""
    if "itle" in text or "TITLE" in text or any(sign in text and label in text for sign, label in _TITLE_LABELS):
        return True
    colons = [colon for colon in ":：" if colon in text]
    return any(
        before[-1:] in _PAPER_LABEL_ENDS and before.endswith(_PAPER_LABELS)
        for colon in colons
        for before in text.split(colon)[:-1]
    )


def title_in(line: str) -> str | None:
    """The title that a labelled line gives: `Title: …`, and `Paper: …` where no address stands behind it; None for any
    other line."""
    said = labelled(line)
    if said is None or not said.value:
        return None
    if said.field is Label.TITLE:
        return said.value
    if said.field is not Label.LINK or "://" in said.value or "](" in said.value or len(said.value.split()) < 2:
        return None
    return said.value if said.name.strip(_AROUND).casefold() in _PAPER_NAMES and not may_link(said.value) else None


@lru_cache(maxsize=4096)
def field_of(name: str) -> Label | None:
    """What a label says; None where it is in no table. Case, marks, emoji, a number before it and what stands in
    brackets behind it do not matter."""
    if not 0 < len(name) <= _LONGEST_LABEL:
        return None
    name = unicodedata.normalize("NFKC", name).casefold().replace("_", " ").strip(_AROUND)
    found = _FIELD_OF.get(name)
    if found is None and ("  " in name or not name.replace(" ", "").isalnum()):
        name = _NUMBER.sub("", _DECORATION.sub("", _DECORATION.sub("", name)))
        name = " ".join(name.rstrip("?:").split())
        found = (
            _FIELD_OF.get(name) or _FIELD_OF.get(_IN_BRACKETS.sub("", name)) or _FIELD_OF.get(name.replace("-", " "))
        )
    return found


@lru_cache(maxsize=1024)  # a line is asked about by recognition, evidence and reading one after the other
def labelled(line: str) -> Labelled | None:
    """The label and the value of a line like `- **Authors**: A, B`, `저자 : …`, `> **arxiv**: …`, `#+title: …`,
    `authors:: …`, `【作者】…`; None for any other line. A label that no table knows has at most four words; one with
    nothing but a label behind it (`Subjects: Subjects:`) says nothing yet."""
    found = _labelled(line)
    if found is not None and found.field and found.value.rstrip("*_")[-1:] in (":", "：") and lone_label(found.value):
        return found._replace(value="")
    return found


def _labelled(line: str) -> Labelled | None:
    if len(line) > _LONGEST_LINE:
        return None
    lead = _LEAD.match(line) if line[:1] in _LEADING else None
    text = line[lead.end() :] if lead else line
    if text[:1] in ("#", ":") and (match := _PROPERTY.match(text.rstrip())):
        return Labelled(field_of(match["name"]), match["name"], (match["value"] or "").strip())
    if "<" in text[:80]:
        text = without_marks_of_tags(text).strip()
    if text[:1] == "|":
        return _in_row(text)
    if (bracketed := _bracketed(text)) is not None:
        return bracketed
    found = _COLON.search(text, 0, _LABEL_WITHIN) if ":" in text or "：" in text or "=" in text else None
    if found:
        raw = text[: found.start()]
        name = raw.strip(_AROUND)
        if name and "](" not in name and "[" not in name[:1]:
            field = field_of(name)
            if field or (len(name) <= _LONGEST_LABEL and len(name.split()) <= 4 and not _ENDS.search(name)):
                return Labelled(field, name, text[found.end() :].lstrip("*_ \t").strip())
    return _signed(text)


def _signed(text: str) -> Labelled | None:
    """`👥 A, B`, `🏷️ x, y` and `📅 2024-01-05`: an emoji for the label."""
    if text[:1] not in _SIGNS or (match := _SIGN.match(text)) is None:
        return None
    field, value = _SIGNS[text[0]], match["value"].strip()
    if (field is Label.AUTHORS and not _NAME_LIST.match(value)) or (field is Label.TAGS and _ENDS.search(f"{value} ")):
        return None
    return Labelled(field, match["sign"], value)


_ENDS = regex(r"[.!?,;。]\s|[。，；]|https?$")


def _in_row(text: str) -> Labelled | None:
    """`| Authors | A, B |`: a row of two cells, of which the first is a label that is known."""
    cells = [cell.strip() for cell in text.strip().strip("|").split("|")]
    if len(cells) != 2 or not cells[1] or (field := field_of(cells[0])) is None:
        return None
    return Labelled(field, cells[0].strip(_AROUND), cells[1])


def _bracketed(text: str) -> Labelled | None:
    """`【作者】A`, `[저자] A` and `**Authors** A`, of which the label must be known."""
    if text[:1] in "【[［" and (match := _BRACKETED.match(text)):
        name = match["a"] or match["b"] or match["c"]
        if field := field_of(name):
            return Labelled(field, name, text[match.end() :].strip(_AROUND))
    if text[:2] in ("**", "__") and (match := _BOLD.match(text)) and (field := field_of(match["name"])):
        return Labelled(field, match["name"], text[match.end() :].strip())
    return None


def is_label_heading(line: str) -> bool:
    """Whether a heading only says what of a paper stands below it: `#### Abstract`, `## Metadata`."""
    name = line.lstrip("#=* \t").rstrip("#=* \t:：").casefold()
    return lone_label(line) not in (None, Label.TITLE) or name in _RECORD_HEADS


def may_label(line: str) -> bool:
    """Whether a line can have a label at all: a quick test, which most lines fail. The colon of an address is none."""
    if not line[:1].isalpha() or "<" in line:
        return True
    head = line[: _LABEL_WITHIN + 1]
    return ":" in head.replace("://", "") or "：" in head or "=" in head or line.rstrip()[-1:] in (":", "：")


@lru_cache(maxsize=1024)
def lone_label(line: str) -> Label | None:
    """What a line is that is nothing but a label: a heading, in bold, or with a colon behind it, as in
    `<summary>Abstract</summary>`."""
    if len(line) > 200:
        return None
    text = stripped = line.strip()
    if "<" in line:
        text = without_marks_of_tags(line).strip()
    marked = text[:1] in "#=-*+•" or text[:2] == "__" or text[-1:] in ":：" or text != stripped
    bare = text.lstrip("#>-*+•= \t").rstrip("#= \t") if marked else ""
    return field_of(bare.strip(_AROUND + ":：【】[]")) if bare else None
