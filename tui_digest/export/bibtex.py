"""BibTeX: a `@misc` a paper, which every style can print, with arXiv's own fields where it is an arXiv paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from tui_digest.export import Request
from tui_digest.export.cite_keys import citable_of, keys_for, plain_key
from tui_digest.export.names import Name, names_of
from tui_digest.export.papers import Paper, all_tags, paper_of, papers, shown_papers
from tui_digest.models import Mark, Sighting
from tui_digest.text.formula_marks import FORMULA

_LATEX = str.maketrans(
    {c: f"\\{c}" for c in "&%$#_"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    # `\{` and `\}` count for BibTeX: one without the other would take the rest of the file along.
    | {"{": r"\textbraceleft{}", "}": r"\textbraceright{}"}
    # LaTeX's oldest fonts have other signs in their places.
    | {"<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}"}
)
_URL = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20", '"': "%22"})
_BREAKS_OUT = re.compile(r"(?<!\\)[%#&]|\\(?:end|begin|input|write|def)\b|\n\s*\n")
"""What ends a formula, or more than that."""
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_AND = re.compile(r"\band\b|,", re.IGNORECASE)


def bibtex_for(sighting: Sighting, cite_key: Callable[[str], str] | None = None) -> str:
    """The record of one sighting's paper, ready to be pasted. `cite_key` is as in `Request`."""
    paper = paper_of(sighting)
    return _record(paper, cite_key(paper.key) if cite_key else plain_key(citable_of(paper)), Mark())


def write(sightings: Iterable[Sighting], mark_of: Callable[[str], Mark], request: Request) -> Iterator[str]:
    """A record a paper, with keys that are unique in the library."""
    found = papers(sightings)
    keys = keys_for(found, request.cite_key)
    for number, (paper, mark) in enumerate(shown_papers(found, mark_of, request.left_out)):
        yield ("\n" if number else "") + _record(paper, keys[paper.key], mark)


def _record(paper: Paper, key: str, mark: Mark) -> str:
    fields = {
        # A second pair of braces keeps the capitals, which many styles would make small.
        "title": "{" + latex(paper.marked_title) + "}",
        "author": _authors(paper),
        "year": str(paper.year or ""),
        "month": _MONTHS[paper.month - 1] if paper.month else "",
        # biblatex and Zotero ask for `eprinttype`, the styles of BibTeX for `archivePrefix`
        "eprint": paper.arxiv_id or "",
        "eprinttype": "arxiv" if paper.is_preprint else "",
        "archivePrefix": "arXiv" if paper.is_preprint else "",
        "primaryClass": paper.category or "",
        "version": str(paper.version or ""),
        "doi": (paper.doi or "").translate(_URL),
        "url": (paper.url or "").translate(_URL),
        # printed by all styles; a preprint has no field for a journal
        "note": latex(paper.venue or ""),
        "keywords": ", ".join(map(latex, all_tags(paper, mark))),
        "abstract": _text(paper.abstract or ""),
        "annote": _text(mark.note or ""),
        **_told(paper),
    }
    lines = [
        # The names of months are macros, which each style writes in its own way.
        f"  {name} = {value}" if name == "month" else f"  {name} = {{{value}}}"
        for name, value in fields.items()
        if value
    ]
    return f"@misc{{{key},\n" + ",\n".join(lines) + "\n}\n"


def _told(paper: Paper) -> dict[str, str]:
    """What digests say of a paper. Only `comment` is a field that others know; BibTeX passes over the rest."""
    mentions = paper.mentions
    links = (latex(f"{link.label}: " if link.label else "") + link.url.translate(_URL) for link in paper.links)
    digests = (latex(", ".join(filter(None, (each.origin, each.week)))) for each in mentions)
    return {
        "comment": "\n\n".join(_text(each.attributed) for each in paper.commentaries),
        "links": "; ".join(links),
        "digest": "; ".join(filter(None, digests)),
        "section": "; ".join(dict.fromkeys(latex(each.section) for each in mentions if each.section)),
        "day": "; ".join(dict.fromkeys(each.date.isoformat() for each in mentions if each.date)),
        "votes": "; ".join(str(each.votes) for each in mentions if each.votes is not None),
    }


def _authors(paper: Paper) -> str:
    names, others = names_of(paper.authors)
    return " and ".join([*map(author, names), *(["others"] if others and names else [])])


@lru_cache(maxsize=8192)  # as for `name_of`
def author(name: Name) -> str:
    """A name as BibTeX reads it: `van der Maaten, Laurens`; ` and ` parts names and a comma parts a name, so braces
    keep such a one whole, and a group in two pairs of them."""
    if name.group:
        return "{{" + latex(name.family) + "}}"
    family = _part(name.family)
    # Small letters would be taken for a particle.
    if " " in name.family and any(word[:1].islower() for word in name.family.split()):
        family = f"{{{latex(name.family)}}}"
    if name.whole:
        return f"{{{latex(name.family)}}}" if " " in name.family else family
    parts = [f"{_part(name.particle)} {family}".strip(), _part(name.suffix), _part(name.given)]
    return ", ".join(parts if name.suffix else [parts[0], parts[2]])


def _part(text: str) -> str:
    return f"{{{latex(text)}}}" if _AND.search(text) else latex(text)


def _text(text: str) -> str:
    """Several lines: blank ones part paragraphs, for BibTeX they are blanks like any other."""
    return "\n".join(latex(line) for line in text.strip().split("\n"))


def latex(text: str) -> str:
    """A line of plain text as LaTeX prints it; formulas stay formulas."""
    text = " ".join(text.split())
    pieces, at = [], 0
    for match in FORMULA.finditer(text):
        if _is_whole(match[0]):
            pieces += [text[at : match.start()].translate(_LATEX), match[0]]
            at = match.end()
    return "".join([*pieces, text[at:].translate(_LATEX)])


def _is_whole(formula: str) -> bool:
    """Whether a formula can stand as it is: its braces are balanced, and it ends where it ends."""
    depth = 0
    for sign in formula:
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return False
    return depth == 0 and _BREAKS_OUT.search(formula) is None
