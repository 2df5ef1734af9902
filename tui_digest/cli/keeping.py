"""Subcommands about what was done: the history, backups, restoring."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from tui_digest.cli.output import kilobytes, line, put_bytes, put_json
from tui_digest.clock import local_time
from tui_digest.errors import EXIT_DONE
from tui_digest.store.events import CORRECT
from tui_digest.store.registry import ADDRESS
from tui_digest.store.saved_views import QUERY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_digest.cli.command import Command
    from tui_digest.i18n import Translator
    from tui_digest.models import Act
    from tui_digest.store.events import Part


def history(command: Command) -> int:
    """List what was done, the latest first."""
    library = command.library()
    told = len(library.notices)
    acts = list(islice(library.marks.history(), command.args.limit))
    command.tell(library, told)
    if command.args.json:
        put_json({"history": [_act_fields(act) for act in acts]})
        return EXIT_DONE
    if not acts:
        command.say("history.nothing")
    titles = library.lists.titles([act.change.keys[0] for act in acts if len(act.change.keys) == 1])
    for act in acts:
        words = command.tr.change("act", act.change)
        if act.op != "set":
            words = command.tr(f"history.{act.op}", what=words)
        title = titles.get(act.change.keys[0], "") if len(act.change.keys) == 1 else ""
        parts = [command.tr.day(local_time(act.at)), words, command.tr("history.undone") if act.undone else ""]
        line("  ".join(part for part in (*parts, title) if part))
    return EXIT_DONE


def _act_fields(act: Act) -> dict[str, object]:
    change = act.change
    return {
        "id": act.id, "at": local_time(act.at).isoformat(), "machine": act.machine, "op": act.op,
        "undone": act.undone,
        "field": change.field, "value": change.value, "keys": list(change.keys), "entries": change.entries,
        "others": change.others,
    }  # fmt: skip


def backup(command: Command) -> int:
    """Write everything the user did into one archive, a file or standard output."""
    library = command.library(starters=False)
    told = len(library.notices)
    if command.args.file == "-":
        put_bytes(library.backups.packed())
    else:
        target = library.backups.write(Path(command.args.file))
        command.say("backup.done", path=target, size=kilobytes(target))
    command.tell(library, told)
    return EXIT_DONE


def restore(command: Command) -> int:
    """Make the marks those of a backup; without `--yes`, show what that would change."""
    args = command.args
    library = command.library(starters=False)
    archive, told = Path(args.file), len(library.notices)
    parts = library.backups.restoring(archive, keep_mine=args.keep)
    command.tell(library, told)
    if args.json:
        changes = [{"field": p.field, "value": p.value, "keys": list(p.keys), "was": p.was} for p in parts]
        put_json({"changes": changes})
    else:
        for text in _preview(parts, library.lists.titles([key for part in parts for key in part.keys]), command.tr):
            line(text)
    if args.yes:
        added = library.adding.size
        changed = library.backups.restore(archive, keep_mine=args.keep)
        if library.adding.size != added:
            library.adding.take_up(command.tr("add.digest"))
        library.close()
        command.say("restore.done" if changed else "restore.nothing")
    else:
        command.say("restore.preview" if parts else "restore.nothing")
    return EXIT_DONE


def _called(field: str, key: str) -> str:
    """What a key is called that is no paper's."""
    if field.startswith(CORRECT):
        from tui_digest.store.corrections import label_of

        return label_of(field, key)
    return key.removeprefix(QUERY).removeprefix(ADDRESS)


SHOWN = 5
"""Titles of a kind of change that a preview shows."""


def _preview(parts: Sequence[Part], titles: dict[str, str], tr: Translator) -> list[str]:
    """What a restore would change, kind by kind, with a few titles."""
    kinds: dict[tuple[str, bool], list[str]] = {}
    for part in parts:
        kinds.setdefault((part.field, bool(part.value)), []).extend(part.keys)
    lines: list[str] = []
    for (field, value), keys in kinds.items():
        kind, _, tag = field.partition(":")
        lines.append(tr(f"restore.{kind}.{'on' if value else 'off'}", n=len(keys), tag=tag))
        lines += [f"    {titles.get(key) or _called(field, key)}" for key in keys[:SHOWN]]
        if len(keys) > SHOWN:
            lines.append("    …")
    return lines
