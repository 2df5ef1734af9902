"""`config.toml` -> `Settings`. A setting that cannot be used is said, and its default stands: the reader opens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from tui_digest.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user may set; every field has a default."""

    lang: str = ""
    """`ko` or `en`; empty follows the locale."""
    theme: str = ""
    """The name of a theme, or `auto`: ours, dark or light as the terminal is. Empty takes the one chosen in the
    reader, at first our dark one."""
    ascii: bool | None = None
    """Whether signs and borders are ASCII only; unset, the locale and the terminal decide."""
    read_after: float = 1.0
    """Seconds an opened entry must rest on the screen before it counts as read; 0 is at once, negative never."""
    body_width: int = 80
    """Cells of text in a line of the entry pane, at most."""
    entry_lines: int = 3
    """Rows of an entry in the list: 3 (two of title, one of facts), 2 or 1."""
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Key id -> bindings, in place of the default ones."""


_ALLOWED: dict[str, tuple[Any, str]] = {
    "lang": (lambda v: v in ("", "ko", "en"), '"ko", "en", ""'),
    "theme": (lambda v: isinstance(v, str), "a theme's name"),
    "ascii": (lambda v: isinstance(v, bool), "true, false"),
    "read_after": (lambda v: isinstance(v, int | float) and not isinstance(v, bool), "a number of seconds"),
    "body_width": (lambda v: isinstance(v, int) and not isinstance(v, bool) and 20 <= v <= 400, "20-400"),
    "entry_lines": (lambda v: v in (1, 2, 3) and not isinstance(v, bool), "1, 2, 3"),
}


def load(path: Path) -> tuple[Settings, list[ConfigError]]:
    """The settings in a file, and what is wrong with it. A missing file is no error."""
    try:
        if not path.is_file():  # a pipe would be waited for
            return Settings(), [ConfigError("config.not_a_file", path=path)] if path.exists() else []
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        return Settings(), [ConfigError("config.not_utf8", path=path)]
    except OSError as error:
        return Settings(), [ConfigError("config.unreadable", path=path, reason=error.strerror or error)]
    import tomllib  # only where there is something to read: it costs start-up time

    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return Settings(), [ConfigError("config.unreadable", path=path, reason=error)]
    return _settings(table, path)


def _settings(table: Mapping[str, Any], path: Path) -> tuple[Settings, list[ConfigError]]:
    errors: list[ConfigError] = []
    known = {f.name for f in fields(Settings)}
    values: dict[str, Any] = {}
    for name, value in table.items():
        if name == "keys":
            values["keys"] = _keys(value, path, errors)
        elif name not in known:
            errors.append(ConfigError("config.unknown", path=path, name=name, allowed=", ".join(sorted(known))))
        elif not _ALLOWED[name][0](value):
            errors.append(ConfigError("config.value", path=path, name=name, value=value, allowed=_ALLOWED[name][1]))
        else:
            values[name] = value
    return Settings(**values), errors


def _keys(value: object, path: Path, errors: list[ConfigError]) -> dict[str, tuple[str, ...]]:
    """`[keys]`: each id has one binding or a list of them."""
    if not isinstance(value, dict):
        errors.append(ConfigError("config.value", path=path, name="keys", value=value, allowed='id = "key"'))
        return {}
    keys: dict[str, tuple[str, ...]] = {}
    for id_, bindings in value.items():
        listed = [bindings] if isinstance(bindings, str) else bindings
        if isinstance(listed, list) and all(isinstance(b, str) and b.strip() for b in listed):
            keys[id_] = tuple(listed)
        else:
            allowed = '"key" or ["key", …]'
            errors.append(ConfigError("config.value", path=path, name=f"keys.{id_}", value=bindings, allowed=allowed))
    return keys
