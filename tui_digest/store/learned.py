"""The metadata of papers that arXiv's API gave. It cannot be made again without the network, so it is kept like the
user's own marks and is in the backups. The files of the weeks have copies of it, so that lists and search need nothing
else.

One file for each month of arXiv ids, replaced as a whole: `2307.json` holds the papers 2307.00001 and on. Which paper
has a title is in `titles.json`, for papers that have no arXiv id in their digest; null where arXiv knows none.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from tui_digest.errors import StoreError, note
from tui_digest.files import read_bytes, replace_file, set_aside
from tui_digest.models import Learned
from tui_digest.store.lock import locked
from tui_digest.store.seal import fields_of, sealed
from tui_digest.text.cleaning import cleaned

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tui_digest.errors import DigestError

LearnedFields = dict[str, Any]
"""The metadata of a paper as a JSON object."""

LEARNED_VERSION = 1
FILE = re.compile(r"[0-9a-z-]{4,30}\.json")
"""Names of the files."""

_MONTH = re.compile(r"(\d{4})\.|([a-z-]+)(?:\.[a-z]{2})?/(\d{4})", re.IGNORECASE)
_TITLES = "titles.json"
_TITLE = "title:"
_LISTS = ("authors", "categories")
_TEXTS = ("title", "abstract", "published", "updated", "doi", "venue", "comment", "paper")


def document_of(learned: Learned) -> LearnedFields:
    """The metadata as it is stored; empty fields are left out."""
    fields = {name: getattr(learned, name) for name in Learned._fields}
    return {name: value for name, value in fields.items() if value not in (None, ())} | {"asked": learned.asked}


def learned_of(document: LearnedFields | None) -> Learned | None:
    """The metadata of a stored JSON object; None for None."""
    if document is None:
        return None
    fields: dict[str, Any] = {name: tuple(value) if name in _LISTS else value for name, value in document.items()}
    return Learned(**{name: fields[name] for name in Learned._fields if name in fields})


def check_learned(document: Any) -> None:
    """Raises LookupError, TypeError or ValueError where it is not what `document_of` makes; fields that only a later
    version knows do not count."""
    if document is None:
        return
    "".join(text for name in _LISTS for text in document.get(name, []))  # lists of texts
    if not (
        type(document) is dict
        and all(type(document.get(name, [])) is list for name in _LISTS)
        and all(type(document.get(name, "")) is str for name in _TEXTS)
        and type(document.get("version", 0)) is int
    ):
        raise TypeError(document)
    for name in ("asked", "published", "updated"):
        if name in document or name == "asked":
            date.fromisoformat(document[name])


class LearnedStore:
    """The stored metadata of all papers; each file is read when it is first needed."""

    def __init__(self, folder: Path, damaged: Path | None, notices: list[DigestError]) -> None:
        """Reads nothing yet. A damaged file is moved to the folder `damaged` and reported in `notices`."""
        self._folder, self._damaged, self._notices = folder, damaged, notices
        self._files: dict[str, dict[str, LearnedFields]] = {}

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever learned."""
        return not self._folder.is_dir()

    def paper_titled(self, title: str | None) -> str | None:
        """The key of the arXiv paper of a title that arXiv was asked for; None where there is none."""
        if not title or not self._file(_TITLES):
            return None
        from tui_digest.identity import normalise_title  # its patterns take 4 ms, which no start needs

        paper: str | None = (self.of(_TITLE + normalise_title(title)) or {}).get("paper")
        return paper

    def asked_for_title(self, title: str) -> bool:
        """Whether arXiv was asked for a title (`identity.normalise_title`)."""
        return self.of(_TITLE + title) is not None

    def of(self, key: str) -> LearnedFields | None:
        """The metadata of a paper by its key; None where there is none."""
        name = _file_of(key)
        return None if name is None else self._file(name).get(key)

    def _file(self, name: str) -> dict[str, LearnedFields]:
        if name not in self._files:
            self._files[name] = self._read(self._folder / name)
        return self._files[name]

    def laid(self, documents: Sequence[LearnedFields], aliases: Mapping[str, str]) -> list[LearnedFields]:
        """Stored entries with the metadata of their papers. Metadata of another paper is taken out: an entry may have
        been corrected since. `aliases` maps keys to those that they stand for."""
        if self.is_empty:
            return [*documents]
        return [self._with(each, aliases.get(each["key"], each["key"])) for each in documents]

    def _with(self, document: LearnedFields, key: str) -> LearnedFields:
        if not key.startswith("arxiv:"):
            key = self.paper_titled(document.get("title")) or key
        known, here = self.of(key), document.get("learned")
        if known is not None:
            laid = known | {"of": key}
            return document if here == laid else {**document, "learned": laid}
        if here is None or here.get("of") == key:  # its file may be lost: then this copy is the last
            return document
        return {name: value for name, value in document.items() if name != "learned"}

    def learn(self, papers: Mapping[str, Learned]) -> None:
        """Writes metadata of papers, by key, to the disk. Raises `StoreError`."""
        self._keep({key: document_of(learned) for key, learned in papers.items()})

    def learn_titles(self, papers: Mapping[str, str | None], asked: date) -> None:
        """Writes the keys of papers, by their titles (`identity.normalise_title`); None where arXiv knows no paper of a
        title. Raises `StoreError`."""
        day = {"asked": asked.isoformat()}
        self._keep({_TITLE + title: day | ({"paper": key} if key else {}) for title, key in papers.items()})

    def _keep(self, documents: Mapping[str, LearnedFields]) -> None:
        with locked(self._folder / "lock"):
            self._files.clear()  # another process may have learned meanwhile
            changed = set()
            for key, document in documents.items():
                name = _file_of(key)
                if name is not None:
                    self._file(name)[key] = document
                    changed.add(name)
            for name in sorted(changed):
                head = orjson.dumps({"schema_version": LEARNED_VERSION, "papers": self._files[name]})
                replace_file(self._folder / name, sealed(head))

    def bring(self, data: bytes) -> list[str]:
        """Takes over a file of an archive, but for papers whose metadata here is as new or newer. Returns the keys of
        the papers that were changed. Raises ValueError where it is not such a file, and `StoreError`."""
        try:
            found = cleaned(_papers(data))
        except (LookupError, TypeError, AttributeError) as error:
            raise ValueError from error
        newer = {key: each for key, each in found.items() if each["asked"] > (self.of(key) or {"asked": ""})["asked"]}
        self._keep({key: _own_fields(each) for key, each in newer.items()})
        return [*newer]

    def _read(self, path: Path) -> dict[str, LearnedFields]:
        try:
            return papers_in_file(path)
        except (ValueError, LookupError, TypeError, AttributeError):
            note(self._notices, set_aside(path, self._damaged))
        except StoreError as error:
            if error.message_id == "store.newer":
                raise
            note(self._notices, error)
        return {}


