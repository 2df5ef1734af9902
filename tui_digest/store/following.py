"""What became of a file's entries where it was read anew, by newer rules or with other content: marks go with them.

Where the text is the same, an entry is found again by its lines; else by its title or addresses. Where several entries
came of one, it cannot be told which of them was marked.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.identity import normalise_title, normalise_url
from tui_digest.store.codec import shown_title
from tui_digest.store.comparing import compare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from tui_digest.store.codec import StoredFields


class Became(NamedTuple):
    """What became of the entries that stand in their file under another key now, or not at all."""

    keys: dict[str, str]
    """Old key -> new key, of those that one entry came of."""
    scattered: tuple[StoredFields, ...]
    """Those that several came of."""


def what_became(old: Sequence[StoredFields], new: Sequence[StoredFields], *, same_text: bool) -> Became:
    """Compares all entries that a file had with all that it has now; `same_text` where it did not change itself."""
    there = {each["key"] for each in new}
    left = [each for each in old if each["key"] not in there]
    if not left:
        return Became({}, ())
    one_title, one_url = _only(new, _title), _only(new, _url)
    parts = _by_lines(new) if same_text else _by_words(new)
    keys: dict[str, str] = {}
    scattered: list[StoredFields] = []
    for each in left:
        found = one_title.get(_title(each)) or one_url.get(_url(each))
        if found is None:
            candidates = parts(each)
            if len(candidates) > 1:
                scattered.append(each)
                continue
            # by its words alone one entry may be found in another text that only quotes it
            found = candidates[0] if candidates and same_text else None
        if found is not None:
            keys.setdefault(each["key"], found)
    stood = {each["key"] for each in old}
    keys |= {key: key for key in keys.values() if key in stood}  # it keeps its own marks beside those that come
    gone = tuple(each for each in scattered if each["key"] not in keys)
    return Became(keys, gone)


def stayed(
    old: Sequence[StoredFields],
    new: Sequence[StoredFields],
    keys: Mapping[str, str],
    marked: Callable[[str], bool],
    *,
    same_text: bool,
) -> list[StoredFields]:
    """The marked entries of which several papers came, and one of them took their marks: it has their very key, or
    (`keys`: old to new) their title or address."""
    now = {each["key"]: each for each in new}
    others = now.keys() - {each["key"] for each in old}
    took = [
        (each, now[key]) for each in old if (key := keys.get(each["key"], each["key"])) in now and marked(each["key"])
    ]
    if not others or not took:
        return []
    parts = _by_lines(new) if same_text else _by_words(new)
    return [was for was, one in took if others.intersection(parts(was)).difference(parts(one), [one["key"]])]


def _title(fields: StoredFields) -> str:
    return normalise_title(fields.get("title") or "")


def _url(fields: StoredFields) -> str:
    url = fields.get("url")
    return normalise_url(url) if url else ""


def _only(new: Iterable[StoredFields], of: Callable[[StoredFields], str]) -> Mapping[str, str]:
    """What stands in one entry and in no other -> its key."""
    named = [(value, each["key"]) for each in new if (value := of(each))]
    counts = Counter(value for value, _ in named)
    return {value: key for value, key in named if counts[value] == 1}


def _by_lines(new: Sequence[StoredFields]) -> Callable[[StoredFields], Sequence[str]]:
    """Finds the keys, two at most, of the entries on an old one's lines."""
    ordered = sorted(new, key=lambda each: (each["lines"][0], each["lines"][1]))
    starts = [each["lines"][0] for each in ordered]
    ends = [*accumulate((each["lines"][1] for each in ordered), max)]

    def parts(fields: StoredFields) -> Sequence[str]:
        first, last = fields["lines"]
        found: list[str] = []
        place = bisect_right(starts, last) - 1
        while place >= 0 and ends[place] >= first and len(found) < 2:
            each = ordered[place]
            if each["lines"][1] >= first and each["key"] not in found:
                found.append(each["key"])
            place -= 1
        return found

    return parts


