"""One family of errors: a message id, its details, an exit code. Words are found at the edges (cli, tui)."""

from __future__ import annotations

EXIT_DONE, EXIT_FAILED, EXIT_USAGE, EXIT_PARTLY = 0, 1, 2, 3


class DigestError(Exception):
    """Something the reader must be told; `message_id` names a sentence of the locale catalogue.

    The sentence is filled with `details` (strings), says what happened and what to do.
    """

    def __init__(self, message_id: str, *, exit_code: int = EXIT_FAILED, **details: object) -> None:
        self.message_id = message_id
        self.exit_code = exit_code
        self.details = {name: str(value) for name, value in details.items()}
        super().__init__(message_id, self.details)


def note(notices: list[DigestError], error: DigestError) -> bool:
    """Adds what was found wrong, unless just that was said before; True when it is new."""
    if any((each.message_id, each.details) == (error.message_id, error.details) for each in notices):
        return False
    notices.append(error)
    return True


class SourceError(DigestError):
    """A source that could not be read: it is reported and skipped, the others go on."""


class StoreError(DigestError):
    """The library or the marks could not be read or written."""


class ConfigError(DigestError):
    """A setting or keymap entry that cannot be used."""


def some(names: list[str]) -> str:
    """The first three of them, for a sentence."""
    return ", ".join([*names[:3], *(["…"] if len(names) > 3 else [])])
