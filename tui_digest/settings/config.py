"""`config.toml` -> `Settings`. A setting that cannot be used is reported and its default is used: the app opens anyway.

A setting is a field of `Settings`: its name, its default, the `Rule` of what it may be, and what it is for. From these
come the checks, the commented default file, docs/config.md and the settings screen (`config_file.py`,
`tui/screens/settings.py`); its label and its description stand in the catalogues as `setting.NAME` and
`setting.NAME.about`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from tui_digest.errors import ConfigError

if TYPE_CHECKING:
    from tui_digest.settings.commands import UserCommand


class Rule(NamedTuple):
    """What a setting may be."""

    kind: Literal["choice", "text", "whole", "number", "table"]
    values: Sequence[Any] = ()
    """The only values of a `choice`; of a number, those that the settings screen walks through."""
    low: float = 0
    high: float = 0

    def allows(self, value: object) -> bool:
        """Whether a value of the file can be used. A table says itself what is wrong in it."""
        if self.kind == "choice":
            return any(type(value) is type(known) and value == known for known in self.values)
        if self.kind in ("text", "table"):
            return isinstance(value, str if self.kind == "text" else dict)
        if isinstance(value, bool) or not isinstance(value, int if self.kind == "whole" else int | float):
            return False
        return self.low <= value <= self.high  # NaN is not

    @property
    def details(self) -> dict[str, Any]:
        """What the sentences `config.value.KIND` tell of what is allowed."""
        if self.kind == "choice":
            return {"allowed": ", ".join(map(literal, self.values))}
        return {"low": f"{self.low:g}", "high": f"{self.high:g}"} if self.kind in ("whole", "number") else {}


def _one_of(*values: Any) -> Mapping[str, Rule]:
    return {"rule": Rule("choice", values)}


def _whole(low: int, high: int, walked: Sequence[int]) -> Mapping[str, Rule]:
    return {"rule": Rule("whole", walked, low, high)}


def _number(low: float, high: float, walked: Sequence[float]) -> Mapping[str, Rule]:
    return {"rule": Rule("number", walked, low, high)}


def _text() -> Mapping[str, Rule]:
    return {"rule": Rule("text")}


def _table() -> Mapping[str, Rule]:
    return {"rule": Rule("table")}


ENDPOINTS: Mapping[str, str] = {
    "arxiv_api": "https://export.arxiv.org/api/query",
    "arxiv_pdf": "https://arxiv.org/pdf/",
    "arxiv_rss": "https://rss.arxiv.org/rss/",
    "github_raw": "https://raw.githubusercontent.com/",
    "huggingface_papers": "https://huggingface.co/api/daily_papers",
}
"""The services that are asked by name, and where; of those that end in a slash what an id, a category or a path comes
after."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user may set; every field has a default."""

    lang: str = field(default="", metadata=_one_of("", "ko", "en"))
    """The language of the program: ko or en; empty follows the locale."""
    theme: str = field(default="", metadata=_text())
    """A theme's name, or auto: ours, dark or light as the terminal is; empty takes the one chosen while reading."""
    read_after: float = field(default=1.0, metadata=_number(-1, 3600, (-1.0, 0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0)))
    """Seconds an opened entry must rest on the screen before it counts as read; 0 is at once, -1 never."""
    body_width: int = field(default=80, metadata=_whole(20, 400, range(40, 161, 4)))
    """Cells of text in a line of the entry pane, at most; a Korean syllable takes two."""
    entry_lines: int = field(default=4, metadata=_one_of(1, 2, 3, 4))
    """Lines of an entry in the list, at most: 4 (three of title, one of facts) to 1. Each takes what it needs."""
    signs: str = field(default="", metadata=_one_of("", "unicode", "ascii"))
    """The signs and borders of the screen: unicode or ascii; empty lets the locale and the terminal decide."""
    layouts: bool = field(default=True, metadata=_one_of(True, False))
    """Whether keys typed on a Korean or Cyrillic layout, or in full width, act as those of a US keyboard."""
    all_keys: bool = field(default=False, metadata=_one_of(True, False))
    """Whether the terminal is asked for every key as a code, for layouts unknown here; after a kill, reset it."""
    new_source_days: int = field(default=30, metadata=_whole(-1, 36500, (-1, 0, 7, 14, 30, 60, 90, 365)))
    """How many days back a new source's entries are unread; older ones count as read. -1 leaves all unread."""
    browser: str = field(default="", metadata=_text())
    """The command that opens links, with %s where the link goes; empty takes $BROWSER, or what the system has."""
    ask_arxiv: bool = field(default=False, metadata=_one_of(True, False))
    """Whether arXiv is asked by itself about papers that are added, and about new ones after `tui-digest refresh`."""
    pdf_folder: str = field(default="~/Papers", metadata=_text())
    """The folder that PDFs are fetched into."""
    pdf_viewer: str = field(default="", metadata=_text())
    """The command that opens PDFs, with %s where the file goes; if empty, the system's own program opens them."""
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict, metadata=_table())
    """Keys of your own, in place of the default ones: one binding or a list of them for each id."""
    commands: Mapping[str, UserCommand] = field(default_factory=dict, metadata=_table())
    """Commands of your own, which a key or `tui-digest run` starts on papers: docs/commands.md tells what they get."""
    endpoints: Mapping[str, str] = field(default_factory=dict, metadata=_table())
    """Other addresses for the services that are asked: mirrors of arXiv, its PDFs and feeds, GitHub, Hugging Face."""
    tag_aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict, metadata=_table())
    """Tags that are one: a name, and its other spellings, which are counted, listed and found as that name."""

    @property
    def endpoints_with_defaults(self) -> Mapping[str, str]:
        """The address of every service: the user's, or its own."""
        return {**ENDPOINTS, **self.endpoints}


