"""The one table of signs: what the app draws with, and what stands in where a terminal has ASCII only.

Widgets draw with the signs; a filter over everything that is painted puts the stand-ins in, so that Textual's own
borders and bars, and the punctuation of sentences, follow too. A stand-in is as wide as its sign.
"""

from __future__ import annotations

from functools import lru_cache

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from tui_digest.tui.charts import ASCII, UNICODE
from tui_digest.tui.wrap import width_of

UNREAD, STARRED, NOTED, CHOSEN = "●", "★", "✎", "✓"
CURSOR_BAR, RESTING_BAR = "▌", "▏"
"""What marks the cursor's row in the list that has the keys, and in another; told apart without colour as well."""
THUMB, RULE, DONE, BORDER = "┃", "─", "━", "│"
INTO, BETWEEN = "›", "·"

_ASCII = {
    UNREAD: "o", STARRED: "*", NOTED: "~", CHOSEN: "x", CURSOR_BAR: ">", RESTING_BAR: "|", THUMB: "#", RULE: "-",
    INTO: ">", BETWEEN: "-",
    "…": ".", "–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "•": "-",
    "↑": "^", "↓": "v", "←": "<", "→": ">", "▲": "^", "▼": "v", "×": "x", "\xa0": " ", "⚠": "!", "▶": ">", "◀": "<",
    "○": "o", "☆": "*", "■": "#", "□": "#",
}  # fmt: skip
_VERTICAL = "│┃║╎╏┆┇┊┋▎▍▋▊▉▐▕"
_HORIZONTAL = "━═╌╍┄┅┈┉▁▂▔▀▄"
_CORNERS = "┌┐└┘├┤┬┴┼╭╮╰╯╔╗╚╝╠╣╦╩╬┏┓┗┛┣┫┳┻╋"
_TABLE = str.maketrans(
    {
        **dict.fromkeys(_VERTICAL, "|"),
        **dict.fromkeys(_HORIZONTAL, "-"),
        **dict.fromkeys(_CORNERS, "+"),
        **dict.fromkeys("█▓▒░▇▆▅▃▖▗▘▝▙▟▛▜", "#"),
        **dict(zip(UNICODE.levels + UNICODE.parts + UNICODE.cut, ASCII.levels + ASCII.parts + ASCII.cut, strict=True)),
        **_ASCII,
    }
)


@lru_cache(maxsize=2048)
def in_ascii(text: str, encoding: str = "utf-8") -> str:
    """The text with the stand-ins of all signs; what the encoding does not have becomes question marks as wide."""
    text = text.translate(_TABLE)
    if text.isascii():
        return text
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return "".join(_encodable(character, encoding) for character in text)
    return text


def _encodable(character: str, encoding: str) -> str:
    try:
        character.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return "?" * width_of(character)
    return character


class AsciiSigns(LineFilter):
    """Puts the stand-ins into every painted line."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._encoding = encoding

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The line in ASCII signs."""
        return [Segment(in_ascii(text, self._encoding), style, control) for text, style, control in segments]
