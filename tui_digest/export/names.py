"""One author's text -> the parts that citations ask for. Every writer divides names here, and nowhere else.

Digests write `Given Family`, some `Family, Given`, Korean and Chinese ones the family first. Where the parts cannot be
told, the name stays whole: an undivided name is cited as it is written, a wrongly divided one under another family.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from tui_digest.text.name_words import EASTERN_WORD, GROUPS, HAN_NAME, KOREAN_LONG_SURNAMES, KOREAN_SURNAMES, SUFFIX
from tui_digest.text.people import people


class Name(NamedTuple):
    """An author's name in its parts; a part that it does not have is empty."""

    family: str
    """The family name; the whole name of a group or of one that cannot be divided."""
    given: str = ""
    particle: str = ""
    """What stands before the family name in small letters: `van der`, `de la`."""
    suffix: str = ""
    """`Jr.`, `III`"""
    group: bool = False
    """Whether it is no person: a team, a company, a collaboration."""

    @property
    def whole(self) -> bool:
        """Whether it is to be cited undivided."""
        return not (self.given or self.particle or self.suffix)

    @property
    def family_first(self) -> str:
        """`van der Maaten, Laurens`; one undivided is as it is."""
        families = f"{self.particle} {self.family}".strip()
        return ", ".join(filter(None, (families, self.given, self.suffix)))


_FOOTNOTES = " \t*†‡§¶∗✉¹²³⁴⁵⁶⁷⁸⁹⁰^#,;，、；"
_BRACKET_AT_END = re.compile(r"\s*(?:\([^()]*\)|（[^（）]*）|\[[^\[\]]*\])$")
_BELONGING = re.compile(r"^(?P<group>[^:：]+)[:：]\s+(?P<name>\S.*)$")
_FURTHER_GROUPS = frozenset(
    "teams laboratory laboratories community initiative project foundation committee council workshop organization "
    "organisation college universität institut corp ltd llc gmbh alliance network society association".split()
)
"""Words that mean a group in a list of authors; in a title they mean much else, so readers do not go by them."""
_ALSO_FAMILIES = frozenset("apple amazon stanford berkeley mit fair mistral cohere meta adobe salesforce".split())
"""Of the words of groups those that are also people's names: alone they are no sign of a group."""
_EASTERN_GROUP = re.compile(
    r"(?:팀|연구실|연구소|연구원|연구진|대학교|그룹|컨소시엄|团队|團隊|研究院|研究所|研究室|大学|大學|实验室|チーム)$"
)
_LINKS = frozenset("at of the for and on".split())
_CAPITAL_PARTICLES = frozenset("Van Von Vander De Del Della Di Du Da Dos La Le El Al St. San Santa Ten Ter".split())
_VIETNAMESE = frozenset("nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly trinh dinh".split())
"""Families that stand first; `Van` behind one is a given name."""
_JOINERS = ("y", "e")
"""Between two family names: `García y López`."""
_INITIALS = re.compile(r"^[A-Z](?:\.?-?[A-Z]){0,2}\.?$")
_DEGREE = re.compile(r"^(?:ph\.?\s?d|m\.?d|m\.?sc|dr|prof)\.?$", re.IGNORECASE)
_HONORIFICS = frozenset("교수 박사 씨 님 선생 先生 教授 博士".split())
_HANGUL = re.compile(r"^[가-힣]+$")
_HAN_SURNAMES = frozenset(
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何罗羅梁宋郑鄭谢謝韩韓唐冯馮于董萧蕭程曹袁邓鄧许許傅沈曾彭吕呂苏蘇卢盧蒋蔣蔡贾賈丁魏薛"
    "叶葉阎閻余潘杜戴夏钟鍾汪田任姜范方石姚谭譚廖邹鄒熊金陆陸郝孔白崔康毛邱秦江史顾顧侯邵孟龙龍万萬段雷钱錢汤湯尹黎易常武乔喬贺賀赖賴龚龔文朴"
)
_LONG_HAN_SURNAMES = (
    "欧阳",
    "歐陽",
    "司马",
    "司馬",
    "上官",
    "诸葛",
    "諸葛",
    "东方",
    "東方",
    "皇甫",
    "尉迟",
    "公孙",
    "公孫",
    "慕容",
    "令狐",
    "司徒",
)


def names_of(authors: Iterable[str]) -> tuple[list[Name], bool]:
    """The names of a list of authors, in order, and whether it says that there are others (`et al.`)."""
    written = tuple(authors)
    named = people(written)
    left_out = any(people([each]) != (each,) for each in written)
    return [name_of(each) for each in named if each.strip()], left_out


