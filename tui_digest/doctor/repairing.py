"""What `--fix` does: only what loses nothing. A damaged file is moved aside and kept, never deleted."""

from __future__ import annotations

import shutil
import stat
from typing import TYPE_CHECKING

from tui_digest.doctor.disk_report import open_to_others
from tui_digest.doctor.finding import Finding, of_error
from tui_digest.doctor.index_report import kept_index, remove_index
from tui_digest.doctor.marks_report import true_marks
from tui_digest.doctor.stored_files import DamagedError, read_image, read_shard, read_sources
from tui_digest.doctor.upkeep_report import left_unfinished
from tui_digest.errors import DigestError, StoreError
from tui_digest.files import set_aside, store_error
from tui_digest.store.intent import settle
from tui_digest.store.lock import locked
from tui_digest.store.mark_keys import names_of
from tui_digest.store.mark_store import marks_of
from tui_digest.store.shards import Shards
from tui_digest.store.sources import load_sources, record_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from tui_digest.paths import Paths
    from tui_digest.store.mark_keys import MarkKeys


def repair(paths: Paths, findings: Sequence[Finding]) -> list[Finding]:
    """Does what can be done about the findings. Returns what was done (`ok`), why something could not be, and every
    finding that remains; what was `ok` before is left out."""
    report = []
    for message_id, act in _REPAIRS.items():
        for finding in findings:
            if finding.id != message_id or not finding.fixable:
                continue
            try:
                report.append(act(paths, finding))
            except StoreError as error:
                report += [of_error(error, "error", "doctor.fix.again"), finding]
            except OSError as error:
                report += [of_error(store_error(error, paths.data), "error", "doctor.fix.again"), finding]
    return report + [finding for finding in findings if not finding.fixable and finding.level != "ok"]


def _settle_act(paths: Paths, finding: Finding) -> Finding:
    """Takes back an act on the library that was cut short, or finds that it is whole."""
    notices: list[DigestError] = []
    with locked(paths.lock):
        settle(paths, notices)
    told = notices[-1] if notices else DigestError("doctor.repaired.well", **finding.details)
    return Finding(told.message_id, "ok", told.details)


def _move_shard(paths: Paths, finding: Finding) -> Finding:
    week = finding.details["week"]
    return _move(paths, finding, paths.shards / f"{week}.json", lambda path: read_shard(path, week))


def _move_image(paths: Paths, finding: Finding) -> Finding:
    return _move(paths, finding, paths.data / "replaced" / finding.details["path"].rpartition("/")[2], read_image)


def _move(paths: Paths, finding: Finding, path: Path, read: Callable[[Path], object]) -> Finding:
    """Moves a damaged file aside, unless it was put right since."""
    with locked(paths.lock):
        try:
            read(path)
        except DamagedError:
            kept = _set_aside(path, paths.damaged)
            known = bool(finding.details.get("command"))
            return Finding(f"doctor.repaired.moved{'.import' if known else ''}", "ok", {**finding.details, **kept})
    return Finding("doctor.repaired.well", "ok", finding.details)


def _set_aside(path: Path, damaged: Path) -> Mapping[str, str]:
    """Raises `store.stuck`; else what became of the file, as `path` and `kept`."""
    error = set_aside(path, damaged)
    if error.message_id != "store.damaged":
        raise error
    return error.details


def _renew_sources(paths: Paths, finding: Finding) -> Finding:
    """Writes `sources.json` from what it says itself, as far as it can be read, and from the weeks."""
    shards = Shards(paths.shards, paths.damaged)
    with locked(paths.lock):
        # before anything is moved: a week that cannot be read may still raise
        digests = {each.id: each for week in sorted(shards.scan()) for each in shards.load(week, keep=False).digests}
        if finding.id == "doctor.sources.damaged":
            try:
                read_sources(paths.sources)
                return Finding("doctor.repaired.well", "ok", finding.details)
            except DamagedError:
                _set_aside(paths.sources, paths.damaged)
        sources = load_sources(paths.sources, paths.damaged, shards, [])
        known = {record.digest for record in sources.records}
        sources.records += [record_of(each) for each in digests.values() if each.id not in known]
        index = kept_index(paths)
        sources.aliases = {**index.aliases, **sources.aliases}  # marks may hang on them
        sources.former = {**index.former, **sources.former}
        sources.save(paths.sources, paths.damaged)
    return Finding("doctor.repaired.sources", "ok", {"path": str(paths.sources), "n": len(sources.records)})


def _fold_again(paths: Paths, finding: Finding) -> Finding:
    """Makes `marks.json` anew from the journals, which hold all that the user did."""
    true_marks(paths)  # journals that cannot be read: then the file is better than nothing
    with locked(paths.marks_lock):
        kept = _set_aside(paths.marks, paths.damaged)
    marks = marks_of(paths)
    marks.load([], _names(paths))
    marks.fold()
    remove_index(paths.cache)  # its counts came from the file
    return Finding("doctor.repaired.marks", "ok", kept)


def _names(paths: Paths) -> MarkKeys:
    index = kept_index(paths)
    try:
        sources = read_sources(paths.sources)
    except DamagedError:
        return index.names
    return names_of({**index.aliases, **sources.aliases}, {**index.former, **sources.former})


def _drop_index(paths: Paths, finding: Finding) -> Finding:
    remove_index(paths.cache)
    return Finding("doctor.repaired.index", "ok", finding.details)


def _clear_unfinished(paths: Paths, finding: Finding) -> Finding:
    found = left_unfinished(paths)
    for path in found:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    return Finding("doctor.repaired.unfinished", "ok", {"n": len(found), "paths": [str(path) for path in found]})


def _close_to_others(paths: Paths, finding: Finding) -> Finding:
    found = open_to_others(paths)
    for path in found:
        path.chmod(stat.S_IMODE(path.lstat().st_mode) & 0o700)
    if open_to_others(paths):  # a file system that keeps no permissions
        return finding
    return Finding("doctor.repaired.permissions", "ok", {"n": len(found), "paths": [str(path) for path in found]})


_REPAIRS: Mapping[str, Callable[[Paths, Finding], Finding]] = {
    # first of all: the other findings may only come from it
    "doctor.intent.cut": _settle_act,
    "doctor.intent.damaged": _settle_act,
    # weeks before sources, which are told from them; sources before marks, which hang on their aliases
    "doctor.shard.damaged": _move_shard,
    "doctor.sources.damaged": _renew_sources,
    "doctor.sources.missing": _renew_sources,
    "doctor.sources.unrecorded": _renew_sources,
    "doctor.replaced.damaged": _move_image,
    "doctor.marks.damaged": _fold_again,
    "doctor.marks.wrong": _fold_again,
    "doctor.index.wrong": _drop_index,
    "doctor.unfinished": _clear_unfinished,
    "doctor.permissions.loose": _close_to_others,
}
