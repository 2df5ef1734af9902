"""Text -> `Asked`. Two steps: `tokens` cuts the text into terms and signs, `_QueryReader` makes the tree.

`(`, `"`, `#` and `-` mean something only where a term begins, so `f(x)`, `5"`, `C#` and `GPT-4` are words. `NAME:` is a
field where NAME is one and a value follows at once; a name of small letters that is near to one is a mistake; all else
with a colon in it (`GPT-4:`, `10:30`, `https://…`) is text.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from typing import NamedTuple, NoReturn

from tui_digest.models import UNDATED
from tui_digest.query.meaning import folded
from tui_digest.query.nodes import And, Asked, Edit, Field, Node, Not, Or, QueryError, Weeks, Words
from tui_digest.query.values import Term, limit_of, sort_of, value_of
from tui_digest.query.vocabulary import FIELDS, MEANT, SETTINGS, SPANS, TEXTS, WHOLE, near, near_field

ANY_DAY = date(2000, 1, 1)
"""Where only terms of one text are compared, it does not matter what day it is."""

MAX_DEPTH = 40
"""How deep parentheses and negations may be nested."""

OPERATORS = ("AND", "OR", "NOT")

TWINS = str.maketrans("：（）－＃＂“”｜", ':()-#"""|')
"""What an input method may write for the signs of the language."""
_CLOSERS = {'"': '"', "＂": '＂"', "“": '”"', "”": '”"'}
"""What ends a phrase, by what began it."""


class Surroundings(NamedTuple):
    """What is known beside a query's text. Without one of the last three, what it would answer stays a term."""

    today: date
    views: Mapping[str, str] | None
    """The texts of the saved views, by name."""
    sources: Collection[str] | None
    """The names of the sources."""
    weeks: Callable[[str], str | None] | None
    """The week that is shown by a name, or None."""


class Token(NamedTuple):
    """One piece of the text."""

    kind: str
    """`(`, `)`, `AND`, `OR`, `NOT`, `term`, or one of `SETTINGS`."""
    start: int
    end: int
    node: Words | Field | None = None
    setting: tuple[str, bool] | int | None = None


def read(
    text: str,
    *,
    today: date,
    views: Mapping[str, str] | None = None,
    sources: Collection[str] | None = None,
    weeks: Callable[[str], str | None] | None = None,
) -> Asked:
    """Reads a query; `today` is what ages count from. Raises `QueryError`, and nothing else.

    `views` has the texts of the saved views, which `view:NAME` stands for; without them, that stays a term. `sources`
    has the names of the sources; without them `source:` takes any. `weeks` has the week that is shown by a name;
    without it such a name stays as it is.
    """
    return _read(text, Surroundings(today, views, sources, weeks), ())


def _read(text: str, known: Surroundings, inside: tuple[str, ...]) -> Asked:
    clean = unicodedata.normalize("NFC", text)
    try:
        return _QueryReader(clean, list(tokens(clean, known.today)), known, inside).asked()
    except QueryError as error:
        if (edit := error.edit) is not None:
            error.fixed = clean[: edit.start] + edit.text + clean[edit.end :]
        if clean != text:
            start, end = _typed(text, error.position), _typed(text, error.position + error.length)
            error.position, error.length = start, end - start
        raise


def _typed(text: str, place: int) -> int:
    """Where a place of the composed text is in the text as it was typed."""
    return bisect_left(range(len(text)), place, key=lambda end: len(unicodedata.normalize("NFC", text[:end])))


def tokens(text: str, today: date) -> Iterator[Token]:
    """The text, cut into pieces; `text` is composed."""
    at = 0
    negated = False
    while at < len(text):
        sign = _sign(text, at)
        if sign.isspace():
            at += 1
            continue
        if sign in "()":
            token = Token(sign, at, at + 1)
        elif sign == "|":
            token = Token("OR", at, _while(text, at, "|"))
        elif sign == "-" and _begins_term(text, at + 1):
            token = Token("NOT", at, at + 1)
        else:
            token = _term(text, at, today, negated)
        yield token
        negated = sign == "-" and token.kind == "NOT"
        at = token.end


def _sign(text: str, at: int) -> str:
    return text[at : at + 1].translate(TWINS)


def _while(text: str, at: int, sign: str) -> int:
    while _sign(text, at) == sign:
        at += 1
    return at


def _begins_term(text: str, at: int) -> bool:
    sign = _sign(text, at)
    return bool(sign) and not sign.isspace() and sign not in "-)|"


