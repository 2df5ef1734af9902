"""The sampler of changes: what it changes, that a seed repeats itself, and that it tells killed from survived."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import pytest

from tests import reached
from tests.mutants import Changes, Map, changes, function_at, is_another_program, sample, tried

SOURCE = '''"""A docstring."""
from __future__ import annotations
LIMIT = 3
def rise(a: int, *, by: int = 1) -> int:
    """Words."""
    with guard():
        if a < LIMIT and by:
            note(a, more=True, strict=False)
            return a + by
    raise ValueError(a)
'''


def test_what_is_changed() -> None:
    visitor = Changes("x.py", SOURCE.encode())
    visitor.visit(ast.parse(SOURCE))
    source = SOURCE.encode()
    made = {(each.kind, each.applied(source).decode()) for each in visitor.found if is_another_program(each, source)}
    expected = {
        ("constant", ("LIMIT = 3", "LIMIT = 4")),
        ("constant", ("by: int = 1", "by: int = 2")),
        ("with", ("with guard():", "if True:")),
        ("condition", ("if a < LIMIT and by:", "if (not (a < LIMIT and by)):")),
        ("comparison", ("a < LIMIT", "a <= LIMIT")),
        ("and/or", ("and by", "or by")),
        ("argument", (", more=True", "")),
        ("constant", ("more=True", "more=False")),
        ("statement", ("note(a, more=True, strict=False)", "pass")),
        ("return", ("return a + by", "return None")),
        ("arithmetic", ("a + by", "a - by")),
        ("statement", ("raise ValueError(a)", "pass")),
    }
    assert made == {(kind, SOURCE.replace(*change)) for kind, change in expected}


def test_a_seed_repeats_itself(tmp_path: Path) -> None:
    (tmp_path / "tui_digest").mkdir()
    (tmp_path / "tui_digest" / "x.py").write_text(SOURCE)
    possible = changes(tmp_path, ["tui_digest"])
    assert sample(tmp_path, possible, 1, 5) == sample(tmp_path, possible, 1, 5)
    assert sample(tmp_path, possible, 1, 5) != sample(tmp_path, possible, 2, 5)
    assert sorted(sample(tmp_path, possible, 1, 99)) == sorted(possible)


def test_the_function_around_a_place() -> None:
    source = b"X = 1\nclass A:\n    y = 2\n    def f(self):\n        def g():\n            return 3\n        return 4\n"
    around = {str(n): function_at(source, source.index(b"%d" % n)) for n in range(1, 5)}
    assert around == {"1": "", "2": "", "3": "A.f.g", "4": "A.f"}


def test_what_no_test_notices_survives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # this little tree needs none
    root = tmp_path / "root"
    for folder in ("tui_digest", "tests"):
        (root / folder).mkdir(parents=True)
        (root / folder / "__init__.py").touch()
    shutil.copy(reached.__file__, root / "tests")
    module = root / "tui_digest" / "sums.py"
    module.write_text("def more(a):\n    return [x + 1 for x in a]\n\n\ndef other(a):\n    return a - 1\n")
    test = root / "tests" / "test_sums.py"
    test.write_text(
        "from tui_digest.sums import more, other\n\n\ndef test_more():\n    assert more([1]) == [2]\n\n\n"
        "def test_other():\n    other(1)\n\n\ndef test_that_fails():\n    assert more([1]) == other(1)\n"
    )
    made = Map.made(root)
    made.write(tmp_path / "map.json")
    known = Map.read(tmp_path / "map.json")
    assert (
        known.entered
        == made.entered
        == {
            "tui_digest/sums.py:more": ["tests/test_sums.py::test_more"],
            "tui_digest/sums.py:other": ["tests/test_sums.py::test_other"],
        }
    )
    found = changes(root, ["tui_digest"])
    added, taken = (next(m for m in found if m.kind == "arithmetic" and m.text.strip() == sign) for sign in "-+")
    went = [*tried(root, known, [added, taken], processes=1, seconds=60, whole=False)]
    assert went == [(added, "killed", "tests/test_sums.py::test_more"), (taken, "survived", "1 tests")]
    assert "x + 1" in module.read_text(), "the tree itself is never changed"
