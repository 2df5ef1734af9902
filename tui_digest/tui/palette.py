"""The command palette: what the keys do by name, starters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.command import (
    CommandInput,
    CommandList,
    DiscoveryHit,
    Hit,
    Hits,
    Provider,
)
from textual.content import Content

from tui_digest.i18n import LANGUAGES, Translator
from tui_digest.text.matching import initials, is_initials, searchable
from tui_digest.tui.keymap import first_key
from tui_digest.tui.keynames import shown
from tui_digest.tui.screens.dialogs import SCROLLBAR, keys_of
from tui_digest.tui.screens.foot import INKS, DialogFoot, inks_of
from tui_digest.tui.terminal.keystrokes import LATE, is_hangul
from tui_digest.tui.terminal.prompt_palette import PromptPalette
from tui_digest.tui.widgets.choices import CommandChoices
from tui_digest.tui.widgets.in_turn import InTurn
from tui_digest.tui.widgets.line_box import OneLine
from tui_digest.tui.wrap import width_of

if TYPE_CHECKING:
    from tui_digest.tui.box_keys import BoxKey
    from tui_digest.tui.keyboard import KeyedWindow
    from tui_digest.tui.screens.main import MainScreen

_WIDTH = 80
_AROUND = 8
"""Cells of a row that no words have: frame and blanks, the cursor's sign, the scrollbar and what is left free before
it."""

_LOW = 12
"""Lines below which the palette stands at the top."""
_ORDER = ("find", "command", "copy", "obtain", "marks", "several", "panes", "arrange", "program")
"""The groups of the table as the palette lists them. Moving is not among them: it is not done by name."""


class PaletteBox(OneLine, InTurn, CommandInput):
    """The palette's text field. It knows Enter and Esc itself, and what belongs before them."""

    _enter: events.Key | None = None
    """An Enter that waits for an input method's last syllable, which decides what is chosen."""

    def on_mount(self) -> None:
        """Nothing moves by itself, as in the other boxes."""
        self.cursor_blink = False

    async def on_key(self, event: events.Key) -> None:
        """Enter chooses, Esc and Ctrl+C close."""
        if self._enter is not None and not is_hangul(event.character):
            self._choose()
        if self._enter is not None or self.came_behind(event):
            return
        if event.key == "enter":
            self._enter = event
            event.stop()
            event.prevent_default()
            if self.composed:
                self.set_timer(LATE, self._choose)
            else:
                self._choose()
        elif event.key in ("escape", "ctrl+c"):
            self.end(event)
            cast("Palette", self.screen).leave()

    def _choose(self) -> None:
        enter, self._enter = self._enter, None
        if enter is not None:
            self.end(enter)
            self.post_message(self.Submitted(self, self.value))


class Palette(PromptPalette):
    """Textual's palette, which Ctrl+C closes too; without this Textual would say in English how to quit."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "escape", show=False)]
    COMPONENT_CLASSES = INKS
    DEFAULT_CSS = (
        inks_of("Palette")
        + f"""
    Palette {{
        background: transparent;
        & > Vertical {{
            width: {_WIDTH}; max-width: 100%; height: auto; max-height: 100%; margin: 2 0 0 0; background: $surface;
            padding: 0 1; border: round $ink-frame; border-title-color: $text-accent; visibility: visible;
        }}
        & > Vertical:dark {{ background: $surface; }}
        & > Vertical.-low {{ margin: 0; }}
        & #--input, & #--input.--list-visible {{ height: 1; border: none; }}
        & SearchIcon, & LoadingIndicator {{ display: none; }}
        & CommandInput, & CommandInput:focus {{ height: 1; border: none; padding: 0 1; }}
        & #--results {{ overlay: none; padding: 1 0 0 0; }}
        & CommandList, & CommandList:focus {{
            height: auto; border: none; background: $surface;
            background-tint: $foreground 0%; {SCROLLBAR}
        }}
        & .-low #--results {{ padding: 0; }}
        & CommandList > .option-list--option {{ text-style: none; padding: 0 0 0 1; }}
        & CommandList > .option-list--option-highlighted {{
            color: $block-cursor-foreground; background: $block-cursor-background; text-style: bold;
        }}
    }}
    """
    )

    PLACE = "palette"
    _fitting = 2
    """How many commands fit what is typed."""
    _listed_for = 0
    """The width of the screen for which the rows are made."""

    def on_resize(self) -> None:
        """Where there are few lines, none of them stays empty."""
        container = self.query_one("#--container")
        height = self.app.size.height
        low = height < _LOW
        container.set_class(low, "-low")
        # A frame is as high as all the rows would be, however few of them the list shows.
        rows = max(1, height - 5 if low else height - 6 - max(3, height // 6))  # some are left for notices
        self.query_one(CommandList).styles.max_height = rows
        container.styles.max_height = rows + (3 if low else 4)
        container.border_title = Content(cast("KeyedWindow", self.app).tr("palette.title"))
        if self._listed_for not in (0, self.app.size.width):  # the keys stand at the end of each row
            self.list_anew()
        self._listed_for = self.app.size.width

    def hits_of(self, provider: Provider, typed: str) -> list[DiscoveryHit | Hit] | None:
        """The commands that fit."""
        if not isinstance(provider, Commands):
            return None
        hits = provider.hits(typed)
        self._fitting, self.nothing_fits = len(hits), cast("KeyedWindow", self.app).tr("palette.none")
        self.query_one(DialogFoot).show()
        return hits

    def on_input_submitted(self) -> None:
        """Where Enter has nothing to choose, one types on."""
        if not self._fitting:
            self.query_one(PaletteBox).hand_over(closed=False)

    def _keys_here(self) -> list[BoxKey]:
        """None that move where one command fits, and none that runs it where none does."""
        least = {"down": 2, "up": 2, "run": 1}
        return [key for key in keys_of(self.PLACE) if self._fitting >= least.get(key.name, 0)]

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Close it, once; keys that came behind Enter or Esc act on what is there then."""
        if not self.is_current:  # a choice that was on its way when Esc closed it
            return AwaitComplete(*())
        closing = super().dismiss(result)
        # Textual calls what was chosen as soon as this is done; the keys come after it.
        self.app.call_later(self.query_one(PaletteBox).hand_over, closed=True)
        return closing

    def compose(self) -> ComposeResult:
        """Textual's own, with a text field whose cursor stands where one types, and a list that shows where it is; and
        a footer."""
        for widget in super().compose():
            if isinstance(widget, CommandInput):
                yield PaletteBox(placeholder=widget.placeholder, select_on_focus=False)
            elif isinstance(widget, CommandList):
                yield CommandChoices()
            else:
                yield widget
        yield DialogFoot(self._keys_here)


