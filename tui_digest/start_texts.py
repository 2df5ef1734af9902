"""What is compiled from texts at each start, as it is kept beside the start's code: regular expressions, and what
Python writes of data classes and named tuples."""

from __future__ import annotations

import marshal

TYPE_CHECKING = False  # as in `start_code`
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, ModuleType
    from typing import Any

AskedPattern = tuple[bool, "str | bytes", int]
"""Whether a pattern is one of bytes, the pattern, and the flags that it is asked for with."""

KeptPattern = tuple[int, bytes, int, "dict[str, int]", "tuple[str | None, ...]"]
"""Of a pattern: all its flags, its code (four bytes a word), how many groups, and their names both ways."""

AskedText = tuple[str, str]
"""How a text is to be compiled, `exec` or `eval`, and the text."""


class StartPatterns:
    """Compiles patterns, those that are kept without the work; notes which were asked for."""

    def __init__(self) -> None:
        self.kept: dict[AskedPattern, KeptPattern | None] = {}
        self.asked: dict[AskedPattern, None] = {}
        self._inside: Any = None
        """Of Python's `re`, what compiles, and what it has for that."""

    def begin(self) -> None:
        """From now on `re` compiles by this, where it is as it was when this was written."""
        try:
            from re import _compiler as inside  # type: ignore[attr-defined]

            self._own, inside.compile = inside.compile, self._compile
            self._inside = inside
        except (ImportError, AttributeError):  # another Python
            return

    def end(self) -> None:
        """Leave `re` as it was."""
        if self._inside is not None:
            self._inside.compile, self._inside = self._own, None

    def _compile(self, pattern: Any, flags: int = 0) -> Any:
        if type(pattern) not in (str, bytes):
            return self._own(pattern, flags)
        asked = (type(pattern) is bytes, pattern, int(flags))
        self.asked[asked] = None
        found = self.kept.get(asked)
        if found is None:
            return self._own(pattern, flags)
        whole, code, groups, names, numbers = found
        try:
            return self._inside._sre.compile(
                pattern, whole, memoryview(code).cast("I").tolist(), groups, names, numbers
            )
        except (RuntimeError, TypeError, ValueError, OverflowError):  # it looks at the code that it is given
            return self._own(pattern, flags)

    @property
    def missing(self) -> int:
        """How many were asked for that are not kept."""
        return len(self.asked.keys() - self.kept.keys())


def kept_pattern(asked: AskedPattern) -> KeptPattern | None:
    """A pattern as it is kept; None for one that has to be compiled anew, for the user's locale says what it means, or
    for this Python does it in another way."""
    import re
    from array import array

    _, pattern, flags = asked
    try:
        from re import _compiler, _parser  # type: ignore[attr-defined]

        found = re.compile(pattern, flags)
        code = array("I", _compiler._code(_parser.parse(pattern, flags), flags))
        numbers: list[str | None] = [None] * (found.groups + 1)
        for name, number in found.groupindex.items():
            numbers[number] = name
        if found.flags & (re.LOCALE | re.DEBUG) or code.itemsize != _compiler._sre.CODESIZE:
            return None
        return found.flags, code.tobytes(), found.groups, dict(found.groupindex), tuple(numbers)
    except (ImportError, AttributeError, TypeError, ValueError, OverflowError, re.error):
        return None


class StartTexts:
    """Compiles the texts that classes are made of, those that are kept without the work; notes which were asked for."""

    def __init__(self) -> None:
        self.kept: dict[AskedText, bytes] = {}
        self.asked: dict[AskedText, None] = {}
        self._used: list[tuple[ModuleType, str]] = []

    def begin(self) -> None:
        """From now on what makes data classes and named tuples runs texts by this. They look for `exec` and `eval`
        among their own names first."""
        import collections
        import dataclasses

        for module, name, run in ((dataclasses, "exec", exec), (collections, "eval", eval)):
            if not hasattr(module, name):
                setattr(module, name, self._running(name, run))
                self._used.append((module, name))

    def end(self) -> None:
        """Leave the two as they were."""
        for module, name in self._used:
            delattr(module, name)
        self._used.clear()

    def _running(self, mode: str, run: Callable[..., Any]) -> Callable[..., Any]:
        def running(text: Any, *places: Any) -> Any:
            return run(self._code(mode, text) if type(text) is str else text, *places)

        return running

    def _code(self, mode: str, text: str) -> Any:
        self.asked[mode, text] = None
        kept = self.kept.get((mode, text))
        if kept is not None:
            try:
                return marshal.loads(kept)
            except (EOFError, ValueError, TypeError):
                pass
        return compiled_text((mode, text))

    @property
    def missing(self) -> int:
        """How many were asked for that are not kept."""
        return len(self.asked.keys() - self.kept.keys())


def compiled_text(asked: AskedText) -> CodeType:
    """The code of a text."""
    mode, text = asked
    code: CodeType = compile(text, "<string>", mode, dont_inherit=True)
    return code
