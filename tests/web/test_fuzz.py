"""Every target of `tests.fuzz`, a little; the long runs are made by hand (docs/reliability.md)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import fuzz


@pytest.mark.parametrize("name", fuzz.TARGETS)
def test_a_target_withstands_what_chance_sends(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz, "_PLACE", tmp_path / "fuzz")
    target, seeds = fuzz.TARGETS[name]
    for data in fuzz.by_chance(seeds, 60):
        target(data)
