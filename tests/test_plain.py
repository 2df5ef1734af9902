"""`read --plain`: everything in words and lines, for ears and pipes; at a terminal with a question after each entry."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.builders import digest, entry
from tests.tui.reading import APRIL, JULY
from tui_digest.cli import main
from tui_digest.cli.plain_lines import entry_lines, heading, wrapped
from tui_digest.i18n import Translator
from tui_digest.models import Digest, Mark, Sighting
from tui_digest.tui.wrap import width_of

FIRST = "arxiv:2307.00001"

DRAWN = re.compile(r"[\u2500-\u257f\u2580-\u259f\u25a0-\u25ff\u2600-\u27bf\x1b]")
"""Box drawing, blocks, geometric shapes, pictures, escapes."""


@pytest.fixture
def imported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    for name, text in (("july", JULY), ("april", APRIL)):
        (tmp_path / f"{name}.txt").write_text(text, "utf-8")
    assert main(["import", str(tmp_path)]) == 0
    capsys.readouterr()
    return tmp_path


def sighting() -> Sighting:
    told = digest()
    known = Digest("d", told.title, told.shape, "2023-W30", told.start, told.end, "x", "0")
    paper = entry(
        "A  paper",
        arxiv="2307.1",
        authors=["Ada One", "Bo Two"],
        tags=["rl", "한글"],
        votes=1200,
        abstract="One.\n\nTwo.",
        commentary="좋습니다.",
        links=[("https://a.b/c", "Code"), ("https://d.e", None)],
    )
    return Sighting(paper.key, known, paper, "At the head")


def test_an_entry_is_told_in_labelled_lines() -> None:
    here, mark = sighting(), Mark(read=False, starred=True, note="mine", tags=("own",))
    assert list(entry_lines(7, here, mark, Translator("en"))) == [
        "7. A paper", "Unread. Starred.", "Authors: Ada One, Bo Two", "Link: https://arxiv.org/abs/2307.1",
        "Tags: rl, 한글", "Your tags: own", "Votes: 1,200", "", "Abstract:", "One.", "", "Two.", "", "Commentary:",
        "좋습니다.", "", "Note:", "mine", "", "At the head of this digest:", "At the head", "", "Links:",
        "1. https://a.b/c (Code)", "2. https://d.e",
    ]  # fmt: skip
    korean = list(entry_lines(7, here, Mark(read=True), Translator("ko")))
    assert korean[1:4] == ["읽음.", "저자: Ada One, Bo Two", "링크: https://arxiv.org/abs/2307.1"]


def test_a_digest_is_headed_by_its_title_and_its_date_once() -> None:
    known = sighting().digest
    assert heading(known, Translator("en")) == "2023년 7월 5주차, 23–29 Jul 2023"
    day = known._replace(title="Papers of 29 Jul 2023", start=known.end)
    assert heading(day, Translator("en")) == "Papers of 29 Jul 2023"


def test_lines_break_where_a_width_asks_and_addresses_stay_whole() -> None:
    text = "긴 문맥에서 메모리를 성기게 쓰는 방법입니다. " * 4
    assert list(wrapped(text, None)) == [text]
    lines = list(wrapped(text, 30))
    assert len(lines) > 5 and all(width_of(line) <= 30 for line in lines)
    url = "https://example.org/" + "x" * 60
    assert list(wrapped(f"See {url} (Code)", 30)) == ["See", url, "(Code)"]
    assert list(wrapped("", 30)) == [""]


@pytest.mark.parametrize("width", [7, 12, 20, 33])
def test_lines_break_between_words(width: int) -> None:
    texts = (
        "강화학습으로 언어 모델을 조율하는 방법을, 사람의 피드백 없이도(RLAIF) 다룹니다.",
        "  a list of well-known (and not so well-known) words; 한글 too",
        "자연어처리학회논문지에실린아주긴낱말하나",
    )
    for text in texts:
        lines = list(wrapped(text, width))
        assert all(width_of(line) <= width for line in lines), lines
        assert "".join("".join(lines).split()) == "".join(text.split())
        broken = [word for word in text.split() if word not in " ".join(lines).split()]
        assert all(width_of(word) > width - 2 for word in broken), broken
        assert lines[0].startswith(" ") == text.startswith(" ")


def test_through_a_pipe_everything_comes_in_reading_order(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["star", FIRST]) == 0
    capsys.readouterr()
    assert main(["read", "--plain"]) == 0
    out = capsys.readouterr().out
    assert re.findall(r"^(\d)\. (?!http)(.{6})", out, re.MULTILINE) == [
        ("1", "Sparse"), ("2", "A Titl"), ("3", "exampl"), ("4", "An Old"), ("5", "Sparse"),
    ]  # fmt: skip
    assert out.startswith("2023년 7월 5주차, 23–29 Jul 2023\n\n1. Sparse Memory for Long Context\nUnread. Starred.\n")
    assert not DRAWN.search(out)
    assert "Enter next" not in out


def test_week_filter_limit_and_papers_choose(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def titles(*args: str) -> list[str]:
        assert main(["read", "--plain", *args]) == 0
        return re.findall(r"^\d\. (?!http)(.{6})", capsys.readouterr().out, re.MULTILINE)

    assert titles("2023-w16") == titles("--week", "2023-W16") == ["An Old", "Sparse"]
    assert titles("--filter", "tag:blog") == ["exampl"]
    assert titles("--limit", "2") == ["Sparse", "A Titl"]
    assert titles("2307.00002") == ["A Titl"]
    assert titles(FIRST) == ["Sparse", "Sparse"]


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["read"], 2, "missing: KEY"),
        (["read", "--filter", "x"], 2, "--filter goes with --plain"),
        (["read", "--width", "9", FIRST], 2, "--width goes with --plain"),
        (["read", "--plain", "2020-W01"], 1, "No week 2020-W01"),
        (["read", "--plain", "nobody"], 1, "no paper nobody"),
        (["read", "--plain", "--filter", "tag:"], 2, "^"),
    ],
)
def test_what_cannot_be_read_is_said(
    args: list[str], code: int, said: str, imported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(args) == code
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.out == ""


def test_read_with_keys_still_marks(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", FIRST]) == 0
    assert main(["read", "--plain", FIRST]) == 0
    assert "\nRead.\n" in capsys.readouterr().out


def test_a_reader_that_goes_away_ends_it_quietly(imported: Path, own_home: Path) -> None:
    big = imported / "big.txt"
    big.write_text(
        "2022년 7월 5주차\n"
        + "".join(f"https://arxiv.org/abs/2207.{n:05}\nPaper {n} (A B)\n{'글 ' * 200}\n" for n in range(1, 800)),
        "utf-8",
    )
    assert main(["import", str(big)]) == 0
    command = f"{sys.executable} -m tui_digest read --plain | head -n 3"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 3


# --- at a terminal ---------------------------------------------------------------------------------------------------


class Talk:
    """A reading in a pseudo-terminal."""

    def __init__(self, *args: str, columns: int = 0) -> None:
        self.main, side = pty.openpty()
        fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        environ = {**os.environ, "TERM": "dumb", "PATH": "/nonexistent"}
        environ.pop("COLUMNS", None)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tui_digest", *args], stdin=side, stdout=side, stderr=side, env=environ,
            start_new_session=True,
        )  # fmt: skip
        os.close(side)
        self.read_bytes = b""

    def until(self, seen: str) -> str:
        """What came since the last look, up to and with the text."""
        deadline = time.monotonic() + 20
        while seen not in (text := self.read_bytes.decode("utf-8", "replace")):
            if not select.select([self.main], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise AssertionError(f"not said: {seen}\n{text}")
            try:
                self.read_bytes += os.read(self.main, 65536)
            except OSError:  # its end
                raise AssertionError(f"not said: {seen}\n{text}") from None
        self.read_bytes = b""
        return text

    def type(self, line: str) -> None:
        os.write(self.main, (line + "\n").encode())

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.main)


def test_lines_are_as_long_as_the_terminal(imported: Path) -> None:
    text = "아주 긴 문장은 터미널 끝에서 어절을 자르지 않고 다음 줄로 넘어갑니다. " * 4
    (imported / "long.txt").write_text(
        f"2022년 7월 5주차\nhttps://arxiv.org/abs/2207.00009\nA Long One (A B)\n{text}\n", "utf-8"
    )
    assert main(["import", str(imported / "long.txt")]) == 0
    talking = Talk("read", "--plain", "2207.00009", columns=40)
    told = talking.until("Entry 1 of 1.")
    talking.close()
    lines = told.replace("\r", "").split("\n")
    assert all(width_of(each) <= 40 for each in lines[:-1]), lines
    assert set(text.split()) <= set(told.split())


@pytest.fixture
def talk(imported: Path) -> Iterator[Talk]:
    talking = Talk("read", "--plain")
    yield talking
    talking.close()


def test_at_a_terminal_each_entry_is_followed_by_a_question(talk: Talk, own_home: Path) -> None:
    begun = talk.until("Entry 1 of 5. Enter next, ? help:")
    assert "5 entries to read." in begun and "1. Sparse Memory" in begun and "Enter next, p previous" in begun
    assert "2. A Title" not in begun
    talk.type("")
    second = talk.until("Entry 2 of 5.")
    assert "2. A Title with [/] Markup in It [bold]" in second
    talk.type("s")
    assert "Starred" in talk.until("Entry 2 of 5.")
    talk.type("r")
    assert "Marked read" in talk.until("Entry 2 of 5.")
    talk.type("u")
    assert "Undone: unread again" in talk.until("Entry 2 of 5.")
    talk.type("p")
    assert "1. Sparse" in talk.until("Entry 1 of 5.")
    talk.type("p")
    assert "first entry" in talk.until("Entry 1 of 5.")
    talk.type("n 4")
    assert "2023년 4월 4주차" in talk.until("Entry 4 of 5.")
    talk.type("9")
    beyond = talk.until("Entry 4 of 5.")
    assert "There is no entry 9; there are 5." in beyond and "last" not in beyond
    talk.type("0")
    assert "There is no entry 0; there are 5." in talk.until("Entry 4 of 5.")
    talk.type("")
    talk.type("")
    assert "this was the last" in talk.until("this was the last").replace("\n", " ")
    talk.type("4")
    assert "4. " in talk.until("Entry 4 of 5.")
    talk.type("c")
    assert "No clipboard was reached; written to" in talk.until("Entry 4 of 5.")
    talk.type("o")
    assert "https://arxiv.org/abs/2304.00001" in talk.until("Entry 4 of 5.")
    talk.type("wat")
    assert "Not understood: wat" in talk.until("Entry 4 of 5.")
    talk.type("/ tag:memory")
    found = talk.until("Entry 1 of 3.")
    assert "3 entries found" in found
    talk.type("/ tag:nothere")
    assert "Nothing found for" in talk.until("Entry 1 of 3.")
    talk.type("/ (")
    assert "^" in talk.until("Entry 1 of 3.")
    talk.type("/")
    assert "All 5 entries again." in talk.until("Entry 1 of 5.")
    talk.type("q")
    assert talk.process.wait(20) == 0


def test_the_end_of_the_input_ends_it(talk: Talk) -> None:
    talk.until("Entry 1 of 5.")
    os.write(talk.main, b"\x04")
    assert talk.process.wait(20) == 0


def test_ctrl_c_ends_it_in_one_line(talk: Talk) -> None:
    talk.until("Entry 1 of 5. Enter next, ? help:")
    os.write(talk.main, b"\x03")
    for _ in range(10):  # Python misses the one that comes between its last look and the reading of a line
        talk.process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            talk.process.wait(2)
            break
    assert talk.process.wait(20) == 130
    talk.until("Stopped.")


def test_a_mark_made_there_survives_kill(talk: Talk, capsys: pytest.CaptureFixture[str]) -> None:
    talk.until("Entry 1 of 5.")
    talk.type("s")
    talk.until("Starred")
    talk.process.kill()
    talk.process.wait()
    assert main(["list", "--filter", "is:starred"]) == 0
    assert FIRST in capsys.readouterr().out


def test_nothing_of_ours_is_a_sign_that_is_not_read_aloud() -> None:
    for lang in ("en", "ko"):
        tr = Translator(lang)
        for line in entry_lines(1, sighting(), Mark(starred=True, note="n", tags=("t",)), tr):
            odd = [sign for sign in line if unicodedata.category(sign) in ("So", "Sm", "Co", "Cc")]
            assert not odd, line


MARKED = (
    "2023년 7월 5주차\n\nhttps://arxiv.org/abs/2307.00009\n\nMarked Words of a Paper (Ann Lee, Bob Ray)\n\n"
    "**큰** [코드](https://a.org)와\n*두 줄의\n글* <b>끝</b>입니다.\n> 인용입니다.\n#rl\n"
)


@pytest.mark.parametrize("command", [["show", "arxiv:2307.00009"], ["read", "--plain"]], ids=" ".join)
def test_texts_are_told_as_they_are_drawn(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.txt").write_text(MARKED, "utf-8")
    assert main(["import", str(tmp_path)]) == 0
    capsys.readouterr()
    assert main(command) == 0
    drawn = capsys.readouterr().out
    assert "큰 코드와\n두 줄의\n글 끝입니다.\n인용입니다.\n" in drawn
    assert "https://a.org" in drawn  # among the links
    assert main([*command, "--source"]) == 0
    written = capsys.readouterr().out
    assert "**큰** [코드](https://a.org)와\n*두 줄의\n글*" in written
    assert "> 인용입니다." in written


def test_the_source_is_only_read_plainly(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", "--source", FIRST]) == 2
    assert "--plain" in capsys.readouterr().err


def test_triage_sources_notes_and_exports_are_there_in_plain_words(talk: Talk, imported: Path, own_home: Path) -> None:
    assert "t triage, g sources, x export" in talk.until("Entry 1 of 5.")
    talk.type("e compare 다시")
    assert "Note" in talk.until("Entry 1 of 5.")
    talk.type("e")
    assert "Note: compare 다시" in talk.until("Entry 1 of 5.")
    talk.type("x")
    assert "bibtex" in talk.until("Entry 1 of 5.")
    talk.type("x bibtex")
    assert "@misc{" in talk.until("Entry 1 of 5.")
    target = own_home / "out.json"
    talk.type(f"x all json {target}")
    assert "papers 4" in talk.until("Entry 1 of 5.")
    assert len(json.loads(target.read_text("utf-8"))["entries"]) == 5
    talk.type(f"x json {target}")
    assert "already" in talk.until("Entry 1 of 5.")
    talk.type("g")
    assert "no sources yet" in talk.until("Entry 1 of 5.")
    more = own_home / "more"
    more.mkdir()
    (more / "week.txt").write_text(
        "2023년 8월 1주차\nhttps://arxiv.org/abs/2308.00009\nOne More (Ada One, Bo Two)\n", "utf-8"
    )
    talk.type(f"g add {more}")
    added = talk.until("Entry 1 of 5.")
    assert "more" in added and "1" in added, added
    talk.type("g")
    assert "1. more" in talk.until("Entry 1 of 5.")
    talk.type("g mute 1")
    talk.until("Entry 1 of 5.")
    talk.type("g refresh")
    talk.until("Entry 1 of 5.")
    talk.type("g remove 1 digests")
    talk.until("Entry 1 of 5.")
    assert main(["show", "2308.00009"]) == 1, "its digests went, too"
    talk.type("g")
    assert "no sources yet" in talk.until("Entry 1 of 5.")
    talk.type("t")
    assert "1. Sparse" in talk.until("Paper 1 of 4. s keep, l later, r skip, u take back, q leave:")
    talk.type("s")
    assert "Kept" in talk.until("Paper 2 of 4.")
    talk.type("u")
    assert "Taken back" in talk.until("Paper 1 of 4.")
    for word, at in (("ㄴ", 2), ("l", 3), ("what", 3)):  # a Korean layout's s
        talk.type(word)
        talk.until(f"Paper {at} of 4.")
    talk.type("q")
    talk.until("Entry 1 of 5.")
    talk.type("t")
    assert "Paper 3 of 4" in talk.until("q leave:"), "it goes on there"
    for _ in range(2):
        talk.type("r")
    assert "# " in talk.until("Entry 1 of 5."), "what came of it, as Markdown"
