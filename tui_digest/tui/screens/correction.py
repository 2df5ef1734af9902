"""What of an entry was misread, and where another paper begins in it; both dialogs show what will be."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui_digest.tui.screens.dialogs import SPARE, ListDialog, framed, listed
from tui_digest.tui.widgets.choices import Choices
from tui_digest.tui.widgets.prose import Prose
from tui_digest.tui.wrap import ellipsis, width_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui_digest.i18n import Translator
    from tui_digest.models import Entry

Reply = TypeVar("Reply")

_WIDTH = 84
_SAID, _PAPER = 1, 2
"""Lines that say what comes of a row, and those of a paper that comes of it below them."""
_AROUND = 4
"""Lines that a dialog has besides: its border, a blank one above those, and the footer."""


class CorrectionDialog(ListDialog[Reply | None]):
    """Rows to choose from, and below them what comes of the one under the cursor. Answers a row's answer, or None."""

    DEFAULT_CSS = (
        framed("CorrectionDialog", "Vertical", _WIDTH)
        + listed("CorrectionDialog")
        + "CorrectionDialog > Vertical > Static { margin: 1 0 0 0; color: $text-muted; }"
    )
    PLACE = "correction"

    def __init__(
        self,
        asked: str,
        answers: Sequence[Reply],
        row: Callable[[Reply, int], Content],
        about: Callable[[Reply, int, int], Content],
        papers: int,
        tr: Translator,
    ) -> None:
        """`asked` is the message id of the question, `answers` has one for each row; `row` gives an answer's row for
        so many cells, and `about` what comes of it, for so many cells and lines: at most `papers` papers."""
        super().__init__()
        self._asked, self._answers, self._row, self._about, self._tr = asked, answers, row, about, tr
        self._most = self._below = _SAID + papers * _PAPER

    def contents(self) -> ComposeResult:
        """The rows, and the lines about the one under the cursor."""
        with Vertical():
            yield Choices()
            yield Prose()

    def on_resize(self) -> None:
        """Fit the rows; the lines below them keep their place, whatever they say."""
        frame, rows, room = self.query_one(Vertical), self.query_one(OptionList), self._room()
        height = self.app.size.height - _AROUND
        self._below = below = max(1, min(self._most, height // 2))
        rows.styles.max_height, self.query_one(Static).styles.height = max(1, height - below), below
        at = rows.highlighted or 0
        rows.set_options([Option(self._row(answer, room - 2)) for answer in self._answers])
        rows.highlighted = at
        frame.border_title = Content(ellipsis(self._tr(self._asked), max(1, room - SPARE)))
        self._tell()
        self.foot.show()

    def _room(self) -> int:
        return max(1, min(_WIDTH, self.app.size.width) - 4)

    def _tell(self) -> None:
        at = self.query_one(OptionList).highlighted
        self.query_one(Static).update("" if at is None else self._about(self._answers[at], self._room(), self._below))

    def on_option_list_option_highlighted(self) -> None:
        """Another row: say what comes of it."""
        self._tell()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter, or a click."""
        self.dismiss(self._answers[event.option_index])


def what_was_misread(entry: Entry, joined: Entry | None, tr: Translator) -> CorrectionDialog[str]:
    """Asks what of an entry was misread: `title`, `date`, `url`, `join` or `split`; `joined` is what it and the entry
    behind it would be, None where none is behind it."""
    fields = ("title", "date", "url")

    def row(answer: str, room: int) -> Content:
        name = tr(f"correct.row.{answer}")
        if answer not in fields:
            return Content(ellipsis(name, room))
        value = getattr(entry, answer)
        widest = max(width_of(tr(f"correct.row.{field}")) for field in fields) + 2
        said = tr("correct.row.none") if value is None else str(value)
        blanks = " " * (widest - width_of(name))
        return Content.assemble(name, blanks, (ellipsis(said, max(1, room - widest)), "$text-muted"))

    def about(answer: str, room: int, lines: int) -> Content:
        if answer == "join" and joined is not None:
            return _pictured(tr("correct.becomes.joined"), [joined], room, lines)
        return Content(tr(f"correct.about.{answer}"))

    answers = [*fields, *(["join"] if joined else []), "split"]
    return CorrectionDialog("correct.asked", answers, row, about, 1 if joined else 0, tr)


def where_it_begins(
    lines: Sequence[tuple[int, str]], became: Callable[[int], Sequence[Entry]], tr: Translator
) -> CorrectionDialog[int]:
    """Asks for the line at which another paper begins: `lines` are those where one could, with their numbers, `became`
    tells what comes of each."""
    said, widest = dict(lines), len(str(lines[-1][0]))
    known: dict[int, Sequence[Entry]] = {}

    def row(answer: int, room: int) -> Content:
        number = f"{answer:{widest}}  "
        return Content.assemble((number, "$text-accent"), ellipsis(said[answer], max(1, room - len(number))))

    def about(answer: int, room: int, lines: int) -> Content:
        if answer not in known:
            known[answer] = became(answer)
        return _pictured(tr("correct.becomes.divided"), known[answer], room, lines)

    return CorrectionDialog("correct.asked.line", [number for number, _ in lines], row, about, 2, tr)


def _pictured(words: str, entries: Sequence[Entry], room: int, lines: int) -> Content:
    """The entries that come of it, two lines each below the words; one where there is room for no more."""
    said = [Content(ellipsis(words, room))] if lines > len(entries) else []
    brief = lines < _SAID + _PAPER * len(entries)
    for entry in entries:
        facts = [", ".join(entry.authors), entry.url or "", " ".join(f"#{tag}" for tag in entry.tags)]
        said.append(Content.styled(ellipsis(entry.display_title, room), "$foreground"))
        if not brief and (told := "  ".join(filter(None, facts))):
            said.append(Content("  " + ellipsis(told, max(1, room - 2))))
    return Content("\n").join(said)
