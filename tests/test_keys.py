"""The table of keys as people see it: docs/keys.md, `tui-digest keys`, what is looked for in help."""

from __future__ import annotations

import importlib.util
import json
import re
import unicodedata
from pathlib import Path

import pytest

from tui_digest.cli import main
from tui_digest.i18n import LANGUAGES, Translator
from tui_digest.tui.box_keys import BOX_KEYS, PLACES
from tui_digest.tui.key_list import narrowed, sections
from tui_digest.tui.keymap import KEYS, PANES

PAGE = Path(__file__).resolve().parent.parent / "docs" / "keys.md"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TUI_DIGEST_HOME", str(tmp_path))
    monkeypatch.setenv("LC_ALL", "C")
    path = tmp_path / "config" / "config.toml"
    path.parent.mkdir()
    return path


def test_the_page_is_made_from_the_table() -> None:
    spec = importlib.util.spec_from_file_location("make_keys", PAGE.with_name("make_keys.py"))
    assert spec is not None and spec.loader is not None
    making = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(making)
    page = PAGE.read_text("utf-8")
    assert making.renewed(page) == page, "make keys"
    # and not only equal to itself: every id stands in it, once a language, beside its first key
    for key in KEYS:
        rows = re.findall(rf"^\|(.*)\| `{re.escape(key.id)}` \|$", page, re.MULTILINE)
        assert len(rows) == len(LANGUAGES), key.id
    assert "| `j` `↓` | down | `move.down` |" in page
    assert "| `j` `↓` | 아래로 | `move.down` |" in page


def test_every_place_of_a_box_key_has_a_heading_and_a_name() -> None:
    assert {key.place for key in BOX_KEYS} == set(PLACES)
    for lang in LANGUAGES:
        tr = Translator(lang)
        assert all(tr.knows(key.label) and tr.knows(f"place.{key.place}") for key in BOX_KEYS)


def test_keys_lists_them_as_bound(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings.write_text('[keys]\n"mark.star" = "x"\n"mark.sta" = "y"\n"pane.zen" = []\n', "utf-8")
    assert main(["keys"]) == 0
    out, err = capsys.readouterr()
    assert re.search(r"^  x +star +mark\.star$", out, re.MULTILINE)
    assert re.search(r"^  - +entry alone +pane\.zen$", out, re.MULTILINE)
    assert "In the search box" in out
    assert str(settings) in err and "mark.sta;" in err and "mark.star" in err
    assert main(["keys", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [key["id"] for key in told["keys"]] == [key.id for key in KEYS]
    star = next(key for key in told["keys"] if key["id"] == "mark.star")
    assert (star["keys"], star["default"], star["label"]) == (["x"], ["s"], "star")
    assert {key["place"] for key in told["boxes"]} == set(PLACES)


@pytest.mark.parametrize("pane", PANES)
def test_keys_of_one_pane(settings: Path, capsys: pytest.CaptureFixture[str], pane: str) -> None:
    assert main(["keys", "--json", "--pane", pane]) == 0
    ids = {key["id"] for key in json.loads(capsys.readouterr().out)["keys"]}
    assert {key.id for key in KEYS if pane in key.panes} <= ids
    assert ("mark.star" in ids) == (pane in ("entries", "entry"))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("pane", PANES)
def test_help_begins_with_what_the_footer_offers_and_goes_on_in_groups(pane: str, lang: str) -> None:
    tr = Translator(lang)
    first, *rest = sections(KEYS, tr, pane)
    assert [line.id for line in first.lines] == [key.id for key in KEYS if pane in key.panes]
    of_a_paper = [tr(f"group.{group}") for group in ("marks", "several", "copy", "find")]
    assert ([section.title for section in rest[:4]] == of_a_paper) == (pane in ("entries", "entry"))
    assert max(len(section.lines) for section in (first, *rest[:4])) <= 18  # seen at one glance


def found(text: str, lang: str = "ko") -> set[str]:
    every = sections(KEYS, Translator(lang))
    return {line.words for section in narrowed(every, text) for line in section.lines}


def test_keys_are_found_by_label_key_id_and_heading() -> None:
    assert "별표" in found("별")
    assert found(unicodedata.normalize("NFD", "되돌리기")) == {"되돌리기"}
    assert found("ㄷㄷㄹㄱ") == {"되돌리기"}
    assert found("yb") == {"BibTeX 복사"}
    assert found("mark.undo") == {"되돌리기"}
    assert "copy BibTeX" in found("BIBTEX", "en")
    assert {"down", "up", "first"} <= found("moving", "en")
    assert found("nothing of this kind") == set()
    assert found("") == {line.words for section in sections(KEYS, Translator("ko")) for line in section.lines}
