"""Lists that are written in LaTeX as Markdown, line by line: items, headings, links and emphasis. Every line stays
where it is, and formulas stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.parsing.references import NOTHING, outside_code
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence

_INNER = r"(?:[^{}]|\{(?:[^{}]|\{[^{}]{0,500}\}){0,500}\}){0,1000}"
_HREF = regex(rf"\\href\s*\{{(?P<url>[^{{}}\s]{{1,2000}})\}}\s*\{{(?P<label>{_INNER})\}}")
_URL = regex(r"\\(?:url|nolinkurl)\s*\{(?P<url>[^{}\s]{1,2000})\}")
_EMPHASIS = regex(rf"\\(?P<name>textbf|textit|emph|texttt|textsc|underline)\s*\{{(?P<said>{_INNER})\}}")
_MARKS = {"textbf": "**", "textit": "*", "emph": "*", "texttt": "`"}
_LIST = regex(r"\s*\\(?P<end>begin|end)\s*\{(?P<kind>itemize|enumerate|description)\*?\}\s*(?:\[[^\]]*\])?\s*$")
_LAYOUT = regex(
    r"\s*(?:\\(?:(?:begin|end)\s*\{(?:document|frame|columns?|block|center|abstract)\*?\}(?:\[[^\]]*\]|<[^>]*>)*"
    r"|frame\s*\{\s*\\(?:titlepage|maketitle|tableofcontents)\s*\}|maketitle|titlepage|tableofcontents|(?:new|clear)page"
    r"|pause|centering|vfill|(?:big|med|small)skip"
    r"|(?:documentclass|usepackage|usetheme|usecolortheme|usefonttheme|setbeamer\w+|pagestyle|setlength|[vh]space)\*?"
    r"(?:\[[^\]]*\]|\{[^{}]*\})+))\s*$"
)
_FRAME = regex(
    rf"\s*\\(?:begin\s*\{{frame\}}|frametitle)\s*(?:<[^>]*>)?(?:\[[^\]]*\])*\s*\{{(?P<said>{_INNER})\}}"
    rf"\s*(?:\{{(?P<below>{_INNER})\}})?\s*$"
)
_BELOW_TITLE = regex(rf"\s*\\framesubtitle\s*\{{(?P<said>{_INNER})\}}\s*$")
_ITEM = regex(r"\s*\\item\b\s*(?:\[(?P<label>[^\[\]]{0,200})\](?!\())?\s*(?P<said>.*)$")
_HEADING = regex(
    rf"\s*\\(?P<level>title|chapter|section|subsection|subsubsection|paragraph)\*?\s*\{{(?P<said>{_INNER})\}}\s*(?P<rest>.*)$"
)
_TOLD = regex(rf"\s*\\(?P<name>author|date)\s*\{{(?P<said>{_INNER})\}}\s*$")
_AND = regex(r"\s*\\(?:and|AND|And)\b\s*")
_LEVELS = {"title": 1, "chapter": 1, "section": 2, "subsection": 3, "subsubsection": 4, "paragraph": 5}
_ESCAPED = regex(r"\\([%#&_$~])")
_LONGEST = 20_000
_DEEPEST = 6


def with_latex(lines: list[str], text: str) -> list[str]:
    """The lines, links of LaTeX as those of Markdown; where it has lists, these, headings and emphasis, too. The list
    itself where nothing changes."""
    if "\\" not in text:
        return lines
    listed = "\\begin{" in text and ("\\item" in text or "\\begin{document}" in text)
    if not (listed or "\\href" in text or "\\url" in text):
        return lines
    linked = list(lines)
    for place, line in outside_code(lines):
        linked[place] = _linked(line)
    return [*_list_lines(linked)] if listed else linked


def _linked(line: str) -> str:
    if "\\" not in line or len(line) > _LONGEST:
        return line
    if "\\href" in line:
        line = _HREF.sub(_link, line)
    return _URL.sub(_address, line) if "url" in line else line


def _link(match: re.Match[str]) -> str:
    """A link with its label; of an address without one, or with a mere word where the address should be, that alone."""
    url, label = _address(match), _EMPHASIS.sub(r"\g<said>", _EMPHASIS.sub(r"\g<said>", match["label"])).strip()
    if "." not in url:
        return label if "://" in label else match[0]
    return f"[{label}]({url})" if label and "://" not in label else url


def _address(match: re.Match[str]) -> str:
    return _ESCAPED.sub(r"\1", match["url"])


def _list_lines(lines: Sequence[str]) -> Iterator[str]:
    kinds: list[str] = []
    within = False
    for line in lines:
        if "\\" not in line or len(line) > _LONGEST:
            yield line
        elif match := _LIST.match(line):
            if match["end"] == "begin":
                kinds.append(match["kind"])
            elif kinds:
                kinds.pop()
            yield NOTHING
        elif _LAYOUT.match(line):
            within = True
            yield NOTHING
        elif frame := _FRAME.match(line):
            below = f" ({_plain(frame['below'])})" if frame["below"] else ""
            yield f"### {_plain(frame['said'])}{below}"
        elif subtitle := _BELOW_TITLE.match(line):
            yield _plain(subtitle["said"])
        elif item := _ITEM.match(line):
            mark = "1." if kinds[-1:] == ["enumerate"] else "-"
            label = f"{item['label']} " if item["label"] else ""
            yield f"{'    ' * (min(len(kinds), _DEEPEST) - 1)}{mark} {_plain(label + item['said'])}"
        elif told := _TOLD.match(line):
            yield _told(told, within=within)
        elif heading := _HEADING.match(line):
            yield f"{'#' * _LEVELS[heading['level']]} {_plain(heading['said'])} {_plain(heading['rest'])}".rstrip()
        else:
            yield _plain(line)


def _told(match: re.Match[str], *, within: bool) -> str:
    """A day and names, those of a paper behind their labels; who wrote the whole document stays as it is written."""
    said = _plain(_AND.sub(", ", match["said"])).strip()
    if within:
        return f"{match['name'].capitalize()}: {said}"
    return said if match["name"] == "date" else match[0]


def _plain(line: str) -> str:
    """A line with emphasis as Markdown has it, without the mark of a line's end."""
    for _ in range(3):  # one inside another
        changed = _EMPHASIS.sub(_emphasis, line)
        if changed == line:
            break
        line = changed
    return line.rstrip().removesuffix("\\\\").rstrip()


def _emphasis(match: re.Match[str]) -> str:
    mark = _MARKS.get(match["name"], "") if match["said"].strip() else ""
    return f"{mark}{match['said'].strip()}{mark}"
