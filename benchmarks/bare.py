"""The yardstick: a Textual application that shows one word and nothing else, and with every key how many there were."""

from __future__ import annotations

import gc

gc.disable()

from textual import events  # noqa: E402 - the reader, too, stops the collector first
from textual.app import App, ComposeResult  # noqa: E402
from textual.widgets import Static  # noqa: E402


class Bare(App[None]):
    """Shows `ready`, then numbers."""

    keys = 0

    def compose(self) -> ComposeResult:
        """One word."""
        yield Static("ready")

    def on_mount(self) -> None:
        """The collector runs from now on, as in the reader."""
        self.call_after_refresh(gc.enable)

    def on_key(self, _: events.Key) -> None:
        """One more."""
        self.keys += 1
        self.query_one(Static).update(str(self.keys))


if __name__ == "__main__":
    Bare().run()
