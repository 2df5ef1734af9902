"""Message ids -> Korean or English sentences, and dates in each language's way.

The catalogues are `locale/en.json` and `locale/ko.json`: flat tables, one sentence an id, `{name}` places (JSON,
for reading the same as TOML takes 4 ms of every start).
An id with a `.one` twin takes the twin where `n` is 1. Domain code never asks here; only the two faces do.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from tui_digest.text.dates_in_words import DatesInWords
from tui_digest.text.particles import with_particles

if TYPE_CHECKING:
    from tui_digest.models import Change, Week

LANGUAGES = ("en", "ko")


def language(environ: Mapping[str, str] | None = None) -> str:
    """The language that the locale variables ask for: `ko` or, for anything else, `en`."""
    environ = os.environ if environ is None else environ
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environ.get(name, "")
        if value:
            return "ko" if value.lower().startswith("ko") else "en"
    return "en"


class Translator(DatesInWords):
    """Looks sentences up in one language's catalogue; call it with an id and the sentence's details.

    Whoever holds one follows when it is told to speak another language.
    """

    def __init__(self, lang: str) -> None:
        self.speak(lang)

    def speak(self, lang: str) -> None:
        """From now on, use this language's catalogue; English for a language that has none."""
        self.lang = lang if lang in LANGUAGES else "en"
        path = Path(__file__).parent / "locale" / f"{self.lang}.json"
        self._sentences: dict[str, str] = orjson.loads(path.read_bytes())

    def __call__(self, message_id: str, **details: object) -> str:
        """The sentence, filled in; a date among the details is said in the language's way.

        An unknown id comes back as itself, so nothing is ever hidden.
        """
        sentence = self._sentences.get(message_id)
        if str(details.get("n")) == "1":
            sentence = self._sentences.get(f"{message_id}.one", sentence)
        if sentence is None:
            return message_id + ("" if not details else f" {details}")
        if not details:
            return sentence
        dates = {name: self.day(value) for name, value in details.items() if isinstance(value, date)}
        details |= dates
        if isinstance(reason := details.get("reason"), str):
            details["reason"] = self._reason(reason)
        return (with_particles(sentence, details) if self.lang == "ko" else sentence).format_map(_Details(details))

    def _reason(self, text: str) -> str:
        from tui_digest.text.system_reasons import reason_id  # for what goes wrong: not at every start

        known = reason_id(text)
        return text if known is None else self._sentences[known]

    def change(self, prefix: str, change: Change) -> str:
        """What an act changed, in words; `prefix` begins the message ids: `mark`, `undo`, `redo`, `act`."""
        message_id, details = change_words(prefix, change)
        words = self(message_id, **details)
        if change.others:
            words += self("act.others", n=f"{change.others:,}")
        return words + self("act.left", n=f"{change.left:,}") if change.left and change.keys else words

    def shape(self, name: str) -> str:
        """What a kind of digest is called; its name, where another package reads it."""
        return self._called(f"shape.{name}", name)

    def source_kind(self, name: str) -> str:
        """What a kind of source is called; its name, where another package reads it."""
        return self._called(f"source.kind.{name}", name)

    def _called(self, message_id: str, name: str) -> str:
        return self(message_id) if self.knows(message_id) else name

    def knows(self, message_id: str) -> bool:
        """Whether there is such a sentence."""
        return message_id in self._sentences

    def week_days(self, week: Week, *, year: bool = False) -> str:
        """The days of a week's digests, by which it is known: `7/23–29` (ko), `23–29 Jul` (en), with the year where
        asked; of a week without dates what stands for them."""
        if week.start is None:
            return self("week.undated")
        return self.when(week.start, week.end) if year else self.period(week.start, week.end)

    def when(self, start: date | None, end: date | None) -> str:
        """A digest's date in full: a day, or a period with its years (`2023년 7월 23–29일`, `23–29 Jul 2023`)."""
        return self("week.undated") if start is None else self.days(start, end)


def change_words(prefix: str, change: Change) -> tuple[str, dict[str, object]]:
    """The message id, and its details, that tell what an act changed."""
    if change.left and not change.keys:
        left: dict[str, object] = {"n": f"{change.left:,}"}
        return (f"{prefix}.besides", left) if change.besides else (f"{prefix}.left", left)
    field, _, tag = change.field.partition(":")
    if tag and field in ("correct", "aside"):  # a correction is part of an act on a digest, but for what a restore sets
        return f"{prefix}.restored", {}
    details: dict[str, object] = {"n": f"{len(change.keys):,}", "entries": f"{change.entries:,}", "tag": tag}
    return f"{prefix}.{field}.{'on' if change.value else 'off'}", details


class _Details(dict[str, object]):
    """Leaves a place standing that no detail fills, instead of raising inside an error message."""

    def __missing__(self, name: str) -> str:
        return "{" + name + "}"
