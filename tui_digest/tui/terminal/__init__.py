"""All that touches the terminal, or parts of Textual that are no public API: drivers, painter, keys as sent."""
