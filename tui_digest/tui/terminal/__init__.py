"""All that touches the terminal, or Textual's own parts that it promises to nobody: drivers, painter, keys as sent."""
