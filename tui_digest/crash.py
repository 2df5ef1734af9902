"""The end of the error road: a traceback goes to the log, the user gets one sentence and the log's path."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_digest.i18n import Translator
    from tui_digest.paths import Paths


def log_unexpected(where: Paths | None, tr: Translator, error: BaseException | None) -> str:
    """Append the error's traceback to the log; returns the sentence to show instead of it. `where` is None where
    not even the places of files were known yet."""
    if where is None:
        return tr("error.unlogged", reason=repr(error))
    import traceback
    from datetime import datetime

    lines = [f"{datetime.now().astimezone().isoformat()}\n", *(traceback.format_exception(error) if error else [])]
    try:
        where.log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with where.log.open("a", encoding="utf-8", errors="backslashreplace") as log:
            log.writelines(lines)
    except OSError as unwritable:
        return tr("error.unlogged", reason=f"{error!r}; {where.log}: {unwritable.strerror}")
    return tr("error.unexpected", path=where.log)
