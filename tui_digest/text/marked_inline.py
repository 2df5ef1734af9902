"""A line of Markdown as it is read: words without their marks, the styles they had, and where its links lead.

One pass from left to right: a regular expression finds what may be a mark, runs of emphasis are paired on a stack.
What is no mark stays as it is written: `a_b_c`, `2*3*4`, `$x_i$`, a tag that HTML does not have (`<think>`).
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import unquote

from tui_digest.text.patterns import regex
from tui_digest.text.url_tail import URL, without_tail

InlineSpan = tuple[int, int, str]
"""Start and end offset in the shown text, and the names of its styles, joined by blanks."""
Target = tuple[int, str]
"""Where a link's text starts, and its address."""


class Shown(NamedTuple):
    """What a line shows."""

    text: str
    spans: tuple[InlineSpan, ...] = ()
    """In order, not overlapping: `strong`, `emphasis`, `struck`, `code`, `url`, or several."""
    targets: tuple[Target, ...] = ()
    """The addresses of those `url` spans whose text is not the address itself."""


_NAMES = (
    "a|abbr|article|b|big|blockquote|body|br|button|caption|center|cite|code|col|colgroup|dd|del|details|div|dl|dt|em"
    "|figcaption|figure|font|footer|h[1-6]|head|header|hr|html|i|iframe|img|ins|kbd|li|main|mark|nav|object|ol|p"
    "|picture|pre|q|samp|script|section|small|source|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td"
    "|tfoot|th|thead|tr|tt|u|ul|var|video"
)
_ATTRIBUTE = (
    r"\s+(?:[\w:@.-]+\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>=]+)|(?:open|hidden|controls|checked|disabled)\b)"
)
_TOKEN = regex(
    r"(?=[`$\\!\[<{h*_~&])(?:"  # one look at most characters, instead of one for each form
    r"(?P<code>(?<!`)(?P<ticks>`{1,3})(?!`))"
    r"|(?P<formula>\$\$[^$]+\$\$|\$(?:[^\s$](?:[^$\n]*[^\s$\\])?)\$(?![\d$])|\\\((?:(?!\\\().)+?\\\)|\\\[(?:(?!\\\[)[\s\S])+?\\\])"
    r"|\\(?P<escaped>[\\`*_{}\[\]()#+.!|<>~-])"
    r"|(?P<image>!?)\[(?P<label>(?:[^\[\]]|\[[^\[\]]*+\])*+)\]"
    r"(?:\(\s*<?(?P<target>[^()\s<>]*(?:\([^()\s]*\)[^()\s<>]*)*)>?(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)"
    r"|(?P<reference>\[[^\[\]]{0,100}\])?)"
    rf"|<(?P<auto>{URL}|mailto:[^\s<>]+)>"
    r"|(?P<comment><!--(?:(?!<!--)[\s\S])*?-->|\{%-?\s*(?:end)?(?:raw|highlight|comment|include|capture|assign)\b[^%{}]*%\})"
    rf"|(?P<tag></?(?P<name>{_NAMES})(?:{_ATTRIBUTE})*\s*/?>)"
    rf"|(?P<url>{URL})"
    r"|(?P<run>\*+|_+|~~+)"
    r"|&(?P<entity>\#\d{1,7}|\#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});)",
    re.IGNORECASE,
)
_WIKI = regex(r"\[(?:[^\[\]|]{1,200}\|)?(?P<shown>(?=[^\[\]]*[^\W\d_])[^\[\]|]{1,200})\]$")
_NO_LINKS: Mapping[str, str] = {}
_MAY_MARK = regex(r"[*_`\[<\\&~$]|://|\{%")
_VALUE = regex(r"\b(href|src|alt)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>=]+))", re.IGNORECASE)
_EMPHASIS, _STRONG, _CODE, _STRUCK = "emphasis", "strong", "code", "struck"
_STYLED = {"b": _STRONG, "strong": _STRONG, "i": _EMPHASIS, "em": _EMPHASIS, "cite": _EMPHASIS,
           "code": _CODE, "kbd": _CODE, "samp": _CODE, "tt": _CODE, "del": _STRUCK, "strike": _STRUCK}  # fmt: skip
