"""The house rules that no linter knows: sizes, names, where colours and words may stand, what loads what."""

from __future__ import annotations

import ast
import json
import os
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "tui_digest"
MODULES = sorted(PACKAGE.rglob("*.py"))
FUNCTION_LINES = 50


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree(path)))


def test_functions_are_short() -> None:
    # How complex one may be, the linter holds (C901); a module may be as long as its one subject.
    long = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in MODULES
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= FUNCTION_LINES
    ]
    assert not long, f"at most {FUNCTION_LINES} lines"


def test_a_variable_of_a_comprehension_is_none_that_another_one_finds_outside() -> None:
    # Some versions of Python 3.12 take the one for the other, where both stand in one function.
    found = []
    for path in MODULES:
        outside = {name for node in tree(path).body for name in _bound(node)}
        for function in nodes(path):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            made = [(_variables(node), _used(node)) for node in ast.walk(function) if isinstance(node, _COMPREHENSIONS)]
            mixed = {name for own, _ in made for name in own & outside if any(name in used for _, used in made)}
            found += [f"{name_of(path)}:{function.lineno} {name}" for name in sorted(mixed)]
    assert found == []


_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def _bound(node: ast.AST) -> Iterator[str]:
    """The names that a statement of a module binds."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (name.asname or name.name for name in node.names)
    else:
        yield from (
            each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
        )


def _variables(node: ast.AST) -> set[str]:
    """Those of a comprehension itself."""
    assert isinstance(node, _COMPREHENSIONS)
    return {each.id for part in node.generators for each in ast.walk(part.target) if isinstance(each, ast.Name)}


def _used(node: ast.AST) -> set[str]:
    """The names that a comprehension finds outside of itself."""
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)} - _variables(node)


def test_names_say_what_is_in_a_module() -> None:
    vague = [name_of(path) for path in MODULES if re.search(r"utils?|helpers?|manager", path.stem)]
    assert not vague


def test_nothing_prints() -> None:
    # What leaves the program goes through `cli/output.py`, which cleans it and knows a full or closed stream.
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in MODULES
        for node in nodes(path)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert not found


def strings(path: Path) -> Iterator[tuple[int, str]]:
    for node in nodes(path):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def test_colours_stand_in_the_themes_only() -> None:
    literal = re.compile(r"#[0-9a-fA-F]{6}\b|\brgba?\(")
    found = [
        f"{name_of(path)}:{line} {text!r}"
        for path in (PACKAGE / "tui").rglob("*.py")
        if path.name != "themes.py"
        for line, text in strings(path)
        if literal.search(text)
    ]
    assert not found


@pytest.mark.parametrize("argv", [["--help"], ["list"], ["export"], ["keys"], ["read", "--plain"]], ids=" ".join)
def test_the_command_line_never_loads_textual(argv: list[str], tmp_path: Path) -> None:
    script = (
        "import sys\nfrom tui_digest.cli import main\n"
        f"try:\n    code = main({argv!r})\nexcept SystemExit as stop:\n    code = stop.code\n"
        "assert not code, code\n"
        "loaded = sorted(name for name in sys.modules if name.partition('.')[0] == 'textual')\n"
        "assert not loaded, loaded\n"
    )
    environ = {**os.environ, "TUI_DIGEST_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", script], env=environ, cwd=ROOT, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize("argv", [["--help"], ["list"], ["export"]], ids=" ".join)
def test_what_fetches_is_loaded_by_who_fetches(argv: list[str], tmp_path: Path) -> None:
    script = (
        "import sys\nfrom tui_digest.cli import main\n"
        f"try:\n    code = main({argv!r})\nexcept SystemExit as stop:\n    code = stop.code\n"
        "assert not code, code\n"
        "assert not {'http.client', 'ssl', 'tui_digest.sources.web.client'} & set(sys.modules)\n"
    )
    environ = {**os.environ, "TUI_DIGEST_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", script], env=environ, cwd=ROOT, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()


def catalogue(lang: str) -> dict[str, str]:
    sentences: dict[str, str] = json.loads((PACKAGE / "locale" / f"{lang}.json").read_text("utf-8"))
    return sentences


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_both_languages_say_the_same() -> None:
    english, korean = ({k: places(v) for k, v in catalogue(lang).items()} for lang in ("en", "ko"))
    # `.one` is a twin for languages with a singular; a language without one needs none.
    plural = {k: v for k, v in english.items() if not k.endswith(".one")}
    assert {k: v for k, v in korean.items() if not k.endswith(".one")} == plural
    for lang in (english, korean):
        twins = {k: v for k, v in lang.items() if k.endswith(".one")}
        assert all(v <= lang[k.removesuffix(".one")] for k, v in twins.items())


SAYING = {"tr", "say", "command", "DigestError", "StoreError", "SourceError", "ConfigError"}
"""Calls whose first word, where it is a plain string with a point in it, is a message id."""


def test_every_sentence_that_is_asked_for_exists() -> None:
    known = catalogue("en")
    asked = [
        (name_of(path), node.lineno, node.args[0].value)
        for path in MODULES
        for node in nodes(path)
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str) and "." in node.args[0].value
        and (node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")) in SAYING
    ]  # fmt: skip
    assert len(asked) > 50
    assert [where for where in asked if where[2] not in known] == []


def texts_in_code() -> Iterator[str | re.Pattern[str]]:
    """The texts of the code as they are, and its f-strings with a point and letters, something in each place."""
    for path in MODULES:
        for node in nodes(path):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
            elif isinstance(node, ast.JoinedStr):
                plain = [str(each.value) if isinstance(each, ast.Constant) else None for each in node.values]
                if re.search(r"[a-z]{2}.*\.|\..*[a-z]{2}", " ".join(filter(None, plain))):
                    yield re.compile("".join(r"[\w.-]+" if each is None else re.escape(each) for each in plain))


MADE_UP = re.compile(
    r"(?:mark|act|undo|redo)\.(?:starred|read|note|tag|view|import|correct|remove)\.(?:on|off)"  # `i18n.change_words`
    r"|(?:act|undo|redo)\.later\.(?:on|off)|(?:mark|act|undo|redo)\.(?:source|muted|pulled|refresh)\.(?:on|off)"
    r"|(?:undo|redo)\.(?:working|left|nothing)|(?:tags|authors|digests)\.(?:empty|no_match)"
)
"""Ids whose every part comes from elsewhere."""


def test_no_sentence_is_left_over() -> None:
    texts = list(texts_in_code())
    asked = {each for each in texts if isinstance(each, str)}
    patterns = {each for each in texts if not isinstance(each, str)} | {MADE_UP}
    left = [name for name in catalogue("en") if not {name, re.sub(r"(?:\.(?:one|short))+$", "", name)} & asked]
    assert [name for name in left if not any(each.fullmatch(name) for each in patterns)] == []


def test_every_key_has_a_name_and_every_shape_too() -> None:
    from tui_digest.parsing import SHAPES
    from tui_digest.tui.keymap import GROUPS, KEYS

    known = catalogue("en")
    wanted = [key.label for key in KEYS] + [f"group.{group}" for group in GROUPS]
    wanted += [f"shape.{name}" for shape in SHAPES for name in shape.kinds or (shape.name,)]
    assert [name for name in wanted if name not in known] == []


def tracked() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("this is no git checkout: its files were NOT searched for machine paths")
    return [ROOT / name for name in done.stdout.decode().split("\0") if name]


def test_nothing_of_one_machine_is_kept() -> None:
    # Put together here, so that this file does not find itself.
    private = re.compile(
        "|".join(["pypi" + r"\.org", "python" + "hosted", "/work" + "/", "/root" + "/", "/home/" + r"\w"])
    )
    found = []
    for path in tracked():
        if not path.is_file():
            continue
        for number, line in enumerate(path.read_bytes().decode("utf-8", "replace").splitlines(), 1):
            if "--hash=" not in line and private.search(line):
                found.append(f"{name_of(path)}:{number} {line.strip()[:80]}")
    assert not found


def test_nothing_that_a_tool_left_is_kept() -> None:
    left = (".orig", ".rej", ".bak", ".swp", ".pyc", ".log", ".patch", ".diff", "~")
    assert [name_of(path) for path in tracked() if path.name.endswith(left)] == []


def classes() -> dict[str, tuple[Path, ast.ClassDef]]:
    """Our classes, by name."""
    return {node.name: (path, node) for path in MODULES for node in nodes(path) if isinstance(node, ast.ClassDef)}


def bases(node: ast.ClassDef) -> list[str]:
    named = [base.value if isinstance(base, ast.Subscript) else base for base in node.bases]  # `Dialog[bool]`
    return [base.id for base in named if isinstance(base, ast.Name)]


def test_parts_are_handed_what_they_need_and_inherit_little() -> None:
    known = classes()

    def above(name: str) -> set[str]:
        direct = {base for base in bases(known[name][1]) if base in known and base != name}
        return direct.union(*map(above, direct))

    assert {name: above(name) for name in known if len(above(name)) > 3} == {}
    parts = {name for name, (path, _) in known.items() if path.parent == PACKAGE / "library"}
    assert "Library" in parts
    assert [name for name in parts if parts.intersection(bases(known[name][1]))] == []


def test_no_method_exists_only_to_raise() -> None:
    stubs = [
        f"{name_of(path)} {name}.{method.name}"
        for name, (path, node) in classes().items()
        for method in node.body
        if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef)
        and isinstance(method.body[-1], ast.Raise)
        and "NotImplementedError" in ast.dump(method.body[-1])
    ]
    assert stubs == []


def works_beside() -> list[tuple[str, ast.Call]]:
    """Where work beside the screen is handed over, and how."""
    return [
        (f"{name_of(path)}:{call.lineno}", call)
        for path in MODULES
        for call in nodes(path)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "run_worker"
    ]


def test_work_beside_the_screen_is_a_function_and_never_begun_by_who_hands_it_over() -> None:
    # A coroutine that is made and never awaited, for the app ended or other work took its place, warns on the terminal.
    begun = [
        place
        for place, call in works_beside()
        if isinstance(call.args[0], ast.Call) and ast.unparse(call.args[0].func) != "partial"
    ]
    assert begun == []


def test_work_that_ends_what_its_group_does_has_a_group_of_its_own() -> None:
    # What a new index found was never shown where counting the weeks, in a group of the same name, came after it.
    groups = [
        ast.unparse(how["group"])
        for how in ({each.arg: each.value for each in call.keywords} for _, call in works_beside())
        if "exclusive" in how
    ]
    assert len(groups) > 5
    assert sorted(groups) == sorted({*groups})


def files_of(module: str) -> list[Path]:
    place = ROOT / module.replace(".", "/")
    return [file for file in (place.with_suffix(".py"), place / "__init__.py") if file.is_file()]


def imports(path: Path) -> set[Path]:
    """The modules of ours that a module imports: while it is loaded, later, or only for its types."""
    found = set()
    for node in nodes(path):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        names = [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom):  # a module of the package, or something that the module has
            names = [
                f"{node.module}.{name}" if files_of(f"{node.module}.{name}") else str(node.module) for name in names
            ]
        found |= {file for name in names for file in files_of(name)}
    return found - {path, PACKAGE / "__init__.py"}


def test_no_circle_of_files() -> None:
    left = {path: imports(path) for path in MODULES}
    while free := [path for path, needs in left.items() if not needs & left.keys()]:
        for path in free:
            del left[path]
    assert sorted(map(name_of, left)) == []


TESTS = sorted((ROOT / "tests").rglob("*.py"))

REACHES = 90
"""How often tests use what begins with an underscore and is another's. It may fall, never rise: such a test holds
fast how something is made, not what it does. What a test of the screen needs of the inside stands in
`tests/tui/reading.py`, `snapshots.py`, `idle.py` and `unseen.py`."""

OF_NAMED_TUPLES = {"_replace", "_asdict", "_fields"}


def test_tests_seldom_reach_into_the_inside_of_others() -> None:
    found = [
        f"{name_of(path)}:{node.lineno} {node.attr}"
        for path in TESTS
        for node in nodes(path)
        if isinstance(node, ast.Attribute)
        and re.match("_[^_]", node.attr)
        and node.attr not in OF_NAMED_TUPLES
        and getattr(node.value, "id", "") not in ("self", "cls", "os")
        and not (isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "") == "super")
    ]
    assert len(found) <= REACHES, found


SLEEPS = {
    "tests/tui/test_late_syllables.py": "the time that a slow disk takes",
}
"""Where a test may sleep once and for all, and why."""


def test_no_test_sleeps_a_fixed_time() -> None:
    # In a loop that looks for something again and again a short sleep is no more than good manners.
    def sleeping(node: ast.AST) -> Iterator[int]:
        if isinstance(node, ast.While | ast.For | ast.AsyncFor):
            return
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if (name == "sleep" and ast.unparse(node.args[0]) != "0") or (name == "pause" and node.args):
                yield node.lineno
        for child in ast.iter_child_nodes(node):
            yield from sleeping(child)

    allowed = {*SLEEPS, "tests/tui/idle.py"}  # `idle` is what tests await instead
    found = [
        f"{name_of(path)}:{line}" for path in TESTS if name_of(path) not in allowed for line in sleeping(tree(path))
    ]
    assert not found


OWNED = {"week", "view", "saved", "text", "typing", "chosen", "mistake", "wanted", "rows", "cursor", "found", "pane",
         "zen", "weeks", "totals", "views", "facet", "facet_text"}  # fmt: skip
"""What `ReadingState` owns."""


def test_the_reading_state_is_written_by_itself_alone() -> None:
    owner = PACKAGE / "tui" / "reading_state.py"
    written = {target.attr for target in written_to(owner) if getattr(target.value, "id", "") == "self"}
    assert written >= OWNED
    found = [
        f"{name_of(path)}:{target.lineno} {target.attr}"
        for path in (PACKAGE / "tui").rglob("*.py")
        if path != owner
        for target in written_to(path)
        if target.attr in OWNED
        and (getattr(target.value, "attr", "") or getattr(target.value, "id", "")) in ("state", "_state")
    ]
    assert found == []


def written_to(path: Path) -> list[ast.Attribute]:
    """The attributes that a module assigns."""
    stores = (node for node in nodes(path) if isinstance(node, ast.Attribute))
    return [node for node in stores if isinstance(node.ctx, ast.Store)]


SHARED_NAMES = {
    "_Day": "`datetime.date`, in records with a field called `date`",
    "Closed": "a message of each kind of box, named with its class: `FilterBox.Closed`",
    "Correcting": "what was misread, corrected by hand: the act in the store, and by keys",
    "correcting": "what was misread, corrected by hand: the act, and the subcommand for it",
    "explaining": "`import --explain`: how a text is understood, and how the command line tells it",
    "facets": "tags, authors and digests to narrow a list by: counted, shown, and chosen by keys",
    "importing": "bringing digests into the library, and the subcommand for it",
    "markdown": "Markdown, as one room writes and the other reads it",
    "marking": "marking papers: by subcommands, and by keys",
    "settings": "the user's settings, and the screen that changes them",
    "stats": "what one reads, counted: by the library, and shown on a screen",
    "sources": "where digests come from: the room that reads them, and the record the library keeps of them",
}
"""Names of modules and classes that stand twice, each with the one thing that it means in all places."""


def names_in(path: Path) -> Iterator[str]:
    """The names that a module gives: its own, its classes', and those of its types (`Day = tuple[int, int]`)."""
    yield path.parent.name if path.stem == "__init__" else path.stem
    module = tree(path)
    yield from (node.name for node in ast.walk(module) if isinstance(node, ast.ClassDef))
    top = [each for node in module.body for each in (node.body if isinstance(node, ast.If) else [node])]
    for node in top:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        named = [target.id for target in targets if isinstance(target, ast.Name)]
        yield from (name for name in named if re.fullmatch(r"_?[A-Z]\w*[a-z]\w*", name))


