"""A paper's PDF: where it is, what its file is called, and how it comes there."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tui_digest.errors import DigestError, SourceError
from tui_digest.sources.web.address import shown
from tui_digest.sources.web.download import PartFile
from tui_digest.text.cleaning import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui_digest.models import Sighting
    from tui_digest.sources.web.client import Arriving, Web

_LIMIT = 300_000_000
_LONGEST = 150
"""Bytes of a name; some file systems take 255, and encrypted ones fewer."""
_UNFIT = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f]+')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


def folder_of(setting: str) -> Path:
    """The folder for PDFs that the setting names. Raises `pdf.folder` where that is no place."""
    try:
        return Path(setting.strip() or "~/Papers").expanduser().absolute()
    except (OSError, RuntimeError) as error:
        raise DigestError("pdf.folder", folder=setting) from error


def place_of(sightings: Sequence[Sighting], folder: str) -> Path:
    """Where a paper's file is or goes: in the folder of the setting, under its readable name."""
    return folder_of(folder) / name_of(sightings[0])


def address_of(sightings: Sequence[Sighting], arxiv: str) -> str | None:
    """Where a paper's PDF is: at `arxiv` for one that has an arXiv id, else at an address among its own that ends as
    one does; None where none is known."""
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
    """What a paper's file is called: its title, and its arXiv id in brackets, without what a name cannot hold."""
    paper = sighting.key.removeprefix("arxiv:") if sighting.key.startswith("arxiv:") else ""
    title = unicodedata.normalize("NFC", " ".join(clean(sighting.display_title).split()))
    end = f" ({paper.replace('/', '_')}).pdf" if paper and not sighting.untitled else ".pdf"
    name = _fitting(title)
    if not name.strip(" ._-"):
        name = "paper"
    while len(os.fsencode(name + end)) > _LONGEST:
        name = name[:-1].rstrip()
    return (f"_{name}" if _RESERVED.match(name + end) else name) + end


def _fitting(title: str) -> str:
    """A title without what a file's name cannot hold, on any system: signs become blanks, and no name is hidden."""
    return " ".join(_UNFIT.sub(" ", title).split()).strip(". ")


def fetch(
    web: Web,
    url: str,
    path: Path,
    *,
    user_named: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Arriving | None = None,
) -> None:
    """Fetches a PDF to `path`; one that ended early goes on where it was. Raises SourceError: those of `Web.download`,
    and `pdf.none_there` where no PDF came; and the store's errors where it cannot be written."""
    part = PartFile(path)
    web.download(url, part, limit=_LIMIT, user_named=user_named, cancelled=cancelled, progress=progress)
    if not part.begins_with(b"%PDF-"):
        part.drop()
        raise SourceError("pdf.none_there", url=shown(url))
    part.finish()
