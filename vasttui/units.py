"""Units of time."""

MINUTE, HOUR, DAY = 60, 3_600, 86_400
"""In seconds."""

HOURS_PER_MONTH = 720
"""A month as the service bills it (docs: "search offers")."""
