"""The yardstick: a Textual application that shows one word and nothing else."""

from __future__ import annotations

import gc

gc.disable()

from textual.app import App, ComposeResult  # noqa: E402 - the reader, too, stops the collector first
from textual.widgets import Static  # noqa: E402


class Bare(App[None]):
    """Shows `ready`."""

    def compose(self) -> ComposeResult:
        """One word."""
        yield Static("ready")


if __name__ == "__main__":
    Bare().run()
