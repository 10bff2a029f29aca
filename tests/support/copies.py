"""Copies on the demo account, for tests."""

from __future__ import annotations

from collections.abc import Sequence

from vasttui.api.client import VastClient
from vasttui.api.outcome import Fate, Outcome
from vasttui.clock import Clock
from vasttui.models.data_transfer import End, Transfer
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.transfers import Copies
from vasttui.simulator.world import World
from vasttui.store.journal import Journal

OK = Outcome(Fate.OK, data={"success": True}, status=200)


async def ends(client: VastClient) -> tuple[End, End]:
    """A stopped instance, and a running one to copy into."""
    listed = {one.label: one.id for one in (await client.instances.list()).instances}
    source = End("instance", listed["old-c"], "/workspace/out/")
    return source, End("instance", listed["train-a"], "/workspace/in/")


def copies(client: VastClient, clock: Clock) -> Copies:
    """Copies with a journal in memory."""
    return Copies(client.transfers, Journal(None), clock, Fleet, lambda transfer: None)


async def start(client: VastClient, clock: Clock) -> Transfer:
    """Start a copy."""
    return await copies(client, clock).start(*await ends(client))


async def start_and_cancel(client: VastClient, clock: Clock) -> None:
    """Start a copy and cancel it."""
    these, (source, target) = copies(client, clock), await ends(client)
    await these.start(source, target)
    await these.cancel(target)


async def is_started(client: VastClient, world: World) -> bool:
    """Whether the service copies something."""
    return bool(world.copies.all)


async def is_cancelled(client: VastClient, world: World) -> bool:
    """Whether the service cancelled something."""
    return any(one.cancelled for one in world.copies.all)


class Service:
    """Answers requests for copies with these outcomes, else that they are accepted."""

    def __init__(self, outcomes: Sequence[Outcome] = ()) -> None:
        self.outcomes = list(outcomes)
        self.sent: list[str] = []

    async def copy(self, source: End, target: End) -> Outcome:
        self.sent.append(f"{source} {target}")
        return self.outcomes.pop(0) if self.outcomes else OK

    async def cancel(self, target: End) -> Outcome:
        self.sent.append(f"cancel {target.wire}")
        return self.outcomes.pop(0) if self.outcomes else OK
