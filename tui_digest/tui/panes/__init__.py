"""The panes of the screens: each shows one part of the reading state and owns the keys that move in it."""
