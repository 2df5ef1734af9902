"""Commands of the user's own: seen before they run the first time, run beside the reading, and told how they ended."""

from __future__ import annotations

import asyncio
from contextlib import closing, suppress
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.errors import DigestError
from tui_digest.tui.controllers.copying import in_a_thread

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator
    from typing import Any

    from tui_digest.desktop.user_commands import Ended
    from tui_digest.library import Library
    from tui_digest.library.told_papers import Run
    from tui_digest.models import Sighting
    from tui_digest.settings.commands import UserCommand
    from tui_digest.tui.controllers.under_way import UnderWay
    from tui_digest.tui.host import Host
    from tui_digest.tui.selected_papers import Gathered, SelectedPapers
    from tui_digest.tui.voice import Voice
    from tui_digest.tui.window import Window

    Runs = Callable[[Callable[[], bool], list[DigestError]], Iterator[Run]]
    """Makes the runs of a command, in a thread: asks whether it is to stop, and notes what cannot be read."""


class Ran(NamedTuple):
    """How running a command on some papers ended."""

    done: int
    """On how many papers it ran well."""
    of: int
    """On how many it was to run."""
    ended: Ended | None
    """How it ended the last time; None where nothing could be read to run it on."""
    notices: list[DigestError]


class KeyedCommand(NamedTuple):
    """What the key of a command does."""

    run: Callable[[int | None], None]


class Commanding:
    """Runs the user's own commands on the paper under the cursor, or on those that are selected."""

    def __init__(
        self,
        selected: SelectedPapers,
        library: Library,
        voice: Voice,
        under_way: UnderWay,
        window: Window,
        host: Host,
    ) -> None:
        self._selected, self._library, self._voice = selected, library, voice
        self._under_way, self._window, self._host = under_way, window, host

    def act(self, name: str) -> KeyedCommand:
        """What the key of this command does; its count means nothing."""
        return KeyedCommand(lambda _: self._ask(name))

    def _ask(self, name: str) -> None:
        """Run it on the paper under the cursor, or on those that are selected."""
        command, here = self._window.settings.commands.get(name), self._host.current()
        about = (self._selected.gathered() if self._selected else None) or here
        if command is None or about is None:
            self._voice.say("entries.none_here")
        else:
            self.start(name, len(self._selected) or 1, partial(_runs, self._library, command, about))

    def start(self, name: str, papers: int, runs: Runs) -> None:
        """Run a command on so many papers, after asking where the user has not seen its text yet."""
        from tui_digest.tui.screens.consent import ConsentDialog

        command = self._window.settings.commands[name]
        go = partial(self._begin, name, command, papers, runs)
        if self._library.memory.is_allowed(command.run):
            go()
            return

        def answered(allowed: bool | None) -> None:
            if allowed:
                self._library.memory.allow(command.run)
                go()

        self._window.push_screen(ConsentDialog(name, command, papers, self._voice.tr), answered)

    def _begin(self, name: str, command: UserCommand, papers: int, runs: Runs) -> None:
        stop = self._under_way.begin(f"command {name}")
        if stop is None:
            self._voice.say("command.busy", warn=True, name=name)
        else:
            self._host.run_worker(
                partial(self._work, name, command, papers, partial(runs, stop.is_set), stop), group="command"
            )

    async def _work(
        self, name: str, command: UserCommand, papers: int, runs: Callable[[list[DigestError]], Iterator[Run]],
        stop: threading.Event,
    ) -> None:  # fmt: skip
        try:
            if command.tty:
                ran = await self._in_terminal(command, papers, runs)
            else:
                self._voice.say("command.running", name=name)
                told = self._telling(name)
                ran = await in_a_thread(lambda: run_on(command, papers, runs, stop.is_set, told))
        except DigestError as error:
            self._voice.report(error)
        else:
            self._tell(name, ran)
        finally:
            self._under_way.end(f"command {name}")

    async def _in_terminal(
        self, command: UserCommand, papers: int, runs: Callable[[list[DigestError]], Iterator[Run]]
    ) -> Ran:
        """Read what the command is told, then lend it the terminal."""
        from tui_digest.desktop.user_commands import Ended, run_here

        notices: list[DigestError] = []
        made = await in_a_thread(lambda: [_made(each) for each in runs(notices)])
        done, ended = 0, None
        for each in made:
            ended = self._window.lend_terminal(partial(run_here, command.run, each.given)) or Ended("unstarted")
            if ended.how != "done":
                break
            done += each.papers
        return Ran(done, papers, ended, notices)

    def _telling(self, name: str) -> Callable[[int, int], None]:
        """What a thread calls to tell how far it is."""
        loop = asyncio.get_running_loop()

        def tell(done: int, of: int) -> None:
            with suppress(RuntimeError):  # the loop has ended: nobody looks any more
                loop.call_soon_threadsafe(lambda: self._voice.say("command.progress", name=name, done=done, of=of))

        return tell

    def _tell(self, name: str, ran: Ran) -> None:
        self._voice.report(*ran.notices)
        ended = ran.ended
        if ended is None:
            return
        details: dict[str, Any] = {
            "name": name,
            "code": ended.code,
            "said": ended.said,
            "n": f"{ran.of:,}",
            "done": f"{ran.done:,}",
        }
        if ended.how == "done":
            self._voice.say("command.said" if ended.said else "command.done", **details)
            return
        words = [self._voice.tr(f"command.{ended.how}", **details)]
        words += [ended.said] if ended.said else []
        words += [self._voice.tr("command.partly", **details)] if ran.of > 1 else []
        self._voice.fail("\n".join(words))


def run_on(
    command: UserCommand,
    papers: int,
    runs: Callable[[list[DigestError]], Iterator[Run]],
    stopped: Callable[[], bool],
    tell: Callable[[int, int], None],
) -> Ran:
    """Runs a command, in a thread, on one paper after the other or on all at once; the first time that it does not end
    well is the last. `tell` is called with how many are done, of how many. Raises `DigestError`."""
    import time

    from tui_digest.desktop.user_commands import Ended, run

    notices: list[DigestError] = []
    done, ended, told = 0, None, time.monotonic()
    for each in runs(notices):
        ended = Ended("stopped") if stopped() else run(
            command.run, each.given, timeout=command.timeout, stopped=stopped
        )  # fmt: skip
        if ended.how != "done":
            break
        done += each.papers
        if time.monotonic() > told + 1 and done < papers:
            told = time.monotonic()
            tell(done, papers)
    return Ran(done, papers, ended, notices)


def _runs(
    beside: Library,
    command: UserCommand,
    about: Gathered | Sighting,
    _stopped: Callable[[], bool],
    notices: list[DigestError],
) -> Iterator[Run]:
    """The runs of the command, read by a library object of the thread's own."""
    from tui_digest.library.told_papers import runs_of
    from tui_digest.tui.selected_papers import Gathered

    with closing(beside.another()) as library:
        sightings = about.sightings(library, notices) if isinstance(about, Gathered) else iter([about])
        yield from runs_of(library, command, sightings)


def _made(run: Run) -> Run:
    """The same, with all that is to be read for it read."""
    return run._replace(given=run.given._replace(pieces=[*run.given.pieces]))
