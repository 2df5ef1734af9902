"""The one file of what the start loads: modules are those that Python itself would find, whatever became of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

KEEP = "from tui_digest import start_code\nfound = start_code.begin()\n"
"""Begins a run; `found` is what finds modules in the file."""

LOOK = (
    "import colorsys, json.tool, subject\n"
    "ours = [m.__name__ for m in (colorsys, json.tool, subject) if type(m.__spec__.loader).__name__ == '_Loader']\n"
    "print(found is not None, len(ours), subject.X, subject.__file__)\n"
)


class Runs:
    """Runs of Python whose compiled code lies in a folder of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.first, self.second = folder / "first", folder / "second"
        for each in (self.first, self.second):
            each.mkdir()
        self.subject = self.second / "subject.py"
        self.subject.write_text("X = 1\n", "utf-8")
        self.compiled = folder / "compiled"

    @property
    def file(self) -> Path | None:
        return next(self.compiled.rglob("start.*.bin"), None)

    def begin(self, script: str, **environ: str) -> subprocess.Popen[str]:
        own = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        own |= {"PYTHONPYCACHEPREFIX": str(self.compiled), **environ}
        own["PYTHONPATH"] = os.pathsep.join(map(str, (self.first, self.second, ROOT)))
        return subprocess.Popen([sys.executable, "-c", script], env=own, stdout=subprocess.PIPE, text=True)

    def run(self, script: str, **environ: str) -> str:
        process = self.begin(script, **environ)
        told = process.communicate()[0]
        assert process.returncode == 0
        return told.strip()

    def look(self) -> str:
        return self.run(KEEP + LOOK)


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    runs = Runs(tmp_path)
    assert runs.run(KEEP + LOOK + "print(len([*start_code.keeping()]) > 20)").endswith("True")
    assert runs.file is not None
    return runs


def test_what_was_loaded_is_found_in_the_file_as_it_would_be_without(runs: Runs) -> None:
    assert runs.look() == f"True 3 1 {runs.subject}"
    script = (
        f"import sys\n{KEEP}import json.tool, subject, inspect, importlib.resources\n"
        "print(subject.__cached__, json.__path__, inspect.getsource(subject), json.__package__, json.tool.__package__,"
        " [each.name for each in importlib.resources.files(json).iterdir() if each.name == 'tool.py'])\n"
    )
    assert runs.run(script) == runs.run(script.replace("found = start_code.begin()", ""))
    assert runs.run(KEEP + LOOK + "print(len([*start_code.keeping()]))").endswith("\n0"), "nothing is to be done"


def test_a_source_that_is_another_is_read_itself_and_the_file_made_anew(runs: Runs) -> None:
    runs.subject.write_text("X = 2\n", "utf-8")
    os.utime(runs.subject, ns=(1_700_000_000_000_000_000, 1_700_000_000_000_000_000))
    assert runs.look() == f"True 2 2 {runs.subject}"
    runs.run(KEEP + LOOK + "[*start_code.keeping()]")
    assert runs.look() == f"True 3 2 {runs.subject}"
    runs.subject.unlink()
    assert "ModuleNotFoundError" in runs.run(
        KEEP + "try:\n    import subject\nexcept ImportError as e:\n    print(repr(e))"
    )


def test_a_module_that_now_comes_first_is_the_one_that_is_loaded(runs: Runs) -> None:
    (runs.first / "subject.py").write_text("X = 3\n", "utf-8")
    assert runs.look() == f"False 0 3 {runs.first / 'subject.py'}"


def test_another_order_of_places_is_looked_through_as_ever(runs: Runs) -> None:
    runs.first, runs.second = runs.second, runs.first
    assert runs.look().startswith("False 0 1 ")


