"""A folder of notes: a file a paper, renewed without touching what the user wrote."""

from __future__ import annotations

from pathlib import Path
from unicodedata import normalize

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import entry
from tests.test_export import DIGEST, seen
from tests.tried import examples
from tui_digest.cli import main
from tui_digest.export import Request
from tui_digest.export.note_files import PaperNote, fresh, key_of, notes_of, renewed
from tui_digest.models import Digest, Mark, Sighting
from tui_digest.parsing import parse
from tui_digest.parsing.decoding import read_source

JULY = """2023년 7월 5주차

https://arxiv.org/abs/2307.12950
Kites at Rest (Ann Lee, Bo Ray)
램프 논문 https://arxiv.org/abs/2307.12951 에 이어지는 글.
#kites #two

https://arxiv.org/abs/2307.12951
Lamps: On / Off? (Cy Dow)
빛.
#lamps
"""


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    (tmp_path / "july.txt").write_text(JULY, "utf-8")
    assert main(["import", str(tmp_path / "july.txt")]) == 0
    assert main(["star", "2307.12950"]) == 0
    assert export(tmp_path / "vault") == 0
    capsys.readouterr()
    return tmp_path / "vault"


def export(folder: Path, *words: str) -> int:
    return main(["export", "--format", "notes", "-o", str(folder), *words])


def of_settings(path: Path) -> dict[str, object]:
    found = yaml.safe_load(path.read_text("utf-8").split("---\n")[1])
    assert isinstance(found, dict)
    return found


