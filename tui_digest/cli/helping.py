"""The subcommand `help`: what `--help` says, under the name that many look for it by."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from tui_digest.cli.command import Command


def helping(command: Command) -> NoReturn:
    """Prints the help of the command that was named, or of all. Ends the run (`SystemExit`), as `--help` does."""
    from tui_digest.cli.parser import build_parser

    build_parser(command.tr).parse_args([*command.args.words, "--help"])
    raise SystemExit
