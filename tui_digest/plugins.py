"""What other packages add, by entry points: kinds of digests and exports. docs/plugins.md tells how to make one.

Nothing is looked up at a start. Shapes are looked for once an import, an export only where its name is none of the
built-in ones. What cannot be loaded is named in one sentence and passed over.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tui_digest.errors import DigestError, SourceError, note
from tui_digest.export import FORMATS, Format
from tui_digest.parsing import SHAPES, Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tui_digest.models import ParsedDigest
    from tui_digest.parsing.source_text import SourceText
    from tui_digest.sources.kinds import Brought, SourceKind
    from tui_digest.sources.web.answer import Answer

_T = TypeVar("_T")
_Named = TypeVar("_Named", "Shape", "SourceKind")

SHAPE_GROUP = "tui_digest.shapes"
"""Entry points that are a `parsing.Shape`."""
EXPORT_GROUP = "tui_digest.exports"
"""Entry points that are an `export.Format`."""
SOURCE_GROUP = "tui_digest.sources"
"""Entry points that are a `sources.kinds.SourceKind`: what an address answers, read as items."""


def export_names() -> list[str]:
    """The names of the exports that there are, the built-in ones first. Loads no code of others."""
    return [*FORMATS, *(point.name for point in _points(EXPORT_GROUP) if point.name not in FORMATS)]


def export_format(name: str) -> Format:
    """The export of this name. Raises `plugin.broken` where it cannot be used, `plugin.unknown` where there is none."""
    if name in FORMATS:
        return FORMATS[name]
    for point in _points(EXPORT_GROUP):
        if point.name == name:
            return _loaded(point, Format)
    raise DigestError("plugin.unknown", name=name, group=EXPORT_GROUP)


def shapes(notices: list[DigestError]) -> tuple[Shape, ...]:
    """The shapes that others add, in the order of their names. One that cannot be loaded is told in `notices`."""
    taken = {name for shape in SHAPES for name in (shape.name, *shape.kinds)}
    return tuple(_guarded(point, shape, notices) for point, shape in _added(SHAPE_GROUP, Shape, taken, notices))


def sources(notices: list[DigestError]) -> tuple[SourceKind, ...]:
    """The kinds of sources that others add, in the order of their names, like `shapes`."""
    from tui_digest.sources.kinds import KINDS, SourceKind

    taken = {kind.name for kind in KINDS}
    added = _added(SOURCE_GROUP, SourceKind, taken, notices)
    return tuple(_guarded_kind(point, kind, notices) for point, kind in added)


def fingerprint() -> str:
    """What stands for the code of the shapes and sources that others add: another may read another thing in an
    unchanged file."""
    points = [*_points(SHAPE_GROUP), *_points(SOURCE_GROUP)]
    return " ".join(sorted(f"{p.name}={p.value}@{_version(p)}+{_changed(p)}" for p in points))


def _points(group: str) -> list[metadata.EntryPoint]:
    try:
        return _installed(group, tuple(sys.path))
    except Exception:  # the files of another package, whatever they hold
        return []


@cache
def _installed(group: str, path: tuple[str, ...]) -> list[metadata.EntryPoint]:
    """A group's entry points below `sys.path`, looked for once: the code behind them is loaded only once, too."""
    return list(metadata.entry_points(group=group))


def _added(
    group: str, kind: type[_Named], taken: set[str], notices: list[DigestError]
) -> Iterable[tuple[metadata.EntryPoint, _Named]]:
    """What others add to a group, in the order of the entry points' names; of two with one such name the later one. One
    that cannot be loaded, or whose own name is among the `taken`, is told in `notices`."""
    found: dict[str, tuple[metadata.EntryPoint, _Named]] = {}
    for point in sorted(_points(group), key=lambda each: each.name):
        try:
            each = _loaded(point, kind)
        except DigestError as error:
            note(notices, error)
            continue
        if each.name in taken:
            note(notices, _broken(point, f"{each.name} is taken"))
            continue
        taken.add(each.name)
        found[point.name] = point, each
    return found.values()


def _loaded(point: metadata.EntryPoint, kind: type[_T]) -> _T:
    try:
        found = point.load()
    except Exception as error:
        raise _broken(point, error) from error
    if not isinstance(found, kind):
        raise _broken(point, f"{point.value} is no {kind.__name__}")
    return found


def _broken(point: metadata.EntryPoint, reason: object) -> DigestError:
    if isinstance(reason, BaseException):
        reason = f"{type(reason).__name__}: {reason}"
    return DigestError("plugin.broken", name=point.name, group=point.group, reason=" ".join(str(reason).split()))


def _guarded(point: metadata.EntryPoint, shape: Shape, notices: list[DigestError]) -> Shape:
    """The shape, of which no fault ends an import: one that cannot say whether a text is its own is passed over, and a
    source that it fails to read is reported as not read."""

    def recognise(text: SourceText) -> bool:
        return _said(point, lambda: shape.recognise(text), notices)

    def parse(text: SourceText) -> ParsedDigest:
        return _tried(point, lambda: shape.parse(text))

    def parts(text: SourceText) -> list[SourceText]:
        return _tried(point, lambda: shape.parts(text))

    return Shape(shape.name, recognise, parse, parts, shape.kinds)


def _guarded_kind(point: metadata.EntryPoint, kind: SourceKind, notices: list[DigestError]) -> SourceKind:
    """The kind, of which no fault ends a refresh."""
    from tui_digest.sources.kinds import Brought, SourceKind

    def knows(answer: Answer, text: str) -> bool:
        return _said(point, lambda: kind.knows(answer, text), notices)

    def checked(answer: Answer, text: str) -> Brought:
        found = kind.read(answer, text)
        if not isinstance(found, Brought):
            raise TypeError(f"{type(found).__name__} is no Brought")
        return found

    def read(answer: Answer, text: str) -> Brought:
        return _tried(point, lambda: checked(answer, text))

    return SourceKind(kind.name, knows, read)


def _said(point: metadata.EntryPoint, ask: Callable[[], object], notices: list[DigestError]) -> bool:
    """What the code of another package says to a question; no, where it fails."""
    try:
        return bool(ask())
    except Exception as error:
        note(notices, _broken(point, error))
        return False


def _tried(point: metadata.EntryPoint, act: Callable[[], _T]) -> _T:
    """What the code of another package makes. Raises `SourceError` where it fails."""
    try:
        return act()
    except SourceError:
        raise
    except Exception as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise SourceError("plugin.failed", name=point.name, reason=reason) from error


def _version(point: metadata.EntryPoint) -> str:
    return str(point.dist.version) if point.dist else ""


def _changed(point: metadata.EntryPoint) -> int:
    """When the module of an entry point was last written, where that can be told without running it."""
    from importlib.util import find_spec

    try:
        spec = find_spec(point.module)
        return Path(spec.origin).stat().st_mtime_ns if spec and spec.origin else 0
    except Exception:
        return 0
