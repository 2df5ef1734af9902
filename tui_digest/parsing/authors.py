"""Lists of names: which bracket at the end of a line holds a paper's authors, and who they are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from tui_digest.text.name_words import GROUP_LINKS, GROUPS, HAN_NAME, KOREAN_NAME, PARTICLES, begins_korean_name
from tui_digest.text.patterns import regex
from tui_digest.text.people import OTHERS, is_others


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_OPENERS, _CLOSERS = "([（［{", ")]）］}"
_OPENER = regex(r"[(\[（［{]")
_SEPARATOR = regex(r"\s*[,，、;；]\s*")
_AND = regex(r"\s+(?:and|&|und|et|및)\s+(?!al\b)")
_LEADING_AND = regex(r"^(?:and|&|및)\s+")
_TRAILING_ET_AL = regex(r"^(?P<name>.+?)\s+(?P<rest>et\.?\s*al\.?|외\s*\d*\s*[명인]?|등)$", re.I)
_A_PLAIN_NAME = r"[A-Z][A-Za-z'\-]*+\.?+(?: [A-Z][A-Za-z'\-]*+\.?+){1,3}+"
_PLAIN_NAME = regex(rf"^{_A_PLAIN_NAME}$")
# U+FFFD stands for a letter that the file's encoding lost.
_NAME_WORD = regex(r"^(?:[^\W\d_]|\ufffd)[\w'’‘`´ʼ.\-‐‑–·\u0300-\u036f\ufffd]*$")
_ELIDED = regex(r"^(?:d|l|al|el|t|o|de|bin)['’‘\-]\w")
# Capitalised words that titles put into brackets, and that are no names.
_TERMS = _words(
    "yet version extended abstract report technical preprint draft part parts supplementary material appendix "
    "oral spotlight poster workshop conference best paper papers award long short survey review tutorial demo "
    "revisited updated update work progress under submission learning model models network networks language "
    "vision visual large deep machine neural data dataset training transformer transformers attention generative "
    "adversarial reinforcement supervised unsupervised pretrained fine tuning image images text speech code "
    "benchmark evaluation retrieval augmented generation chain thought mixture experts state space method methods "
    "table figure section chapter open source english korean chinese japanese french german spanish with without "
    "from using not all new the an or to is are by via as icml iclr neurips nips cvpr iccv eccv acl emnlp naacl "
    "aaai ijcai kdd interspeech icassp"
)
_MOST_WORDS = 6
_LONGEST_ITEM = 80


def authors_at_end(text: str) -> tuple[str, tuple[str, ...]] | None:
    """What stands before the bracket that closes a line, and the names in it; None where it is no list of names."""
    text = text.rstrip(" .。")
    opening = _matching_bracket(text)
    if opening is None:
        return None
    names = name_list(text[opening + 1 : -1])
    return (text[:opening].rstrip(), names) if names else None


def unclosed_authors(text: str) -> tuple[str, tuple[str, ...]] | None:
    """The same where the author's bracket was never closed, by three names or more."""
    depth = 0
    for index in range(len(text) - 1, -1, -1):
        if text[index] in ")）":
            depth += 1
        elif text[index] in "(（":
            depth -= 1
            if depth < 0:
                names = name_list(text[index + 1 :].rstrip(" ,.…"))
                return (text[:index].rstrip(), names) if names and len(names) > 2 else None
    return None


def _matching_bracket(text: str) -> int | None:
    if not text.endswith((")", "）")):
        return None
    nearest = text.rfind("(")
    if nearest >= 0 and "）" not in text and "（" not in text and text.find(")", nearest) == len(text) - 1:
        return nearest
    depth = 0
    for index in range(len(text) - 1, -1, -1):
        if text[index] in ")）":
            depth += 1
        elif text[index] in "(（":
            depth -= 1
            if depth == 0:
                return index
    return None


def name_list(text: str) -> tuple[str, ...]:
    """The names in a list of names, as written; empty where the text is no such list.

    A list of three or more may hold one odd item in five; one or two items must all be names, and one alone must
    have two words or more, or be a known group."""
    if plain := _plain_names(text):
        return plain
    if turned := _family_first(text):
        return turned
    items, others = _items(text)
    names = [item for item, other in zip(items, others, strict=True) if not other] if any(others) else items
    if not names:
        return ()
    weights = [_weight(name) for name in names]
    full, bad = weights.count(2), weights.count(0)
    if len(names) == 1:
        fits = full == 1 or (bad == 0 and any(others))
    elif len(names) == 2:
        fits = bad == 0 and full >= 1
    else:
        fits = bad * 5 <= len(names) and full * 2 >= len(names)
    return tuple(items) if fits else ()