def _term(text: str, at: int, today: date, negated: bool) -> Token:
    if _sign(text, at) == '"':
        phrase, end = _quoted(text, at)
        return Token("term", at, end, Words(phrase, True))
    hashes = _while(text, at, "#")
    if hashes > at:
        value, end = _value(text, hashes)
        tag = _tag(value)
        return Token("term", at, end, Field("tag", tag) if tag else Words(text[at:end]))
    if match := re.compile("([A-Za-z]+)[:：]").match(text, at):
        token = _field(text, at, match[1], match.end(), today)
        if token is not None:
            return token
    end = _word_end(text, at)
    word = text[at:end]
    _no_gap(text, word, at, end)
    if word in OPERATORS:
        return Token("term", at, end, Words(word, True)) if negated else Token(word, at, end)
    _no_colon(word, at, end)
    return Token("term", at, end, _paper(word) or Words(word))


def _word_end(text: str, at: int) -> int:
    """A word goes on to a blank, to a `)` it did not open, or to a `|` outside of its own parentheses."""
    depth = 0
    while at < len(text) and not text[at].isspace():
        sign = _sign(text, at)
        if sign == "(":
            depth += 1
        elif sign == ")":
            depth -= 1
        if depth < 0 or (sign == "|" and not depth):
            break
        at += 1
    return at


def _quoted(text: str, start: int) -> tuple[str, int]:
    r"""The phrase that begins here, and where it ends. `\"` and `\\` stand for a quote and a backslash."""
    closers = _CLOSERS[text[start]]
    letters: list[str] = []
    at = start + 1
    while at < len(text) and text[at] not in closers:
        if text[at] == "\\" and text[at + 1 : at + 2] in ('"', "\\"):
            at += 1
        letters.append(text[at])
        at += 1
    if at >= len(text):
        edit = Edit(start, len(text), text[start:].rstrip() + '"') if text[start + 1 :].strip() else None
        raise QueryError("query.quote", start, len(text), edit=edit)
    phrase = " ".join("".join(letters).split())
    if not phrase:
        edit = None if start and _sign(text, start - 1) in ":#-" else Edit(start, at + 1, "")
        raise QueryError("query.phrase", start, at + 1, edit=edit)
    return phrase, at + 1


def _value(text: str, at: int) -> tuple[str, int]:
    """A value, quoted or not, and where it ends."""
    if _sign(text, at) == '"':
        return _quoted(text, at)
    end = _word_end(text, at)
    return text[at:end], end


def _field(text: str, start: int, typed: str, at: int, today: date) -> Token | None:
    """The term `NAME:VALUE` that begins here; None where it is mere text. `at` is behind the colon."""
    name = typed.lower()
    follows = _sign(text, at)
    missing = not follows or follows.isspace() or follows in ")|"
    if text.startswith("//", at) or (missing and typed not in FIELDS):
        return None
    if name not in FIELDS:
        _no_field(text, start, typed, at)
        return None
    if missing:
        _no_value(text, start, name, at)
    if follows == "(":
        _one_value(text, start, name, at)
    whole = name in WHOLE and follows == "="
    value, end = _value(text, at + whole)
    if not value:
        _no_value(text, start, name, end)
    term = Term(name, value, start, at, end)
    if name == "sort":
        return Token(name, start, end, setting=sort_of(term))
    if name == "limit":
        return Token(name, start, end, setting=limit_of(term))
    if name not in TEXTS:
        return Token("term", start, end, Field(name, value_of(term, today)))
    if name == "tag":
        value = _tag(value)
        if not value:
            _no_value(text, start, name, end)
    return Token("term", start, end, Field(f"{name}=" if whole else name, value))


def _no_field(text: str, start: int, typed: str, at: int) -> None:
    """A name that is near to a field, or what others call one, is a mistake; any other is text."""
    if typed in MEANT:
        end = _word_end(text, at)
        suggestion = MEANT[typed].format(text[at:end])
        edit = None if _sign(text, at) == '"' else Edit(start, end, suggestion)
        raise QueryError("query.field", start, at, edit=edit, suggestion=suggestion, name=typed)
    if typed.islower() and (meant := near_field(typed)):
        edit = Edit(start, start + len(typed), meant)
        raise QueryError("query.field", start, at, edit=edit, suggestion=f"{meant}:", name=typed)


def _tag(value: str) -> str:
    """A tag's name is kept without its `#`."""
    return re.sub(r"^[#＃\s]+", "", value)


def _no_value(text: str, start: int, name: str, at: int) -> NoReturn:
    """`tag:` with nothing behind it: what stands next, where it can be the value, is suggested."""
    behind = re.compile(r"[^\S\n]+([^\s()|]+)").match(text, at)
    if behind and behind[1] not in OPERATORS:
        suggestion, end = f"{name}:{behind[1]}", behind.end()
        raise QueryError("query.value", start, at, edit=Edit(start, end, suggestion), suggestion=suggestion, name=name)
    raise QueryError("query.value", start, at, suggestion=f"{name}:{FIELDS[name]}", name=name)


