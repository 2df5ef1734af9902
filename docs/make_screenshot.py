"""Draws docs/screenshot.svg: the reader on its starter library, at 120 x 36.

usage: python docs/make_screenshot.py [FILE.svg]
"""

from __future__ import annotations

import asyncio
import html
import os
import re
import sys
import tempfile
from pathlib import Path

from rich.cells import cell_len

from tui_digest.i18n import Translator
from tui_digest.library import Library
from tui_digest.paths import locate
from tui_digest.settings.config import Settings
from tui_digest.tui.app import DigestApp


def true_widths(svg: str) -> str:
    """Text as wide as its cells: rich counts a Korean character as one. And no fonts from elsewhere."""

    def width(match: re.Match[str]) -> str:
        text = html.unescape(match[3])
        cell = float(match[1]) / len(text)
        return f'textLength="{cell * cell_len(text):.1f}"{match[2]}>{match[3]}</text>'

    svg = re.sub(r'textLength="([\d.]+)"([^>]*)>([^<]+)</text>', width, svg)
    svg = re.sub(r"@font-face\s*\{[^}]*\}", "", svg)
    return re.sub(r"font-family: ?Fira Code,? ?monospace", "font-family: NanumGothicCoding, D2Coding, monospace", svg)


async def draw() -> str:
    """The screen as SVG."""
    library = Library.open(locate())
    library.marks.star(["arxiv:2305.18290"], True)
    app = DigestApp(library, Settings(), Translator("ko"))
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("h", "5", "j", "l", "j")
        await pilot.pause(0.2)
        return app.export_screenshot(title="tui-digest")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(TUI_DIGEST_HOME=home, TERM="xterm-256color", COLORTERM="truecolor")
        os.environ.pop("NO_COLOR", None)
        target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "screenshot.svg"
        target.write_text(true_widths(asyncio.run(draw())), encoding="utf-8")
