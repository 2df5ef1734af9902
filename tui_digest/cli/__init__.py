"""The command line face: stdout is data, stderr is narration, exit codes are an API.

This file starts and ends every run; what a subcommand does stands in `looking`, `importing` and `marking`, found
through the table in `subcommands`. Only opening the app loads textual, and that loads nothing of the subcommands.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from tui_digest import paths
from tui_digest.cli import output
from tui_digest.errors import EXIT_DONE, EXIT_FAILED, EXIT_USAGE, ConfigError, DigestError
from tui_digest.i18n import LANGUAGES, Translator, language
from tui_digest.settings import config

if TYPE_CHECKING:
    from types import FrameType


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; without any, opens the app. Returns the exit code."""
    return _Run(list(sys.argv[1:] if argv is None else argv)).guarded()


class _Stopped(BaseException):
    """A signal asked the program to end; `code` is the exit code that a shell expects then (128 and the signal's
    number)."""

    def __init__(self, code: int) -> None:
        self.code = code


class _Run:
    """One run, and what its end needs to know: in which language to speak, and where the log is."""

    def __init__(self, argv: list[str]) -> None:
        self.argv = argv
        self.tr = Translator(language())
        self.where: paths.Paths | None = None
        self.interrupted = "cli.interrupted"

    def guarded(self) -> int:
        """The exit code; every error, from the first step on, ends as one line on stderr."""
        output.prepare()
        try:
            try:
                return self._act()
            finally:
                _give_terminal_back()
        except DigestError as error:
            output.say(self.tr(error.message_id, **error.details))
            return error.exit_code
        except BrokenPipeError:
            output.mute(sys.stdout)  # whatever read our output has gone (`| head`)
            return EXIT_DONE
        except KeyboardInterrupt:
            output.say(self.tr(self.interrupted))
            return 128 + signal.SIGINT
        except _Stopped as stop:
            output.say(self.tr(self.interrupted))
            return stop.code
        except OSError as error:  # no fault of the program: the system's own words say more than a log would
            named = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else "."
            output.say(self.tr("cli.system", path=named, reason=error.strerror or error))
            return EXIT_FAILED
        except Exception as error:  # the end of the road: no traceback reaches the screen
            from tui_digest.errors import log_unexpected

            output.say(log_unexpected(self.where and self.where.log, self.tr, error))
            return EXIT_FAILED

    def _act(self) -> int:
        asked = _asked_language(self.argv)
        if asked not in LANGUAGES:
            asked = None  # the grammar refuses it, in the language that was spoken before
        if asked is not None:
            self.tr = Translator(asked)
        self.where = self._located()
        settings, errors = config.load(self.where.settings)
        if asked is None and settings.lang:
            self.tr = Translator(settings.lang)
        if not self.argv:
            return self._read(self.where, settings, errors)
        from tui_digest.cli.parser import build_parser

        args = build_parser(self.tr).parse_args(self.argv)
        if args.command is None:
            return self._read(self.where, settings, errors)
        for error in errors if args.command != "config" else ():  # which says them itself
            output.say(self.tr(error.message_id, **error.details))
        from tui_digest.cli.command import Command
        from tui_digest.cli.subcommands import function_of

        act = function_of(args.command)
        with _stopped_by_signals():
            code = act(Command(self.where, self.tr, args, settings, self._when_stopped))
            output.flush()
        return code

    def _when_stopped(self, message_id: str) -> None:
        """Keeps what is to be said should the command be stopped from now on."""
        self.interrupted = message_id

    def _located(self) -> paths.Paths:
        """The places of files. Help and version need none, and are most wanted where something is wrong."""
        try:
            return paths.locate()
        except DigestError:
            if {"-h", "--help", "--version"} & {*self.argv}:
                from tui_digest.cli.parser import build_parser

                build_parser(self.tr).parse_args(self.argv)
            raise

    def _read(self, where: paths.Paths, settings: config.Settings, errors: list[ConfigError]) -> int:
        """Opens the app. Its import is the heavy one, so it stands here."""
        if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout)):  # None: closed
            raise DigestError("cli.no_terminal", exit_code=EXIT_USAGE)
        if os.environ.get("TERM") in ("dumb", "unknown"):  # it would show the codes that draw the screen
            raise DigestError("cli.dumb_terminal", exit_code=EXIT_USAGE, term=os.environ["TERM"])
        _spare_iterm(os.environ)
        from tui_digest.tui.terminal.spared_imports import spare_imports

        spare_imports()
        from tui_digest.tui.app import run

        return run(where, settings, self.tr, errors)


def _give_terminal_back() -> None:
    """Takes away the picture of the last screen, where the app did not come to take its place: what is said now is to
    be seen."""
    if "tui_digest.tui.terminal.last_screen" in sys.modules:
        from tui_digest.tui.terminal import last_screen

        last_screen.give_back()


def _spare_iterm(environ: MutableMapping[str, str]) -> None:
    """iTerm2 drops what an input method commits while all keys are reported by the Kitty protocol, as Textual asks
    for. Textual reads this once, when it is loaded; where tmux stands between, iTerm2 is not asked."""
    if environ.get("TERM_PROGRAM") == "iTerm.app" and "TMUX" not in environ:
        environ.setdefault("TEXTUAL_DISABLE_KITTY_KEY", "1")


def _asked_language(argv: Sequence[str]) -> str | None:
    """What `--lang` before the command says, known before the grammar is built, whose own words are in that
    language."""
    for place, word in enumerate(argv):
        if word.startswith("--lang="):
            return word.partition("=")[2]
        if word == "--lang":
            return argv[place + 1] if place + 1 < len(argv) else None
        if not word.startswith("-"):
            return None
    return None


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """SIGTERM and a closed terminal end a command like Ctrl+C does: files are put away, and one line is said."""

    def stop(number: int, _frame: FrameType | None) -> None:
        raise _Stopped(128 + number)

    before: dict[int, Callable[[int, FrameType | None], object] | int | None] = {}
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:  # `nohup` ignores it, and means it
            with suppress(ValueError):  # not the main thread: whoever runs us there has the signals
                before[number] = signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