@cache
def rules() -> Mapping[str, Rule]:
    """The rule of every setting, in the order of the file."""
    return {each.name: each.metadata["rule"] for each in fields(Settings)}


def load(path: Path) -> tuple[Settings, list[ConfigError]]:
    """The settings in a file, and what is wrong with it. A missing file is no error."""
    try:
        if not path.is_file():  # a pipe would be waited for
            return Settings(), [ConfigError("config.not_a_file", path=path)] if path.exists() else []
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        return Settings(), [ConfigError("config.not_utf8", path=path)]
    except OSError as error:
        return Settings(), [ConfigError("config.unreadable", path=path, reason=error.strerror or error)]
    return read(text, path)


def read(text: str, path: Path) -> tuple[Settings, list[ConfigError]]:
    """The settings in a text, and what is wrong with it; `path` is named in the errors."""
    import tomllib  # only where there is something to read: it costs start-up time

    try:
        table = tomllib.loads(text)
    except RecursionError as error:
        return Settings(), [ConfigError("config.unreadable", path=path, reason=error)]
    except tomllib.TOMLDecodeError as error:
        return Settings(), [_not_toml(text, str(error), path)]
    return _TableReading(text, path).settings(table)


def _not_toml(text: str, reason: str, path: Path) -> ConfigError:
    """The error for a text that is no TOML: the place, and the line that stands there. `tomllib` speaks English only,
    so its message is replaced by our own sentences."""
    place = re.search(r"\(at line (\d+), column (\d+)\)", reason)
    lines = text.split("\n")
    line = int(place[1]) if place else len(text.rstrip().split("\n"))
    twice = re.search("Cannot overwrite|Cannot declare .* twice", reason)
    shown = lines[line - 1].strip()[:60]
    return ConfigError("config.twice" if twice else "config.not_toml", path=f"{path}:{line}", line=line, text=shown)


