"""What keys do. A controller is handed the reading state, the library and a voice; a key of the table names one of its
methods, which take the count that was typed before the key, or None."""
