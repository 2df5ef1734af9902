"""`config`: where the settings are, what they are, the commented default, and whether they can be used."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tui_digest.cli.output import line, put, put_json
from tui_digest.errors import EXIT_DONE, EXIT_FAILED, ConfigError, SourceError
from tui_digest.settings.config import Settings, literal, load, placed, rules

if TYPE_CHECKING:
    from tui_digest.cli.command import Command


def config(command: Command) -> int:
    """Carry out what was asked of the settings."""
    return {"path": _path, "show": _show, "default": _default, "check": _check}[command.args.what](command)


def _path(command: Command) -> int:
    path = command.where.settings
    if command.args.json:
        put_json({"path": str(path), "exists": path.exists()})
    else:
        line(str(path))
    return EXIT_DONE


def _show(command: Command) -> int:
    """The settings as they are used, as TOML."""
    settings, errors = load(command.where.settings)
    for error in errors:
        command.say(error.message_id, **error.details)
    names = [name for name, rule in rules().items() if rule.kind != "table"]
    tables = [name for name in rules() if name not in names]
    if command.args.json:
        commands = {name: each._asdict() for name, each in settings.commands.items()}
        put_json({**{name: getattr(settings, name) for name in rules()}, "commands": commands})
        return EXIT_DONE
    for name in names:
        line(f"{name} = {literal(getattr(settings, name))}")
    for table in tables:
        line(f"\n[{table}]".lstrip())
        for key, value in getattr(settings, table).items():
            line(f"{literal(key)} = {literal(value.as_table() if table == 'commands' else value)}")
    return EXIT_DONE


def _default(command: Command) -> int:
    """The commented default file."""
    from tui_digest.tui.default_file import default_file

    tr, default = command.tr, Settings()
    if command.args.json:
        put_json({"settings": [
            {"name": name, "kind": rule.kind, "default": getattr(default, name), "values": list(rule.values),
             "about": tr(f"setting.{name}.about")}
            for name, rule in rules().items()
        ]})  # fmt: skip
    else:
        put(default_file(tr))
    return EXIT_DONE


def _check(command: Command) -> int:
    """Names everything that cannot be used in a file; fails where there is something."""
    asked = command.args.file
    path = Path(asked) if asked else command.where.settings
    if asked and not path.exists():
        raise SourceError("source.vanished", path=path)
    settings, problems = load(path)
    problems = [
        *problems,
        *_unknown_theme(settings, path, command.where.themes),
        *_wrong_keys(settings, path),
        *_unknown_formats(settings, path),
    ]
    problems.sort(key=lambda problem: int(problem.details.get("line", 0)))
    if command.args.json:
        put_json({"problems": [_fields(problem, command, path) for problem in problems]})
    else:
        for problem in problems:
            line(command.tr(problem.message_id, **problem.details))
        if not problems:
            command.say("config.fine" if path.exists() else "config.none", path=path)
    return EXIT_FAILED if problems else EXIT_DONE


def _fields(problem: ConfigError, command: Command, path: Path) -> dict[str, object]:
    details = {name: value for name, value in problem.details.items() if name not in ("path", "line")}
    number = problem.details.get("line")
    return {
        "problem": problem.message_id, "file": str(path), "line": int(number) if number else None,
        "message": command.tr(problem.message_id, **problem.details), **details,
    }  # fmt: skip


def _unknown_theme(settings: Settings, path: Path, folder: Path) -> Sequence[ConfigError]:
    from tui_digest.tui import themes, user_themes  # the one check that needs parts of the terminal face

    if not settings.theme or settings.theme in (*themes.names(), *user_themes.names(folder)):
        return []
    return [user_themes.unknown(settings.theme, path, folder)]


def _unknown_formats(settings: Settings, path: Path) -> Sequence[ConfigError]:
    """Commands that want an export that there is not."""
    from tui_digest.plugins import export_names
    from tui_digest.settings.config import COMMAND

    known, found = export_names() if settings.commands else (), []
    for name, command in settings.commands.items():
        if command.format not in known:
            details = {"name": f"commands.{name}.format", "value": literal(command.format), "allowed": ", ".join(known)}
            error = ConfigError("config.value.choice", path=path, id=COMMAND + name, field="format", **details)  # type: ignore[arg-type]
            found.append(placed(error, path, "commands"))
    return found


def _wrong_keys(settings: Settings, path: Path) -> Sequence[ConfigError]:
    """What the keymap finds wrong with `[keys]`."""
    from tui_digest.tui.keymap import with_overrides

    _, errors = with_overrides(settings.keys, commands=settings.commands)
    return [placed(error, path, "keys") for error in errors]
