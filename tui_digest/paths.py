"""Every file location, from platformdirs or from `TUI_DIGEST_HOME`. Nothing here touches the disk."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tui_digest.errors import DigestError

APP = "tui-digest"


class Paths(NamedTuple):
    """The four places the program writes to, and the files in them."""

    data: Path
    """Precious: library shards, journal and marks."""
    state: Path
    """Where the user was, the triage sessions, and the log."""
    config: Path
    """The user's own settings."""
    cache: Path
    """Derived; may be deleted at any time."""

    @property
    def shards(self) -> Path:
        """One TinyDB file a week."""
        return self.data / "library"

    @property
    def sources(self) -> Path:
        """Which sources were imported, and as which digests (TinyDB)."""
        return self.data / "sources.json"

    @property
    def marks(self) -> Path:
        """What the journal's folded events add up to (TinyDB)."""
        return self.data / "marks.json"

    @property
    def journal(self) -> Path:
        """The folder of the journals, one a machine."""
        return self.data / "journal"

    @property
    def learned(self) -> Path:
        """The folder of what was learned of papers from arXiv."""
        return self.data / "learned"

    @property
    def fetched(self) -> Path:
        """What sources said, item by item, as it came: much of it can be had nowhere else any more."""
        return self.data / "fetched"

    @property
    def passwords(self) -> Path:
        """The addresses of sources that hold a password; for this user's eyes only, and in no backup."""
        return self.data / "passwords.json"

    @property
    def refresh_lock(self) -> Path:
        """Held while sources are asked for news."""
        return self.data / "refresh.lock"

    @property
    def lock(self) -> Path:
        """Held by whoever writes to `data`."""
        return self.data / "lock"

    @property
    def marks_lock(self) -> Path:
        """Held by whoever writes `marks`: no long import stands in its way."""
        return self.data / "marks.lock"

    @property
    def undo_lock(self) -> Path:
        """Held while an act is undone or done again."""
        return self.data / "undo.lock"

    @property
    def intent(self) -> Path:
        """What an act on the library is about to do, as long as it is under way."""
        return self.data / "intent.json"

    @property
    def replaced(self) -> Path:
        """What acts on the library replaced, for undo."""
        return self.data / "replaced"

    @property
    def backups(self) -> Path:
        """Rolling copies of what the user did."""
        return self.data / "backups"

    @property
    def backups_lock(self) -> Path:
        """Held while a rolling copy is made."""
        return self.data / "backups.lock"

    @property
    def house_lock(self) -> Path:
        """Held by the one process that keeps house."""
        return self.data / "house.lock"

    @property
    def damaged(self) -> Path:
        """Where unreadable files are moved aside to."""
        return self.data / "damaged"

    @property
    def search(self) -> Path:
        """The search index (SQLite), derived."""
        return self.cache / "search.sqlite"

    @property
    def orders(self) -> Path:
        """The rows of the library by title and by author, derived."""
        return self.cache / "orders.bin"

    @property
    def screen(self) -> Path:
        """A picture of the last screen, for the next start, derived."""
        return self.cache / "screen.bin"

    @property
    def likeness(self) -> Path:
        """The words that papers share, derived."""
        return self.cache / "likeness.bin"

    @property
    def place(self) -> Path:
        """Where the user was when the app was closed."""
        return self.state / "place.json"

    @property
    def exported(self) -> Path:
        """What was chosen at the last export by a key."""
        return self.state / "exported.json"

    @property
    def allowed(self) -> Path:
        """Which commands of their own the user has seen and let run."""
        return self.state / "allowed.json"

    @property
    def asked(self) -> Path:
        """When every source was last asked, and what it answered."""
        return self.state / "asked.json"

    @property
    def arrivals(self) -> Path:
        """What came in since the app was last left."""
        return self.state / "arrivals.ndjson"

    @property
    def hints(self) -> Path:
        """Which hints were shown already."""
        return self.state / "hints.json"

    @property
    def triage(self) -> Path:
        """The folder of the triage sessions."""
        return self.state / "triage"

    @property
    def arrangement(self) -> Path:
        """How the user arranged the screen."""
        return self.state / "arrangement.json"

    @property
    def hosts(self) -> Path:
        """The folder of what is remembered of servers: when each was asked last, and when it may be asked again."""
        return self.state / "hosts"

    @property
    def log(self) -> Path:
        """Tracebacks and warnings."""
        return self.state / "log.txt"

    @property
    def look(self) -> Path:
        """The theme chosen in the app."""
        return self.state / "look.json"

    @property
    def themes(self) -> Path:
        """The user's own themes, a TOML file each."""
        return self.config / "themes"

    @property
    def settings(self) -> Path:
        """The user's `config.toml`."""
        return self.config / "config.toml"


def locate(environ: Mapping[str, str] | None = None) -> Paths:
    """The paths for this user: below `TUI_DIGEST_HOME` when it is set, else where the platform keeps such files.

    Raises `paths.no_home` where neither says a place: files must not end up in whatever folder one stands in.
    """
    environ = os.environ if environ is None else environ
    home = environ.get("TUI_DIGEST_HOME")
    if home:
        try:
            root = Path(home).expanduser().absolute()
        except (OSError, RuntimeError) as error:  # `~nobody`, or a relative path in a folder that is gone
            raise DigestError("paths.no_home", reason=error) from error
        return Paths(data=root / "data", state=root / "state", config=root / "config", cache=root / "cache")
    import platformdirs  # only where it is asked: it costs start-up time

    try:
        found = Paths(
            data=platformdirs.user_data_path(APP, appauthor=False),
            state=platformdirs.user_state_path(APP, appauthor=False),
            config=platformdirs.user_config_path(APP, appauthor=False),
            cache=platformdirs.user_cache_path(APP, appauthor=False),
        )
    except (OSError, RuntimeError, KeyError) as error:  # no HOME, and no entry in passwd that would name one
        raise DigestError("paths.no_home", reason=f"HOME={environ.get('HOME', '')}") from error
    if not all(place.is_absolute() for place in found):
        raise DigestError("paths.no_home", reason=f"HOME={environ.get('HOME', '')}")
    return found


def starters() -> Path:
    """The folder of starter digests that ships with the program (`seeds/` in a checkout)."""
    shipped = Path(__file__).parent / "seeds"
    return shipped if shipped.is_dir() else Path(__file__).parent.parent / "seeds"


def starter_folders(lang: str | None) -> list[Path]:
    """Those of its folders that a reader of a language is shown: that of the language, and the one for all. None asks
    for every language; a folder that is not divided is whole."""
    root = starters()
    mine = root / (lang or "")
    return [root] if lang is None or not mine.is_dir() else [mine, root / "all"]
