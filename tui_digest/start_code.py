"""The compiled code of all that the app loads at its start, in one file beside Python's own.

Python looks for each of five hundred modules in its folders, opens that one's file of compiled code and reads it: a
third of the time to the first paint. Here they are found and read at once. The file is made of Python's own, in the
folder where Python keeps those of this package, and is believed under the same conditions: each module's source is as
old and as large as it was. Besides, the places of modules are the same and nothing was put there or taken away since,
so each is the one that would be found. Whatever does not fit is loaded as ever; the file is made anew a moment later.

Beside it stand the regular expressions that are compiled until the first screen stands, most of them Textual's, as
Python's `re` compiled them: a sixteenth of that time. A pattern and its flags come to the same in one version of
Python, whatever module asks.
"""

from __future__ import annotations

import marshal
import os
import sys
from importlib.machinery import ModuleSpec, SourceFileLoader
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from types import CodeType, ModuleType

_MAGIC = b"tui-digest start 2\n"
_NUMBER = 8
"""Bytes of a number in the file's head, which tells where the index is and how long."""
_HEAD = len(_MAGIC) + 2 * _NUMBER
_PYC_HEAD = 16
_NEW = 40
"""Modules that are loaded and not in the file, up to which it is not made anew; patterns likewise."""
_GIVEN_UP = 600
"""Seconds after which a file that was being made was not ended."""

Kept = tuple[str, int, int, "list[str] | None", int, int]
"""Of a module: its source, that one's moment and size, the folders of a package, and where its code is and how long."""


AskedPattern = tuple[bool, "str | bytes", int]
"""Whether a pattern is one of bytes, the pattern, and the flags that it is asked for with."""

KeptPattern = tuple[int, bytes, int, "dict[str, int]", "tuple[str | None, ...]"]
"""Of a pattern: all its flags, its code (four bytes a word), how many groups, and their names both ways."""


def place() -> str | None:
    """The file's path; None where Python keeps no compiled code."""
    here = ModuleSpec(__name__, None, origin=__file__)
    here.has_location = True
    if sys.dont_write_bytecode or here.cached is None:
        return None
    name = f"start.{sys.implementation.cache_tag}-{sys.flags.optimize}.bin"
    return os.path.join(os.path.dirname(here.cached), name)  # noqa: PTH118, PTH120 - pathlib is not loaded yet


def _circumstances() -> tuple[str, list[tuple[str, int]]]:
    """What finding a module depends on: Python, and the places where it looks."""
    places = []
    for entry in sys.path:
        try:
            places.append((entry, os.stat(entry or ".").st_mtime_ns))  # noqa: PTH116
        except OSError:
            places.append((entry, 0))
    return sys.version, places


class _Loader(SourceFileLoader):
    """Python's own, which has the code from elsewhere."""

    def __init__(self, name: str, source: str, code: bytes) -> None:
        super().__init__(name, source)
        self._code: bytes | None = code

    def get_code(self, fullname: str) -> CodeType | None:
        """The code of the module; what cannot be read is loaded as ever."""
        code, self._code = self._code, None
        if code is not None:
            try:
                found: CodeType = marshal.loads(code)
            except (EOFError, ValueError, TypeError):
                return super().get_code(fullname)
            return found
        return super().get_code(fullname)


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


def _pattern(asked: AskedPattern) -> KeptPattern | None:
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


