"""`tui-digest doctor`: is the library whole, and will this terminal show it well?

Looking writes nothing; `repair` does what can be done without losing anything. It knows the store's files and the
terminal, and no face: findings are message ids, and the faces find the words.
"""

from tui_digest.doctor.finding import Finding, in_words, to_json
from tui_digest.doctor.repairing import repair
from tui_digest.doctor.store_report import examine_store
from tui_digest.doctor.terminal_report import examine_terminal

__all__ = ["Finding", "examine_store", "examine_terminal", "in_words", "repair", "to_json"]
