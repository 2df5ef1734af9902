"""`import --explain`: how a file is understood, without importing it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui_digest.cli.output import line, put_json
from tui_digest.errors import EXIT_DONE, EXIT_FAILED, EXIT_PARTLY, SourceError

if TYPE_CHECKING:
    from tui_digest.cli.command import Command
    from tui_digest.i18n import Translator
    from tui_digest.models import Source
    from tui_digest.parsing.explaining import Explained, ExplainedEntry


def explain_sources(command: Command, stdin: bytes | None) -> int:
    """Tell of every file what it was read as, where its entries stand and what they were known by. Writes nothing."""
    from tui_digest.parsing.explaining import explain

    told: list[dict[str, Any]] = []
    failed = 0
    sources = list(_sources(command, stdin))
    for source in sources:
        if isinstance(source, SourceError):
            command.say(source.message_id, **source.details)
            failed += 1
            continue
        try:
            digests = explain(source)
        except SourceError as error:
            command.say(error.message_id, **error.details)
            failed += 1
            continue
        if command.args.json:
            told.append({"path": source.path, "digests": [_fields(each) for each in digests]})
            continue
        for each in digests:
            for text in _lines(source, each, command.tr):
                line(text)
    if command.args.json:
        put_json({"sources": told})
    return EXIT_DONE if not failed else EXIT_PARTLY if failed < len(sources) else EXIT_FAILED


def _sources(command: Command, stdin: bytes | None) -> Iterator[Source | SourceError]:
    from tui_digest.parsing import decoding
    from tui_digest.sources import folders

    for path in command.args.path:
        try:
            if path == "-":
                yield decoding.source_from_bytes(stdin or b"", "-")
                continue
            files = folders.find_sources(Path(path)).files
        except SourceError as error:
            yield error
            continue
        for file in files:
            try:
                yield decoding.read_source(file)
            except SourceError as error:
                yield error


def _lines(source: Source, told: Explained, tr: Translator) -> Iterator[str]:
    digest = told.digest
    yield tr("explain.source", path=source.path, shape=tr.shape(digest.shape), title=" ".join(digest.title.split()))
    when = tr.when(digest.start, digest.end) if digest.start else tr("explain.no_days")
    blocks = ", ".join(tr(f"explain.blocks.{name}", n=count) for name, count in told.blocks)
    yield tr("explain.days", when=when, blocks=blocks or "-")
    if digest.header_lines:
        yield tr("explain.header", lines=_ranges(digest.header_lines))
    for each in told.entries:
        yield from _entry_lines(each, tr)


def _entry_lines(told: ExplainedEntry, tr: Translator) -> Iterator[str]:
    entry = told.entry
    title = " ".join(entry.display_title.split())
    yield tr("explain.entry", first=entry.start_line, last=entry.end_line, title=title)
    yield tr("explain.fields", fields=", ".join(tr(f"explain.field.{name}") for name in told.fields) or "-")
    yield tr("explain.because", signs=", ".join(tr(f"explain.by.{name}") for name in told.signs))


def _ranges(lines: tuple[int, ...]) -> str:
    """Line numbers as `1-3, 7`."""
    runs: list[list[int]] = []
    for number in lines:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def _fields(told: Explained) -> dict[str, Any]:
    digest = told.digest
    return {
        "shape": digest.shape, "title": digest.title, "start": digest.start.isoformat() if digest.start else None,
        "end": digest.end.isoformat() if digest.end else None,
        "blocks": dict(told.blocks), "header_lines": list(digest.header_lines),
        "entries": [
            {
                "start_line": each.entry.start_line, "end_line": each.entry.end_line, "title": each.entry.title,
                "known_by": list(each.signs), "fields": list(each.fields),
            }
            for each in told.entries
        ],
    }  # fmt: skip
