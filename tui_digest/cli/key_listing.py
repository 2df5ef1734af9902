"""`keys`: the subcommand that lists the app's keys as this user has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.cli.output import line, put_json
from tui_digest.errors import EXIT_DONE
from tui_digest.settings import config
from tui_digest.tui.box_keys import BOX_KEYS
from tui_digest.tui.key_list import Section, here, sections
from tui_digest.tui.keymap import KEYS, Key, at_home, with_overrides

if TYPE_CHECKING:
    from tui_digest.cli.command import Command
    from tui_digest.i18n import Translator

_KEYS, _WORDS = 18, 30
"""Columns of the keys and of what they do."""


def keys(command: Command) -> int:
    """The table with the user's bindings in it; what is wrong with these is said as the app says it."""
    settings, _ = config.load(command.where.settings)  # what is wrong elsewhere in the file was said already
    table, errors = with_overrides(settings.keys, command.where.settings, settings.commands)
    for error in errors:
        command.say(error.message_id, **error.details)
    pane: str | None = command.args.pane
    if command.args.json:
        put_json(_to_json(table, command.tr, pane))
        return EXIT_DONE
    listed = sections(table, command.tr) if pane is None else here(table, command.tr, pane)
    for number, section in enumerate(listed):
        if number:
            line("")
        _put(section)
    return EXIT_DONE


def _put(section: Section) -> None:
    from tui_digest.tui.wrap import width_of

    line(section.title)
    widest = max((width_of(each.words) for each in section.lines), default=0)
    for each in section.lines:
        columns = ((each.words, max(_WORDS, widest)), ("  ".join(each.keys) or "-", _KEYS))
        words, bound = (text + " " * (width - width_of(text)) for text, width in columns)
        line(f"  {bound} {words} {each.id}".rstrip())


def _to_json(table: tuple[Key, ...], tr: Translator, pane: str | None) -> dict[str, object]:
    defaults = {key.id: key.keys for key in (*KEYS, *(key for key in table if key.group == "command"))}
    listed = [
        {"id": key.id, "keys": key.keys, "default": defaults[key.id], "group": key.group, "label": key.named(tr)}
        for key in table
        if pane is None or at_home(key, pane)
    ]
    boxes = [{"place": key.place, "keys": key.keys, "label": tr(key.label)} for key in BOX_KEYS]
    return {"keys": listed, "boxes": [] if pane else boxes}
