"""Every JSON document of every command is as docs/schema.json says, and the schema says no to what is not."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tui_digest.cli import main
from tui_digest.cli.parser import build_parser
from tui_digest.i18n import Translator
from tui_digest.library import Library
from tui_digest.library.triaging import Triage
from tui_digest.models import SCHEMA_VERSION, Link
from tui_digest.parsing import parse_all
from tui_digest.parsing.decoding import source_from_bytes
from tui_digest.paths import locate

ROOT = Path(__file__).resolve().parent.parent
SCHEMA: dict[str, Any] = json.loads((ROOT / "docs" / "schema.json").read_text("utf-8"))
DEFINITIONS: dict[str, Any] = SCHEMA["$defs"]

TYPES = {"string": str, "number": int | float, "boolean": bool, "array": list, "object": dict, "null": type(None)}
KNOWN = frozenset(
    "type properties required additionalProperties items enum const anyOf pattern description $ref".split()
)


def faults(schema: dict[str, Any], value: Any, at: str = "$") -> Iterator[str]:
    """What of a value is not as a JSON Schema says; of its words those that ours uses, and no other."""
    assert schema.keys() <= KNOWN, schema.keys() - KNOWN
    if "$ref" in schema:
        yield from faults(DEFINITIONS[schema["$ref"].removeprefix("#/$defs/")], value, at)
    if "const" in schema and value != schema["const"]:
        yield f"{at}: {value!r}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r}"
    if "anyOf" in schema and all([*faults(each, value, at)] for each in schema["anyOf"]):
        yield f"{at}: none of {len(schema['anyOf'])}"
    names = schema.get("type", [])
    if names and not any(_is(name, value) for name in ([names] if isinstance(names, str) else names)):
        yield f"{at}: {type(value).__name__}, not {names}"
    if "pattern" in schema and isinstance(value, str) and not re.search(schema["pattern"], value):
        yield f"{at}: {value!r}"
    yield from _faults_inside(schema, value, at)


def _faults_inside(schema: dict[str, Any], value: Any, at: str) -> Iterator[str]:
    if isinstance(value, list):
        for number, each in enumerate(value):
            yield from faults(schema.get("items", {}), each, f"{at}[{number}]")
    if isinstance(value, dict):
        yield from (f"{at}: no {name}" for name in schema.get("required", ()) if name not in value)
        for name, each in value.items():
            known = schema.get("properties", {}).get(name, schema.get("additionalProperties", True))
            if known is False:
                yield f"{at}.{name} is not known"
            elif known is not True:
                yield from faults(known, each, f"{at}.{name}")


def _is(name: str, value: Any) -> bool:
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


DIGEST = """2023년 7월 5주차

Sparse Memory for Long Contexts, Lee Ahn
https://arxiv.org/abs/2307.00001v2
A comment.
- https://github.com/x/y
#memory #memories

https://doi.org/10.1145/3442188.3445922
#memory

Another Paper, Ann Other
https://arxiv.org/abs/2307.00007
"""

RUNS = {
    "list": "entries", "search sparse": "entries", "show 2307.00001": "entries", "export": "entries", "tags": "tags",
    "tags --similar": "similar", "next": "alike", "similar 2307.00001": "alike",
    "views": "views", "history": "history", "note 2307.00001": "note",
    "tag 2307.00001": "tag", "paths": "paths", "keys": "keys", "keys --pane entries": "keys", "doctor": "doctor",
    "import {file} {gone}": "import", "import --dry-run {file}": "import", "import --explain {file}": "explain",
    "config path": "config-path", "config show": "config-show", "config default": "config-default",
    "config check {bad}": "config-check", "enrich --filter tag:nobody": "enrich", "add 2307.00001": "add",
    "pdf --folder {papers} 2307.00001": "pdf",
    "restore {backup}": "restore", "triage": "triage", "stats": "stats",
    "run": "run", "source list": "sources", "source add {copy}": "sources", "refresh": "refresh",
    "source rename July August": "sources", "source mute July": "sources", "source unmute July": "sources",
    "source remove July": "sources", "source import {feeds}": "sources",
}  # fmt: skip
"""A command line, and the definition of what it prints."""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("schema")
    (root / "july.txt").write_text(DIGEST, "utf-8")
    (root / "bad.toml").write_text('them = "x"\nbody_width = "wide"\n', "utf-8")
    (root / "feeds.opml").write_text('<opml><body><outline text="x" xmlUrl="https://x.example/f"/></body></opml>')
    (root / "papers").mkdir()
    (root / "papers" / "Sparse Memory for Long Contexts, Lee Ahn (2307.00001).pdf").write_bytes(b"%PDF-")
    (root / "weeks").symlink_to(root)  # the same files by another way
    names = {"papers": "papers", "copy": "weeks/july.txt", "file": "july.txt"}
    names |= {"feeds": "feeds.opml", "bad": "bad.toml", "gone": "gone.txt", "backup": "backup.zip"}
    return {name: root / each for name, each in names.items()}


def printed(words: str, files: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> Any:
    capsys.readouterr()
    command = [word.format_map(files) for word in words.split()]
    main([*command, *([] if command[0] == "export" else ["--json"])])
    return json.loads(capsys.readouterr().out)


@pytest.fixture(scope="module")
def full_home(files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which something of everything was done."""
    home = tmp_path_factory.mktemp("full")
    (home / "config").mkdir()
    (home / "config" / "config.toml").write_text('[commands]\nlist = "cat"\n', "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TUI_DIGEST_HOME", str(home))
        for words in (
            ["import", str(files["file"])], ["star", "2307.00001"], ["note", "2307.00001", "a", "note"],
            ["tag", "2307.00001", "mine"], ["views", "--save", "best", "tag:memory"], ["undo"],
            ["backup", str(files["backup"])], ["redo"], ["source", "add", str(files["file"]), "--name", "July"],
        ):  # fmt: skip
            assert main(words) == 0
        triage = Triage(Library.open(locate()), "2023-W30")
        for name in ("keep", "later"):
            triage.judge(name)
    return home


