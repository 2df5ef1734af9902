"""Chats as programs export them in JSON (Slack, Telegram, Discord, Matrix, Zulip, Teams): objects with who, when and
what was said. They are read as chats of messengers are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from tui_digest.identity import arxiv_id
from tui_digest.models import Link
from tui_digest.parsing.chat import SHAPE, leads_to_paper, read_message
from tui_digest.parsing.document_records import (
    MESSAGE_TEXTS,
    MESSAGE_TIMES,
    TITLED,
    may_be_message,
    may_be_post,
    papers_among,
    values_within,
)
from tui_digest.parsing.drafts import Draft, paragraphs
from tui_digest.parsing.html_page import plain_text
from tui_digest.parsing.markdown import plain
from tui_digest.parsing.numbering import bare_heading
from tui_digest.parsing.periods import Period
from tui_digest.parsing.record_fields import digest_of, headed_once
from tui_digest.text.cleaning import clean
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from tui_digest.models import ParsedDigest, Source
    from tui_digest.parsing.document_records import FoundRecord

_PEOPLE = ("user_profile", "sender_full_name", "from", "author", "username", "user", "sender", "name")
_NAMES = ("real_name", "nickname", "displayName", "display_name", "acct", "name", "username", "first_name", "user")
_CARDS = ("attachments", "embeds")
"""What programs show below a message of the pages that it names, by the names they give it."""
_CARD_ADDRESSES = ("title_link", "url", "from_url", "original_url")
_CARD_TEXTS = ("text", "description")
_SLACK_LINK = regex(r"<(?P<url>https?://[^<>|\s]+)(?:\|(?P<label>[^<>]*))?>")
_SLACK_NAMED = regex(r"<(?P<sign>[@#!])(?P<id>[^<>|\s]{1,80})(?:\|(?P<label>[^<>]*))?>")
_ID_AHEAD = regex(r"\[\d{4}\.\d{4,5}(?:v\d+)?\]\s*(?=\S)")
"""As the titles of arXiv's pages begin."""
_MILLISECONDS = 1e11
"""Seconds since 1970 are fewer, milliseconds more."""
_LONGEST = 100_000
_MOST_PARTS = 1000


class _Card(NamedTuple):
    """What is shown below a message of a page that it names."""

    title: str
    url: str
    lines: list[str]


class _Said(NamedTuple):
    """One message, and the object that it was."""

    who: str
    when: datetime
    lines: list[str]
    found: FoundRecord
    cards: Sequence[_Card] = ()
    alone: bool = False
    """Whether it answers to nobody, and so says nothing of the paper above it."""


def read_messages(source: Source, objects: Sequence[FoundRecord]) -> tuple[ParsedDigest, ...]:
    """A digest a day on which papers were told of, a paper a message with a paper's address; what others say after it
    goes with it. None where no message tells of a paper, or papers stand outside of messages."""
    names = _names_by_id(objects)
    posts = [said for each in objects if may_be_post(each) and (said := _posted(each))]
    messages = posts or [said for each in objects if may_be_message(each) and (said := _said(each, names))]
    if not any(leads_to_paper(line) for said in messages for line in said.lines):
        return ()
    inner = {id(value) for said in messages for value in values_within(said.found)}
    if any(id(paper) not in inner and not TITLED.isdisjoint(paper) for paper in papers_among(objects)):
        return ()
    told: list[tuple[date, Draft]] = []
    beside: list[str] = []
    for said in messages:
        head = f"{said.who} {said.when:%H:%M}".lstrip()
        if any(map(leads_to_paper, said.lines)):
            draft = Draft(said.found.first, said.found.last)
            read_message(draft, head, said.lines)
            _take_cards(draft, said.cards)
            told.append((said.when.date(), draft))
        elif said.alone:
            beside += [f"{said.when.date()} {head}", *said.lines, ""]
        elif told:
            last = told[-1][1]
            last.last = max(last.last, said.found.last)
            last.commentary += [head, *said.lines]
    groups = [(day, [draft for _, draft in group]) for day, group in groupby(told, key=lambda each: each[0])]
    digests: list[ParsedDigest] = []
    for day, drafts in groups:
        title = day.isoformat() if len(groups) > 1 else ""
        made = digest_of(source, SHAPE, drafts, title=title, days=Period(day, day))
        digests.append(made._replace(start=day, end=day, preface=None if digests else paragraphs(beside)))
    return headed_once(digests, [draft for _, draft in told])


def _names_by_id(objects: Sequence[FoundRecord]) -> dict[str, str]:
    """The names of those who speak, by the ids under which messages of Slack name them."""
    return {
        each["user"]: " ".join(clean(name).split())
        for each in objects
        if isinstance(each.get("user"), str) and (name := _who(each.get("user_profile")))
    }


