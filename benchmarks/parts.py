"""The parts of an import into an empty home, one after the other: parsing, the store's part, the index. Parsing and
the index are done by several processes, as by the command.

usage: TUI_DIGEST_HOME=HOME parts.py FOLDER
Prints the seconds of each.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from tui_digest.library import Library
from tui_digest.paths import locate
from tui_digest.sources import intake


def main(texts: Path) -> None:
    """Print three numbers."""
    read, begun = intake.read_all, time.perf_counter()
    parsed = begun

    def timed(*asked: Any, **more: Any) -> intake.Taken:
        nonlocal parsed
        found = read(*asked, **more)
        parsed = time.perf_counter()
        return found

    intake.read_all = timed
    library = Library.open(locate(), starters=False)
    library.imports.from_paths([texts])
    library.close()
    stored = time.perf_counter()
    work = library.lists.index_work(beside=True)
    if work is not None:
        work(lambda done, of: None, lambda: False)
    print(parsed - begun, stored - parsed, time.perf_counter() - stored)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
