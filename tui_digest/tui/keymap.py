"""The one table of keys, and the small machine that reads keystrokes against it.

Footer, help, palette and `docs/keys.md` are made from `KEYS`; no key is written down anywhere else.
A keystroke is a *token*: the character where it prints one (`j`, `]`, `G`), else Textual's name for it
(`ctrl+d`, `tab`, `space`). A binding is one token or several with blanks between (`g g`, `y b`).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tui_digest.errors import ConfigError

PANES = ("weeks", "tags", "entries", "entry")


class Key(NamedTuple):
    """One thing the reader can do, and the keys that do it."""

    id: str
    """What a user's keymap names: `mark.star`. The label's message id is `key.` and this."""
    keys: tuple[str, ...]
    """Default bindings, the one to show first."""
    action: str
    """The screen's method is `action_` and this; it takes the count (an int, or None where none was typed)."""
    group: str
    """Under which heading help lists it."""
    panes: tuple[str, ...] = ()
    """In which panes the footer offers it."""

    @property
    def label(self) -> str:
        """Message id of its name."""
        return f"key.{self.id}"


KEYS: tuple[Key, ...] = (
    Key("move.down", ("j", "down"), "move_down", "move"),
    Key("move.up", ("k", "up"), "move_up", "move"),
    Key("move.half_down", ("ctrl+d",), "half_page_down", "move"),
    Key("move.half_up", ("ctrl+u",), "half_page_up", "move"),
    Key("move.page_down", ("ctrl+f", "pagedown"), "page_down", "move"),
    Key("move.page_up", ("ctrl+b", "pageup"), "page_up", "move"),
    Key("move.page", ("space",), "page", "move", ("entry",)),
    Key("move.first", ("g g", "home"), "first", "move"),
    Key("move.last", ("G", "end"), "last", "move"),
    Key("move.next_unread", ("]",), "next_unread", "move", ("entry",)),
    Key("move.previous_unread", ("[",), "previous_unread", "move"),
    Key("pane.next", ("tab",), "next_pane", "panes"),
    Key("pane.previous", ("shift+tab",), "previous_pane", "panes"),
    Key("pane.left", ("h", "left"), "pane_left", "panes"),
    Key("pane.right", ("l", "right"), "pane_right", "panes"),
    Key("pane.open", ("enter",), "open", "panes", ("weeks", "tags", "entries")),
    Key("pane.back", ("escape",), "back", "panes", ("tags", "entry")),
    Key("pane.zen", ("z",), "zen", "panes"),
    Key("mark.star", ("s",), "star", "marks", ("entries", "entry")),
    Key("mark.read", ("r",), "toggle_read", "marks", ("entries", "entry")),
    Key("mark.all_read", ("A", "m a"), "mark_all_read", "marks"),
    Key("mark.undo", ("u",), "undo", "marks", ("entries", "entry")),
    Key("mark.redo", ("ctrl+r",), "redo", "marks"),
    Key("note.write", ("e",), "note", "marks", ("entry",)),
    Key("note.tags", ("#", "m t"), "own_tags", "marks"),
    Key("copy.link", ("c", "y y"), "copy_link", "copy", ("entries", "entry")),
    Key("copy.abstract", ("y a",), "copy_abstract", "copy"),
    Key("copy.pdf", ("y p",), "copy_pdf", "copy"),
    Key("copy.bibtex", ("y b",), "copy_bibtex", "copy"),
    Key("copy.markdown", ("y m",), "copy_markdown", "copy"),
    Key("copy.title", ("y t",), "copy_title", "copy"),
    Key("open.browser", ("o",), "open_browser", "copy", ("entries", "entry")),
    Key("open.links", (";",), "links", "copy", ("entry",)),
    Key("filter.text", ("/",), "filter", "find", ("entries", "tags")),
    Key("filter.tags", ("t",), "tags", "find", ("weeks", "entries")),
    Key("view.all", ("v a",), "view_all", "find"),
    Key("view.unread", ("v u",), "view_unread", "find"),
    Key("view.starred", ("v s",), "view_starred", "find"),
    Key("view.noted", ("v n",), "view_noted", "find"),
    Key("find.next", ("n",), "next_match", "find"),
    Key("find.previous", ("p",), "previous_match", "find"),
    Key("jump.back", ("backspace",), "go_back", "move"),
    Key("entry.authors", ("a",), "authors", "panes"),
    Key("help", ("?", "f1"), "help", "program", ("weeks", "tags", "entries", "entry")),
    Key("palette", ("ctrl+p",), "palette", "program"),
    Key("themes", ("T", "ctrl+t"), "themes", "program"),
    Key("redraw", ("ctrl+l",), "redraw", "program"),
    Key("quit", ("q", "ctrl+q", "ctrl+c"), "quit", "program", ("weeks", "entries")),
)

