"""Org, reStructuredText, AsciiDoc, Typst and wiki texts as Markdown, line by line: headings, links and nested items.
Every line stays where it is, and no word is lost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui_digest.parsing.eastern_marks import with_eastern_marks
from tui_digest.parsing.id_lines import with_ids
from tui_digest.parsing.language import cells
from tui_digest.parsing.latex_text import with_latex
from tui_digest.parsing.references import NOTHING, with_references
from tui_digest.parsing.typst_text import from_typst, is_typst
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_ORG_HEADING = regex(
    r"(?P<stars>\*{1,6})\s+(?:(?P<state>[^\W\d_a-z][\w-]*)\s+(?=\S))?(?:(?P<rank>\[#\w{1,2}\])\s+)?(?P<text>\S.*?)"
    r"(?:\s+:(?P<tags>[\w@#%:-]+):)?\s*$"
)
_ORG_LINK = regex(r"\[\[(?P<url>https?://[^\[\]]+)\](?:\[(?P<label>[^\[\]]+)\])?\]")
_ORG_STATES = regex(r"#\+(?:SEQ_|TYP_)?TODO:\s*(?P<said>.*)$", re.IGNORECASE)
_ORG_BLOCK = regex(r"\s*#\+(?P<end>begin|end)_(?P<kind>\w+)\b.*$", re.IGNORECASE)
_STATES = frozenset(
    "TODO DONE NEXT WAIT WAITING HOLD CANCELLED CANCELED CANCEL STARTED DOING READING READ INPROGRESS IN-PROGRESS LATER"
    " NOW SOMEDAY MAYBE KILL PROJ SKIP SKIPPED REVIEW REVIEWED INBOX".split()
)
"""What org calls a heading's state, where the text does not say which it has."""
_ORG_TITLE = regex(r"#\+title:\s*(?P<text>\S.*)$", re.IGNORECASE)
_SIGNED_HEADING = regex(r"(?P<marks>={1,6})\s+(?P<text>\S.*?)(?:\s+=+)?\s*$")
_WIKI_HEADING = regex(r"(?P<marks>={2,6})\s*(?P<text>[^=\s].*?)\s*(?P=marks)\s*$")
_ADOC_LINK = regex(r"(?:link:)?(?P<url>https?://[^\s\[\]<>]+)\[(?P<label>[^\[\]]*)\]")
_ADOC_ITEM = regex(r"(?P<stars>\*{1,5}|\.{1,5})\s+(?=\S)")
_WIKI_LINK = regex(r"(?<!\[)\[(?P<url>https?://[^\s\[\]]+)\s+(?P<label>[^\[\]]+)\](?!\()")
_RST_LINK = regex(r"`(?P<label>[^`<>]+?)\s*<(?P<url>https?://[^<>\s]+)>`__?")
_RST_TARGET = regex(r"\.\.\s+_(?:`(?P<quoted>[^`]+)`|(?P<name>(?:\\.|[^:`\\])+)):\s+(?P<url>https?://\S+)\s*$")
_RST_REFERENCE = regex(r"(?<![`\w])(?:`(?P<quoted>[^`<>]+)`|(?P<word>\w[\w.-]*\w))__?(?!\w)")
_RST_RULE = regex(r"(?P<mark>[=\-~^\"'*+#`:.])(?P=mark){2,}\s*$")
_SUFFIXES = {".org": "org", ".rst": "rst", ".adoc": "adoc", ".typ": "typst"}
_REFERENCE = regex(r"\[(?P<number>\d{1,3})\]:?\s+<?(?P<url>https?://[^\s<>]+)>?\s*$")
_REFERRING = regex(r"(?P<said>\S.{0,300}?)\s*\[(?P<number>\d{1,3})\]\s*$")
_REFERRED = regex(r"\[(?P<number>\d{1,3})\](?![\[(:])")
_POST = regex(r"(?P<number>[1-9]\d?)/(?P<all>\d{1,2})?\s+(?P<said>\S.*)$")
_ROMAN = regex(r"(?P<figure>[IVX]{1,5})\.\s+(?P<said>\S.*)$")
_ROMANS = tuple("I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX".split())
_FEWEST_POSTS = 3
_FEW = 6
_TWO = 2
_LONGEST_TOPIC = 60


def as_markdown(lines: list[str], begins: Collection[str], name: str, text: str) -> list[str]:
    """The lines of a text in Markdown's form, the list itself where nothing changes: of another markup, of a quoted
    text, of a letter or a thread. `begins` are the characters that lines begin with,
    `text` is all of it."""
    made = with_latex(_from_markup(lines, begins, name), text)
    for step in (_unquoted, with_eastern_marks, with_references, _with_targets, _with_posts, _with_romans):
        made = step(made, begins)
    return with_ids(made, begins, text if made is lines else "\n".join(made), text)


