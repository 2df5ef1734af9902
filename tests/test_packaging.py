"""Wheel and sdist carry all that the program needs, and the version stands in one place. Needs no network."""

from __future__ import annotations

import importlib.util
import os
import re
import runpy
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

import tui_digest

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("hatchling") is None, reason="hatchling is not installed: packaging was NOT tried"
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return folder


def inside(folder: str, *suffixes: str) -> set[str]:
    """The files of a folder of the checkout, as paths in it."""
    base = ROOT / folder
    return {p.relative_to(base).as_posix() for p in base.rglob("*") if p.is_file() and p.suffix in suffixes}


@pytest.mark.parametrize("readme", ["README.md", "README.ko.md"])
def test_the_first_screen_of_the_readme_names_both_commands(readme: str) -> None:
    first_screen = (ROOT / readme).read_text("utf-8").splitlines()[:24]
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    for target in ("run", "test"):
        assert any(line.startswith(f"make {target} ") for line in first_screen)
        assert target in targets


_PYTHON = """#!/bin/sh
# Stands for Python: makes environments of itself, and notes how their pip is called.
case "$*" in
    "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" && printf '#!/bin/sh\necho opened\n' > "$3/bin/tui-digest"
                 chmod +x "$3/bin/tui-digest";;
    "-m pip "*) echo "pip $PIP_USE_PEP517 $*";;
esac
"""


@pytest.mark.parametrize(("lang", "first"), [("en_US.UTF-8", "Setting up"), ("ko_KR.UTF-8", "설치합니다")])
def test_the_first_run_says_what_it_does_and_pip_says_nothing(tmp_path: Path, lang: str, first: str) -> None:
    python, venv = tmp_path / "python", tmp_path / "venv"
    python.write_text(_PYTHON, "utf-8")
    python.chmod(0o755)
    for name in ("requirements.lock", "pyproject.toml", "Makefile"):
        shutil.copy(ROOT / name, tmp_path)
    run = ["make", "--no-print-directory", "run", f"PYTHON={python}", f"VENV={venv}"]
    env = {"PATH": os.environ["PATH"], "LANG": lang}

    def said() -> list[str]:
        return subprocess.run(
            run, cwd=tmp_path, env=env, capture_output=True, text=True, check=True
        ).stdout.splitlines()

    begun, *pips, opened = said()
    assert first in begun and opened == "opened"
    assert len(pips) == 2 and all(line.startswith("pip 1 -m pip") and "--quiet" in line for line in pips), pips
    assert said() == ["opened"], "all else is done once"


def test_the_wheel(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    assert wheel.name == f"tui_digest-{tui_digest.__version__}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        info = f"tui_digest-{tui_digest.__version__}.dist-info"
        assert "tui-digest = tui_digest.__main__:main" in archive.read(f"{info}/entry_points.txt").decode()
    assert {f"tui_digest/{name}" for name in inside("tui_digest", ".py", ".toml", ".typed")} - {
        "tui_digest/py.typed"
    } <= names
    assert {"tui_digest/py.typed", "tui_digest/locale/en.json", "tui_digest/locale/ko.json"} <= names
    data = f"tui_digest-{tui_digest.__version__}.data/data/share"
    shared = {f"{data}/{p.relative_to(ROOT / 'share').as_posix()}" for p in (ROOT / "share").rglob("*") if p.is_file()}
    assert len(shared) == 5 and shared <= names
    assert {f"tui_digest/seeds/{name}" for name in inside("seeds", ".txt", ".md")} <= names
    assert not [name for name in names if "__pycache__" in name or name.startswith("tests")]


def test_the_address_stands_in_one_place(built: Path) -> None:
    fields_of = runpy.run_path(str(ROOT / "hatch_build.py"))["fields_of"]
    readme = (ROOT / "README.md").read_text("utf-8")
    address = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["tui-digest"]["address"]
    assert fields_of("", readme) == {"urls": {}, "readme": {"content-type": "text/markdown", "text": readme}}
    found = fields_of("https://host.example/owner/name/", readme)
    assert found["urls"]["Changelog"] == "https://host.example/owner/name/blob/HEAD/CHANGELOG.md"
    links = re.findall(r"(!?)\[[^\]]*\]\(([^)\s]+)\)", found["readme"]["text"])
    assert ("!", "https://host.example/owner/name/raw/HEAD/docs/pictures/screenshot.en.svg") in links
    assert ("", "https://host.example/owner/name/blob/HEAD/docs/keys.md#when-the-shell-takes-no-keys") in links
    assert all(link.startswith(("https://", "#")) for _, link in links)
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        told = archive.read(f"tui_digest-{tui_digest.__version__}.dist-info/METADATA").decode()
    assert ("Project-URL" in told) == bool(address)
    assert "Description-Content-Type: text/markdown" in told and readme.splitlines()[0] in told


def test_every_python_of_the_classifiers_is_tried() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["classifiers"]
    pythons = [each.rpartition(" ")[2] for each in told if each.startswith("Programming Language :: Python :: 3.")]
    others = re.search(r"^OTHERS := (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert others is not None and others[1].split() == pythons == ["3.11", "3.12", "3.13", "3.14"]


def test_the_version_is_the_newest_of_the_changelog() -> None:
    headings = re.findall(r"^## \[([\d.]+)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[0] == tui_digest.__version__


def test_the_sdist(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {
        "pyproject.toml",
        "hatch_build.py",
        "README.md",
        "LICENSE",
        "Makefile",
        "tui_digest/py.typed",
        "tui_digest/locale/ko.json",
    } <= names
    assert {f"seeds/{name}" for name in inside("seeds", ".txt", ".md")} <= names
