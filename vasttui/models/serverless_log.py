"""The log of an endpoint or a worker group (docs: "get endpoint logs"; client 1.9.1
`cli/commands/endpoints.py`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

LEVELS: Mapping[str, str] = {
    "info0": "info", "info1": "more", "trace": "trace", "debug": "debug",
}  # fmt: skip
"""The service's levels, and their words on screen; each is a log of its own."""

UNLEVELLED = ""
"""Where the service sends one log without levels."""

TAIL = 10_000
"""Lines that are asked for: the service's own number (docs: "get endpoint logs")."""


@dataclass(frozen=True, slots=True)
class ServerlessLog:
    """The lines of each level that was sent, cleaned. `said` is what the service says instead of a
    log; empty if it sent one."""

    levels: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    said: str = ""

    def at(self, level: str) -> tuple[str, ...] | None:
        """The lines of a level, all lines where the service has no levels; None if it sent none of
        that level."""
        return self.levels.get(level, self.levels.get(UNLEVELLED))
