"""The addresses that hold a password or a token, in a file of their own that only the user may read.

Everything else (the journal, the library, backups, logs, what is shown) has the address without them. No backup has
this file: after a restore such a source is added once more, with its password.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import orjson

from tui_digest.errors import StoreError
from tui_digest.files import read_bytes, replace_file

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path


class Passwords:
    """The whole addresses, by those that may be shown."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, str] | None = None

    def whole(self, address: str) -> str:
        """The address as it is asked."""
        return self._load().get(address, address)

    def keep(self, address: str, whole: str, others: Collection[str]) -> None:
        """Keeps the whole address, and of what is there that of `others` only. Raises `StoreError`."""
        before = self._load()
        known = {each: told for each, told in before.items() if each in others or each == address}
        if whole != address:
            known[address] = whole
        else:
            known.pop(address, None)
        if known != before:
            replace_file(self._path, orjson.dumps(known))
            self._known = known

    def _load(self) -> dict[str, str]:
        if self._known is None:
            self._known = {}
            with suppress(StoreError, ValueError, AttributeError):
                told = orjson.loads(read_bytes(self._path) or b"{}")
                self._known = {str(address): str(whole) for address, whole in told.items()}
        return self._known
