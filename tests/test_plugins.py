"""What other packages add: the package of docs/plugins.md is installed and used, and a broken one hurts nothing."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tui_digest import plugins
from tui_digest.cli import main
from tui_digest.errors import DigestError
from tui_digest.export import FORMATS

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "plugins.md").read_text("utf-8")
BLOCKS = re.findall(r"```(?:toml|python)\n# (\S+)\n(.*?)```", PAGE, re.DOTALL)
TEXT = "Links of a week\n\nSparse Memory for Long Contexts => https://arxiv.org/abs/2307.00001\nA Post => https://a.example/posts/long-one\n"


def install(site: Path, name: str, modules: dict[str, str], points: dict[str, dict[str, str]]) -> None:
    """Puts a package where Python looks, as an installer would."""
    site.mkdir(exist_ok=True)
    for module, text in modules.items():
        (site / module).write_text(text, "utf-8")
    info = site / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", "utf-8")
    groups = (
        f"[{group}]\n" + "".join(f"{key} = {value}\n" for key, value in of.items()) for group, of in points.items()
    )
    (info / "entry_points.txt").write_text("\n".join(groups), "utf-8")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The package of the page."""
    files = dict(BLOCKS)
    project = tomllib.loads(files.pop("pyproject.toml"))["project"]
    install(tmp_path / "site", project["name"].replace("-", "_"), files, project["entry-points"])
    return tmp_path / "site"


def run(site: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environ = os.environ | {"PYTHONPATH": f"{site}{os.pathsep}{ROOT}"}
    command = [sys.executable, "-m", "tui_digest", *words]
    return subprocess.run(command, capture_output=True, text=True, env=environ, timeout=60, cwd=site.parent)


def test_the_package_of_the_page_reads_and_writes(site: Path, tmp_path: Path) -> None:
    digest = tmp_path / "2023-07-25.txt"
    digest.write_text(TEXT, "utf-8")
    before = run(tmp_path, "import", "--json", str(digest))
    assert json.loads(before.stdout)["sources"][0]["shape"] != "arrows"
    done = run(site, "import", str(digest))
    assert (done.returncode, "arrows; digests 1" in done.stdout) == (0, True), "unchanged, but read by other code"
    entries = json.loads(run(site, "export").stdout)["entries"]
    assert [(each["key"], each["digest"]["shape"], each["digest"]["start"]) for each in entries] == [
        ("arxiv:2307.00001", "arrows", "2023-07-25"),
        ("url:https://a.example/posts/long-one", "arrows", "2023-07-25"),
    ]
    assert run(site, "star", "2307.00001").returncode == 0
    assert run(site, "export", "--format", "titles").stdout == "* Sparse Memory for Long Contexts\nA Post\n"
    near = run(site, "export", "--format", "title")
    assert near.returncode == 2 and "titles" in near.stderr
    assert run(tmp_path, "export", "--format", "titles").returncode == 2, "it is the package that knows it"


BROKEN = "raise ImportError('no such\\nluck')\n"
FAILING = """
from tui_digest.api import Shape

def fail(text):
    raise KeyError("x")

UNSURE = Shape("unsure", fail, fail)
FAILS = Shape("fails", lambda text: "fail" in text.text, fail)
TAKEN = Shape("note", lambda text: True, fail)
NOTHING = 3
"""


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    site = tmp_path / "site"
    names = ("UNSURE", "FAILS", "TAKEN", "NOTHING")
    shapes = {name.lower(): f"some_failing:{name}" for name in names} | {"broken": "some_broken:X"}
    exports = {"broken": "some_broken:X", "nothing": "some_failing:NOTHING", "csv": "some_broken:X"}
    points = {plugins.SHAPE_GROUP: shapes, plugins.EXPORT_GROUP: exports}
    install(site, "some", {"some_broken.py": BROKEN, "some_failing.py": FAILING}, points)
    monkeypatch.syspath_prepend(str(site))
    for module in ("some_broken", "some_failing"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    return site


def test_a_broken_shape_is_named_and_passed_over(
    broken: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.txt").write_text("A fine text\nhttps://arxiv.org/abs/2307.00001\n", "utf-8")
    (tmp_path / "b.txt").write_text("Here they fail\nhttps://arxiv.org/abs/2307.00002\n", "utf-8")
    assert main(["import", str(tmp_path / "a.txt"), str(tmp_path / "b.txt")]) == 3
    told = capsys.readouterr()
    lines = told.err.splitlines()
    for name in ("broken", "nothing", "taken", "unsure"):
        (line,) = [line for line in lines if line.startswith(f"{name} (entry point of tui_digest.shapes)")]
        assert "passed over" in line
    assert any("ImportError: no such luck" in line for line in lines)
    (line,) = [line for line in lines if "b.txt" in line]
    assert "the shape fails of another package failed: KeyError: 'x'" in line
    assert main(["show", "2307.00001"]) == 0 and main(["show", "2307.00002"]) == 1


def test_a_broken_export_is_named(broken: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("broken", "nothing"):
        target = tmp_path / "out.txt"
        assert main(["export", "--format", name, "-o", str(target)]) == 1
        assert f"{name} (entry point of tui_digest.exports) cannot be used" in capsys.readouterr().err
        assert not target.exists()
    assert plugins.export_format("csv") is FORMATS["csv"], "what is built in stays"
    with pytest.raises(DigestError, match=r"plugin\.unknown"):
        plugins.export_format("zzz")


def test_nothing_is_looked_for_where_nothing_is_asked(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(group: str) -> list[object]:
        raise AssertionError(group)

    monkeypatch.setattr(plugins, "_points", refused)
    for words in (["list"], ["export"], ["export", "--format", "bibtex"], ["tags"]):
        assert main(words) == 0
    script = (
        "import sys, tui_digest.cli as c; c.main(['list']); print('importlib.metadata' in sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.stderr.splitlines()[-1] == "False"


def test_an_export_is_one_file_and_one_row(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from tui_digest.export import Format

    monkeypatch.setitem(
        FORMATS, "count", Format("count", ".txt", lambda sightings, _: iter([f"{len([*sightings])}\n"]))
    )
    assert main(["export", "--format", "count"]) == 0
    assert int(capsys.readouterr().out) > 0
    with pytest.raises(SystemExit):
        main(["export", "--help"])
    assert re.search(r"\bcount\b", capsys.readouterr().out)
