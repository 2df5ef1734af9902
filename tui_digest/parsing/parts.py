"""Headings that any text may have, and that are no title: `Introduction`, `References`, `要約`."""

from __future__ import annotations

from tui_digest.parsing.labels import Label, field_of
from tui_digest.parsing.markdown import plain

_PARTS = frozenset(
    "introduction background motivation method methods methodology approach experiment experiments result results "
    "discussion conclusion conclusions limitations appendix references reference bibliography citation citations "
    "acknowledgements acknowledgments acknowledgement contents license licence contributing contributors contribution "
    "contributions installation install usage setup overview about faq changelog news updates disclaimer resources "
    "quickstart features requirements papers "
    "서론 배경 동기 방법 방법론 실험 결과 논의 결론 한계 부록 참고문헌 참고 목차 라이선스 설치 사용법 소개 기여 목록 "
    "引言 背景 动机 方法 实验 结果 讨论 结论 局限 附录 参考文献 参考 目录 许可证 安装 使用 特性 致谢 論文一覧 "
    "はじめに 導入 背景 手法 実験 結果 議論 考察 結論 付録 参考文献 目次 ライセンス".split()
)
_PART_NAMES = frozenset(
    (
        "table of contents",
        "table of content",
        "related work",
        "related works",
        "related papers",
        "key points",
        "main idea",
        "main ideas",
        "my thoughts",
        "how to cite",
        "further reading",
        "see also",
        "getting started",
        "star history",
        "future work",
        "관련 연구",
        "관련 논문",
        "읽을 거리",
        "相关工作",
        "相关论文",
        "関連研究",
        "関連論文",
    )
)
_CLOSES = frozenset("总结 總結 摘要 要約 亮点 工作 方法 关键词 评分 요약 정리 感想 概要".split())
_SHORT = 10


def is_part_of_a_text(text: str) -> bool:
    """Whether a heading only names a part that any text may have: `Introduction`, `References`, `要約`."""
    name = plain(text).casefold().strip(" .:：*-!")
    if name in _PARTS or name in _PART_NAMES or (not name.isascii() and len(name) <= _SHORT and name[-2:] in _CLOSES):
        return True
    return field_of(name) not in (None, Label.TITLE)
