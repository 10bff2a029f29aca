"""What every action on an instance works with."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from vasttui.clock import Clock
from vasttui.services.actions.client import ActionClient
from vasttui.services.actions.kinds import ActionState
from vasttui.services.fleet.snapshot import Fleet
from vasttui.store.journal import Journal


class Readings(Protocol):
    """What the poller does for actions."""

    async def fresh(self) -> Fleet:
        """The first whole snapshot whose reading starts after now. Raises its `VastError`."""

    def hurry(self) -> AbstractContextManager[None]:
        """Read often for as long as something is being done."""

    def wake(self) -> None:
        """Read soon."""


@dataclass(frozen=True, slots=True)
class ActionContext:
    """`publish` is told of every step, `fleet` gives the newest snapshot."""

    api: ActionClient
    readings: Readings
    journal: Journal
    clock: Clock
    publish: Callable[[ActionState], None]
    fleet: Callable[[], Fleet]
    rng: random.Random = field(default_factory=random.Random)
