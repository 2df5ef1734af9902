"""Trees -> text, and texts with one term more or less: what keeps the search box and the tag sidebar in step."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from tui_digest.query.grammar import ANY_DAY, OPERATORS, TWINS, Token, only_term, quoted, read, term, tokens
from tui_digest.query.nodes import And, Asked, Dates, Node, Not, Numbers, Or, QueryError, Value, Weeks, Words
from tui_digest.query.values import last_of_month
from tui_digest.query.vocabulary import CHOICES, FIELDS, SETTINGS, SORTS


def unparse(asked: Asked) -> str:
    """The query as text, in one spelling: reading it gives `asked` again."""
    parts = [_bare(asked.tree)] if asked.tree is not None else []
    if asked.sort is not None:
        name, descending = asked.sort
        parts.append(f"sort:{'' if SORTS[name] == descending else '-'}{name}")
    if asked.limit is not None:
        parts.append(f"limit:{asked.limit}")
    return " ".join(parts)


def with_term(text: str, wanted: str, *, on: bool) -> str:
    """The query text with a term that holds for all of it, such as `tag:rl`, put in or taken out; the rest stays as it
    was typed. Putting it in takes its negation out, and another `sort:` or `limit:`; a text with a mistake in it
    only ever gets it put in."""
    text = unicodedata.normalize("NFC", text)
    found, meant = _top(text), _top(wanted)
    if found is None or not meant or len(meant) != 1:
        return _joined(text, wanted) if on else text
    (asked,) = meant
    either = any(part.sign == "OR" for part in found)
    present = [part for part in found if _same(part, asked) and not (either and part.setting is None)]
    if on and present:
        return text
    if not on:
        return _without(text, found, present)
    if not either or asked.setting is not None:
        rest = _without(text, found, [part for part in found if _against(part, asked)])
        behind = _joined(rest, wanted)
        # Behind `date :` a term would be taken for its value.
        return behind if _top(behind) is not None else _joined(wanted, rest)
    settings = [part for part in found if part.setting is not None]
    kept = [text[part.start : part.end] for part in settings]
    return " ".join([_group(_without(text, found, settings).strip()), wanted, *kept])


def both(first: str, second: str) -> str:
    """One text that asks for what both ask for; where both sort or cut off, as the second does. Neither may have a
    mistake in it."""
    conditions: list[tuple[str, bool]] = []
    settings: dict[str, str] = {}
    for text in (unicodedata.normalize("NFC", each) for each in (first, second)):
        found = _top(text) or []
        held = [part for part in found if part.setting is not None]
        conditions.append((_without(text, found, held).strip(), any(part.sign == "OR" for part in found)))
        settings |= {part.setting.kind: text[part.start : part.end] for part in held if part.setting is not None}
    grouped = all(text for text, _ in conditions)
    texts = [_group(text) if either and grouped else text for text, either in conditions]
    joined = " ".join(text for text in (*texts, *settings.values()) if text)
    if _top(joined) is not None:
        return joined
    # Side by side they say something else, as `date :` and `x` do.
    return " ".join([*(_group(text) for text, _ in conditions if text), *settings.values()])


def _joined(left: str, right: str) -> str:
    left, right = left.rstrip(), right.lstrip()
    return left + _between(left, right) + right if left and right else left + right


def _between(left: str, right: str) -> str:
    """What two texts that stand side by side need between them; `tag` and `:rl` would be taken for a mistyped field."""
    return " AND " if right[0] in ":：" and left.split()[-1].lstrip("-－") in FIELDS else " "


def has_term(text: str, wanted: str) -> bool:
    """Whether the query text holds a term for all of it: what `with_term` would leave as it is."""
    return _top(wanted) is not None and _top(text) is not None and with_term(text, wanted, on=True) == text


class _WrittenPart(NamedTuple):
    """A piece of a text that stands outside of all parentheses."""

    sign: Node | str | None
    """A term, negated or not; an operator's name; None for a group or a setting."""
    start: int
    end: int
    setting: Token | None = None


