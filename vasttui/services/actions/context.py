"""What actions and rentals need: client, readings, journal, clock."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from vasttui.clock import Clock
from vasttui.services.actions.client import ActionClient
from vasttui.services.actions.state import ActionState
from vasttui.services.fleet.snapshot import Fleet
from vasttui.store.journal import Journal


class Readings(Protocol):
    """The part of the poller that actions and rentals use."""

    async def fresh(self) -> Fleet:
        """The first snapshot whose reading starts after now. Raises VastError."""

    def hurry(self) -> AbstractContextManager[None]:
        """Poll fast within this context."""

    def wake(self) -> None:
        """Read soon."""


JOURNAL_NEEDED = (
    "Nothing was sent: renting, starting and bidding are off until then; viewing, stopping and "
    "destroying work."
)
"""Said when the journal cannot be written."""


@dataclass(frozen=True, slots=True)
class ActionContext:
    """`publish` receives every step of an action; `fleet` returns the newest snapshot."""

    api: ActionClient
    readings: Readings
    journal: Journal
    clock: Clock
    publish: Callable[[ActionState], None]
    fleet: Callable[[], Fleet]
    rng: random.Random = field(default_factory=random.Random)