_BOTH = f"{_STRONG} {_EMPHASIS}"
_STYLES = {("*", 1): _EMPHASIS, ("_", 1): _EMPHASIS, ("*", 2): _STRONG, ("_", 2): _STRONG,
           ("*", 3): _BOTH, ("_", 3): _BOTH, ("~", 2): _STRUCK}  # fmt: skip
_BEFORE_OPENING = frozenset("([{\"'“‘「『《〈（【*_~—–:/|>,.-：，。、；！？）」』》〉】")
"""Besides a blank: what may stand before one `*` or `_` that opens, lest a formula is taken for emphasis."""
_NOT_AFTER_OPENING = frozenset(")]}.,;:!?·。、，")
_NOT_BEFORE_CLOSING = frozenset("([{<")
_IDENTIFIER = regex(r"[a-z0-9]+(?:_[a-z0-9]+)*\Z")


class _InlinePart(NamedTuple):
    text: str
    on: str = ""
    """Styles that begin before it."""
    off: str = ""
    """Styles that end before it."""
    own: str = ""
    """A style of this part alone."""
    target: str = ""


def shown_line(text: str, told: Callable[[str], str], links: Mapping[str, str] = _NO_LINKS) -> Shown:
    """What a line of Markdown shows, or a paragraph of several; `told` makes its formulas readable, `links` are the
    addresses that reference links name, by their labels in small letters."""
    if _MAY_MARK.search(text) is None:
        return Shown(text)
    return _joined(_parts(text, told, links, linking=True))


def _unescaped(text: str) -> str:
    """The text with what HTML writes as `&lt;`; as it is where that cannot be drawn."""
    said = html.unescape(text).replace("\xa0", " ")
    return said if said.isprintable() else text


def _parts(text: str, told: Callable[[str], str], links: Mapping[str, str], *, linking: bool) -> list[_InlinePart]:
    """The line cut at its marks."""
    parts: list[_InlinePart] = []
    pairs = _Pairs(text, parts)
    at = 0
    closing = _last_ticks(text)
    while (match := _TOKEN.search(text, at)) is not None:
        if match.start() > at:
            parts.append(_InlinePart(text[at : match.start()]))
        at = match.end()
        kind = match.lastgroup or ""
        if match["ticks"]:
            at = _code(text, match, closing, parts)
        elif match["formula"]:
            parts.append(_InlinePart(told(match.group())))
        elif match["escaped"]:
            parts.append(_InlinePart(match["escaped"]))
        elif match["label"] is not None:
            made = _link(match, told, links, linking=linking)
            parts += made or [_InlinePart(text[match.start() : match.start("label")])]
            at = at if made else match.start("label")
        elif match["auto"]:
            parts.append(_InlinePart(match["auto"].removeprefix("mailto:"), own="url", target=match["auto"]))
        elif match["tag"]:
            _tag(match, pairs, parts)
        elif match["url"]:
            url = without_tail(match["url"])
            at = match.start() + max(len(url), len("http://"))
            parts.append(_InlinePart(text[match.start() : at], own="url" if linking else ""))
        elif kind == "run":
            pairs.run(match.start(), match.end())
        elif match["entity"]:
            parts.append(_InlinePart(_unescaped(match.group())))
    parts.append(_InlinePart(text[at:]))
    return parts


def _last_ticks(text: str) -> dict[int, int]:
    """Where the last run of so many backticks stands, so that one without a partner is not looked for again."""
    last: dict[int, int] = {}
    if "`" in text:
        for match in re.finditer(r"`+", text):
            last[len(match.group())] = match.start()
    return last


