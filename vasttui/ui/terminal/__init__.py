"""The terminal: what it sends, what is drawn on it."""
