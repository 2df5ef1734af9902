"""`python -m tui_digest` and the `tui-digest` command."""

from __future__ import annotations

import gc
import sys


def main() -> int:
    """Run the reader or a subcommand; returns the exit code."""
    # Start-up makes many objects and no garbage: collecting meanwhile costs a tenth of the time to the first
    # paint. The reader turns it on again once the first screen stands.
    gc.disable()
    try:
        from tui_digest.cli import main as run

        return run(sys.argv[1:])
    except KeyboardInterrupt:  # while it was still loading: nothing was begun, and there is nothing to say
        return 130


if __name__ == "__main__":
    sys.exit(main())
