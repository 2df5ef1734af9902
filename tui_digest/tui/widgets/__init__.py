"""The panes: each draws what it is given and posts what was done to it."""
