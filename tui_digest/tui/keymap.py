"""The one table of keys, and the small machine that reads keystrokes against it.

Footer, help, palette and `docs/keys.md` are made from `KEYS`; no key is written down anywhere else.
A keystroke is a *token*: the character where it prints one (`j`, `]`, `G`), else Textual's name for it
(`ctrl+d`, `tab`, `space`). A binding is one token or several with blanks between (`g g`, `y b`).
Knows nothing of Textual: the command line lists the keys as well.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.errors import ConfigError
from tui_digest.settings.config import COMMAND
from tui_digest.tui.keynames import shown

if TYPE_CHECKING:
    from tui_digest.settings.commands import UserCommand

COMMANDS = "commands"
"""The part of the screen that runs the user's own commands; the name of one stands behind it."""

PANES = ("weeks", "tags", "entries", "entry")


class Key(NamedTuple):
    """One thing the app can do, and the keys that do it."""

    id: str
    """What a user's keymap names: `mark.star`. The label's message id is `key.` and this."""
    keys: tuple[str, ...]
    """Default bindings, the one to show first."""
    action: str
    """What does it: a part of the screen and its method, as `marking.star`; it takes the count (an int, or None where
    none was typed)."""
    group: str
    """Under which heading help lists it."""
    panes: tuple[str, ...] = ()
    """In which panes the footer offers it."""
    words: str = ""
    """Its name in the user's own words, where it is a command of theirs."""

    @property
    def label(self) -> str:
        """Message id of its name."""
        return f"key.{self.id}"

    def named(self, tr: Callable[[str], str]) -> str:
        """Its name; `tr` says the sentence of a message id."""
        return self.words or tr(self.label)


