"""The commented default of `config.toml`, with what the terminal face alone knows: its keys. Knows nothing of
Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.settings.config import ENDPOINTS
from tui_digest.settings.config_file import Example, default_text
from tui_digest.tui.keymap import KEYS

if TYPE_CHECKING:
    from tui_digest.i18n import Translator

TAGS = Example("reinforcement-learning", ("reinforcement_learning", "rl"), "")
"""How a line of `[tag_aliases]` may look."""


COMMANDS: dict[str, object] = {
    "reading-list": 'printf \'%s\\n\' "$TUI_DIGEST_TITLE" "$TUI_DIGEST_URL" >> reading-list.txt',
    "share": {"run": "cat >> shared.ndjson", "keys": "g z", "together": True},
}
"""How lines of `[commands]` may look."""


def default_file(tr: Translator) -> str:
    """The file that `tui-digest config default` prints, and that a first change in the settings screen begins."""
    keys = [Example(key.id, key.keys, tr(key.label)) for key in KEYS]
    tags = [TAGS._replace(words=tr("setting.tag_aliases.example"))]
    commands = [Example(name, each, tr(f"setting.commands.{name}")) for name, each in COMMANDS.items()]
    endpoints = [Example(name, address, tr(f"setting.endpoints.{name}")) for name, address in ENDPOINTS.items()]
    return default_text(tr, {"keys": keys, "endpoints": endpoints, "tag_aliases": tags, "commands": commands})