def _said(each: FoundRecord, names: Mapping[str, str]) -> _Said | None:
    """The message that an object is; None for any other object. `names` are those of people, by their ids."""
    when = next((when for name in MESSAGE_TIMES if (when := _when(each.get(name)))), None)
    who = next((who for name in _PEOPLE if (who := _who(each.get(name)))), None)
    text = next((text for name in MESSAGE_TEXTS if (text := _text(each.get(name)))), None)
    cards = [card for name in _CARDS if isinstance(each.get(name), list) for card in _cards(each[name])]
    if when is None or who is None or (text is None and not cards):
        return None
    text = text or ""
    if "ts" in each:
        text = _SLACK_NAMED.sub(lambda named: _as_name(named, names), _SLACK_LINK.sub(_as_link, text))
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    lines = clean(text).split("\n")
    if cards and not any(map(leads_to_paper, lines)):
        lines = [*filter(None, lines), *(card.url for card in cards)]
    return _Said(" ".join(clean(who).split()), when, lines, each, cards)


def _posted(each: FoundRecord) -> _Said | None:
    """The post that an object is; None where nobody wrote it, or at no time."""
    when = _when(each.get("published")) or _when(each.get("created_at"))
    who = _who(each.get("account")) or _who(each.get("attributedTo")) or _who(each.get("actor")) or ""
    if when is None:
        return None
    title = each["name"] if isinstance(each.get("name"), str) else ""
    text = "\n".join(filter(None, (title, plain_text(each["content"][:_LONGEST]))))
    answers = each.get("inReplyTo") or each.get("in_reply_to_id")
    who = " ".join(clean(who).rpartition("/")[2].split())
    return _Said(who, when, [line for line in clean(text).split("\n") if line], each, alone=not answers)


def _cards(value: Sequence[Any]) -> Iterator[_Card]:
    """The pages among what is shown below a message."""
    for each in value[:_MOST_PARTS]:
        if not isinstance(each, Mapping) or not isinstance(title := each.get("title"), str):
            continue
        url = next((url for name in _CARD_ADDRESSES if isinstance(url := each.get(name), str)), "")
        text = next((text for name in _CARD_TEXTS if isinstance(text := each.get(name), str)), "")
        if title.strip() and leads_to_paper(url):
            yield _Card(" ".join(clean(title).split()), url, clean(text[:_LONGEST]).strip().split("\n"))


def _take_cards(draft: Draft, cards: Sequence[_Card]) -> None:
    """The title of the paper that a message names, where it gives none itself, from what is shown below it, and what
    else is shown there; cards of other papers are links."""
    for card in cards:
        own = not draft.urls or _paper(card.url) == _paper(draft.urls[0])
        title = plain(bare_heading(_ID_AHEAD.sub("", card.title)))
        if own:
            draft.urls = draft.urls or [card.url]
            if draft.title is None:
                draft.title = title or None
            elif title.casefold() not in draft.title.casefold():
                draft.commentary.append(title)
            draft.commentary += filter(None, card.lines)
        else:
            draft.links.append(Link(card.url, title or None))
            draft.commentary += [line for line in (title, *card.lines) if line]


def _paper(url: str) -> str:
    """What two addresses of one paper have in common."""
    paper = arxiv_id(url)
    return paper[0] if paper else url


def _as_link(match: Any) -> str:
    label = match["label"]
    return f"[{label}]({match['url']})" if label and "://" not in label else match["url"]


def _as_name(match: Any, names: Mapping[str, str]) -> str:
    """Who or what a message of Slack names; a channel without its sign, which would make a tag of it."""
    said = (match["label"] or names.get(match["id"]) or match["id"]).lstrip("@#")
    return said if match["sign"] == "#" else f"@{said}"


def _when(value: Any) -> datetime | None:
    """An instant as programs write it: ISO, or seconds or milliseconds since 1970."""
    try:
        if isinstance(value, str) and value[4:5] == "-":
            return datetime.fromisoformat(value)
        if isinstance(value, (str, float, int)) and not isinstance(value, bool) and (seconds := float(value)) > 1e8:
            return datetime.fromtimestamp(seconds / 1000 if seconds > _MILLISECONDS else seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def _who(value: Any) -> str | None:
    if isinstance(value, Mapping):
        return next((name for each in _NAMES if (name := _who(value.get(each)))), None)
    return value if isinstance(value, str) and value.strip() and len(value) < 200 else None


def _text(value: Any) -> str | None:
    """What was said: a text, a list of texts and of links, as Telegram has it, or an object that holds it, as that of
    Matrix and Teams."""
    if isinstance(value, list):
        value = "".join(map(_part, value[:_MOST_PARTS]))
    if isinstance(value, Mapping):
        inner = next((text for name in MESSAGE_TEXTS if isinstance(text := value.get(name), str)), "")[:_LONGEST]
        value = plain_text(inner) if value.get("contentType") == "html" else inner
    return value[:_LONGEST] if isinstance(value, str) and value.strip() else None


def _part(value: Any) -> str:
    if isinstance(value, Mapping):
        text, address = value.get("text"), value.get("href")
        if isinstance(text, str) and isinstance(address, str):
            return f"[{text}]({address})"
        return text if isinstance(text, str) else ""
    return value if isinstance(value, str) else ""
