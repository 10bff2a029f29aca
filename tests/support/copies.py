"""Copies on the demo account, for tests."""

from __future__ import annotations

from collections.abc import Sequence

from vasttui.api.client import VastClient
from vasttui.api.outcome import Fate, Outcome
from vasttui.clock import Clock
from vasttui.models.data_transfer import DRY_RUN, End, Transfer, lane
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
    await these.cancel(source, target)


async def cloud_ends(client: VastClient) -> tuple[End, End]:
    """An instance, and a connection of the account."""
    source, _ = await ends(client)
    return source, End("cloud", 1_811, "bucket/out")


async def start_to_cloud(client: VastClient, clock: Clock) -> Transfer:
    """Start a dry run to a cloud."""
    return await copies(client, clock).start(*await cloud_ends(client), (DRY_RUN,))


async def start_to_cloud_and_cancel(client: VastClient, clock: Clock) -> None:
    """Start a copy to a cloud and cancel it."""
    these, both = copies(client, clock), await cloud_ends(client)
    await these.start(*both)
    await these.cancel(*both)


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

    async def copy(self, source: End, target: End, flags: Sequence[str] = ()) -> Outcome:
        self.sent.append(" ".join((f"{source} {target}", *flags)))
        return self.outcomes.pop(0) if self.outcomes else OK

    async def cancel(self, source: End, target: End) -> Outcome:
        self.sent.append("cancel {}.{}".format(*lane(source, target)))
        return self.outcomes.pop(0) if self.outcomes else OK
