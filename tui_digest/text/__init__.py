"""Text as people write it: made harmless (`cleaning.py`), compared (`matching.py`), tags by name (`tag_names.py`)."""
