"""Addresses with a password or a token, in a file of their own that only the user may read.

Everything else (journal, library, backups, logs, messages) has the address without them. This file is in no backup:
after a restore such a source must be added again, with its password.
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
    """The addresses with password, by the same address without it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, str] | None = None

    def whole(self, address: str) -> str:
        """The address with its password; the address itself where it has none."""
        return self._load().get(address, address)

    def keep(self, address: str, whole: str, others: Collection[str]) -> None:
        """Writes down the `whole` address, with password, of an `address`, and drops those of all addresses but this
        and `others`. Raises `StoreError`."""
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
