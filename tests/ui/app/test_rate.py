"""All screens together keep to the rate that the service allows, and the polls keep theirs."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.support.stage import Stage, stage
from vasttui.services.fleet.poller import ELSEWHERE, ON_SCREEN

PLACES = (
    "charges", "invoices", "credit", "templates", "volumes", "space", "backups", "ssh_keys",
    "variables", "api_keys", "profile", "audit",
)  # fmt: skip
MARKET = ("search", "gpu_names")


async def pass_time(running: Stage, seconds: float) -> None:
    for _ in range(round(seconds * 2)):
        running.clock.advance(0.5)
        await running.pause()


async def walk(running: Stage, *, look: float) -> None:
    """Go through all places."""
    for place in PLACES:
        running.app.go(place)
        await pass_time(running, look)


@pytest.mark.parametrize("look", [0.5, 2.0])
async def test_a_walk_through_all_places_keeps_the_shared_rate(look: float) -> None:
    async with stage(limits=True, instances=6, account={"rate_limits": True}) as running:
        await pass_time(running, 15.0)
        start = running.clock.now()
        await walk(running, look=look)
        await pass_time(running, 40.0)
        requests = [one for one in running.world.ledger.requests if one.operation not in MARKET]
        assert [one.operation for one in requests if one.status != 200] == []
        sent = [one.time for one in requests if one.time >= start]
        assert len(sent) >= 15
        assert max(sum(at <= other < at + 10 for other in sent) for at in sent) <= 6
        polls = [one.time for one in requests if one.operation == "instances"]
        waits = [after - before for before, after in pairwise(polls)]
        assert waits
        assert max(waits) <= ELSEWHERE + 0.5


async def test_what_was_opened_last_is_read_first() -> None:
    async with stage(limits=True, instances=6) as running:
        await pass_time(running, 15.0)
        await walk(running, look=0.5)
        asked = len(running.world.ledger.requests)
        await running.until(lambda: running.sent("audit_logs"), step=0.25)
        later = [one.operation for one in running.world.ledger.requests[asked:]]
        assert "audit_logs" in [one for one in later if one != "instances"][:2], later


async def test_while_an_instance_changes_it_is_read_as_often_as_without_the_walk() -> None:
    async with stage(limits=True, instances=6, account={"rate_limits": True}) as running:
        await running.instances()
        live = running.app.live
        assert live is not None
        with live.poller.hurry():
            await pass_time(running, 6.0)
            start = running.clock.now()
            await walk(running, look=1.0)
            await pass_time(running, 30.0)
        polls = [one.time for one in running.world.ledger.of("instances") if one.time >= start]
        waits = [after - before for before, after in pairwise(polls)]
        assert len(polls) >= 7
        assert max(waits) <= ON_SCREEN + 0.5
