"""Notes for Obsidian, Logseq and their like: a file a paper, which is renewed without touching what the user wrote.

A note has settings at its top (front matter) and a part between two comments, both written by the app. All other text
is the user's, and so is a setting or that part once the user changed it: the closing comment has hashes of what was
last written, by which a change is noticed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import chain, count
from typing import TYPE_CHECKING, Any, NamedTuple
from unicodedata import normalize

from tui_digest import identity
from tui_digest.export import Request
from tui_digest.export.cite_keys import keys_for
from tui_digest.export.markdown import lines_of, link, named_link, plain, quoted, whereabouts
from tui_digest.export.papers import Paper, papers, shown_papers
from tui_digest.models import Mark, Sighting
from tui_digest.text.file_name import allowed, fitting

if TYPE_CHECKING:
    from tui_digest.i18n import Translator

KEY = "paper"
"""The setting by which a note is known again, whatever its file is called."""
_BEGIN = "<!-- tui-digest -->"
_END = re.compile(r"^<!-- /tui-digest(?P<written>(?: [a-z]+=[0-9a-f]{8})*) -->$")
_BODY = "body"
_FENCE = "---"
_GOES_ON = re.compile(r"\s+[^\s#]|-(?:\s|$)")
"""A line that is part of the setting above."""
_NOT_IN_LINKS = re.compile(r"[#^\[\]]+")
_LONGEST_NAME = 120
"""Bytes of a file's name; file systems take 255, cloud folders and links want fewer."""
_NO_TAG = re.compile(r"[^\w/-]+")


class PaperNote(NamedTuple):
    """The content of a note about a paper."""

    key: str
    """The paper's."""
    name: str
    """What its file is to be called, without the ending."""
    settings: dict[str, Any]
    """Texts, booleans and lists of texts, in order."""
    body: tuple[str, ...]
    """The lines between the comments."""


def write(sightings: Iterable[Sighting], mark_of: Callable[[str], Mark], request: Request) -> Iterator[str]:
    """Every note as it is where there was none before, one behind the other."""
    for note in notes_of(sightings, mark_of, request, {}):
        yield fresh(note)


def notes_of(
    sightings: Iterable[Sighting],
    mark_of: Callable[[str], Mark],
    request: Request,
    names: Mapping[str, str],
    others: Iterable[str] = (),
) -> Iterator[PaperNote]:
    """The notes of the papers. `names` has the names of notes that are there, by their papers' keys: they stay;
    `others` are names that are taken, too."""
    found = papers(sightings)
    cite_keys = keys_for(found, request.cite_key)
    taken = {_same_file(name) for name in (*names.values(), *others)}
    named: dict[str, str] = {}
    for paper in found:
        name = names.get(paper.key) or _free_name(paper, cite_keys[paper.key], taken)
        taken.add(_same_file(name))
        named[paper.key] = name
    tr = request.words
    for paper, mark in shown_papers(found, mark_of, request.left_out):
        settings = _settings(paper, mark, cite_keys[paper.key], request.left_out)
        yield PaperNote(paper.key, named[paper.key], settings, tuple(_body(paper, mark, named, tr)))


def fresh(note: PaperNote) -> str:
    """The text of a new note."""
    lines = [_FENCE, *(_setting(name, value) for name, value in note.settings.items()), _FENCE, ""]
    return "\n".join([*lines, _BEGIN, *note.body, _closing(_written(note)), "", ""])


def key_of(text: str) -> str | None:
    """The key of the paper that a note is about; None for files that the app did not write."""
    lines = text.split("\n")
    end = _end_of_settings(lines)
    return next((_said(line) for line in lines[1:end] if line.startswith(f"{KEY}:")), None) if end else None


def renewed(text: str, note: PaperNote) -> tuple[str, list[str]]:
    """The text of an existing note, brought up to date, and what was left as the user has it: names of settings, and
    `body`. A text without the two comments is left unchanged."""
    lines = text.split("\n")
    end = _end_of_settings(lines)
    span = _span(lines)
    if not end or span is None:
        return text, [_BODY]
    begin, close, written = span
    now = _written(note)
    kept = []
    if _hash("\n".join(lines[begin + 1 : close])) == written.get(_BODY):
        lines[begin + 1 : close] = note.body
    else:
        kept.append(_BODY)
        now[_BODY] = written.get(_BODY, "0" * 8)
    head = lines[1:end]
    for name, value in note.settings.items():
        place = _place_of(head, name)
        if place is None:
            if name not in written:
                head.append(_setting(name, value))
            continue  # the user took it out
        if _hash(_value(head[place[0] : place[1]])) == written.get(name):
            head[place[0] : place[1]] = [_setting(name, value)]
        elif _value(head[place[0] : place[1]]) != _value([_setting(name, value)]):
            kept.append(name)
            now[name] = written.get(name, "0" * 8)
    lines[1:end] = head
    begin, close, _ = _span(lines) or span
    lines[close] = _closing(now | {name: each for name, each in written.items() if name not in now})
    return "\n".join(lines), kept


