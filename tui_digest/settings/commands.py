"""The table `[commands]` of `config.toml`: commands of the user's own, which a key or `tui-digest run` starts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

NAME = re.compile(r"[\w-]{1,40}")
"""What a command may be called."""

LONGEST = 86_400.0
"""Seconds that a command may be given at most."""


class UserCommand(NamedTuple):
    """One command of the user's own."""

    run: str
    """The text for the shell, exactly as it stands in the file. Nothing is ever put into it."""
    keys: tuple[str, ...] = ()
    """The keys that run it, as the user wrote them."""
    about: str = ""
    """What it is for, in the user's words."""
    together: bool = False
    """Whether it is run once for several papers, and not once for each of them."""
    format: str = "ndjson"
    """What comes on standard input: what `export --format` calls it."""
    tty: bool = False
    """Whether it has the terminal to itself."""
    timeout: float = 60.0
    """Seconds after which it is ended; 0 for never. One that has the terminal is never ended."""

    def as_table(self) -> dict[str, Any]:
        """What the file says of it: what is not as it would be anyway."""
        told = {name: value for name, value in self._asdict().items() if value != self._field_defaults.get(name)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in told.items()}


Wrong = Callable[[str, str, object], None]
"""Told of a mistake: the end of a message id, the command's name and field with dots between, what stands there."""


def commands_in(table: Mapping[str, Any], wrong: Wrong) -> dict[str, UserCommand]:
    """The commands that can be used; of the others is told what is `wrong`."""
    found: dict[str, UserCommand] = {}
    for name, said in table.items():
        fields = {"run": said} if isinstance(said, str) else said
        if NAME.fullmatch(name) is None:
            wrong("name", name, None)
        elif not isinstance(fields, dict):
            wrong("kind", name, said)
        elif (command := _command(name, fields, wrong)) is not None:
            found[name] = command
    return found


def _command(name: str, fields: Mapping[str, Any], wrong: Wrong) -> UserCommand | None:
    """The command, unless anything is wrong with it: half of what one meant is not run."""
    if "run" not in fields:
        wrong("without", name, None)
        return None
    values: dict[str, Any] = {}
    for field, value in fields.items():
        rule = _RULES.get(field)
        if rule is None:
            wrong("field", f"{name}.{field}", None)
        elif not rule(value):
            wrong(field, f"{name}.{field}", value)
        else:
            values[field] = ((value,) if isinstance(value, str) else tuple(value)) if field == "keys" else value
    return UserCommand(**values) if len(values) == len(fields) else None


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and "\0" not in value


def _are_keys(value: object) -> bool:
    return _is_text(value) or (isinstance(value, list) and all(map(_is_text, value)))


def _is_seconds(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= LONGEST


def _is_switch(value: object) -> bool:
    return isinstance(value, bool)


_RULES: Mapping[str, Callable[[object], bool]] = {
    "run": _is_text, "keys": _are_keys, "about": _is_text, "together": _is_switch, "format": _is_text,
    "tty": _is_switch, "timeout": _is_seconds,
}  # fmt: skip

FIELDS = tuple(_RULES)
"""What a command may say of itself."""