def _from_markup(lines: list[str], begins: Collection[str], name: str) -> list[str]:
    """By the file's suffix, or where it has the headings of an org file or a wiki."""
    suffix = name[name.rfind(".") :].lower() if "." in name else ""
    kind = _SUFFIXES.get(suffix) or _kind_seen(lines, begins)
    if kind == "org":
        return _from_org(lines)
    if kind == "rst":
        return _from_rst(lines)
    if kind == "typst":
        return from_typst(lines)
    if kind in ("adoc", "wiki"):
        return [_from_signed(line, wiki=kind == "wiki") for line in lines]
    return lines


def _with_posts(lines: list[str], begins: Collection[str]) -> list[str]:
    """The lines of a thread, whose posts begin with `1/`, `2/`, as headings: three or more, in order."""
    if "#" in begins or not any(digit in begins for digit in "123456789"):
        return lines
    posts = [(place, match) for place, line in enumerate(lines) if (match := _POST.match(line))]
    numbers = [int(match["number"]) for _, match in posts]
    if len(numbers) < _FEWEST_POSTS or numbers != [*range(numbers[0], numbers[0] + len(numbers))]:
        return lines
    if numbers[0] > _TWO or len({match["all"] for _, match in posts}) > 1:
        return lines  # days of the month, `7/24`
    made = list(lines)
    for place, match in posts:
        made[place] = f"### {match['said']}"
    return made


def _with_romans(lines: list[str], begins: Collection[str]) -> list[str]:
    """The lines of a text that counts in Roman figures, `I.`, `II.` and so on, with common ones: a lone `I.` may be an
    initial."""
    if "I" not in begins:
        return lines
    places = [(place, match) for place, line in enumerate(lines) if line[:1] in "IVX" and (match := _ROMAN.match(line))]
    if len(places) < _TWO or [match["figure"] for _, match in places] != [*_ROMANS[: len(places)]]:
        return lines
    made = list(lines)
    for number, (place, match) in enumerate(places, 1):
        made[place] = f"{number}. {match['said']}"
    return made


def _with_targets(lines: list[str], begins: Collection[str]) -> list[str]:
    """The lines of a plain letter whose addresses stand at its end, as `[1] URL`: a line that ends with `[1]` is a
    heading that leads there, `[1]` elsewhere a link; lines in capitals that stand alone between such are topics."""
    if "[" not in begins or "#" in begins:
        return lines
    matches = ((place, _REFERENCE.match(line)) for place, line in enumerate(lines) if line[:1] == "[")
    targets = {place: match for place, match in matches if match}
    urls = {match["number"]: match["url"] for match in targets.values()}
    first = min(targets, default=0)
    if len(urls) < _TWO or sum(bool(line.strip()) for line in lines[first:]) > len(targets) + _TWO:
        return lines
    used: set[str] = set()

    def linked(match: re.Match[str]) -> str:
        used.add(match["number"])
        return f"[{match['number']}]({urls[match['number']]})" if match["number"] in urls else match[0]

    made, headed = list(lines), 0
    for place, line in enumerate(lines[:first]):
        referring = _REFERRING.match(line) if line[-1:] == "]" else None
        if referring and referring["number"] in urls and " " in referring["said"] and "[" not in referring["said"]:
            made[place] = f"### [{referring['said']}]({urls[referring['number']]})"
            used.add(referring["number"])
            headed += 1
        elif "[" in line:
            made[place] = _REFERRED.sub(linked, line)
        elif line.isupper() and len(line) < _LONGEST_TOPIC and _stands_alone(lines, place):
            made[place] = f"## {line.strip()}"
    for place, match in targets.items():
        if match["number"] in used:
            made[place] = NOTHING
    return made if headed >= _TWO else lines


def _stands_alone(lines: Sequence[str], place: int) -> bool:
    return not any(each.strip() for each in (*lines[max(0, place - 1) : place], *lines[place + 1 : place + 2]))


def _unquoted(lines: list[str], begins: Collection[str]) -> list[str]:
    """The lines of a text without the marks of quotes, where nearly all of it is quoted."""
    if ">" not in begins:
        return lines
    quoted = [line[:1] for line in lines].count(">")
    if quoted < _FEW or quoted * 3 < sum(line[:1] not in ("#", "", "\n") for line in lines) * 2:
        return lines
    return [line[1:].removeprefix(" ") if line[:1] == ">" and line.strip("> ") else line for line in lines]


