"""A row of the table of requests that change something (tests/support/writes.py)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from vasttui.api.client import VastClient
from vasttui.api.outcome import Outcome
from vasttui.clock import Clock
from vasttui.simulator.world import World


@dataclass(frozen=True, kw_only=True)
class Change:
    """A whole change as a screen makes it, on the demo account.

    `make` raises VastError. `is_done` reads whether the account shows it, `route` is its request in
    the simulator. `sends`: how often it may be sent after an unknown outcome. `needs_answer`: the
    answer holds what cannot be read again, so that without it the change has failed. A change that
    no list `shows` is confirmed by its answer alone, and sent again without one; `is_done` reads
    the world then.
    """

    route: str
    make: Callable[[VastClient, Clock], Awaitable[object]]
    is_done: Callable[[VastClient, World], Awaitable[bool]]
    sends: int = 2
    needs_answer: bool = False
    shows: bool = True


@dataclass(frozen=True, kw_only=True)
class Write:
    """One request: `operation` is its row in the operations table.

    `answers` are what the service says when it did it, in every known shape; `refusals` documented
    ones: status, code and words. `change` is None where the change has a matrix of its own.
    """

    operation: str
    send: Callable[[VastClient], Awaitable[Outcome]]
    answers: tuple[object, ...] = ({"success": True},)
    refusals: tuple[tuple[int, str, str], ...] = ()
    change: Change | None = None
