"""Which spellings are one tag, as the user set it in `[tag_aliases]` of config.toml.

A name stands for itself and its other spellings, each in any case and composition, as a query takes it. Digests keep
what they wrote: names are for counting, listing and finding only.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from tui_digest.text.matching import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class TagNames:
    """Every spelling's name."""

    def __init__(self, aliases: Mapping[str, Sequence[str]]) -> None:
        self.given = tuple(aliases)
        """The names that have other spellings."""
        self.table: dict[str, str] = {}
        """Folded spelling -> name."""
        self._spellings: dict[str, tuple[str, ...]] = {}
        for name, others in aliases.items():
            found = tuple(dict.fromkeys(map(fold, (name, *others))))
            self._spellings[name] = found
            self.table.update(dict.fromkeys(found, name))
        self._known: dict[str, str] = {}
        """Spelling -> name, of those that were asked for: folding costs more than looking up."""

    def name(self, tag: str) -> str:
        """What the tag is called: itself, where no name was given."""
        found = self._known.get(tag)
        if found is None:
            found = self._known[tag] = self.table.get(fold(tag), tag)
        return found

    def names(self, tags: Iterable[str]) -> set[str]:
        """The names of some tags, each once."""
        return set(map(self.name, tags))

    def spellings(self, tag: str) -> tuple[str, ...]:
        """The folded spellings of a tag, its name first; itself as it is, where no name was given."""
        return self._spellings.get(self.name(tag), (tag,))


def plain_tag(text: str) -> str:
    """A tag as it is kept: composed, without its `#` and needless blanks; empty where no letter or digit is left."""
    name = unicodedata.normalize("NFC", " ".join(text.strip().lstrip("#＃").split()))
    return name if any(character.isalnum() for character in name) else ""