def learned_files(folder: Path) -> list[Path]:
    """The files of metadata in a folder."""
    with suppress(OSError):
        return sorted(path for path in folder.iterdir() if FILE.fullmatch(path.name))
    return []


def papers_in_file(path: Path) -> dict[str, LearnedFields]:
    """The metadata in a file, by the papers' keys; empty where there is no file. Raises ValueError, LookupError,
    TypeError or AttributeError where it is damaged, and `StoreError`."""
    data = read_bytes(path)
    return {} if data is None else _papers(data)


def _papers(data: bytes) -> dict[str, LearnedFields]:
    fields = fields_of(data)
    version = fields["schema_version"]
    if version > LEARNED_VERSION:
        raise StoreError("store.newer", path="learned", found=version, known=LEARNED_VERSION)
    papers: dict[str, LearnedFields] = fields["papers"]
    for each in papers.values():
        if each is None:
            raise TypeError(each)
        check_learned(each)
    return papers


def _own_fields(document: LearnedFields) -> LearnedFields:
    """The fields that this version knows."""
    return {name: value for name, value in document.items() if name in Learned._fields or name == "paper"}


def _file_of(key: str) -> str | None:
    """The name of the file for a paper's key; None for a paper that arXiv cannot be asked about."""
    if key.startswith(_TITLE):
        return _TITLES
    match = _MONTH.match(key.removeprefix("arxiv:")) if key.startswith("arxiv:") else None
    if match is None:
        return None
    return f"{match[1]}.json" if match[1] else f"{match[2].lower()}-{match[3]}.json"
