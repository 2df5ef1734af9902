"""Writes the files below share/ from the grammar of the command line: completions, and the manual page in each
language.

usage: python docs/make_share.py [FOLDER]
"""

from __future__ import annotations

import sys
from pathlib import Path

from tui_digest.cli.parser import build_parser
from tui_digest.cli.shell_files import SHELLS, man
from tui_digest.i18n import LANGUAGES, Translator

SHARE = Path(__file__).resolve().parent.parent / "share"
_PLACES = {
    "bash": "bash-completion/completions/tui-digest",
    "zsh": "zsh/site-functions/_tui-digest",
    "fish": "fish/vendor_completions.d/tui-digest.fish",
}
"""Where packagers put them, below /usr/share."""


def files() -> dict[str, str]:
    """What the files say, by their places below share/."""
    english = Translator("en")
    found = {_PLACES[shell]: write(build_parser(english), english) for shell, write in SHELLS.items()}
    for lang in LANGUAGES:
        tr = Translator(lang)
        place = "man/man1" if lang == "en" else f"man/{lang}/man1"
        found[f"{place}/tui-digest.1"] = man(build_parser(tr), tr)
    return found


def main(folder: Path) -> None:
    """Writes them all."""
    for place, text in files().items():
        target = folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SHARE)