def _code(text: str, match: re.Match[str], closing: dict[int, int], parts: list[_InlinePart]) -> int:
    """The code behind an opening run of backticks, or the run as it is; where the text goes on."""
    ticks, start = match["ticks"], match.end()
    if closing.get(len(ticks), -1) >= start:
        # A run of that length stands ahead: what is passed over on the way to it is code and not read again.
        for found in re.compile("`+").finditer(text, start):
            if len(found.group()) == len(ticks):
                inner = text[start : found.start()]
                if inner.strip():
                    parts.append(_InlinePart(inner.strip(), own="code"))
                    return found.end()
                break
    parts.append(_InlinePart(ticks))
    return start


def _link(
    match: re.Match[str], told: Callable[[str], str], links: Mapping[str, str], *, linking: bool
) -> list[_InlinePart]:
    """A link by its label, a picture by its alternative text; without any words by the end of its address. Nothing
    where brackets are only brackets."""
    label = match["label"].strip()
    target = match["target"]
    if target is None:
        target = _named(match, links)
        if target is None:
            return _noted(match, label)
        label = label if match["reference"] or not label.isdigit() else f"[{label}]"  # the number of a source
    inner = (
        _parts(label, told, links, linking=False)
        if not match["image"] and _MAY_MARK.search(label) and label[0] != "["
        else [_InlinePart(label)]
    )
    if not any(part.text.strip() for part in inner):
        inner = [_InlinePart(_last_part(target))]
    if not linking:
        return inner
    leads = target if "://" in target else ""
    style = "url" if leads else ""
    return [_InlinePart("", on=style), *(part._replace(target=leads) for part in inner), _InlinePart("", off=style)]


def _last_part(address: str) -> str:
    """What an address without any words is called: its last part, without what is asked of it."""
    name = unquote(address.partition("?")[0].partition("#")[0].rstrip("/").rpartition("/")[2])
    return name if name.isprintable() else address


def _named(match: re.Match[str], links: Mapping[str, str]) -> str | None:
    """The address that `[label][name]`, `[name][]` and `[name]` lead to; None where no line of the text gives it."""
    if not links:
        return None
    name = (match["reference"] or "")[1:-1].strip() or match["label"]
    return links.get(" ".join(name.split()).casefold())


def _noted(match: re.Match[str], label: str) -> list[_InlinePart]:
    """`[[Note]]` and `[[file|Note]]` as the words they show; nothing where a bracket is only a bracket."""
    if match["reference"] or (found := _WIKI.match(label)) is None:
        return []
    return [_InlinePart(found["shown"].strip())]


def _tag(match: re.Match[str], pairs: _Pairs, parts: list[_InlinePart]) -> None:
    """A tag is not shown: what it styles is styled, an anchor's address is kept, a picture is its words."""
    name, closes = match["name"].lower(), match["tag"][1] == "/"
    if name == "br":
        parts.append(_InlinePart(" "))
    elif name == "img":
        values = {found[1].lower(): found[2] or found[3] or found[4] or "" for found in _VALUE.finditer(match["tag"])}
        address = values.get("src", "")
        said = values.get("alt", "").strip() or _last_part(address)
        parts.append(_InlinePart(_unescaped(said), own="url" if "://" in address else "", target=address))
    elif name == "a":
        found = _VALUE.search(match["tag"])
        address = next(filter(None, found.groups()[1:]), "") if found and found[1].lower() == "href" else ""
        pairs.anchor(address if "://" in address else "", closes=closes)
    elif name in _STYLED:
        pairs.tag(name, _STYLED[name], closes=closes)