def test_a_note_has_settings_and_links(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == ["Kites at Rest.md", "Lamps On Off.md"]
    kites = folder / "Kites at Rest.md"
    assert of_settings(kites) == {
        "title": "Kites at Rest", "aliases": ["lee2023kites"], "authors": ["Ann Lee", "Bo Ray"],
        "url": "https://arxiv.org/abs/2307.12950", "arxiv": "2307.12950", "published": "2023-07",
        "tags": ["kites", "two"], "weeks": ["2023-W30"], "digests": ["[[2023년 7월 5주차]]"], "starred": True,
        "read": False, "paper": "arxiv:2307.12950",
    }  # fmt: skip
    text = kites.read_text("utf-8")
    assert "- [[Lamps On Off]]\n" in text, "so the other one's backlinks show this one"
    assert "## [[2023년 7월 5주차]] · 2023-07-23/2023-07-29\n\n> 램프 논문" in text


def test_nothing_new_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert export(folder) == 0
    assert "unchanged 2" in capsys.readouterr().err
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_what_the_user_wrote_stays_and_the_rest_is_renewed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kites = folder / "Kites at Rest.md"
    text = kites.read_text("utf-8")
    # as a program of notes writes settings, with one of the user's own, and text above and below
    text = text.replace('tags: ["kites", "two"]\n', "tags:\n  - kites\n  - two\nrating: 5\n")
    text = (
        text.replace("\n<!-- tui-digest -->\n", "\nMy thoughts.\n\n<!-- tui-digest -->\n") + "## Mine\n\n- [[Lamps]]\n"
    )
    (folder / "read").mkdir()
    (folder / "read" / "Kites, renamed.md").write_text(text, "utf-8")
    kites.unlink()
    assert main(["note", "2307.12950", "second thoughts"]) == 0
    assert main(["tag", "2307.12950", "to build"]) == 0
    assert main(["unstar", "2307.12950"]) == 0
    capsys.readouterr()
    assert export(folder) == 0
    assert "new 0, renewed 1, unchanged 1" in capsys.readouterr().err
    assert sorted(path.name for path in folder.rglob("*.md")) == ["Kites, renamed.md", "Lamps On Off.md"]
    now = folder / "read" / "Kites, renamed.md"
    settings = of_settings(now)
    assert (settings["tags"], settings["rating"], settings["starred"]) == (["kites", "two", "to-build"], 5, False)
    after = now.read_text("utf-8")
    assert "\nMy thoughts.\n\n<!-- tui-digest -->\n" in after and after.endswith("## Mine\n\n- [[Lamps]]\n")
    assert "## Note\n\nsecond thoughts\n" in after
    assert export(folder) == 0
    assert now.read_text("utf-8") == after


def test_what_the_user_changed_in_our_part_is_the_users(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kites = folder / "Kites at Rest.md"
    text = kites.read_text("utf-8").replace('title: "Kites at Rest"', "title: Kites!").replace("> 램프", "> My lamp")
    text = text.replace('url: "https://arxiv.org/abs/2307.12950"\n', "")
    kites.write_text(text, "utf-8")
    assert main(["note", "2307.12950", "second thoughts"]) == 0
    capsys.readouterr()
    for _ in range(2):
        assert export(folder) == 0
        assert "Kites at Rest.md" in (err := capsys.readouterr().err) and "body" in err and "title" in err
        after = kites.read_text("utf-8")
        assert "> My lamp" in after and "second thoughts" not in after
        assert of_settings(kites)["title"] == "Kites!"
        assert "url" not in of_settings(kites), "it was taken out"


def test_the_users_own_files_are_not_ours(folder: Path, tmp_path: Path) -> None:
    vault = tmp_path / "other"
    vault.mkdir()
    (vault / "kites at rest.md").write_text("# mine\n", "utf-8")
    (vault / "Lamps On Off.md").write_text("---\ntitle: mine\n---\n", "utf-8")
    (vault / ".trash").mkdir()
    (vault / ".trash" / "x.md").write_text((folder / "Kites at Rest.md").read_text("utf-8"), "utf-8")
    (vault / "broken.md").write_bytes(b"---\n\xff\xfe\n---\n")
    assert export(vault) == 0
    assert (vault / "kites at rest.md").read_text("utf-8") == "# mine\n"
    names = sorted(path.name for path in vault.glob("*.md"))
    assert names == [
        "Kites at Rest (lee2023kites).md", "Lamps On Off (dow2023lamps).md", "Lamps On Off.md", "broken.md",
        "kites at rest.md",
    ]  # fmt: skip


def test_a_folder_that_cannot_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    assert export(tmp_path / "file") == 1
    assert export(tmp_path / "no" / "such") == 1
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_line_ends_stay(folder: Path) -> None:
    kites = folder / "Kites at Rest.md"
    kites.write_bytes(kites.read_bytes().replace(b"\n", b"\r\n"))
    assert main(["unstar", "2307.12950"]) == 0
    assert export(folder) == 0
    data = kites.read_bytes()
    assert b"starred: false\r\n" in data and data.count(b"\n") == data.count(b"\r\n")


def test_our_own_reader_knows_the_paper(folder: Path) -> None:
    for name, key in (("Kites at Rest", "arxiv:2307.12950"), ("Lamps On Off", "arxiv:2307.12951")):
        (read,) = parse(read_source(folder / f"{name}.md")).entries
        assert read.key == key
    assert read.title == "Lamps: On / Off?"


def note_of(paper: Sighting, mark: Mark) -> PaperNote:
    (note,) = notes_of([paper], lambda _: mark, Request(), {})
    return note


WILD = st.text(st.one_of(st.sampled_from("-<>!#[]|:\"'\\ \n\ta가"), st.characters(codec="utf-8")), max_size=30)


@settings(max_examples=examples(60))
@given(WILD, st.lists(WILD, max_size=2), WILD, WILD)
def test_whatever_it_holds_a_note_is_known_and_renewed(title: str, tags: list[str], text: str, digest: str) -> None:
    from_digest = Digest("d", digest or "x", "list", "2023-W30", DIGEST.start, DIGEST.end, "/d", "aa")
    each = entry(title or "T", arxiv="2403.00001", authors=tags, tags=tags, commentary=text or None)
    paper = Sighting("arxiv:2403.00001", from_digest, each)
    first, second = note_of(paper, Mark(note="one")), note_of(paper, Mark(note=f"<!-- tui-digest -->{text}", read=True))
    written = fresh(first)
    assert key_of(written) == "arxiv:2403.00001"
    assert renewed(written, first) == (written, [])
    assert renewed(written, second) == (fresh(second), [])
    assert "/" not in first.name and "\n" not in first.name and len(first.name.encode()) <= 150


def test_a_text_without_our_comments_stays(folder: Path) -> None:
    note = note_of(seen(entry("Kites", arxiv="2403.00001")), Mark())
    for text in (fresh(note).replace("<!-- tui-digest -->", ""), fresh(note) * 2, "# mine\n", ""):
        assert renewed(text, note)[0] == text


def test_no_file_of_the_users_is_in_a_new_notes_place(folder: Path, tmp_path: Path) -> None:
    export(folder)
    ours = {path.name: path.read_bytes() for path in folder.glob("*.md")}
    for _ in range(3):  # a byte that is no UTF-8 makes each of them a file that is none of ours
        for path in [*folder.glob("*.md")]:
            text = path.read_bytes()
            path.write_bytes(text if b"\xe9" in text else text + b"\xe9 mine\n")
        before = {path: path.read_bytes() for path in folder.glob("*.md")}
        assert export(folder) == 0
        assert {path: path.read_bytes() for path in before} == before
        assert len([*folder.glob("*.md")]) == len(before) + len(ours)
    for path in folder.glob("*.md"):
        path.unlink()
    outside = tmp_path / "outside.md"
    for name in ours:
        (folder / name).symlink_to(outside)
    assert export(folder) == 0
    assert not outside.exists()


def test_names_that_some_systems_take_for_one_are_two() -> None:
    titles = ["E\u0301tude", "\u00e9tude", "\u00c9TUDE"]
    papers = [seen(entry(title, arxiv=f"2307.0000{place}")) for place, title in enumerate(titles)]
    names = [note.name for note in notes_of(papers, lambda key: Mark(), Request(), {})]
    assert len({normalize("NFC", normalize("NFC", name).casefold()) for name in names}) == 3


@pytest.mark.parametrize(("title", "name"), [("Con", "_Con"), ("nul.one", "_nul.one"), ("Console", "Console")])
def test_no_note_is_called_as_a_device_of_some_systems(title: str, name: str) -> None:
    (note,) = notes_of([seen(entry(title, arxiv="2307.00001"))], lambda key: Mark(), Request(), {})
    assert note.name == name
