"""Subcommands that bring digests in: `import`, and the starters."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tui_digest.cli import sourcing
from tui_digest.cli.output import ProgressBar, line, put_json, say
from tui_digest.errors import EXIT_DONE, EXIT_FAILED, EXIT_PARTLY, EXIT_USAGE, DigestError, some

if TYPE_CHECKING:
    from tui_digest.cli.command import Command
    from tui_digest.i18n import Translator
    from tui_digest.library import Library
    from tui_digest.models import ImportReport, Passed, SourceReport

_NAMED = 8
"""The line that counts what was left out names at most so many files."""
_COUNTS = ("digests", "added", "updated", "unchanged")


def import_sources(command: Command) -> int:
    """Read files, folders, standard input; report source by source."""
    args = command.args
    urls = [path for path in args.path if sourcing.is_address(path)]
    if urls and (args.explain or args.with_marks):
        from tui_digest.sources.web.address import shown

        raise DigestError("import.file_only", exit_code=EXIT_USAGE, url=shown(urls[0]))
    given = [Path(path) for path in args.path if path != "-" and path not in urls]
    command.say_mistaken(map(str, given))
    stdin = standard_input() if "-" in args.path else None
    if args.explain:
        from tui_digest.cli.explaining import explain_sources

        return explain_sources(command, stdin)
    library = _untouched(command) if args.dry_run else command.library(starters=False)
    told = len(library.notices)
    if not args.dry_run:
        command.when_stopped("import.interrupted")
    try:
        with ProgressBar(command.tr("import.progress")) as progress:
            report = library.imports.from_paths(
                given,
                stdin=stdin,
                dry_run=args.dry_run,
                with_marks=args.with_marks,
                news=True,
                indexing=True,
                progress=progress,
            )
        if urls:
            report = _both(report, sourcing.fetched_once(command, library, urls))
    finally:
        if library.imports.brought_in:
            command.when_stopped("import.interrupted.partly")
    if not args.dry_run:
        library.close()
        command.make_index(library)
    command.tell(library, told)
    _tell_report(command, report)
    if not report.sources:
        command.say("import.nothing")
        return EXIT_FAILED
    if not report.failed:
        return EXIT_DONE
    return EXIT_PARTLY if len(report.failed) < len(report.sources) else EXIT_FAILED


def _both(files: ImportReport, addresses: ImportReport) -> ImportReport:
    return files._replace(
        sources=files.sources + addresses.sources,
        starters_put_away=files.starters_put_away or addresses.starters_put_away,
    )


def _tell_report(command: Command, report: ImportReport) -> None:
    """What came of each source, for people or as JSON; sources that were not read on standard error in either."""
    if command.args.json:
        put_json(_report_fields(report, command.tr))
    for source in report.sources:
        if source.error is not None:
            command.say(source.error, **_named(source.details, command.tr))
        elif not command.args.json:
            for text in _report_lines(source, command.tr):
                line(text)
    if not command.args.json:
        for text in _passed_lines(report.passed, command.tr):
            line(text)
        line(_report_sum(report, command.tr))
    if report.starters_put_away:
        command.say("starters.put_away")


def starters(command: Command) -> int:
    """Put the starter digests away, or bring them back: those of the language, or all."""
    state = command.args.state
    library = command.library(starters=False)
    count = library.imports.put_starters(state != "off", None if state == "all" else command.tr.lang)
    library.close()
    command.say("starters.off" if state == "off" else "starters.on", n=count)
    return EXIT_DONE


def _untouched(command: Command) -> Library:
    """The library for a dry run: opening it in earnest would already tidy up and renew the cache."""
    from tui_digest.library import Library

    library = Library(command.where)
    library.look()
    return library


def remove(command: Command) -> int:
    """Take digests out of the library."""
    library = command.library()
    ids: list[str] = []
    for asked in command.args.digest:
        found = library.imports.digests_named(asked)
        if not found:
            raise DigestError("remove.unknown", asked=asked)
        ids += found
    change = library.imports.remove(ids)
    library.close()
    command.say("mark.unchanged") if change is None else say(command.tr.change("mark", change))
    return EXIT_DONE


def standard_input() -> bytes:
    """All bytes of standard input. Raises `SourceError` where it is closed, cannot be read, or is larger than a source
    may be: then the rest is not read, for it may have no end."""
    from tui_digest.parsing.decoding import MAX_BYTES

    if sys.stdin is None:
        raise DigestError("cli.no_stdin")
    try:
        data = sys.stdin.buffer.read(MAX_BYTES + 1)
    except OSError as error:  # a folder, for one
        raise DigestError("cli.stdin_unreadable", reason=error.strerror or error) from error
    if len(data) > MAX_BYTES:
        raise DigestError("cli.stdin_too_large", limit=MAX_BYTES >> 20)
    return data


def _named(details: Mapping[str, object] | Iterable[tuple[str, object]], tr: Translator) -> dict[str, object]:
    """The details of a sentence, with standard input called so where it stands for a path."""
    named = dict(details)
    return named | {"path": tr("import.stdin")} if named.get("path") == "-" else named


def _report_lines(source: SourceReport, tr: Translator) -> Iterator[str]:
    counts = {name: getattr(source, name) for name in _COUNTS}
    yield tr("import.source", **_named({"path": source.path}, tr), shape=tr.shape(source.shape or ""), **counts)
    for number, text in source.unplaced:
        yield tr("import.unplaced", line=number, text=text)
    for title in source.removed:
        yield tr("import.removed", title=title)
    for title in source.aside:
        yield tr("import.aside", title=title)
    for title in source.stayed:
        yield tr("import.stayed", title=title)
    for text in source.corrections_aside:
        yield tr("import.correction_aside", text=text)
    for header in source.unread_dates:
        yield tr("import.unread_date", header=header)
    if source.no_paper:
        yield tr("import.no_paper")
    elif not (source.added or source.updated or source.unchanged):
        yield tr("import.no_entries")
    if source.same_as is not None:
        yield tr("import.same_text", path=source.same_as)


def _passed_lines(passed: Passed, tr: Translator) -> Iterator[str]:
    """A line for each link and index that was passed over, since one may want it; one for what is no digest anyway."""
    for path in passed.outside:
        yield tr("import.outside", path=path)
    for path in passed.indexes:
        yield tr("import.index", path=path)
    for message_id, paths in (("import.left_out", passed.left_out), ("import.not_read", passed.not_read)):
        if paths:
            names = sorted({Path(path).name for path in paths}, key=str.casefold)
            yield tr(message_id, n=len(paths), names=some(names, _NAMED))


def _report_sum(report: ImportReport, tr: Translator) -> str:
    sums = {name: sum(getattr(source, name) for source in report.sources) for name in _COUNTS}
    sums["removed"] = sum(len(source.removed) for source in report.sources)
    sums["failed"] = len(report.failed)
    return tr("import.sum_dry" if report.dry_run else "import.sum", n=len(report.sources), **sums)


def _report_fields(report: ImportReport, tr: Translator) -> dict[str, object]:
    return {
        "dry_run": report.dry_run,
        "starters_put_away": report.starters_put_away,
        "left_out": list(report.passed.left_out),
        "indexes_without_papers": list(report.passed.indexes),
        "links_not_followed": list(report.passed.outside),
        "forms_not_read": list(report.passed.not_read),
        "sources": [
            {
                "path": s.path, "shape": s.shape, "digests": s.digests, "added": s.added, "updated": s.updated,
                "unchanged": s.unchanged, "removed": list(s.removed), "same_as": s.same_as,
                "marks_aside": list(s.aside), "corrections_aside": list(s.corrections_aside),
                "marks_on_one": list(s.stayed),
                "unread_dates": list(s.unread_dates), "no_paper": s.no_paper,
                "unplaced": [{"line": number, "text": text} for number, text in s.unplaced],
                "error": None if s.error is None else {"id": s.error, "message": tr(s.error, **dict(s.details))},
            }
            for s in report.sources
        ],
    }  # fmt: skip