KEYS: tuple[Key, ...] = (
    Key("move.down", ("j", "down"), "pane.down", "move"),
    Key("move.up", ("k", "up"), "pane.up", "move"),
    Key("move.half_down", ("ctrl+d",), "pane.half_down", "move"),
    Key("move.half_up", ("ctrl+u",), "pane.half_up", "move"),
    Key("move.page_down", ("ctrl+f", "pagedown"), "pane.page_down", "move"),
    Key("move.page_up", ("ctrl+b", "pageup"), "pane.page_up", "move"),
    Key("move.page", ("space",), "moving.onward", "move", ("entry",)),
    Key("move.first", ("g g", "home"), "pane.first", "move"),
    Key("move.last", ("G", "end"), "pane.last", "move"),
    Key("move.next_unread", ("]",), "moving.next_unread", "move", ("entry",)),
    Key("move.previous_unread", ("[",), "moving.previous_unread", "move"),
    Key("pane.next", ("tab",), "moving.next_pane", "panes"),
    Key("pane.previous", ("shift+tab", "g p"), "moving.previous_pane", "panes"),
    Key("pane.left", ("h", "left"), "moving.left", "panes", ("entries",)),
    Key("pane.right", ("l", "right"), "moving.right", "panes"),
    Key("pane.open", ("enter",), "moving.open", "panes", ("weeks", "tags", "entries")),
    Key("pane.back", ("escape",), "moving.back", "panes", ("tags", "entry")),
    Key("pane.zen", ("z",), "moving.zen", "panes"),
    Key("mark.star", ("s",), "marking.star", "marks", ("entries", "entry")),
    Key("mark.read", ("r",), "marking.toggle_read", "marks", ("entries", "entry")),
    Key("mark.all_read", ("A", "m a"), "marking.all_read", "marks"),
    Key("mark.undo", ("u",), "marking.undo", "marks", ("entries", "entry")),
    Key("mark.redo", ("ctrl+r",), "marking.redo", "marks"),
    Key("note.write", ("e",), "noting.note", "marks", ("entry",)),
    Key("note.tags", ("#", "m t"), "noting.own_tags", "marks"),
    Key("entry.correct", ("m c",), "correcting.ask", "marks"),
    Key("triage.start", ("T", "m m"), "screen.begin_triage", "marks", ("weeks", "entries")),
    Key("several.toggle", (".", "insert"), "several.toggle", "several"),
    Key("several.through", ("m r",), "several.through", "several"),
    Key("several.all", ("m l",), "several.all_shown", "several"),
    Key("several.none", ("m n",), "several.none", "several"),
    Key("copy.link", ("c", "y y"), "copying.link", "copy", ("entries", "entry")),
    Key("copy.abstract", ("y a",), "copying.abstract", "copy"),
    Key("copy.pdf", ("y p",), "copying.pdf", "copy"),
    Key("copy.bibtex", ("y b",), "copying.bibtex", "copy"),
    Key("copy.markdown", ("y m",), "copying.markdown", "copy"),
    Key("copy.title", ("y t",), "copying.title", "copy"),
    Key("copy.selection", ("y s", "V"), "selecting.begin", "copy"),
    Key("open.browser", ("o",), "copying.open_browser", "copy", ("entries", "entry")),
    Key("open.links", (";",), "copying.links", "copy", ("entry",)),
    Key("export.ask", ("x",), "exporting.ask", "copy"),
    Key("import.ask", ("i i",), "bringing.ask", "obtain"),
    Key("obtain.ask", ("i a",), "obtaining.ask", "obtain"),
    Key("obtain.ask_list", ("i l",), "obtaining.ask_list", "obtain"),
    Key("obtain.pdf", ("i p",), "obtaining.pdf", "obtain"),
    Key("obtain.add", ("i n",), "obtaining.add", "obtain"),
    Key("obtain.stop", ("i c",), "obtaining.stop", "obtain"),
    Key("filter.text", ("/",), "narrowing.filter", "find", ("entries", "tags")),
    Key("filter.tags", ("t",), "narrowing.tags", "find", ("weeks", "entries")),
    Key("view.all", ("v a",), "narrowing.view_all", "find"),
    Key("view.unread", ("v u",), "narrowing.view_unread", "find"),
    Key("view.starred", ("v s",), "narrowing.view_starred", "find"),
    Key("view.noted", ("v n",), "narrowing.view_noted", "find"),
    Key("view.later", ("v p",), "narrowing.view_later", "find"),
    Key("facet.tags", ("v t",), "facets.tags", "find", ("tags",)),
    Key("facet.authors", ("v w",), "facets.authors", "find", ("tags",)),
    Key("facet.digests", ("v d",), "facets.digests", "find", ("tags",)),
    Key("view.new", ("v l",), "narrowing.view_new", "find"),
    Key("suggest.next", ("v r",), "suggesting.next", "find"),
    Key("suggest.similar", ("=",), "suggesting.similar", "find"),
    Key("view.save", ("b",), "views.save", "find", ("weeks",)),
    Key("find.next", ("n",), "jumping.next_match", "find"),
    Key("find.previous", ("p", "N"), "jumping.previous_match", "find"),
    Key("jump.back", ("backspace",), "jumping.back", "move"),
    Key("arrange.wider", ("w l", ">"), "arranging.wider", "arrange"),
    Key("arrange.narrower", ("w h", "<"), "arranging.narrower", "arrange"),
    Key("arrange.tags_higher", ("w k",), "arranging.tags_higher", "arrange"),
    Key("arrange.tags_lower", ("w j",), "arranging.tags_lower", "arrange"),
    Key("arrange.text_wider", ("w w",), "arranging.text_wider", "arrange"),
    Key("arrange.text_narrower", ("w n",), "arranging.text_narrower", "arrange"),
    Key("arrange.density", ("w d",), "arranging.density", "arrange"),
    Key("arrange.spacing", ("w s",), "arranging.spacing", "arrange"),
    Key("arrange.formulas", ("w f",), "arranging.formulas", "arrange"),
    Key("arrange.reset", ("w r",), "arranging.reset", "arrange"),
    Key("entry.authors", ("a",), "entry.toggle_authors", "panes"),
    Key("help", ("?", "f1"), "screen.show_help", "program", ("weeks", "tags", "entries", "entry")),
    Key("palette", ("ctrl+p", ":"), "screen.open_palette", "program"),
    Key("source.refresh", ("R", "g r"), "refreshing.refresh", "program"),
    Key("source.view", ("g s",), "refreshing.show_sources", "program"),
    Key("stats", ("S", "g c"), "picturing.show", "program"),
    Key("settings", (",",), "adjusting.settings", "program"),
    Key("themes", ("ctrl+t",), "dressing.themes", "program"),
    Key("redraw", ("ctrl+l",), "dressing.redraw", "program"),
    Key("suspend", ("ctrl+z",), "screen.suspend", "program"),
    Key("quit", ("q", "ctrl+q", "ctrl+c"), "screen.quit", "program", ("weeks", "entries")),
    Key("triage.keep", ("s",), "deciding.keep", "triage", ("triage",)),
    Key("triage.later", ("l",), "deciding.later", "triage", ("triage",)),
    Key("triage.skip", ("r", "x"), "deciding.skip", "triage", ("triage",)),
    Key("triage.again", ("T", "m m"), "deciding.begin_again", "triage", ("triage",)),
    Key("triage.leave", ("escape", "q", "ctrl+q", "ctrl+c"), "screen.leave", "triage", ("triage",)),
    Key("triage.copy", ("y", "c"), "deciding.copy_summary", "triage", ("summary",)),
    Key("triage.close", ("enter", "escape", "q", "ctrl+q", "ctrl+c"), "screen.close_session", "triage", ("summary",)),
    Key("select.down", ("j", "down"), "selecting.down", "select"),
    Key("select.up", ("k", "up"), "selecting.up", "select"),
    Key("select.left", ("h", "left"), "selecting.left", "select"),
    Key("select.right", ("l", "right"), "selecting.right", "select"),
    Key("select.word", ("w",), "selecting.word", "select"),
    Key("select.word_end", ("e",), "selecting.word_end", "select"),
    Key("select.word_back", ("b",), "selecting.word_back", "select"),
    Key("select.line_start", ("0", "home"), "selecting.line_start", "select"),
    Key("select.line_end", ("$", "end"), "selecting.line_end", "select"),
    Key("select.half_down", ("ctrl+d",), "selecting.half_down", "select"),
    Key("select.half_up", ("ctrl+u",), "selecting.half_up", "select"),
    Key("select.page_down", ("space", "ctrl+f", "pagedown"), "selecting.page_down", "select"),
    Key("select.page_up", ("ctrl+b", "pageup"), "selecting.page_up", "select"),
    Key("select.first", ("g g",), "selecting.first", "select"),
    Key("select.last", ("G", "g e"), "selecting.last", "select"),
    Key("select.swap", ("o",), "selecting.swap", "select"),
    Key("select.copy", ("y", "c", "enter", "ctrl+c"), "selecting.copy", "select"),
    Key("select.leave", ("escape", "q", "V"), "selecting.leave", "select"),
)

