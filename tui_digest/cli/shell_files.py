"""What shells and `man` know of the command line, made from its grammar: completions and the manual page."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from tui_digest import __version__
from tui_digest.cli.output import put
from tui_digest.errors import EXIT_DONE

if TYPE_CHECKING:
    from tui_digest.cli.command import Command
    from tui_digest.i18n import Translator

PROGRAM = "tui-digest"
_FILES = ("FILE", "PATH", "FOLDER", "DIGEST")
"""Values that are names of files, by what the grammar calls them."""


def completions(command: Command) -> int:
    """Print the completions of a shell."""
    put(SHELLS[command.args.shell](_grammar(command.tr), command.tr))
    return EXIT_DONE


def manual(command: Command) -> int:
    """Print the manual page."""
    put(man(_grammar(command.tr), command.tr))
    return EXIT_DONE


def _grammar(tr: Translator) -> argparse.ArgumentParser:
    from tui_digest.cli.parser import build_parser

    return build_parser(tr)


class Argument(NamedTuple):
    """An option or a value of a command."""

    flags: tuple[str, ...]
    """`--week`, or none for what stands without."""
    metavar: str
    """What its value is called; empty for an option that takes none."""
    words: tuple[str, ...]
    """The values that there are, where they are few."""
    help: str
    files: bool
    """Whether a file's name is wanted."""
    times: str
    """How often its value may stand, as argparse says it: `` once, `?`, `*`, `+`, or a number."""


class Subcommand(NamedTuple):
    """A command of the grammar, `config check` as one."""

    name: str
    help: str
    choices: tuple[Argument, ...]

    @property
    def usage(self) -> str:
        """How it is called; not in argparse's words, which are others in each version of Python."""
        times = {"?": "[{}]", "*": "[{} ...]", "+": "{} ..."}
        values = (times.get(choice.times, "{}").format(choice.metavar) for choice in self.choices if not choice.flags)
        options = ("[OPTION ...]",) if any(choice.flags for choice in self.choices) else ()
        return " ".join((PROGRAM, self.name, *options, *values))


def subcommands(parser: argparse.ArgumentParser, before: str = "") -> list[Subcommand]:
    """Every command, one of commands behind it."""
    found: list[Subcommand] = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {choice.dest: choice.help or "" for choice in action._choices_actions}
            for name, inner in action.choices.items():
                found.append(Subcommand(f"{before}{name}", helps.get(name, ""), choices_of(inner)))
                found += subcommands(inner, f"{before}{name} ")
    return found


def _all(parser: argparse.ArgumentParser) -> list[Subcommand]:
    """The program itself, under an empty name, and every command."""
    return [Subcommand("", "", choices_of(parser)), *subcommands(parser)]


def choices_of(parser: argparse.ArgumentParser) -> tuple[Argument, ...]:
    """The options and values of one command, without the commands behind it."""
    return tuple(_choice(action) for action in parser._actions if not isinstance(action, argparse._SubParsersAction))


def _choice(action: argparse.Action) -> Argument:
    takes = action.nargs != 0
    metavar = action.metavar or (action.dest.upper() if takes else "")
    if isinstance(metavar, tuple):
        metavar = " ".join(metavar)
    words = _words_of(action.choices) if takes else ()
    name = "" if not takes else metavar if not words else "|".join(words)
    times = "" if action.nargs is None else str(action.nargs)
    return Argument(
        tuple(action.option_strings), name, words, action.help or "", takes and metavar in _FILES and not words, times
    )


def _words_of(choices: Any) -> tuple[str, ...]:
    from tui_digest.export import FORMATS

    if choices is None:
        return ()
    names = tuple(map(str, choices))
    # Exports of other packages are of this machine only.
    return tuple(FORMATS) if {*FORMATS} <= {*names} else names


# -- bash -------------------------------------------------------------------------------------------------------------


