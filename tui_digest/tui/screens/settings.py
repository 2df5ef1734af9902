"""The settings screen: the settings that have a handful of values, each changed at once and written down at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui_digest.settings.config import Settings, rules
from tui_digest.tui.screens.dialogs import Dialog, listed
from tui_digest.tui.widgets.choices import Choices
from tui_digest.tui.widgets.prose import Prose
from tui_digest.tui.wrap import ellipsis, fit_lines, width_of, wrap

if TYPE_CHECKING:
    from tui_digest.i18n import Translator

ChangeSetting = Callable[[str, Any], str | None]
"""Uses a setting's other value and writes it down; returns a sentence where that did not go well."""


class Choice(NamedTuple):
    """A setting and the values that one walks through."""

    name: str
    value: Any
    values: Sequence[Any]

    def stepped(self, by: int, *, round_again: bool) -> Any:
        """The next value that way; of a value that is not among them, the nearest beyond it."""
        if self.value in self.values:
            at = self.values.index(self.value) + by
        elif isinstance(self.value, str):
            at = 0
        else:
            at = sum(each < self.value for each in self.values) - (by < 0)
        if round_again:
            return self.values[at % len(self.values)]
        return self.values[min(max(at, 0), len(self.values) - 1)]


def choices(settings: Settings, named: Mapping[str, Choice]) -> list[Choice]:
    """The settings that can be walked through; `named` has the values of those whose values the rules do not list
    (themes)."""
    found = [named.get(name, Choice(name, getattr(settings, name), rule.values)) for name, rule in rules().items()]
    return [choice for choice in found if choice.values]


class _Rows(Choices):
    """The list; its own bindings, for those of the screen would be passed over (`left`) or, with priority, overtake
    keys that the list has not come to yet."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l", "screen.step(1)", show=False),
        Binding("left,h", "screen.step(-1)", show=False),
        Binding("space", "select", show=False),
        Binding("j", "cursor_down", show=False),
        Binding("k", "cursor_up", show=False),
    ]


class SettingsDialog(Dialog[None]):
    """A quiet list: a setting and its value in a row, what it is for below."""

    WIDTH = 66
    FRAME = 2  # lines of the border
    ABOUT = 3  # lines that are kept for what a setting is for, be it as short as it may
    # What is changed shows behind it at once.
    DEFAULT_CSS = f"""
    SettingsDialog {{
        align: center middle; background: transparent;
        & > Vertical {{
            width: {WIDTH}; max-width: 100%; height: auto; max-height: 100%; background: $surface; padding: 0 1;
            border: round $ink-frame; border-title-color: $text-accent;
        }}
        & > Vertical > Static {{ height: auto; min-height: {ABOUT}; margin: 1 0 0 0; color: $text-muted; }}
        & > Vertical > Static.-wrong {{ color: $text-warning; }}
    }}
    """ + listed("SettingsDialog")
    PLACE = "settings"

    def __init__(self, ask: Callable[[], list[Choice]], change: ChangeSetting, tr: Translator) -> None:
        """`ask` tells how the settings stand."""
        super().__init__()
        self._ask, self._change, self._tr = ask, change, tr
        self._rows = ask()
        self._wrong: str | None = None
        self._below = self.ABOUT

    def contents(self) -> ComposeResult:
        """The list, and the line about what the cursor is on."""
        with Vertical():
            yield _Rows()
            yield Prose()

    def on_resize(self) -> None:
        """Fit the rows."""
        self._show()

    def _show(self) -> None:
        """Everything anew: any word may be in another language now."""
        frame, rows, room = self.query_one(Vertical), self.query_one(OptionList), self._room()
        at = rows.highlighted or 0
        height = self.app.size.height - self.FRAME - 1
        longest = max(len(wrap(self._about(row), room)) for row in range(len(self._rows)))
        # The list scrolls before it takes the place of what is said about a row.
        self._below = min(max(longest, self.ABOUT), max(1, height * 2 // 5 + 1))
        rows.styles.max_height = max(1, height - self._below)
        rows.set_options([Option(self._row(choice, room - 2)) for choice in self._rows])
        rows.highlighted = at
        frame.border_title = Content(self._tr("setting.title"))
        self.foot.show()
        self._explain()

    def _row(self, choice: Choice, room: int) -> Content:
        value = self._said(choice)
        wide = width_of(value) + 4
        name = ellipsis(self._tr(f"setting.{choice.name}"), max(4, room - wide - 1))
        blanks = " " * max(1, room - width_of(name) - wide)
        return Content.assemble(name, blanks, ("< ", "$text-muted"), value, (" >", "$text-muted"))

    def _said(self, choice: Choice) -> str:
        """The value in words: those of its own, those of its kind, or as it is."""
        if isinstance(choice.value, bool):
            return self._tr("setting.on" if choice.value else "setting.off")
        value = choice.value if isinstance(choice.value, str) else f"{choice.value:g}"
        for message_id in (f"setting.{choice.name}.is.{value or 'empty'}", f"setting.{choice.name}.is"):
            if self._tr.knows(message_id):
                return self._tr(message_id, value=value)
        return value

    def _explain(self) -> None:
        at = self.query_one(OptionList).highlighted
        line = self.query_one(Static)
        line.set_class(self._wrong is not None, "-wrong")
        said = self._wrong or ("" if at is None else self._about(at))
        line.update(Content("\n".join(fit_lines(said, self._room(), self._below))))

    def _room(self) -> int:
        """The cells of a line."""
        return min(self.WIDTH, self.app.size.width) - 4

    def _about(self, at: int) -> str:
        """What the setting of a row is for."""
        return self._tr(f"setting.{self._rows[at].name}.about").replace("`", "")  # as the file has it, in Markdown

    def on_option_list_option_highlighted(self) -> None:
        """Another row: say what it is for."""
        self._explain()

    def on_option_list_option_selected(self) -> None:
        """Enter, Space or a click on a row: the next value, and after the last one the first."""
        self._put(1, round_again=True)

    def action_step(self, by: int) -> None:
        """The next value, or the one before."""
        self._put(by, round_again=False)

    def _put(self, by: int, *, round_again: bool) -> None:
        at = self.query_one(OptionList).highlighted
        if at is None:
            return
        choice = self._rows[at]
        value = choice.stepped(by, round_again=round_again)
        if value != choice.value:
            self._wrong = self._change(choice.name, value)
            self._rows = self._ask()
            self._show()
