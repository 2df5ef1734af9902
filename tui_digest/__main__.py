"""`python -m tui_digest` and the `tui-digest` command."""

from __future__ import annotations

import gc
import os
import sys


def main() -> int:
    """Opens the app or runs a subcommand; returns the exit code."""
    # Start-up makes many objects and no garbage: collecting meanwhile costs a tenth of the time to the first
    # paint. The app turns it on again once the first screen stands.
    gc.disable()
    try:
        _forget_current_folder()
        if len(sys.argv) == 1:
            from tui_digest import start_code

            start_code.begin()
            _show_last_screen()
            start_code.begin_texts()
        from tui_digest.cli import main as run

        return run(sys.argv[1:])
    except KeyboardInterrupt:  # while it was still loading: nothing was begun, and there is nothing to say
        return 130
    finally:
        _give_terminal_back()


def _give_terminal_back() -> None:
    """The same as at the end of any run, for one that was stopped before it could begin."""
    if last_screen := sys.modules.get("tui_digest.tui.terminal.last_screen"):
        last_screen.give_back()


def _show_last_screen() -> None:
    """Shows the last screen again, where it is still true, before all that the app needs is loaded."""
    from tui_digest import paths
    from tui_digest.errors import DigestError
    from tui_digest.tui.terminal import last_screen

    try:
        last_screen.show(paths.locate())
    except DigestError:  # there is no home; it is said in a moment
        return


def _forget_current_folder() -> None:
    """Takes the current folder off the places of Python's modules, where `python -m` and an empty entry of PYTHONPATH
    put it: it may be a stranger's, with an `orjson.py` in it. Not where this package itself lies there, as in a
    checkout. Before anything else is imported, so with nothing but what Python has loaded itself."""
    ours = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
    try:
        here = os.getcwd()  # noqa: PTH109
    except OSError:  # it is gone
        here = ours
    if here != ours:
        # A relative entry that is no folder here is a name of some import hook's.
        sys.path[:] = [
            entry
            for entry in sys.path
            if (os.path.realpath(entry) != here if os.path.isabs(entry) else not os.path.isdir(entry or "."))  # noqa: PTH112, PTH117
        ]


if __name__ == "__main__":
    sys.exit(main())
