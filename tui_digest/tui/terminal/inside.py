"""The private names of Textual that the app uses, what each is for, and whether this Textual has them.

They stand in no documentation and may move with any version. So they are used in this folder only, and each part of
the app that rests on some asks `lacking` before it is used. Where a name is missing, or takes other arguments, the app
does without that part: Textual's own painter and driver are slower, but whole.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

from textual import constants, keys


class LackingError(LookupError):
    """What the log says of names that this Textual does not have."""

    def __init__(self, names: object) -> None:
        super().__init__(f"not in this Textual, so its own parts run: {names}")


class Inside(NamedTuple):
    """One name that is expected."""

    place: str
    """`module:name` or `module:Class.attribute`; for a function that is overridden or called, with its arguments."""
    use: str
    """What it is for."""


_DRIVER = "textual.drivers.linux_driver:LinuxDriver"
_PARSER = "textual._xterm_parser:XTermParser"
_UPDATES = "textual._compositor"

PARTS: dict[str, tuple[Inside, ...]] = {
    "painter": (
        Inside("textual.app:App._display(self, screen, renderable)", "every paint passes it"),
        Inside("textual.app:App._driver", "no paint is for an application that runs inline"),
        Inside(
            f"{_UPDATES}:CompositorUpdate.render_segments(self, console)",
            "what an update writes",
        ),
        Inside(f"{_UPDATES}:LayoutUpdate.strips", "the lines of the whole screen"),
        Inside(f"{_UPDATES}:LayoutUpdate.region", "where they stand"),
        Inside(f"{_UPDATES}:ChopsUpdate.chops", "the pieces of lines that were drawn anew"),
        Inside(f"{_UPDATES}:ChopsUpdate.chop_ends", "where each of them ends"),
        Inside(f"{_UPDATES}:ChopsUpdate.spans", "what of each line is to be written"),
    ),
    "compositor": (
        Inside("textual.screen:Screen._compositor", "what draws a screen; ours draws less of it"),
        Inside(f"{_UPDATES}:Compositor.render_partial_update(self)", "draws what changed"),
        Inside(f"{_UPDATES}:Compositor.render_full_update(self, simplify)", "draws all"),
        Inside("textual.widget:Widget._exchange_repaint_regions(self)", "takes what of a widget is to be drawn"),
        Inside("textual.widget:Widget._repaint_required", "whether a widget asked to be drawn and was not yet"),
        Inside(f"{_UPDATES}:Compositor._dirty_regions", "where something changed"),
        Inside(f"{_UPDATES}:Compositor._regions_to_spans(cls, regions)", "the same as columns of lines"),
        Inside(f"{_UPDATES}:Compositor.visible_widgets", "what stands where, what is in front first"),
        Inside(f"{_UPDATES}:Compositor.size", "how large the screen is"),
    ),
    "below": (
        Inside("textual.screen:Screen._compositor", "what has drawn the screen below a dialog"),
        Inside(f"{_UPDATES}:Compositor.render_strips(self, size)", "its lines"),
        Inside("textual.renderables.background_screen:BackgroundScreen.screen", "which screen that is"),
        Inside("textual.renderables.background_screen:BackgroundScreen.color", "whether it shows as it is"),
    ),
    "layout": (
        Inside("textual.screen:Screen._refresh_layout(self, size, scroll)", "lays out at once what a key needs"),
    ),
    "driver": (
        Inside(f"{_DRIVER}._file", "the terminal, which may be gone while it is written to"),
        Inside(f"{_DRIVER}._app", "the application: its setting `all_keys`, and its end when the terminal is gone"),
        Inside(f"{_DRIVER}._debug", "whether the parser is to log"),
        Inside(f"{_DRIVER}._writer_thread", "whether the terminal is the application's at the moment"),
        Inside(f"{_DRIVER}._must_signal_resume", "has the application paint everything when it comes back"),
        Inside(f"{_DRIVER}._sigtstp_application", "another process asks to stop; ours waits for the shell"),
        Inside(f"{_DRIVER}._sigcont_application", "woken; ours takes the terminal anew"),
        Inside(f"{_DRIVER}.exit_event", "ends the input thread"),
        Inside(f"{_DRIVER}._get_terminal_size(self)", "asks the terminal; ours without loading what asks"),
        Inside(f"{_DRIVER}.run_input_thread(self)", "reads the terminal; ours outlives any input"),
        Inside(f"{_DRIVER}.process_message(self, message)", "where what was read goes"),
        Inside(f"{_DRIVER}.suspend_application_mode(self)", "gives the terminal back"),
        Inside(f"{_DRIVER}.resume_application_mode(self)", "takes it again"),
        Inside(f"{_PARSER}._sequence_to_key_events(self, sequence, alt)", "a key code becomes a key; ours bears any"),
        Inside(f"{_PARSER}._awaiting", "whether the parser waits for the rest of what is whole"),
        Inside(f"{_PARSER}.mouse_pixels", "what a renewed parser must know of the terminal"),
        Inside("textual._xterm_parser:_MAX_SEQUENCE_SEARCH_THRESHOLD", "longer sequences are no keys"),
    ),
    "filters": (
        Inside("textual.app:App._filters", "all that is painted goes through them: ASCII signs, no colours"),
        Inside("rich.console:Console._color_system", "how many colours the terminal has"),
    ),
    "end": (
        Inside(
            "textual.app:App._fatal_error(self)",
            "a mistake of the program is told in one line",
        ),
        Inside("textual.app:App._exit_renderables", "what is printed when the terminal is given back"),
        Inside("textual.app:App._exception", "the mistake"),
        Inside("textual.app:App._close_messages_no_wait(self)", "ends the application"),
    ),
    "palette": (
        Inside(
            "textual.command:CommandPalette._gather_commands",
            "fills the list; ours at once",
        ),
        Inside("textual.command:CommandPalette._providers", "who knows the commands"),
        Inside(
            "textual.command:CommandPalette._refresh_command_list(self, command_list, commands, clear_current)",
            "shows rows in the list",
        ),
        Inside("textual.command:CommandPalette._NO_MATCHES", "the row that only says that nothing fits"),
        Inside("textual.command:CommandPalette._action_escape(self)", "closes it with nothing chosen"),
    ),
    "keys": (
        Inside("textual.dom:DOMNode._bindings", "keys of text fields act at once, in the order of the letters"),
        Inside("textual.keys:_character_to_key(character)", "what Textual calls a key"),
    ),
}


def lacking(part: str) -> list[str]:
    """The places of a part that this Textual has not, or has otherwise; empty where the part can be used."""
    return list(_missing(PARTS[part]))


def lacking_at_start() -> list[str]:
    """The places of the parts that a start needs which this Textual has not. The driver is asked for only where ours
    would run; the palette is loaded when it opens."""
    parts = ("painter", "compositor", "filters", "end", "keys", *(["driver"] if own_driver_wanted() else []))
    return [place for part in parts for place in lacking(part)]


def own_driver_wanted() -> bool:
    """Whether the app's driver is meant to run: not on Windows, and not where the environment names another."""
    return sys.platform != "win32" and constants.DRIVER is None


