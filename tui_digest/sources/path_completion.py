"""What a path that is being typed may become: names of a folder, as a shell's Tab completes them."""

from __future__ import annotations

import os
import unicodedata
from itertools import islice
from pathlib import Path
from typing import NamedTuple

_MOST = 2000
"""Names of a folder that are looked at: enough for any that one types in, and no long wait for the others."""


class Completion(NamedTuple):
    """What Tab makes of a typed path."""

    text: str
    """The path as far as it is certain; a folder's ends with a slash."""
    names: tuple[str, ...]
    """The names that it may go on with, folders (with a slash) first."""


def completed(typed: str) -> Completion:
    """What may follow. Hidden names are offered where the typed name begins with a dot. A folder that cannot be read
    has no names."""
    head, slash, begun = typed.rpartition("/")
    if not slash and typed == "~":
        return Completion("~/", ())
    names = _names(head + slash, begun)
    if not names:
        return Completion(typed, ())
    certain = _common(names)
    # Names are compared composed; what is there already stays as it was typed.
    return Completion(head + slash + (certain if len(certain) >= len(_composed(begun)) else begun), tuple(names))


def meant(typed: str) -> str:
    """The path that was meant: without the quotes and backslashes that a terminal puts around a dropped file."""
    text = typed.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1]
    if "\\" in text and not Path(text).expanduser().exists():
        text = text.replace("\\ ", " ").replace("\\'", "'").replace("\\(", "(").replace("\\)", ")")
    return text


def _names(folder: str, begun: str) -> list[str]:
    begun = _composed(begun)
    try:
        with os.scandir(Path(folder or ".").expanduser()) as found:
            fitting = [
                (not each.is_dir(), _composed(each.name))
                for each in islice(found, _MOST)
                if _composed(each.name).startswith(begun) and begun.startswith(".") == each.name.startswith(".")
            ]
    except (OSError, RuntimeError, ValueError):  # not there, not ours; nobody's home; a NUL in it
        return []
    return [name + ("" if is_file else "/") for is_file, name in sorted(fitting)]


def _common(names: list[str]) -> str:
    """What all of them begin with."""
    first, last = min(names), max(names)
    return first[: next((at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), None)]


def _composed(name: str) -> str:
    """A name as input methods write it: disks of some systems hold Hangul in pieces."""
    return unicodedata.normalize("NFC", name)