GROUPS: tuple[str, ...] = (
    "move",
    "panes",
    "marks",
    "several",
    "triage",
    "copy",
    "obtain",
    "select",
    "find",
    "command",
    "arrange",
    "program",
)

_SCROLLING = ("move.down", "move.up", "move.half_down", "move.half_up", "move.page_down", "move.page_up", "move.page",
              "move.first", "move.last", "mark.undo", "help")  # fmt: skip
_ALSO_IN = {
    "triage": (*_SCROLLING, "note.write", "entry.authors", "open.browser", "open.links", "copy.link", "copy.abstract",
               "copy.pdf", "copy.bibtex", "copy.markdown", "copy.title", "copy.selection"),
    "summary": _SCROLLING,
}  # fmt: skip
"""Keys of the main screen that act on the screens of triage, too."""


def screens_of(key: Key) -> frozenset[str]:
    """Where a key acts: `main`, `triage`, `summary`, or `select`, the entry while text of it is being selected. The
    same key may mean something else on another screen."""
    if key.group == "triage":
        return frozenset(key.panes)
    if key.group == "select":
        return frozenset(["select"])
    return frozenset(["main", *(screen for screen, ids in _ALSO_IN.items() if key.id in ids)])


_OF_A_PAPER = ("marks", "several", "copy", "find", "command")


def groups_at_home(pane: str) -> tuple[str, ...]:
    """The groups whose keys are for what stands in that pane."""
    return _OF_A_PAPER if pane in ("entries", "entry") else ()


def at_home(key: Key, pane: str) -> bool:
    """Whether a key acts on what stands in that pane: its footer offers it, or it is for the paper there."""
    return pane in key.panes or key.group in groups_at_home(pane)


_NEVER_WITHOUT = ("quit", "triage.leave", "triage.close", "select.leave")
"""What must keep a key, for nothing else leads out of its screen."""


def with_overrides(
    overrides: Mapping[str, Sequence[str]], path: Path | str = "", commands: Mapping[str, UserCommand] | None = None
) -> tuple[tuple[Key, ...], list[ConfigError]]:
    """The table with a user's bindings and `commands` put in, and what is wrong with them; `path` is where they stand.

    An unknown id, and a key that is none, are named with the nearest known one. An empty list takes an id's keys away.
    """
    if not overrides and not commands:
        return KEYS, []
    import difflib

    errors: list[ConfigError] = []
    own = [_key_of(name, command) for name, command in (commands or {}).items()]
    rows = (*KEYS, *own)
    known = {key.id: key for key in rows}
    chosen = {key.id: _readable(key.id, key.keys, path, errors) for key in own}
    for id_, bindings in overrides.items():
        if id_ not in known:
            near = difflib.get_close_matches(id_, known, 1)
            errors.append(ConfigError("config.unknown_key", path=path, id=id_, near=near[0] if near else "-"))
            continue
        good = _readable(id_, bindings, path, errors)
        if good or not bindings:
            chosen[id_] = good
    table, clashes = settled([key._replace(keys=chosen.get(key.id, key.keys)) for key in rows], chosen, path)
    for number, key in enumerate(table):
        if key.id in _NEVER_WITHOUT and not key.keys:
            taken = {binding for each in table if _side_by_side(key, each) for binding in each.keys}
            table[number] = key._replace(keys=tuple(each for each in known[key.id].keys if each not in taken))
            errors.append(ConfigError("config.key_needed", path=path, id=key.id, keys=_listed(table[number].keys)))
    return tuple(table), errors + clashes


