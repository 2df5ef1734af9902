"""`doctor`: the subcommand that looks at everything and says what to do."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tui_digest.cli.output import ProgressBar, line, put_json
from tui_digest.clock import now
from tui_digest.errors import EXIT_DONE, EXIT_FAILED

if TYPE_CHECKING:
    from tui_digest.cli.command import Command
    from tui_digest.doctor import Finding


def doctor(command: Command) -> int:
    """Look at library, disk and terminal; with `--fix`, mend what loses nothing. Fails where something is wrong that
    was not mended, and that keeps the app from working."""
    from tui_digest.doctor import examine_store, examine_terminal, in_words, repair, to_json

    with ProgressBar(command.tr("examining.progress")) as progress:
        findings = list(examine_store(command.where, now(), progress))
    if command.args.fix:
        findings = repair(command.where, findings)
    findings += examine_terminal(os.environ, 0, 1)
    if command.args.json:
        put_json({"findings": to_json(findings, command.tr)})
    else:
        for text in in_words(findings, command.tr):
            line(text)
        if all(finding.level in ("ok", "note") for finding in findings):
            command.say("cli.all_well")
    return EXIT_FAILED if any(map(_is_wrong, findings)) else EXIT_DONE


def _is_wrong(finding: Finding) -> bool:
    return finding.level == "error"
