"""The command line face: stdout is data, stderr is narration, exit codes are an API.

Only opening the reader loads textual.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from tui_digest import config, paths
from tui_digest.crash import log_unexpected
from tui_digest.errors import EXIT_DONE, EXIT_FAILED, EXIT_PARTLY, EXIT_USAGE, DigestError
from tui_digest.i18n import Translator, language

if TYPE_CHECKING:
    import argparse

    from tui_digest.library import Library
    from tui_digest.models import Change, ImportReport, Sighting, SourceReport


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; without any, open the reader. Returns the exit code."""
    argv = list(sys.argv[1:] if argv is None else argv)
    where = paths.locate()
    settings, errors = config.load(where.settings)
    tr = Translator(settings.lang or language())
    if not argv:
        return _read(where, settings, tr, errors)
    from tui_digest.cli_parser import build_parser

    for stream in (sys.stdout, sys.stderr):
        # A `C` locale would otherwise end the program at the first Korean word.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    args = build_parser(tr).parse_args(argv)
    tr = Translator(args.lang) if args.lang else tr
    if args.command is None:
        return _read(where, settings, tr, errors)
    for error in errors:
        _say(tr(error.message_id, **error.details))
    return _guarded(where, tr, Command(where, tr, args).run)


def _read(where: paths.Paths, settings: config.Settings, tr: Translator, errors: list[Any]) -> int:
    """Open the reader. Its import is the heavy one, so it stands here."""
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout)):  # None: it was closed
        _say(tr("cli.no_terminal"))
        return EXIT_USAGE
    from tui_digest.tui.app import run

    return _guarded(where, tr, lambda: run(where, settings, tr, errors))


def _guarded(where: paths.Paths, tr: Translator, act: Callable[[], int]) -> int:
    """Every error ends as one line on stderr and an exit code."""
    try:
        return act()
    except DigestError as error:
        _say(tr(error.message_id, **error.details))
        return error.exit_code
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): point stdout elsewhere, so that exit says nothing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_DONE
    except KeyboardInterrupt:
        _say(tr("cli.interrupted"))
        return 130
    except Exception as error:  # the end of the road: no traceback reaches the screen
        _say(log_unexpected(where, tr, error))
        return EXIT_FAILED


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)


