"""The words of a text that tell what it is about: without endings, without those that stand everywhere. Pure."""

from __future__ import annotations

from functools import lru_cache

from tui_digest.text.patterns import regex
from tui_digest.text.spelling import WORD, is_hangul

_ENDINGS = regex(
    "(?<=[가-힣]{2})(?:"
    "입니다|합니다|됩니다|습니다|에서는|에서의|으로는|으로의|으로써|으로서|하는데|하지만|이라는|이라고|"
    "하는|하여|하고|하게|하며|하면|해서|했다|한다|된다|되는|되고|되어|이다|이고|이며|에서|에게|에는|으로|로는|로의|로서|로써|"
    "까지|부터|보다|처럼|마다|이나|이란|라는|라고|들의|들을|들은|들이|"
    "을|를|이|가|은|는|의|에|로|와|과|도|만|들|한|된|할|인|적"
    ")$"
)
"""Particles and endings of Korean; what is left has two syllables or more."""

_EVERYWHERE = frozenset(
    "about above after all also although an and any are as at be been being between both but by can could did do does "
    "during each for from further had has have how however if in into is it its just many may more most much not of on "
    "only or other our over same should show shows so some such than that the their them then there these they this "
    "those through to under up use used using very via was we well were what when where which while who why will with "
    "without would you your et al paper propose proposed present method approach results based new novel "
    "논문 것이 것을 것은 그리고 하지만 그러나 또한 매우 정말 이런 그런 저런 여러 위해 통해 대한 대해 있다 있는 없는 "
    "같은 같다 않은 않는 이를 모두 다른 가장 더욱 하나 방법 결과 제안 제안한 사용 위한 "
    "있습니다 합니다 입니다 때문 경우 정도".split()
)


def topic_words(text: str) -> list[str]:
    """The words of a folded text in their order, as `topic` has them."""
    return [meant for word in WORD.findall(text) if (meant := topic(word))]


def halves(word: str) -> list[tuple[str, str]]:
    """The ways in which a Hangul word can be two of two syllables or more each: `강화학습` is `강화 학습`, too."""
    if not is_hangul(word):
        return []
    return [(word[:cut], word[cut:]) for cut in range(2, len(word) - 1)]


@lru_cache(maxsize=65536)
def topic(word: str) -> str:
    """What a folded word of `spelling.WORD` is counted as; empty for one that tells nothing."""
    if word in _EVERYWHERE or len(word) < 2 or word.isdecimal():
        return ""
    if is_hangul(word):
        word = _ENDINGS.sub("", word)
    elif len(word) > 4 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-3] + "y" if word.endswith("ies") else word[:-1]
    return "" if word in _EVERYWHERE else word
