"""Where digests come from: `folders.py` finds the files that may be one, `intake.py` reads and parses them."""