@pytest.fixture
def filled(files: dict[str, Path], full_home: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    monkeypatch.setenv("TUI_DIGEST_HOME", str(full_home))
    return files


@pytest.mark.parametrize(("words", "name"), RUNS.items())
def test_what_a_command_prints_is_as_the_schema_says(
    words: str, name: str, filled: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    document = printed(words, filled, capsys)
    assert document["schema_version"] == SCHEMA_VERSION
    assert [*faults(DEFINITIONS[name], document)] == []
    assert [*faults({"anyOf": SCHEMA["anyOf"]}, document)] == []
    lists = [value for value in document.values() if isinstance(value, list)]
    assert not lists or any(lists), "an empty list says nothing about what it may hold"
    if words.startswith("source") and words not in ("source list", "source unmute July"):
        assert main(["undo"]) == 0


def test_every_command_that_takes_json_is_here() -> None:
    parser = build_parser(Translator("en"))
    taking = set()
    for name, command in _commands(parser):
        if any("--json" in action.option_strings for action in command._actions):
            taking.add(name)
    assert taking | {"export"} == {_name(words) for words in RUNS}
    assert {name for name in DEFINITIONS if name not in ("version", "entry")} == set(RUNS.values())


def _name(words: str) -> str:
    first, *rest = words.split()
    return f"{first} {rest[0]}" if first in ("config", "source") else first


def _commands(parser: argparse.ArgumentParser, before: str = "") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, command in action.choices.items():
                yield f"{before}{name}", command
                yield from _commands(command, f"{name} ")


def test_a_line_of_ndjson_is_an_entry(filled: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["export", "--format", "ndjson"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    for each in lines:
        assert [*faults(DEFINITIONS["entry"], json.loads(each))] == []


def test_the_schema_says_no(filled: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    document = printed("export", filled, capsys)
    (first, second, _) = document["entries"]
    assert (first["version"], first["links"], first["link_labels"]) == (2, ["https://github.com/x/y"], [None])
    assert (first["own_tags"], first["note"], second["doi"]) == (["mine"], "a note", "10.1145/3442188.3445922")
    for name in first:
        less = {other: value for other, value in first.items() if other != name}
        assert [*faults(DEFINITIONS["entry"], less)] == [f"$: no {name}"]
    for changed in ({"read": None}, {"links": "x"}, {"votes": "3"}, {"more": 1}, {"date": "July"}, {"version": True}):
        assert [*faults(DEFINITIONS["entry"], first | changed)]
    assert [*faults(DEFINITIONS["entries"], document | {"schema_version": 1})]


def test_the_schema_is_one_that_others_can_read() -> None:
    assert SCHEMA["$schema"].startswith("https://json-schema.org/")
    for schema in _schemas(SCHEMA["$defs"]):
        assert schema.keys() <= KNOWN
        assert set(schema.get("required", ())) <= schema.get("properties", {}).keys()


def _schemas(definitions: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for each in definitions.values():
        if isinstance(each, dict):
            yield each
            yield from _schemas(each.get("properties", {}))
            yield from _schemas({"items": each.get("items"), "more": each.get("additionalProperties")})


def test_both_versions_of_an_export_are_read_back(filled: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    document = printed("export", filled, capsys)
    document["entries"][0]["link_labels"] = ["Code"]
    older: dict[str, Any] = {"schema_version": 1, "entries": [dict(each) for each in document["entries"]]}
    for each in older["entries"]:
        for name in ("link_labels", "version", "doi", "own_tags", "preface", "fallback_title"):
            del each[name]
    read = {}
    for version, content in ((1, older), (2, document)):
        text = json.dumps(content, ensure_ascii=False, indent=1)
        (digest,) = parse_all(source_from_bytes(text.encode(), f"/{version}.json"))
        read[version] = [(each.key, each.title, each.version, [*each.links]) for each in digest.entries]
    assert read[2][0] == (
        "arxiv:2307.00001",
        document["entries"][0]["title"],
        2,
        [Link("https://github.com/x/y", "Code")],
    )
    assert [(*each[:3], [Link(url) for url, _ in each[3]]) for each in read[2]] == read[1]