def _one_value(text: str, start: int, name: str, at: int) -> NoReturn:
    """`tag:(a OR b)`: the field belongs before each."""
    end = text.find(")", at)
    inside = text[at + 1 : end if end >= 0 else len(text)]
    parts = ["OR" if part == "|" else part for part in inside.split()]
    terms = [part if part in OPERATORS else f"{name}:{part}" for part in parts]
    suggestion = f"({' '.join(terms)})"
    edit = None if end < 0 or not terms else Edit(start, end + 1, suggestion)
    raise QueryError("query.group", at, at + 1, edit=edit, suggestion=suggestion, name=name)


def _no_colon(word: str, start: int, end: int) -> None:
    """`votes>=30` would find nothing as a word."""
    match = re.match(r"([a-z]+)([<>=≤≥＜＞＝]+.+)", word)
    if match and match[1] in SPANS:
        suggestion = f"{match[1]}:{match[2]}"
        edit = Edit(start, end, suggestion)
        raise QueryError("query.colon", start, end, edit=edit, suggestion=suggestion, name=match[1])


def _no_gap(text: str, word: str, start: int, end: int) -> None:
    """`tag :rl` would find nothing as words."""
    colon = re.compile(r"[^\S\n]+[:：][^\S\n]*(?=[^\s()|])").match(text, end) if word in FIELDS else None
    if colon:
        suggestion = f"{word}:{text[colon.end() : _value(text, colon.end())[1]]}"
        edit = Edit(start, colon.end(), f"{word}:")
        raise QueryError("query.gap", start, colon.end(), edit=edit, suggestion=suggestion)


def _paper(word: str) -> Field | None:
    """An address or name of an arXiv paper; a bare id without version stays a word, for comments mention such."""
    if not re.search(r"[/:]|\dv\d", word):
        return None
    from tui_digest.identity import arxiv_id

    found = arxiv_id(word)
    return Field("arxiv", found[0]) if found else None


