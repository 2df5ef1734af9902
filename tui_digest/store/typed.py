"""What the user typed, as it is kept."""

from __future__ import annotations

from tui_digest.errors import EXIT_USAGE, DigestError


def tag_name(text: str) -> str:
    """The name of an own tag, without the `#` before it. Raises `tag.empty` where nothing is left of it."""
    from tui_digest.text.tag_names import plain_tag  # as below

    name = plain_tag(cleaned(text))
    if not name:
        raise DigestError("tag.empty", exit_code=EXIT_USAGE, tag=text)
    return name


def note_text(text: str | None) -> str:
    """A note: fit to be shown, without empty lines around it."""
    return cleaned(text or "").strip("\n")


def cleaned(text: str) -> str:
    """As fit to be shown as what was imported."""
    from tui_digest.text.cleaning import clean  # its patterns cost start-up time

    return clean(text)
