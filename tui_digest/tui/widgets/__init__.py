"""Widgets: each draws what it is given, and posts messages about what the user did to it."""
