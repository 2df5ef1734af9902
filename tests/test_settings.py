"""config.toml: what is wrong in it is named with its place; one setting is changed and the rest stays as it was."""

from __future__ import annotations

import ast
import inspect
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_digest.cli import main
from tui_digest.errors import ConfigError, StoreError
from tui_digest.i18n import LANGUAGES, Translator
from tui_digest.settings import config
from tui_digest.settings import config_file as settings_file
from tui_digest.tui.default_file import COMMANDS, TAGS, default_file
from tui_digest.tui.keymap import KEYS

ROOT = Path(__file__).resolve().parent.parent
DEFAULT = config.Settings()

ALL_WRONG = '''# mine
lang = "fr"   # hm
body_widht = 80
read_after = nan
theme = "digest-drk"
note = """
lang = 3
[keys]
"""
entry_lines = 1.0
body_width = 19
[keys]
"mark.sta" = "x"
quit = [
  "j",  # taken
]
help = 3
'''


@pytest.fixture
def path(own_home: Path) -> Path:
    (own_home / "config").mkdir()
    return own_home / "config" / "config.toml"


# --- one source ----------------------------------------------------------------------------------------------


def docstrings() -> dict[str, str]:
    """What stands below every field of `Settings`."""
    body = ast.parse(inspect.getsource(config.Settings)).body[0]
    assert isinstance(body, ast.ClassDef)
    said: dict[str, str] = {}
    for statement, below in zip(body.body, body.body[1:], strict=False):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            assert isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant), statement.target.id
            said[statement.target.id] = str(below.value.value)
    return said


def test_a_setting_is_described_once() -> None:
    english = Translator("en")
    assert docstrings() == {name: english(f"setting.{name}.about") for name in config.rules()}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_setting_has_its_words(lang: str) -> None:
    tr = Translator(lang)
    for name, rule in config.rules().items():
        assert tr.knows(f"setting.{name}.about"), name
        assert not rule.values or tr.knows(f"setting.{name}"), name
        assert tr.knows(f"config.value.{rule.kind}")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_default_file_says_the_defaults(lang: str) -> None:
    text = default_file(Translator(lang))
    assert config.read(text, Path("x")) == (DEFAULT, [])
    assert tomllib.loads(text) == {"keys": {}, "commands": {}, "endpoints": {}, "tag_aliases": {}}
    uncommented = re.sub(r"(?m)^# (?=[\w\"]\S* = )", "", text)
    values = tomllib.loads(uncommented)
    assert values.pop("keys") == {key.id: list(key.keys) for key in KEYS}
    assert values.pop("endpoints") == config.ENDPOINTS
    assert values.pop("commands") == COMMANDS
    assert values.pop("tag_aliases") == {TAGS.name: list(TAGS.value)}
    assert values == {name: getattr(DEFAULT, name) for name, rule in config.rules().items() if rule.kind != "table"}
    assert config.read(uncommented, Path("x"))[1] == []


def test_the_document_has_the_default_file() -> None:
    found = re.search(r"```toml\n(.*?)```", (ROOT / "docs" / "config.md").read_text("utf-8"), re.DOTALL)
    assert found is not None
    assert found[1] == default_file(Translator("en")), "put in what `tui-digest --lang en config default` prints"


# --- mistakes ------------------------------------------------------------------------------------------------


def checked(path: Path, capsys: pytest.CaptureFixture[str], *, code: int = 1) -> dict[int | None, dict[str, Any]]:
    assert main(["config", "check", "--json"]) == code
    return {found["line"]: found for found in json.loads(capsys.readouterr().out)["problems"]}