class StartCode:
    """Finds modules in the file; the first of `sys.meta_path`."""

    def __init__(self, descriptor: int, kept: dict[str, Kept]) -> None:
        self._descriptor = descriptor
        self.kept = kept
        self.stale = False
        """Whether some module is another now."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Where a module is, as Python's own finders tell it; None where they are to be asked."""
        kept = self.kept.get(name)
        if kept is None:
            return None
        source, moment, size, folders, offset, length = kept
        try:
            now = os.stat(source)  # noqa: PTH116
            code = os.pread(self._descriptor, length, offset)
        except OSError:
            self.stale = True
            return None
        if (now.st_mtime_ns, now.st_size, len(code)) != (moment, size, length):
            self.stale = True
            return None
        spec = ModuleSpec(name, _Loader(name, source, code), origin=source, is_package=folders is not None)
        spec.submodule_search_locations = folders
        spec.has_location = True
        return spec

    def end(self) -> None:
        """Find nothing any more."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)
            os.close(self._descriptor)


_found_at: tuple[str, list[tuple[str, int]]] | None = None
_in_use: StartCode | None = None
_patterns = StartPatterns()


def begin() -> StartCode | None:
    """From now on modules are found in the file, where there is one that fits, and patterns compiled as it says."""
    global _found_at, _in_use
    _found_at, _in_use = _circumstances(), None
    path = place()
    if path is None or not hasattr(os, "pread"):
        return None
    _in_use = _opened(path)
    if _in_use is not None:
        sys.meta_path.insert(0, _in_use)
    _patterns.begin()
    return _in_use


def _opened(path: str) -> StartCode | None:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    found = _index(descriptor)
    if found is None:
        os.close(descriptor)
        return None
    kept, _patterns.kept = found
    return StartCode(descriptor, kept)


def stands() -> None:
    """The first screen stands: later patterns are no part of the start."""
    _patterns.end()


def _index(descriptor: int) -> tuple[dict[str, Kept], dict[AskedPattern, KeptPattern | None]] | None:
    """What is in a file, where it is whole and was made as things are now."""
    try:
        head = os.pread(descriptor, _HEAD, 0)
        numbers = head[len(_MAGIC) :]
        offset, length = (int.from_bytes(each, "little") for each in (numbers[:_NUMBER], numbers[_NUMBER:]))
        if not head.startswith(_MAGIC) or os.fstat(descriptor).st_size != offset + length:
            return None
        made_at, kept, patterns = marshal.loads(os.pread(descriptor, length, offset))
    except (OSError, EOFError, ValueError, TypeError):
        return None
    return (kept, patterns) if made_at == _found_at else None


def keeping() -> Generator[None, None, None]:
    """Make the file of what is loaded now, a module or pattern a step, where there is none that fits; nothing where it
    cannot be made."""
    path, found_at = place(), _found_at
    if path is None or found_at is None or not hasattr(os, "pread"):
        return
    loaded = [*_loaded()]
    missing = (sum(_in_use is None or name not in _in_use.kept for name, *_ in loaded), _patterns.missing)
    if _in_use is not None and not _in_use.stale and max(missing) <= _NEW:
        return
    unfinished, done = f"{path}.new", False
    try:
        _clear(unfinished)
        descriptor = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)
    except OSError:  # not ours to write, or another process is at it
        return
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123
            file.write(bytes(_HEAD))
            kept: dict[str, Kept] = {}
            for name, source, compiled, folders in loaded:
                if (one := _compiled(source, compiled)) is not None:
                    kept[name] = (source, one[0], one[1], folders, file.tell(), len(one[2]))
                    file.write(one[2])
                yield
            patterns: dict[AskedPattern, KeptPattern | None] = {}
            for asked in [*_patterns.asked]:
                patterns[asked] = _pattern(asked)
                yield
            offset = file.tell()
            index = marshal.dumps((found_at, kept, patterns))
            file.write(index)
            file.seek(0)
            file.write(_MAGIC + offset.to_bytes(_NUMBER, "little") + len(index).to_bytes(_NUMBER, "little"))
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)  # noqa: PTH105
        done = True
    except OSError:  # no room
        pass
    finally:
        if not done:
            os.unlink(unfinished)  # noqa: PTH108


def _clear(unfinished: str) -> None:
    """Take away what another process left that was killed meanwhile."""
    import time

    try:
        if time.time() - os.stat(unfinished).st_mtime > _GIVEN_UP:  # noqa: PTH116
            os.unlink(unfinished)  # noqa: PTH108
    except FileNotFoundError:
        return


def _loaded() -> Generator[tuple[str, str, str, Any], None, None]:
    """The modules that Python loaded from a source: name, source, file of compiled code, folders of a package."""
    for name, module in [*sys.modules.items()]:
        spec = getattr(module, "__spec__", None)
        if spec is None or spec.name != name or not isinstance(spec.loader, SourceFileLoader):
            continue
        if spec.origin and spec.cached:
            folders = spec.submodule_search_locations
            yield name, spec.origin, spec.cached, None if folders is None else [*folders]


def _compiled(source: str, compiled: str) -> tuple[int, int, bytes] | None:
    """A source's moment and size, and its code, from a file of Python's that fits; None where that one does not."""
    from importlib.util import MAGIC_NUMBER

    try:
        now = os.stat(source)  # noqa: PTH116
        with open(compiled, "rb") as file:  # noqa: PTH123
            data = file.read()
    except OSError:
        return None
    fits = [(int(now.st_mtime), 8), (now.st_size, 12)]
    if data[:4] != MAGIC_NUMBER or any(data[4:8]):  # it goes by the source's content
        return None
    if any(int.from_bytes(data[at : at + 4], "little") != number & 0xFFFFFFFF for number, at in fits):
        return None
    return now.st_mtime_ns, now.st_size, data[_PYC_HEAD:]
