"""The parts of an import into an empty home: parsing; deciding and writing, along which most of the index is made, and
what is left of the index. They are done by several processes, as by the command, so these are times by the clock: all
processors together work longer. With one processor (`taskset -c 0`) the index is made last.

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
    library.imports.from_paths([texts], indexing=True)
    library.close()
    stored = time.perf_counter()
    work = library.lists.index_work(beside=True, ahead=library.imports.index_ahead)
    if work is not None:
        work(lambda done, of: None, lambda: False)
    print(parsed - begun, stored - parsed, time.perf_counter() - stored)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
