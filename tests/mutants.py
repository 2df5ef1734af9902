"""A repeatable sample of small changes to the code, each tried against the tests that know the changed module.

    python -m tests.mutants --map [--tests tests/tui]
    python -m tests.mutants --seed 7 --count 30 [--paths tui_digest/store tui_digest/query] [--processes 2] [--whole]

The first runs the suite once and keeps which test enters which functions (`tests.reached`). The second makes each
change in a copy of the tree, never in the tree itself, and runs the tests that enter the changed function, the
fastest first, until one fails. A change is one that a slip of the hand could make: a condition negated, a comparison
shifted, a statement dropped, a lock not taken, an argument left out. What no test notices is printed as a difference,
to be judged: either it changes nothing that anybody would feel, or a test is missing. The same seed over the same code
gives the same changes.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from typing import NamedTuple

ROOT = Path(__file__).parent.parent

COPIED = ("tui_digest", "tests", "seeds", "docs", "benchmarks")
"""Folders of the copy; the files beside them are copied as well."""

KEPT = ROOT / ".mutants.json"
"""The map of tests, as `--map` leaves it."""

SWAPPED = {
    ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "==", ast.In: "not in",
    ast.NotIn: "in", ast.Is: "is not", ast.IsNot: "is", ast.And: "or", ast.Or: "and", ast.Add: "-", ast.Sub: "+",
}  # fmt: skip

WORDS = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=", ast.In: "in",
    ast.NotIn: "not in", ast.Is: "is", ast.IsNot: "is not", ast.And: "and", ast.Or: "or", ast.Add: "+", ast.Sub: "-",
}  # fmt: skip


class Mutant(NamedTuple):
    """One change: in this file, these bytes become those."""

    path: str
    kind: str
    start: int
    end: int
    text: str

    def applied(self, source: bytes) -> bytes:
        """The source with the change."""
        return source[: self.start] + self.text.encode() + source[self.end :]


class Changes(ast.NodeVisitor):
    """Finds all changes that can be made to a module."""

    def __init__(self, path: str, source: bytes) -> None:
        self.path, self.source, self.found = path, source, list[Mutant]()
        self._lines = [0]
        for line in source.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))

    def _at(self, line: int, column: int) -> int:
        return self._lines[line - 1] + column

    def _span(self, node: ast.expr | ast.stmt | ast.keyword) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._at(node.lineno, node.col_offset), self._at(node.end_lineno, node.end_col_offset)

    def _put(self, kind: str, span: tuple[int, int], text: str) -> None:
        self.found.append(Mutant(self.path, kind, *span, text))

    def _text(self, node: ast.expr) -> str:
        start, end = self._span(node)
        return self.source[start:end].decode()

    def _between(self, kind: str, left: ast.expr, right: ast.expr, operator: ast.AST) -> None:
        if type(operator) not in SWAPPED:
            return
        start, end = self._span(left)[1], self._span(right)[0]
        was, now = WORDS[type(operator)], SWAPPED[type(operator)]
        pattern = was.replace(" ", r"\s+") if was.isalpha() or " " in was else re.escape(was)
        words = self.source[start:end].decode()
        changed = re.sub(pattern, now, words, count=1)
        if changed != words:
            self._put(kind, (start, end), changed)

    # -- what is passed over -------------------------------------------------------------------------------------

    def visit_If(self, node: ast.If) -> None:
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return
        self._negated(node.test)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for default in (*node.args.defaults, *node.args.kw_defaults):
            if default is not None:
                self.visit(default)
        for statement in node.body:
            self.visit(statement)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_Import(self, node: ast.Import) -> None:
        """What is imported is used."""

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """What is imported is used."""

    def visit_Assert(self, node: ast.Assert) -> None:
        """Asserts tell the checker of types something."""

    # -- what is changed -----------------------------------------------------------------------------------------

    def _negated(self, test: ast.expr) -> None:
        self._put("condition", self._span(test), f"(not ({self._text(test)}))")

    def visit_While(self, node: ast.While) -> None:
        if not isinstance(node.test, ast.Constant):
            self._negated(node.test)
        self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self._negated(node.test)
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        left = node.left
        for operator, right in zip(node.ops, node.comparators, strict=True):
            self._between("comparison", left, right, operator)
            left = right
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        for left, right in zip(node.values, node.values[1:], strict=False):
            self._between("and/or", left, right, node.op)
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if not isinstance(node.left, ast.Constant) or not isinstance(node.left.value, str):
            self._between("arithmetic", node.left, node.right, node.op)
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, bool):
            self._put("constant", self._span(node), str(not node.value))
        elif isinstance(node.value, int):
            self._put("constant", self._span(node), str(node.value + 1))

    def visit_Call(self, node: ast.Call) -> None:
        node.keywords = [keyword for keyword in node.keywords if keyword.arg != "strict"]  # `zip` may say it, or not
        for keyword in node.keywords:
            if keyword.arg is not None:
                start, end = self._span(keyword)
                before = self.source.rfind(b",", 0, start)
                opening = self.source.rfind(b"(", 0, start)
                self._put("argument", (max(before, opening + 1), end), "")
        self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Constant):
            return  # a docstring
        self._put("statement", self._span(node), "pass")
        self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> None:
        self._put("statement", self._span(node), "pass")

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is not None and not isinstance(node.value, ast.Constant):
            self._put("return", self._span(node), "return None")
        elif node.value is None:
            self._put("statement", self._span(node), "pass")
        self.generic_visit(node)

    def visit_Break(self, node: ast.Break) -> None:
        self._put("statement", self._span(node), "pass")

    def visit_Continue(self, node: ast.Continue) -> None:
        self._put("statement", self._span(node), "pass")

    def visit_Assign(self, node: ast.Assign) -> None:
        if isinstance(node.targets[0], ast.Attribute):
            self._put("statement", self._span(node), "pass")
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self._put("statement", self._span(node), "pass")
        self.generic_visit(node)

    def visit_With(self, node: ast.With) -> None:
        if all(item.optional_vars is None for item in node.items):
            start = self._span(node)[0]
            end = self._span(node.items[-1].context_expr)[1]
            self._put("with", (start, end), "if True")
        self.generic_visit(node)


def changes(root: Path, paths: list[str]) -> list[Mutant]:
    """All changes to the modules below these paths, in the order of the files."""
    files = sorted(
        {file for path in paths for file in ([root / path] if path.endswith(".py") else (root / path).rglob("*.py"))}
    )
    found = []
    for file in files:
        visitor = Changes(str(file.relative_to(root)), file.read_bytes())
        visitor.visit(ast.parse(visitor.source))
        found += visitor.found
    return found


def sample(root: Path, mutants: list[Mutant], seed: int, count: int) -> list[Mutant]:
    """So many of them: each kind equally likely, for conditions are many and locks are few."""
    chance, by_kind = random.Random(seed), dict[str, list[Mutant]]()
    for mutant in mutants:
        by_kind.setdefault(mutant.kind, []).append(mutant)
    chosen: list[Mutant] = []
    while by_kind and len(chosen) < count:
        kind = chance.choice(sorted(by_kind))
        mutant = by_kind[kind].pop(chance.randrange(len(by_kind[kind])))
        if is_another_program(mutant, (root / mutant.path).read_bytes()):
            chosen.append(mutant)
        if not by_kind[kind]:
            del by_kind[kind]
    return chosen


def is_another_program(mutant: Mutant, source: bytes) -> bool:
    """Whether the change leaves a program, and not the same one."""
    try:
        return ast.dump(ast.parse(mutant.applied(source))) != ast.dump(ast.parse(source))
    except SyntaxError:
        return False


# -- which tests enter a function ------------------------------------------------------------------------------------


class Map:
    """Which tests enter which functions, and how long each takes."""

    def __init__(self, seconds: dict[str, float], entered: dict[str, list[str]]) -> None:
        """`seconds` of each test; by `path:function` the tests that enter it."""
        self.seconds, self.entered = seconds, entered

    @classmethod
    def made(cls, tree: Path, tests: Sequence[str] = ("tests",), *, processes: int = 1) -> Map:
        """Runs these tests of a tree. Those that fail there are left out: they would notice everything."""
        with tempfile.TemporaryDirectory() as folder:
            options = ["-p", "tests.reached", *(["-n", str(processes)] if processes > 1 else [])]
            ran(tree, [*options, *tests], None, TUI_DIGEST_REACHED=folder)
            seconds, entered = dict[str, float](), dict[str, list[str]]()
            for path in sorted(Path(folder).iterdir()):
                part = json.loads(path.read_text("utf-8"))
                for test, (took, numbers) in part["tests"].items():
                    seconds[test] = took
                    for number in numbers:
                        entered.setdefault(part["names"][number], []).append(test)
        return cls(seconds, entered)

    @classmethod
    def read(cls, path: Path) -> Map:
        """What `write` wrote."""
        kept = json.loads(path.read_text("utf-8"))
        tests = [*kept["seconds"]]
        return cls(kept["seconds"], {name: [tests[n] for n in numbers] for name, numbers in kept["entered"].items()})

    def write(self, path: Path) -> None:
        """Keeps it."""
        number = {test: n for n, test in enumerate(self.seconds)}
        entered = {name: [number[test] for test in tests] for name, tests in self.entered.items()}
        path.write_text(json.dumps({"seconds": self.seconds, "entered": entered}), "utf-8")

    def tests(self, path: str, function: str, most: float) -> list[str]:
        """The tests that enter a function, or any of the module where it is none; the fastest first, and no more than
        take so many seconds."""
        names = [f"{path}:{function}"] if function else [name for name in self.entered if name.startswith(f"{path}:")]
        found = {test for name in names for test in self.entered.get(name, ())}
        chosen, total = list[str](), 0.0
        for test in sorted(found, key=lambda test: (self.seconds[test], test)):
            total += self.seconds[test]
            if chosen and total > most:
                break
            chosen.append(test)
        return chosen


def function_at(source: bytes, place: int) -> str:
    """The innermost function around that byte, as `Class.function`; nothing outside of any."""
    line, found = source[:place].count(b"\n") + 1, ""

    def look(node: ast.AST, name: str, inside: bool) -> None:
        nonlocal found
        if inside:
            found = name
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                if child.lineno <= line <= (child.end_lineno or 0):
                    look(child, f"{name}.{child.name}".lstrip("."), not isinstance(child, ast.ClassDef))
            else:
                look(child, name, False)

    look(ast.parse(source), "", False)
    return found


# -- trying ----------------------------------------------------------------------------------------------------------


def copied(root: Path, to: Path) -> Path:
    """A copy of the tree that may be changed."""
    for name in (name for name in COPIED if (root / name).is_dir()):
        shutil.copytree(root / name, to / name, ignore=shutil.ignore_patterns("__pycache__", ".data"))
    for path in root.iterdir():
        if path.is_file():
            shutil.copy2(path, to / path.name)
    return to


def ran(tree: Path, options: list[str], seconds: float | None, **environment: str) -> int | None:
    """The exit code of pytest in that tree; None where it takes too long."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
    environ = {
        **os.environ,
        "PYTHONPATH": str(tree),
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTEST_ADDOPTS": "",
        "TUI_DIGEST_TESTS": "thorough",
    }
    quiet = subprocess.DEVNULL
    child = subprocess.Popen(
        ["nice", "-n", "19", *command],
        cwd=tree,
        env=environ | environment,
        stdin=quiet,
        stdout=quiet,
        stderr=quiet,
        start_new_session=True,
    )
    try:
        return child.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def noticed(tree: Path, tests: list[str], seconds: float) -> str | None:
    """The first of these tests that fails in that tree, nothing if all pass, None where they take too long."""
    files = dict.fromkeys(test.partition("::")[0] for test in tests)
    with tempfile.TemporaryDirectory() as folder:
        chosen = Path(folder) / "chosen.txt"
        chosen.write_text("\n".join(tests), "utf-8")
        code = ran(tree, ["-x", "-p", "tests.reached", *files], seconds, TUI_DIGEST_CHOSEN=str(chosen))
        if code in (0, None):
            return None if code is None else ""
        failed = chosen.with_suffix(".failed")
        return failed.read_text("utf-8") if failed.is_file() else "nothing can be imported"


