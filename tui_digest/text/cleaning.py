"""What could harm a terminal, taken out of text: of digests when they are read, and of every file of the home.

Control characters, escape sequences and direction overrides go; letters, line ends and tabs stay.
"""

from __future__ import annotations

from typing import Any

from tui_digest.text.patterns import regex

_LINE_END = regex(r"\r\n?")
_SUSPECT = regex(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_ASCII_CONTROLS = bytes((*range(9), *range(0x0B, 0x20), 0x7F))
"""Those of them that are ASCII."""
_IN_UTF8 = {
    b"\xc2": regex(rb"\xc2[\x80-\x9f\xad]"),
    b"\xd8": regex(rb"\xd8\x9c"),
    b"\xe2": regex(rb"\xe2(?:\x80[\x8b\x8e\x8f\xa8-\xae]|\x81[\xa0-\xaf])"),
    b"\xef": regex(rb"\xef(?:\xbb\xbf|\xbf[\xb9-\xbb])"),
}
"""The others as UTF-8, by the byte that each begins with: most texts have none of these four, which is told at once."""
_OTHER_LINE_END = regex("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_STRING_OPENER = regex("\x1b[\\]PX^_]|[\x90\x98\x9d-\x9f]")
_STRING_END = regex("\x1b\\\\|\x9c")
_OSC_END = regex("\x07|\x1b\\\\|\x9c")
_ESCAPE = regex("(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]?|\x1b[ -/]*[0-~]?")
_SURROGATE = regex("[\ud800-\udfff]")
_ESCAPED = (b"\\u", b"\\r", b"\\b", b"\\f")
"""What JSON may write instead of such a character."""


def clean(text: str) -> str:
    """The text without control characters (but newline and tab), escape sequences, direction overrides and
    zero-width spaces; joiners and variation selectors stay, emoji are made of them. The lines stay the same lines."""
    if text.isprintable():  # most lines, names and addresses
        return text
    if "\r" in text:
        text = _LINE_END.sub("\n", text)
    if _is_harmless(text):
        return text
    text = _OTHER_LINE_END.sub(" ", text)
    if _STRING_OPENER.search(text):
        text = "\n".join(map(_without_strings, text.split("\n")))
    text = _ESCAPE.sub("", text)
    text = _SURROGATE.sub("\ufffd", text)
    return _SUSPECT.sub("", text)


def _is_harmless(text: str) -> bool:
    """Whether there is nothing to take out."""
    if text.isascii():
        data = text.encode()
        return len(data.translate(None, _ASCII_CONTROLS)) == len(data)
    return _SUSPECT.search(text) is None


def is_clean(data: bytes) -> bool:
    """Whether `clean` leaves the text of this UTF-8 as it is: told in a fraction of the time that it takes."""
    if len(data.translate(None, _ASCII_CONTROLS)) != len(data):
        return False
    return not any(lead in data and pattern.search(data) for lead, pattern in _IN_UTF8.items())


def _without_strings(line: str) -> str:
    """The line without OSC, DCS, PM, APC and SOS strings. One that does not end on its line loses only its opener:
    the rest may well be text."""
    kept, position = [], 0
    # Where no later terminator of a kind stands on the line is asked once, or a hostile line would take hours.
    ends = dict.fromkeys((_OSC_END, _STRING_END), True)
    while opener := _STRING_OPENER.search(line, position):
        kept.append(line[position : opener.start()])
        ending = _OSC_END if opener[0] in ("\x1b]", "\x9d") else _STRING_END
        end = ending.search(line, opener.end()) if ends[ending] else None
        ends[ending] = end is not None
        position = end.end() if end else opener.end()
    return "".join(kept) + line[position:]


def may_need_cleaning(data: bytes) -> bool:
    """Whether JSON could hold a text that `clean` would change; quicker than cleaning all of them."""
    return any(each in data for each in _ESCAPED) or _SUSPECT.search(data.decode("utf-8", "replace")) is not None


def cleaned(value: Any) -> Any:
    """What JSON held, with every text in it clean, names of fields too."""
    if isinstance(value, str):
        return value if value.isprintable() else clean(value)
    if isinstance(value, list):
        return [cleaned(each) for each in value]
    if isinstance(value, dict):
        return {cleaned(name): cleaned(each) for name, each in value.items()}
    return value
