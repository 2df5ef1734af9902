"""How keys are written: in `config.toml`, in the table, and for people. The names are Textual's, which is not asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_SYMBOLS = {
    "down": "↓", "up": "↑", "left": "←", "right": "→", "enter": "Enter", "escape": "Esc", "space": "Space",
    "tab": "Tab", "home": "Home", "end": "End", "pagedown": "PgDn", "pageup": "PgUp", "backspace": "Backspace",
    "delete": "Del", "insert": "Ins", **{f"f{n}": f"F{n}" for n in range(1, 25)},
}  # fmt: skip
"""The keys that have a name, and what is printed on them."""

_MODIFIERS = ("alt", "ctrl", "hyper", "meta", "shift", "super")
_SYNONYMS = {
    "esc": "escape", "return": "enter", "del": "delete", "ins": "insert", "pgup": "pageup", "pgdn": "pagedown",
    "bs": "backspace", "control": "ctrl", "option": "alt", "cmd": "super", "plus": "+",
}  # fmt: skip
_SHORT_CONTROL = re.compile(r"<?[Cc]-(.)>?|\^(.)")
_SEQUENCE = 3
"""Letters that, written together, may be meant as keys one after the other."""


def shown(binding: str) -> str:
    """A binding as a person reads it: `Ctrl+d`, `gg`, `↓`."""
    return "".join(map(_shown, binding.split()))


def _shown(token: str) -> str:
    modifiers, name = _parts(token)
    return "+".join([*map(str.capitalize, modifiers), _SYMBOLS.get(name, name)])


def _parts(token: str) -> tuple[list[str], str]:
    """Modifiers and key; the key may be `+` itself."""
    if len(token) == 1:
        return [], token
    *modifiers, name = token.split("+")
    if not name and modifiers[-1:] == [""]:  # `ctrl++`
        return modifiers[:-1], "+"
    return modifiers, name


def spelled(binding: str) -> str | None:
    """A user's binding as the table writes it; None where one of its keys is none."""
    tokens = [_token(token) for token in binding.split()]
    return " ".join(token for token in tokens if token) if tokens and all(tokens) else None


def _token(token: str) -> str | None:
    if len(token) == 1:
        return token if token.isprintable() else None
    before, name = _parts(token)
    modifiers = [_SYNONYMS.get(each.lower(), each.lower()) for each in before]
    if len(name) > 1:
        name = _SYNONYMS.get(name.lower(), name.lower())
    if len(set(modifiers)) < len(modifiers) or not set(modifiers) <= set(_MODIFIERS):
        return None
    if not name or (len(name) > 1 and name not in _SYMBOLS):
        return None
    if len(name) == 1 and modifiers == ["shift"]:
        from tui_digest.tui.terminal.keyboard_layouts import with_shift

        return with_shift(name)
    return "+".join([*sorted(modifiers), name.lower() if modifiers else name])


def nearest(binding: str) -> str | None:
    """The binding that may have been meant by one that cannot be read."""
    guesses = [token if _token(token) else _guess(token) for token in binding.split()]
    meant = " ".join(guess for guess in guesses if guess)
    return meant if guesses and all(guesses) and spelled(meant) else None


def _guess(token: str) -> str | None:
    if match := _SHORT_CONTROL.fullmatch(token):
        return f"ctrl+{match[1] or match[2]}"
    if token.isascii() and token.isalpha() and len(token) <= _SEQUENCE and not _close(token.lower()):
        return " ".join(token)
    if "-" in token[1:-1] and "+" not in token:
        token = token.replace("-", "+")
    modifiers, name = _parts(token)
    found = [*_guesses(modifiers), name if len(name) == 1 else _close(name.lower())]
    return "+".join(each for each in found if each) if all(found) else None


def _guesses(modifiers: list[str]) -> Iterator[str | None]:
    for each in modifiers:
        yield _close(_SYNONYMS.get(each.lower(), each.lower()), _MODIFIERS)


def _close(name: str, names: Iterable[str] = (*_SYMBOLS, *_SYNONYMS)) -> str | None:
    import difflib  # only where something is written wrong: it costs start-up time

    near = difflib.get_close_matches(name, names, 1)
    return _SYNONYMS.get(near[0], near[0]) if near else None
