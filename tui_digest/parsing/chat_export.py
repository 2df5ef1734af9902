"""Chats as programs export them in JSON (Slack, Telegram, Discord): objects with who, when and what was said. They are
read as chats of messengers are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from tui_digest.parsing.chat import SHAPE, leads_to_paper, read_message
from tui_digest.parsing.document_records import (
    MESSAGE_TEXTS,
    MESSAGE_TIMES,
    TITLED,
    may_be_message,
    papers_among,
    values_within,
)
from tui_digest.parsing.drafts import Draft
from tui_digest.parsing.periods import Period
from tui_digest.parsing.record_fields import digest_of, headed_once
from tui_digest.text.cleaning import clean
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from tui_digest.models import ParsedDigest, Source
    from tui_digest.parsing.document_records import FoundRecord

_PEOPLE = ("user_profile", "from", "author", "user", "username", "sender", "name")
_NAMES = ("real_name", "nickname", "display_name", "name", "username", "first_name")
_SLACK_LINK = regex(r"<(?P<url>https?://[^<>|\s]+)(?:\|(?P<label>[^<>]*))?>")
_LONGEST = 100_000
_MOST_PARTS = 1000


class _Said(NamedTuple):
    """One message, and the object that it was."""

    who: str
    when: datetime
    lines: list[str]
    found: FoundRecord


def read_messages(source: Source, objects: Sequence[FoundRecord]) -> tuple[ParsedDigest, ...]:
    """A digest a day on which papers were told of, a paper a message with a paper's address; what others say after it
    goes with it. None where no message tells of a paper, or papers stand outside of messages."""
    messages = [said for each in objects if may_be_message(each) and (said := _said(each))]
    if not any(leads_to_paper(line) for said in messages for line in said.lines):
        return ()
    inner = {id(value) for said in messages for value in values_within(said.found)}
    if any(id(paper) not in inner and not TITLED.isdisjoint(paper) for paper in papers_among(objects)):
        return ()
    told: list[tuple[date, Draft]] = []
    for said in messages:
        head = f"{said.who} {said.when:%H:%M}"
        if any(map(leads_to_paper, said.lines)):
            draft = Draft(said.found.first, said.found.last)
            read_message(draft, head, said.lines)
            told.append((said.when.date(), draft))
        elif told:
            last = told[-1][1]
            last.last = max(last.last, said.found.last)
            last.commentary += [head, *said.lines]
    groups = [(day, [draft for _, draft in group]) for day, group in groupby(told, key=lambda each: each[0])]
    digests: list[ParsedDigest] = []
    for day, drafts in groups:
        title = day.isoformat() if len(groups) > 1 else ""
        made = digest_of(source, SHAPE, drafts, title=title, days=Period(day, day))
        digests.append(made._replace(start=day, end=day))
    return headed_once(digests, [draft for _, draft in told])


def _said(each: FoundRecord) -> _Said | None:
    """The message that an object is; None for any other object."""
    when = next((when for name in MESSAGE_TIMES if (when := _when(each.get(name)))), None)
    who = next((who for name in _PEOPLE if (who := _who(each.get(name)))), None)
    text = next((text for name in MESSAGE_TEXTS if (text := _text(each.get(name)))), None)
    if when is None or who is None or text is None:
        return None
    if "ts" in each:
        text = _SLACK_LINK.sub(_as_link, text)
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return _Said(" ".join(clean(who).split()), when, clean(text).split("\n"), each)


def _as_link(match: Any) -> str:
    label = match["label"]
    return f"[{label}]({match['url']})" if label and "://" not in label else match["url"]


def _when(value: Any) -> datetime | None:
    """An instant as programs write it: ISO, or seconds since 1970."""
    try:
        if isinstance(value, str) and value[4:5] == "-":
            return datetime.fromisoformat(value)
        if isinstance(value, (str, float, int)) and not isinstance(value, bool) and float(value) > 1e8:
            return datetime.fromtimestamp(float(value), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def _who(value: Any) -> str | None:
    if isinstance(value, Mapping):
        return next((name for each in _NAMES if isinstance(name := value.get(each), str) and name.strip()), None)
    return value if isinstance(value, str) and value.strip() and len(value) < 200 else None


def _text(value: Any) -> str | None:
    """What was said: a text, or a list of texts and of links, as Telegram has it."""
    if isinstance(value, list):
        value = "".join(map(_part, value[:_MOST_PARTS]))
    return value[:_LONGEST] if isinstance(value, str) and value.strip() else None


def _part(value: Any) -> str:
    if isinstance(value, Mapping):
        text, address = value.get("text"), value.get("href")
        if isinstance(text, str) and isinstance(address, str):
            return f"[{text}]({address})"
        return text if isinstance(text, str) else ""
    return value if isinstance(value, str) else ""
