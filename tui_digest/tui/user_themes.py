"""Themes of the user's own: `themes/NAME.toml` in the folder of the settings -> `Theme`, and what is wrong with one."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from textual.color import Color, ColorParseError
from textual.theme import Theme

from tui_digest.errors import ConfigError
from tui_digest.settings.config import literal, placed
from tui_digest.tui import themes
from tui_digest.tui.themes import OWN

COLORS = (
    "background", "foreground", "primary", "secondary", "accent", "surface", "panel", "success", "warning", "error",
)  # fmt: skip
"""Textual's colours of a theme that a file may name."""
NEEDED = ("background", "foreground", "primary")
"""Those that a theme must name, or inherit."""
_OWN_KEYS = tuple(name.replace("-", "_") for name in OWN)
FIELDS = ("inherits", "dark", *COLORS, *_OWN_KEYS)
"""Everything that may stand in a theme's file."""


def names(folder: Path) -> list[str]:
    """The themes in the folder, broken ones too."""
    try:
        return sorted(path.stem for path in folder.glob("*.toml"))
    except OSError:
        return []


def unknown(name: str, settings: Path, folder: Path) -> ConfigError:
    """That the settings name a theme which is none, with the place in them and those there are."""
    known = ", ".join([*themes.names(), *names(folder)])
    return placed(ConfigError("config.theme", name=name, allowed=known), settings, "theme")


def load(
    folder: Path, name: str, known: Callable[[str], Theme | None], below: tuple[str, ...] = ()
) -> tuple[Theme | None, list[ConfigError]]:
    """A theme by its file's name, and what is wrong with it; with any mistake in it there is no theme. `known` gives
    the themes one can inherit from; `below` are those that inherit from this one."""
    path = folder / f"{name}.toml"
    try:
        table = tomllib.loads(path.read_text("utf-8-sig"))
    except UnicodeDecodeError:
        return None, [ConfigError("theme.not_utf8", path=path)]
    except (OSError, tomllib.TOMLDecodeError, RecursionError) as error:
        return None, [ConfigError("theme.unreadable", path=path, reason=getattr(error, "strerror", None) or error)]
    errors = list(_mistakes(table, path))
    base: Theme | None = None
    parent = table.get("inherits")
    if isinstance(parent, str):
        base = known(parent)
        if base is None and parent not in (name, *below) and parent in names(folder):
            base, inherited = load(folder, parent, known, (name, *below))
            errors += inherited
        elif base is None:
            near = difflib.get_close_matches(parent, names(folder), 1)
            errors.append(ConfigError("theme.no_parent", path=path, name=parent, near=near[0] if near else "-"))
    missing = [] if "inherits" in table else [key for key in NEEDED if key not in table]
    if missing:
        errors.append(ConfigError("theme.missing", path=path, names=", ".join(missing)))
    return (None, errors) if errors else (_theme(name, table, base), [])


def _mistakes(table: Mapping[str, Any], path: Path) -> list[ConfigError]:
    """Unknown keys with the nearest known one, and values that cannot be used."""
    errors = []
    for key, value in table.items():
        if key not in FIELDS:
            near = difflib.get_close_matches(key, FIELDS, 1)
            nearest, allowed = near[0] if near else "-", ", ".join(FIELDS)
            errors.append(ConfigError("theme.unknown", path=path, name=key, near=nearest, allowed=allowed))
        elif key in ("dark", "inherits"):
            kind, examples = (bool, (True, False)) if key == "dark" else (str, (themes.DARK.name,))
            if not isinstance(value, kind):
                allowed = ", ".join(map(literal, examples))
                wrong = literal(value)
                errors.append(ConfigError("config.value.choice", path=path, name=key, value=wrong, allowed=allowed))
        elif not _is_color(value):
            errors.append(ConfigError("theme.color", path=path, name=key, value=value))
    return errors


def _is_color(value: object) -> bool:
    """`#rgb`, `#rrggbb` or a name: opaque, and no colour of the terminal's, for shades are mixed of it."""
    if not isinstance(value, str):
        return False
    try:
        color = Color.parse(value)
    except ColorParseError:
        return False
    return color.a == 1 and color.ansi is None and value != "auto"


def _theme(name: str, table: Mapping[str, Any], base: Theme | None) -> Theme:
    colors = {key: Color.parse(table[key]).hex for key in COLORS if key in table}
    own = {
        f"digest-{key}": Color.parse(table[key.replace("-", "_")]).hex for key in OWN if key.replace("-", "_") in table
    }
    if base is None or base.ansi:
        background = Color.parse(colors.get("background", "black"))
        base = Theme(name=name, primary=colors.get("primary", "white"), dark=background.brightness < 0.5)
    # The other variables of a theme belong to colours that may be others now.
    kept = {key: value for key, value in base.variables.items() if key.startswith("digest-")}
    changes: dict[str, Any] = {"name": name, "variables": {**kept, **own}, **colors}
    if "dark" in table:
        changes["dark"] = table["dark"]
    return replace(base, **changes)
