"""Whether an address or a title names one paper for certain. What does not is never a key: two papers under one key are
worse than one under two.

Both answers follow one thought: take off what many pages, or many headings, have in common, and see whether enough
of its own is left. An address keeps the parts of its path that are no more than structure, dates or a language; a title
keeps the words that are neither labels nor the everyday words of the field.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, unquote, urlsplit

from tui_digest.text.patterns import regex

# -- addresses ---------------------------------------------------------------------------------------------------------

_BY_ID_ONLY = regex(
    r"(?:.*\.)?(?:arxiv\.org|ar5iv\.org|doi\.org|scholar\.google\.[a-z.]+)|(?:www\.|beta\.)?alphaxiv\.org"
)
"""Hosts whose papers are named by an id (`identity` has looked for it before) or not at all."""

_PICTURE = regex(r"\.(?:png|jpe?g|gif|svg|webp|bmp|ico|tiff?|avif|apng)(?:$|:)", re.IGNORECASE)
_PICTURE_HOSTS = regex(
    r"(?:.*\.)?(?:shields\.io|badgen\.net|badge\.fury\.io|pbs\.twimg\.com|camo\.githubusercontent\.com|visitor-badge\..*"
    r"|user-images\.githubusercontent\.com|hits\.seeyoufarm\.com|komarev\.com|star-history\.com|contrib\.rocks)"
)
_FEED = regex(r"(?:^|[./])(?:rss|atom|feeds?)(?:\.xml|\.json)?$|\.(?:rss|atom)$|^sitemap", re.IGNORECASE)
_SEARCHES = frozenset("q query search search_query searchtype keyword keywords term terms wd kw find text".split())
_INDEX = regex(
    r"(?:index|default|home|main|readme|about|search|login|contents?|archives?|feed|list)?"
    r"\.(?:html?|php|aspx?|jsp|cgi|md|xml)",
    re.IGNORECASE,
)
_LANGUAGE = regex(r"[a-z]{2}(?:[-_](?:[a-z]{2}|hans|hant))?", re.IGNORECASE)
_DATE_OR_PAGE = regex(r"(?:19|20)\d{2}(?:-?\d{2}){0,2}|\d{1,2}|v\d", re.IGNORECASE)
_STRUCTURE = frozenset(
    """
    abs abstract abstracts account accounts all api article articles archive archives about author authors badge
    badges best blog blogs browse categories category channel cite cites collection collections community
    conference conferences contact content contents daily date day discover discussions docs doi download
    e-print edit en events explore feed feeds file files find following forum forums group groups help home
    homepage hot html imprint in index info issue issues jobs journal journals ko label labels latest legal link
    links list lists listing login logout main mobile month monthly more my new newest news newsletter
    newsletters note notes page pages paper papers pdf pdfs people platform popular post posts preprint
    preprints privacy proceedings profile profiles project projects pub publication publications pubs read
    reader recent register releases report reports research resource resources results rss s search settings
    share shared signin signup sign_in sign_up site software sota story submissions subscribe tag tags task
    tasks team teams terms top topic topics trending u user users view volume web week weekly welcome wiki work
    works year yearly ps src format overview item items status statuses p r c m id viewer show stats
    """.split()
)
_OF_ONE = frozenset(
    "author authors user users profile profiles people member members channel c u in tag tags category categories topic"
    " topics label labels group groups team org orgs company collection collections task tasks week month year date"
    " @ sponsors hashtag explore".split()
)
"""Parts of a path that stand before the name of a person, a group or a subject, never of a paper."""

_NUMBERED = frozenset("status statuses item items id".split())
"""Parts of a path behind which a number is the name of one thing (`status/123`), not a day or a page number."""

_MEMBERS = regex(
    r"(?:.*\.)?(?:twitter\.com|x\.com|github\.com|gitlab\.com|bitbucket\.org|huggingface\.co|hf\.co|facebook\.com|"
    r"instagram\.com|threads\.(?:net|com)|linkedin\.com|kaggle\.com|medium\.com|t\.me|reddit\.com|youtube\.com|"
    r"bsky\.app|mastodon\.social|sigmoid\.social|linktr\.ee|orcid\.org|semanticscholar\.org|researchgate\.net|substack\.com)"
)
"""Hosts where the first part of a path is a person's or a group's name."""


def address_is_certain(url: str) -> bool:
    """Whether a web address can be a paper's own: no home page, picture, badge, feed, search, list or person's page.

    Papers named by arXiv id or DOI are for `identity`; an address of such a host without one names none.
    """
    text = "".join(url.split())
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = (parts.hostname or "").removeprefix("www.").removeprefix("mobile.")
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not host or _BY_ID_ONLY.fullmatch(host):
        return False
    path = unquote(parts.path)
    if _PICTURE_HOSTS.fullmatch(host) or _PICTURE.search(path) or _FEED.search(path.rstrip("/")):
        return False
    names = {name.lower() for name, _ in _parameters(parts)}
    if names & _SEARCHES or ("format" in names and parts.query.lower().endswith(("=png", "=jpg", "=svg", "=webp"))):
        return False
    return _has_own_part(host, [part for part in path.split("/") if part.strip()], parts)


def _parameters(parts: SplitResult) -> list[tuple[str, str]]:
    return [(name, value) for part in parts.query.split("&") for name, _, value in [part.partition("=")]]


def _has_own_part(host: str, path: list[str], parts: SplitResult) -> bool:
    if path and _INDEX.fullmatch(path[-1]):
        path = path[:-1]
    if path and path[0][0] in "@~":
        path = path[1:]  # the first part is a person's or a group's: only what stands behind it can be a paper's
    elif _MEMBERS.fullmatch(host) and path and path[0].lower() not in _STRUCTURE:
        path = path[1:]
    before, of_one = "", False
    for part in path:
        plain = part.lower()
        of_one = before in _OF_ONE or (of_one and plain.isdigit())
        if not (
            of_one
            or plain in _STRUCTURE
            or _LANGUAGE.fullmatch(plain)
            or (before not in _NUMBERED and _DATE_OR_PAGE.fullmatch(plain))
            or not any(map(str.isalnum, plain))
        ):
            return True
        before = plain
    # `forum?id=…`, `item?id=…`, `watch?v=…`: the value of the parameter names the page
    return any(
        (len(value) > 3 or value.isdigit()) and name.lower() in ("id", "v", "p", "pid", "paper", "paperid", "arnumber")
        for name, value in _parameters(parts)
    ) and before not in ("profile", "group")


# -- titles ------------------------------------------------------------------------------------------------------------

_SMALL = frozenset(
    """
    a an and are as at be by can do does for from had has have how i if in into is it its let me my no not of on
    or our so than that the their them there these they this those to up us using via vs was we were what when
    where which who why will with within without you your one two three four five first second third part et al
    etc der die das und le la les de des du el los y e o da per von
    """.split()
)
_LABELS = frozenset(
    """
    abstract abstracts abst affiliation affiliations ai announcement announcements answer appendix application
    applications apr april archive article articles arxiv aug august author authors available award awesome
    background basic best blog blogs book books bookmark brief bullet category categories challenge challenges
    chapter cite citation citations code codes comment comments conclusion conclusions conference contact
    content contents context contribution contributions core corner cs daily date day days dec december demo
    description detail details digest discussion discussions doi draft editor events example examples experiment
    experiments faq feb february figure figures file files final finding findings framework fri friday future
    general github goal goals good grade group headline headlines highlight highlights hot hugging huggingface
    idea ideas image images impact implementation important info information intro introduction insight insights
    interest interesting issue issues jan january journal jul july jun june key keyword keywords kind label
    latest level library license limitation limitations link links list main mar march materials may meeting
    memo method methodology methods metric mon monday month monthly more motivation my name new news newsletter
    next note notes notice nov november novelty number oct october official other others outline overview page
    pages paper papers pdf picks point points post posts poster preface presentation presentations problem
    project projects proposal publication publications published publisher publish question questions quick
    quote rank rating read reading readings readme recap recent recommended reference references related
    relevance remark remarks repo repository reports research resource resources result results review reviewer
    reviewers reviews sat saturday score scores search section see sep sept september series setup significance
    slides source sources start status story strengths subject subjects submission submissions submitted sum
    summaries summary sun sunday table tag tags takeaway takeaways talk talks template text things thoughts
    thread thu thursday thumb title titles tl tldr dr today todo topic topics top track trending tue tuesday
    tutorial tweet tweets type unread untitled update updates upvotes url venue version video videos vol volume
    vote votes weaknesses website wed wednesday week weekly weeks welcome work works year years yes no none null
    nan n/a unknown test
    """.split()
)
"""Words of labels and headings. They say nothing of a paper."""

_FIELD = frozenset(
    """
    adaptation adversarial agent agentic agents algorithm algorithms alignment analysis analyses approach
    architecture architectures artificial attention audio autonomous benchmark benchmarks big biology bio chat
    chatbots classification cluster clustering cnn computational computer computing continual contrastive
    control data dataset datasets deep depth detection diffusion distillation domain editing efficient embedding
    embeddings estimation ethics evaluation explainable face federated few fine foundation game games gan gans
    generation generative graph graphs human inference information instruction intelligence interpretability
    knowledge language large learning linear linguistics llm llms machine mathematics medical memory ml model
    modeling modelling models motion multi multilingual multimodal music natural nerf net nets network networks
    neural nlp object open optimisation optimization pose position pre prediction pretrained pretraining
    processing programming prompt prompting prompts question quantum rag reasoning recognition recommendation
    recommender recurrent reinforcement report representation representations retrieval reward rl rlhf robot
    robotics robots robust robustness safety scaling science security segmentation self semantic series shot
    signal small social software sparse speech statistics supervised survey surveys synthesis system systems
    technical technology text time tool tools training transfer transformer transformers translation tuning
    understanding unsupervised vision visual vit vlm vlms zero answering foundational theory theoretical based
    3d 2d
    """.split()
)
"""Words of the field, which make the names of topics as well as those of papers."""

_LABELS_EASTERN = sorted(
    """
    논문 제목 저자 초록 요약 소개 개요 결론 결과 방법 방법론 실험 배경 목적 동기 기여 핵심 한줄 정리 참고 문헌
    참고문헌 링크 코드 주소 원문 출처 태그 키워드 날짜 발표 학회 점수 평점 관련 연구 관련연구 한계 한계점 향후
    토론 논의 질문 의견 느낀점 느낀 감상 리뷰 후기 메모 기타 목차 서론 본론 내용 주요 주제 문제 정의 이번 지난
    오늘 어제 주차 주간 월간 일간 매일 추천 인기 최신 신규 새로운 새 글 뉴스 소식 모음 목록 다이제스트 브리핑
    레터 뉴스레터 읽기 읽을 읽은 스터디 세미나 공지 설명 특징 장점 단점 아이디어 구조 모델 데이터 데이터셋 성능
    평가 비교 분석 설정 자료 첨부 그림 이미지 동영상 영상 번역 년 월 일 论文 題目 标题 題名 標題 作者 摘要 概述
    概要 总结 總結 小结 小結 简介 簡介 介绍 介紹 引言 背景 动机 動機 目的 方法 实验 實驗 结果 結果 结论 結論
    贡献 貢獻 创新点 創新點 主要 内容 內容 要点 要點 关键词 關鍵詞 关键 關鍵 标签 標籤 链接 鏈接 連結 代码 代碼
    开源 日期 时间 時間 来源 來源 机构 機構 单位 期刊 会议 會議 分类 分類 评分 評分 推荐 推薦 相关 相關 研究
    工作 讨论 討論 局限 未来 未來 启发 启示 笔记 筆記 阅读 閱讀 精读 速览 速覽 速递 速遞 每日 今日 本周 本週
    本期 周报 週報 日报 日報 月报 目录 目錄 报告 報告 分析 趋势 趨勢 最新 热门 熱門 核心 问题 問題 技术 技術
    数据 數據 模型 参考文献 參考文獻 附录 附錄 翻译 翻譯 原文 地址 使用 指南 说明 說明 配置 文件 年 月 日 第 期
    篇 号 的 与 和 論文 要約 要旨 著者 著者名 所属 リンク キーワード タイトル タグ コード データ データセット
    まとめ メモ ノート コメント 目次 手法 提案 提案手法 実験 考察 議論 課題 関連研究 先行研究 新規性 どんなもの
    どんな もの 先行研究と比べて どこがすごい 技術や手法のキモはどこ 技術や手法の肝はどこ
    どうやって有効だと検証した 議論はある 次に読むべき論文は 比べて すごい キモ 有効 検証 次に 読む べき 貢献
    問題設定 評価 感想 所感 概念 前提 今週 論文紹介 紹介 輪読 勉強会 解説 日付 学会 会議 著 は が を に の と で
    も や か 何 何か
    """.split(),
    key=len,
    reverse=True,
)
"""The same of Korean, Chinese and Japanese, which is written on without blanks: the longest first."""

_EASTERN = r"\u1100-\u11ff\u3040-\u30ff\u3131-\u318e\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
_PIECES = regex(rf"[{_EASTERN}]+|[^{_EASTERN}\s]+")
_EASTERN_LABEL = regex("|".join(map(re.escape, _LABELS_EASTERN)))
_NUMBER = regex(r"[\divxl]+|\d+\S{0,2}")


def title_is_certain(title: str) -> bool:
    """Whether a title, as `identity.normalise_title` folds it, can only be one paper's: three words of its own, or two
    among others. A word of the field counts half, a label, a number or a small word nothing; of scripts without
    blanks two letters are a word."""
    own, words = 0.0, 0.0
    for piece in _PIECES.findall(title):
        if _EASTERN_LABEL.match(piece) or piece[0] >= "\u1100":
            own += len(_EASTERN_LABEL.sub("", piece)) / 2
            words += len(piece) / 2
            continue
        words += 1
        if len(piece) > 1 and piece not in _SMALL and piece not in _LABELS and not _NUMBER.fullmatch(piece):
            own += 0.5 if piece in _FIELD else 1
    return (own >= 2 and words >= 4) or (own >= 2.5 and words >= 3)
