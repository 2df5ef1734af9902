"""LaTeX formulas as Unicode, where nothing is lost by it; where something would be, the source stands as it is.

`unicodeit` knows the signs. It replaces text by rules without looking at where a command ends (`\\log` would become
`łog`, `25\\%` a shade), so it is handed one command at a time, by the small parser here, which knows groups, scripts
and escapes. A formula is shown changed as a whole or not at all.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from tui_digest.text.formula_marks import FORMULA

_TOKEN = re.compile(r"\\(?P<command>[A-Za-z]+)[ \t]*|\\(?P<escaped>[^A-Za-z])|(?P<sign>.)", re.DOTALL)

_NAMES = frozenset(
    {
        "log",
        "ln",
        "exp",
        "max",
        "min",
        "arg",
        "argmax",
        "argmin",
        "sin",
        "cos",
        "tan",
        "tanh",
        "sup",
        "inf",
        "lim",
        "det",
        "dim",
        "ker",
        "deg",
        "gcd",
        "mod",
        "Pr",
        "softmax",
    }
)
"""Commands that stand for their own name, upright."""
_UPRIGHT = frozenset({"text", "mathrm", "operatorname", "textrm", "mathsf", "mathtt", "texttt"})
"""Commands that only choose letters which a terminal does not have another kind of."""
_ALPHABETS = frozenset({"mathbb", "mathcal", "mathbf", "mathfrak", "mathscr", "boldsymbol"})
_ACCENTS = frozenset({"hat", "tilde", "bar", "vec", "dot", "ddot", "overline", "underline"})
_SIZES = frozenset({"left", "right", "big", "Big", "bigl", "bigr", "displaystyle", "limits"})
_ESCAPED = {"%": "%", "&": "&", "#": "#", "_": "_", "{": "{", "}": "}", "$": "$", ",": " ", ";": " ", ":": " ", "!": "",
            " ": " ", "|": "‖"}  # fmt: skip
_SPACES = {"quad": " ", "qquad": "  "}
_ATOM = re.compile(r"\w+", re.UNICODE)
_BEFORE_NAME = re.compile(r"\w$")


class _LossyError(ValueError):
    """There is no Unicode for it."""


def readable(text: str) -> str:
    """The text with its formulas in Unicode; those that would lose something are left as they are."""
    if "$" not in text and "\\" not in text:
        return text
    return _readable(text)


@lru_cache(maxsize=512)
def _readable(text: str) -> str:
    return FORMULA.sub(_shown, text)


def _shown(match: re.Match[str]) -> str:
    source = next(group for group in match.groups() if group is not None)
    try:
        return unicodedata.normalize("NFC", _FormulaReader(source).whole())
    except _LossyError:
        return match.group()


@lru_cache(maxsize=4096)
def _unicode(command: str) -> str:
    """One command, with its argument if it takes one, as `unicodeit` has it."""
    from unicodeit import replace  # only for those whose digests hold formulas: it takes 10 ms

    found: str = replace(command)
    if "\\" in found or "{" in found or found == command:
        raise _LossyError
    return found


def _script(kind: str, text: str) -> str:
    """`_` or `^` with its text: small signs where Unicode has each of them; one sign that has none stays beside its
    `_`. Several would need their braces, and half a formula is none."""
    try:
        return "".join(_small(kind, sign) for sign in text)
    except _LossyError:
        if len(text) != 1:
            raise
        return kind + text


@lru_cache(maxsize=1)
def _small_signs() -> dict[str, str]:
    """`_` or `^` and a sign -> the small sign that Unicode says stands for it. The library's own table is not used:
    it has a Hangul letter for a raised V."""
    found: dict[str, str] = {"^'": "′", "^′": "′"}
    for start, end in (
        (0xB2, 0xBA),
        (0x2B0, 0x2B9),
        (0x2E0, 0x2E5),
        (0x1D2C, 0x1D6B),
        (0x1D9B, 0x1DC0),
        (0x2070, 0x209D),
        (0x2C7C, 0x2C7E),
    ):
        for small in map(chr, range(start, end)):
            kind, _, code = unicodedata.decomposition(small).partition(" ")
            if kind in ("<super>", "<sub>") and " " not in code:
                found.setdefault(("^" if kind == "<super>" else "_") + chr(int(code, 16)), small)
    return found


def _small(kind: str, sign: str) -> str:
    if sign == " ":
        return ""
    small = _small_signs().get(kind + sign.replace("-", "−"))
    if small is None:
        raise _LossyError
    return small


class _FormulaReader:
    """Reads a formula once, from left to right."""

    def __init__(self, source: str) -> None:
        self._tokens = list(_TOKEN.finditer(source))
        self._at = 0

    def whole(self) -> str:
        """All of it."""
        found = self._until(None)
        if self._at < len(self._tokens):
            raise _LossyError
        return found

    def _until(self, end: str | None) -> str:
        parts: list[str] = []
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if end is not None and token["sign"] == end:
                self._at += 1
                return "".join(parts)
            if token["sign"] == "}":
                raise _LossyError
            parts.append(self._next("".join(parts[-1:])))
        if end is not None:
            raise _LossyError
        return "".join(parts)

    def _next(self, before: str) -> str:
        token = self._tokens[self._at]
        self._at += 1
        if (escaped := token["escaped"]) is not None:
            if escaped not in _ESCAPED:
                raise _LossyError
            return _ESCAPED[escaped]
        if (sign := token["sign"]) is not None:
            if sign == "{":
                return self._until("}")
            if sign in "_^":
                return _script(sign, self._argument())
            if sign in "&~":
                return " "
            return sign
        return self._command(token["command"], token.group().endswith((" ", "\t")), before)

    def _command(self, name: str, spaced: bool, before: str) -> str:
        if name in _NAMES:
            return (" " if _BEFORE_NAME.search(before) else "") + name + (" " if spaced else "")
        if name in _UPRIGHT:
            return self._argument()
        if name in _SIZES:
            return ""
        if name in _SPACES:
            return _SPACES[name]
        if name == "sqrt":
            inner = self._argument()
            return f"√{inner}" if len(inner) == 1 else f"√({inner})"
        if name == "frac":
            return self._fraction(before)
        if name in _ALPHABETS:
            return "".join(_unicode(f"\\{name}{{{letter}}}") for letter in self._argument())
        if name in _ACCENTS:
            inner = self._argument()
            if len(inner) != 1:
                raise _LossyError
            return _unicode(f"\\{name}{{{inner}}}")
        found = _unicode(f"\\{name}")
        return found + (" " if spaced and not found.isalpha() and before.endswith(" ") else "")

    def _fraction(self, before: str) -> str:
        """`a/b`, where it cannot be read as anything else."""
        above, below = self._argument(), self._argument()
        follows = self._tokens[self._at].group() if self._at < len(self._tokens) else ""
        if not (_ATOM.fullmatch(above) and _ATOM.fullmatch(below)) or before[-1:].isalnum() or follows[:1].isalnum():
            raise _LossyError
        return f"{above}/{below}"

    def _argument(self) -> str:
        """A group, a command or one sign."""
        while self._at < len(self._tokens) and (self._tokens[self._at]["sign"] or "x").isspace():
            self._at += 1
        if self._at == len(self._tokens):
            raise _LossyError
        if self._tokens[self._at]["sign"] in ("}", "_", "^"):
            raise _LossyError
        return self._next("")