def _by_words(new: Sequence[StoredFields]) -> Callable[[StoredFields], Sequence[str]]:
    """Finds the keys of the entries whose title or address stands in an old one."""
    titles, urls = _only(new, _title), _only(new, _url)

    def parts(fields: StoredFields) -> Sequence[str]:
        get = fields.get
        lines = [line for text in (get("abstract"), get("commentary")) if text for line in text.split("\n")]
        said = [titles.get(normalise_title(line)) for line in lines]
        said += [urls.get(normalise_url(url)) for url, _ in get("links", ())]
        return [*dict.fromkeys([key for key in said if key])]

    return parts


class Following:
    """Gathers, file by file, what an import replaces and what it brings; then it tells what became of what."""

    def __init__(self) -> None:
        self._old: defaultdict[str, list[tuple[str, Sequence[StoredFields]]]] = defaultdict(list)
        self._new: defaultdict[str, list[tuple[str, Sequence[StoredFields]]]] = defaultdict(list)
        self._paired: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._found: dict[str, Became] | None = None
        self.changed: set[str] = set()
        """The paths of the files of which any digest is another now; nothing became of the entries of others."""

    def had(self, path: str, sha256: str, documents: Sequence[StoredFields]) -> None:
        """A digest that the file had, when its content was `sha256`."""
        self._old[path].append((sha256, documents))

    def has(
        self, path: str, sha256: str, documents: Sequence[StoredFields], paired: Iterable[tuple[str, str]] = ()
    ) -> None:
        """A digest that the file has; `paired` are the keys, old and new, of entries that its place alone pairs."""
        self._new[path].append((sha256, documents))
        self._paired[path].update(paired)

    def sides(self, path: str) -> tuple[list[StoredFields], list[StoredFields]]:
        """All entries that the file had, and all that it has."""
        old, new = ([each for _, some in side.get(path, ()) for each in some] for side in (self._old, self._new))
        return old, new

    @property
    def rekeyed(self) -> list[tuple[str, str]]:
        """Old and new key of the entries that have another key now; their marks should follow."""
        return [pair for became in self._became().values() for pair in became.keys.items()]

    def aside(self, marked: Callable[[str], bool]) -> dict[str, tuple[str, ...]]:
        """The titles of marked entries that are several papers now, by the path of their file: it cannot be told which
        of those was meant, and the marks stay under the old key."""
        found = {
            path: tuple([shown_title(each) for each in became.scattered if marked(each["key"])])
            for path, became in self._became().items()
        }
        return {path: titles for path, titles in found.items() if titles}

    def stayed(self, marked: Callable[[str], bool]) -> dict[str, tuple[str, ...]]:
        """The titles of marked entries that are several papers now, of which one took their marks."""
        found = {
            path: stayed(*self.sides(path), became.keys, marked, same_text=self._same_text(path))
            for path, became in self._became().items()
        }
        return {path: tuple(map(shown_title, documents)) for path, documents in found.items()}

    def scattered(self, marked: Callable[[str], bool]) -> list[tuple[str, str]]:
        """Key and title of those that `aside` tells of."""
        gone = (each for became in self._became().values() for each in became.scattered)
        return [(each["key"], shown_title(each)) for each in gone if marked(each["key"])]

    def _same_text(self, path: str) -> bool:
        return len({sha256 for sha256, _ in (*self._old[path], *self._new[path])}) == 1

    def _became(self) -> dict[str, Became]:
        if self._found is None:
            self._found = {
                path: self._became_in(path) for path in self._old if path in self._new and path in self.changed
            }
        return self._found

    def _became_in(self, path: str) -> Became:
        same_text = self._same_text(path)
        became = what_became(*self.sides(path), same_text=same_text)
        if same_text:
            return became
        apart = {each["key"] for each in became.scattered}
        beside = {key: new for key, new in self._paired[path].items() if key not in apart}
        return became._replace(keys=beside | became.keys)


def rekeyed(old: Sequence[StoredFields], new: Sequence[StoredFields], *, same_text: bool) -> list[tuple[str, str]]:
    """Old and new key of a digest's entries that have another key now, as `Following.rekeyed` tells of a whole file;
    `same_text` where the file itself did not change."""
    following = Following()
    following.changed.add("")
    following.had("", "", old)
    following.has("", "" if same_text else "edited", new, compare(old, new).rekeyed)
    return following.rekeyed
