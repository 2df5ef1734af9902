"""Markdown as digests use it: headings, fences, links with labels, and the marks that are no part of a title."""

from __future__ import annotations

import html
import re
from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.identity import arxiv_id
from tui_digest.parsing.language import cells
from tui_digest.parsing.links import find_links
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tui_digest.models import Link
    from tui_digest.parsing.source_text import SourceText

BOLD_LEVEL = 7
"""A line that is bold from end to end heads what follows, below all headings proper."""

_HEADING_STARTS = frozenset("#*_ =<-")
_LONGEST_TITLE = 2000
_SHORT = 40
"""Characters that may stand behind a bold link that is a heading: room for votes or a date."""
_LONGEST_TARGET = 2200
_ATX = regex(r"\s{0,3}(?P<marks>#{1,6})\s+(?P<text>\S.*)$")
_BOLD_LINE = regex(r"\s{0,3}(?P<mark>\*\*|__)(?P<text>[^*_\s][^*]{0,400})(?P=mark)\s*:?(?:\s*\\|\s*<br\s*/?>)?\s*$")
SUMMARY = regex(r"<summary\b[^<>]*>(?P<said>.{0,200}?)</summary>", re.IGNORECASE)
"""A `<summary>` on one line."""
_SUMMARY_LINE = regex(
    r"\s*(?:<details[^<>]*>\s*)?<summary[^<>]*>\s*(?:</?(?:b|strong|h\d)>\s*)*(?P<text>\S.{0,600}?)(?:</?(?:b|strong|h\d)>\s*)*"
    r"</summary>\s*(?:<br\s*/?>)?\s*$",
    re.IGNORECASE,
)
_FEW_WORDS = 3
"""A `<summary>` of fewer words only invites to unfold more (`Details`); one of so many may be a title."""
_CLOSING_MARKS = regex(r"\s+#+$")
_LINK = regex(
    r"(?P<image>!?)\[(?P<label>(?:[^\[\]]|\[[^\[\]]*\])*)\]\((?P<target>[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)[^()]*\)"
)
_STRONG = regex(r"(?P<mark>\*\*\*|\*\*|__)(?=\S)(?P<text>.+?)(?<=\S)(?P=mark)")
_EMPHASIS = regex(r"(?<![\w*\\$])(?P<mark>[*_])(?=[^\s*_])(?P<text>[^*_$]*[^\s*_$])(?P=mark)(?![\w*])")
_CODE = regex(r"`([^`]+)`")
_ESCAPE = regex(r"\\([\\`*_{}\[\]()#+.!|<>&~-])")
_TAG = regex(
    r"</?(?:b|big|blockquote|center|code|dd|details|div|dl|dt|em|font|h[1-6]|hr|i|kbd|li|ol|p|q|s|small|span|strong"
    r"|sub|summary|sup|u|ul)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_MARK = regex(r"[\[<*_`\\&]")
"""One of these stands in every mark that `plain` takes away."""
_BREAK = regex(r"<br\s*/?>", re.IGNORECASE)
_ANY_TAG = regex(r"<[^<>]*>")
_DOUBLE_LABEL = regex(r"\[\[([^\[\]]*)\]\]\(")
_ESCAPED_LABEL = regex(r"\[\\\[([^\[\]\\]{1,100})\\\]\]\(")
_ESCAPED_AROUND = regex(r"\\\[(\[[^\[\]]{1,100}\]\([^()\s]{1,2000}\))\\\]")
_LOOSE_TARGET = regex(r"\] {1,3}\((?=https?://)")
_NOWHERE = regex(r"\[!?\[[^\[\]]{0,100}\]\(\s*\)\]|!?\[[^\[\]]{0,100}\]\(\s*\)")
_ANCHOR = regex(
    r"<a\s[^<>]{0,400}?href\s*=\s*[\"']?(https?://[^\"'\s<>]{1,2000})[\"']?[^<>]{0,400}>([^<>\[\]]{1,300})</a>",
    re.IGNORECASE,
)
_AUTOLINK = regex(r"(?<!\()<(https?://[^\s<>]{1,2000})>")
_BADGE = regex(r"\[(!\[([^\[\]]*)\]\([^()\s]*\))\]\(")
_BADGE_LINK = regex(r"\[!\[[^\[\]]*\]\([^()\s]*\)\]\([^()\s]*\)")
_TARGET_END = regex(r"[^\s()]*>?(?:\s+\"[^\"\n]*\"|\s+'[^'\n]*')?\s*\)")
_DECORATION = regex(r"[\s\u2190-\u2bff\u3030\U0001f000-\U0001faff\ufe0f\u200d]+")
_WORD = regex(r"[^\W_]")
_WORDS = regex(r"[^\W\d_]+")
_LABEL_WORDS = frozenset(
    "paper papers pdf arxiv abs abstract link links url code github repo repository project page website web site "
    "homepage demo video youtube blog blogpost post tweet tweets twitter thread x data dataset datasets model models "
    "weights checkpoint huggingface hf hugging face slides poster openreview doi review html official unofficial "
    "pytorch tensorflow jax supplementary acl cvf neurips icml iclr 논문 코드 링크 원문 블로그 트윗 트위터 "
    "프로젝트 데이터 데이터셋 영상 데모 모델 홈페이지 깃허브 슬라이드 요약 리뷰 here watch book "
    "read view full text original to more entry 보기 바로가기 원문보기 查看 阅读 本文 リンク "
    "appendix leaderboard colab home discord slack newsletter telegram wechat "
    "论文 论文链接 论文下载链接 代码 代码链接 主页 链接 项目 项目主页 数据集 演示 视频 解读 中文解读".split()
)


_LABEL_EAST = regex(
    "查看|链接|鏈接|详情|详细|原文|点击|阅读全文|主页|页面|网页|下载|论文$|代码$|論文$"
    "|リンク|ページ|続きを読む|원문|링크|바로가기|자세히|더 ?보기"
)
_LONGEST_EAST = 30
_APART = regex(r"[:：|]")
_LINKING = frozenset("the to of on for a in and at full this".split())


class Heading(NamedTuple):
    """A heading, or a line that is bold from end to end."""

    line: int
    level: int
    text: str
    lines: int = 1
    """How many lines it takes: a link in it may be broken over two."""
    above: int = 0
    """How many of these stand above the title and tell of the paper, too."""

    @property
    def places(self) -> range:
        """Its lines."""
        return range(self.line, self.line + self.lines)


class LeadingLink(NamedTuple):
    """A link that begins a text, and what follows it."""

    label: str
    url: str
    rest: str


def unfenced(source: SourceText) -> Sequence[int]:
    """The filled lines outside code fences, the fences themselves excluded. A fence that is never closed does not
    count."""
    text = source.text
    if not ("`" in text and "```" in text) and not ("~" in text and "~~~" in text):  # one sign is sought in no time
        return source.filled
    return list(_outside_fences(source))


def unfenced_beginning(source: SourceText, signs: frozenset[str]) -> Sequence[int]:
    """Those of them that begin with one of these characters."""
    found = source.beginning(signs)
    places = unfenced(source) if found else source.filled
    return found if places is source.filled else sorted(set(found).intersection(places))


def _outside_fences(source: SourceText) -> Iterator[int]:
    fences = [index for index in source.filled if source.lines[index].lstrip().startswith(("```", "~~~"))]
    inside, left = False, len(fences)
    marks = set(fences)
    for index in source.filled:
        if index in marks:
            left -= 1
            inside = not inside and left > 0
        elif not inside:
            yield index


def headings(source: SourceText) -> list[Heading]:
    """The headings of a text, in order."""
    known = source.memo.get("headings")
    if not isinstance(known, list):
        known = source.memo["headings"] = sorted(_headings(source))
        source.memo["heading lines"] = [heading.line for heading in known]
    if not source.filled or source.part is None:
        return known
    lines: list[int] = source.memo["heading lines"]
    return known[bisect_left(lines, source.filled[0]) : bisect_right(lines, source.filled[-1])]


def _headings(source: SourceText) -> list[Heading]:
    found: list[Heading] = []
    lines, bold = source.lines, "*" in source.text and "**" in source.text
    for index in unfenced(source) if bold else unfenced_beginning(source, _HEADING_STARTS):
        line = lines[index]
        if line[0] not in _HEADING_STARTS:
            if line[0] > "\u2000" and "**" in line and (bare := without_decoration(line))[:2] == "**":
                line = bare  # a picture before a bold title
            else:
                continue
        start = line[:4].lstrip()[:1]
        if start in ("=", "-") and index and _underlines(line, source.lines[index - 1]):
            found.append(Heading(index - 1, 1 if start == "=" else 2, source.lines[index - 1].strip(), 2))
            continue
        if start == "#":
            if match := _ATX.match(line):
                text = _CLOSING_MARKS.sub("", match["text"].rstrip())
                found.append(_unbroken(source, Heading(index, len(match["marks"]), text)))
        elif start == "<":
            if "<summary" in line and (match := _SUMMARY_LINE.match(line)) and len(match["text"].split()) >= _FEW_WORDS:
                found.append(Heading(index, BOLD_LEVEL, match["text"]))
        elif start in ("*", "_") and len(line) < _LONGEST_TITLE:
            if match := _BOLD_LINE.match(line):
                found.append(Heading(index, BOLD_LEVEL, match["text"]))
            elif line.startswith("**[") and (lead := leading_link(line)) and len(lead.rest) < _SHORT:
                found.append(Heading(index, BOLD_LEVEL, line))
    return found


def _underlines(line: str, above: str) -> bool:
    """Whether a row of marks makes a heading of the line above: one of dashes must be as long as that, or it is a
    rule below a text."""
    marks = line.strip()
    if len(marks) < 3 or marks.strip(marks[0]) or not above.strip():
        return False
    if marks[0] == "=":
        return True
    return above[:1].isalnum() and abs(len(marks) - cells(above.strip())) < 3 and len(marks) > _FEW_WORDS


def _unbroken(source: SourceText, heading: Heading) -> Heading:
    """The heading with the line below it, if that closes the link that the heading opens."""
    if "[" not in heading.text or "](" in heading.text or heading.line + 1 == len(source.lines):
        return heading
    joined = f"{heading.text} {source.lines[heading.line + 1].strip()}"
    lead = leading_link(joined)
    return heading._replace(text=joined, lines=2) if lead and not lead.rest.strip() else heading


@lru_cache(maxsize=1024)  # the same titles and labels are compared, weighed and read
def plain(text: str) -> str:
    """A title without marks of emphasis, code, links, escapes and tags; `$math$` stays as it is."""
    if len(text) <= _LONGEST_TITLE and _MARK.search(text):
        text = _LINK.sub(lambda match: "" if match["image"] else match["label"], _BADGE_LINK.sub("", text))
        text = _TAG.sub("", _BREAK.sub(" ", text))
        for pattern in (_STRONG, _EMPHASIS):
            text = pattern.sub(lambda match: match["text"], text)
        text = html.unescape(_ESCAPE.sub(r"\1", _CODE.sub(r"\1", text)))
    return " ".join(text.split())


def without_decoration(text: str) -> str:
    """The text without emoji and arrows before it."""
    match = _DECORATION.match(text)
    return text[match.end() :] if match else text


def leading_link(text: str) -> LeadingLink | None:
    """The `[label](URL)` that begins a text, emphasised or not; the label may hold brackets of its own."""
    opening = len(text) - len(text.lstrip('*_ "“'))
    mark = text[:opening].strip()
    text = text[opening:]
    if not text.startswith("[") or text.startswith("[!["):
        return None
    close = text.find("](", 0, _LONGEST_TITLE)
    label = text[1:close]
    if close < 0 or _unbalanced(label):
        return None
    start = close + 2
    while text[start : start + 1] in (" ", "<"):
        start += 1
    target = text[start : start + _LONGEST_TARGET]
    found = next(find_links(target), None)
    if found is None or found.start > 0 or (end := _TARGET_END.match(target, found.end)) is None:
        return None
    rest = text[start + end.end() :]
    if mark and rest.startswith(mark):
        rest = rest[len(mark) :]
    return LeadingLink(label, found.link.url, rest)


def _unbalanced(label: str) -> bool:
    depth = 0
    for char in label:
        depth += (char == "[") - (char == "]")
        if depth < 0:
            return True
    return depth != 0


def is_label(label: str | None) -> bool:
    """Whether the words of a link name a kind of page (`Paper`, `Code`), not a title."""
    if (
        label
        and not label.isascii()
        and not _APART.search(label)
        and len(label) < _LONGEST_EAST
        and _LABEL_EAST.search(label)
    ):
        return True
    words = _WORDS.findall(label.lower()) if label and len(label) < 60 else []
    if not words:
        return bool(label) and arxiv_id(label or "") is not None
    return words[0] in _LABEL_WORDS and all(word in _LABEL_WORDS or word in _LINKING for word in words)


_WIKI_LINK = regex(r"(?<!!)\[\[(?:[^\[\]|]{1,200}\|)?([^\[\]|]{1,200})\]\](?!\()")


def without_wiki_links(text: str) -> str:
    """`[[Note]]` and `[[file|Note]]` as the words they show."""
    return _WIKI_LINK.sub(r"\1", text) if "[[" in text else text


def tidy_links(text: str) -> str:
    """`<URL>`, `[[label]](URL)`, `[label] (URL)` and a badge, `[![label](image)](URL)`, as the plain links they are, a
    badge as one to its page; a link without target is none."""
    if "<http" in text:
        text = _AUTOLINK.sub(r"\1", text)
    if "href" in text:
        text = _ANCHOR.sub(r"[\2](\1)", text)
    if "[" not in text:
        return text
    if "\\[" in text:
        text = _ESCAPED_AROUND.sub(r"[\1]", _ESCAPED_LABEL.sub(r"[\1](", text))
    text = _NOWHERE.sub("", _LOOSE_TARGET.sub("](", text))
    if "[[" in text:
        text = _DOUBLE_LABEL.sub(r"[\1](", text)
    return _BADGE.sub(r"[\2](", text) if "[![" in text else text


def split_links(text: str) -> tuple[list[Link], str, list[Link]]:
    """The links that begin a text, with nothing but punctuation between them, the text, and the links that end it. A
    link that is no kind of page and directly joins a word belongs to the text."""
    found = list(find_links(text))
    first, start = 0, 0
    while first < len(found) and not _WORD.search(text, start, found[first].start):
        label, behind = found[first].link.label, text[found[first].end : found[first].end + 3].lstrip()
        if label and not is_label(label) and _WORD.match(behind):
            break
        start = found[first].end
        first += 1
    last, end = len(found), len(text)
    while last > first and not _WORD.search(text, found[last - 1].end, end):
        opening = found[last - 1].start
        before = text[max(start, opening - 3) : opening].rstrip()
        if not is_label(found[last - 1].link.label) and _WORD.search(before[-1:]):
            break
        last -= 1
        end = found[last].start
    middle = text[start:end] if start < end else ""
    return [each.link for each in found[:first]], middle, [each.link for each in found[last:]]


def has_words(text: str) -> bool:
    """Whether any letter or digit is in it."""
    return _WORD.search(text) is not None


_OFFERS = frozenset(
    "abstract|details|detail|more|show|summary|toggle|expand|unfold|show abstract|show more|click to expand|read more"
    "|see more|전체 보기|펼치기|더보기|더 보기|자세히|초록|접기/펼치기|详情|展开|點擊展開|点击展开|摘要|查看详情|更多"
    "|詳細|もっと見る|概要".split("|")
)


def without_offers(line: str) -> str:
    """A line without a `<summary>` that only invites to unfold more; any other one is put on a line of its own."""
    return SUMMARY.sub(lambda match: "" if _is_offer(match["said"]) else f"{match['said']}<br>", line)


def _is_offer(said: str) -> bool:
    return plain(said).casefold().strip(" .:：…▶▸►↓⬇️👇") in _OFFERS


def readable(lines: Sequence[str]) -> list[str]:
    """Lines of commentary: `<br>` breaks them; a backslash at their end, which does too, and other tags are taken off.
    What else is marked stays as it is written."""
    kept: list[str] = []
    for line in lines:
        if line.endswith(" \\"):
            line = line[:-2]
        if "<" in line:
            line = without_offers(line) if "<summary" in line else line
            for piece in _BREAK.split(line):
                bare = _TAG.sub("", piece)
                if bare.strip() or not piece.strip():
                    kept.append(bare)
        else:
            kept.append(line)
    return kept


def without_marks_of_tags(line: str) -> str:
    """The line without the tags that only dress its words; other tags, and addresses in angles, stay."""
    return _TAG.sub("", line)


def without_tags(line: str) -> str:
    """The line without any tag."""
    return _ANY_TAG.sub("", line) if "<" in line else line


def folded_lines(source: SourceText) -> dict[int, int]:
    """The lines inside `<details>`, each with the line that folds it."""
    folded: dict[int, int] = {}
    if "<details" not in source.text.lower():
        return folded
    start, depth = -1, 0
    waiting: list[int] = []
    for index in source.filled:
        line = source.lines[index]
        if depth:
            waiting.append(index)
        if "<" not in line:
            continue
        low = line.lower()
        opened, closed = low.count("<details"), low.count("</details")
        if opened and not depth:
            start = index
        depth = max(0, depth + opened - closed)
        if not depth and waiting:
            folded.update(dict.fromkeys(waiting, start))
            waiting = []
    return folded
