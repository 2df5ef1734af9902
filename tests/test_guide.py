"""README, guide and reference: every command on them is run, every key is one, both languages say the same, and the
pictures are there and small."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.server import Reply, Server
from tui_digest.cli import main
from tui_digest.library import Library
from tui_digest.paths import locate
from tui_digest.tui.box_keys import BOX_KEYS
from tui_digest.tui.keymap import KEYS
from tui_digest.tui.keynames import spelled

ROOT = Path(__file__).parents[1]
PAGES = ("README", "docs/guide", "docs/reference")
TEXT = {page: (ROOT / f"{page}.md").read_text("utf-8") for base in PAGES for page in (base, f"{base}.ko")}
PICTURES = ROOT / "docs" / "pictures"
LARGEST = 150_000
"""Bytes of a picture."""

FEED = """<rss version="2.0"><channel><title>Posts</title><item><title>Lamps That Learn</title>
<link>https://arxiv.org/abs/2311.00009</link><pubDate>Mon, 06 Nov 2023 10:00:00 GMT</pubDate>
<description>About lamps.</description></item></channel></rss>"""


def commands(page: str) -> list[str]:
    """The lines of a page's shell blocks, without remarks."""
    blocks = re.findall(r"^```sh\n(.*?)^```", TEXT[page], re.MULTILINE | re.DOTALL)
    lines = [re.sub(r"\s+#(?=\s).*$", "", line).strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line]


def named_in_text(page: str) -> list[str]:
    """The commands of ours that a page names in its sentences and tables."""
    text = re.sub(r"^```.*?^```", "", TEXT[page], flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"`(tui-digest [^`\n]+)`", text)


def headings(page: str) -> list[str]:
    return re.findall(r"^(##+) ", TEXT[page], re.MULTILINE)


@pytest.mark.parametrize("page", PAGES)
def test_both_languages_have_the_same_sections_commands_and_pictures(page: str) -> None:
    ours, theirs = page, f"{page}.ko"
    assert headings(ours) == headings(theirs) and headings(ours)
    assert commands(ours) == commands(theirs)
    pictures = [re.findall(r"!\[[^\]]+\]\((.*?)\.(en|ko)\.svg\)", TEXT[each]) for each in (ours, theirs)]
    assert [name for name, _ in pictures[0]] == [name for name, _ in pictures[1]]
    assert {lang for _, lang in pictures[0]} <= {"en"} and {lang for _, lang in pictures[1]} <= {"ko"}


@pytest.mark.parametrize(("page", "least"), [("README", 8), ("docs/guide", 35), ("docs/reference", 3)])
def test_there_are_commands_to_run(page: str, least: int) -> None:
    assert len(commands(page)) >= least, "what finds none would pass the test that runs them"
    lines = [line for line in TEXT[page].splitlines() if line.startswith(("tui-digest ", "make ", "pipx "))]
    assert [line for line in lines if not line.startswith(tuple(commands(page)))] == [], "in a block that is not run"


@pytest.mark.parametrize("page", ["README", "README.ko", "docs/guide", "docs/guide.ko"])
def test_commands_named_in_sentences_are_commands(page: str) -> None:
    from tui_digest.cli.parser import build_parser
    from tui_digest.i18n import Translator

    assert named_in_text(page)
    for command in named_in_text(page):
        build_parser(Translator("en")).parse_args(shlex.split(command)[1:])  # SystemExit where it is none