def first_key(table: Iterable[Key], id_: str) -> str:
    """The first key of an id, as a person reads it; nothing where there is none."""
    return next((shown(key.keys[0]) for key in table if key.id == id_ and key.keys), "")


def _key_of(name: str, command: UserCommand) -> Key:
    """The row of a command of the user's own; its keys are as good as those of `[keys]`."""
    return Key(COMMAND + name, command.keys, f"{COMMANDS} {name}.run", "command", words=command.about or name)


def _readable(id_: str, bindings: Sequence[str], path: Path | str, errors: list[ConfigError]) -> tuple[str, ...]:
    """Those of an id's bindings that can be typed, as the table writes them."""
    from tui_digest.tui.keynames import nearest, spelled

    good: list[str] = []
    for binding in bindings:
        known = spelled(binding)
        if known is None:
            near = nearest(binding) or "-"
            errors.append(ConfigError("config.unknown_binding", path=path, id=id_, key=binding, near=near))
        elif known[0] in "123456789" and len(known.split()[0]) == 1:
            errors.append(ConfigError("config.key_counts", path=path, id=id_, key=binding))
        else:
            good.append(known)
    return tuple(dict.fromkeys(good))


def settled(
    table: Iterable[Key], chosen: Container[str] = (), path: Path | str = ""
) -> tuple[list[Key], list[ConfigError]]:
    """The table with every key in one place only, and where it stood in two.

    A key that two ids claim on one screen, or that is the beginning of another's sequence, can never reach the second.
    It stays with an id the user chose keys for, else with the earlier one; the other loses it, and so nothing promises
    it there.
    """
    keys = list(table)
    taken: dict[str, list[tuple[str, Key]]] = {}  # by the first token of a sequence
    left: dict[str, tuple[str, ...]] = {}
    errors: list[ConfigError] = []
    for key in sorted(keys, key=lambda key: key.id not in chosen):
        free: list[str] = []
        for binding in key.keys:
            rivals = taken.setdefault(binding.partition(" ")[0], [])
            owner = next(
                (owner for other, owner in rivals if _meet(binding, other) and _side_by_side(key, owner)), None
            )
            if owner is None:
                free.append(binding)
                rivals.append((binding, key))
            else:
                errors.append(ConfigError("config.key_clash", path=path, key=shown(binding), id=key.id, other=owner.id))
        left[key.id] = tuple(free)
    return [key._replace(keys=left[key.id]) for key in keys], errors


def _meet(one: str, other: str) -> bool:
    """Whether one binding is the other or its beginning."""
    return f"{one} ".startswith(f"{other} ") or f"{other} ".startswith(f"{one} ")


def _side_by_side(one: Key, other: Key) -> bool:
    """Whether two ids act on one screen."""
    return one.id != other.id and bool(screens_of(one) & screens_of(other))


def _listed(keys: Iterable[str]) -> str:
    return " ".join(map(shown, keys))


@dataclass(eq=False, repr=False, match_args=False)
class KeyReader:
    """Reads tokens one at a time: counts, sequences, single keys."""

    table: tuple[Key, ...] = KEYS
    screen: str = "main"
    """On which screen it reads, one of those that `screens_of` tells."""
    count: str = ""
    pending: tuple[str, ...] = ()
    tokens: frozenset[str] = frozenset()
    """Every token that stands in a binding."""
    _whole: dict[tuple[str, ...], Key] = field(default_factory=dict)
    _begun: set[tuple[str, ...]] = field(default_factory=set)

    def __post_init__(self) -> None:
        for key in self.table:
            for binding in key.keys if self.screen in screens_of(key) else ():
                tokens = tuple(binding.split())
                self._whole.setdefault(tokens, key)
                self._begun.update(tokens[:n] for n in range(1, len(tokens)))
        self.tokens = frozenset(token for tokens in self._whole for token in tokens)

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

    def of_other_case(self, token: str) -> Key | None:
        """The key that a letter is when it is typed with Shift, or without; None for anything but a letter."""
        return self._whole.get((token.swapcase(),)) if len(token) == 1 and token.isalpha() else None

    def continuations(self) -> list[tuple[str, Key]]:
        """What may follow the tokens typed so far, for the footer."""
        depth = len(self.pending)
        return [
            (shown(tokens[depth]), key)
            for tokens, key in self._whole.items()
            if len(tokens) > depth and tokens[:depth] == self.pending and depth
        ]