def _plain_names(text: str) -> tuple[str, ...]:
    """The names of a list in which each is plainly one, as nearly all are; none where they must be looked at."""
    names = tuple(text.split(", "))
    return names if all(map(_is_plain_name, names)) else ()


@lru_cache(maxsize=4096)  # who writes one paper writes others
def _is_plain_name(name: str) -> bool:
    return (
        len(name) <= _LONGEST_ITEM
        and _PLAIN_NAME.fullmatch(name) is not None
        and _TERMS.isdisjoint(name.lower().split())
    )


def _family_first(text: str) -> tuple[str, ...]:
    """The names of `Family, Given; Family, Given`, turned round; none where the text is written otherwise."""
    chunks = [chunk.strip() for chunk in text.split(";")] if ";" in text else []
    if len(chunks) < 2 or any(chunk.count(",") != 1 for chunk in chunks):
        return ()
    names = [_swapped(*map(str.strip, chunk.split(","))) for chunk in chunks]
    return tuple(names) if all(len(name.split()) > 1 and _weight(name) == 2 for name in names) else ()


def _items(text: str) -> tuple[list[str], list[bool]]:
    """The items of the list in order, and for each whether it stands for names left out (`et al.`, `…`)."""
    items: list[str] = []
    others: list[bool] = []
    for chunk in _top_level(text):
        if _PLAIN_NAME.match(chunk):
            items.append(chunk)
            others.append(False)
            continue
        for piece in _AND.split(chunk):
            item = " ".join(_LEADING_AND.sub("", piece.strip()).split())
            if not item:
                continue
            if match := _TRAILING_ET_AL.match(item):
                items += match["name"], match["rest"]
                others += False, True
            else:
                items.append(item)
                others.append(is_others(item))
    return items, others


def _top_level(text: str) -> list[str]:
    """The text split at commas, but not inside inner brackets: `A, B (X, Y), C` has three items."""
    if not _OPENER.search(text):
        return _SEPARATOR.split(text)
    chunks, depth, start = [], 0, 0
    for index, char in enumerate(text):
        if char in _OPENERS:
            depth += 1
        elif char in _CLOSERS:
            depth = max(0, depth - 1)
        elif depth == 0 and char in ",，、;；":
            chunks.append(text[start:index])
            start = index + 1
    return [*chunks, text[start:]]


def _weight(item: str) -> int:
    """2 for what can only be a name or a group, 1 for a single capitalised word, 0 for anything else."""
    if len(item) > _LONGEST_ITEM:
        return 0
    if _PLAIN_NAME.match(item):
        known = item.lower().split()
        return 2 if _TERMS.isdisjoint(known) or not GROUPS.isdisjoint(known) else 0
    name = unicodedata.normalize("NFC", re.sub(r"\s*[\[(（].*$", "", item).strip(" *†‡∗¹²³"))
    words = name.split()
    if not words:
        return 0
    if KOREAN_NAME.match(name):
        return 2 if begins_korean_name(words) else 0
    if HAN_NAME.match(name):
        return 2
    low = [word.lower() for word in words]
    if _names_group(low) and all(word in GROUP_LINKS or words[i][0].isupper() for i, word in enumerate(low)):
        return 2
    if len(words) > _MOST_WORDS or not _TERMS.isdisjoint(low) or not all(map(_is_name_word, words)):
        return 0
    capitals = sum(word[0].isupper() or _ELIDED.match(word) is not None for word in words)
    return min(capitals, 1) if len(words) == 1 else 2 * (capitals > 0)


def _names_group(low: Sequence[str]) -> bool:
    """Whether the words, in small letters, hold one of a group's name."""
    return not GROUPS.isdisjoint(low) or any(word.endswith("-ai") for word in low)


def _is_name_word(word: str) -> bool:
    if not _NAME_WORD.match(word):
        return False
    first = word[0]
    return (
        first.isupper()
        or not (first.islower() or first == "_")
        or word.lower() in PARTICLES
        or bool(_ELIDED.match(word))
    )


