"""Formulas in Unicode where nothing is lost, and in their source elsewhere."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import home
from tests.tui.reading import library_of, reading
from tui_digest.tui.formulas import readable

SHOWN = [
    (r"$\alpha_{t}$", "αₜ"),
    (r"$O(n \log n)$", "O(n log n)"),
    (r"$10^{-3}$ and $3\times10^{5}$", "10⁻³ and 3×10⁵"),
    (r"$\pi_\theta$", "π_θ"),
    (r"$\sqrt{d_k}$ and $\sqrt n$", "√(dₖ) and √n"),
    (r"$\left(\frac{1}{T}\right)$", "(1/T)"),
    (r"$\hat{y}$ and $\tilde O(T)$", "ŷ and Õ(T)"),
    (r"$x^V$ and $x^*$", "xⱽ and x^*"),
    (r"$\sim 25\%$", "∼25%"),
    (r"$d\in\{1,2\}$", "d∈{1,2}"),
    (r"$$E=mc^2$$ or \(x_1\)", "E=mc² or x₁"),
    ("H$_2$O, GPT-4$^2$ and $n$.", "H₂O, GPT-4² and n."),
    (r"$f'(x)$", "f'(x)"),
]
KEPT = [
    r"$\mathbb{R}^{n\times m}$",  # nothing stands for a raised ×, and half a formula is none
    r"$\mathcal{L}_{KL}$",
    r"$\textbf{X}$",  # bold would be lost
    r"$\ref{x}$",
    r"$a}b$",
    r"${a$",
    r"$x_$",
    r"$2\frac{1}{T}$",  # could be read as 21/T
    r"$\frac{a+b}{c}$",
    "costs $5 and $10",
    "from $5-$10",
    r"\$5 and \$6",
    "100% of $",
    "$ not math $",
]


@pytest.mark.parametrize(("source", "shown"), SHOWN)
def test_formulas_are_shown_in_unicode(source: str, shown: str) -> None:
    assert readable(source) == shown


@pytest.mark.parametrize("source", KEPT)
def test_what_would_lose_something_stays_as_it_is(source: str) -> None:
    assert readable(source) == source


@given(st.text(alphabet=st.sampled_from("\\${}_^ab1 -'%&αlog학"), max_size=40))
def test_no_text_is_too_wild(text: str) -> None:
    shown = readable(text)
    assert "\n" not in shown
    if "$" not in text and "\\" not in text:
        assert shown == text


@given(st.text(alphabet="0123456789+-=()", min_size=1, max_size=6), st.sampled_from("_^"))
def test_small_signs_stand_for_the_signs_they_were(digits: str, kind: str) -> None:
    shown = readable(f"$x{kind}{{{digits}}}$")
    assert unicodedata.normalize("NFKC", shown).replace("−", "-") == "x" + digits


PAPER = r"""2023년 7월 5주차
https://arxiv.org/abs/2307.00001
Learning in $\tilde{O}(\sqrt{T})$ Steps (Ada One)
$\alpha_{t}$ 를 줄이면 $\textbf{X}$ 가 됩니다.
"""


async def test_a_key_goes_between_formulas_and_their_source_and_is_remembered(tmp_path: Path) -> None:
    library = library_of(home(tmp_path), tmp_path / "digests", PAPER)
    async with reading(library) as (pilot, screen):
        blocks = "\n".join(block.text for block in screen.panes.entry.body.document.blocks)
        assert "Learning in Õ(√T) Steps" in blocks
        assert r"αₜ 를 줄이면 $\textbf{X}$ 가" in blocks
        row = "".join(text for line in screen.panes.entries.list.source.row(0, 60) for text, _ in line)
        assert "Õ(√T)" in row
        await pilot.press("w", "f")
        blocks = "\n".join(block.text for block in screen.panes.entry.body.document.blocks)
        assert r"Learning in $\tilde{O}(\sqrt{T})$ Steps" in blocks
        assert r"$\alpha_{t}$ 를" in blocks
        row = "".join(text for line in screen.panes.entries.list.source.row(0, 60) for text, _ in line)
        assert r"$\tilde{O}" in row
    async with reading(library) as (pilot, screen):
        assert r"$\alpha_{t}$ 를" in "\n".join(block.text for block in screen.panes.entry.body.document.blocks)
