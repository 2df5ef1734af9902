"""YAML: lists of papers as site generators and people keep them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui_digest.errors import SourceError
from tui_digest.parsing.document_records import FoundRecord, digests_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_digest.models import ParsedDigest, Source

SHAPE = "yaml"
_DEEPEST = 60
_NOTHING = frozenset(("", "~", "null", "Null", "NULL"))


def read_yaml(source: Source) -> tuple[ParsedDigest, ...]:
    """A paper an object with a title and an author, an address, an id or an abstract, wherever it stands. Raises
    `source.malformed`, `source.no_papers`."""
    import yaml  # loaded when the first such file is met

    reading = _Reading(source.text.split("\n"))
    try:
        nodes = list(yaml.compose_all(source.text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
        for node in nodes:
            reading.value(node, 0)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = mark.line + 1 if mark else 1
        raise SourceError("source.malformed", path=source.path, format="YAML", line=where) from error
    if digests := digests_of(source, SHAPE, reading.found):
        return digests
    raise SourceError("source.no_papers", path=source.path, format="YAML")


def record_in(text: str) -> FoundRecord | None:
    """The one object that a text of YAML is, its lines counted from 0; None for any other text."""
    import yaml

    reading = _Reading(text.split("\n"))
    try:
        made = reading.value(yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)), 0)
    except (yaml.YAMLError, RecursionError):
        return None
    return made if isinstance(made, FoundRecord) else None


class _Reading:
    """One walk over the nodes of a document; what has an anchor is read once, however often it is named."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._known: dict[int, Any] = {}
        self._ends: dict[int, int] = {}
        self.found: list[FoundRecord] = []
        """The objects, the outer before the inner."""

    def value(self, node: Any, depth: int) -> Any:
        """What a node stands for: texts, lists and objects of them; nothing where no list of papers is so deep."""
        if node is None or depth > _DEEPEST:
            return None
        if node.id == "scalar":
            return None if node.style is None and node.value in _NOTHING else node.value
        if id(node) in self._known:
            return self._known[id(node)]
        if node.id == "sequence":
            several = self._known[id(node)] = []
            several += [self.value(each, depth + 1) for each in node.value]
            return several
        made = self._known[id(node)] = FoundRecord()
        made.first, made.last = node.start_mark.line, self._last(node)
        self.found.append(made)
        for name, each in node.value:
            if name.id == "scalar":
                made[name.value] = self.value(each, depth + 1)
        return made

    def _last(self, node: Any) -> int:
        """The last line of a node. A block's end is told where the next one begins, so that its parts tell it."""
        if id(node) in self._ends:
            return self._ends[id(node)]
        last: int = node.end_mark.line
        if node.id == "scalar" and node.style in ("|", ">"):
            last = self._filled(last - 1, node.start_mark.line)
        elif node.id != "scalar" and not node.flow_style:
            parts = node.value if node.id == "sequence" else [each for pair in node.value for each in pair]
            own = (
                each for each in parts if each.start_mark.index >= node.start_mark.index
            )  # an alias stands elsewhere
            last = max(map(self._last, own), default=node.start_mark.line)
        self._ends[id(node)] = last
        return last

    def _filled(self, last: int, first: int) -> int:
        while last > first and not self._lines[last].strip():
            last -= 1
        return last
