"""The screens: they wire panes, controllers and the reading state together."""
