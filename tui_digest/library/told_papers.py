"""What the user's own commands are told of papers: variables, and an export on standard input.

The variables are of one line, without control characters, and no longer than a system takes; all there is stands in the
export, which is of JSON lines unless the command wants another format.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui_digest import identity
from tui_digest.desktop.user_commands import Given
from tui_digest.text.cleaning import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tui_digest.library import Library
    from tui_digest.models import Sighting
    from tui_digest.settings.commands import UserCommand

LONGEST = 8000
"""Characters of a variable: systems take 128 KB, of which a character may be four bytes."""


class Run(NamedTuple):
    """One run of a command."""

    given: Given
    papers: int
    """On how many."""


def runs_of(library: Library, command: UserCommand, sightings: Iterable[Sighting]) -> Iterator[Run]:
    """The runs of a command on these papers: one for each, or one for all. Raises `DigestError` for a format that there
    is not."""
    from tui_digest.plugins import export_format

    row = export_format(command.format)
    several = [[*sightings]] if command.together else ([sighting] for sighting in sightings)
    for papers in several:
        if papers:
            pieces = row.encoded(library.exports.pieces(row, papers), file=False)
            yield Run(Given(variables_for(library, papers, command.format), pieces), len(papers))


def variables_for(library: Library, papers: Sequence[Sighting], name: str) -> dict[str, str]:
    """The variables of one run that gets this format: what tells of one paper is set for one alone."""
    told = {"COUNT": str(len(papers)), "FORMAT": name}
    return {**told, **(variables_of(library, papers[0]) if len(papers) == 1 else {})}


def variables_of(library: Library, sighting: Sighting) -> dict[str, str]:
    """The variables of a paper by name, all of them always there, empty where nothing is known."""
    from tui_digest.export.papers import paper_of

    paper, mark = paper_of(sighting), library.marks.of(sighting.key)
    arxiv_id, _ = library.lists.arxiv_for(sighting)
    said = {
        "KEY": sighting.key,
        "TITLE": sighting.display_title,
        "URL": library.lists.link_of(sighting)[0],
        "ARXIV_ID": arxiv_id or "",
        "PDF_URL": identity.pdf_link(arxiv_id) if arxiv_id else "",
        "DOI": paper.doi or "",
        "AUTHORS": "; ".join(paper.authors),
        "TAGS": " ".join(sighting.entry.tags),
        "OWN_TAGS": " ".join(mark.tags),
        "WEEK": sighting.digest.week,
        "CITE_KEY": library.exports.cite_key(sighting.key),
    }
    return {name: _one_line(value) for name, value in said.items()}


VARIABLES = ("COUNT", "FORMAT", "KEY", "TITLE", "URL", "ARXIV_ID", "PDF_URL", "DOI", "AUTHORS", "TAGS", "OWN_TAGS",
             "WEEK", "CITE_KEY", "JSON")  # fmt: skip
"""All names, behind `TUI_DIGEST_`: the number of papers, and in which format they come; those of one paper; a file,
where the terminal is lent."""


def _one_line(text: str) -> str:
    text = text if text.isprintable() else clean(text)
    return " ".join(text.replace("\0", " ").split())[:LONGEST].encode("utf-8", "replace").decode()