def test_check_names_everything_with_its_line(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.write_text(ALL_WRONG, "utf-8")
    found = checked(path, capsys)
    lines = ALL_WRONG.split("\n")
    named = {"lang": 2, "body_widht": 3, "read_after": 4, "theme": 5, "note": 6, "entry_lines": 10, "body_width": 11}
    for name, line in named.items():
        assert lines[line - 1].startswith(name)
        assert name in found[line]["message"], name
        assert f"{path}:{line}: " in found[line]["message"]
    assert found[2]["value"] == '"fr"' and found[2]["allowed"] == '"", "ko", "en"'
    assert found[3]["near"] == "body_width"
    assert (found[11]["value"], found[11]["low"], found[11]["high"]) == ("19", "20", "400")
    assert "digest-dark" in found[5]["allowed"]
    assert found[13]["near"] == "mark.star"
    assert (found[14]["problem"], found[14]["other"]) == ("config.key_clash", "quit")
    assert found[17]["name"] == "keys.help"
    assert len(found) == 10


@pytest.mark.parametrize("lang", LANGUAGES)
def test_check_says_a_line_a_problem_and_fails(path: Path, capsys: pytest.CaptureFixture[str], lang: str) -> None:
    path.write_text('lang = "fr"\nentry_lines = true\n', "utf-8")
    assert main(["--lang", lang, "config", "check"]) == 1
    out, err = capsys.readouterr()
    assert [line.partition(": ")[0] for line in out.splitlines()] == [f"{path}:1", f"{path}:2"]
    assert ("쓸 수 없습니다" in out) == (lang == "ko")
    assert err == "", "nothing is said twice"


def test_check_of_a_good_file_and_of_none(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "check"]) == 0
    path.write_text('lang = "ko"\ntheme = "digest-light"\n[keys]\n"mark.star" = ["*", "f3"]\n', "utf-8")
    assert main(["config", "check"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "defaults hold" in err and str(path) in err
    assert main(["config", "check", str(path.with_name("other.toml"))]) == 1
    other = path.with_name("another.toml")
    other.write_text("x = 1\n", "utf-8")
    capsys.readouterr()
    assert main(["config", "check", str(other)]) == 1
    assert capsys.readouterr().out.startswith(f"{other}:1: ")


def test_services_are_known_ones_at_addresses(path: Path) -> None:
    path.write_text(
        '[endpoints]\narxiv_api = "http://127.0.0.1:9/q"\narxiv_pdf = "ftp://x/"\nnobody = "http://x/"\n', "utf-8"
    )
    settings, errors = config.load(path)
    assert settings.endpoints_with_defaults == {**config.ENDPOINTS, "arxiv_api": "http://127.0.0.1:9/q"}
    told = [(error.message_id, error.details["line"], error.details["name"]) for error in errors]
    assert told == [
        ("config.value.endpoints", "3", "endpoints.arxiv_pdf"),
        ("config.endpoint", "4", "endpoints.nobody"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "message_id"),
    [
        ("lang = [\n", 1, "config.not_toml"),
        ('lang = "ko"\n\nbody_width 80\n', 3, "config.not_toml"),
        ("a = 1\na = 2\n", 2, "config.twice"),
        ("[keys]\nhelp = 'x'\n[keys]\n", 3, "config.twice"),
        ("[keys\n", 1, "config.not_toml"),
        ("a = " + "[" * 100_000, None, "config.unreadable"),
    ],
)
def test_what_is_no_toml_is_shown(path: Path, text: str, line: int | None, message_id: str) -> None:
    path.write_text(text, "utf-8")
    settings, errors = config.load(path)
    assert settings == DEFAULT
    assert [error.message_id for error in errors] == [message_id]
    if line is not None:
        assert errors[0].details["path"] == f"{path}:{line}"
        assert errors[0].details["text"] == text.split("\n")[line - 1]


def test_settings_written_in_one_line_are_named_without_one(path: Path) -> None:
    text = "keys = { help = 3 }\nkeys2.x = 1\n\"lang\" = 1\n'theme' = 2\n"
    assert config.line_of(text, "keys") == 1
    assert config.line_of(text, "keys", "help") is None
    assert config.line_of(text, "lang") == 3
    assert config.line_of(text, "theme") == 4
    _, errors = config.read(text, path)
    assert "keys.help" in [error.details["name"] for error in errors]


def test_show_path_and_default(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.write_text('body_width = 72\nlang = "fr"\n[keys]\nhelp = "f2"\n', "utf-8")
    assert main(["config", "show"]) == 0
    out, err = capsys.readouterr()
    assert tomllib.loads(out) == {
        "lang": "", "theme": "", "read_after": 1.0, "body_width": 72, "entry_lines": 4, "signs": "",
        "layouts": True, "all_keys": False, "new_source_days": 30, "browser": "",
        "ask_arxiv": False, "pdf_folder": "~/Papers", "pdf_viewer": "",
        "keys": {"help": ["f2"]}, "commands": {}, "endpoints": {}, "tag_aliases": {},
    }  # fmt: skip
    assert err.count("lang") == 1
    assert main(["config", "show", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["body_width"] == 72
    assert main(["config", "path"]) == 0
    assert capsys.readouterr().out == f"{path}\n"
    assert main(["config", "path", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"schema_version": 2, "path": str(path), "exists": True}
    assert main(["--lang", "ko", "config", "default"]) == 0
    assert capsys.readouterr().out == default_file(Translator("ko"))
    assert main(["config", "default", "--json"]) == 0
    assert [each["name"] for each in json.loads(capsys.readouterr().out)["settings"]] == list(config.rules())


# --- changing one setting ------------------------------------------------------------------------------------


def test_a_change_leaves_the_rest_as_it_was(path: Path) -> None:
    mine = "\ufeff# my settings\r\nbody_width   =  72  # wide\r\n\r\n# keys:\r\n[keys]\r\nhelp = 'f2'\r\n"
    path.write_bytes(mine.encode())
    path.chmod(0o640)
    settings_file.change(path, "body_width", 100)
    assert path.read_bytes().decode() == mine.replace("72", "100")
    settings_file.change(path, "lang", "ko")
    assert path.read_bytes().decode() == mine.replace("72", "100").replace("# keys:", 'lang = "ko"\r\n# keys:')
    assert path.stat().st_mode & 0o777 == 0o640
    assert config.load(path)[1] == []


def test_a_first_change_stands_below_its_commented_default(path: Path) -> None:
    text = default_file(Translator("en"))
    settings_file.change(path, "entry_lines", 1, default=text)
    assert path.read_text("utf-8") == text.replace("# entry_lines = 4\n", "# entry_lines = 4\nentry_lines = 1\n")
    settings_file.change(path, "entry_lines", 2, default="")
    assert path.read_text("utf-8") == text.replace("# entry_lines = 4\n", "# entry_lines = 4\nentry_lines = 2\n")


@pytest.mark.parametrize("value", ['"""\nko"""', "[\n  1, # one\n]", "'a # b' # c", '"a \\" # b"'])
def test_any_old_value_is_replaced(path: Path, value: str) -> None:
    path.write_text(f"# lang = 'x'\nlang = {value}\nread_after = 2\n# end", "utf-8")
    settings_file.change(path, "lang", "en")
    text = path.read_text("utf-8")
    assert tomllib.loads(text) == {"lang": "en", "read_after": 2}
    assert text.startswith("# lang = 'x'\nlang = \"en\"") and text.endswith("\nread_after = 2\n# end")


@pytest.mark.parametrize("text", ["lang = [", "a = 1\na = 2", "lang.x = 1", "\udcff"])
def test_what_cannot_be_changed_safely_is_left_alone(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    before = path.read_bytes()
    with pytest.raises(ConfigError) as caught:
        settings_file.change(path, "lang", "ko")
    assert caught.value.message_id == "config.left_alone"
    assert path.read_bytes() == before


def test_a_file_that_may_not_be_written_is_left_alone(path: Path) -> None:
    path.write_text("lang = 'en'\n", "utf-8")
    path.chmod(0o444)
    with pytest.raises(StoreError) as caught:
        settings_file.change(path, "lang", "ko")
    assert caught.value.message_id == "store.readonly"
    assert path.read_text("utf-8") == "lang = 'en'\n"


def test_a_full_disk_leaves_the_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_text("lang = 'en'\n", "utf-8")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tui_digest.files.os.write", full)
    with pytest.raises(StoreError) as caught:
        settings_file.change(path, "lang", "ko")
    assert caught.value.message_id == "store.full"
    assert [each.name for each in path.parent.iterdir()] == ["config.toml"]
    assert path.read_text("utf-8") == "lang = 'en'\n"


LINES = st.sampled_from(
    ["# a comment", "", "lang = 'en'", "lang=\"ko\" # why", "body_width = 72", "# body_width = 80", "x = [", "]", '"""',
     "[keys]", "help = 'x'", "# keys", "  [[more]]", "lang = 3", "[lang]", 'y = """', "z = '#'", "\t", "lang.a = 1"]
)  # fmt: skip


@given(st.lists(LINES, max_size=12), st.sampled_from(["lang", "body_width"]), st.sampled_from(["\n", "\r\n"]))
def test_a_change_changes_nothing_else(lines: list[str], name: str, end: str) -> None:
    text = end.join(lines)
    try:
        before = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    if isinstance(before.get(name), dict):
        return
    value = "ko" if name == "lang" else 99
    edited = settings_file.with_setting(text, name, value)
    assert tomllib.loads(edited) == {**before, name: value}
    comments = [line.strip() for line in lines if line.lstrip().startswith("#")]
    kept = [line.strip() for line in edited.split("\n") if line.lstrip().startswith("#")]
    assert kept == comments
