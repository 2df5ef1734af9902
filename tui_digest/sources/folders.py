"""Which files of a folder are digests: by their endings, without what every repository has besides.

Links are followed only inside the folder: what leads out of it was not named by the user.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.parsing.decoding import TEXT_SUFFIXES
from tui_digest.parsing.format_table import MARKUPS, PAGES, SUFFIXES
from tui_digest.parsing.links import host_of, is_paper

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tui_digest.models import Entry, ParsedDigest

_TEXT_ALONE = ("text", "review", "note")
"""The shapes that take a text as one entry, whatever it says."""
_SUFFIXES = (*TEXT_SUFFIXES, *SUFFIXES)
_NOT_READ = frozenset(
    ".pdf .epub .djvu .doc .docx .odt .rtf .pages .ppt .pptx .odp .key .xls .xlsx .ods .numbers .hwp .hwpx"
    " .zip .gz .tgz .bz2 .xz .zst .tar .7z .rar .msg .webarchive .parquet".split()
)
"""Endings of files that a person may take for digests, and that nothing here reads."""
_NAMED = frozenset((*_SUFFIXES, *_NOT_READ))
_MANY = 5
_PAPER_HOSTS = (
    "aclanthology.org",
    "acm.org",
    "biorxiv.org",
    "ieee.org",
    "jmlr.org",
    "medrxiv.org",
    "mlr.press",
    "nature.com",
    "neurips.cc",
    "nips.cc",
    "openreview.net",
    "sciencedirect.com",
    "semanticscholar.org",
    "springer.com",
    "thecvf.com",
)
_WORDS = re.compile(r"[-_.\s]+")
_NEVER = frozenset(
    "authors changelog changes citation codeofconduct codeowners constraints contributing contributors copying credits"
    " governance history licence license maintainers notice releasenotes security support"
    " agents ads claude cmakelists copilotinstructions gemini humans llms llmsfull robots"
    " bugreport featurerequest issuetemplate pullrequesttemplate".split()
)
"""Names, without what divides their words, of files that tell of a repository and hold no digest."""
_NEVER_BEFORE = frozenset(("license", "licence", "copying", "changelog"))
"""Names that stay the same with more behind them: `LICENSE-MIT`."""
_REQUIREMENTS = re.compile(r"(?:[\w-]+[-_])?(?:requirements|constraints)(?:[-_.]\w+)*", re.IGNORECASE)
_SETTINGS = frozenset(
    "composer config configs jsconfig lerna lock locale manifest package renovate schema search settings sitemap"
    " tsconfig tslint vercel".split()
)
"""Words in the names of data files that are those of a tool or of a site."""
_INDEX = frozenset(("readme", "index"))
_OTHERS_TOO = (".yaml", ".yml", ".ipynb", ".opml", ".rdf", *MARKUPS)
"""Endings that settings, programs and documents have, too."""
_DOUBTFUL = frozenset(("template", "templates", "prompt", "prompts", "sample", "boilerplate", "guide", "todo"))
_TOOL_FOLDERS = frozenset(("node_modules", "venv", "site-packages", "__pycache__", "__MACOSX", "htmlcov", "_site"))
_BUILT_FOLDERS = frozenset(("build", "dist", "out", "public", "site", "target"))
_DOUBTFUL_FOLDERS = frozenset(("prompt", "prompts", "template", "templates", "_layouts", "_includes", "_templates"))


class FolderContents(NamedTuple):
    """What a path that the user named holds."""

    files: tuple[Path, ...] = ()
    """What may be a digest, sorted."""
    doubtful: frozenset[Path] = frozenset()
    """Those of the files that are one only if papers are found in them: README files, indexes, templates, prompts."""
    left_out: tuple[Path, ...] = ()
    """What a repository has besides: licences, lists of requirements, folders of tools and of built pages."""
    outside: tuple[Path, ...] = ()
    """Links that lead out of the folder; they are not followed."""
    not_read: tuple[Path, ...] = ()
    """Documents and archives that may well hold digests, but not in a form that is read."""


def find_sources(path: Path) -> FolderContents:
    """The files of a folder that may be digests; hidden ones are passed over, each folder is read once.

    Anything but a folder is found as it is, and so is a folder inside that cannot be listed: reading it then
    says why."""
    if not path.is_dir():
        return FolderContents((path,))
    root = os.path.realpath(path)
    files: list[str] = []
    left_out: list[Path] = []
    outside: list[Path] = []
    others: list[Path] = []
    seen: set[str] = set()
    for folder, folders, names in os.walk(path, onerror=lambda e: files.append(str(e.filename)), followlinks=True):
        real = os.path.realpath(folder)
        if real in seen:  # a link back up, or a second way to the same place
            folders.clear()
            continue
        seen.add(real)
        folders[:] = _to_walk(folder, folders, root, outside, left_out)
        for name in names:  # of which there may be a hundred thousand: no object is made before it is needed
            if name.startswith(".") or (suffix := _suffix(name)) not in _NAMED:
                continue
            file = folder.rstrip(os.sep) + os.sep + name
            if suffix in _NOT_READ:
                others.append(Path(file))
            elif os.path.islink(file) and not _within(file, root):  # noqa: PTH114
                outside.append(Path(file))
            elif is_no_digest(name):
                left_out.append(Path(file))
            else:
                files.append(file)
    files.sort(key=lambda file: file.split(os.sep))  # noqa: PTH206
    found = tuple(map(Path, files))
    above = len(path.parts)
    doubtful = frozenset(file for file in found if _is_doubtful(file.parts[above:]))
    return FolderContents(found, doubtful, tuple(sorted(left_out)), tuple(sorted(outside)), tuple(sorted(others)))


def _to_walk(folder: str, names: Sequence[str], root: str, outside: list[Path], left_out: list[Path]) -> list[str]:
    """Which folders of one are walked; links that lead out of `root`, and folders of tools, are put on the lists."""
    kept = []
    for name in sorted(names):
        inner = Path(folder, name)
        if name.startswith("."):
            continue
        if inner.is_symlink() and not _within(inner, root):
            outside.append(inner)
        elif _is_tools(inner):
            left_out.append(inner)
        else:
            kept.append(name)
    return kept


def _stem(name: str) -> str:
    return os.path.splitext(name)[0]  # noqa: PTH122 - of a hundred thousand names, likewise below


def _suffix(name: str) -> str:
    return os.path.splitext(name)[1].lower()  # noqa: PTH122


def _within(path: Path | str, root: str) -> bool:
    real = os.path.realpath(path)
    return real == root or real.startswith(root.rstrip(os.sep) + os.sep)


def _is_tools(folder: Path) -> bool:
    """Whether a folder is that of tools, or of a site that was built from the digests."""
    name = folder.name
    if name in _TOOL_FOLDERS or (folder / "pyvenv.cfg").exists():
        return True
    return name in _BUILT_FOLDERS and (folder / "index.html").exists()


def is_no_digest(name: str) -> bool:
    """Whether a file's name is one of those that repositories have for other things than digests."""
    stem, suffix = _stem(name), _suffix(name)
    if suffix == ".txt" and _REQUIREMENTS.fullmatch(stem):
        return True
    words = [word for word in _WORDS.split(stem.casefold()) if word]
    if suffix in SUFFIXES and not _SETTINGS.isdisjoint(words):
        return True
    return "".join(words) in _NEVER or (words[:1] != [] and words[0] in _NEVER_BEFORE)


