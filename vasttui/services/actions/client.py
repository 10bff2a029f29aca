"""The part of the client that actions use; each change is sent once and raises nothing."""

from __future__ import annotations

from typing import Literal, Protocol

from vasttui.api.outcome import Outcome
from vasttui.models.instance import Instance


class InstanceActions(Protocol):
    """Requests about instances."""

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
