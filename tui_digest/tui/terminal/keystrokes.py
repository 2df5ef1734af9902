"""From what the terminal sent to the keys that were struck: tokens of the table of keys, with other layouts undone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from textual import events
from textual.keys import REPLACED_KEYS, key_to_character

from tui_digest.tui.terminal.inside import key_name

HANGUL_BLOCKS = (
    ("\u1100", "\u11ff"),
    ("\u3131", "\u318e"),
    ("\ua960", "\ua97c"),
    (chr(0xAC00), "\ud7fb"),
    ("\uffa0", "\uffdc"),
)
"""From, to: the syllables and letters of Hangul, in any of their forms. No regular expression: such a one takes
milliseconds to compile, at every start."""


def is_hangul(typed: str | None) -> bool:
    """Whether that is one syllable or one letter of Hangul."""
    return typed is not None and len(typed) == 1 and any(first <= typed <= last for first, last in HANGUL_BLOCKS)


_SAME_KEYS = {"ctrl+left_square_bracket": "escape", "ctrl+h": "backspace", "ctrl+i": "tab", "ctrl+m": "enter"}
"""What was one byte on every terminal is one key, also where a protocol can tell the two apart."""


LATE = 0.15
"""Seconds within which an input method's last syllable comes behind the Enter or Esc that ended its composition: mostly
with it, in xterm on a busy machine up to 60 ms later. Counted from when that key was carried out, so that the time the
disk took to keep a note does not count."""


class LayoutKey(events.Key):
    """A key of which the terminal itself told where it lies on a US keyboard (Kitty's base layout key)."""

    __slots__ = ["us"]

    def __init__(self, key: str, character: str | None, us: str) -> None:
        super().__init__(key, character)
        self.us = us


def now() -> float:
    """This moment, in seconds, on the clock by which keys carry the time at which they were read."""
    return events.Event().time


def again(key: events.Key) -> events.Key:
    """The same keystroke as a new event, which no widget has handled yet."""
    new = LayoutKey(key.key, key.character, key.us) if isinstance(key, LayoutKey) else key.copy()
    new.time = key.time
    return new


class Late(NamedTuple):
    """A text field or screen that was left, and to which Hangul still belongs that comes at once.

    Enter and Esc end what an input method composes, and some terminals deliver them before the syllable. A whole
    syllable is not typed within a tenth of a second; a single letter may be a key struck fast, unless Hangul was typed
    before it.
    """

    until: float
    letters: bool
    """Whether single letters belong to it, too."""
    take: Callable[[str], None]


class Struck(NamedTuple):
    """A key as it was sent and as it is meant."""

    own: events.Key
    """For a text field: what the layout has on that key."""
    meant: events.Key
    """For everything else."""


def token_of(key: events.Key) -> str:
    """A keystroke as the table writes it: the character where it prints one, else the key's name."""
    if key.is_printable and key.character and key.character != " ":
        return key.character
    modifiers, plus, name = key.key.rpartition("+")
    if not plus or len(name) == 1:
        return key.key
    character = key_to_character(REPLACED_KEYS.get(name, name))  # `ctrl+right_square_bracket` is `ctrl+]`
    return f"{modifiers}+{character}" if character and character.isprintable() and character.isascii() else key.key


def plain(key: events.Key) -> events.Key:
    """A key of which Ctrl makes another (Ctrl+h deletes) as that other; else the key itself."""
    same = _SAME_KEYS.get(key.key)
    if same is None:
        return key
    other = events.Key(same, {"tab": "\t", "enter": "\r"}.get(same))
    other.time = key.time
    return other


def struck(key: events.Key, own: Collection[str] = ()) -> Iterator[Struck] | None:
    """The keys of a US keyboard that a key of another layout was struck on; None where it means itself.

    `own` are the tokens that the table of keys knows: a binding in one's own letters goes before any layout.
    """
    modifiers, plus, name = key.key.rpartition("+")
    character = name if plus else key.character or ""
    if len(character) != 1 or character.isascii() or token_of(key) in own:
        return None
    from tui_digest.tui.terminal.keyboard_layouts import Stroke, strokes, with_shift

    found = (Stroke(character, key.us),) if isinstance(key, LayoutKey) else strokes(character)
    if modifiers == "shift":
        found, plus = tuple(Stroke(each.character, with_shift(each.key)) for each in found), ""
    if not found or (plus and len(found) > 1):  # Ctrl is not held down over a whole syllable
        return None
    if plus:
        return iter([Struck(key, _key(found[0].key, f"{modifiers}+"))])
    return (Struck(_key(each.character), _key(each.key)) for each in found)


def _key(character: str, modifiers: str = "") -> events.Key:
    return plain(events.Key(modifiers + key_name(character), None if modifiers else character))
