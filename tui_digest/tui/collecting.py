"""When Python looks for what nobody needs any more: a little at any time, at all of it only while nobody types.

A look at all objects takes 10 to 20 ms, for which a key would wait. What was made until the first screen stands, and
what is loaded for later keys, stays as long as the program: it is never looked at.
"""

from __future__ import annotations

import gc

from tui_digest.tui.terminal.waiting_keys import waiting_keys

YOUNG, MIDDLE, OLD = 2_000, 10, 100
"""So many new objects until a look at them; so many of those until a look at what they left, in a millisecond or two;
and of these until a look at all, should nobody rest for so long."""

REST = 1.0
"""Seconds since the last key after which one looks at all, and between two times that this is asked."""

WORTH = 3
"""Looks at new objects since, from which on it is worth it."""


def begin() -> None:
    """The first screen stands: what was made until now stays."""
    gc.set_threshold(YOUNG, MIDDLE, OLD)
    gc.freeze()
    gc.enable()


def keep() -> None:
    """What was loaded until now stays, too."""
    gc.freeze()


def look_at_rest() -> bool:
    """Look at all objects, if nobody types and there may be something to find; whether it was done."""
    _, middle, old = gc.get_count()
    if not waiting_keys.rested(REST) or (middle < WORTH and not old):
        return False
    gc.collect()
    return True