def is_index(name: str) -> bool:
    """Whether a file is a README or an index, in whatever language: `README.ko.md`, `README_zh`."""
    return _WORDS.split(_stem(name).casefold(), maxsplit=1)[0] in _INDEX


def _is_doubtful(parts: Sequence[str]) -> bool:
    *folders, name = parts
    if _suffix(name) in (*PAGES, *_OTHERS_TOO):  # a site has many pages, and few of them are digests
        return True
    if is_index(name) or not _DOUBTFUL.isdisjoint(_WORDS.split(_stem(name).casefold())):
        return True
    return not _DOUBTFUL_FOLDERS.isdisjoint([folder.casefold() for folder in folders])


def hold_papers(name: str, digests: Sequence[ParsedDigest]) -> bool:
    """Whether papers were found in a file whose name promises none: one that names a paper; in a README or an index,
    which may link to anything, five or a third of the entries, and not the whole text as one."""
    entries = [entry for digest in digests for entry in digest.entries]
    papers = sum(map(names_paper, entries))
    if not is_index(name):
        return papers > 0
    return (papers >= _MANY or papers * 3 >= len(entries) > 0) and not _is_whole(digests)


def names_paper(entry: Entry) -> bool:
    """Whether an entry tells of a paper: by an id, an address, or title and authors."""
    addresses: Iterable[str] = filter(None, (entry.url, *(link.url for link in entry.links)))
    return entry.arxiv_id is not None or bool(entry.title and entry.authors) or any(map(_leads_to_paper, addresses))


def _leads_to_paper(url: str) -> bool:
    host = host_of(url)
    return is_paper(url) or any(host == each or host.endswith("." + each) for each in _PAPER_HOSTS)


def _is_whole(digests: Sequence[ParsedDigest]) -> bool:
    return len(digests) == 1 and len(digests[0].entries) == 1 and digests[0].shape in _TEXT_ALONE
