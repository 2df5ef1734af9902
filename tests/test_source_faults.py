"""A refresh that is killed or meets a full disk, at every write: nothing is lost, nothing is half."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.builders import home
from tests.test_sources import NOW, item, keys, rss
from tui_digest.errors import StoreError
from tui_digest.library import Library
from tui_digest.paths import Paths
from tui_digest.settings.config import Settings
from tui_digest.sources.web.answer import Answer, Validators

ALL = ["2511.00001", "2511.00002", "2511.00003", "2511.00004"]


class Feeds:
    """In place of the web: what each address answers."""

    def __init__(self, feeds: Mapping[str, str]) -> None:
        self.feeds = feeds
        self.endpoints = Settings().endpoints_with_defaults

    def get(self, url: str, **_: Any) -> Answer:
        body, none = self.feeds[url].encode(), Validators()
        return Answer(url, None, "application/rss+xml", "utf-8", body, none, False, datetime.now(UTC), None)


BEFORE = Feeds({"https://a.example/f": rss(item(1), title="A"), "https://b.example/f": rss(item(2, 27), title="B")})
AFTER = Feeds({"https://a.example/f": rss(item(3), title="A"), "https://b.example/f": rss(item(4, 27), title="B")})


def opened(paths: Paths) -> Library:
    return Library.open(paths, starters=False, clock=lambda: NOW)


def prepared(folder: Path) -> Paths:
    paths = home(folder)
    library = opened(paths)
    for address in BEFORE.feeds:
        library.sources.add(BEFORE, address)
    library.marks.star(["arxiv:2511.00001"], True)
    return paths


def at_write(number: int, act: Callable[[], None], patch: pytest.MonkeyPatch) -> list[int]:
    """From now on the write of that number does something else; the list counts them."""
    count, write = [0], os.write

    def counted(descriptor: int, data: Any) -> int:
        count[0] += 1
        if count[0] == number:
            act()
        return write(descriptor, data)

    patch.setattr(os, "write", counted)
    return count


def check(paths: Paths) -> None:
    """The next start and refresh find everything, whatever was done."""
    library = opened(paths)
    assert {"2511.00001", "2511.00002"} <= {*keys(library)}
    library.sources.refresh(AFTER)
    assert sorted(keys(library)) == ALL
    assert library.marks.of("arxiv:2511.00001").starred
    undone = library.marks.undo()
    assert undone is not None and undone.field == "starred"
    said = {each.message_id for each in library.notices}
    assert said <= {"intent.refresh.back", "intent.refresh.done", "fetched.lines"}, said


def test_killed_at_every_write(tmp_path: Path) -> None:
    number, ended = 1, False
    while not ended:
        paths = prepared(tmp_path / str(number))
        if (child := os.fork()) == 0:
            with pytest.MonkeyPatch.context() as patch:
                at_write(number, lambda: os._exit(9), patch)
                opened(paths).sources.refresh(AFTER)
            os._exit(0)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        check(paths)
        number += 2
    assert number > 8


def test_a_full_disk_at_every_write(tmp_path: Path) -> None:
    def full() -> None:
        raise OSError(errno.ENOSPC, "full")

    number, ended = 1, False
    while not ended:
        paths = prepared(tmp_path / str(number))
        with pytest.MonkeyPatch.context() as patch:
            count = at_write(number, full, patch)
            said = "store.full"
            try:
                opened(paths).sources.refresh(AFTER)
            except StoreError as error:
                said = error.message_id
            assert said in ("store.full", "store.half")
            ended = count[0] < number
        check(paths)
        number += 2
    assert number > 8
