"""What the models of the market are grouped by."""

from __future__ import annotations

from enum import Enum


class Grouping(Enum):
    """What the models are grouped by; the value is its word."""

    MEMORY = "by memory"
    MAKER = "by maker"
    NONE = "not grouped"

    @property
    def next(self) -> Grouping:
        """The one after it, around the end."""
        every = list(Grouping)
        return every[(every.index(self) + 1) % len(every)]
