"""How many cases a test makes up of its own: other ones in each run, a third of them where somebody waits for it."""

import os

THOROUGH = os.environ.get("TUI_DIGEST_TESTS") == "thorough"
"""As `make test-all` has it."""


def examples(number: int) -> int:
    """How many of so many this run tries."""
    return number if THOROUGH else max(min(number, 10), number // 3)
