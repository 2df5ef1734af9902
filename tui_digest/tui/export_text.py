"""The text of an export by a key: its first lines, or all of it, to be made in a thread.

A list may have many thousands of papers, so a library object of its own reads them.
"""

from __future__ import annotations

from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.errors import DigestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from tui_digest.i18n import Translator
    from tui_digest.library import Library, Rows
    from tui_digest.library.told_papers import Run
    from tui_digest.models import Sighting
    from tui_digest.tui.screens.export_dialog import Wanted
    from tui_digest.tui.selected_papers import Gathered

_PREVIEWED = 20
"""Entries of which a preview is made; more never fit into it."""


class ToExport(NamedTuple):
    """What goes out."""

    wanted: Wanted
    here: Sighting
    """The entry that was under the cursor."""
    rows: Rows
    """The list that was shown."""
    selected: Gathered
    """The papers that were selected."""
    default: str = ""
    """The name of its file, where none is written; told where it goes into one."""


class Done(NamedTuple):
    """What was written."""

    entries: int
    papers: int
    notices: list[DigestError]
    """What could not be read."""
    text: str = ""
    path: Path | None = None


def first_lines(beside: Library, chosen: ToExport, lines: int, tr: Translator) -> str:
    """At least so many lines of the text, where it has them. Raises `DigestError`."""
    with closing(beside.another()) as library:
        first = islice(_sightings(library, chosen, []), _PREVIEWED)
        found = ""
        for piece in _pieces(library, chosen, first, tr):
            found += piece
            if found.count("\n") >= lines:
                break
        return found


def written(
    beside: Library,
    chosen: ToExport,
    target: Path | None,
    cancelled: Callable[[], bool],
    tell: Callable[[int], None],
    tr: Translator,
) -> Done:
    """Makes all of the text, and writes it into a file where one is named, which stays as it was where that fails or is
    `cancelled`; `tell` is called with how many entries went. Raises `DigestError`."""
    from tui_digest.library.exports import Outgoing
    from tui_digest.plugins import export_format
    from tui_digest.store.user_files import write_output

    with closing(beside.another()) as library:
        notices: list[DigestError] = []
        counted = Outgoing(_sightings(library, chosen, notices), cancelled, tell)
        pieces = counted.unless_stopped(_pieces(library, chosen, counted, tr))
        text, path = "", None
        if target is None:
            text = "".join(pieces)
        else:
            row = export_format(chosen.wanted.format)
            path = write_output(target, row.encoded(pieces, file=True), library.paths)
        return Done(counted.entries, len(counted.papers), notices, text, path)


def sent(
    beside: Library,
    chosen: ToExport,
    papers: int,
    tr: Translator,
    cancelled: Callable[[], bool],
    notices: list[DigestError],
) -> Iterator[Run]:
    """The one run of a command that gets all of the text on its standard input. Raises `DigestError`."""
    from tui_digest.desktop.user_commands import Given
    from tui_digest.library.exports import Outgoing
    from tui_digest.library.told_papers import Run, variables_for
    from tui_digest.plugins import export_format

    with closing(beside.another()) as library:
        name = chosen.wanted.format
        counted = Outgoing(_sightings(library, chosen, notices), cancelled)
        pieces = counted.unless_stopped(_pieces(library, chosen, counted, tr))
        about = [chosen.here] if chosen.wanted.scope == "entry" else []
        variables = {**variables_for(library, about, name), "COUNT": str(papers)}
        yield Run(Given(variables, export_format(name).encoded(pieces, file=False)), papers)


def _pieces(library: Library, chosen: ToExport, sightings: Iterable[Sighting], tr: Translator) -> Iterator[str]:
    """The text, piece by piece; what fails in the code of another package is an error like any other."""
    from tui_digest.export import FORMATS
    from tui_digest.plugins import export_format

    name = chosen.wanted.format
    try:
        yield from library.exports.pieces(export_format(name), sightings, tr=tr)
    except DigestError:
        raise
    except Exception as error:
        if name in FORMATS:
            raise
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise DigestError("export.failed", name=name, reason=reason) from error


def _sightings(library: Library, chosen: ToExport, notices: list[DigestError]) -> Iterator[Sighting]:
    if chosen.wanted.scope == "entry":
        return iter([chosen.here])
    if chosen.wanted.scope == "selected":
        return chosen.selected.sightings(library, notices)
    return library.lists.sightings_of(chosen.rows, notices)
