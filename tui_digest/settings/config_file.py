"""`config.toml` as a text of the user's: the commented default, and one setting changed without touching the rest.

A change is an edit of one line. No library does it, because finding the line is needed for naming mistakes anyway,
because the line of the commented default is the place to put a first value, and because the result is proved: it is
written only where, read again, it says what the old text said and the new value.
"""

from __future__ import annotations

import re
import stat
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tui_digest.errors import ConfigError, StoreError
from tui_digest.files import read_bytes, replace_file
from tui_digest.settings.config import Settings, begins_statement, line_of, literal, rules

if TYPE_CHECKING:
    from tui_digest.i18n import Translator

WIDTH = 100
"""Cells of a line of the commented default, at most."""

_BOM = b"\xef\xbb\xbf"


class Example(NamedTuple):
    """A line of a table in the default file: `"mark.star" = ["s"]  # star`."""

    name: str
    value: Any
    words: str


def default_text(tr: Translator, tables: dict[str, Sequence[Example]]) -> str:
    """The default file: every setting with what it is for and what it may be, each line of a value commented out, so
    that a later version may have a better default. `tables` has what is listed in each table."""
    lines = [*_comment(tr("setting.head"))]
    for name, rule in rules().items():
        lines += ["", *_comment(tr(f"setting.{name}.about"))]
        if rule.kind == "table":
            lines.append(f"[{name}]")
            lines += [f"# {literal(each.name)} = {literal(each.value)}  # {each.words}" for each in tables[name]]
        else:
            lines += _comment(tr(f"setting.allowed.{rule.kind}", **rule.details))
            lines.append(f"# {name} = {literal(getattr(Settings(), name))}")
    return "\n".join([*lines, ""])


def _comment(text: str) -> Iterator[str]:
    """A text as comment lines."""
    line = "#"
    for word in text.split(" "):
        if _cells(line) + 1 + _cells(word) > WIDTH:
            yield line
            line = "#"
        line += f" {word}"
    yield line


def _cells(text: str) -> int:
    from rich.cells import cell_len

    return cell_len(text)


def change(path: Path, name: str, value: object, *, default: str = "") -> None:
    """Write one setting down, and leave everything else in the file as it is; where there is no file, in `default`.

    Raises `config.left_alone` where the file cannot be read as settings or would not say the same afterwards, and the
    store's errors where it cannot be written; then nothing was changed.
    """
    found = read_bytes(path)
    data = default.encode() if found is None else found
    mode = None if found is None else stat.S_IMODE(path.stat().st_mode)
    if mode is not None and not mode & stat.S_IWUSR:  # renaming over it would pass over the wish to keep it
        raise StoreError("store.readonly", path=path)
    try:
        text = data.removeprefix(_BOM).decode()
        before = tomllib.loads(text)
        edited = with_setting(text, name, value)
        after = tomllib.loads(edited)
    except (ValueError, RecursionError):  # no UTF-8, no TOML, or no TOML any more
        raise ConfigError("config.left_alone", path=path, name=name, value=literal(value)) from None
    if after != {**before, name: value}:
        raise ConfigError("config.left_alone", path=path, name=name, value=literal(value))
    replace_file(path, (_BOM if data.startswith(_BOM) else b"") + edited.encode())
    if mode is not None:
        path.chmod(mode)


_VALUE = re.compile(r"""(?P<name>[^=]*=\s*)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s#"'\[{][^\s#]*)(?P<rest>\s*(#.*)?)""")


def with_setting(text: str, name: str, value: object) -> str:
    """The text with a setting at the top level given another value: where it stands; else below its commented default;
    else before the first table."""
    lines = text.split("\n")
    end = "\r" if "\r\n" in text else ""
    found = line_of(text, name)
    if found is not None:
        match = _VALUE.fullmatch(lines[found - 1])
        if match is not None:
            lines[found - 1] = match["name"] + literal(value) + match["rest"]
            return "\n".join(lines)
        after = next(n for n in range(found, len(lines) + 1) if begins_statement(lines, n))
        return "\n".join([*lines[: found - 1], f"{name} = {literal(value)}{end}", *lines[after:]])
    place = _place(lines, name)
    if place == len(lines):  # below a last line that has no end
        return f"{text}{end}\n{name} = {literal(value)}"
    return "\n".join([*lines[:place], f"{name} = {literal(value)}{end}", *lines[place:]])


def _place(lines: Sequence[str], name: str) -> int:
    """Before which line a setting belongs that the text does not have."""
    commented = re.compile(rf"\s*#\s*{re.escape(name)}\s*=")
    for number, line in enumerate(lines):
        if line.lstrip().startswith("[") and begins_statement(lines, number):  # a table begins
            while number and lines[number - 1].lstrip().startswith("#"):
                number -= 1  # what is said above it stays there
            return number
        if commented.match(line) and begins_statement(lines, number):
            return number + 1
    return len(lines) if lines[-1].strip() else len(lines) - 1
