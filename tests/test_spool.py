"""What an import puts aside until it is stored."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path
from typing import Any

import orjson
import pytest

from tui_digest.errors import StoreError
from tui_digest.store import spool
from tui_digest.store.codec import StoredFields
from tui_digest.store.spool import Spool, Spooled, facts_of

DIGESTS: list[list[StoredFields]] = [
    [{"digest": "", "key": f"text:{n}", "title": "제목 " * n}, {"digest": "", "key": "arxiv:2301.00001"}]
    for n in range(9)
]


def put_aside(made: Spool) -> list[Spooled]:
    return [made.put(orjson.dumps(each), orjson.dumps([*map(facts_of, each)]), len(each)) for each in DIGESTS]


@pytest.fixture(autouse=True)
def little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "IN_MEMORY", 100)


def test_what_is_put_aside_comes_back_as_the_entries_of_a_digest(tmp_path: Path) -> None:
    found = put_aside(Spool(tmp_path / "cache"))
    assert [each.documents() for each in found] == DIGESTS
    assert (len(found[2]), found[2][1]["key"], [each["key"] for each in found[2][:1]]) == (
        2,
        "arxiv:2301.00001",
        ["text:2"],
    )
    assert [*found[3].of("d", "p")] == [
        {"digest": "d", "key": "text:3.p", "title": "제목 " * 3}, {"digest": "d", "key": "arxiv:2301.00001"}
    ]  # fmt: skip
    assert found[3].of("d", "p").facts() == [("text:3.p", None), ("arxiv:2301.00001", None)]
    assert [*(tmp_path / "cache").iterdir()] == []  # the file has no name


@pytest.mark.parametrize("where", ["elsewhere", "in memory"])
def test_where_the_folder_cannot_be_written_it_lies_elsewhere(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cache").write_bytes(b"no folder")
    if where == "in memory":
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    assert [each.documents() for each in put_aside(Spool(tmp_path / "cache"))] == DIGESTS


def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def seek(self, place: int) -> None:
            """As a file does."""

        def write(self, data: Any) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: Full())
    with pytest.raises(StoreError) as caught:
        put_aside(Spool(tmp_path))
    assert caught.value.message_id == "store.full"