def bash(parser: argparse.ArgumentParser, _: Translator) -> str:
    """A completion for bash 3.2 and newer, which needs nothing but bash."""
    commands = _all(parser)
    lines = [
        f"# bash completion of {PROGRAM}; made from its grammar",
        "_tui_digest() {",
        "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}",
        '    local command="" each="" skip="" words="" files=""',
        "    COMPREPLY=()",
        '    for each in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
        '        if [ -n "$skip" ]; then skip=""; continue; fi',
        "        case $each in",
        f"            {'|'.join(_taking_values(commands))}) skip=1 ;;",
        "            -*) ;;",
        '            *) case "$command" in',
        '                   "") command=$each ;;',
        *(f'                   {name}) command="{name} $each" ;;' for name in _with_commands(commands)),
        "               esac ;;",
        "        esac",
        "    done",
        "    case $command:$before in",
    ]
    for command in commands:
        for choice in command.choices:
            if choice.flags and choice.metavar:
                pattern = "|".join(f"{_bash_name(command.name)}:{flag}" for flag in choice.flags)
                lines.append(f"        {pattern}) {_bash_values(choice)} ;;")
    lines += ["        *) case $command in"]
    for command in commands:
        lines.append(f"            {_bash_name(command.name) or chr(34) * 2}) {_bash_words(command, commands)} ;;")
    lines += [
        "        esac ;;",
        "    esac",
        '    if [ -n "$files" ]; then',
        "        compopt -o filenames 2>/dev/null",
        '        while IFS= read -r each; do COMPREPLY+=("$each"); done < <(compgen -f -- "$word")',
        "    fi",
        '    while IFS= read -r each; do COMPREPLY+=("$each"); done < <(compgen -W "$words" -- "$word")',
        "}",
        f"complete -F _tui_digest {PROGRAM}",
        "",
    ]
    return "\n".join(lines)


def _bash_name(name: str) -> str:
    return f'"{name}"' if " " in name else name


def _bash_values(choice: Argument) -> str:
    return "files=1" if choice.files else f'words="{" ".join(choice.words)}"'


def _bash_words(command: Subcommand, commands: list[Subcommand]) -> str:
    words = [flag for choice in command.choices for flag in choice.flags if flag.startswith("--")]
    words += [word for choice in command.choices if not choice.flags for word in choice.words]
    words += _behind(command.name, commands)
    files = any(choice.files for choice in command.choices if not choice.flags)
    return f'words="{" ".join(words)}"' + (" files=1" if files else "")


def _behind(name: str, commands: list[Subcommand]) -> Iterator[str]:
    """The commands that may stand next behind one."""
    before = f"{name} " if name else ""
    for each in commands:
        rest = each.name.removeprefix(before)
        if each.name.startswith(before) and rest and " " not in rest:
            yield rest


def _with_commands(commands: list[Subcommand]) -> list[str]:
    return [*dict.fromkeys(each.name.rpartition(" ")[0] for each in commands if " " in each.name)]


def _taking_values(commands: list[Subcommand]) -> list[str]:
    choices = (choice for each in commands for choice in each.choices if choice.metavar)
    return [*dict.fromkeys(flag for choice in choices for flag in choice.flags)]


# -- zsh --------------------------------------------------------------------------------------------------------------


def zsh(parser: argparse.ArgumentParser, _: Translator) -> str:
    """A completion function for zsh, with what each command and option does."""
    commands = _all(parser)
    lines = [f"#compdef {PROGRAM}", f"# zsh completion of {PROGRAM}; made from its grammar", ""]
    for name in ["", *_with_commands(commands)]:
        lines += _zsh_function(name, commands)
    return "\n".join([*lines, '_tui_digest "$@"', ""])


def _zsh_function(name: str, commands: list[Subcommand]) -> Iterator[str]:
    """The function of what has commands behind it."""
    by_name = {each.name: each for each in commands}
    yield f"_tui_digest{''.join(f'_{part}' for part in name.split())}() {{"
    yield "    local -a commands"
    yield "    local context state state_descr line"
    yield "    typeset -A opt_args"
    yield "    _arguments -C \\"
    yield from (f"        {spec} \\" for choice in by_name[name].choices for spec in _zsh_specs(choice))
    yield "        '1: :->command' '*:: :->rest' && return"
    yield "    case $state in"
    yield "        command)"
    yield "            commands=("
    before = f"{name} " if name else ""
    inner = [*_behind(name, commands)]
    yield from (f"                {_zsh_quoted(f'{each}:{by_name[before + each].help}')}" for each in inner)
    yield "            )"
    yield "            _describe command commands ;;"
    yield "        rest)"
    yield "            case $line[1] in"
    for each in inner:
        command = by_name[before + each]
        if command.name in _with_commands(commands):
            yield f"                {each}) _tui_digest_{command.name.replace(' ', '_')} ;;"
        else:
            specs = " ".join(spec for choice in command.choices for spec in _zsh_specs(choice))
            yield f"                {each}) _arguments {specs} ;;"
    yield "            esac ;;"
    yield "    esac"
    yield "}"
    yield ""


