"""Patterns that are compiled when they are first used: they behave like any, and there is no mistake in ours."""

from __future__ import annotations

import pkgutil
import re
import subprocess
import sys
from importlib import import_module
from typing import Any, cast

import pytest

from tui_digest import identity, parsing, text
from tui_digest.text import patterns
from tui_digest.text.patterns import regex


def _ours() -> list[tuple[str, re.Pattern[Any]]]:
    """Every late pattern of every module."""
    found = []
    for room in (parsing, identity, text):
        for each in pkgutil.iter_modules(room.__path__, f"{room.__name__}."):
            values = vars(import_module(each.name)).items()
            found += [
                (f"{each.name}.{name}", value) for name, value in values if isinstance(value, patterns.LatePattern)
            ]
    return cast("list[tuple[str, re.Pattern[Any]]]", found)


def test_all_of_them_compile() -> None:
    ours = _ours()
    assert len(ours) > 250
    for name, pattern in ours:
        assert pattern.flags >= 0, name  # which compiles it


def test_it_does_what_a_compiled_one_does() -> None:
    late, now = regex(r"(?P<word>[a-z]+)-\d", re.IGNORECASE), re.compile(r"(?P<word>[a-z]+)-\d", re.IGNORECASE)
    told = "one-1 TWO-2"
    assert late.pattern == now.pattern
    assert late.groupindex == now.groupindex
    assert late.findall(told) == now.findall(told)
    assert late.sub("x", told) == now.sub("x", told)
    assert (found := late.search(told, 3)) is not None
    assert found["word"] == "TWO"
    assert regex(rb"\d").findall(b"a1") == [b"1"]


def test_a_mistake_shows_when_it_is_used() -> None:
    wrong = regex("(")
    with pytest.raises(re.error):
        wrong.match("")


def test_loading_the_parsers_compiles_hardly_any() -> None:
    program = (
        "import re, sys; compiled = []; compile = re._compiler.compile\n"
        "re._compiler.compile = lambda p, flags=0: (compiled.append(sys._getframe(3).f_code.co_filename), "
        "compile(p, flags))[1]\n"
        "import tui_digest.parsing\n"
        "print(*[each for each in compiled if 'tui_digest' in each])"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert len(told) < 10, told