class _Pairs:
    """Pairs what opens with what closes: each opening mark is put on a stack and taken off once."""

    def __init__(self, text: str, parts: list[_InlinePart]) -> None:
        self._text, self._parts = text, parts
        self._open: list[tuple[str, int, int]] = []
        """Sign and length of a run, its part, and where it ends in the text."""
        self._waiting: dict[tuple[str, int], int] = {}
        """How many of each kind stand on the stack: a mark without partner is not looked for in it."""
        self._tags: dict[str, list[int]] = {}
        self._anchors: list[tuple[int, str]] = []

    def run(self, start: int, end: int) -> None:
        """A run of signs of emphasis."""
        text, sign, length = self._text, self._text[start], end - start
        place = len(self._parts)
        self._parts.append(_InlinePart(text[start:end]))
        if (sign, length) not in _STYLES:
            return
        before, after = text[start - 1 : start], text[end : end + 1]
        if self._may_close(sign, length, before, after) and self._close(sign, length, place, start):
            return
        if self._may_open(sign, length, before, after):
            self._open.append((sign * length, place, end))
            self._waiting[sign, length] = self._waiting.get((sign, length), 0) + 1

    @staticmethod
    def _may_open(sign: str, length: int, before: str, after: str) -> bool:
        if not after or after.isspace() or after in _NOT_AFTER_OPENING:
            return False
        if length == 1 or sign == "_":
            return not before or before.isspace() or before in _BEFORE_OPENING
        return not (before.isascii() and before.isalnum() and after.isascii() and after.isalnum())

    @staticmethod
    def _may_close(sign: str, length: int, before: str, after: str) -> bool:
        if not before or before.isspace() or before in _NOT_BEFORE_CLOSING:
            return False
        if length == 1 or sign == "_":
            return not (after.isascii() and (after.isalnum() or after == "_"))
        return True

    def _close(self, sign: str, length: int, place: int, start: int) -> bool:
        if not self._waiting.get((sign, length)):
            return False
        while self._open:
            mark, opening, begins = self._open.pop()
            self._waiting[mark[0], len(mark)] -= 1
            if mark == sign * length:
                break
        said = self._text[begins:start]
        if not said.strip(sign) or (sign == "_" and length == 2 and _IDENTIFIER.match(said)):
            return True  # `__init__` is a name
        style = _STYLES[sign, length]
        self._parts[opening] = _InlinePart("", on=style)
        self._parts[place] = _InlinePart("", off=style)
        return True

    def tag(self, name: str, style: str, *, closes: bool) -> None:
        """`<b>` and its kin; one that is never closed styles nothing."""
        opened = self._tags.setdefault(name, [])
        if not closes:
            opened.append(len(self._parts))
            self._parts.append(_InlinePart(""))
        elif opened:
            self._parts[opened.pop()] = _InlinePart("", on=style)
            self._parts.append(_InlinePart("", off=style))

    def anchor(self, address: str, *, closes: bool) -> None:
        """`<a href=…>`: all up to its end leads there."""
        if not closes:
            self._anchors = [(len(self._parts), address)]  # they do not nest
            self._parts.append(_InlinePart(""))
        elif self._anchors:
            opening, address = self._anchors.pop()
            if not address:
                return
            self._parts[opening] = _InlinePart("", on="url")
            for place in range(opening + 1, len(self._parts)):
                self._parts[place] = self._parts[place]._replace(target=address)
            self._parts.append(_InlinePart("", off="url"))


def _joined(parts: list[_InlinePart]) -> Shown:
    """The parts as one text with its spans."""
    active: dict[str, int] = {}
    styles: list[str] = []
    texts: list[str] = []
    spans: list[InlineSpan] = []
    targets: list[Target] = []
    at = 0
    for part in parts:
        if part.on or part.off:
            for name in part.on.split():
                active[name] = active.get(name, 0) + 1
            for name in part.off.split():
                active[name] -= 1
            styles = [name for name, depth in active.items() if depth]
        if not part.text:
            continue
        names = " ".join(dict.fromkeys([*styles, part.own]) if part.own else styles)
        end = at + len(part.text)
        if names:
            if spans and spans[-1][1:] == (at, names) and not part.target:
                spans[-1] = (spans[-1][0], end, names)
            else:
                spans.append((at, end, names))
            if part.target and "url" in names:
                targets.append((at, part.target))
        texts.append(part.text)
        at = end
    return Shown("".join(texts), tuple(spans), tuple(targets))
