"""What Textual and asyncio load at the start, and this app never or only later asks them for.

Loading it takes a fifteenth of the time to the first paint. What is left out here is loaded when somebody asks for it,
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


def spare_imports() -> None:
    """Load asyncio without TLS, and have Textual do without what it does not need yet. To be called before either is
    loaded; later it does nothing.

    asyncio's own streams then have no TLS for as long as the process lives. The reader has no use for it: what fetches
    are other processes, and there `http.client`, which loads TLS when it is asked for.
    """
    if "asyncio" not in sys.modules and "ssl" not in sys.modules:
        sys.modules["ssl"] = None  # type: ignore[assignment]
        try:
            import_module("asyncio")
        finally:
            del sys.modules["ssl"]
    if "textual" not in sys.modules:
        sys.modules[_TYPES] = _LateTypes(_TYPES)
