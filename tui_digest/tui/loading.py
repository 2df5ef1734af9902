"""Loads what the first use of many keys needs, module by module, once the first screen stands.

A module takes up to 10 ms to load; the first letter typed into the box needed so many that it waited for 60.
"""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING

from tui_digest.text.patterns import compiling

if TYPE_CHECKING:
    from collections.abc import Generator

LATER = (
    # a list of all weeks, and the box
    "hashlib",
    "tui_digest.identity.certainty",
    "tui_digest.query.values",
    "tui_digest.query.grammar",
    "tui_digest.text.matching",
    "tui_digest.query.completing",
    "textual.suggester",
    "textual.validation",
    "textual.widgets._input",
    "tui_digest.tui.widgets.line_box",
    "tui_digest.tui.widgets.filter_box",
    "tui_digest.store.orders",
    "tui_digest.library.row_orders",
    "tui_digest.text.marked_inline",
    "tui_digest.text.marked_text",
    "tui_digest.text.people",
    "tui_digest.store.search_text",
    "tui_digest.store.search",
    "tui_digest.library.terms",
    "tui_digest.store.tag_sets",
    "tui_digest.store.search_words",
    "tui_digest.library.meant",
    # help, palette, settings, themes
    "textual.scrollbar",
    "tui_digest.tui.widgets.thin_scrollbar",
    "tui_digest.tui.key_list",
    "tui_digest.tui.widgets.long_text",
    "textual.widgets._option_list",
    "textual.widgets._button",
    "textual.widgets._loading_indicator",
    "textual.fuzzy",
    "textual.command",
    "tui_digest.tui.screens.dialogs",
    "tui_digest.tui.screens.help",
    "tui_digest.tui.terminal.prompt_palette",
    "tui_digest.tui.palette",
    "tomllib",
    "tui_digest.tui.user_themes",
    "tui_digest.tui.screens.settings",
    "tui_digest.tui.screens.theme_dialog",
    # copying and noting
    "tui_digest.export.papers",
    "tui_digest.text.name_words",
    "tui_digest.export.names",
    "tui_digest.export.bibtex",
    "tui_digest.library.exports",
    "tui_digest.tui.copy_text",
    "tui_digest.desktop.clipboard",
    "textual._text_area_theme",
    "textual.document._document",
    "textual.document._wrapped_document",
    "textual.document._syntax_aware_document",
    "textual.widgets._text_area",
    "tui_digest.tui.widgets.note_editor",
    "tui_digest.tui.widgets.picking",
)
"""What others of these need comes before them, so that each brings little but itself. Their order is all that depends
on Textual's modules: one that is not there is passed over."""


IN_LARGE = (
    "sqlite3",
    "tui_digest.store.search_codes",
    "tui_digest.store.search_initials",
    "tui_digest.store.search_phrases",
    "tui_digest.store.search_index",
)
"""What a search of a large library needs, which has an index."""


def loading(*, large: bool) -> Generator[None, None, None]:
    """Loads them, one a step, for a large library what its search needs, too, and compiles the patterns of ours that
    are loaded then."""
    for name in (*LATER, *(IN_LARGE if large else ())):
        if name not in sys.modules:
            try:
                importlib.import_module(name)
            except ModuleNotFoundError:
                if not name.startswith("textual."):
                    raise
            yield
    for name, module in [*sys.modules.items()]:
        if name.startswith("tui_digest."):
            yield from compiling(module)
