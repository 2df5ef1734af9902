"""Files that are fetched in parts: what ended early goes on, and never is what came taken for something else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.server import Reply, Server, fetching
from tui_digest.cli import main
from tui_digest.desktop import opener
from tui_digest.errors import DigestError, SourceError
from tui_digest.models import Learned, Sighting
from tui_digest.paths import Paths
from tui_digest.sources import pdf
from tui_digest.sources.web.download import PartFile
from tui_digest.sources.web.pacing import SystemTime

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 2000
WHOLE = Reply(PDF, media="application/pdf", etag='"one"', ranges=True)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "Papers" / "a paper.pdf"


def fetch(paths: Paths, url: str, place: Path, **options: object) -> None:
    pdf.fetch(fetching(paths), url, place, user_named=True, **options)  # type: ignore[arg-type]


def test_a_file_comes_whole_and_nothing_else_is_left(paths: Paths, server: Server, place: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    fetch(paths, server.put("/a", WHOLE), place, progress=lambda *told: seen.append(told))
    assert place.read_bytes() == PDF
    assert [each.name for each in place.parent.iterdir()] == [place.name]
    assert seen[-1] == (len(PDF), len(PDF))
    assert server.requests[0].headers["Accept-Encoding"] == "identity"


def test_what_ended_early_goes_on(paths: Paths, server: Server, place: Path) -> None:
    url = server.put("/a", [replace(WHOLE, fault="cut"), WHOLE])
    with pytest.raises(SourceError) as caught:
        fetch(paths, url, place)
    assert caught.value.message_id == "web.cut" and not place.exists()
    seen: list[tuple[int, int | None]] = []
    fetch(paths, url, place, progress=lambda *told: seen.append(told))
    assert place.read_bytes() == PDF
    asked = server.requests[1].headers
    assert (asked["Range"], asked["If-Range"]) == (f"bytes={len(PDF) // 2}-", '"one"')
    assert seen[0][0] > len(PDF) // 2 and seen[-1] == (len(PDF), len(PDF))


@pytest.mark.parametrize(
    "second",
    [replace(WHOLE, etag='"two"'), replace(WHOLE, ranges=False), replace(WHOLE, etag=None)],
    ids=["another version", "no parts here", "no version"],
)
def test_the_rest_of_another_version_is_not_put_behind(
    paths: Paths, server: Server, place: Path, second: Reply
) -> None:
    url = server.put("/a", [replace(WHOLE, fault="cut"), second])
    with pytest.raises(SourceError):
        fetch(paths, url, place)
    fetch(paths, url, place)
    assert place.read_bytes() == PDF


def test_a_rest_that_begins_elsewhere_is_refused(paths: Paths, server: Server, place: Path) -> None:
    wrong = Reply(b"x" * 9, status=206, headers={"Content-Range": "bytes 3-11/12"})
    url = server.put("/a", [replace(WHOLE, fault="cut"), wrong, WHOLE])
    for expected in ("web.cut", "web.malformed"):
        with pytest.raises(SourceError) as caught:
            fetch(paths, url, place)
        assert caught.value.message_id == expected
    fetch(paths, url, place)
    assert place.read_bytes() == PDF


def test_where_there_is_no_rest_all_of_it_is_asked_for(paths: Paths, server: Server, place: Path) -> None:
    url = server.put("/a", [replace(WHOLE, fault="cut"), Reply(status=416), WHOLE])
    with pytest.raises(SourceError):
        fetch(paths, url, place)
    fetch(paths, url, place)
    assert (place.read_bytes(), len(server.requests)) == (PDF, 3)


def test_half_an_answer_that_nobody_asked_for_is_none(paths: Paths, server: Server) -> None:
    url = server.put("/a", Reply(b"half", status=206, headers={"Content-Range": "bytes 0-3/8"}))
    with pytest.raises(SourceError) as caught:
        fetching(paths).get(url, user_named=True)
    assert caught.value.message_id == "web.malformed"


def test_what_is_no_pdf_is_not_kept(paths: Paths, server: Server, place: Path) -> None:
    with pytest.raises(SourceError) as caught:
        fetch(paths, server.put("/a", Reply("<html>Please wait")), place)
    assert caught.value.message_id == "pdf.none_there"
    assert [*place.parent.iterdir()] == []


def test_a_folder_that_cannot_be_written_is_said(paths: Paths, server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DigestError) as caught:
        fetch(paths, server.put("/a", WHOLE), tmp_path / "file" / "a.pdf")
    assert caught.value.message_id == "store.failed"


def test_without_a_version_a_part_is_begun_again(place: Path) -> None:
    place.parent.mkdir()
    place.with_name(f".{place.name}.part").write_bytes(b"half")
    assert PartFile(place).asking() == {}


# --- names -------------------------------------------------------------------------------------------------------

NAMES = {
    "RLCD: Learning from Contrast": "RLCD Learning from Contrast (2307.00001).pdf",
    "../../etc/passwd": "etc passwd (2307.00001).pdf",
    "한글 제목: 첫째/둘째": "한글 제목 첫째 둘째 (2307.00001).pdf",
    ".hidden": "hidden (2307.00001).pdf",
    "CON": "CON (2307.00001).pdf",
    "a\x1b]0;x\x07b\u202ec": "abc (2307.00001).pdf",
    "???": "paper (2307.00001).pdf",
}


@pytest.mark.parametrize("title", NAMES)
def test_files_have_readable_names(title: str, sighting: Sighting) -> None:
    assert pdf.name_of(sighting._replace(entry=sighting.entry._replace(title=title))) == NAMES[title]


def test_long_names_are_cut_and_untitled_papers_have_their_id(sighting: Sighting) -> None:
    for title in ("x" * 500, "가" * 500, "🦉" * 500):
        name = pdf.name_of(sighting._replace(entry=sighting.entry._replace(title=title)))
        assert len(name.encode()) <= 150 and name.endswith("(2307.00001).pdf")
    untitled = sighting._replace(entry=sighting.entry._replace(title=None))
    assert pdf.name_of(untitled) == "2307.00001.pdf"
    known = untitled._replace(learned=Learned("2026-11-29", title="Known"))
    assert pdf.name_of(known) == "Known (2307.00001).pdf"
    old = sighting._replace(key="arxiv:cs/0112017", entry=sighting.entry._replace(title="Old"))
    assert pdf.name_of(old) == "Old (cs_0112017).pdf"


def test_two_papers_of_one_title_are_two_files(sighting: Sighting) -> None:
    one, other = (sighting._replace(key=key) for key in ("url:https://a.example/1", "url:https://a.example/2"))
    assert pdf.name_of(one) != pdf.name_of(other) != pdf.name_of(one._replace(key="doi:10.1145/1.2"))
    assert pdf.name_of(one._replace(key="doi:10.1145/1.2")).endswith(" (10.1145_1.2).pdf")
    unnamed = one._replace(entry=one.entry._replace(title=None, fallback_title=None, arxiv_id=None))
    assert pdf.name_of(unnamed).endswith(").pdf")


def test_a_file_is_found_whatever_the_title_was(sighting: Sighting, tmp_path: Path) -> None:
    untitled = sighting._replace(entry=sighting.entry._replace(title=None))
    assert pdf.place_of([sighting], str(tmp_path)).name == "Lanterns one (2307.00001).pdf"
    (tmp_path / "2307.00001.pdf").write_bytes(PDF)
    assert pdf.place_of([sighting], str(tmp_path)) == tmp_path / "2307.00001.pdf"
    (tmp_path / "Lanterns one (2307.00001).pdf").write_bytes(PDF)
    assert pdf.place_of([sighting], str(tmp_path)).name == "Lanterns one (2307.00001).pdf"
    (tmp_path / "2307.00001.pdf").unlink()
    assert pdf.place_of([untitled], str(tmp_path)).name == "Lanterns one (2307.00001).pdf"


def test_where_a_pdf_is(sighting: Sighting) -> None:
    assert pdf.address_of([sighting], "https://arxiv.org/pdf/") == "https://arxiv.org/pdf/2307.00001"
    other = sighting._replace(key="url:https://example.org/paper", entry=sighting.entry._replace(arxiv_id=None))
    ending = other._replace(entry=other.entry._replace(url="https://example.org/Paper.PDF?x=1"))
    assert pdf.address_of([other, ending], "") == "https://example.org/Paper.PDF?x=1"
    nothing = other._replace(entry=other.entry._replace(url="http://[::1"))
    assert pdf.address_of([nothing], "") is None


# --- the command -------------------------------------------------------------------------------------------------


@pytest.fixture
def home(paths: Paths, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(SystemTime, "sleep", lambda *_: None)
    (tmp_path / "july.txt").write_text(
        "2023년 7월 5주차\n\nLanterns: one\nhttps://arxiv.org/abs/2307.00001\n\n"
        "Owls at noon\nhttps://example.org/owls\n#noon\n",
        "utf-8",
    )
    assert main(["import", str(tmp_path / "july.txt")]) == 0
    paths.settings.parent.mkdir(parents=True, exist_ok=True)
    paths.settings.write_text(
        f'pdf_folder = "{tmp_path}/Papers"\npdf_viewer = "sh"\n[endpoints]\narxiv_pdf = "{server.url}/pdf/"\n',
        "utf-8",
    )
    return tmp_path


@pytest.fixture
def sighting(home: Path, paths: Paths) -> Sighting:
    from tui_digest.library import Library

    return next(iter(Library.open(paths).lists.all_sightings()))


def test_pdf_fetches_once_and_opens(
    home: Path, server: Server, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[list[str]] = []
    monkeypatch.setattr(opener, "try_ways", lambda ways: opened.append(ways[0]))
    server.put("/pdf/2307.00001", WHOLE)
    place = home / "Papers" / "Lanterns one (2307.00001).pdf"
    capsys.readouterr()
    assert main(["pdf", "2307.00001"]) == 0
    assert capsys.readouterr().out == f"{place}\n"
    assert place.read_bytes() == PDF
    assert [each[-1] for each in opened] == [str(place)]
    assert main(["pdf", "https://arxiv.org/abs/2307.00001v2", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["path"], told["fetched"], len(server.requests), len(opened)) == (str(place), False, 1, 1)
    assert main(["pdf", "2307.00001", "--again", "--no-open", "--folder", str(home / "other")]) == 0
    assert (home / "other" / place.name).is_file() and (len(server.requests), len(opened)) == (2, 1)


def test_a_paper_without_a_pdf_is_said(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pdf", "Owls at noon"]) == 1
    assert "No PDF of" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("environ", "expected"),
    [({"SSH_TTY": "x"}, "ssh"), ({}, "no-display"), ({"DISPLAY": ":0", "PATH": ""}, None)],
)
def test_files_are_opened_where_somebody_sits(environ: dict[str, str], expected: str | None, tmp_path: Path) -> None:
    ways = opener.ways_to_open_file(tmp_path / "a.pdf", environ, platform="linux")
    assert ways == expected or (expected is None and isinstance(ways, list) and ways[0][-1] == str(tmp_path / "a.pdf"))
    assert opener.ways_to_open_file(tmp_path / "a.pdf", environ, viewer="no-such-viewer", platform="linux") == "failed"
