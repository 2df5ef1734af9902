"""Makes digest texts of any size, of words of our own, for the benchmarks: weekly texts, URL first.

usage: generate.py FOLDER ENTRIES
An entry is about 1.1 KB of UTF-8; a week has about 280. The same call makes the same bytes.
"""

from __future__ import annotations

import random
import sys
from datetime import date, timedelta
from pathlib import Path

ENGLISH = (
    "attention sparse retrieval diffusion policy reward token latent scaling gradient memory cache adapter routing "
    "expert mixture planning robust calibration alignment contrastive masked causal linear state space long context "
    "speech video graph vision encoder decoder sampling speculative quantized distilled federated continual open "
    "world agent tool code"
).split()
KOREAN = (
    "모델 학습 데이터 결과 논문 방법 실험 성능 토큰 추론 속도 메모리 구조 가정 보상 정책 검색 문맥 길이 비교 크기 "
    "한계 흥미로운 단순한 효율적인 새로운 여전히 다만 아마 정렬 평가 벤치마크 생성 이미지 음성 언어 표현 손실 함수"
).split()
ENDINGS = ("합니다.", "것 같네요.", "보입니다.", "궁금하네요.", "인상적입니다.")
FAMILY = "Kim Lee Park Choi Jung Kang Cho Yoon Jang Lim Han Oh Seo Shin Kwon Hwang Ahn Song Hong Yoo".split()
GIVEN = "Min Jun Seo Yeon Ji Hoon Hye Jin Soo Ah Dong Hyun Eun Woo Sang Ho Young Chan Na Rae".split()
PER_WEEK = 280


def entry(rng: random.Random, number: int) -> str:
    """One entry of about 1.1 KB."""
    url = f"https://arxiv.org/abs/{10 + number // 10000 % 15:02d}{number // 100000 % 12 + 1:02d}.{number % 100000:05d}"
    title = " ".join(rng.choice(ENGLISH).title() for _ in range(rng.randint(4, 11))) + f" {number}"
    authors = ", ".join(f"{rng.choice(GIVEN)} {rng.choice(FAMILY)}" for _ in range(rng.randint(1, 9)))
    lines = [url, f"{title} ({authors})"]
    for _ in range(rng.randint(2, 5)):
        words = [rng.choice(KOREAN if rng.random() < 0.8 else ENGLISH) for _ in range(rng.randint(12, 34))]
        lines.append(" ".join(words) + " " + rng.choice(ENDINGS))
    # A few tags are frequent and most are rare, as in life.
    tags = {
        f"{ENGLISH[int(rng.paretovariate(0.6)) % len(ENGLISH)]}_{int(rng.paretovariate(1.1)) % 6}" for _ in range(2)
    }
    lines.append(" ".join(f"#{tag}" for tag in sorted(tags)))
    return "\n".join(lines)


def header(week: int) -> str:
    """The title line of the n-th week before the end of 2023."""
    saturday = date(2023, 12, 30) - timedelta(weeks=week)
    wednesday = saturday - timedelta(days=3)
    row = (wednesday.day + (wednesday.replace(day=1).weekday() + 1) % 7 - 1) // 7 + 1
    return f"{wednesday.year}년 {wednesday.month}월 {row}주차"


def generate(folder: Path, entries: int) -> None:
    """Write the texts into a folder, a file a week."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(20240229)
    for week, first in enumerate(range(0, entries, PER_WEEK)):
        texts = [entry(rng, number) for number in range(first, min(first + PER_WEEK, entries))]
        (folder / f"week-{week:04d}.txt").write_text("\n".join([header(week), *texts]) + "\n", encoding="utf-8")
    long = " ".join(rng.choice(KOREAN) for _ in range(4400))
    text = f"2023년 12월 5주차\nhttps://arxiv.org/abs/2312.99999\nThe Long Entry (Some One)\n{long}\n#long\n"
    (folder / "zz-long.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    generate(Path(sys.argv[1]), int(sys.argv[2]))
