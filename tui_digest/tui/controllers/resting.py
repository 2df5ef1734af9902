"""An entry that was opened is marked read once it was on the screen for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.errors import StoreError

if TYPE_CHECKING:
    from textual.timer import Timer

    from tui_digest.library import Library
    from tui_digest.tui.host import Host
    from tui_digest.tui.voice import Voice
    from tui_digest.tui.window import Window


class Resting:
    """Marks the entry on the screen read after the seconds that the settings say."""

    def __init__(self, library: Library, voice: Voice, window: Window, host: Host) -> None:
        self._library, self._voice, self._window, self._host = library, voice, window, host
        self._timer: Timer | None = None

    @property
    def waiting(self) -> bool:
        """Whether an opened entry waits to be read."""
        return self._timer is not None

    def begin(self) -> None:
        """The entry shown was opened."""
        self.stop()
        sighting = self._host.current()
        after = self._window.settings.read_after
        if sighting is None or after < 0 or self._library.marks.of(sighting.key).read:
            return
        key = sighting.key
        if after == 0:
            self._read(key)
        else:
            self._timer = self._host.set_timer(after, lambda: self._read(key))

    def stop(self) -> None:
        """The user went on, or marked it otherwise."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _read(self, key: str) -> None:
        current = self._host.current()
        if current is None or current.key != key or self._library.marks.of(key).read:
            return
        try:
            marks = self._library.marks
            change = marks.put_on_disk(lambda: marks.mark_read([key], True))
        except StoreError as error:
            self._voice.report(error)
            return
        if change is None:
            self._voice.say("mark.unchanged")
        else:
            self._host.marks_changed()
