"""The table of keys as people read it, in sections: for help, `tui-digest keys` and docs/keys.md."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.text.matching import searchable, spans
from tui_digest.tui.box_keys import BOX_KEYS, PLACES, BoxKey
from tui_digest.tui.keymap import GROUPS, Key, groups_at_home
from tui_digest.tui.keynames import shown

if TYPE_CHECKING:
    from tui_digest.i18n import Translator

_RUN = 4
"""From how many digits in a row on they are shown as `1–9`."""


class KeyLine(NamedTuple):
    """One thing that can be done."""

    id: str
    """What `config.toml` names; empty for the keys of boxes and dialogs, which stand."""
    keys: tuple[str, ...]
    """As they are printed."""
    words: str


class Section(NamedTuple):
    """A heading and what stands below it."""

    title: str
    lines: tuple[KeyLine, ...]


def sections(table: Sequence[Key], tr: Translator, pane: str | None = None) -> list[Section]:
    """All keys under their headings, each once. Where a pane is named, first what its footer offers, then the groups
    that are for what stands in it."""
    first = here(table, tr, pane) if pane is not None else []
    groups = [group for group in GROUPS if pane is None or group not in groups_at_home(pane)]
    rest = [key for key in table if pane is None or pane not in key.panes]
    places = [(f"place.{place}", [key for key in BOX_KEYS if key.place == place]) for place in PLACES]
    return [*first, *_grouped(rest, groups, tr), *(_section(heading, keys, tr) for heading, keys in places)]


def here(table: Sequence[Key], tr: Translator, pane: str) -> list[Section]:
    """The keys of one pane: those of its footer, and the other ones for what stands in it, under their headings."""
    offered = [key for key in table if pane in key.panes]
    title = tr("help.here", pane=tr(f"pane.{pane}"))
    others = [key for key in table if pane not in key.panes]
    return [Section(title, tuple(_line(key, tr) for key in offered)), *_grouped(others, groups_at_home(pane), tr)]


def _grouped(keys: Sequence[Key], groups: Sequence[str], tr: Translator) -> list[Section]:
    found = [(f"group.{group}", [key for key in keys if key.group == group]) for group in groups]
    return [_section(heading, those, tr) for heading, those in found if those]


def _section(heading: str, keys: Sequence[Key | BoxKey], tr: Translator) -> Section:
    return Section(tr(heading), tuple(_line(key, tr) for key in keys))


def _line(key: Key | BoxKey, tr: Translator) -> KeyLine:
    keys = tuple(map(shown, key.keys))
    if len(keys) >= _RUN and all(each.isdigit() for each in keys):
        keys = (f"{keys[0]}–{keys[-1]}",)
    return KeyLine(
        key.id if isinstance(key, Key) else "", keys, key.named(tr) if isinstance(key, Key) else tr(key.label)
    )


def narrowed(found: Sequence[Section], text: str) -> list[Section]:
    """What is left of the sections where something is looked for: in a key, in what it does, in its id, in a heading.

    Words are found as everywhere: in any spelling of Hangul, and by initial consonants.
    """
    if not searchable(text):
        return list(found)
    kept = []
    for section in found:
        lines = section.lines if _holds(section.title, text) else tuple(_that_hold(section.lines, text))
        if lines:
            kept.append(Section(section.title, lines))
    return kept


def _that_hold(lines: Sequence[KeyLine], text: str) -> list[KeyLine]:
    return [line for line in lines if any(_holds(each, text) for each in (line.words, line.id, *line.keys))]


def _holds(there: str, text: str) -> bool:
    return bool(spans(text, there, by_initials=True))
