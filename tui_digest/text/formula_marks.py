"""Where a text has LaTeX formulas: one rule for the screen, which shows them, and for exports, which keep them."""

from __future__ import annotations

import re

from tui_digest.text.patterns import regex

__all__ = ["FORMULA"]

# Pandoc's rule for what is a formula and what is money: no blank inside the dollars' edges, no digit after the last.
FORMULA = regex(
    r"(?<!\\)\$\$(?P<display>[^$]+)\$\$"
    r"|(?<![\\$])\$(?P<inline>[^\s$](?:[^$]*?[^\s$\\])?)\$(?![\d$])"
    r"|\\\((?P<round>.+?)\\\)|\\\[(?P<square>.+?)\\\]",
    re.DOTALL,
)