class Command:
    """One subcommand at work: what it was asked, and the library it asks."""

    def __init__(self, where: paths.Paths, tr: Translator, args: argparse.Namespace) -> None:
        self.where, self.tr, self.args = where, tr, args

    def run(self) -> int:
        """Carry it out; returns the exit code."""
        handler: Callable[[], int] = getattr(self, f"do_{self.args.command}")
        code = handler()
        sys.stdout.flush()
        return code

    def library(self, *, starters: bool = True) -> Library:
        """The opened library; what was found wrong with it is said on stderr."""
        from tui_digest.library import Library

        library = Library.open(self.where, starters=starters)
        for notice in library.notices:
            _say(self.tr(notice.message_id, **notice.details))
        return library

    # --- reading digests -------------------------------------------------------------------------------------

    def do_import(self) -> int:
        """Read files, folders, standard input; report source by source."""
        library = self.library(starters=False)
        given = [Path(p) for p in self.args.path if p != "-"]
        stdin = sys.stdin.buffer.read() if "-" in self.args.path else None
        with Progress(self.tr("import.progress")) as progress:
            report = library.import_paths(given, stdin=stdin, dry_run=self.args.dry_run, progress=progress)
        library.close()
        if self.args.json:
            _json(_report_fields(report, self.tr))
        else:
            for source in report.sources:
                for line in self._report_lines(source):
                    print(line)
            print(self._report_sum(report))
        if report.starters_put_away:
            _say(self.tr("starters.put_away"))
        if not report.sources:
            _say(self.tr("import.nothing"))
            return EXIT_FAILED
        if not report.failed:
            return EXIT_DONE
        return EXIT_PARTLY if len(report.failed) < len(report.sources) else EXIT_FAILED

    def _report_lines(self, source: SourceReport) -> Iterator[str]:
        if source.error is not None:
            _say(self.tr(source.error, **dict(source.details)))
            return
        shape = self.tr(f"shape.{source.shape}")
        counts = {name: getattr(source, name) for name in ("digests", "added", "updated", "unchanged")}
        yield self.tr("import.source", path=source.path, shape=shape, **counts)
        for number, line in source.unplaced:
            yield self.tr("import.unplaced", line=number, text=line)
        for title in source.removed:
            yield self.tr("import.removed", title=title)

    def _report_sum(self, report: ImportReport) -> str:
        sums = {
            name: sum(getattr(s, name) for s in report.sources) for name in ("digests", "added", "updated", "unchanged")
        }
        sums["removed"] = sum(len(s.removed) for s in report.sources)
        sums["failed"] = len(report.failed)
        return self.tr("import.sum_dry" if report.dry_run else "import.sum", n=len(report.sources), **sums)

    def do_starters(self) -> int:
        """Put the starter digests away, or bring them back."""
        library = self.library()
        count = library.put_starters(self.args.state == "on")
        library.close()
        _say(self.tr(f"starters.{self.args.state}", n=count))
        return EXIT_DONE

    # --- looking ---------------------------------------------------------------------------------------------

    def _chosen(self, library: Library) -> Iterator[Sighting]:
        """The sightings that the filter options keep, in reading order."""
        from tui_digest import query

        asked = query.parse(getattr(self.args, "filter", None) or "")
        text = " ".join([asked.words, *getattr(self.args, "text", ())]).strip()
        if asked == query.Query() and not text and not self.args.week:
            found: Iterable[Sighting] = library.all_sightings()
        else:
            rows = library.entries(self.args.week, view=asked.view, tags=asked.tags, text=text)
            found = (rows.sighting(i) for i in range(len(rows)))
        limit = self.args.limit
        for number, sighting in enumerate(found):
            if limit is not None and number >= limit:
                return
            yield sighting

    def do_list(self) -> int:
        """List entries, one a line, or as export's JSON."""
        library = self.library()
        if self.args.json:
            return self._export(library, "json", sys.stdout)
        for sighting in self._chosen(library):
            mark = library.mark(sighting.key)
            flags = ("★" if mark.starred else " ") + (" " if mark.read else "●")
            print(f"{flags} {sighting.digest.week}  {sighting.key}  {sighting.entry.display_title}")
        return EXIT_DONE

    do_search = do_list

    def do_show(self) -> int:
        """One paper, whole: every sighting of it."""
        library = self.library()
        key = self._key(library, self.args.key)
        sightings = library.sightings(key)
        if self.args.json:
            from tui_digest.export import FORMATS

            sys.stdout.writelines(FORMATS["json"].write(sightings, library.mark))
            return EXIT_DONE
        mark = library.mark(key)
        print(key, "★" if mark.starred else "", "" if mark.read else "●")
        for sighting in sightings:
            print("\n".join(self._show_lines(sighting)))
        return EXIT_DONE

    def _show_lines(self, sighting: Sighting) -> Iterator[str]:
        entry, digest = sighting.entry, sighting.digest
        yield ""
        yield entry.display_title
        if entry.authors:
            yield ", ".join(entry.authors)
        yield f"{digest.title} · {self.tr.when(digest.start, digest.end)}"
        for text in (entry.abstract, entry.commentary):
            if text:
                yield ""
                yield text
        urls = [(entry.url, None)] if entry.url else []
        for url, label in [*urls, *((link.url, link.label) for link in entry.links)]:
            yield f"- {url}" + (f" ({label})" if label else "")
        if entry.tags:
            yield " ".join(f"#{tag}" for tag in entry.tags)

    def do_tags(self) -> int:
        """Tags with their counts, most frequent first."""
        library = self.library()
        tags = library.tags(self.args.week)[: self.args.limit]
        if self.args.json:
            _json([{"tag": tag, "papers": count} for tag, count in tags])
        else:
            for tag, count in tags:
                print(f"{count:6d}  {tag}")
        return EXIT_DONE

    def do_export(self) -> int:
        """Write entries in one of the formats, to a file or to stdout."""
        library = self.library()
        if self.args.output in (None, "-"):
            return self._export(library, self.args.format, sys.stdout)
        target = Path(self.args.output).resolve()  # a link is written through, not replaced
        if target.exists() and not target.is_file():
            # A pipe or a device cannot be replaced by a whole file; it takes the text as it comes.
            with target.open("w", encoding="utf-8") as stream:
                return self._export(library, self.args.format, stream)
        unfinished = target.with_name(f".{target.name}.{os.getpid()}.tmp")
        try:
            # Whole or not at all: a full disk must not leave half an export under the asked name.
            with unfinished.open("w", encoding="utf-8", newline="") as file:
                code = self._export(library, self.args.format, file)
            unfinished.replace(target)
            return code
        except OSError as error:
            raise DigestError("export.unwritable", path=target, reason=error.strerror or error) from error
        finally:
            unfinished.unlink(missing_ok=True)

    def _export(self, library: Library, name: str, out: TextIO) -> int:
        from tui_digest.export import FORMATS

        out.writelines(FORMATS[name].write(self._chosen(library), library.mark))
        return EXIT_DONE

    def do_paths(self) -> int:
        """Where the program keeps its files."""
        places = {
            name: str(getattr(self.where, name)) for name in ("data", "state", "config", "cache", "settings", "log")
        }
        if self.args.json:
            _json(places)
        else:
            for name, place in places.items():
                print(f"{name:9} {place}")
        return EXIT_DONE

    # --- marking ---------------------------------------------------------------------------------------------

    def _key(self, library: Library, asked: str) -> str:
        key = library.find(asked)
        if key is None:
            raise DigestError("cli.no_paper", key=asked)
        return key

    def _mark(self, field: str, value: bool) -> int:
        library = self.library()
        keys = [self._key(library, asked) for asked in self.args.key]
        change = (library.set_starred if field == "starred" else library.set_read)(keys, value)
        library.close()
        _say(self._change_words(change) if change else self.tr("mark.unchanged"))
        return EXIT_DONE

    def _change_words(self, change: Change, prefix: str = "mark") -> str:
        return self.tr(f"{prefix}.{change.field}.{'on' if change.value else 'off'}", n=len(change.keys))

    def do_star(self) -> int:
        """Star papers."""
        return self._mark("starred", True)

    def do_unstar(self) -> int:
        """Take the star off papers."""
        return self._mark("starred", False)

    def do_read(self) -> int:
        """Mark papers read."""
        return self._mark("read", True)

    def do_unread(self) -> int:
        """Mark papers unread."""
        return self._mark("read", False)

    def do_undo(self) -> int:
        """Take the last act back, whoever did it."""
        return self._step("undo")

    def do_redo(self) -> int:
        """Do again what was undone last."""
        return self._step("redo")

    def _step(self, step: str) -> int:
        library = self.library()
        change: Change | None = getattr(library, step)()
        library.close()
        _say(self._change_words(change, step) if change else self.tr(f"{step}.nothing"))
        return EXIT_DONE if change else EXIT_FAILED


