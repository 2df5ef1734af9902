"""Papers that the user adds one by one, to a digest of the user's own for the day.

They are stored like the items of a source (`store.fetched`), under the address `added`, and so are in the backups.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import orjson

from tui_digest import identity
from tui_digest.errors import EXIT_USAGE, DigestError
from tui_digest.store.registry import ADDED
from tui_digest.text.cleaning import clean

if TYPE_CHECKING:
    from tui_digest.library.imports import Imports
    from tui_digest.library.lists import Lists
    from tui_digest.paths import Paths
    from tui_digest.store.fetched import Fetched, SaidItem


class AddedPaper(NamedTuple):
    """The result of adding a paper."""

    key: str
    already: bool
    """Whether it was in the library: then nothing was done."""


class Adding:
    """Adds papers."""

    def __init__(
        self, paths: Paths, imports: Imports, lists: Lists, notices: list[DigestError], today: Callable[[], date]
    ) -> None:
        self._paths, self._imports, self._lists, self._notices, self._today = paths, imports, lists, notices, today

    def add(self, text: str, digest_title: str, *, title: str | None = None) -> AddedPaper:
        """Adds the paper that an arXiv id, a DOI or an address names, as an act that undo takes back. `digest_title` is
        what the day's digest is called, `title` the paper's. Raises `add.unknown` for what names none, and
        `StoreError`."""
        url = paper_url(text)
        fields = {"url": url, "title": " ".join(clean(title or "").split())}
        key = identity.paper_key(url, fields["title"] or None, f"url:{identity.normalise_url(url)}")
        if (found := self._lists.find(key)) is not None:
            return AddedPaper(found, already=True)
        from tui_digest.store.fetched import SaidItem

        day = self._today().isoformat()
        said = {name: [each] for name, each in fields.items() if each}
        item = SaidItem(key, "feed", orjson.dumps(said).decode(), day)
        store = self._store()
        here = {each.id: each for each in store.items(ADDED).values() if self._lists.find(each.id) is not None}
        store.append(ADDED, [item])
        self._make({**here, item.id: item}, digest_title)
        return AddedPaper(self._lists.find(key) or key, already=False)

    @property
    def size(self) -> int:
        """The bytes of the added papers as stored; compare to see whether a restore brought more."""
        return self._store().size(ADDED)

    def take_up(self, digest_title: str) -> None:
        """Imports added papers that a restore brought, not as an act that undo would take back. Raises `StoreError`."""
        self._make(self._store().items(ADDED), digest_title, "refresh")

    def _make(self, items: dict[str, SaidItem], digest_title: str, act: str = "import") -> None:
        from tui_digest.sources.item_digests import digests_of

        made = digests_of(ADDED, digest_title, items, items.keys())
        self._imports.take_in([each for group in made.incoming for each in group], act=act)

    def _store(self) -> Fetched:
        from tui_digest.store.fetched import Fetched

        return Fetched(self._paths.fetched, self._paths.damaged, self._notices)


def paper_url(text: str) -> str:
    """The address of the paper that the user names. Raises `add.unknown`."""
    text = clean(text).strip()
    paper, registered = identity.arxiv_id(text), identity.doi(text)
    if paper is not None:
        return identity.abstract_link(paper[0])
    if registered is not None and "://" not in text:
        return f"https://doi.org/{registered}"
    if text.startswith(("http://", "https://")) and " " not in text:
        from tui_digest.sources.web.address import read_address, shown

        return shown(read_address(text).public)
    raise DigestError("add.unknown", exit_code=EXIT_USAGE, text=text[:200])
