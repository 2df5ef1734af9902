"""Writes the tables of docs/keys.md from the table of keys, in English and in Korean.

usage: python docs/make_keys.py [FILE.md]
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tui_digest.i18n import LANGUAGES, Translator
from tui_digest.tui.key_list import KeyLine, sections
from tui_digest.tui.keymap import KEYS

PAGE = Path(__file__).with_name("keys.md")
_WHERE = r"(<!-- keys {lang} -->\n).*?(<!-- end -->)"


def tables(lang: str) -> str:
    """All keys in one language, a table under each heading."""
    tr = Translator(lang)
    found = sections(KEYS, tr)
    return "\n".join(
        f"\n**{each.title}**\n\n| | | |\n|---|---|---|\n" + "".join(map(_row, each.lines)) for each in found
    )


def _row(line: KeyLine) -> str:
    keys = " ".join(f"`{key}`" for key in line.keys)
    return f"| {keys} | {line.words} | {f'`{line.id}`' if line.id else ''} |\n"


def renewed(page: str) -> str:
    """The page with its tables as they have to be."""
    for lang in LANGUAGES:
        page = re.sub(
            _WHERE.format(lang=lang),
            lambda match, lang=lang: match[1] + tables(lang) + "\n" + match[2],
            page,
            flags=re.S,
        )
    return page


if __name__ == "__main__":
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE
    path.write_text(renewed(path.read_text("utf-8")), "utf-8")
