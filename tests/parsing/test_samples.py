"""Every shape by example: `data/NAME.txt` or `.md`, and what must come of it in `data/NAME.json`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.parsing.samples import DATA, plain
from tui_digest.parsing import SHAPES, parse
from tui_digest.parsing.decoding import read_source

SAMPLES = sorted(path for path in DATA.iterdir() if path.is_file() and path.suffix != ".json")


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_reads_as_expected(path: Path) -> None:
    assert plain(parse(read_source(path))) == json.loads(path.with_suffix(".json").read_text("utf-8"))


def test_every_shape_has_a_sample() -> None:
    assert {parse(read_source(path)).shape for path in SAMPLES} == {
        name for shape in SHAPES for name in shape.kinds or (shape.name,)
    }