GROUPS: tuple[str, ...] = ("move", "panes", "marks", "copy", "find", "program")

_SYMBOLS = {
    "down": "↓", "up": "↑", "left": "←", "right": "→", "enter": "Enter", "escape": "Esc", "space": "Space",
    "tab": "Tab", "shift+tab": "Shift+Tab", "home": "Home", "end": "End", "pagedown": "PgDn", "pageup": "PgUp",
    "f1": "F1", "backspace": "Backspace",
}  # fmt: skip


def shown(binding: str) -> str:
    """A binding as a person reads it: `Ctrl+d`, `gg`, `↓`."""
    return "".join(_SYMBOLS.get(token, token.replace("ctrl+", "Ctrl+")) for token in binding.split())


def with_overrides(overrides: Mapping[str, Sequence[str]]) -> tuple[tuple[Key, ...], list[ConfigError]]:
    """The table with a user's bindings put in, and what is wrong with them.

    An unknown id is named with the nearest known one; of two ids on one key the earlier keeps it.
    """
    errors: list[ConfigError] = []
    known = {key.id: key for key in KEYS}
    for id_ in overrides:
        if id_ not in known:
            near = difflib.get_close_matches(id_, known, 1)
            errors.append(ConfigError("config.unknown_key", id=id_, near=near[0] if near else "-"))
    table = [key._replace(keys=tuple(overrides[key.id])) if key.id in overrides else key for key in KEYS]
    errors.extend(_clashes(table))
    return tuple(table), errors


def _clashes(table: Iterable[Key]) -> list[ConfigError]:
    """A key that two ids claim, or that is the beginning of another's sequence, can never reach the second."""
    taken: dict[str, str] = {}
    errors: list[ConfigError] = []
    for key in table:
        for binding in key.keys:
            for other, owner in taken.items():
                if owner != key.id and (f"{binding} ".startswith(f"{other} ") or f"{other} ".startswith(f"{binding} ")):
                    errors.append(ConfigError("config.key_clash", key=shown(binding), id=key.id, other=owner))
            taken.setdefault(binding, key.id)
    return errors


@dataclass(slots=True)
class KeyReader:
    """Reads tokens one at a time: counts, sequences, single keys."""

    table: tuple[Key, ...] = KEYS
    count: str = ""
    pending: tuple[str, ...] = ()
    _whole: dict[tuple[str, ...], Key] = field(default_factory=dict)
    _begun: set[tuple[str, ...]] = field(default_factory=set)

    def __post_init__(self) -> None:
        for key in self.table:
            for binding in key.keys:
                tokens = tuple(binding.split())
                self._whole.setdefault(tokens, key)
                self._begun.update(tokens[:n] for n in range(1, len(tokens)))

    @property
    def waiting(self) -> bool:
        """Whether a count or the beginning of a sequence was typed."""
        return bool(self.count or self.pending)

    def reset(self) -> None:
        """Forget what was begun."""
        self.count, self.pending = "", ()

    def feed(self, token: str) -> tuple[Key, int | None] | None:
        """The key that this token completes, with its count; None while waiting, or where it means nothing."""
        if not self.pending and token.isascii() and token.isdigit() and (token != "0" or self.count):
            self.count = (self.count + token)[:6]  # six digits reach past the largest library
            return None
        if token == "escape" and self.waiting:
            self.reset()
            return None
        tokens = (*self.pending, token)
        if tokens in self._begun and tokens not in self._whole:
            self.pending = tokens
            return None
        key = self._whole.get(tokens)
        count = int(self.count) if self.count else None
        self.reset()
        return (key, count) if key else None

    def continuations(self) -> list[tuple[str, Key]]:
        """What may follow the tokens typed so far, for the footer."""
        depth = len(self.pending)
        return [
            (shown(tokens[depth]), key)
            for tokens, key in self._whole.items()
            if len(tokens) > depth and tokens[:depth] == self.pending and depth
        ]
