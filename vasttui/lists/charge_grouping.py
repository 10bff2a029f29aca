"""What charges are added up by."""

from __future__ import annotations

from enum import Enum


class Grouping(Enum):
    """What the charges are added up by; the value is its word."""

    CONTRACT = "contract"
    DAY = "day"
    KIND = "kind"
    GPU = "GPU model"
    LABEL = "label"
    STOPPED = "stopped disk"

    @property
    def next(self) -> Grouping:
        """The one after it, around the end."""
        every = list(Grouping)
        return every[(every.index(self) + 1) % len(every)]