def _settings(paper: Paper, mark: Mark, cite_key: str, left_out: Iterable[str]) -> dict[str, Any]:
    mentions = [mention for mention in paper.mentions if mention.digest]
    tags = dict.fromkeys(_NO_TAG.sub("-", tag).strip("-") for tag in (*paper.tags, *mark.tags))
    digests = dict.fromkeys(f"[[{name}]]" for mention in mentions if (name := _file_name(mention.digest)))
    settings: dict[str, Any] = {
        "title": paper.marked_title,
        "aliases": [cite_key],
        "authors": [*paper.authors],
        "url": paper.url,
        "arxiv": paper.arxiv_id,
        "doi": paper.doi,
        "published": _published(paper),
        "updated": paper.latest_day.isoformat() if paper.latest_day else None,
        "venue": paper.venue,
        "arxiv_subjects": [*paper.subjects],
        "tags": [tag for tag in tags if tag and not tag.isdigit()],
        "weeks": [*dict.fromkeys(mention.week for mention in mentions)],
        "digests": [*digests],
    }
    kept = {name: value for name, value in settings.items() if value}
    flags = {"starred": mark.starred, "read": mark.read}
    return {**kept, **{name: value for name, value in flags.items() if name not in left_out}, KEY: paper.key}


def _published(paper: Paper) -> str | None:
    if paper.first_day is not None:
        return paper.first_day.isoformat()
    return f"{paper.year}-{paper.month:02}" if paper.year and paper.month else None


def _body(paper: Paper, mark: Mark, named: Mapping[str, str], tr: Translator) -> Iterator[str]:
    """The lines of our part; a digest is linked by its title and a paper that has a note by that, so that either shows
    what leads to it."""
    yield from ("", f"# {plain(paper.marked_title)}", "")
    links = [*map(named_link, paper.links)]
    if paper.url:
        links.insert(0, link(f"arXiv:{paper.arxiv_id}" if paper.arxiv_id else paper.url, paper.url))
    yield from (f"- {each}" for each in links)
    others = dict.fromkeys(named[key] for each in paper.links if (key := _key_of(each.url)) in named)
    yield from (f"- [[{name}]]" for name in others if name != named[paper.key])
    if mark.note:
        # The user's own Markdown, but for a comment, which might be one of ours.
        yield from ("", f"## {tr('body.note')}", "", *mark.note.replace("<!--", "<\\!--").split("\n"))
    if paper.abstract:
        yield from ("", f"## {tr('body.abstract')}", "", *lines_of(paper.abstract))
    for mention in paper.mentions:
        if mention.digest or mention.commentary:
            name = _file_name(mention.digest)
            told = whereabouts(mention._replace(digest=mention.days, start=None, end=None), tr)
            heading = " · ".join(filter(None, (f"[[{name}]]" if name else "", told)))
            yield from ("", f"## {heading or tr('body.commentary')}", "")
            yield from quoted(mention.commentary or "") if mention.commentary else ()
    yield ""


def _key_of(url: str) -> str:
    return identity.paper_key(url, None, "")


def _free_name(paper: Paper, cite_key: str, taken: set[str]) -> str:
    """The name of a new note: the title, and where another file has that, the citation key behind it, and a number
    where that one is there, too."""
    name = _file_name(paper.title or cite_key)
    keyed = f"{name} ({cite_key})".strip()
    numbered = (f"{keyed} {number}" for number in count(2))
    return next(each for each in chain((name, keyed), numbered) if each and _same_file(each) not in taken)


def _same_file(name: str) -> str:
    """What two names share that are one file to some systems."""
    return normalize("NFC", normalize("NFC", name).casefold())


def _file_name(title: str) -> str:
    """A title as a file's name and as a link to it."""
    name = fitting(_NOT_IN_LINKS.sub(" ", title))
    return allowed(name.encode("utf-8", "replace")[:_LONGEST_NAME].decode("utf-8", "ignore").strip(". "))


def _setting(name: str, value: Any) -> str:
    return f"{name}: {json.dumps(value, ensure_ascii=False)}"  # JSON is YAML, whatever the text holds


def _written(note: PaperNote) -> dict[str, str]:
    found = {name: _hash(_value([_setting(name, value)])) for name, value in note.settings.items()}
    return found | {_BODY: _hash("\n".join(note.body))}


def _closing(written: Mapping[str, str]) -> str:
    return f"<!-- /tui-digest {' '.join(f'{name}={each}' for name, each in written.items())} -->"


def _end_of_settings(lines: list[str]) -> int:
    """The place of the line that ends the settings; 0 where there are none."""
    if not lines or lines[0].lstrip("\ufeff").rstrip() != _FENCE:
        return 0
    return next((place for place, line in enumerate(lines[1:], 1) if line.rstrip() == _FENCE), 0)


def _span(lines: list[str]) -> tuple[int, int, dict[str, str]] | None:
    """The places of the two comments, and what the second remembers; None unless each is there once."""
    begins = [place for place, line in enumerate(lines) if line.rstrip() == _BEGIN]
    ends = [(place, match) for place, line in enumerate(lines) if (match := _END.match(line.rstrip()))]
    if len(begins) != 1 or len(ends) != 1 or ends[0][0] < begins[0]:
        return None
    place, match = ends[0]
    return begins[0], place, dict(pair.split("=") for pair in match["written"].split())


def _place_of(head: list[str], name: str) -> tuple[int, int] | None:
    """From where to where the settings have this name: programs write a list on lines of its own."""
    start = next((place for place, line in enumerate(head) if re.match(rf"{name}:(?:\s|$)", line)), None)
    if start is None:
        return None
    end = start + 1
    while end < len(head) and _GOES_ON.match(head[end]):
        end += 1
    return start, end


def _value(lines: list[str]) -> str:
    """What a setting says, however it is written."""
    import yaml  # loaded when the first note is renewed

    try:
        loaded = yaml.load("\n".join(lines), Loader=yaml.BaseLoader)
    except yaml.YAMLError:
        return "\n".join(lines)
    return json.dumps(loaded, ensure_ascii=False)


def _said(line: str) -> str:
    value = line.partition(":")[2].strip()
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:8]
