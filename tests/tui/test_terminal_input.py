"""No byte on standard input ends the reader: shown on the parser, and on a real pty with a tiny application."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading
import time
import tty
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import constants, events
from textual.drivers._writer_thread import WriterThread

from tui_digest.tui.terminal.application import guarded_driver
from tui_digest.tui.terminal.input import InputReader, plain_key_code
from tui_digest.tui.terminal.terminal_output import LastingOutput, PromptOutput

APP = """
import sys
from textual.app import App
from tui_digest.tui.terminal.application import guarded_driver

class Echo(App):
    def __init__(self):
        super().__init__(driver_class=guarded_driver())
        self.heard = open(sys.argv[1], "a", buffering=1)
    def on_ready(self):
        print("ready", file=self.heard)
    def on_key(self, event):
        print(event.key, file=self.heard)
        if event.key == "q":
            self.exit()

Echo().run()
"""


def keys(*chunks: bytes) -> list[str]:
    """The keys that the reader makes of some reads."""
    reader = InputReader()
    return [message.key for chunk in chunks for message in reader.feed(chunk) if isinstance(message, events.Key)]


def test_sub_parameters_are_taken_off() -> None:
    assert plain_key_code("\x1b[97:65;2;65u") == "\x1b[97;2;65u"
    assert plain_key_code("\x1b[97::113;5u") == "\x1b[97;5u"
    assert plain_key_code("\x1b[106;1:1u") == "\x1b[106;1u"
    assert plain_key_code("\x1b[1;2:2A") == "\x1b[1;2A"
    assert plain_key_code("\x1b[106;1:3u") is None


def test_other_sequences_stay_as_they_are() -> None:
    for sequence in ("j", "\x1b[A", "\x1b[97;2;65u", "\x1b[0;1;44032:45208u", "\x1b[48;10:1;20;0;0t"):
        assert plain_key_code(sequence) == sequence


@pytest.mark.parametrize(
    ("sent", "heard"),
    [
        (b"\x1b[97:65;2;65uj", ["A", "j"]),
        (b"\x1b[106;1:3uj", ["j"]),
        (b"\x1b[1;1:3Aj", ["j"]),
        (b"\x1b[0;1;44032:45208uj", ["가", "나", "j"]),
        (b"\x1b[0;1;55296uj", ["j"]),
        (b"\x1b[1114112uj", ["j"]),
        (b"\x1b[9999999999999999;1uj", ["j"]),
        (b"\xffj", ["replacement_character", "j"]),
        ("가".encode("euc-kr") + b"j", ["replacement_character"] * 2 + ["j"]),
        (b"\x1b[48;0;0;0;0t\x1b[<0;5;5Mj", ["j"]),
    ],
)
def test_odd_input_costs_nothing_but_itself(sent: bytes, heard: list[str]) -> None:
    assert keys(sent) == heard


def test_a_character_may_come_in_two_reads() -> None:
    assert keys("각".encode()[:1], "각".encode()[1:]) == ["각"]


def test_a_paste_stays_a_paste() -> None:
    reader = InputReader()
    messages = list(reader.feed("\x1b[200~q\xff가\x1b[201~j".encode()))
    assert [message.text for message in messages if isinstance(message, events.Paste)] == ["q\xff가"]
    assert [message.key for message in messages if isinstance(message, events.Key)] == ["j"]


ANSWERS = (
    b"\x1b]11;rgb:1c1c/1c1c/1c1c\x07",
    b"\x1b]10;rgb:ffff/ffff/ffff\x1b\\",
    b"\x1b]52;c;c3Rhcg==\x07",
    b"\x1bP>|xterm(388)\x1b\\",
    b"\x1bP1+r544e=787465726d2d323536636f6c6f72\x1b\\",
    b"\x1b_Gi=31;OK\x1b\\",
    b"\x1b[?1;2c",
    b"\x1b[>41;388;0c",
    b"\x1b[?2048;999999999999$y",
    b"\x1b[?31u",
    b"\x1b[8;24;80t",
    b"\x1b[0n",
    b"\x1b[?997;1n",
    b"\x1b[1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16;17sA",
    "\x9d11;rgb:1/2/3\x9c".encode(),
)
"""What terminals answer to questions of ours, of tmux or of another program. (The `A` is a key after the last.)"""


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_of_the_terminal_is_no_key(answer: bytes) -> None:
    typed = ["A"] if answer.endswith(b"A") else []
    assert keys(b"j" + answer + b"k") == ["j", *typed, "k"]
    assert keys(b"j", *(bytes([byte]) for byte in answer), b"k") == ["j", *typed, "k"]


TYPED = (
    (b"j", "j"),
    ("ㅓ".encode(), "ㅓ"),
    (b"\r", "enter"),
    (b"\x1b[A", "up"),
    (b"\x1bOB", "down"),
    (b"\x1b[Z", "shift+tab"),
    (b"\x1b[5~", "pageup"),
    (b"\x1b[1;5C", "ctrl+right"),
    (b"\x1b[[A", "f1"),
    (b"\x1b[106;5u", "ctrl+j"),
)
SILENT = (*(answer for answer in ANSWERS if not answer.endswith(b"A")), b"\x1b[<35;10;10M", b"\x1b[I", b"\x1b[M !!")


@given(
    st.lists(st.one_of(st.sampled_from(TYPED), st.sampled_from(SILENT).map(lambda sent: (sent, None))), max_size=12),
    st.lists(st.integers(0, 300), max_size=12),
)
def test_keys_among_answers_are_heard_wherever_the_reads_cut_them(
    sent: list[tuple[bytes, str | None]], cuts: list[int]
) -> None:
    stream = b"".join(part for part, _ in sent)
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    heard = keys(*(stream[start:end] for start, end in pairwise(edges)))
    assert heard == [key for _, key in sent if key is not None]


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def slow(*chunks: bytes | float) -> list[object]:
    """The keys and pastes of reads with pauses (seconds) between them."""
    clock = Clock()
    reader = InputReader(clock=clock)
    heard: list[object] = []
    for chunk in chunks:
        if isinstance(chunk, bytes):
            messages = list(reader.feed(chunk))
        else:
            clock.now += chunk
            messages = []
        messages += reader.tick()
        heard += [message.key for message in messages if isinstance(message, events.Key)]
        heard += [message for message in messages if isinstance(message, events.Paste)]
    return [each.text if isinstance(each, events.Paste) else each for each in heard]


def test_escape_is_heard_when_nothing_follows() -> None:
    assert slow(b"\x1b", 0.2, b"j") == ["escape", "j"]
    assert slow(b"\x1b\x1b", 0.2) == ["escape", "escape"]
    assert slow(b"\x1bx") == ["alt+x"]
    assert slow(b"\x1b]", 0.2, b"j") == ["alt+right_square_bracket", "j"]


def test_a_sequence_split_by_a_slow_line_is_still_one() -> None:
    assert slow(b"\x1b[1;", 0.5, b"5A") == ["ctrl+up"]
    assert slow(b"\x1b[1;", 1.5, b"5A") == ["ctrl+up"]
    assert slow(b"\x1b", 0.2, b"[A") == ["escape", "up"]
    assert slow(b"\x1b]11;rgb:", 1.5, b"1c1c/sssAq\x07j") == ["j"]


def test_a_sequence_that_never_ends_costs_a_second() -> None:
    assert slow(b"\x1b[1;", 1.2, b"j", 0.1, b"s") == ["j", "s"]
    assert slow(b"\x1b]11;", b"j", 1.2, b"s") == ["s"]
    assert slow(b"\x1bP1+r", 0.1, b"\x1b[Aj") == ["up", "j"]


def test_a_paste_may_hold_escapes_and_may_come_in_pieces() -> None:
    assert slow(b"\x1b[200~abc\x1b[31m s A r\x1b[201~j") == ["j", "abc s A r"]
    assert slow(b"\x1b[200~ab\x1b[2", 1.0, b"01~", b"q") == ["ab", "q"]
    assert slow(b"\x1b[200~ab~cd\x1b[201~", b"q") == ["ab~cd", "q"]
    assert slow(b"\x1b[200~ab", 1.0, b"cd", 1.5, b"sAq\x1b[201~") == ["abcdsAq"]


def test_a_paste_without_an_end_ends_by_itself() -> None:
    assert slow(b"\x1b[200~abc", 2.5, b"j") == ["abc", "j"]


@given(st.lists(st.one_of(st.binary(max_size=12), st.from_regex(rb"\x1b\[[\d:;<?]{0,14}[A-Za-z~]", fullmatch=True))))
def test_any_bytes_are_survived(chunks: list[bytes]) -> None:
    clock = Clock()
    reader = InputReader(clock=clock)
    for chunk in chunks:
        list(reader.feed(chunk))
    clock.now += 5
    list(reader.tick())
    clock.now += 5
    assert [message.key for message in reader.feed(b"j") if isinstance(message, events.Key)][-1:] == ["j"]


def test_a_driver_named_by_the_environment_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "DRIVER", "some.module:Driver")
    assert guarded_driver() is None


def wait_for(heard: Path, text: str, limit: float = 20) -> None:
    """Until the application has written a text."""
    deadline = time.monotonic() + limit
    while text not in (heard.read_text("utf-8") if heard.exists() else ""):
        assert time.monotonic() < deadline, f"{text!r} was never heard"
        time.sleep(0.02)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no ptys on Windows")
def test_a_real_application_lives_on(tmp_path: Path) -> None:
    heard = tmp_path / "heard.txt"
    ours, theirs = pty.openpty()
    environ = {**os.environ, "TERM": "xterm-256color"}
    process = subprocess.Popen(
        [sys.executable, "-c", APP, str(heard)], stdin=theirs, stdout=theirs, stderr=theirs, env=environ
    )
    os.close(theirs)
    threading.Thread(target=_drain, args=(ours,), daemon=True).start()
    try:
        wait_for(heard, "ready")
        for sent, key in ((b"\xffj", "j"), (b"\x1b[97:65;2;65uk", "k"), (b"\x1b[106;1:3ul", "l"), (b"q", "q")):
            os.write(ours, sent)
            wait_for(heard, f"\n{key}\n")
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()
        process.wait()
    assert heard.read_text("utf-8").split() == ["ready", "replacement_character", "j", "A", "k", "l", "q"]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no ptys on Windows")
def test_a_terminal_that_goes_away_ends_the_application(tmp_path: Path) -> None:
    heard = tmp_path / "heard.txt"
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", APP, str(heard)], stdin=theirs, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(theirs)
    try:
        wait_for(heard, "ready")
        os.close(ours)
        process.wait(timeout=20)
    finally:
        process.kill()
        process.wait()


def _drain(descriptor: int) -> None:
    """Read what the application paints, or it would stop at a full pipe."""
    try:
        while os.read(descriptor, 65536):
            pass
    except OSError:
        return


def test_a_terminal_that_is_gone_takes_all_that_is_written_and_says_nothing() -> None:
    """Textual queues thirty writes at most: were the thread that takes them to end, the thirty-first would wait."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as file:
        thread = WriterThread(LastingOutput(file))  # type: ignore[arg-type]
        thread.start()
        for _ in range(100):
            thread.write("x" * 10_000)
        thread.stop()
        assert not thread.is_alive()
        with suppress(OSError):
            file.close()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no ptys on Windows")
