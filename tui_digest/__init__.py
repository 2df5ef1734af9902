"""tui-digest: read paper digests in a terminal, star what matters, never lose a mark."""

__version__ = "0.2.0"
