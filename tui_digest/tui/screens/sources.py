"""The view of sources: a line for each, with what came last and what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui_digest.clock import local_time
from tui_digest.tui.screens.dialogs import ListDialog, Question, framed, listed
from tui_digest.tui.terminal.signs import BETWEEN
from tui_digest.tui.widgets.choices import Choices
from tui_digest.tui.widgets.prose import Prose
from tui_digest.tui.wrap import ellipsis, fit_lines, width_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from tui_digest.i18n import Translator
    from tui_digest.models import SourceNews
    from tui_digest.tui.box_keys import BoxKey

_AROUND = 4
"""Lines that the dialog has besides: its border, a blank one below the rows, and the footer."""
_INKS = {"wrong": "$text-warning", "about": "", "day": ""}
"""What each kind of paragraph about a source is written with, first those that need room most."""


class AskedSources(Protocol):
    """What the view needs of `controllers.asking_sources`: the sources, and acts on them."""

    progress: tuple[int, int] | None
    news: dict[str, SourceNews]
    on_change: Callable[[], None]

    def standing(self) -> list[SourceNews]:
        """The state of each source."""

    def refresh(self) -> None:
        """Refresh all, or stop the refresh."""

    def refresh_one(self, name: str) -> None:
        """Refresh one."""

    def mute(self, name: str, on: bool) -> None:
        """Mute or unmute one."""

    def brought(self, name: str) -> int:
        """How many digests of one are in the library."""

    def remove(self, name: str, with_digests: bool) -> None:
        """Remove one, its digests too or not."""


class SourcesDialog(ListDialog[str | None]):
    """The sources. Answers the query for what one of them brought, `add`, or None."""

    WIDTH = 76
    DEFAULT_CSS = (
        framed("SourcesDialog", "Vertical", WIDTH)
        + listed("SourcesDialog")
        + "SourcesDialog > Vertical > Static { margin: 1 0 0 0; color: $text-muted; }"
    )
    PLACE = "sources"

    def __init__(self, refreshing: AskedSources, tr: Translator) -> None:
        super().__init__()
        self._refreshing, self._tr = refreshing, tr
        self._sources: list[SourceNews] = []
        self._below = 0
        """Lines about the source that the cursor is on."""

    def contents(self) -> ComposeResult:
        """The list, and the lines about what the cursor is on."""
        with Vertical():
            yield Choices()
            yield Prose()

    def on_mount(self) -> None:
        """Follow the refresh that is going on."""
        self._refreshing.on_change = self._show

    def on_resize(self) -> None:
        """Fit the rows."""
        self._show()

    def _show(self) -> None:
        if not self.is_attached:
            return
        self._sources = self._refreshing.standing()
        frame, rows, line = self.query_one(Vertical), self.query_one(OptionList), self.query_one(Static)
        room, height = self._room(), max(0, self.app.size.height - _AROUND)
        # As many lines below as the source needs of which most is said: nothing moves while one looks through them.
        everyone: list[SourceNews | None] = [*self._sources] or [None]
        most = max(_lines(self._parts(each), room) for each in everyone)
        self._below = min(most, max(height // 3, height - len(self._sources)) if self._sources else height + 1)
        rows.display, line.display = bool(self._sources), self._below > 0
        line.styles.height, rows.styles.max_height = self._below, max(1, height - self._below)
        line.styles.margin = (int(rows.display), 0, 0, 0)
        at = rows.highlighted or 0
        rows.set_options([Option(self._row(each, room - 2)) for each in self._sources])
        rows.highlighted = min(at, len(self._sources) - 1) if self._sources else None
        progress = self._refreshing.progress
        title = self._tr("source.title")
        if progress is not None:
            title += f" {BETWEEN} " + self._tr("refresh.reached", done=progress[0], of=progress[1] or "?")
        frame.border_title = Content(title)
        self._explain()

    def _room(self) -> int:
        return max(1, min(self.WIDTH, self.app.size.width) - 4)

    def _row(self, source: SourceNews, room: int) -> Content:
        right, ink = self._state(source)
        right = ellipsis(right, room * 2 // 3)
        name = ellipsis(source.name, max(4, room - width_of(right) - 2))
        blanks = " " * max(1, room - width_of(name) - width_of(right))
        return Content.assemble((name, "$text-muted" if source.muted else ""), blanks, (right, ink))

    def _state(self, source: SourceNews) -> tuple[str, str]:
        """The state of a source in a few words, and their colour."""
        waits = self._refreshing.progress is not None and source.name not in self._refreshing.news
        if waits:
            return self._tr("source.state.waits"), "$text-muted"
        if source.error is not None:
            return self._tr("source.state.wrong"), "$text-warning"
        said = [self._tr("source.muted")] if source.muted else []
        if source.brought is None:
            said.append(self._tr("source.state.nothing" if source.asked else "source.state.never"))
        elif source.brought == source.asked and source.name in self._refreshing.news:
            said.append(self._tr("source.state.now", n=f"{source.added:,}"))
        else:
            day = self._tr.period(_moment(source.brought).date(), None)
            said.append(self._tr("source.state.last", n=f"{source.added:,}", day=day))
        return f" {BETWEEN} ".join(said), "$text-accent" if source.name in self._refreshing.news else "$text-muted"

    def keys_here(self) -> list[BoxKey]:
        """Where there is no source, those that add one and close; what a key would do to the source that the cursor is
        on, and to a refresh that goes on."""
        here = self._here()
        if here is None:
            return [key for key in super().keys_here() if key.name in ("source_add", "shut")]
        names = {"source_unmute": here.muted, "source_stop": self._refreshing.progress is not None}
        other = {"source_mute": "source_unmute", "source_refresh": "source_stop"}
        keys = super().keys_here()
        return [key._replace(name=other[key.name]) if names.get(other.get(key.name, "")) else key for key in keys]

    def _explain(self) -> None:
        self.foot.show()
        parts, room = self._parts(self._here()), self._room()
        if _lines(parts, room) > self._below:
            parts = _shortened(parts, room, self._below)
        self.query_one(Static).update(Content("\n").join(Content.styled(text, _INKS[ink]) for text, ink in parts))

    def _parts(self, here: SourceNews | None) -> list[tuple[str, str]]:
        """What is known of a source, a paragraph each, and of which kind it is; of none, that there is none."""
        if here is None:
            return [(self._tr("source.none_here"), "about")]
        said = [(f"{self._tr.source_kind(here.kind)} {BETWEEN} {here.address}", "about")]
        if here.answered is not None:
            said.append((self._tr("source.answered", day=_moment(here.answered)), "day"))
        if here.error is not None:
            said.append((self._tr(here.error, **dict(here.details)), "wrong"))
        elif here.failed:
            said.append((self._tr("source.items_failed", n=here.failed), "about"))
        return said

    def _here(self) -> SourceNews | None:
        at = self.query_one(OptionList).highlighted
        return self._sources[at] if at is not None and at < len(self._sources) else None

    def on_option_list_option_highlighted(self) -> None:
        """Another row: say what is known of it."""
        self._explain()

    def on_option_list_option_selected(self) -> None:
        """Enter or a click on a row: show what it brought."""
        from tui_digest.query import term

        here = self._here()
        if here is not None:
            self.dismiss(term("source", here.name))

    def action_refresh(self) -> None:
        """Ask all of them, or stop asking."""
        self._refreshing.refresh()

    def action_refresh_one(self) -> None:
        """Ask the one under the cursor."""
        if (here := self._here()) is not None:
            self._refreshing.refresh_one(here.name)

    def action_mute(self) -> None:
        """Mute or unmute the one under the cursor."""
        if (here := self._here()) is not None:
            self._refreshing.mute(here.name, not here.muted)

    def action_remove(self) -> None:
        """Remove the one under the cursor; ask what becomes of its digests, where it has any."""
        if (here := self._here()) is None:
            return
        count = self._refreshing.brought(here.name)
        if not count:
            self._refreshing.remove(here.name, False)
            return

        def answered(with_digests: bool | None) -> None:
            if with_digests is not None:
                self._refreshing.remove(here.name, with_digests)

        self.app.push_screen(SourceRemovalDialog(here.name, count, self._tr), answered)


class SourceRemovalDialog(Question[bool | None]):
    """Asks whether a source is to be removed. Answers whether its digests go, too, or None to keep it."""

    DEFAULT_CSS = f"SourceRemovalDialog > VerticalScroll {{ width: {SourcesDialog.WIDTH}; }}"
    PLACE = "source_removal"

    def __init__(self, name: str, digests: int, tr: Translator) -> None:
        about = tr("source.remove.about", n=digests)
        super().__init__(tr("source.remove.title"), name, about)


def _lines(parts: Sequence[tuple[str, str]], room: int) -> int:
    return sum(Content(text).get_height({}, room) for text, _ in parts)


def _shortened(parts: Sequence[tuple[str, str]], room: int, most: int) -> list[tuple[str, str]]:
    """What there is room for in so many lines."""
    kept: dict[int, tuple[str, str]] = {}
    for number, (text, ink) in sorted(enumerate(parts), key=lambda part: [*_INKS].index(part[1][1])):
        if most > 0:
            lines = fit_lines(text, room, most)
            most -= len(lines)
            kept[number] = "\n".join(lines), ink
    return [kept[number] for number in sorted(kept)]


def _moment(seconds: float) -> datetime:
    return local_time(int(seconds * 1_000_000))
