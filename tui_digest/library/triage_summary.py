"""What came of a triage, in words: its name, its counts, and the whole of it as Markdown to be pasted elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui_digest.library.triaging import VERDICTS, sorted_out

if TYPE_CHECKING:
    from tui_digest.i18n import Translator
    from tui_digest.library import Library
    from tui_digest.library.triaging import Session, Verdict


def name(library: Library, session: Session, tr: Translator) -> str:
    """The digest's own name where it says more than its days, else these, and to what it was narrowed."""
    if session.week is None:
        title = tr("week.all")
    else:
        known = next((week for week in library.lists.weeks() if week.id == session.week), None)
        title = tr.digest_name(known.title or "", known.start, known.end) if known else session.week
        title = title or session.week
    return f"{title} ({session.query})" if session.query else title


def lead(verdicts: Sequence[Verdict], tr: Translator) -> str:
    """How many papers got which verdict, in a sentence."""
    counts = {each: sum(verdict.name == each for verdict in verdicts) for each in VERDICTS}
    return tr("triage.lead", n=len(verdicts), **counts)


def markdown(library: Library, session: Session, verdicts: Sequence[Verdict], tr: Translator) -> str:
    """Headings with the linked titles below them. Raises `StoreError`."""
    from tui_digest.export.markdown import titles_under_headings

    found = sorted_out(library, verdicts)
    groups = [(tr(f"triage.{each}.heading", n=len(papers)), papers) for each, papers in found.items()]
    return titles_under_headings(name(library, session, tr), lead(verdicts, tr), groups)
