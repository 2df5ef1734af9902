"""When a host may be asked: in turn, arXiv once in three seconds, between processes too; what may lie in the files."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.server import PassedTime
from tui_digest.errors import SourceError
from tui_digest.sources.web.client import never
from tui_digest.sources.web.pacing import PATIENCE, Pacing, SystemTime


def ask(pacing: Pacing, host: str) -> None:
    with pacing.turn(host, never, f"http://{host}/"):
        pass


def test_arxiv_is_asked_once_in_three_seconds_whoever_asks(tmp_path: Path) -> None:
    time = PassedTime()
    ask(Pacing(tmp_path, time), "export.arxiv.org")
    assert time.waited == 0
    ask(Pacing(tmp_path, time), "arxiv.org")
    assert time.waited == 3
    time.seconds += 2
    ask(Pacing(tmp_path, time), "rss.arxiv.org")
    assert time.waited == 4
    ask(Pacing(tmp_path, time), "notarxiv.org")
    assert time.waited == 4


def test_a_mirror_is_asked_like_arxiv(tmp_path: Path) -> None:
    time = PassedTime()
    pacing = Pacing(tmp_path, time, ["mirror.example:8080"])
    ask(pacing, "arxiv.org")
    ask(pacing, "mirror.example:8080")
    assert time.waited == 3


def test_others_are_asked_one_at_a_time_without_a_wait(tmp_path: Path) -> None:
    time = PassedTime()
    for _ in range(3):
        ask(Pacing(tmp_path, time), "example.org")
    assert time.waited == 0


def test_the_next_waits_until_this_one_has_its_answer(tmp_path: Path) -> None:
    # Two of them hold locks of their own, as two processes do.
    waiting, order = threading.Event(), []

    def looks() -> bool:
        waiting.set()
        return False

    def second() -> None:
        with Pacing(tmp_path, SystemTime()).turn("example.org", looks, "http://example.org/"):
            order.append("second")

    thread = threading.Thread(target=second)
    with Pacing(tmp_path, SystemTime()).turn("example.org", never, "http://example.org/"):
        thread.start()
        assert waiting.wait(60)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_who_cancels_waits_no_longer(tmp_path: Path) -> None:
    pacing = Pacing(tmp_path, PassedTime())
    ask(pacing, "arxiv.org")
    with pytest.raises(SourceError) as caught, pacing.turn("arxiv.org", lambda: True, "http://arxiv.org/"):
        pass
    assert caught.value.message_id == "web.cancelled"


def test_a_turn_that_takes_for_ever_is_not_waited_for(tmp_path: Path) -> None:
    time = PassedTime()
    with Pacing(tmp_path, time).turn("example.org", never, ""):
        with pytest.raises(SourceError) as caught, Pacing(tmp_path, time).turn("example.org", never, ""):
            pass
        assert caught.value.message_id == "web.busy"


def test_a_clock_that_was_put_back_costs_one_wait_at_most(tmp_path: Path) -> None:
    time = PassedTime()
    ask(Pacing(tmp_path, time), "arxiv.org")
    time.seconds -= 1_000_000
    ask(Pacing(tmp_path, time), "arxiv.org")
    assert time.waited == 3


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b'{"last": "x"}', b'{"last": 1e300, "not_before": 1e300}', b'{"last": -1e300}',
        b'{"last": true}',
        b'{"not_before": 99999999999999}', b"\xff\xfe", b'{"last": null, "not_before": {}}',
    ],
)  # fmt: skip
def test_nothing_in_the_file_keeps_one_from_asking(tmp_path: Path, content: bytes) -> None:
    time = PassedTime()
    (tmp_path / "arxiv.org.json").write_bytes(content)
    ask(Pacing(tmp_path, time), "arxiv.org")
    assert time.waited <= 3


def test_where_nothing_can_be_written_one_still_asks_in_turn(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ask(Pacing(tmp_path / "file" / "hosts", PassedTime()), "example.org")


def test_names_of_hosts_are_names_of_files(tmp_path: Path) -> None:
    pacing = Pacing(tmp_path, PassedTime())
    for host in ("127.0.0.1:8000", "[::1]:8000", "example.org", "a_b.example", ".hidden", "a" * 250):
        ask(pacing, host)
    names = sorted(each.name for each in tmp_path.glob("*.json"))
    assert len(names) == 6
    assert all(not name.startswith(".") and ":" not in name and len(name) < 120 for name in names)


def test_a_long_wait_is_told_with_its_end(tmp_path: Path) -> None:
    time = PassedTime()
    pacing = Pacing(tmp_path, time)
    with pacing.turn("example.org", never, "") as turn:
        turn.later(PATIENCE + 1)
    with pytest.raises(SourceError) as caught:
        ask(pacing, "example.org")
    assert (caught.value.message_id, caught.value.details["host"]) == ("web.later", "example.org")
    assert time.waited == 0
