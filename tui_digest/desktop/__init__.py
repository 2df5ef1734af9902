"""The user's desktop: clipboard and browser, and how programs of others are found and started."""
