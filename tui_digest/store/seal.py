"""A checksum in what is stored: a last field `check` in every line, and in the reserved table of every file.

It finds what changed by accident, on a disk or on the way; it is no protection against a file that was written on
purpose.
"""

from __future__ import annotations

import zlib
from typing import Any

import orjson

_FIELD = b',"check":"'
_DIGITS = 8


def sealed(data: bytes, depth: int = 1) -> bytes:
    """JSON of an object with a field more: `check`, the CRC-32 of all bytes before it, as eight hex digits. It goes
    into the object that ends with the last `depth` braces, behind its other fields."""
    body = data[:-depth]
    return b'%b,"check":"%08x"%b' % (body, zlib.crc32(body), data[-depth:])


def holds(data: bytes, depth: int = 1) -> bool | None:
    """Whether the data is what `sealed` made; None where no check stands in its place."""
    at = len(data) - len(_FIELD) - _DIGITS - 1 - depth
    if at <= 0 or not data.startswith(_FIELD, at):
        return None
    return data[at + len(_FIELD) :] == b'%08x"%b' % (zlib.crc32(memoryview(data)[:at]), b"}" * depth)


def fields_of(data: bytes) -> dict[str, Any]:
    """The fields of a sealed object, without `check`. Raises ValueError where it is not what `sealed` made."""
    if not holds(data):
        raise ValueError(data[-40:])
    fields: dict[str, Any] = orjson.loads(data)
    del fields["check"]
    return fields


def harmless_lines(data: bytes) -> Any:
    """What JSON holds, its texts clean and of one line each. Raises ValueError where it is none."""
    value = orjson.loads(data)
    if data.decode().isprintable() and b"\\" not in data:
        return value
    from tui_digest.text.cleaning import cleaned  # its patterns cost start-up time

    return _of_one_line(cleaned(value))


def _of_one_line(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\n", " ").replace("\t", " ")
    if isinstance(value, list):
        return [_of_one_line(each) for each in value]
    if isinstance(value, dict):
        return {_of_one_line(name): _of_one_line(each) for name, each in value.items()}
    return value


def ends_wrong(line: bytes) -> bool:
    """Whether a sealed line, or one with its line end, was written whole and its last letter is another one now. One
    that a crash cut short is shorter."""
    at = line.rfind(_FIELD)
    brace_is_wrong = at > 0 and len(line) == at + len(_FIELD) + _DIGITS + 2
    return brace_is_wrong or holds(line[:-1]) is True