@lru_cache(maxsize=8192)  # the same people write many of a library's papers
def name_of(text: str) -> Name:
    """One author's name in its parts. Marks of footnotes go, and so does a group before a person (`Lab: Sue Doe`)."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    name = text.strip(_FOOTNOTES) or text
    if (match := _BELONGING.match(name)) and is_group(match["group"]) and not is_group(match["name"]):
        return name_of(match["name"])
    if is_group(name):
        return Name(name, group=True)
    name = _BRACKET_AT_END.sub("", name).rstrip(_FOOTNOTES) or name
    parts = [part for part in (each.strip() for each in name.split(",")) if part and not _DEGREE.match(part)]
    if not parts:
        return Name(name)
    if len(parts) == 1:
        return _eastern(parts[0]) or _western(parts[0].split())
    return _with_commas(parts) or Name(name)


def is_group(name: str) -> bool:
    """Whether the author is no person."""
    words = name.split()
    low = [word.lower().strip(".,()") for word in words]
    known = [word in GROUPS or word in _FURTHER_GROUPS for word in low]
    if any(is_known and word not in _ALSO_FAMILIES for is_known, word in zip(known, low, strict=True)):
        return True
    if len(words) > 1 and all(known):
        return True
    if any(mark in words for mark in ("&", "@")) or not _LINKS.isdisjoint(words) or words[:1] == ["The"]:
        return True
    return any(word == "AI" or word.endswith(("-AI", ".ai", ".AI")) for word in words) or bool(
        _EASTERN_GROUP.search(name)
    )


def _with_commas(parts: list[str]) -> Name | None:
    """`Family, Given` and, with a suffix, `Family, Given, Jr.`, `Family, Jr., Given` and `Given Family, Jr.`; None for
    what has more commas than a name."""
    suffixes = [part for part in parts if SUFFIX.match(part)]
    rest = [part for part in parts if not SUFFIX.match(part)]
    suffix = suffixes[0] if suffixes else ""
    if len(suffixes) > 1 or not 1 <= len(rest) <= 2:
        return None
    if len(rest) == 1:
        return _western(rest[0].split())._replace(suffix=suffix)
    particle, family = _particle_before(rest[0].split())
    return Name(family, rest[1], particle, suffix)


def _particle_before(words: list[str]) -> tuple[str, str]:
    """The particle with which a family name begins, and the rest of it."""
    count = 0
    while count < len(words) - 1 and _is_small(words[count]):
        count += 1
    return " ".join(words[:count]), " ".join(words[count:])


def _western(words: list[str]) -> Name:
    """`Given Family`, and `Family A. B.` with initials behind."""
    suffix = ""
    if len(words) > 1 and SUFFIX.match(words[-1]):
        suffix, words = words[-1], words[:-1]
    if len(words) < 2:
        return Name(" ".join(words), suffix=suffix)
    first = next((at for at, word in enumerate(words) if not _INITIALS.match(word)), None)
    initials = next((at for at in range(len(words), 0, -1) if not _INITIALS.match(words[at - 1])), 0)
    if first == 0 and 0 < initials < len(words):
        particle, family = _particle_before(words[:initials])
        return Name(family, " ".join(words[initials:]), particle, suffix)
    start = _family_start(words)
    particle, family = _particle_before(words[start:])
    return Name(family, " ".join(words[:start]), particle, suffix)


def _family_start(words: list[str]) -> int:
    """At which word the family name begins, with its particles."""
    last = len(words) - 1
    if _is_small(words[0]) and not _is_small(words[last]):
        return 0  # `van der Maaten` alone
    for at in range(1, last):
        if words[at] in _JOINERS:
            return at - 1 if at > 1 else at
        if _is_small(words[at]):
            return at
        if words[at] in _CAPITAL_PARTICLES and words[0].lower() not in _VIETNAMESE:
            return at
    return last


def _is_small(word: str) -> bool:
    """Whether a word begins with a small letter, as `'t` does."""
    return word.lstrip("'’‘`")[:1].islower()


def _eastern(name: str) -> Name | None:
    """A name in Hangul, Han or Kana; None for others. The family stands first, where nothing says that it does not."""
    words = name.split()
    if not all(map(EASTERN_WORD.match, words)):
        return None
    if len(words) == 2:
        first, second = words
        if second in _HONORIFICS:
            return _eastern(first)
        turned = _is_surname(second) and not _is_surname(first)
        return Name(second, first) if turned else Name(first, second)
    if len(words) > 2:
        return Name(name)
    if _HANGUL.match(name):
        long = name.startswith(KOREAN_LONG_SURNAMES) and len(name) > 2
        if not long and not (2 <= len(name) <= 4 and name[0] in KOREAN_SURNAMES):
            return Name(name)
        return Name(name[: 1 + long], name[1 + long :])
    if HAN_NAME.match(name):
        long = name.startswith(_LONG_HAN_SURNAMES) and len(name) > 2
        if long or (len(name) < 4 and name[0] in _HAN_SURNAMES):
            return Name(name[: 1 + long], name[1 + long :])
    return Name(name)


def _is_surname(word: str) -> bool:
    return (
        word in KOREAN_LONG_SURNAMES or word in _LONG_HAN_SURNAMES or word in KOREAN_SURNAMES or word in _HAN_SURNAMES
    )