class Commands(Provider):
    """What the palette offers over the main screen."""

    def _commands(self, tr: Translator) -> Iterator[tuple[str, str, Callable[[], object]]]:
        """Name, key, what to do; first what has no key of its own, last what takes something away."""
        main = cast("MainScreen", self.screen)
        spoken, acts = main.tr.lang, main.library_acts
        yield tr("import.command"), first_key(main.table, "import.ask"), main.bringing.ask
        yield tr("source.command"), "", main.refreshing.ask_for_address
        state = "off" if main.library.imports.starters_on else "on"
        yield tr(f"starters.command.{state}"), "", partial(acts.put_starters, state == "on", spoken)
        yield tr("starters.command.all"), "", partial(acts.put_starters, True)
        if main.library.imports.starters_differ(spoken):
            yield tr("starters.command.instead"), "", partial(acts.put_starters, True, spoken, instead=True)
        for lang in LANGUAGES:
            name = f"{tr('palette.language')}: {tr(f'setting.lang.is.{lang}')}"
            yield name, "", partial(main.adjusting.speak, lang)
        for group in _ORDER:
            for key in main.table:
                if key.group == group and key.id not in ("palette", "import.ask"):
                    yield key.named(tr), "".join(map(shown, key.keys[:1])), partial(main.taker.act, key)
        yield tr("remove.command"), "", acts.ask_to_remove

    def hits(self, query: str) -> list[DiscoveryHit | Hit]:
        """What fits the typed text; everything, before anything is typed. Where no name fits, commands by their initial
        consonants, or by their names in another language."""
        tr, room = cast("MainScreen", self.screen).tr, min(_WIDTH, self.app.size.width) - _AROUND
        commands = [*self._commands(tr)]
        if not query:
            return [DiscoveryHit(_row(name, key, room), act, text=name) for name, key, act in commands]
        matcher = self.matcher(query)
        found: list[DiscoveryHit | Hit] = []
        for name, key, act in commands:
            typed = f"{name}  {key}" if key else name
            if (score := matcher.match(typed)) > 0:
                found.append(Hit(score, _row(matcher.highlight(typed)[: len(name)], key, room), act, text=typed))
        if not found:
            others = zip(commands, self._also_called(tr, query), strict=True)
            scored = [(max(map(matcher.match, also), default=0.0), command) for command, also in others]
            found = [
                Hit(score, _row(name, key, room), act, text=name) for score, (name, key, act) in scored if score > 0
            ]
        return found

    def none(self) -> list[DiscoveryHit | Hit]:
        """A row that says that nothing fits, where Textual asks; it would say it in English."""
        return [Hit(1, cast("MainScreen", self.screen).tr("palette.none"), lambda: None)]

    def _also_called(self, tr: Translator, query: str) -> list[list[str]]:
        """What each command is called besides, as far as the typed text may mean that."""
        if is_initials(query):
            return [[initials(searchable(name))] for name, _, _ in self._commands(tr)]
        others = [Translator(lang) for lang in LANGUAGES if lang != tr.lang]
        return [[name for name, _, _ in names] for names in zip(*map(self._commands, others), strict=True)]

    async def search(self, query: str) -> Hits:
        """What Textual's own palette would ask."""
        for hit in self.hits(query) or self.none():
            yield hit


def _row(name: str | Content, key: str, room: int) -> Content:
    """A command's name, and its key at the end of the row, less loud."""
    name = Content(name) if isinstance(name, str) else name
    blanks = " " * max(2, room - name.cell_length - width_of(key))
    return Content.assemble(name, blanks, (key, "$text-muted")) if key else name
