"""Which files of a folder are read, and which are passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.parsing.samples import source
from tui_digest.parsing import parse_all
from tui_digest.sources.folders import find_sources, hold_papers, is_no_digest


def make(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def names(folder: Path, paths: object) -> list[str]:
    assert isinstance(paths, (tuple, frozenset))
    return sorted(path.relative_to(folder).as_posix() for path in paths)


def test_a_folder_is_walked_in_order_and_what_is_no_digest_left_out(tmp_path: Path) -> None:
    wanted = ["2020/200101 A.md", "2021/b.txt", "README.md", "c.MARKDOWN"]
    others = ["LICENSE.md", "License.txt", "requirements-dev.txt", "AGENTS.md"]
    silent = ["LICENSE", ".hidden.md", ".git/x.md", ".github/ISSUE_TEMPLATE/bug.md", "2021/picture.png"]
    make(tmp_path, *wanted, *others, *silent)
    found = find_sources(tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in found.files] == wanted
    assert names(tmp_path, found.left_out) == sorted(others)
    assert names(tmp_path, found.doubtful) == ["README.md"]
    assert find_sources(tmp_path / "README.md").doubtful == frozenset()
    assert find_sources(tmp_path / "gone").files == (tmp_path / "gone",)


@pytest.mark.parametrize(
    "name",
    "LICENSE-MIT.txt COPYING.txt Code_of_Conduct.md code-of-conduct.md CONTRIBUTING.md AGENTS.md CLAUDE.md"
    " llms-full.txt requirements.txt requirements_dev.txt dev-requirements.txt robots.txt CMakeLists.txt"
    " PULL_REQUEST_TEMPLATE.md bug_report.md CHANGELOG.ko.md".split(),
)
def test_names_that_are_no_digest(name: str) -> None:
    assert is_no_digest(name)


@pytest.mark.parametrize("name", ["Requirements engineering.md", "security of agents.md", "Authorship.md", "2024.md"])
def test_a_word_in_a_title_is_no_such_name(name: str) -> None:
    assert not is_no_digest(name)


def test_folders_of_tools_and_of_built_pages_are_left_out_whole(tmp_path: Path) -> None:
    make(
        tmp_path, "node_modules/a/x.md", "env/pyvenv.cfg", "env/x.txt", "public/index.html", "public/a.md", "dist/b.md"
    )
    found = find_sources(tmp_path)
    assert names(tmp_path, found.files) == ["dist/b.md"]  # without pages it is a folder like others
    assert names(tmp_path, found.left_out) == ["env", "node_modules", "public"]


def test_links_are_followed_inside_the_folder_only_and_once(tmp_path: Path) -> None:
    make(tmp_path, "real/a.txt", "real/inner/b.txt", "elsewhere/c.txt", "real-not/d.txt")
    for name, target in {
        "up": "real",
        "loop": "real/loop",
        "within": "real/inner",
        "out": "elsewhere",
        "near": "real-not",
        "gone.md": "nowhere/x.md",
        "c.md": "elsewhere/c.txt",
    }.items():
        (tmp_path / "real" / name).symlink_to(tmp_path / target)
    found = find_sources(tmp_path / "real")
    assert names(tmp_path, found.files) == ["real/a.txt", "real/inner/b.txt"]
    assert names(tmp_path, found.outside) == ["real/c.md", "real/gone.md", "real/near", "real/out"]
    (tmp_path / "named").symlink_to(tmp_path / "elsewhere")
    assert names(tmp_path, find_sources(tmp_path / "named").files) == ["named/c.txt"]


PAPER = "https://arxiv.org/abs/2401.0000"
WEEK = f"## Top (Jan 1 - Jan 7) - 2024\n\n| Paper | Links |\n|--|--|\n| 1) **T** - c | [Paper]({PAPER}1) |\n"
TOOL = "# Tool\n\n- [Manual](https://t.example/m)\n- [Home](https://t.example)\n- [News](https://t.example/n)\n"


@pytest.mark.parametrize(
    ("name", "text", "held"),
    [
        ("README.md", f"# Reading list\n\n- [One Thing]({PAPER}1) - a\n- [Other Thing]({PAPER}2) - b\n", True),
        ("README.ko.md", WEEK, True),
        ("README.md", TOOL, False),
        ("README.md", f"# Tool\n\nThe code of [our paper]({PAPER}1).\n\n## Install\n\nmake it\n", False),
        ("index.md", "# Days\n\n- [2024-01-01](2024-01-01.md)\n- [2024-01-02](2024-01-02.md)\n", False),
        ("template.md", "# Title\n\n- Authors:\n- Link:\n\n## Summary\n", False),
        ("prompt.txt", "You are a careful reader. Sum up the paper in three lines.", False),
        ("prompt learning.md", f"# Tuning Prompts Softly\n\n{PAPER}3\n\nfine\n", True),
    ],
)  # fmt: skip
def test_what_is_in_a_file_decides_where_its_name_promises_no_papers(name: str, text: str, held: bool) -> None:
    assert hold_papers(name, parse_all(source(text, name))) is held