def _kind_seen(lines: Sequence[str], begins: Collection[str]) -> str | None:
    """What a text is whose name does not tell."""
    if "*" in begins and ("#" in begins or ":" in begins):
        top = any(line[:2] == "#+" or line[:12] == ":PROPERTIES:" for line in lines[:40])
        if top and any(line[:2] == "* " for line in lines):
            return "org"
    if "=" in begins and "#" in begins and is_typst(lines):
        return "typst"
    if "=" in begins and sum(_WIKI_HEADING.match(line) is not None for line in lines) > 1:
        return "wiki"
    return None


def _linked(match: re.Match[str]) -> str:
    label = (match["label"] or "").strip().removesuffix("^")  # a new window, in AsciiDoc
    return f"[{label}]({match['url']})" if label else match["url"]


def _from_org(lines: Sequence[str]) -> list[str]:
    """Lines of an org file; what stands in a block for quotes is quoted, other blocks are fenced."""
    said = (match["said"] for line in lines if line[:2] == "#+" and (match := _ORG_STATES.match(line)))
    states = frozenset(word.partition("(")[0] for each in said for word in each.split()) or _STATES
    made: list[str] = []
    quoted = False
    for line in lines:
        block = _ORG_BLOCK.match(line) if "#+" in line else None
        if block is None:
            made.append(f"> {line.strip()}" if quoted else _from_org_line(line, states))
        elif block["kind"].lower() in ("quote", "verse", "abstract"):
            quoted = block["end"].lower() == "begin"
            made.append(NOTHING)
        else:
            made.append("```")
    return made


def _from_org_line(line: str, states: Collection[str]) -> str:
    if "[[http" in line:
        line = _ORG_LINK.sub(_linked, line)
    if line[:2] == "#+" and (title := _ORG_TITLE.match(line)):
        return f"# {title['text']}"
    if line[:1] != "*" or (match := _ORG_HEADING.match(line)) is None:
        return line
    state, text = match["state"] or "", match["text"]
    ranked = match["rank"] or ""
    if state and state not in states:
        state, text = "", f"{state} {' '.join(filter(None, (ranked, text)))}"
        ranked = ""
    behind = "".join(f" #{tag}" for tag in (match["tags"] or "").split(":") if tag)
    told = " ".join(filter(None, (state, ranked)))
    return f"{'#' * min(len(match['stars']) + 1, 6)} {f'⟦{told}⟧ ' if told else ''}{text}{behind}"


def _from_signed(line: str, *, wiki: bool) -> str:
    """A line of AsciiDoc, or of a wiki."""
    if "http" in line:
        line = (_WIKI_LINK if wiki else _ADOC_LINK).sub(_linked, line)
    if line[:1] == "=" and (match := (_WIKI_HEADING if wiki else _SIGNED_HEADING).match(line)):
        return f"{'#' * len(match['marks'])} {match['text']}"
    if line[:1] in "*." and (item := _ADOC_ITEM.match(line)):
        mark = "-" if line[0] == "*" else "1."
        line = f"{'    ' * (len(item['stars']) - 1)}{mark} {line[item.end() :]}"
    return line if wiki or line[-2:] != " +" else line[:-2].rstrip()


def _from_rst(lines: Sequence[str]) -> list[str]:
    """Lines under which a row of marks stands are headings; each kind of mark is a level, in the order they come."""
    targets = {place: match for place, line in enumerate(lines) if (match := _RST_TARGET.match(line))}
    urls = {_rst_name(match["quoted"] or match["name"]): match["url"] for match in targets.values()}

    def referred(match: re.Match[str]) -> str:
        label = match["quoted"] or match["word"]
        url = urls.get(_rst_name(label))
        return f"[{label}]({url})" if url else match[0]

    made = [_RST_LINK.sub(_linked, line) if "`" in line and "<http" in line else line for line in lines]
    if urls:
        made = [_RST_REFERENCE.sub(referred, line) if "_" in line else line for line in made]
        for place in targets:
            made[place] = NOTHING
    levels: dict[str, int] = {}
    for place in range(1, len(lines)):
        rule = _RST_RULE.match(lines[place])
        title = lines[place - 1].strip()
        if rule is None or not title or _RST_RULE.match(lines[place - 1]) or not any(map(str.isalnum, title)):
            continue
        over = _overlined(lines, place)
        if len(lines[place].rstrip()) + 2 < cells(title) or (lines[place - 1][:1].isspace() and not over):
            continue
        kind = rule["mark"] * (2 if over else 1)
        level = levels.setdefault(kind, min(len(levels) + 1, 6))
        made[place - 1], made[place] = f"{'#' * level} {title}", NOTHING
        if over:
            made[place - 2] = NOTHING
    return made


def _rst_name(name: str) -> str:
    return " ".join(name.replace("\\", "").casefold().split())


def _overlined(lines: Sequence[str], place: int) -> bool:
    return place > 1 and bool(lines[place].strip()) and lines[place - 2].strip() == lines[place].strip()
