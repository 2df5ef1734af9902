"""The terminal that the app would open in: what it can show, what it counts, where a copied text goes."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
from typing import TYPE_CHECKING

from tui_digest import __version__
from tui_digest.desktop import clipboard, programs
from tui_digest.doctor.finding import Finding
from tui_digest.doctor.terminal_probe import SAMPLES, measure
from tui_digest.store.storage import SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tui_digest.doctor.finding import Level

SMALLEST = (40, 10)
"""Columns and rows below which the app only says that the terminal is too small."""

PATIENCE, REMOTE_PATIENCE = 0.5, 1.0
"""Seconds that the terminal has for each answer; over ssh."""

_TMUX_TIME = 2.0
_ESCAPE_TIME = 100
"""Milliseconds that tmux waits after Escape, from which on the app feels slow."""


def examine_terminal(environ: Mapping[str, str], stdin_fd: int, stdout_fd: int) -> Iterator[Finding]:
    """Everything about the terminal, or one note where there is none.

    It writes to the terminal in between, and cleans up: have all findings before printing the first.
    """
    if not (_is_terminal(stdin_fd) and _is_terminal(stdout_fd)):
        yield Finding("doctor.terminal.none", "note", {}, "doctor.fix.terminal.none")
        return
    yield _versions()
    yield _size(stdout_fd)
    yield from check_colours(environ, stdout_fd)
    remote = clipboard.remote(environ)
    yield from check_widths(measure(stdin_fd, stdout_fd, REMOTE_PATIENCE if remote else PATIENCE))
    if remote:
        yield Finding("doctor.ssh", "ok")
    yield from check_clipboard(environ)
    if environ.get("TMUX"):
        yield from check_tmux(lambda command: _output(command, environ))
    yield check_locale(environ)


def _is_terminal(descriptor: int) -> bool:
    try:
        return os.isatty(descriptor)
    except (OSError, ValueError, OverflowError):
        return False


def _versions() -> Finding:
    details = {"program": __version__, "python": platform.python_version(), "schema": SCHEMA_VERSION}
    for name in ("textual", "tinydb"):
        try:
            details[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            details[name] = "-"
    return Finding("doctor.versions", "ok", details)


def _size(descriptor: int) -> Finding:
    try:
        columns, rows = os.get_terminal_size(descriptor)
    except OSError:
        columns, rows = 0, 0
    details = {"columns": columns, "rows": rows}
    if not columns or not rows:
        return Finding("doctor.size.unknown", "note", details, "doctor.fix.size.unknown")
    if columns < SMALLEST[0] or rows < SMALLEST[1]:
        details |= {"least_columns": SMALLEST[0], "least_rows": SMALLEST[1]}
        return Finding("doctor.size.small", "warning", details, "doctor.fix.size.small")
    return Finding("doctor.size.ok", "ok", details)


def check_colours(environ: Mapping[str, str], descriptor: int) -> Iterator[Finding]:
    """How many colours there will be, and whether the user asked for none."""
    term = environ.get("TERM", "")
    details: dict[str, object] = {"term": term or "-"}
    if term in ("", "dumb", "unknown"):
        yield Finding("doctor.colours.dumb", "warning", details, "doctor.fix.colours")
        return
    if environ.get("NO_COLOR"):
        yield Finding("doctor.colours.off", "note", details, "doctor.fix.colours.off")
    if environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        yield Finding("doctor.colours.true", "ok", details)
        return
    count = 256 if "256color" in term else _told_by_terminfo(term, descriptor)
    details["n"] = count
    if count >= 256:
        yield Finding("doctor.colours.many", "ok", details)
    else:
        yield Finding("doctor.colours.few", "note", details, "doctor.fix.colours")


def _told_by_terminfo(term: str, descriptor: int) -> int:
    """The colours of this kind of terminal; 0 where its description is missing."""
    try:
        import curses

        curses.setupterm(term, descriptor)
        return max(0, curses.tigetnum("colors"))
    except (ImportError, curses.error):
        return 0


def check_widths(found: Mapping[str, int] | None) -> Iterator[Finding]:
    """What the terminal said of each sample, None for nothing, against what the app counts."""
    if found is None:
        yield Finding("doctor.width.silent", "note", {}, "doctor.fix.width.silent")
        return
    wrong = [sample for sample in SAMPLES if found[sample.kind] != sample.cells]
    for sample in wrong:
        details = {"text": sample.text, "expected": sample.cells, "found": found[sample.kind]}
        level: Level = "note" if sample.kind in ("decomposed", "selector") else "warning"
        yield Finding(f"doctor.width.{sample.kind}", level, details, f"doctor.fix.width.{sample.kind}")
    if not wrong:
        yield Finding("doctor.width.ok", "ok", {"text": " ".join(sample.text for sample in SAMPLES)})


def check_clipboard(environ: Mapping[str, str]) -> Iterator[Finding]:
    """The way that a copied text will go."""
    way = clipboard.native_way(environ)
    if way is not None:
        yield Finding("doctor.clipboard.native", "ok", {"way": way})
        return
    if not clipboard.remote(environ) and any(environ.get(name) for name in ("WAYLAND_DISPLAY", "DISPLAY")):
        tool = "wl-clipboard" if environ.get("WAYLAND_DISPLAY") else "xclip"
        yield Finding("doctor.clipboard.no_tool", "note", {"tool": tool}, "doctor.fix.clipboard.no_tool")
    if environ.get("TMUX"):
        yield Finding("doctor.clipboard.tmux", "ok")
    elif environ.get("TERM", "") in ("", "dumb", "linux"):
        yield Finding("doctor.clipboard.file", "warning", {}, "doctor.fix.clipboard.file")
    else:
        name, grade = _known_terminal(environ)
        fix = None if grade == "takes" else f"doctor.fix.clipboard.{grade}"
        yield Finding(f"doctor.clipboard.{grade}", "ok" if fix is None else "note", {"terminal": name}, fix)


_TERMINALS = (
    # variable, what it begins with, the terminal's name, whether it takes a text sent with OSC 52
    ("TERM_PROGRAM", "iTerm.app", "iTerm2", "asks"),
    ("TERM_PROGRAM", "Apple_Terminal", "Terminal.app", "doubtful"),
    ("TERM_PROGRAM", "vscode", "VS Code", "takes"),
    ("TERM_PROGRAM", "WezTerm", "WezTerm", "takes"),
    ("TERM_PROGRAM", "ghostty", "Ghostty", "takes"),
    ("TERM", "xterm-ghostty", "Ghostty", "takes"),
    ("TERM", "xterm-kitty", "kitty", "takes"),
    ("TERM", "alacritty", "Alacritty", "takes"),
    ("TERM", "foot", "foot", "takes"),
    ("WT_SESSION", "", "Windows Terminal", "takes"),
    ("VTE_VERSION", "", "GNOME Terminal (VTE)", "doubtful"),
    ("XTERM_VERSION", "", "xterm", "asks"),
)


def _known_terminal(environ: Mapping[str, str]) -> tuple[str, str]:
    for variable, beginning, name, grade in _TERMINALS:
        if (value := environ.get(variable)) and value.startswith(beginning):
            return name, grade
    return environ.get("TERM_PROGRAM") or environ["TERM"], "unknown"


_TMUX_OPTIONS = {
    # tmux's options and how to ask for each; the last three help only whoever reads the report elsewhere
    "set-clipboard": "-sv",
    "escape-time": "-sv",
    "default-terminal": "-sv",
    "allow-passthrough": "-gwv",
    "extended-keys": "-sv",
    "focus-events": "-sv",
}


def check_tmux(ask: Callable[[Sequence[str]], str | None]) -> Iterator[Finding]:
    """tmux's settings; `ask` runs a command and returns what it printed, None where it failed."""
    values = {name: ask(["tmux", "show-options", scope, name]) or "" for name, scope in _TMUX_OPTIONS.items()}
    if not any(values.values()):
        yield Finding("doctor.tmux.silent", "note", {}, "doctor.fix.tmux.silent")
        return
    shown = ", ".join(f"{name} {value or '-'}" for name, value in values.items())
    yield Finding("doctor.tmux.settings", "ok", {"settings": shown, **values})
    if values["set-clipboard"] == "off":
        yield Finding("doctor.tmux.clipboard", "note", {}, "doctor.fix.tmux.clipboard")
    if values["escape-time"].isdecimal() and int(values["escape-time"]) > _ESCAPE_TIME:
        yield Finding("doctor.tmux.escape", "note", {"n": values["escape-time"]}, "doctor.fix.tmux.escape")
    if values["default-terminal"] and "256color" not in values["default-terminal"]:
        details = {"term": values["default-terminal"]}
        yield Finding("doctor.tmux.terminal", "note", details, "doctor.fix.tmux.terminal")


def _output(command: Sequence[str], environ: Mapping[str, str]) -> str | None:
    program = programs.find(command[0], environ)
    if program is None:
        return None
    try:
        done = subprocess.run(
            [program, *command[1:]],
            env=programs.environment(environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TMUX_TIME,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else None


def check_locale(environ: Mapping[str, str]) -> Finding:
    """Whether programs are told to write UTF-8."""
    name = next((name for name in ("LC_ALL", "LC_CTYPE", "LANG") if environ.get(name)), "LANG")
    value = environ.get(name, "")
    details = {"name": name, "value": value or "-"}
    if "utf8" in value.lower().replace("-", ""):
        return Finding("doctor.locale.ok", "ok", details)
    return Finding("doctor.locale.not_utf8", "warning", details, "doctor.fix.locale")