def put(path: Path, source: bytes) -> None:
    """Writes a module with a time that no version of it had, so that no byte code of another is taken for its own."""
    moment = int(path.stat().st_mtime) + 1
    path.write_bytes(source)
    os.utime(path, (moment, moment))


def difference(mutant: Mutant, source: bytes) -> str:
    """The change as a difference of a few lines."""
    before, after = (text.decode().splitlines() for text in (source, mutant.applied(source)))
    return "\n".join([*difflib.unified_diff(before, after, lineterm="", n=2)][2:])


def tried(
    root: Path, known: Map, mutants: list[Mutant], *, processes: int, seconds: float, whole: bool
) -> Iterator[tuple[Mutant, str, str]]:
    """Each change, how it went (`killed`, `slow`: the tests took too long, `survived`), and by or in spite of what."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        trees: Queue[Path] = Queue()
        for number in range(processes):
            trees.put(copied(root, Path(folder) / str(number)))

        def one(mutant: Mutant) -> tuple[Mutant, str, str]:
            tree = trees.get()
            path = tree / mutant.path
            source = path.read_bytes()
            tests = known.tests(mutant.path, function_at(source, mutant.start), seconds)
            try:
                put(path, mutant.applied(source))
                failed = noticed(tree, tests, 120 + 10 * seconds) if tests else ""
                if failed == "" and whole:
                    failed = noticed(tree, [*known.seconds], 120 + 10 * sum(known.seconds.values()))
            finally:
                put(path, source)
                trees.put(tree)
            if failed is None:
                return mutant, "slow", f"one of {len(tests)} tests"
            return (mutant, "killed", failed) if failed else (mutant, "survived", f"{len(tests)} tests")

        with ThreadPoolExecutor(processes) as pool:
            yield from pool.map(one, mutants)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--paths", nargs="*", default=["tui_digest"], help="modules and folders that are changed")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=60.0, help="how much of the tests is run for one change")
    parser.add_argument("--whole", action="store_true", help="try what survives against all tests")
    parser.add_argument("--list", action="store_true", help="only show the changes, and how many tests would be run")
    parser.add_argument("--map", action="store_true", help="run the suite once, and keep which test enters what")
    parser.add_argument("--tests", nargs="*", default=["tests"], help="which tests the map is made of")
    args = parser.parse_args()
    if args.map or not KEPT.is_file():
        print("Running the tests, to see what each of them enters …", flush=True)
        Map.made(ROOT, args.tests, processes=args.processes).write(KEPT)
        if args.map:
            return 0
    known = Map.read(KEPT)
    possible = changes(ROOT, args.paths)
    mutants = sample(ROOT, possible, args.seed, args.count)
    print(f"{len(mutants)} of {len(possible)} changes, seed {args.seed}", flush=True)
    if args.list:
        for mutant in mutants:
            source = (ROOT / mutant.path).read_bytes()
            tests = known.tests(mutant.path, function_at(source, mutant.start), args.seconds)
            print(f"\n{mutant.kind} {mutant.path}: {len(tests)} tests\n{difference(mutant, source)}")
        return 0
    counts, begun = dict.fromkeys(("killed", "slow", "survived"), 0), time.monotonic()
    options = {"processes": args.processes, "seconds": args.seconds, "whole": args.whole}
    for mutant, went, why in tried(ROOT, known, mutants, **options):
        counts[went] += 1
        source = (ROOT / mutant.path).read_bytes()
        line = source[: mutant.start].count(b"\n") + 1
        print(f"{went:8} {mutant.kind:10} {mutant.path}:{line}  ({why})", flush=True)
        if went == "survived":
            print(difference(mutant, source), flush=True)
    print(f"{counts} in {time.monotonic() - begun:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
