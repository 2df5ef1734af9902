"""Regular expressions that are compiled when they are first used: reading one kind of digest takes few of those that
read the others, and compiling them all takes longer than reading a week."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, AnyStr, cast

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

_METHODS = ("findall", "finditer", "fullmatch", "match", "search", "split", "sub", "subn")


class LatePattern:
    """Stands for a pattern. From its first use on its methods are those of the compiled one."""

    __slots__ = ("_made_of", *_METHODS)

    def __init__(self, *made_of: Any) -> None:
        self._made_of = made_of

    @property
    def pattern(self) -> Any:
        """Its text."""
        return self._made_of[0]

    def compile(self) -> re.Pattern[Any]:
        """Compile it now, as its first use does."""
        compiled: re.Pattern[Any] = re.compile(*self._made_of)
        for each in _METHODS:
            setattr(self, each, getattr(compiled, each))
        return compiled

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:  # asked for what is not set yet
            if name.startswith("_"):
                raise AttributeError(name)
            return getattr(self.compile(), name)


def regex(pattern: AnyStr, flags: int | re.RegexFlag = 0) -> re.Pattern[AnyStr]:
    """What `re.compile` returns, with the work put off until it is used. A mistake in it shows only then: tests compile
    all of them."""
    return cast("re.Pattern[AnyStr]", LatePattern(pattern, flags))


def compiling(module: ModuleType) -> Iterator[None]:
    """Compiles those of a module, one a step."""
    for value in [*vars(module).values()]:
        if isinstance(value, LatePattern):
            value.compile()
            yield
