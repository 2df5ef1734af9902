"""The compiled code of all that the app loads at its start, in one file beside Python's own.

Python looks for each of five hundred modules in its folders, opens that one's file of compiled code and reads it: a
third of the time to the first paint. Here they are found and read at once. The file is made of Python's own, in the
folder where Python keeps those of this package, and is believed under the same conditions: each module's source is as
old and as large as it was. Besides, the places of modules are the same and nothing was put there or taken away since,
so each is the one that would be found. Whatever does not fit is loaded as ever; the file is made anew a moment later.

Beside it stand the regular expressions that are compiled until the first screen stands, most of them Textual's, as
Python's `re` compiled them: a sixteenth of that time. A pattern and its flags come to the same in one version of
Python, whatever module asks. So do the texts that Python writes of each data class and named tuple, to compile them
when the class is made: another sixteenth.
"""

from __future__ import annotations

import marshal
import os
import sys
from importlib.machinery import ModuleSpec, SourceFileLoader
from zlib import crc32

from tui_digest.start_texts import StartPatterns, StartTexts, compiled_text, kept_pattern

TYPE_CHECKING = False  # that of `typing`, which is one of the modules that are loaded faster by this
if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from types import CodeType, ModuleType
    from typing import Any, BinaryIO

    from tui_digest.start_texts import AskedPattern, AskedText, KeptPattern

_MAGIC = b"tui-digest start 4\n"
_NUMBER = 8
"""Bytes of a number in the file's head, which tells where the index is, how long, and its checksum: what is no index
can end the whole program where it is read as one."""
_HEAD = len(_MAGIC) + 3 * _NUMBER
_PYC_HEAD = 16
_NEW = 40
"""Modules that are loaded and not in the file, up to which it is not made anew; patterns and texts likewise."""

Kept = tuple[str, int, int, "list[str] | None", int, int]
"""Of a module: its source, that one's moment and size, the folders of a package, and where its code is and how long."""


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
_patterns, _texts = StartPatterns(), StartTexts()


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
    kept, _patterns.kept, _texts.kept = found
    return StartCode(descriptor, kept)


def begin_texts() -> None:
    """From now on the texts of classes, too, are compiled as the file says. It loads what makes such classes."""
    if _found_at is not None and place() is not None:
        _texts.begin()


def stands() -> None:
    """The first screen stands: later patterns and classes are no part of the start."""
    _patterns.end()
    _texts.end()


_Index = tuple["dict[str, Kept]", "dict[AskedPattern, KeptPattern | None]", "dict[AskedText, bytes]"]


def _index(descriptor: int) -> _Index | None:
    """What is in a file, where it is whole and was made as things are now."""
    try:
        head = os.pread(descriptor, _HEAD, 0)
        numbers = head[len(_MAGIC) :]
        offset, length, check = (
            int.from_bytes(numbers[at : at + _NUMBER], "little") for at in range(0, 3 * _NUMBER, _NUMBER)
        )
        if not head.startswith(_MAGIC) or os.fstat(descriptor).st_size != offset + length:
            return None
        index = os.pread(descriptor, length, offset)
        if crc32(index) != check:
            return None
        made_at, kept, patterns, texts = marshal.loads(index)
    except (OSError, EOFError, ValueError, TypeError):
        return None
    return (kept, patterns, texts) if made_at == _found_at else None


def keeping() -> Generator[None, None, None]:
    """Make the file of what is loaded now, a module, pattern or text a step, where there is none that fits; nothing
    where it cannot be made."""
    path, found_at = place(), _found_at
    if path is None or found_at is None or not hasattr(os, "pread"):
        return
    loaded = [*_loaded()]
    missing = sum(_in_use is None or name not in _in_use.kept for name, *_ in loaded), _patterns.missing, _texts.missing
    if _in_use is not None and not _in_use.stale and max(missing) <= _NEW:
        return
    unfinished, done = f"{path}.new", False
    try:
        with open(_begun(unfinished), "wb") as file:
            try:
                yield from _written(file, loaded, found_at)
                os.replace(unfinished, path)  # noqa: PTH105
                done = True
            finally:
                if not done:
                    os.unlink(unfinished)  # noqa: PTH108
    except OSError:  # no room, not ours to write, or another process is at it
        return


def _begun(unfinished: str) -> int:
    """An empty file that is this process's alone, until it is closed; raises OSError where another process has it.
    The lock ends with a process, so what one left that was killed is taken over."""
    import fcntl

    descriptor = os.open(unfinished, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.stat(unfinished).st_ino != os.fstat(descriptor).st_ino:  # noqa: PTH116
            raise BlockingIOError  # the other has just ended it, and yet another begun
        os.ftruncate(descriptor, 0)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _written(
    file: BinaryIO, loaded: list[tuple[str, str, str, Any]], found_at: tuple[str, list[tuple[str, int]]]
) -> Generator[None, None, None]:
    file.write(bytes(_HEAD))
    kept: dict[str, Kept] = {}
    for name, source, compiled, folders in loaded:
        if (one := _compiled(source, compiled)) is not None:
            kept[name] = (source, one[0], one[1], folders, file.tell(), len(one[2]))
            file.write(one[2])
        yield
    patterns: dict[AskedPattern, KeptPattern | None] = {}
    for asked in [*_patterns.asked]:
        patterns[asked] = kept_pattern(asked)
        yield
    texts: dict[AskedText, bytes] = {}
    for text in [*_texts.asked]:
        texts[text] = marshal.dumps(compiled_text(text))
        yield
    offset = file.tell()
    index = marshal.dumps((found_at, kept, patterns, texts))
    file.write(index)
    file.seek(0)
    file.write(_MAGIC + b"".join(each.to_bytes(_NUMBER, "little") for each in (offset, len(index), crc32(index))))
    file.flush()
    os.fsync(file.fileno())


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
