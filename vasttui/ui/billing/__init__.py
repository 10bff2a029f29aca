"""Place 5: what it costs."""