def test_what_the_terminal_takes_goes_out_at_once_and_the_rest_in_order() -> None:
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    with os.fdopen(theirs, "w", encoding="utf-8") as file:
        waiting = LastingOutput(file)
        output = PromptOutput(waiting)
        output.open()
        assert output.write("at once") is None
        assert os.read(ours, 100) == b"at once", "no thread is needed for it"
        assert os.get_blocking(theirs), "what the shell shares waits as ever"

        long = "가나다" * 50_000
        left = output.write(long)
        assert isinstance(left, bytes), "nobody reads: the terminal is full"
        assert 0 < len(left) < len(long.encode())
        assert output.write("behind it") == "behind it", "nothing overtakes what waits"

        thread = WriterThread(waiting)  # type: ignore[arg-type]
        thread.start()
        thread.write(left)  # type: ignore[arg-type]
        thread.write("behind it")
        wanted = f"{long}behind it".encode()
        read = b""
        while len(read) < len(wanted):
            read += os.read(ours, 65536)
        thread.stop()
        assert read == wanted
        assert output.write("again at once") is None
        assert os.read(ours, 100) == b"again at once"
        output.close()
        assert output.write("closed") == "closed"
    os.close(ours)


def test_where_the_terminal_has_no_name_the_thread_writes() -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as file:
        output = PromptOutput(LastingOutput(file))
        output.open()
        assert output.write("text") == "text"
    os.close(reading)


def test_it_is_known_when_time_completes_what_has_begun() -> None:
    clock = [0.0]
    reader = InputReader(clock=lambda: clock[0])
    assert reader.due is None
    assert not [*reader.feed(b"\x1b")]
    assert reader.due == constants.ESCAPE_DELAY
    assert not [*reader.tick()]
    clock[0] = constants.ESCAPE_DELAY
    assert reader.due == 0
    assert [event.key for event in reader.tick() if isinstance(event, events.Key)] == ["escape"]
    assert reader.due is None
