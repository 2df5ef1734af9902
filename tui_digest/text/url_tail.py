"""Where an address in running text ends."""

from __future__ import annotations

_NO_ASCII = r"[^\x00-\x7f\U00010000-\U0010ffff]"
"""Said by what it is not: a range of so many characters takes milliseconds to compile."""

URL = rf"https?://(?:[!#-&(-;=?-_a-~]|(?-i:(?<=[/=_#+~(&-]|{_NO_ASCII})[^\W\x00-\x7f]))+"
"""An address in running text, as a regular expression: ASCII without quotes and angle brackets, and words of other
letters where they begin a part of it (`/wiki/강화학습`). Behind an ASCII letter they are a Korean particle, also behind
`k`, `s` and `i`, which are capitals of letters that are no ASCII where case means nothing."""

_URL_TAIL = ".,;:!?)]}>…。，、*"


def without_tail(url: str) -> str:
    """A URL without the punctuation of the sentence it stands in; a bracket that it opened itself stays."""
    counts: dict[str, int] | None = None
    end = len(url)
    while end and url[end - 1] in _URL_TAIL:
        last = url[end - 1]
        opening = {")": "(", "]": "[", "}": "{"}.get(last)
        if opening:
            counts = counts or {sign: url.count(sign) for sign in "()[]{}"}
            if counts[opening] >= counts[last]:
                break
            counts[last] -= 1
        end -= 1
    return url[:end]
