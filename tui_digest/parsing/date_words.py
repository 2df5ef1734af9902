"""One spelling for dates that people write in many: full-width digits, Chinese numerals, years of an era, weekdays."""

from __future__ import annotations

import re
import unicodedata

from tui_digest.text.patterns import regex

_CHINESE = str.maketrans("〇零一二三四五六七八九", "00123456789")
_NUMERAL = regex(r"[〇零一二三四五六七八九十]+(?=\s*(?:[年月日号號周週季]|四半期))")
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}
_ERA = regex(rf"({'|'.join(_ERAS)})\s*(\d{{1,3}}|元)\s*年")
_DAYS = "月火水木金土日"
_KOREAN_DAYS = "월화수목금토일"
_CHINESE_DAYS = "一二三四五六日"
_ENGLISH_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ONE_DAY = (
    rf"[{_KOREAN_DAYS}](?:요일)?|[{_DAYS}](?:曜日?)?|(?:星期|周|週)[{_CHINESE_DAYS}天]"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?"
)
_WEEKDAY = regex(
    rf"[(（\[]\s*(?P<in>{_ONE_DAY})\s*[)）\]]"
    rf"|(?<!\w)(?P<word>[{_KOREAN_DAYS}]요일|[{_DAYS}]曜日?|星期[{_CHINESE_DAYS}天]"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?(?![a-z])\.?)[,，]?"
    rf"|(?<=[日号號\d])\s*(?P<after>(?:周|週)[{_CHINESE_DAYS}天]|[{_KOREAN_DAYS}]요일|[{_DAYS}]曜日?)",
    re.IGNORECASE,
)


def plainly(text: str) -> tuple[str, int | None]:
    """The text with digits for numbers, years after Christ and no weekdays, composed and of half width; and the first
    weekday in it, Monday being 0."""
    text = unicodedata.normalize("NFKC", text)
    weekday: int | None = None
    if match := _WEEKDAY.search(text):
        weekday = _weekday(match["in"] or match["word"] or match["after"])
        text = _WEEKDAY.sub(" ", text)
    text = _NUMERAL.sub(_digits, text)
    return _ERA.sub(_year_of_era, text), weekday


def _weekday(word: str) -> int:
    low = word.lower()
    for place, name in enumerate(_ENGLISH_DAYS):
        if low.startswith(name):
            return place
    if low[0] in _KOREAN_DAYS:
        return _KOREAN_DAYS.index(low[0])
    if low[0] in "星周週":
        return 6 if low[-1] == "天" else _CHINESE_DAYS.index(low[-1])
    return _DAYS.index(low[0])


def _digits(match: re.Match[str]) -> str:
    """`二〇二四` is 2024, `十` 10, `二十三` 23."""
    word = match[0]
    if "十" not in word:
        return word.translate(_CHINESE)
    tens, _, ones = word.partition("十")
    return f"{(tens or '一').translate(_CHINESE)}{(ones or '〇').translate(_CHINESE)}"


def _year_of_era(match: re.Match[str]) -> str:
    return f"{_ERAS[match[1]] + (1 if match[2] == '元' else int(match[2]))}年"