@dataclass(eq=False, repr=False, match_args=False)
class _TableReading:
    """One file being read, and the mistakes found in it."""

    text: str
    path: Path

    def settings(self, table: Mapping[str, Any]) -> tuple[Settings, list[ConfigError]]:
        """The settings that can be used; of the others the default stands."""
        errors: list[ConfigError] = []
        values: dict[str, Any] = {}
        for name, value in table.items():
            rule = rules().get(name)
            if rule is None:
                errors.append(self._unknown(name))
            elif not rule.allows(value):
                errors.append(self._mistake(f"config.value.{rule.kind}", name, value, **rule.details))
            elif name == "keys":
                values[name] = dict(self._keys(value, errors))
            elif name == "tag_aliases":
                values[name] = self._tag_aliases(value, errors)
            elif name == "commands":
                values[name] = self._commands(value, errors)
            elif name == "endpoints":
                values[name] = dict(self._endpoints(value, errors))
            else:
                values[name] = value
        return Settings(**values), errors

    def _keys(self, table: Mapping[str, Any], errors: list[ConfigError]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """`[keys]`: each id has one binding or a list of them."""
        for id_, bindings in table.items():
            listed = [bindings] if isinstance(bindings, str) else bindings
            if isinstance(listed, list) and all(isinstance(b, str) and b.strip() for b in listed):
                yield id_, tuple(listed)
            else:
                errors.append(self._mistake("config.value.keys", f"keys.{id_}", bindings))

    def _commands(self, table: Mapping[str, Any], errors: list[ConfigError]) -> Mapping[str, UserCommand]:
        """`[commands]`: each name has the text of a command, or a table that says more of it."""
        from tui_digest.settings.commands import FIELDS, LONGEST, commands_in

        def wrong(what: str, place: str, value: object) -> None:
            line = command_line(self.text, *place.split(".", 1))
            shown: dict[str, Any] = {} if value is None else {"value": literal(value)}
            known: dict[str, Any] = {"fields": ", ".join(FIELDS), "high": f"{LONGEST:g}"}
            errors.append(
                ConfigError(
                    f"config.command.{what}", **_place(self.path, line), name=f"commands.{place}", **known, **shown
                )
            )

        return commands_in(table, wrong)

    def _endpoints(self, table: Mapping[str, Any], errors: list[ConfigError]) -> Iterator[tuple[str, str]]:
        """`[endpoints]`: each service has one http or https address."""
        for service, address in table.items():
            if service not in ENDPOINTS:
                errors.append(self._mistake("config.endpoint", f"endpoints.{service}", allowed=", ".join(ENDPOINTS)))
            elif isinstance(address, str) and re.fullmatch(r"https?://[^\s/]\S*", address):
                yield service, address
            else:
                errors.append(self._mistake("config.value.endpoints", f"endpoints.{service}", address))

    def _tag_aliases(self, table: Mapping[str, Any], errors: list[ConfigError]) -> dict[str, tuple[str, ...]]:
        """`[tag_aliases]`: each name has one other spelling or a list of them; no spelling has two names."""
        from tui_digest.text.matching import fold  # its patterns cost start-up time

        given = self._tag_lines(table, errors)
        owners = {fold(name): name for name in reversed(given)}  # of two that are one but for case, the first
        claimed = dict(owners)
        for name in [name for name in given if owners[fold(name)] != name]:
            errors.append(self._tag_mistake("twice", name, tag=name, first=owners[fold(name)], second=name))
            del given[name]
        aliases = {}
        for name, spellings in given.items():
            kept = []
            for spelling in spellings:
                owner = claimed.setdefault(fold(spelling), name)
                if owner == name:
                    kept.append(spelling)
                elif fold(spelling) in owners:
                    errors.append(self._tag_mistake("chain", name, tag=spelling, name=name))
                else:
                    errors.append(self._tag_mistake("twice", name, tag=spelling, first=owner, second=name))
            aliases[name] = tuple(kept)
        return aliases

    def _tag_lines(self, table: Mapping[str, Any], errors: list[ConfigError]) -> dict[str, list[str]]:
        """The lines of `[tag_aliases]` that can be read, whatever they add up to."""
        from tui_digest.text.tag_names import plain_tag

        given: dict[str, list[str]] = {}
        for typed, spellings in table.items():
            listed = [spellings] if isinstance(spellings, str) else spellings
            if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
                errors.append(self._mistake("config.value.tag_aliases", f"tag_aliases.{typed}", spellings))
                continue
            empty = [each for each in (typed, *listed) if not plain_tag(each)]
            errors += [self._tag_mistake("empty", typed, tag=each, name=typed) for each in empty]
            if typed not in empty:
                given.setdefault(plain_tag(typed), []).extend(filter(None, map(plain_tag, listed)))
        return given

    def _tag_mistake(self, what: str, line: str, **details: Any) -> ConfigError:
        place = _place(self.path, line_of(self.text, "tag_aliases", line))
        return ConfigError(f"config.tag_{what}", **place, **details)

    def _unknown(self, name: str) -> ConfigError:
        import difflib  # only for those who mistyped

        near = difflib.get_close_matches(name.casefold(), rules(), 1, 0.5)
        allowed = ", ".join(rules())
        message_id = "config.unknown.near" if near else "config.unknown"
        return self._mistake(message_id, name, allowed=allowed, near=near[0] if near else "")

    def _mistake(self, message_id: str, name: str, value: object = None, **details: Any) -> ConfigError:
        line = line_of(self.text, *name.split(".", 1))
        shown: dict[str, Any] = {} if value is None else {"value": literal(value)}
        return ConfigError(message_id, **_place(self.path, line), name=name, **shown, **details)


def placed(error: ConfigError, path: Path, name: str) -> ConfigError:
    """A mistake that was found in what a setting says, with the file and the line on which it stands: that of the
    `id` it is about in a table, or of the `other` one."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, ValueError):  # it went in the meantime
        text = ""
    below = [error.details[each] for each in ("id", "other") if each in error.details]
    field = error.details.get("field", "keys")
    lines = [_line_below(text, name, each, field) for each in below] or [line_of(text, name)]
    line = next((number for number in lines if number is not None), None)
    details: dict[str, Any] = {**error.details, **_place(path, line)}
    return ConfigError(error.message_id, **details)


COMMAND = "command."
"""Before the name of a command of the user's own, it makes the id of its key."""


def _line_below(text: str, name: str, id_: str, field: str) -> int | None:
    line = line_of(text, name, id_)
    return command_line(text, id_.removeprefix(COMMAND), field) if line is None and id_.startswith(COMMAND) else line


def command_line(text: str, name: str, field: str | None = None) -> int | None:
    """The line on which a command begins, or a `field` of it where that has one of its own."""
    table = f"commands.{name}"
    own = None if field is None else line_of(text, table, field)
    return own or line_of(text, "commands", name) or line_of(text, table) or line_of(text, "commands")


def has_table(path: Path, name: str) -> bool:
    """Whether a file has a table of that name, be it empty."""
    try:
        return line_of(path.read_text("utf-8-sig"), name) is not None
    except (OSError, ValueError):
        return False


def _place(path: Path, line: int | None) -> dict[str, Any]:
    return {"path": path} if line is None else {"path": f"{path}:{line}", "line": line}


def literal(value: object) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        import orjson  # JSON's strings are TOML's, but for one character

        return orjson.dumps(value).decode().replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{name} = {literal(each)}' for name, each in value.items())} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(literal, value))}]"
    return str(value)


# --- places in the text --------------------------------------------------------------------------------------

_HEADER = re.compile(r"\s*\[\[?(?P<name>[^\[\]]+)\]\]?\s*(#.*)?")


def line_of(text: str, name: str, below: str | None = None) -> int | None:
    """The line, from 1, on which a setting begins, or an entry `below` a table of that name; None where it is written
    in another way (`a.b = 1`, `a = { b = 1 }`) than line by line."""
    lines = text.split("\n")
    sought = name if below is None else below
    spelled = re.compile(rf"""\s*({re.escape(sought)}|{re.escape(literal(sought))}|'{re.escape(sought)}')\s*=""")
    table = ""
    for number, line in enumerate(lines, 1):
        header = _HEADER.fullmatch(line)
        here = spelled.match(line) is not None and table == ("" if below is None else name)
        if (here or header) and begins_statement(lines, number - 1):
            if header is not None:
                table = header["name"].strip().strip("\"'")
            if here or (header is not None and below is None and table == name):
                return number
    return None


def begins_statement(lines: Sequence[str], index: int) -> bool:
    """Whether a statement begins on that line: it does where all before it is TOML by itself, and so not within a text
    or a list of several lines."""
    import tomllib

    try:
        tomllib.loads("\n".join([*lines[:index], ""]))
    except tomllib.TOMLDecodeError:
        return False
    return True
