"""What most tests of the reader begin with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import home
from tests.tui.reading import APRIL, JULY, library_of
from tui_digest.desktop import clipboard
from tui_digest.desktop import primary as primary_selection
from tui_digest.desktop.clipboard import Outcome
from tui_digest.library import Library


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Two weeks, one paper in both; a test file of one week or of others has its own."""
    return library_of(home(tmp_path), tmp_path / "digests", JULY, APRIL)


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What came to the clipboard."""
    texts: list[str] = []

    def copy(text: str, **_: object) -> Outcome:
        texts.append(text)
        return Outcome("copied", "xclip")

    monkeypatch.setattr(clipboard, "copy", copy)
    return texts


@pytest.fixture(autouse=True)
def primary(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What came to PRIMARY; nothing of a test comes to the machine's own."""
    texts: list[str] = []
    monkeypatch.setattr(primary_selection, "offer", texts.append)
    return texts
