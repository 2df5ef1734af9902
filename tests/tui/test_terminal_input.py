"""No byte on standard input ends the reader: shown on the parser, and on a real pty with a tiny application."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import constants, events

from tui_digest.tui.terminal_input import InputReader, guarded_driver, plain_key_code

APP = """
import sys
from textual.app import App
from tui_digest.tui.terminal_input import guarded_driver

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


@given(st.lists(st.one_of(st.binary(max_size=12), st.from_regex(rb"\x1b\[[\d:;<?]{0,14}[A-Za-z~]", fullmatch=True))))
def test_any_bytes_are_survived(chunks: list[bytes]) -> None:
    reader = InputReader()
    for chunk in chunks:
        list(reader.feed(chunk))
    # Ends an open paste and an unfinished sequence (the parser gives one up after 32 characters).
    list(reader.feed(b"\x1b[201~" + b"~" * 40))
    assert [message.key for message in reader.feed(b"j") if isinstance(message, events.Key)] == ["j"]


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