def _json(value: object) -> None:
    import json

    json.dump(value, sys.stdout, ensure_ascii=False, indent=2)
    print()


def _report_fields(report: ImportReport, tr: Translator) -> dict[str, object]:
    return {
        "schema_version": 1,
        "dry_run": report.dry_run,
        "starters_put_away": report.starters_put_away,
        "sources": [
            {
                "path": s.path, "shape": s.shape, "digests": s.digests, "added": s.added, "updated": s.updated,
                "unchanged": s.unchanged, "removed": list(s.removed),
                "unplaced": [{"line": number, "text": text} for number, text in s.unplaced],
                "error": None if s.error is None else {"id": s.error, "message": tr(s.error, **dict(s.details))},
            }
            for s in report.sources
        ],
    }  # fmt: skip


class Progress:
    """A progress bar on stderr, where that is a terminal; silence elsewhere."""

    def __init__(self, label: str) -> None:
        self.label = label
        self._bar: Any = None

    def __enter__(self) -> Callable[[int, int, str], None] | None:
        if not sys.stderr.isatty():
            return None
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
        from rich.progress import Progress as Bar

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        self._bar = Bar(*columns, console=Console(stderr=True), transient=True)
        self._bar.start()
        task = self._bar.add_task(self.label, total=None)
        return lambda done, total, _path: self._bar.update(task, completed=done, total=total)

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()
