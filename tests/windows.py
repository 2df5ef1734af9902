"""Several windows on one home: readers on real terminals that are ended in every way, and commands in parallel."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.faults import Outcome
from tests.tui.bare_terminal import BareTerminal
from tui_digest.library import Library
from tui_digest.paths import Paths, locate

ENDS = ("SIGKILL", "SIGHUP", "SIGTERM", "closed")
"""The ways in which a reader may be ended from outside."""

PAPERS = [f"arxiv:2307.{number:05}" for number in range(1, 9)]

_TEXT = "2023년 7월 5주차\n" + "".join(
    f"https://arxiv.org/abs/{key[6:]}\nPaper {place} on Sparse Memory (Ada One)\n말 {place}\n#memory\n"
    for place, key in enumerate(PAPERS)
)


def environment(home: Path) -> dict[str, str]:
    """For a command that works in that home."""
    return {**os.environ, "TUI_DIGEST_HOME": str(home), "LANG": "C.UTF-8", "PYTHONPATH": os.pathsep.join(sys.path)}


def a_home(root: Path) -> Paths:
    """A home with one week of `PAPERS`."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "week.txt").write_text(_TEXT, "utf-8")
    command = [sys.executable, "-m", "tui_digest", "import", str(root / "week.txt")]
    subprocess.run(command, env=environment(root), check=True, capture_output=True)
    return locate({"TUI_DIGEST_HOME": str(root)})


def ended(root: Path, how: str, turns: int = 1) -> Outcome:
    """A reader ended while it marks and while a note is typed: what it said was saved is there, and it opens again."""
    outcome = Outcome(f"a reader ended by {how}")
    paths = a_home(root)
    for turn in range(turns):
        reader = BareTerminal(root)
        outcome.times += 1
        try:
            reader.until("Paper 0")
            before = Library.open(paths, starters=False).marks.of(PAPERS[0]).starred
            reader.keys("ggs")
            reader.until("Unstarred" if before else "Starred")
            reader.keys("je")
            reader.until("Note")
            reader.keys(f"first {turn} ")
            reader.until("Note · saved ·")  # not "saved while you type"
            first = f"first {turn} "
            reader.keys("and more")  # ended before the pause after which it is saved
            reader.until(f"{first}and more")
            code = reader.end(how)
            library = Library.open(paths, starters=False)
            note = library.marks.of(PAPERS[1]).note or ""
            outcome.said.update(notice.message_id for notice in library.notices)
            assert library.marks.of(PAPERS[0]).starred != before, "the star"
            assert note.startswith(first.strip()), f"the note is {note!r}"
            assert how == "SIGKILL" or note == f"{first}and more", f"the note is {note!r}"
            if how in ("SIGHUP", "SIGTERM"):
                assert code == 0, code
            outcome.checked += 2
            library.marks.note(PAPERS[1], None)
        except (AssertionError, subprocess.TimeoutExpired) as error:
            outcome.lost.append(f"turn {turn}: {error}")
        finally:
            reader.close()
    last = BareTerminal(root)
    try:
        last.until("Paper 0")
        assert "Traceback" not in last.screen
        last.keys("q")
        assert last.process.wait(timeout=20) == 0
    except (AssertionError, subprocess.TimeoutExpired) as error:
        outcome.lost.append(f"it did not open again: {error}")
    finally:
        last.close()
    return outcome


_SCRIPT = """
import sys
from tui_digest.cli import main
name, papers = sys.argv[1], sys.argv[2:]
for turn, key in enumerate(papers):
    own = f"script-{name}"
    for argv in (["star", key], ["tag", key, own], ["note", papers[int(name)], f"{name} says {turn}"], ["read", key]):
        code = main(argv)
        if code:
            sys.exit(f"{argv} ended with {code}")
    print("done", key, flush=True)
"""


def scripts(root: Path, count: int) -> Outcome:
    """Scripts of commands in parallel, each starring, tagging and noting the same papers and one of its own."""
    outcome = Outcome(f"{count} scripts of commands in parallel")
    paths = a_home(root)
    children = [
        subprocess.Popen(
            [sys.executable, "-c", _SCRIPT, str(name), *PAPERS],
            env=environment(root),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in range(count)
    ]
    ends = [child.communicate(timeout=120) for child in children]
    library = Library.open(paths, starters=False)
    outcome.said.update(notice.message_id for notice in library.notices)
    for name, (child, (out, err)) in enumerate(zip(children, ends, strict=True)):
        outcome.times += 1
        if child.returncode:
            outcome.lost.append(f"script {name}: {err}")
        for line in out.splitlines():
            if not line.startswith("done "):
                continue
            mark = library.marks.of(line.removeprefix("done "))
            outcome.checked += 3
            if not (mark.starred and mark.read and f"script-{name}" in mark.tags):
                outcome.lost.append(f"script {name}: {line}: {mark}")
        if library.marks.of(PAPERS[name]).note != f"{name} says {len(PAPERS) - 1}":
            outcome.lost.append(f"script {name}: its note is {library.marks.of(PAPERS[name]).note!r}")
        outcome.checked += len(PAPERS)
    noted = sum(1 for act in library.marks.history() if act.change.field == "note")
    if noted != count * len(PAPERS):
        outcome.lost.append(f"{noted} notes in the history, not {count * len(PAPERS)}")
    return outcome
