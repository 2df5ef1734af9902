"""A folder of notes, one a paper, brought up to what the library knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.errors import StoreError
from tui_digest.export.note_files import PaperNote, fresh, key_of, notes_of, renewed

if TYPE_CHECKING:
    from tui_digest.export import Request
    from tui_digest.models import Mark, Sighting
    from tui_digest.paths import Paths

_SUFFIX = ".md"


class NotesWritten(NamedTuple):
    """What became of a folder of notes."""

    new: int
    renewed: int
    unchanged: int
    kept: tuple[tuple[str, str], ...]
    """Files in which something was left as the user has it, each with the names of what."""


def write_notes(
    folder: Path,
    sightings: Iterable[Sighting],
    mark_of: Callable[[str], Mark],
    request: Request,
    own: Paths,
) -> NotesWritten:
    """Writes a note a paper into the folder, which is made where it is missing. A note is known by its paper, wherever
    below the folder it lies and whatever it is called. Raises `output.unwritable`,
    `output.no_folder` where a file stands at its name, and `output.inside`."""
    from tui_digest.store.user_files import write_output

    try:
        folder.mkdir(exist_ok=True)
    except FileExistsError:
        raise StoreError("output.no_folder", path=folder) from None
    except OSError as error:
        raise StoreError("output.unwritable", path=folder, reason=error.strerror or error) from error
    markdown = sorted(path for path in folder.rglob("*") if path.suffix.lower() == _SUFFIX)
    known = _known(folder, markdown)
    names = {key: path.stem for key, (path, _) in known.items()}
    others = [path.stem for path in markdown]  # taken, whose ever they are, and be they folders or broken links
    counts = {"new": 0, "renewed": 0, "unchanged": 0}
    kept: list[tuple[str, str]] = []
    for note in notes_of(sightings, mark_of, request, names, others):
        target, text, left = _renewed(folder, note, known.get(note.key))
        if left:
            kept.append((target.name, ", ".join(left)))
        before = known[note.key][1] if note.key in known else None
        if text == before:
            counts["unchanged"] += 1
            continue
        write_output(target, [text.encode("utf-8", "replace")], own)
        counts["new" if before is None else "renewed"] += 1
    return NotesWritten(**counts, kept=tuple(kept))


def _renewed(folder: Path, note: PaperNote, known: tuple[Path, str] | None) -> tuple[Path, str, list[str]]:
    if known is None:
        return folder / f"{note.name}{_SUFFIX}", fresh(note), []
    path, before = known
    if before.count("\n") != before.count("\r\n"):
        return path, *renewed(before, note)
    text, left = renewed(before.replace("\r\n", "\n"), note)
    return path, text.replace("\n", "\r\n"), left


def _known(folder: Path, markdown: Iterable[Path]) -> dict[str, tuple[Path, str]]:
    """The notes that are there, with their texts, by their papers' keys; of two of one paper the first. Hidden places
    are passed over."""
    found: dict[str, tuple[Path, str]] = {}
    for path in markdown:
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if hidden or path.suffix != _SUFFIX or not path.is_file():
            continue
        try:
            text = path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            continue  # not ours
        if (key := key_of(text.replace("\r\n", "\n"))) is not None:
            found.setdefault(key, (path, text))
    return found
