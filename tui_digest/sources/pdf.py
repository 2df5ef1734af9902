"""A paper's PDF: its address, the name of its file, and fetching it."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tui_digest.errors import DigestError, SourceError
from tui_digest.sources.web.address import shown
from tui_digest.sources.web.download import PartFile
from tui_digest.text.cleaning import clean
from tui_digest.text.file_name import allowed, fitting

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui_digest.models import Sighting
    from tui_digest.sources.web.client import Arriving, Web

_LIMIT = 300_000_000
_LONGEST = 150
"""The most bytes of a file name: most file systems take 255, encrypted ones fewer."""
_LONGEST_DOI = 60


def folder_of(setting: str) -> Path:
    """The folder that the setting `pdf_folder` names. Raises `pdf.folder` where it cannot be one."""
    try:
        return Path(setting.strip() or "~/Papers").expanduser().absolute()
    except (OSError, RuntimeError) as error:
        raise DigestError("pdf.folder", folder=setting) from error


def place_of(sightings: Sequence[Sighting], folder: str) -> Path:
    """The path of a paper's PDF, be it there or not: its readable name in the folder of the setting; or a file there
    that ends with its arXiv id, since its title may have been another."""
    place = folder_of(folder) / name_of(sightings[0])
    paper = _arxiv(sightings[0])
    if not paper or place.is_file():
        return place
    ends = (f"({paper}).pdf", f"{os.sep}{paper}.pdf")
    try:
        found = sorted(each for each in place.parent.iterdir() if str(each).endswith(ends) and each.is_file())
    except OSError:
        return place
    return next(iter(found), place)


def address_of(sightings: Sequence[Sighting], arxiv: str) -> str | None:
    """The address of a paper's PDF: `arxiv` (the setting) with its arXiv id, else the first of its own links that ends
    in `.pdf`; None where there is none."""
    for sighting in sightings:
        if sighting.key.startswith("arxiv:"):
            return f"{arxiv.rstrip('/')}/{sighting.key.removeprefix('arxiv:')}"
    urls = (url for each in sightings for url in (each.entry.url, *(link.url for link in each.entry.links)) if url)
    return next((url for url in urls if _ends_as_pdf(url)), None)


def _ends_as_pdf(url: str) -> bool:
    try:
        return urlsplit(url).path.lower().endswith(".pdf")
    except ValueError:
        return False


def name_of(sighting: Sighting) -> str:
    """The file name of a paper's PDF: its title, and in brackets its arXiv id, its DOI, or some letters that tell it
    from others of that title; without characters that file names cannot hold."""
    paper = _arxiv(sighting) or _other(sighting.key)
    title = unicodedata.normalize("NFC", " ".join(clean(sighting.display_title).split()))
    if sighting.untitled and _arxiv(sighting):
        return f"{paper}.pdf"
    end = f" ({paper}).pdf"
    name = fitting(title)
    if not name.strip(" ._-"):
        name = "paper"
    while len(os.fsencode(name + end)) > _LONGEST:
        name = name[:-1].rstrip()
    return allowed(name + end)


def _arxiv(sighting: Sighting) -> str:
    return sighting.key.removeprefix("arxiv:").replace("/", "_") if sighting.key.startswith("arxiv:") else ""


def _other(key: str) -> str:
    kind, _, name = key.partition(":")
    if kind == "doi" and len(name) <= _LONGEST_DOI:
        return fitting(name.replace("/", "_"))
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:6]


def fetch(
    web: Web,
    url: str,
    path: Path,
    *,
    user_named: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Arriving | None = None,
) -> None:
    """Fetches a PDF to `path`, and goes on where an earlier download of it ended. Raises SourceError: those of
    `Web.download`, and `pdf.none_there` where what came is not a PDF; and StoreError where it cannot be written."""
    part = PartFile(path)
    web.download(url, part, limit=_LIMIT, user_named=user_named, cancelled=cancelled, progress=progress)
    if not part.begins_with(b"%PDF-"):
        part.drop()
        raise SourceError("pdf.none_there", url=shown(url))
    part.finish()
