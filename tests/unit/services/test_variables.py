"""Variables: changed one by one, and imported until something is refused."""

from __future__ import annotations

import random

import pytest

from tests.support.http import KEY
from tests.support.simulator import demo_world
from vasttui.api.client import VastClient, open_client
from vasttui.clock import VirtualClock
from vasttui.errors import Rejected, VastError
from vasttui.models.variable import plan, read_entries
from vasttui.services.variables import Import, add_variable, change_variable
from vasttui.simulator.account.variables import FIRST
from vasttui.simulator.inprocess import SimulatorTransport
from vasttui.simulator.world import World


def bench(*, limits: bool = False, **world: bool) -> tuple[World, VastClient, VirtualClock]:
    clock = VirtualClock()
    simulated = demo_world(clock=clock, offers=20, rate_limits=limits, **world)
    client = open_client(
        "http://127.0.0.1", KEY, clock=clock, rng=random.Random(1), documented_limits=limits,
        transport=SimulatorTransport(simulated),
    )  # fmt: skip
    return simulated, client, clock


def importing(client: VastClient, clock: VirtualClock, text: str) -> Import:
    return Import(client.variables, clock, plan(read_entries(text), set(FIRST)))


def methods(world: World) -> list[str]:
    return [one.method for one in world.ledger.requests]


async def test_an_import_adds_and_changes_and_looks_at_the_end() -> None:
    world, client, clock = bench(limits=True)
    run = importing(client, clock, "A=1\nMODE=eval\n2X=no\nb=2")
    seen: list[str] = []
    run.on_change = lambda: seen.append(run.sentence)
    await run.run()
    assert world.variables.values == {**FIRST, "A": "1", "MODE": "eval", "B": "2"}
    assert methods(world) == ["POST", "PUT", "POST", "GET"]
    assert 6 <= clock.monotonic() < 7
    assert seen[:2] == ["0 of 3 sent, one every 3 s …", "1 of 3 sent, one every 3 s …"]
    assert run.sentence == (
        "3 variables set. Values cannot be read back; that the names are there was checked."
    )


async def test_without_a_limit_no_pace_is_named() -> None:
    _, client, clock = bench()
    run = importing(client, clock, "A=1\nB=2")
    seen: list[str] = []
    run.on_change = lambda: seen.append(run.sentence)
    await run.run()
    assert seen[0] == "0 of 2 sent, one after the other …"
    assert clock.monotonic() < 1


async def test_twenty_lines_take_a_minute_and_meet_no_limit() -> None:
    world, client, clock = bench(limits=True)
    run = importing(client, clock, "\n".join(f"N{number}=1" for number in range(20)))
    await run.run()
    assert run.problem == ""
    assert {one.status for one in world.ledger.requests} == {200}
    assert 57 <= clock.monotonic() <= 63


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("429:header", "Stopped at line 2: Rate limited by Vast.ai. 1 is set, 2 not."),
        ("http:400", "Stopped at line 2: invalid_request. 1 is set, 2 not."),
        ("commit_then_reset", "Stopped at line 2: it is not known whether it is set: "),
        ("http:503", "Stopped at line 2: it is not known whether it is set: "),
        ("no_right", "Stopped at line 2: This key may not change the account (it lacks user_writ"),
    ],
)
async def test_it_stops_at_the_first_refusal_and_goes_on_from_there(fault: str, words: str) -> None:
    world, client, clock = bench()
    world.plan("add_variable", ["ok", fault])
    run = importing(client, clock, "A=1\nB=2\nC=3")
    await run.run()
    assert run.sentence.startswith(words)
    assert "C" not in world.variables.values
    assert [one.name for one in run.left] == ["B", "C"]
    clock.advance(60)
    await run.run()
    if fault != "commit_then_reset":
        assert run.left == []
        assert world.variables.values == {**FIRST, "A": "1", "B": "2", "C": "3"}


async def test_what_was_set_but_is_not_listed_is_said() -> None:
    world, client, clock = bench()
    run = importing(client, clock, "A=1")

    class Forgets(dict[str, str]):
        def __setitem__(self, name: str, value: str) -> None:
            pass

    world.variables.values = Forgets(world.variables.values)
    await run.run()
    assert run.sentence == "Sent: Vast.ai took A but does not list it. 1 variable set."


async def test_it_stops_when_the_user_says_so() -> None:
    world, client, clock = bench()
    run = importing(client, clock, "A=1\nB=2\nC=3")

    def stop() -> None:
        run.stopping = len(run.done) == 1

    run.on_change = stop
    await run.run()
    assert "C" not in world.variables.values
    assert run.sentence == "2 are set, 1 not." or run.sentence == "1 is set, 2 not."


async def test_a_name_that_somebody_else_added_is_not_called_ours() -> None:
    world, client, clock = bench()
    with pytest.raises(Rejected, match="already exists"):
        await add_variable(client.variables, clock, "MODE", "eval")
    assert world.variables.values["MODE"] == "train"


async def test_a_new_value_is_believed_only_if_an_answer_says_so() -> None:
    world, client, clock = bench()
    world.plan("change_variable", ["reset"] * 9)
    with pytest.raises(VastError, match="not known whether MODE has the new value") as caught:
        await change_variable(client.variables, clock, "MODE", "eval")
    assert "does no harm" in caught.value.hint
    assert world.variables.values["MODE"] == "train"