class _QueryReader:
    """Makes the tree: `OR` binds loosest, then what stands side by side, then `-` and `NOT`."""

    def __init__(self, text: str, pieces: list[Token], known: Surroundings, inside: tuple[str, ...]) -> None:
        self.text = text
        self.pieces = pieces
        self.there = known
        self.inside = inside
        """The saved views whose text this is part of, the outermost first."""
        self.lent: dict[str, tuple[str, bool] | int] = {}
        """`sort` and `limit` as the saved views in this query set them."""
        self.at = 0
        self.settings: dict[str, tuple[str, bool] | int | None] = {}

    def asked(self) -> Asked:
        """The whole query."""
        tree = self.any_of(0)
        if (stray := self.peek()) is not None:
            raise QueryError("query.close", stray.start, stray.end, edit=Edit(stray.start, stray.end, ""))
        sort, limit = ({**self.lent, **self.settings}.get(name) for name in ("sort", "limit"))
        return Asked(tree, sort if isinstance(sort, tuple) else None, limit if isinstance(limit, int) else None)

    def peek(self) -> Token | None:
        """What stands next."""
        return self.pieces[self.at] if self.at < len(self.pieces) else None

    def any_of(self, depth: int) -> Node | None:
        """Alternatives, up to a `)` or the end; None where nothing stands."""
        found: list[Node] = []
        sign: Token | None = None
        while True:
            node = self.all_of(depth)
            following = self.peek()
            more = following is not None and following.kind == "OR"
            if node is None and (sign or more):
                self.one_sided(sign or following)
            if node is not None:
                found += node.nodes if isinstance(node, Or) else (node,)
            if not more:
                break
            sign, self.at = following, self.at + 1
        return Or(tuple(found)) if len(found) > 1 else found[0] if found else None

    def all_of(self, depth: int) -> Node | None:
        """What stands side by side, up to an `OR`, a `)` or the end."""
        found: list[Node] = []
        sign: Token | None = None
        while (token := self.peek()) is not None and token.kind not in ("OR", ")"):
            if token.kind == "AND":
                if sign or not found:
                    self.one_sided(token)
                sign, self.at = token, self.at + 1
            elif token.kind in SETTINGS:
                self.set(token, depth)
            else:
                node = self.one(depth)
                found += node.nodes if isinstance(node, And) and node.nodes else (node,)
                sign = None
        if sign:
            self.one_sided(sign)
        return And(tuple(found)) if len(found) > 1 else found[0] if found else None

    def one(self, depth: int) -> Node:
        """A term, a group, or either negated."""
        token = self.pieces[self.at]
        if depth > MAX_DEPTH:
            raise QueryError("query.deep", token.start, token.end)
        self.at += 1
        if token.node is not None:
            return self.meant(token, token.node, depth)
        if token.kind == "NOT":
            following = self.peek()
            if following is None or following.kind in ("AND", "OR", ")"):
                self.one_sided(token, "query.not")
            elif following.kind in SETTINGS:
                edit = Edit(token.start, following.start, "")
                raise QueryError("query.outside", following.start, following.end, edit=edit, name=following.kind)
            return Not(self.one(depth + 1))
        node = self.any_of(depth + 1)
        closing = self.peek()
        if closing is None:
            closed = Edit(token.start, len(self.text), self.text[token.start :].rstrip() + ")")
            raise QueryError("query.open", token.start, token.end, edit=closed if node else None)
        if node is None:
            raise QueryError("query.empty", token.start, closing.end, edit=Edit(token.start, closing.end, ""))
        self.at += 1
        return node

    def meant(self, token: Token, node: Words | Field, depth: int) -> Node:
        """The term itself, with the name of its source as that is spelled, or what the saved view of that name asks
        for."""
        views, sources = self.there.views, self.there.sources
        if self.there.weeks is not None and isinstance(node, Field) and node.name == "week":
            return self.week(token, node, self.there.weeks)
        if sources is not None and isinstance(node, Field) and node.name == "source":
            return Field("source", self.known(token, node, sources))
        if views is None or not isinstance(node, Field) or node.name != "view":
            return node
        start, end, name = token.start, token.end, self.known(token, node, views)
        if name in self.inside:
            raise QueryError("query.circle", start, end, name=name)
        try:
            found = _read(views[name], self.there, (*self.inside, name))
        except QueryError as error:
            if error.message_id == "query.circle":
                raise QueryError("query.circle", start, end, name=error.details["name"]) from None
            raise QueryError("query.inside", start, end, name=name, text=views[name]) from None
        if not depth:
            self.lent |= {key: held for key, held in (("sort", found.sort), ("limit", found.limit)) if held is not None}
        return found.tree if found.tree is not None else And(())

    def week(self, token: Token, node: Field, weeks: Callable[[str], str | None]) -> Field:
        """The week that is shown by a name. Raises `QueryError` where there is none."""
        if not isinstance(node.value, str) or node.value == UNDATED:
            return node
        found = weeks(node.value)
        if found is None:
            start = token.start + self.text[token.start :].translate(TWINS).find(":") + 1
            raise QueryError("query.week", start, token.end, name="week", value=node.value)
        return Field("week", found if found == UNDATED else Weeks(found, found))

    def known(self, token: Token, node: Field, names: Collection[str]) -> str:
        """The name of a view or source as it is spelled. Raises `QueryError` where there is none of that name."""
        asked, start, end = str(node.value), token.start, token.end
        name = next((name for name in names if folded(name) == folded(asked)), None)
        if name is not None:
            return name
        meant = near(asked, names)
        suggestion = term(node.name, meant) if meant else ""
        edit = Edit(start, end, suggestion) if meant else None
        message = f"query.{node.name}.near" if meant else f"query.{node.name}"
        raise QueryError(message, start, end, edit=edit, suggestion=suggestion, name=asked)

    def set(self, token: Token, depth: int) -> None:
        """`sort:` and `limit:` are for the whole query, once each."""
        if depth or token.kind in self.settings:
            message = "query.outside" if depth else "query.twice"
            raise QueryError(message, token.start, token.end, edit=Edit(token.start, token.end, ""), name=token.kind)
        self.settings[token.kind] = token.setting
        self.at += 1

    def one_sided(self, token: Token | None, message: str = "query.side") -> None:
        """Raises for an operator that lacks what it joins."""
        if token is not None:
            sign = self.text[token.start : token.end]
            raise QueryError(message, token.start, token.end, edit=Edit(token.start, token.end, ""), operator=sign)


def term(name: str, value: str) -> str:
    """`name:value`, with the value in quotes where it needs them."""
    value = unicodedata.normalize("NFC", value)
    head = f"{name[:-1]}:=" if name.endswith("=") else f"{name}:"
    return head + value if only_term(head + value) == Field(name, value) else head + quoted(value)


def only_term(text: str) -> Node | None:
    """The one term, or other node, that a text is; None for a text with a mistake."""
    try:
        return read(text, today=ANY_DAY).tree
    except QueryError:
        return None


def quoted(text: str) -> str:
    """A value as a phrase, its quotes and backslashes escaped."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
