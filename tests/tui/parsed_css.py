"""Each stylesheet is parsed once a process, not once an app.

More than a thousand tests begin an app each, and parsing is a fifth of that: the same texts with the same variables
nearly every time. Textual shares what it parsed within a stylesheet, and only reads it; here all of them share it.
Other texts and other variables, those of another theme, are parsed as ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.css import stylesheet
from textual.css.parse import parse
from textual.css.tokenize import tokenize_values

_tokens: dict[frozenset[tuple[str, str]], dict[str, Any]] = {}
"""By all variables."""
_rules: dict[tuple[Any, ...], Sequence[Any]] = {}
"""By the text, all that it was read with, and the identity of the tokens."""


def _tokenized(variables: dict[str, str]) -> dict[str, Any]:
    same = frozenset(variables.items())
    if same not in _tokens:
        _tokens[same] = tokenize_values(variables)
    return _tokens[same]


def _parsed(scope: str, css: str, read_from: Any, *, variable_tokens: Any, **read_as: Any) -> Sequence[Any]:
    same = (scope, css, read_from, id(variable_tokens), *sorted(read_as.items()))
    if same not in _rules:
        _rules[same] = tuple(parse(scope, css, read_from, variable_tokens=variable_tokens, **read_as))
    return _rules[same]


def parse_once() -> None:
    """From now on the stylesheets of this process share what was parsed."""
    for name, ours in (("tokenize_values", _tokenized), ("parse", _parsed)):
        setattr(stylesheet, name, ours)