@pytest.mark.parametrize("damage", ["cut", "emptied", "zeros", "other", "code"])
def test_a_damaged_file_is_no_file(runs: Runs, damage: str) -> None:
    assert runs.file is not None
    whole = runs.file.read_bytes()
    middle = len(whole) // 2
    zeroed = whole[:100] + bytes(len(whole) // 4) + whole[100 + len(whole) // 4 :]
    runs.file.write_bytes(
        {"cut": whole[:middle], "emptied": b"", "zeros": bytes(len(whole)), "other": b"#" + whole[1:], "code": zeroed}[
            damage
        ]
    )
    assert runs.look().endswith(f" 1 {runs.subject}")


def test_an_index_with_another_bit_is_none(runs: Runs) -> None:
    """Half of them would be read as one, and some end the program."""
    assert runs.file is not None
    whole = runs.file.read_bytes()
    offset = int.from_bytes(whole.partition(b"\n")[2][:8], "little")
    script = KEEP + (
        "from pathlib import Path\n"
        f"file, offset = Path({str(runs.file)!r}), {offset}\n"
        "whole, believed = file.read_bytes(), []\n"
        "for at in range(offset, len(whole), (len(whole) - offset) // 200):\n"
        "    file.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])\n"
        "    if (other := start_code.begin()) is not None:\n"
        "        believed.append(at)\n"
        "        other.end()\n"
        "print(believed)\n"
    )
    assert runs.run(script) == "[]"


def test_nothing_is_kept_where_python_keeps_nothing(tmp_path: Path) -> None:
    runs = Runs(tmp_path)
    assert runs.run(KEEP + LOOK + "print([*start_code.keeping()])", PYTHONDONTWRITEBYTECODE="1").endswith("[]")
    assert runs.file is None


def test_a_file_that_is_given_up_leaves_nothing(tmp_path: Path) -> None:
    runs = Runs(tmp_path)
    runs.run(KEEP + LOOK + "steps = start_code.keeping(); next(steps); next(steps); steps.close()")
    assert [each.name for each in runs.compiled.rglob("start.*")] == []
    runs.run(KEEP + LOOK + "[*start_code.keeping()]")
    assert runs.file is not None


def test_two_that_make_it_at_once_are_not_in_each_others_way(runs: Runs) -> None:
    assert runs.file is not None
    unfinished = runs.file.with_name(runs.file.name + ".new")
    runs.file.unlink()
    other = (
        "import os, signal; steps = start_code.keeping(); next(steps); next(steps); print('at it', flush=True)\n"
        "signal.pause()"
    )
    process = runs.begin(KEEP + LOOK + other)
    assert process.stdout is not None
    with process:
        while process.stdout.readline() != "at it\n":
            pass
        runs.run(KEEP + LOOK + "[*start_code.keeping()]")
        assert (runs.file, unfinished.exists()) == (None, True), "another process is at it"
        process.kill()
    assert unfinished.exists()
    runs.run(KEEP + LOOK + "[*start_code.keeping()]")
    assert (runs.file is None, unfinished.exists()) == (False, False), "it was killed: this one begins at once"
    assert runs.look() == f"True 3 1 {runs.subject}"


PATTERNS = (
    "import re\n"
    "asked = [(r'(?P<word>x+)|(?P<sign>[가-힣])', re.I), (r'\\d{2,}(?=y)(?<!z)', 0), (br'[^\\x00-\\x7f]+$', re.M),\n"
    "    (r'[^\\x00-\\x7f]+$', re.M), (r'(?x) (a) b+? # c', 0), (r'(?i:ß)\\b\\w', re.A), (r'(?s)(.)\\1(?(1)b|c)', 0),\n"
    "    (br'\\w', re.L)]\n"
    "parse, parsed = re._parser.parse, []\n"
    "re._parser.parse = lambda *about: parsed.append(about[0]) or parse(*about)\n"
    "made = [re.compile(*each) for each in asked]\n"
)
"""Compiles patterns, and notes for which of them `re` had to do its work."""


def test_a_pattern_that_is_kept_is_what_python_would_make_of_it(runs: Runs) -> None:
    assert runs.file is not None
    runs.file.unlink()
    runs.run(f"{KEEP}{PATTERNS}{LOOK}[*start_code.keeping()]")
    script = (
        f"{KEEP}{PATTERNS}print(parsed)\nstart_code.stands()\nre.purge()\n"
        "print([re.compile(*each) for each in asked] == made, len(parsed), [{**each.groupindex} for each in made[::4]]"
        ",\n"
        "    made[0].sub(r'<\\g<sign>>', 'a가xx'), made[4].match('abbb').group(1), made[6].findall('aab ccc'))\n"
    )
    kept, told = runs.run(script).split("\n")
    assert kept == str([rb"\w"]), "that of the user's locale is compiled by it"
    assert told == "True 9 [{'word': 1, 'sign': 2}, {}] a<가><> a ['a']"


def test_code_of_a_pattern_that_is_none_is_not_run(runs: Runs) -> None:
    """What `re` is given it looks at first."""
    script = (
        f"{KEEP}start_code._patterns.kept = {{(False, 'a+b', 0): (32, bytes(range(64)), 0, {{}}, (None,)),\n"
        "    (False, 'c', 0): (32, b'123', 0, {}, (None,)), (False, 'd', 0): ('x', b'', 0, {}, ())}\n"
        "import re\nprint([re.compile(each).fullmatch(text).group() for each, text in (('a+b', 'aab'), ('c', 'c'), "
        "('d', 'd'))])\n"
    )
    assert runs.run(script) == "['aab', 'c', 'd']"


def test_patterns_of_later_are_no_part_of_the_start(runs: Runs) -> None:
    script = f"{KEEP}import re\nown = re._compiler.compile\nstart_code.stands()\nre.compile('after')\n"
    script += "print(own is re._compiler.compile, [each[1] for each in start_code._patterns.asked if 'after' in each])"
    assert runs.run(script) == "False []"


CLASSES = (
    "import collections, dataclasses\n"
    "start_code.begin_texts()\n"
    "Pair = collections.namedtuple('Pair', 'one two', defaults=[5])\n"
    "@dataclasses.dataclass(frozen=True, order=True)\n"
    "class Data:\n    one: int\n    two: list = dataclasses.field(default_factory=list)\n"
)
"""Has Python write texts of classes and compile them."""


def test_texts_of_classes_are_kept_and_come_to_the_same(runs: Runs) -> None:
    told = (
        "print(Pair(1), Pair(two=3, one=2), Data(1), Data(1) < Data(2, [4]), hash(Data(1, ())) == hash((1, ())), "
        "Data.__init__.__code__.co_filename, Data.__eq__.__qualname__)\n"
    )
    assert runs.file is not None
    runs.file.unlink()
    first = runs.run(f"{KEEP}{LOOK}{CLASSES}{told}[*start_code.keeping()]")
    compiled = "import builtins\nown, made = compile, []\n"
    compiled += "builtins.compile = lambda *about, **more: made.append(about[0]) or own(*about, **more)\n"
    second = runs.run(f"{KEEP}{LOOK}{compiled}{CLASSES}builtins.compile = own\n{told}print(made)")
    assert [*second.split("\n")][1:] == [*first.split("\n")[1:], "[]"], "nothing was compiled"
    assert first == runs.run(f"{KEEP}{LOOK}{CLASSES.replace('start_code.begin_texts()', '')}{told}").replace(
        "True 3", "False 0", 1
    ), "as without"


def test_a_kept_text_that_cannot_be_read_is_compiled(runs: Runs) -> None:
    spoilt = "start_code._texts.kept = {key: b'' for key in start_code._texts.kept}\n"
    script = f"{KEEP}{LOOK}{spoilt}{CLASSES}print(Pair(1), Data(2))"
    assert runs.run(script).endswith("Pair(one=1, two=5) Data(one=2, two=[])")


def test_classes_of_later_are_no_part_of_the_start(runs: Runs) -> None:
    script = f"{KEEP}import collections, dataclasses\nstart_code.begin_texts()\nstart_code.stands()\n"
    script += "collections.namedtuple('Later', 'x')\n"
    script += "print([hasattr(collections, 'eval'), hasattr(dataclasses, 'exec')], start_code._texts.asked)"
    assert runs.run(script) == "[False, False] {}"
