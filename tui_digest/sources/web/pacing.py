"""When a host may be asked: one request at a time, arXiv once in three seconds, later where a server asked for that.

A lock and a small file for each host make this hold between processes: timers, commands and the app together ask no
faster than one of them. The files lie in the state folder and can be deleted without harm; a wait in them that is
longer than `headers.LONGEST_WAIT` is ignored.
"""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections import defaultdict
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any, Protocol

from tui_digest import clock
from tui_digest.errors import DigestError, SourceError, StoreError
from tui_digest.files import read_bytes, replace_file
from tui_digest.sources.web.headers import LONGEST_WAIT
from tui_digest.store.lock import locked

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

ARXIV_INTERVAL = 3.0
"""Seconds between two requests to arXiv, by its terms."""
PATIENCE = 30.0
"""The longest wait in seconds for a host that asked for a pause; for longer ones `web.later` is raised."""
TURN_PATIENCE = 300.0
"""The longest wait in seconds while others ask the same host."""
_SLICE = 0.1
"""Seconds between two looks whether the request was cancelled."""


class Timekeeper(Protocol):
    """The clock by which waits are measured; tests have one that does not wait."""

    def now(self) -> float:
        """Seconds since 1970."""

    def sleep(self, seconds: float) -> None:
        """Lets them pass."""


class SystemTime:
    """The clock of this computer."""

    def now(self) -> float:
        """Seconds since 1970."""
        return clock.now()

    def sleep(self, seconds: float) -> None:
        """Lets them pass."""
        time.sleep(seconds)


class Turn:
    """The right to ask a host, for as long as the block of `Pacing.turn` lasts."""

    def __init__(self, pacing: Pacing, host: str) -> None:
        self._pacing, self._host = pacing, host

    def later(self, seconds: float) -> None:
        """Notes that the host asked for a pause of so many seconds."""
        self._pacing.write(self._host, not_before=self._pacing.time.now() + seconds)


class Pacing:
    """The turns of all hosts. Safe to use from several threads."""

    def __init__(self, folder: Path, timekeeper: Timekeeper, arxiv_hosts: Collection[str] = ()) -> None:
        """`folder` has a file for each host; `arxiv_hosts` are mirrors of arXiv, which are asked as rarely as it is."""
        self.time = timekeeper
        self._folder, self._arxiv_hosts = folder, frozenset(arxiv_hosts)
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    @contextmanager
    def turn(self, host: str, cancelled: Callable[[], bool], url: str) -> Iterator[Turn]:
        """Waits until the host may be asked, and keeps others from asking it during the block. `host` has its port
        where that is not the usual one. Raises `web.later` where the host asked for a pause longer than `PATIENCE`,
        `web.busy` after `TURN_PATIENCE`, and `web.cancelled`; `url` is named in the errors."""
        name = self.group(host)
        with self._locked(name, cancelled, url):
            until = self.next_time(name)
            if until - self.time.now() > PATIENCE:
                raise SourceError("web.later", url=url, host=host, time=_moment(until))
            self.wait(until - self.time.now(), cancelled, url)
            self.write(name)
            try:
                yield Turn(self, name)
            finally:
                self.write(name)

    def group(self, host: str) -> str:
        """The name under which a host takes turns: all hosts of arXiv share one."""
        arxiv = host == "arxiv.org" or host.endswith(".arxiv.org") or host in self._arxiv_hosts
        return "arxiv.org" if arxiv else host

    def next_time(self, name: str) -> float:
        """The time from which a host may be asked, in seconds since 1970; `name` as `group` gives it."""
        told, now = self._read(name), self.time.now()
        interval = ARXIV_INTERVAL if name == "arxiv.org" else 0.0
        last = told.get("last", 0.0)
        found = last + interval if last <= now else now + min(last - now, interval)  # the clock was put back
        not_before = told.get("not_before", 0.0)
        return max(found, not_before if not_before - now <= LONGEST_WAIT else 0.0)

    def wait(self, seconds: float, cancelled: Callable[[], bool], url: str) -> None:
        """Waits for so many seconds. Raises `web.cancelled`."""
        end = self.time.now() + seconds
        while True:
            if cancelled():
                raise SourceError("web.cancelled", url=url)
            left = min(end - self.time.now(), seconds)
            if left <= 0:
                return
            self.time.sleep(min(left, _SLICE))
            seconds -= min(left, _SLICE)  # also where the clock is changed meanwhile

    def write(self, name: str, *, not_before: float | None = None) -> None:
        """Notes that the host was asked now, and perhaps a pause until `not_before` (seconds since 1970). Does nothing
        where that cannot be written."""
        import orjson

        told = self._read(name)
        fields = {
            "last": self.time.now(),
            "not_before": told.get("not_before", 0.0) if not_before is None else not_before,
        }
        with suppress(StoreError):
            replace_file(self._file(name), orjson.dumps(fields), durable=False)

    def _read(self, name: str) -> dict[str, float]:
        import orjson

        try:
            found: Any = orjson.loads(read_bytes(self._file(name)) or b"{}")
        except (ValueError, DigestError):
            return {}
        if not isinstance(found, dict):
            return {}
        return {
            k: clock.believed(float(v))
            for k, v in found.items()
            if isinstance(v, int | float) and not isinstance(v, bool)
        }

    def _file(self, name: str) -> Path:
        plain = re.sub(r"[^a-z0-9.-]", "_", name)[:80]
        if plain != name or plain.startswith("."):
            plain = f"{plain.lstrip('.')}-{hashlib.sha256(name.encode()).hexdigest()[:12]}"
        return self._folder / f"{plain}.json"

    @contextmanager
    def _locked(self, name: str, cancelled: Callable[[], bool], url: str) -> Iterator[None]:
        """Keeps other threads and other processes from asking the host during the block."""
        mine, left = self._locks[name], TURN_PATIENCE
        while not mine.acquire(blocking=False):
            left = self._another_slice(left, cancelled, url)
        with ExitStack() as held:
            held.callback(mine.release)
            while True:
                try:
                    held.enter_context(locked(self._file(name).with_suffix(".lock"), 0.0))
                    break
                except StoreError as error:
                    if error.message_id != "store.busy":  # nowhere to write: the threads take turns at least
                        break
                left = self._another_slice(left, cancelled, url)
            yield

    def _another_slice(self, left: float, cancelled: Callable[[], bool], url: str) -> float:
        if left <= 0:
            raise SourceError("web.busy", url=url)
        self.wait(_SLICE, cancelled, url)
        return left - _SLICE


def _moment(seconds: float) -> str:
    """Hour and minute, with the date where that is not today."""
    then, today = clock.local_time(int(seconds * 1_000_000)), clock.local_time(int(clock.now() * 1_000_000))
    return f"{then:%H:%M}" if then.date() == today.date() else f"{then:%Y-%m-%d %H:%M}"
