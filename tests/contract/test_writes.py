"""Every change of the account against the simulator, fault by fault, from one table.

What must never happen: a change is reported as made and is not, it is sent more often than the
table says, or an answer that was lost is taken for a refusal.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass

import pytest

from tests.support.http import KEY, SMALLER, Script, client_of, limit_answers, reply
from tests.support.serverless import SERVERLESS
from tests.support.simulator import ask, demo_world
from tests.support.write import Change
from tests.support.writes import ELSEWHERE, WRITES
from vasttui.api.client import VastClient, open_client
from vasttui.api.operations import OPERATIONS
from vasttui.api.outcome import Fate
from vasttui.clock import VirtualClock
from vasttui.errors import (
    RateLimited,
    ReadOnlyRefused,
    Rejected,
    Unconfirmed,
    VastError,
)
from vasttui.simulator.inprocess import SimulatorTransport
from vasttui.simulator.world import World

CHANGES = {name: write.change for name, write in WRITES.items() if write.change is not None}
FOREVER = 9


@dataclass
class Bench:
    """A change on a demo account that meets faults."""

    change: Change
    world: World
    client: VastClient
    clock: VirtualClock
    error: VastError | None = None

    async def run(self, *faults: str) -> None:
        """Make the change with these faults planned for its request."""
        assert not await self.change.is_done(self.client, self.world)
        self.world.plan(self.change.route, faults)
        try:
            await self.change.make(self.client, self.clock)
        except VastError as error:
            self.error = error

    @property
    def sends(self) -> int:
        """How often its request reached the service."""
        return [one.operation for one in self.world.ledger.requests].count(self.change.route)

    async def is_done(self) -> bool:
        """Whether the service made it, also if it takes a while."""
        self.world.faults.clear()
        self.clock.advance(120)
        ask(self.world, "GET", "/api/v0/gpu_names/unique/")  # what was late arrives before it
        return await self.change.is_done(self.client, self.world)


def bench_for(name: str, *, read_only: bool = False, **world: bool) -> Bench:
    clock = VirtualClock()
    endpoints = 2 if name in SERVERLESS else 0
    simulated = demo_world(clock=clock, offers=20, volumes=3, endpoints=endpoints, **world)
    client = open_client(
        "http://127.0.0.1", KEY, clock=clock, rng=random.Random(1), read_only=read_only,
        transport=SimulatorTransport(simulated),
    )  # fmt: skip
    return Bench(CHANGES[name], simulated, client, clock)


def test_every_request_that_changes_something_is_in_the_table() -> None:
    changing = {name for name, operation in OPERATIONS.items() if not operation.reads}
    assert {write.operation for write in WRITES.values()} == changing - ELSEWHERE


@pytest.mark.parametrize("name", CHANGES)
async def test_without_a_fault_it_is_sent_once_and_seen(name: str) -> None:
    bench = bench_for(name)
    await bench.run()
    assert bench.error is None
    assert bench.sends == 1
    assert await bench.is_done()


@pytest.mark.parametrize(
    "fault",
    ["reset", "garbage", "http:500", "http:502", "http:503", "http:504", "html", "empty",
     "half_json", "redirect:https://evil.example/", "big", "gzip_bomb"],
)  # fmt: skip
@pytest.mark.parametrize("name", CHANGES)
async def test_a_request_that_is_lost_is_unconfirmed(
    name: str, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = bench_for(name)
    if fault in ("big", "gzip_bomb"):
        limit_answers(monkeypatch)
        fault = f"{fault}:{9_000_000 // SMALLER}"
    await bench.run(*[fault] * FOREVER)
    assert isinstance(bench.error, Unconfirmed if bench.change.shows else VastError)
    assert "not known whether" in f"{bench.error}"
    assert bench.sends == bench.change.sends
    assert not await bench.is_done()


@pytest.mark.parametrize("fault", ["reset", "http:503", "html", "empty"])
@pytest.mark.parametrize("name", CHANGES)
async def test_a_request_lost_once_is_sent_again_only_if_that_is_safe(
    name: str, fault: str
) -> None:
    bench = bench_for(name)
    await bench.run(fault)
    assert bench.sends == bench.change.sends
    assert (bench.error is None) is (await bench.is_done()) is (bench.change.sends == 2)


@pytest.mark.parametrize("fault", ["commit_then_reset", "truncate:5", "stall", "late_commit:3"])
@pytest.mark.parametrize("name", CHANGES)
async def test_an_answer_that_is_lost_is_looked_up(name: str, fault: str) -> None:
    bench = bench_for(name)
    await bench.run(fault)
    assert (bench.error is not None) is bench.change.needs_answer
    assert bench.sends == (1 if bench.change.shows else 2)
    assert await bench.is_done()


@pytest.mark.parametrize("name", CHANGES)
async def test_what_takes_effect_after_a_minute_is_not_reported_as_refused(name: str) -> None:
    bench = bench_for(name)
    await bench.run("late_commit:60")
    assert bench.error is None or isinstance(bench.error, Unconfirmed)
    assert bench.sends == bench.change.sends
    assert await bench.is_done()


@pytest.mark.parametrize(
    "fault",
    ["http:400", "http:401", "http:403", "http:404", "http:410", "refused", "tfa", "no_right",
     "session_expired"],
)  # fmt: skip
@pytest.mark.parametrize("name", CHANGES)
async def test_a_refusal_is_one_and_is_not_repeated(name: str, fault: str) -> None:
    bench = bench_for(name)
    await bench.run(*[fault] * FOREVER)
    assert isinstance(bench.error, Rejected)
    assert bench.sends == 1
    assert not await bench.is_done()


@pytest.mark.parametrize("name", CHANGES)
async def test_a_conflict_is_looked_up(name: str) -> None:
    bench = bench_for(name)
    await bench.run(*["http:409"] * FOREVER)
    assert isinstance(bench.error, Rejected)
    assert bench.sends == bench.change.sends
    assert not await bench.is_done()


@pytest.mark.parametrize("form", ["plain", "short", "detail", "json", "header", "body", "shared"])
@pytest.mark.parametrize("name", CHANGES)
async def test_too_many_requests_are_waited_out_or_reported(name: str, form: str) -> None:
    bench = bench_for(name)
    await bench.run(f"429:{form}")
    if bench.change.sends == 2:
        assert bench.error is None
    else:
        assert isinstance(bench.error, RateLimited)
    assert bench.sends == bench.change.sends
    assert await bench.is_done() is (bench.change.sends == 2)


@pytest.mark.parametrize("name", CHANGES)
async def test_in_read_only_mode_nothing_is_sent(name: str) -> None:
    bench = bench_for(name, read_only=True)
    await bench.run()
    assert isinstance(bench.error, ReadOnlyRefused)
    assert bench.sends == 0
    assert not await bench.is_done()


@pytest.mark.parametrize(
    ("name", "refusal"),
    [(name, one) for name, write in WRITES.items() for one in write.refusals],
)
async def test_a_documented_refusal_is_given_in_its_words(
    name: str, refusal: tuple[int, str, str]
) -> None:
    status, code, words = refusal
    client = client_of(Script(reply({"success": False, "error": code, "msg": words}, status)))
    outcome = await WRITES[name].send(client)
    assert outcome.fate is Fate.REJECTED
    assert isinstance(outcome.error, Rejected)
    assert outcome.error.code == code
    assert words.rstrip(".") in f"{outcome.error}"
    await client.aclose()


@pytest.mark.parametrize(
    ("name", "answer"), [(name, one) for name, write in WRITES.items() for one in write.answers]
)
async def test_every_known_answer_confirms_it(name: str, answer: object) -> None:
    client = client_of(Script(reply(json.dumps(answer))))
    assert (await WRITES[name].send(client)).fate is Fate.OK
    await client.aclose()
