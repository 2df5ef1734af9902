"""What panes and controllers ask of the screen that they serve, be it the main screen or triage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from textual.timer import Timer
    from textual.widget import Widget

    from tui_digest.models import Sighting


class Host(Protocol):
    """A screen that shows a paper. The first methods are Textual's own."""

    @property
    def is_running(self) -> bool:
        """Whether it is still there."""

    @property
    def typing(self) -> bool:
        """Whether a text field has the keys."""

    def set_timer(self, delay: float, callback: Callable[[], Any] | None = None) -> Timer:
        """Call something after so many seconds."""

    def run_worker(
        self,
        work: Coroutine[Any, Any, None] | Callable[[], Coroutine[Any, Any, None]],
        *,
        group: str = "default",
        exclusive: bool = False,
        exit_on_error: bool = True,
    ) -> object:
        """Do something beside the screen; `exclusive` ends what the same group still does. A function is better than
        what it returns: at the end of the program it may never be begun."""

    def mount(self, *widgets: Widget, before: str | None = None) -> object:
        """Put widgets on the screen."""

    def set_focus(self, widget: Widget | None, scroll_visible: bool = True) -> None:
        """Give a widget the keys."""

    def current(self) -> Sighting | None:
        """The paper that is shown."""

    def focus_pane(self) -> None:
        """Give the keys back to the pane that had them before a text field."""

    def show_entry(self, *, top: int | None = 0) -> None:
        """Show the paper anew, from a line on; None keeps the place, for the same paper changed."""

    def show_status(self) -> None:
        """Bring title and footer up to date."""

    def marks_changed(self) -> None:
        """Show marks and counts as they are now."""
