"""What Textual and asyncio load at the start, and this app never or only later asks them for.

Loading it takes an eighth of the time to the first paint. What is left out here is loaded when somebody asks for it,
but for the TLS of asyncio's streams.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

_TYPES, _LIGHT = "textual.types", "textual._types"


class _LateTypes(ModuleType):
    """Stands for `textual.types`, of which the start needs a name that it has from a small module. For its others it
    loads the trees, file trees and lists to choose from in which they are defined: then it becomes what it stands
    for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        sys.modules["textual"].types = self  # type: ignore[attr-defined]  # as an import would have done
        try:
            return getattr(import_module(_LIGHT), name)
        except (ImportError, AttributeError):
            if sys.modules.get(_TYPES) is self:
                del sys.modules[_TYPES]
            whole = import_module(_TYPES)
            self.__dict__.update(vars(whole))
            return getattr(whole, name)


_LATE = {
    "textual.command": frozenset(
        ("CommandListItem", "CommandPalette", "DiscoveryHit", "Hit", "Hits", "SimpleProvider")
    ),
    "rich.table": frozenset(("Table",)),
    "platformdirs": frozenset(("user_downloads_path",)),
    "mimetypes": frozenset[str](),
    "difflib": frozenset(("get_close_matches",)),
    "pickle": frozenset(("dumps", "loads")),
}
"""Modules that Textual and Rich load to have some of their functions and classes, which they call much later."""

_UNUSED_BASES = {"textual.command": "Provider"}
"""A class of such a module of which Textual derives another when it is loaded, and nobody in this app uses that: it
tells Textual's own palette which themes there are."""


class _Late:
    """Stands for a function or class of a module that is not loaded yet. To call it, or to ask it for something, loads
    that; to derive from it, too, unless nobody uses what is derived."""

    def __init__(self, module: str, name: str) -> None:
        self._at = (module, name)
        self._it: Any = None

    def _found(self) -> Any:
        if self._it is None:
            module, name = self._at
            self._it = getattr(_whole(module), name)
        return self._it

    def __call__(self, *given: Any, **named: Any) -> Any:
        return self._found()(*given, **named)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._found(), name)

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[Any, ...]:
        module, name = self._at
        return () if _UNUSED_BASES.get(module) == name else (self._found(),)


class _LateModule(ModuleType):
    """Stands for a module of `_LATE` while Textual is loaded. For other names than those it loads what it stands
    for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in _LATE[self.__name__] or _UNUSED_BASES.get(self.__name__) == name:
            return _Late(self.__name__, name)
        return getattr(_whole(self.__name__), name)


def _whole(name: str) -> ModuleType:
    """A module itself, not what stands for it."""
    if isinstance(sys.modules.get(name), _LateModule):
        del sys.modules[name]
    return import_module(name)


def spare_imports() -> None:
    """Load asyncio without TLS, and Textual without what it does not need yet. To be called before either is loaded;
    later it does nothing.

    asyncio's own streams then have no TLS for as long as the process lives. The reader has no use for it: what fetches
    are other processes, and there `http.client`, which loads TLS when it is asked for.
    """
    if "asyncio" not in sys.modules and "ssl" not in sys.modules:
        sys.modules["ssl"] = None  # type: ignore[assignment]
        try:
            import_module("asyncio")
        finally:
            del sys.modules["ssl"]
    if "textual" in sys.modules:
        return
    sys.modules[_TYPES] = _LateTypes(_TYPES)
    standing = {name: _LateModule(name) for name in _LATE if name not in sys.modules}
    sys.modules.update(standing)
    try:
        import_module("textual.app")
    finally:
        for name, module in standing.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]
