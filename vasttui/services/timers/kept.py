"""What this computer remembers of the timers that were set from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from vasttui.models.scheduled_job import JobPlan
from vasttui.models.timer import Idle


class KeptJob(Struct, frozen=True, kw_only=True):
    """A job of Vast.ai that was set here; times are epoch seconds.

    `name` is that of its instance, `owner` identifies the account. `ran` is when it ran, as the
    service said; `over`: it is not there any more. `told` names what was last told of it.
    """

    id: int
    plan: JobPlan
    name: str
    owner: str
    set_at: float
    ran: float | None = None
    over: bool = False
    told: str = ""


class KeptStop(Struct, frozen=True):
    """A stop at `at` (epoch seconds) that waits inside an instance, as its process `pid`."""

    instance_id: int
    at: float
    pid: int


class TimerMemory(Protocol):
    """Keeps them across runs."""

    jobs: Sequence[KeptJob]
    stops: Sequence[KeptStop]
    idle: dict[int, Idle]
    """The rules for single instances."""

    def save(self) -> None:
        """Keep what is there now."""


class Told(Protocol):
    """A reminder: `at` is in epoch seconds."""

    @property
    def instance_id(self) -> int:
        """Its instance."""

    @property
    def at(self) -> float:
        """When the user is told."""