def _top(text: str) -> list[_WrittenPart] | None:
    """What the text is made of; None where it has a mistake."""
    try:
        read(text, today=ANY_DAY)
        pieces = list(tokens(unicodedata.normalize("NFC", text), ANY_DAY))
    except QueryError:
        return None
    found: list[_WrittenPart] = []
    depth = nots = start = 0
    for piece in pieces:
        if not depth and not nots:
            start = piece.start
        depth += {"(": 1, ")": -1}.get(piece.kind, 0)
        if depth:
            continue
        if piece.kind == "NOT":
            nots += 1
            continue
        if piece.node is None:
            sign = piece.kind if piece.kind in OPERATORS else None
            found.append(_WrittenPart(sign, start, piece.end, piece if piece.kind in SETTINGS else None))
        else:
            node: Node = piece.node
            for _ in range(nots):
                node = Not(node)
            found.append(_WrittenPart(node, start, piece.end))
        nots = 0
    return found


def _without(text: str, found: list[_WrittenPart], unwanted: list[_WrittenPart]) -> str:
    """The text without some of its parts, and without the `AND` that joined each to another."""
    for place, part in reversed(list(enumerate(found))):
        if part not in unwanted:
            continue
        start, end = part.start, part.end
        if place and found[place - 1].sign == "AND":
            start = found[place - 1].start
        elif place + 1 < len(found) and found[place + 1].sign == "AND":
            end = found[place + 1].end
        text = _joined(text[:start], text[end:])
    return text


def _same(one: _WrittenPart, other: _WrittenPart) -> bool:
    """Whether both say the same, wherever they stand."""
    if one.setting and other.setting:
        return (one.setting.kind, one.setting.setting) == (other.setting.kind, other.setting.setting)
    return one.sign is not None and type(one.sign) is type(other.sign) and one.sign == other.sign


def _against(one: _WrittenPart, other: _WrittenPart) -> bool:
    """Whether the one cannot stand beside the other."""
    if one.setting and other.setting:
        return one.setting.kind == other.setting.kind
    signs = (one.sign, other.sign)
    return any(isinstance(sign, Not) and sign.node == against for sign, against in (signs, signs[::-1]))


def _bare(node: Node) -> str:
    """A node where nothing binds tighter beside it."""
    if isinstance(node, Or):
        return " OR ".join(_bare(each) for each in node.nodes)
    if isinstance(node, And):
        return _side_by_side([_group(_bare(each)) if isinstance(each, Or) else _bare(each) for each in node.nodes])
    if isinstance(node, Not):
        inner = _bare(node.node)
        if isinstance(node.node, And | Or):
            return f"-{_group(inner)}"
        return f"NOT {inner}" if inner.startswith(("-", "－", "NOT ")) else f"-{inner}"
    if isinstance(node, Words):
        return node.text if not node.phrase and only_term(node.text) == node else quoted(node.text)
    if node.name in CHOICES or node.name == "arxiv":
        return f"{node.name}:{node.value}"
    return term(node.name, node.value) if isinstance(node.value, str) else f"{node.name}:{_span(node.value)}"


def _side_by_side(parts: list[str]) -> str:
    """Parts with blanks between them."""
    text = parts[0]
    for part in parts[1:]:
        text += _between(text, part) + part
    return text


def _group(inner: str) -> str:
    """The text in parentheses. A last word with an opening parenthesis of its own (`f(x`) must not take the closing
    one."""
    last = inner.rpartition(" ")[2].translate(TWINS)
    return f"({inner} )" if last.count("(") > last.count(")") else f"({inner})"


def _span(value: Value) -> str:
    if isinstance(value, Numbers):
        return _numbers(value)
    if isinstance(value, Dates):
        return _dates(value)
    if not isinstance(value, Weeks):
        return value
    if value.first == value.last:
        return str(value.first)
    return f">={value.first}" if value.last is None else f"{value.first or ''}..{value.last}"


def _numbers(value: Numbers) -> str:
    first, last = value
    if first is None:
        return f"<={last}" if last is not None and last >= 0 else "<0"
    if last is None:  # what is more than nine digits long could not be read again
        return f">={first}" if first < 10**9 else f">{first - 1}"
    return str(first) if first == last else f"{first}..{last}"


def _dates(value: Dates) -> str:
    first, last = value
    if first is None:
        return f"<={last}"
    if last is None:
        return f">={first}"
    if first == last:
        return str(first)
    if first.day == 1 and last == last_of_month(last):
        if (first.month, last.month) == (1, 12):
            low, high = f"{first.year:04d}", f"{last.year:04d}"
        else:
            low, high = first.isoformat()[:7], last.isoformat()[:7]
        return low if low == high else f"{low}..{high}"
    return f"{first}..{last}"