def _zsh_specs(choice: Argument) -> Iterator[str]:
    action = "_files" if choice.files else f"({' '.join(choice.words)})" if choice.words else ""
    name = _zsh_escaped(choice.metavar if not choice.words else " ")
    if not choice.flags:
        yield _zsh_quoted(f"{'*' if choice.times in ('*', '+') else ''}:{name}:{action}")
        return
    for flag in choice.flags:
        value = "".join(f":{part}:{action}" for part in name.split()) or (f": :{action}" if choice.metavar else "")
        yield _zsh_quoted(f"{flag}[{_zsh_escaped(choice.help)}]{value if choice.metavar else ''}")


def _zsh_escaped(text: str) -> str:
    return re.sub(r"([\[\]:\\])", r"\\\1", text)


def _zsh_quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


# -- fish -------------------------------------------------------------------------------------------------------------


def fish(parser: argparse.ArgumentParser, _: Translator) -> str:
    """Completions for fish, with what each command and option does."""
    commands = _all(parser)
    names = " ".join(_behind("", commands))
    lines = [
        f"# fish completion of {PROGRAM}; made from its grammar",
        f"complete -c {PROGRAM} -f",
        f"set -l commands {names}",
    ]
    for command in commands:
        if command.name:
            first, _blank, last = command.name.rpartition(" ")
            where = f"__fish_seen_subcommand_from {first}" if first else "not __fish_seen_subcommand_from $commands"
            lines.append(f'complete -c {PROGRAM} -n "{where}" -a {last} -d {_fish_quoted(command.help)}')
        seen = [f"__fish_seen_subcommand_from {part}" for part in command.name.split()]
        where = "; and ".join(seen) or "not __fish_seen_subcommand_from $commands"
        specs = filter(None, map(_fish_spec, command.choices))
        lines += [f'complete -c {PROGRAM} -n "{where}"{spec}' for spec in specs]
    return "\n".join([*lines, ""])


def _fish_spec(choice: Argument) -> str:
    flags = "".join(f" -l {flag[2:]}" if flag.startswith("--") else f" -s {flag[1:]}" for flag in choice.flags)
    values = " -F" if choice.files else f" -a {_fish_quoted(' '.join(choice.words))}" if choice.words else ""
    if not flags and not values:
        return ""
    required = " -r" if flags and choice.metavar else ""
    return f"{flags}{required}{values} -d {_fish_quoted(choice.help)}"


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


# -- man --------------------------------------------------------------------------------------------------------------


def man(parser: argparse.ArgumentParser, tr: Translator) -> str:
    """The manual page, in the language of the grammar."""
    lines = [
        f'.TH TUI-DIGEST 1 "" "{PROGRAM} {__version__}"',
        f".SH {tr('man.name')}",
        f"{PROGRAM} \\- {_roff(tr('man.purpose'))}",
        f".SH {tr('man.synopsis')}",
        f".B {PROGRAM}",
        _roff("[--lang en|ko] [COMMAND ...]"),
        f".SH {tr('man.description')}",
        *_paragraphs((parser.description or "").replace("\n", "\n\n")),
        f".SH {tr('man.options')}",
        *_man_choices(choices_of(parser)),
        f".SH {tr('man.commands')}",
    ]
    for command in subcommands(parser):
        lines += [f".SS {_roff(command.name)}", f".B {_roff(command.usage)}", ".PP", *_paragraphs(command.help)]
        lines += _man_choices(command.choices)
    for section in ("status", "files", "environment"):
        lines += [f".SH {tr(f'man.{section}')}", *_paragraphs(tr(f"man.{section}.text"))]
    return "\n".join([*lines, ""])


def _man_choices(choices: tuple[Argument, ...]) -> Iterator[str]:
    for choice in choices:
        yield ".TP"
        value = f" \\fI{_roff(choice.metavar)}\\fR" if choice.metavar else ""
        yield ", ".join(f"\\fB{_roff(flag)}\\fR" for flag in choice.flags) + value if choice.flags else value.strip()
        yield from _paragraphs(choice.help)


def _paragraphs(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        yield _roff(line) or ".PP"


def _roff(text: str) -> str:
    """A line of text as troff prints it."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{escaped}" if escaped[:1] in (".", "'") else escaped


SHELLS: dict[str, Callable[[argparse.ArgumentParser, Translator], str]] = {"bash": bash, "zsh": zsh, "fish": fish}
"""By what `completions` calls them."""
