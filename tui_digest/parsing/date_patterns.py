"""How days, weeks, months and ranges are written: patterns for what `date_words.plainly` has put into one spelling.

Their groups: `y` year, `m` month, `d` day (of a range `1` and `2`), `n` a month by name, `row` of a month, `w` week of
a year, `q` quarter. What is "loose" is read only in headers and in names of files: elsewhere it may be anything.
"""

from __future__ import annotations

import re
from functools import cache

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_TO = r"\s*(?:[-–—−~〜～→]+|to|until|through|から|至|到|부터)\s*"
_TH = r"(?:st|nd|rd|th)?"
YEAR = r"(?<!\d)(?:19|20)\d{2}(?!\d)"
_YEAR_WORD = r"(?:(?P<y>\d{4}|(?<!\d)'?\d{2})\s*[년年]\s*)?"
_MONTH_WORD = r"(?<!\d)(?P<m>\d{1,2})\s*[월月]\s*[の의]?\s*"

_US = rf"\b(?P<m1>{_NAME})\s*(?P<d1>\d{{1,2}}){_TH}(?:,?\s*(?P<y1>\d{{4}}))?{_TO}(?:(?P<m2>{_NAME})\s*)?"
_UK = rf"(?<!\d)(?P<d1>\d{{1,2}}){_TH}\s*(?P<m1>{_NAME})?(?:,?\s*(?P<y1>\d{{4}}))?{_TO}(?P<d2>\d{{1,2}}){_TH}\s*"
_YY = r"\d{4}|'?\d{2}(?=\s?[-./]\s?\d+\s?[-./])"
_ISO = rf"(?<![\d./-])(?P<y1>{_YY})\s?[-./]\s?(?P<m1>\d{{1,2}})\s?[-./]\s?(?P<d1>\d{{1,2}})\.?{_TO}"
_COMPACT = r"(?<!\d)(?P<y1>(?:19|20)\d{2})(?P<m1>\d{2})(?P<d1>\d{2})"
_CJK = r"(?:(?P<y{0}>\d{{4}})\s?[년年]\s*)?(?:(?<!\d)(?P<m{0}>\d{{1,2}})\s?[월月]\s*)"
RANGES = (
    _US + rf"(?P<d2>\d{{1,2}}){_TH}(?!\d)(?:,?\s*(?P<y2>\d{{4}}))?",
    _UK + rf"(?P<m2>{_NAME})(?:,?\s*(?P<y2>\d{{4}}))?",
    _ISO + rf"(?:(?P<y2>{_YY})\s?[-./]\s?)?(?:(?P<m2>\d{{1,2}})\s?[-./]\s?)?(?P<d2>\d{{1,2}})(?!\d)",
    _COMPACT + r"\s*[-–—~_]\s*(?:(?P<y2>(?:19|20)\d{2})(?P<m2>\d{2}))?(?P<d2>\d{2})(?!\d)",
    r"(?<!\d)(?P<y1>\d{4})-(?P<m1>\d{2})-(?P<d1>\d{2})_(?:to_)?(?P<y2>\d{4})-(?P<m2>\d{2})-(?P<d2>\d{2})(?!\d)",
    rf"(?<![\d./-])(?P<m1>\d{{1,2}})/(?P<d1>\d{{1,2}}){_TO}(?:(?P<m2>\d{{1,2}})/)?(?P<d2>\d{{1,2}})(?![\d/])",
    _CJK.format(1)
    + rf"(?P<d1>\d{{1,2}})\s?[일日号號]?{_TO}"
    + f"(?:{_CJK.format(2)})?"
    + r"(?P<d2>\d{1,2})\s?[일日号號]",
)
"""Ranges in a form that means nothing else."""
LOOSE_RANGES = (
    rf"(?<![\d./-])(?P<m1>\d{{1,2}})\.(?P<d1>\d{{1,2}})\.?{_TO}(?P<m2>\d{{1,2}})\.(?P<d2>\d{{1,2}})(?![\d.])",
)
LAST = 100
"""The row of a month that holds its last day, whichever it is."""
ORDINALS = {
    word: number
    for number, words in enumerate(
        ("첫 first 1st", "둘 두 second 2nd", "셋 세 third 3rd", "넷 네 fourth 4th", "다섯 fifth 5th", "여섯 sixth 6th"),
        1,
    )
    for word in words.split()
} | dict.fromkeys(("마지막", "last", "final"), LAST)
_WEEK_WORD = r"(?:[周週](?:目|间|間)?|주(?:차|째)?(?!\w))"
_ROW_WORD = (
    r"(?:제|第)?\s*(?P<row>\d{1,2}|첫|둘|두|셋|세|넷|네|다섯|여섯|마지막|最終|最[后後]\s*1?)\s*번?\s*째?\s*"
    + _WEEK_WORD
)
_EN_ROW = r"(?P<row>first|second|third|fourth|fifth|sixth|last|final|[1-6](?:st|nd|rd|th))\s+week"
ROWS = (
    _YEAR_WORD + _MONTH_WORD + _ROW_WORD,
    r"(?<![\d./-])(?P<y>\d{4})\s?[-./]\s?(?P<m>\d{1,2})\.?\s+" + _ROW_WORD,
    rf"\b(?P<n>{_NAME})\s*(?:(?P<y>\d{{4}})\s*)?[,:(-]?\s*week\s*#?\s*(?P<row>[1-6])(?!\d)\)?(?:,?\s*(?P<y2>\d{{4}})(?!\d))?",
    rf"\bweek\s*#?\s*(?P<row>[1-6])(?!\d)\s*(?:,|of|in|-|\()?\s*(?P<n>{_NAME})(?:,?\s*(?P<y>\d{{4}}))?",
    rf"\b{_EN_ROW}\s+(?:of|in)\s+(?P<n>{_NAME})(?:,?\s*(?P<y>\d{{4}}))?",
    rf"\b(?P<n>{_NAME})(?:,?\s*(?P<y>\d{{4}}))?,?\s+{_EN_ROW}",
)
ISO_WEEKS = (
    r"(?<!\d)(?P<y>\d{4})\W{0,3}W(?:eek)?\W{0,2}(?P<w>\d{1,2})(?!\d)",
    r"\bw(?:eek)?\W{0,2}(?P<w>\d{1,2})\W{1,3}(?:of\s+)?(?P<y>\d{4})(?!\d)",
    r"(?<!\d)(?P<y>\d{4})\s*(?:[년年]|[-./ ])\s*(?:제|第)?\s*(?P<w>\d{1,2})\s*" + _WEEK_WORD,
)
LOOSE_ISO_WEEKS = (
    r"\bw(?:eek)?\W{0,2}(?P<w>\d{1,2})(?![\d.])",
    r"(?<!\d)(?:제|第)?\s*(?P<w>\d{1,2})\s*" + _WEEK_WORD,
)
DAYS = (
    r"(?<![\d./-])(?P<y>\d{4})\s?[-./]\s?(?P<m>\d{1,2})\s?[-./]\s?(?P<d>\d{1,2})(?![\d/-])",
    r"(?P<y>(?<!\d)\d{4}|(?<!\d)'?\d{2})\s*[년年]\s*(?P<m>\d{1,2})\s*[월月]\s*(?P<d>\d{1,2})\s*[일日号號]",
    rf"\b(?P<m>{_NAME})\s*(?P<d>\d{{1,2}}){_TH},?\s+(?P<y>\d{{4}})(?!\d)",
    rf"(?<!\d)(?P<d>\d{{1,2}}){_TH}\s*(?:of\s+)?(?P<m>{_NAME}),?\s+(?P<y>\d{{4}})(?!\d)",
)
LOOSE_DAYS = (
    r"(?<!\d)(?P<y>(?:19|20)\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>[0-2]\d|3[01])(?!\d)",
    r"(?<![\d./-])(?P<m>\d{1,2})(?P<mark>[./-])(?P<d>\d{1,2})(?P=mark)(?P<y>\d{4})(?!\d)",
    r"(?<![\d./-])'?(?P<y>\d{2})\s?(?P<mark>[./-])\s?(?P<m>\d{1,2})\s?(?P=mark)\s?(?P<d>\d{1,2})(?![\d/-])",
    r"(?<![\d./-])(?P<m>\d)(?P<mark>/)(?P<d>\d{1,2})/(?P<y>\d{2})(?![\d/-])",
    r"\bR(?P<era>\d{1,2})[./](?P<m>\d{1,2})[./](?P<d>\d{1,2})(?!\d)",
)
DAYS_ALONE = (
    _MONTH_WORD + r"(?P<d>\d{1,2})\s*[일日号號]",
    rf"\b(?P<m>{_NAME})\s*(?P<d>\d{{1,2}}){_TH}(?![\d:%])",
    rf"(?<!\d)(?P<d>\d{{1,2}}){_TH}\s*(?:of\s+)?(?P<m>{_NAME})(?!\w)",
    r"(?<![\d./-])(?P<m>\d{1,2})/(?P<d>\d{1,2})(?![\d/])",
)
DAY_BY_WEEKDAY = r"(?<![\d./-])(?P<m>\d{1,2})[.-](?P<d>\d{1,2})\.?(?![\d.-])"
_THIRD = r"\s*(?P<third>초|중순|말|상순|하순|上旬|中旬|下旬|初|末|호|号)?(?!\w)(?!\s*\d+\s*[일주째日号周週])"
WHOLE = (
    r"(?P<y>(?<!\d)\d{4}|(?<!\d)'?\d{2})\s*[년年]\s*(?P<m>\d{1,2})\s*[월月]" + _THIRD,
    rf"\b(?P<m>{_NAME}),?\s+(?P<y>(?:19|20)\d{{2}})(?!\d)",
    r"(?<![\d./-])(?P<y>(?:19|20)\d{2})\s?[-./]\s?(?P<m>0[1-9]|1[0-2]|[1-9])(?![\d./-])",
    r"(?<![\d./-])(?P<m>0[1-9]|1[0-2])/(?P<y>(?:19|20)\d{2})(?![\d./-])",
    r"(?P<y>(?<!\d)\d{4}|(?<!\d)'?\d{2})\s*[년年]?\s*(?:제|第)?\s*(?P<q>[1-4])\s*(?:/\s*4\s*)?(?:분기|四半期|季度)",
    r"(?<!\d)(?P<y>\d{4})\W{0,2}Q(?P<q>[1-4])(?!\d)",
    r"\bQ(?P<q>[1-4])\W{0,3}(?P<y>\d{4})(?!\d)",
    r"(?P<y>(?<!\d)\d{4}|(?<!\d)'?\d{2})\s*[년年]\s*(?P<half>상반기|하반기|上半期|下半期|上半年|下半年)",
)
MONTH_ALONE = _MONTH_WORD + _THIRD
THIRDS = {"초": 0, "상순": 0, "上旬": 0, "初": 0, "중순": 1, "中旬": 1, "말": 2, "하순": 2, "下旬": 2, "末": 2}
WEEK_OF = r"\bweek\s+of\s+\W*$"
WEEK_BEHIND = r"^\s*(?:주간|주(?![가-힣])|の週)"


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def search(pattern: str, text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
    """The first place where the pattern fits, in any case. Patterns are made ready when they are first used: together
    they cost a tenth of a second."""
    return _compiled(pattern).search(text, start, len(text) if end is None else end)