def test_the_guide_has_its_sections() -> None:
    said = re.findall(r"^## (.+)$", TEXT["docs/guide"], re.MULTILINE)
    wanted = "ten minutes|Every day|Finding|Korean input|SSH|Sources|Citing|Scripting|Trouble".split("|")
    assert [name for name in wanted if not any(name in each for each in said)] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_command_is_run(
    page: str, tmp_path: Path, own_home: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    digests = tmp_path / "digests"
    digests.mkdir()
    for name in ("2023-07-w4.txt", "2023-06-w1.txt", "2022-12-w3.txt"):
        (digests / name).write_bytes((ROOT / "seeds" / "en" / name).read_bytes())
        (tmp_path / name.replace("w4", "w5")).write_bytes((ROOT / "seeds" / "en" / name).read_bytes())
    server.put("/feed.xml", Reply(FEED, media="application/rss+xml"))
    server.put("/post.txt", Reply("2023-11-07\nLamps (Ada One, Bo Two)\nhttps://arxiv.org/abs/2311.00010\nOf lamps."))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", _shims(tmp_path), prepend=os.pathsep)
    monkeypatch.chdir(tmp_path)
    if page == "docs/guide":  # as triage in the app would leave it
        assert main(["import", str(digests)]) == 0
        _triage_once()
    for command in commands(page):
        code = _run(command.replace("https://example.org", server.url))
        assert code == 0, f"{command}: {code}"
    if page == "docs/guide":
        assert "@" in (tmp_path / "starred.bib").read_text("utf-8") and list((tmp_path / "notes").iterdir())
        assert (tmp_path / "best.md").read_text("utf-8") and (tmp_path / "marks.zip").stat().st_size
        library = Library.open(locate(), starters=False)
        mark = library.marks.of("arxiv:2307.09288")
        assert (mark.starred, mark.note) == (True, None), "the note is what `undo` on the page takes back"
        assert library.views.read("view:reading").tree and "posts" not in library.sources.all()
        library.close()


def _run(command: str) -> int:
    """What a shell would make of it; plain commands of ours in this process, which is quicker."""
    words = shlex.split(command)
    if words[0] == "tui-digest" and not set(words) & {"|", ";", "&&"}:
        try:
            return main([str(Path(word).expanduser()) if word.startswith("~") else word for word in words[1:]])
        except SystemExit as end:
            return int(end.code or 0)
    return subprocess.run(["bash", "-o", "pipefail", "-c", command], stdout=subprocess.DEVNULL, timeout=60).returncode


def _shims(folder: Path) -> str:
    """Commands of others that change the machine: here they only look whether they are called with something."""
    shims = folder / "shims"
    shims.mkdir()
    for name in ("pipx", "uv", "make"):
        (shims / name).write_text('#!/bin/sh\ntest -n "$1"\n', "utf-8")
    (shims / "tui-digest").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m tui_digest "$@"\n', "utf-8")
    for each in shims.iterdir():
        each.chmod(0o755)
    return str(shims)


def _triage_once() -> None:
    from tui_digest.library.triaging import Triage

    library = Library.open(locate(), starters=False)
    Triage(library, None).judge("keep")
    library.close()


def test_make_has_what_the_pages_call() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    called = {name for text in TEXT.values() for name in re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE)}
    assert {"run", "test"} <= called <= targets
    recipe = re.search(r"^run:.*\n\t(.+)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert recipe is not None and recipe[1].endswith("tui-digest $(ARGS)")


KEYS_OF_OURS = {binding for key in KEYS for binding in key.keys} | {each for key in BOX_KEYS for each in key.keys}


@pytest.mark.parametrize("page", ["docs/guide", "docs/guide.ko", "README", "README.ko"])
def test_every_key_that_is_named_is_one(page: str) -> None:
    runs = re.findall(r"`([^`\n]+)`((?: `[^`\n]+`)*)", re.sub(r"```.*?```", "", TEXT[page], flags=re.DOTALL))
    named = []
    for first, more in runs:
        parts = [first, *re.findall(r"`([^`]+)`", more)]
        if all(
            len(part) == 1 or part in ("Enter", "Esc", "Space", "Tab", "Backspace", "Ctrl+p", "Ctrl+t")
            for part in parts
        ):
            named.append(" ".join(parts))
    assert len(named) > 2
    known = {spelled(each) for each in KEYS_OF_OURS}
    unknown = [each for each in named if spelled(each) not in known and not set(each) & set("ㅓ어")]
    # `d` `j` is what 어 is taken apart to: two keys.
    assert [each for each in unknown if each != "d j"] == []


@pytest.mark.parametrize("page", sorted(TEXT))
def test_links_and_pictures_lead_somewhere(page: str) -> None:
    folder = (ROOT / f"{page}.md").parent
    links = re.findall(r"\]\((?!https?:)([^)\s]+)\)", TEXT[page])
    assert links
    for link in links:
        path, _, anchor = link.partition("#")
        target = (folder / path) if path else (ROOT / f"{page}.md")
        assert target.exists(), link
        if anchor:
            titles = re.findall(r"^#+ (.+)$", target.read_text("utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
            assert anchor in slugs, link


def test_the_pictures_are_there_small_and_nobody_elses() -> None:
    used = {Path(link).name for text in TEXT.values() for link in re.findall(r"\]\(([^)\s]+\.svg)\)", text)}
    there = {path.name for path in PICTURES.glob("*.svg")}
    assert used and used == there, "make pictures; one that no page shows is not kept"
    for path in PICTURES.glob("*.svg"):
        text = path.read_text("utf-8")
        root = ET.fromstring(text)
        assert root.tag.endswith("svg") and len(text.encode()) < LARGEST
        assert not re.search(r"<[^>]*\b(href|src)=", text), "nothing is loaded from elsewhere"
        assert "<script" not in text and "@import" not in text and "url(" not in text
        lang = path.stem.rpartition(".")[2]
        assert (re.search("[가-힣]", text) is not None) is (lang == "ko"), "a picture speaks its page's language"
    for path in PICTURES.glob("tour.*.svg"):
        text = path.read_text("utf-8")
        assert "@keyframes" in text and "prefers-reduced-motion" in text
        moving = set(re.findall(r'class="(t\d+)"', text))
        assert moving and moving == set(re.findall(r"\.(t\d+)\{animation", text))


def test_a_recording_shows_what_the_screen_showed_and_one_frame_without_motion() -> None:
    from rich.segment import Segment
    from rich.style import Style

    sys.path.insert(0, str(ROOT / "docs"))
    try:
        from terminal_svg import Frame, picture, recording  # type: ignore[import-not-found]
    finally:
        sys.path.remove(str(ROOT / "docs"))
    from textual.strip import Strip

    def rows(*lines: str) -> list[Strip]:
        return [Strip([Segment(line, Style(color="#ffffff", bgcolor="#000000"))]) for line in lines]

    frames = [Frame(rows("same <&>", "first  │"), 1.0), Frame(rows("same <&>", "다음   │"), 2.0, "j")]
    moving = recording(frames, "#ffffff", "#000000", poster=1)
    assert moving == recording(frames, "#ffffff", "#000000", poster=1), "the same screens are the same bytes"
    assert moving.count("same &lt;&amp;&gt;") == 1, "what stays is drawn once"
    hidden = re.findall(r'<g class="t\d" visibility="hidden">(.*?)</g>', moving, re.DOTALL)
    assert len(hidden) == 1 and "first" in hidden[0]
    assert "33.3%{visibility:hidden}" in moving
    still = picture(frames[0], "#ffffff", "#000000")
    assert "animation" not in still and "first" in still
    ET.fromstring(moving)


# --- what is promised of uninstalling ------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform != "linux", reason="the page names the place on Linux")
@pytest.mark.parametrize("page", ["README", "README.ko"])
def test_the_library_stays_where_the_page_says(page: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    said = re.search(r"pipx uninstall tui-digest +# .*?(~/\S+?)(?=[에\s]|$)", TEXT[page], re.MULTILINE)
    assert said is not None
    monkeypatch.delenv("TUI_DIGEST_HOME", raising=False)
    for name in [name for name in os.environ if name.startswith("XDG_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    where = locate()
    assert where.data == Path(said[1].replace("~", str(tmp_path), 1))
    # What an uninstall removes below a prefix, be it ~/.local itself: none of it is a folder of ours.
    installed = [path.relative_to(ROOT / "share") for path in (ROOT / "share").rglob("*") if path.is_file()]
    assert installed
    for path in installed:
        assert not (tmp_path / ".local" / "share" / path).is_relative_to(where.data)
