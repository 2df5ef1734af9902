"""The screens: each owns its panes' state and is alone in asking the library."""
