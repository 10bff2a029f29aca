"""What actions ask of the service; each request is sent once and raises nothing."""

from __future__ import annotations

from typing import Literal, Protocol

from vasttui.api.outcome import Outcome
from vasttui.models.instance import Instance


class InstanceActions(Protocol):
    """What is asked of instances."""

    async def get(self, instance_id: int) -> Instance | None:
        """One instance; None when there is none. Raises VastError."""

    async def set_state(self, instance_id: int, state: Literal["running", "stopped"]) -> Outcome:
        """Start or stop it."""

    async def set_label(self, instance_id: int, label: str) -> Outcome:
        """Label it; an empty text removes the label."""

    async def reboot(self, instance_id: int) -> Outcome:
        """Stop and start its container."""

    async def recycle(self, instance_id: int) -> Outcome:
        """Recreate its container."""

    async def change_bid(self, instance_id: int, price: float) -> Outcome:
        """Bid that many $/h for all its GPUs."""

    async def destroy(self, instance_id: int) -> Outcome:
        """Delete it and its disk."""


class IncreaseAnswers(Protocol):
    """What is asked of price increases."""

    async def answer(self, increase_id: int, *, accept: bool) -> Outcome:
        """Accept or reject one."""


class ActionClient(Protocol):
    """The part of the client that actions use."""

    @property
    def instances(self) -> InstanceActions: ...
    @property
    def price_increases(self) -> IncreaseAnswers: ...
