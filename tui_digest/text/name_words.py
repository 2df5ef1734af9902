"""Words that names are made of: what readers know names by in a text, and what writers of citations divide them by."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "EASTERN_WORD",
    "GROUPS",
    "GROUP_LINKS",
    "HAN_NAME",
    "KOREAN_LONG_SURNAMES",
    "KOREAN_NAME",
    "KOREAN_SURNAMES",
    "PARTICLES",
    "SUFFIX",
    "begins_korean_name",
]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PARTICLES = _words(
    "van von vom der den de del della di da do dos das des du la le las los el al bin ibn ben ter ten te y e zu zur "
    "af av st jr sr jr. sr. ii iii iv san"
)
"""Words of a name that may begin with a small letter."""
KOREAN_NAME = regex(r"^[가-힣]{2,4}$|^[가-힣]{1,2} [가-힣]{1,3}$")
KOREAN_SURNAMES = frozenset(
    "김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주우구나민진지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥"
    "육인맹제모탁국어은편용예경봉사부가복태목형피두감음빈동온호범좌승간견당화창팽라"
)
"""Of one syllable."""
KOREAN_LONG_SURNAMES = ("남궁", "황보", "제갈", "독고", "사공", "동방")
"""Of two."""
_NO_GIVEN_NAMES = _words("논문 글 책 링크 방법 모델 연구 자료 그림 거 건 것 게 점 분 후 외 중 등")
"""What stands behind a word that is also a surname, as `이 논문` ("this paper")."""
HAN_NAME = regex(r"^[\u4e00-\u9fff·]{2,4}$")
GROUPS = _words(
    "team research lab labs group groups collaboration consortium contributors authors university institute inc "
    "inc. openai anthropic deepmind google meta microsoft nvidia apple amazon mistral cohere eleutherai baidu "
    "tencent alibaba bytedance deepseek qwen huggingface naver kakao kaist salesforce ibm adobe bigscience ai2 "
    "stanford berkeley mit stability databricks mosaicml fair xai"
)
"""What names of groups hold, in small letters. Some are people's names, too."""
GROUP_LINKS = _words("at of the for and & in on")
"""Small words between those of a group's name."""
SUFFIX = regex(r"^(?:jr|sr|ii|iii|iv)\.?$", re.IGNORECASE)
"""What stands behind a family name and is no part of it."""
EASTERN_WORD = regex(r"^[\u3040-\u30ff\u3400-\u9fff々가-힣]+$")
"""Of a name that is written with the family first, and whose words need no blank between them."""


def begins_korean_name(words: Sequence[str]) -> bool:
    """Whether words in Hangul, one or two, begin with a family's name and go on as a name may."""
    if len(words) < 2:
        return words[0][0] in KOREAN_SURNAMES
    family = words[0] in KOREAN_LONG_SURNAMES if len(words[0]) > 1 else words[0] in KOREAN_SURNAMES
    return family and words[1] not in _NO_GIVEN_NAMES