_LINKED = regex(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\)")
_MARKS = regex(
    r"<(?:sup|sub)>.{0,40}?</(?:sup|sub)>|</?[a-zA-Z]{1,10}(?:\s[^<>]{0,200})?>|[`*†‡§¶∗✉¹²³⁴⁵⁶⁷⁸⁹⁰]|\\(?=\W)"
)
_WIKI = regex(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]")
_QUOTED = regex(r"'((?:[^']|(?<=\w)'(?=\w))*)'|\"([^\"]*)\"")
_MAIL = regex(r"<?[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+>?")
_FOOTNOTE = regex(r"(?<=[^\W\d_])[\d,]{1,5}$")
_JOINED = regex(
    r"\s*[,，、;；•|]\s*|\s+[·/]\s+|(?<=[가-힣一-鿿])\s*·\s*(?=[가-힣一-鿿])|\s+(?:and|&|und|et(?!\.?\s*al)|y|및|그리고|と)\s+"
)
_ALSO = regex(r"^(?:and|&|및|와|과)\s+", re.IGNORECASE)
_LEFT_OUT = regex(rf"[\s,，、]*(?:(?<![A-Za-z])|\b)\(?(?P<rest>{OTHERS})\)?[.。]?$", re.IGNORECASE)
_LEFT_OUT_WITHIN = regex(
    r"[\s,，、]+(?P<rest>외\s*\d*\s*[명인]|et\.?\s?al\.?)\s*[,，|/—–-]\s*(?P<behind>[^,，;]{2,60})$", re.IGNORECASE
)
_BRACKET_AT_END = regex(r"\s*(?:\([^()]*\)|（[^（）]*）|\[[^\[\]]*\])$")
_INITIALS = regex(r"^(?:[A-Z]\.?[\s-]?){1,4}$")
_EAST = regex(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_LONE_INITIAL = regex(r"\b([A-Z])(?![\w.])")


def authors_in(text: str) -> tuple[str, ...]:
    """The people behind a label, in order: names between commas, semicolons, `and`, `、`, `·` or in quotes, links by
    their labels; marks of footnotes, mail addresses and what stands in brackets behind a name go. `Last, First` is
    turned round. Who is left out (`et al.`, `외 3명`, `等`) is the last item, as it is written."""
    text = text.strip()
    if "[[" in text:
        text = _WIKI.sub(r"\1", text)
    if text[:1] == "[" and text[-1:] == "]" and text[1:2] in ("'", '"'):
        quoted = ((pair[0] or pair[1]).strip() for pair in _QUOTED.findall(text))
        return tuple(name for each in quoted if (name := _ALSO.sub("", each)))
    if "](" in text:
        text = _LINKED.sub(r"\1", text)
    text = _MAIL.sub("", text) if "@" in text else text
    text = " ".join(_MARKS.sub("", text).replace("_", " ").split()) if len(text) < _LONGEST_LIST else text
    rest = ""
    if within := left_out_within(text):
        text = within
    match = _LEFT_OUT.search(text, max(0, len(text) - 60))
    if match is None and text[-1:] in _CLOSERS:  # where those work may stand behind it
        bare = _BRACKET_AT_END.sub("", text)
        match = _LEFT_OUT.search(bare, max(0, len(bare) - 60))
    if match:
        text, rest = text[: match.start()], match["rest"].strip("() ")
    names = _pairs(text.rstrip(" ,"))
    if not names:
        names = [name for chunk in _people(text) if (name := _one_name(chunk))]
        names = _turned(names, among_others=bool(rest)) if "," in text or "，" in text or rest else names
    return (*names, rest) if rest and names else tuple(names)


def left_out_within(text: str) -> str:
    """The names up to who is left out, where only their affiliation stands behind: `A, B 외 3명, KAIST`; empty where
    none does."""
    match = _LEFT_OUT_WITHIN.search(text, max(0, len(text) - 120)) if "외" in text or " al" in text else None
    return text[: match.end("rest")] if match and len(name_list(match["behind"])) < 2 else ""


_LONGEST_LIST = 100_000


def _people(text: str) -> list[str]:
    """The text split between people; a comma inside brackets parts none, and semicolons part people whose names have
    commas."""
    bare = re.sub(r"[(（][^()（）]*[)）]", "", text) if ";" in text else ""
    if bare.count(";") and re.search(r"\w,\s*\w[^;]*;", bare) and bare.count(",") <= bare.count(";") + 1:
        return [_swapped(*map(str.strip, each.split(",", 1))) if "," in each else each for each in text.split(";")]
    if not any(bracket in text for bracket in "(（[{"):
        return _JOINED.split(text)
    chunks, depth, start = [], 0, 0
    for match in re.finditer(r"[(（\[{)）\]}]|" + _JOINED.pattern, text):
        mark = match[0].strip()
        if mark and mark in "(（[{":
            depth += 1
        elif mark and mark in ")）]}":
            depth = max(0, depth - 1)
        elif depth == 0:
            chunks.append(text[start : match.start()])
            start = match.end()
    return [*chunks, text[start:]]


def _one_name(chunk: str) -> str:
    """The name in one piece of a list."""
    name = _ALSO.sub("", chunk.strip(" .,;:*"))
    while (cut := _BRACKET_AT_END.sub("", name)) != name and cut:
        name = cut
    name = _FOOTNOTE.sub("", name.strip(" \t"))
    if not any(map(str.isalpha, name)):
        return ""
    return f"{name}." if chunk.rstrip().endswith(".") and re.search(r"(?:\b[A-Z]|[JS]r)$", name) else name


def _pairs(text: str) -> list[str]:
    """The names of `Last, First and Last, First`, turned round; none where the text is written otherwise."""
    chunks = re.split(r"\s+and\s+", text)
    if len(chunks) < 2 or any(chunk.count(",") != 1 for chunk in chunks):
        return []
    return [_swapped(*map(str.strip, chunk.split(","))) for chunk in chunks]


def _turned(names: list[str], *, among_others: bool) -> list[str]:
    """`Last, First` names the right way round: all of them, with initials behind every name, or the first only, as
    citations write it."""
    if len(names) > 1 and len(names) % 2 == 0 and all(_INITIALS.match(name) for name in names[1::2]):
        pairs = zip(names[::2], names[1::2], strict=True)
        return [_swapped(last, _LONE_INITIAL.sub(r"\1.", first)) for last, first in pairs]
    if (
        len(names) > 1
        and _is_surname(names[0])
        and len(names[1].split()) <= 3
        and names[1][:1].isupper()
        and (
            len(names) > 2
            or among_others
            or len(names[1].split()) == 1
            or "." in names[1]
            or len(names[1].split()[-1]) == 1
        )
        and all(len(name.split()) > 1 for name in names[2:])
    ):
        return [_swapped(names[0], names[1]), *names[2:]]
    return names


def _is_surname(name: str) -> bool:
    words = name.split()
    return (
        not _EAST.search(name)
        and (len(words) == 1 or (len(words) < 4 and words[0].lower() in PARTICLES))
        and name[:1].isupper()
    )


def _swapped(last: str, first: str) -> str:
    return f"{first} {last}".strip()


def people(text: str) -> tuple[str, ...]:
    """The names in a text that may be one list of people; empty where any of them cannot be a person or a known
    group."""
    return _read_people(text) if len(text) <= 2000 else ()


@lru_cache(maxsize=512)  # the posts of a feed share their authors
def _read_people(text: str) -> tuple[str, ...]:
    if any(map(str.isdigit, text)) or "http" in text:
        return ()
    found = authors_in(text)
    if not found or len(found) > 400:
        return ()
    alone = len(found) == 1
    for name in found:
        if is_others(name):
            continue
        words = name.replace(".-", ". ").replace(".", ". ").split()
        low = {word.lower().rstrip(".") for word in words}
        initial = len(words) > 1 and _INITIALS.match(words[0]) is not None
        if len(words) > _MOST_WORDS or (not initial and not _TERMS.isdisjoint(low) and GROUPS.isdisjoint(low)):
            return ()
        if alone and len(words) < 2 and GROUPS.isdisjoint(low):
            return ()
        if name.isascii() and not all(_is_name_word(word) or len(word) < 3 for word in words):
            return ()
        if (
            not name.isascii()
            and _weight(name) == 0
            and not all(word[:1].isupper() or word.lower() in PARTICLES for word in words)
        ):
            return ()
    return found


def reads_as_names(text: str) -> bool:
    """Whether a text in italics is a list of names, even where some items would not count as names elsewhere."""
    people = authors_in(text)
    words = [name.split() for name in people]
    return (
        len(people) > 1
        and all(0 < len(each) <= 6 and len(" ".join(each)) <= 60 for each in words)
        and sum(len(each) > 1 and each[0][:1].isupper() for each in words) * 2 > len(people)
    )