def test_one_name_is_one_thing() -> None:
    found: dict[str, list[str]] = {}
    for path in MODULES:
        for name in names_in(path):
            found.setdefault(name, []).append(name_of(path))
    twice = {name: places for name, places in found.items() if len(places) > 1}
    unexplained = {name: places for name, places in twice.items() if name not in SHARED_NAMES}
    assert unexplained == {}, "give one of them another name; or, if all mean one thing, say which in SHARED_NAMES"
    assert SHARED_NAMES.keys() - twice.keys() == set(), "these stand once now"


def test_the_table_of_where_things_go_is_true() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    modules = {path.relative_to(PACKAGE).as_posix() for path in MODULES}
    named = set(re.findall(r"[\w./]*\w\.py\b", text))
    there = {name for name in named if any(f"/{each}".endswith(f"/{name}") for each in modules)}
    assert sorted(name for name in named - there if not (ROOT / name).is_file() and name not in BESIDE) == []
    table = text[text.index("## Where does a new thing go?") : text.index("**One name, one thing.**")]
    folders = {name for name in re.findall(r"`([\w./]+/)`", table) if not (PACKAGE / name).is_dir()}
    assert sorted(name for name in folders if not (ROOT / name).is_dir()) == []
    given = {name for path in MODULES for name in re.findall(r"^([A-Z]\w+)(?:: .*)? =", path.read_text("utf-8"), re.M)}
    given |= set(classes())
    assert sorted(name for name in re.findall(r"`([A-Z]\w+)`", table) if name not in given) == []


BESIDE = {"run.py", "growth.py", "felt.py", "late.py"}
"""Files of `benchmarks/`, named where that folder is."""
