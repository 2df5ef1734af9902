"""The terminal face: screens and widgets over one `Library`."""
