"""What actions and rentals need: client, readings, journal, clock."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Literal, Protocol

from vasttui.api.outcome import Outcome
from vasttui.clock import Clock
from vasttui.models.instance import Instance
from vasttui.models.remake import Remake
from vasttui.models.snapshot import SnapshotRequest
from vasttui.services.actions.state import ActionState
from vasttui.services.fleet.snapshot import Fleet
from vasttui.store.journal import Journal


class InstanceActions(Protocol):
    """Requests about instances. Each change is sent once and raises nothing."""

    async def get(self, instance_id: int) -> Instance | None:
        """One instance, None if it does not exist. Raises VastError."""

    async def set_state(self, instance_id: int, state: Literal["running", "stopped"]) -> Outcome:
        """Start or stop an instance."""

    async def set_label(self, instance_id: int, label: str) -> Outcome:
        """Set the label; an empty text removes it."""

    async def reboot(self, instance_id: int) -> Outcome:
        """Restart the container."""

    async def recycle(self, instance_id: int) -> Outcome:
        """Recreate the container from its image."""

    async def snapshot(self, instance_id: int, request: SnapshotRequest) -> Outcome:
        """Push a snapshot of the container to a registry."""

    async def update(self, instance_id: int, change: Remake) -> Outcome:
        """Make the container anew with other settings."""

    async def change_bid(self, instance_id: int, price: float) -> Outcome:
        """Bid `price` $/h for all GPUs."""

    async def destroy(self, instance_id: int) -> Outcome:
        """Delete the instance and its disk."""


class IncreaseAnswers(Protocol):
    """Requests about price increases."""

    async def answer(self, increase_id: int, *, accept: bool) -> Outcome:
        """Accept or reject one."""


class ActionClient(Protocol):
    """The resources that actions use."""

    @property
    def instances(self) -> InstanceActions:
        """Instances."""

    @property
    def price_increases(self) -> IncreaseAnswers:
        """Price increases."""


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