@cache
def _missing(expected: tuple[Inside, ...]) -> tuple[str, ...]:
    return tuple(inside.place for inside in expected if not _is_there(inside.place))


def _is_there(place: str) -> bool:
    place, _, arguments = place.partition("(")
    module, _, names = place.partition(":")
    try:
        found: Any = sys.modules.get(module) or import_module(module)
    except ImportError:
        return False
    for name in names.split("."):
        if isinstance(found, type) and not hasattr(found, name) and _set_by(found, name):
            return True
        found = getattr(found, name, None)
        if found is None:
            return False
    if not arguments:
        return True
    code = getattr(found, "__code__", None)
    return code is not None and list(code.co_varnames[: code.co_argcount]) == arguments.rstrip(")").split(", ")


def _set_by(kind: type, name: str) -> bool:
    """Whether objects of a class get an attribute when they are made: it is among the names in that code."""
    codes = (getattr(vars(each).get("__init__"), "__code__", None) for each in kind.__mro__)
    return any(name in code.co_names for code in codes if code is not None)


def bindings_of(widget: object, key: str) -> Iterable[Any]:
    """What a widget of Textual binds to a key."""
    bound = getattr(getattr(widget, "_bindings", None), "key_to_bindings", {})
    found: Iterable[Any] = bound.get(key, ())
    return found


def key_name(character: str) -> str:
    """What Textual calls the key of a character."""
    named = getattr(keys, "_character_to_key", None)
    return str(named(character)) if named is not None else character
