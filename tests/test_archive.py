"""Archives from strangers: refused in one sentence, or read for what a restore needs, and never written anywhere."""

from __future__ import annotations

import io
import os
import random
import tracemalloc
import zipfile
from collections.abc import Mapping
from pathlib import Path

import orjson
import pytest

from tests.builders import home
from tui_digest.doctor.upkeep_report import check_backups
from tui_digest.errors import DigestError, StoreError
from tui_digest.i18n import Translator
from tui_digest.library import Library
from tui_digest.store import archive as archives
from tui_digest.store import backup
from tui_digest.store.archive import read_archive

MANIFEST = b'{"schema_version": 1}'
EVENT = b'{"v":1,"id":"AA-5","at":5,"op":"set","field":"starred","value":true,"keys":["title:sparse memory"]}\n'
GOOD = {"backup.json": MANIFEST, "journal/AA.ndjson": EVENT, "machine": b"AA\n"}


def packed(members: Mapping[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", how) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return target.getvalue()


def refusal(path: Path) -> str:
    with pytest.raises(StoreError) as caught:
        read_archive(path)
    error = caught.value
    for lang in ("en", "ko"):
        sentence = Translator(lang)(error.message_id, **error.details)
        assert str(path) in sentence
        assert len(sentence) < 500
    return error.message_id


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mine.zip"


def test_what_a_restore_needs_is_read_and_nothing_else(file: Path) -> None:
    more = {"README.txt": b"x", "__MACOSX/._x": b"x", "Notes/": b"", "big.bin": bytes(1 << 24), ".DS_Store": b""}
    file.write_bytes(packed(GOOD | more))
    tracemalloc.start()
    found = read_archive(file)
    assert tracemalloc.get_traced_memory()[1] < 1 << 22
    tracemalloc.stop()
    assert found == ({"AA": EVENT}, None, "AA", (), {}, {})


@pytest.mark.parametrize(
    "name",
    ["../../evil.ndjson", "journal/../../evil.ndjson", "/tmp/evil.ndjson", "journal//tmp/evil.ndjson", "C:/evil",
     "..\\evil", "journal/..ndjson", "journal/a/b.ndjson", "journal/\x1b[31m.ndjson",
     "journal/" + "A" * 300 + ".ndjson", "journal/AA.ndjson/../../../marks.json", "x/../../" + "y" * 60_000],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_is_refused_beside_a_valid_manifest(name: str, file: Path) -> None:
    file.write_bytes(packed(GOOD | {name: EVENT}))
    before = sorted(file.parent.rglob("*"))
    assert refusal(file) == "backup.strange_name"
    library = Library.open(home(file.parent / "home"), starters=False)
    with pytest.raises(StoreError):
        library.backups.restore(file)
    assert not library.paths.journal.exists()
    assert [path for path in sorted(file.parent.rglob("*")) if "home" not in path.parts] == before


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_ways_of_packing_whose_memory_nobody_can_tell_are_not_read(how: int, file: Path) -> None:
    file.write_bytes(packed(GOOD, how))
    assert refusal(file) == "backup.packing"
    file.write_bytes(packed(GOOD, zipfile.ZIP_STORED))
    assert read_archive(file).journals == {"AA": EVENT}


def test_an_encrypted_member_is_said(file: Path) -> None:
    data = bytearray(packed(GOOD))
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        data[at + 8] |= 1  # the flag in the directory
        at += 4
    file.write_bytes(data)
    assert refusal(file) == "backup.packing"


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("again", "message_id"),
    [("journal/AA.ndjson", "backup.twice"), ("journal/aa.ndjson", "backup.twice"), ("machine", "backup.twice"),
     ("backup.json", "backup.not_ours")],
)  # fmt: skip
def test_two_members_of_one_name_are_refused(again: str, message_id: str, file: Path) -> None:
    file.write_bytes(packed(GOOD))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(again, MANIFEST)
    assert refusal(file) == message_id


def test_what_is_too_large_is_refused_before_it_is_unpacked(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_BYTES", 1 << 20)
    zeros = {"journal/BB.ndjson": bytes(900_000), "journal/CC.ndjson": bytes(900_000)}
    file.write_bytes(packed(GOOD | zeros))
    tracemalloc.start()
    with pytest.raises(StoreError):
        read_archive(file)
    assert tracemalloc.get_traced_memory()[1] < 500_000
    tracemalloc.stop()
    assert refusal(file) == "backup.too_large"
    file.write_bytes(packed(GOOD | {"x": random.Random(1).randbytes(1 << 20)}))
    assert refusal(file) == "backup.too_large"


def test_a_member_that_is_larger_than_it_says_is_not_read_on(file: Path) -> None:
    data = bytearray(packed(GOOD | {"marks.json": bytes(1 << 24)}))
    at = data.find(b"PK\x01\x02", data.rfind(b"machine", 0, data.rfind(b"PK\x05\x06")))
    data[at + 24 : at + 28] = (1000).to_bytes(4, "little")  # what the directory says of its size
    file.write_bytes(data)
    assert refusal(file) == "backup.unreadable"


@pytest.mark.parametrize(
    ("manifest", "message_id"),
    [(b"[1]", "backup.not_ours"), (b'{"schema_version": "one"}', "backup.not_ours"), (b"", "backup.not_ours"),
     (b'{"schema_version": 0}', "backup.not_ours"), (b'{"schema_version": null}', "backup.not_ours"),
     (b"\xff", "backup.not_ours"), (b" " * 100_000, "backup.not_ours"), (b'{"schema_version": 2}', "store.newer")],
)  # fmt: skip
def test_a_manifest_that_is_none(manifest: bytes, message_id: str, file: Path) -> None:
    file.write_bytes(packed(GOOD | {"backup.json": manifest}))
    assert refusal(file) == message_id


def test_what_is_no_file_is_not_waited_for(tmp_path: Path, file: Path) -> None:
    assert refusal(file) == "backup.missing"
    os.mkfifo(file)
    assert refusal(file) == "store.not_a_file"
    assert refusal(tmp_path) == "store.not_a_file"


def test_a_newer_journal_inside_names_the_archive(file: Path) -> None:
    file.write_bytes(packed(GOOD | {"journal/BB.ndjson": EVENT.replace(b'"v":1', b'"v":7')}))
    library = Library.open(home(file.parent / "home"), starters=False)
    with pytest.raises(StoreError) as caught:
        library.backups.restoring(file)
    assert (caught.value.message_id, caught.value.details["path"]) == ("store.newer", str(file))


def test_what_is_damaged_inside_is_told_and_the_rest_counts(file: Path) -> None:
    damaged = {
        "marks.json": b"{",
        "machine": b"A" * 5000,
        "journal/BB.ndjson": b"no event\n" + EVENT.replace(b"AA", b"BB"),
    }
    file.write_bytes(packed(GOOD | damaged))
    library = Library.open(home(file.parent / "home"), starters=False)
    (part,) = library.backups.restoring(file)
    assert (part.field, part.keys) == ("starred", ("title:sparse memory",))
    library.backups.restoring(file)  # what was said is not said again
    told = [(error.message_id, error.details["path"], error.details.get("name")) for error in library.notices]
    assert told == [
        ("backup.lost", str(file), "machine"),
        ("backup.lost", str(file), "marks.json"),
        ("store.journal_lines", f"{file}: journal/BB.ndjson", None),
    ]


@pytest.mark.parametrize("name", [b"A" * 5000, b"../x", b"a b", b"\xff\xfe", b""])
def test_a_machine_name_that_is_none_costs_no_later_act(name: bytes, file: Path) -> None:
    file.write_bytes(packed(GOOD | {"machine": name}))
    paths = home(file.parent / "home")
    library = Library.open(paths, starters=False)
    assert library.backups.restore(file)
    assert Library.open(paths, starters=False).marks.star(["title:another"], True)
    second = home(file.parent / "second")
    second.data.mkdir(parents=True)
    (second.data / "machine").write_bytes(name)
    assert Library.open(second, starters=False).marks.star(["title:another"], True)


def test_a_home_too_large_to_be_read_back_is_not_backed_up(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library.open(home(file.parent / "home"), starters=False)
    library.marks.star(["title:a"], True)
    monkeypatch.setattr(backup, "MAX_BYTES", 40)
    with pytest.raises(StoreError) as caught:
        library.backups.write(file)
    assert caught.value.message_id == "backup.too_much"
    assert not file.exists()


def test_no_change_of_its_bytes_ends_in_anything_but_a_sentence(file: Path) -> None:
    """A thousand archives, each with a few bytes changed, cut or doubled."""
    chance = random.Random(20231)
    whole = packed(GOOD | {"marks.json": orjson.dumps({"a": list(range(200))})})
    said: set[str] = set()
    for _ in range(1000):
        data = bytearray(whole)
        for _ in range(chance.randrange(1, 4)):
            at = chance.randrange(len(data))
            match chance.randrange(3):
                case 0:
                    data[at] = chance.randrange(256)
                case 1:
                    del data[at : at + chance.randrange(40)]
                case _:
                    data[at:at] = data[at : at + chance.randrange(40)]
        file.write_bytes(data)
        try:
            found = read_archive(file)
        except DigestError as error:
            said.add(error.message_id)
        else:  # what was changed is none of what counts
            assert set(found.journals.values()) <= {EVENT}
    assert "backup.unreadable" in said


def test_the_doctor_reads_a_backup_as_a_restore_would(tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "0001-2026-01-02.zip").write_bytes(packed(GOOD, zipfile.ZIP_LZMA))
    (folder / "0002-2026-01-03.zip").write_bytes(packed(GOOD))
    found = [finding.details["path"] for finding in check_backups(folder, {}, 0.0)]
    assert found == [str(folder / "0001-2026-01-02.zip")]
