"""Charges through every fault of the service: what was not read is said, and read later."""

from __future__ import annotations

import random

import pytest

from tests.support.simulator import KEY, demo_world
from vasttui.api.client import open_client
from vasttui.clock import VirtualClock
from vasttui.errors import VastError
from vasttui.models.charge_sums import sum_of
from vasttui.services.billing.history import ChargeHistory
from vasttui.simulator.inprocess import SimulatorTransport

TODAY, DAY = 20_720, 86_400


class Bench:
    """Four days of a demo account, three of which are over."""

    def __init__(self) -> None:
        self.clock = VirtualClock((TODAY + 0.5) * DAY)
        self.world = demo_world(clock=self.clock, offers=20, instances=12, past=True, traffic=True)
        self.client = open_client(
            "http://127.0.0.1", KEY, clock=self.clock, rng=random.Random(1),
            transport=SimulatorTransport(self.world),
        )  # fmt: skip
        self.history = ChargeHistory(self.client.billing, self.clock, lambda view: None)
        self.history.show(TODAY - 3, TODAY)

    async def read(self) -> bool:
        """Whether a reading succeeds."""
        try:
            await self.history.read()
        except VastError:
            return False
        return True

    @property
    def closed(self) -> int | None:
        """What the days before today cost, in mills."""
        return sum_of(row for row in self.history.view.rows if row.day < TODAY).total


async def whole() -> Bench:
    """One that was read without faults."""
    bench = Bench()
    assert await bench.read()
    assert bench.closed is not None
    return bench


FAILING = (
    "http:500", "http:503", "429", "429:shared", "reset", "garbage", "stall:60", "truncate:40",
    "truncate:900", "empty", "html", "other_shape", "redirect:http://127.0.0.1/x",
)  # fmt: skip


@pytest.mark.parametrize("fault", FAILING)
async def test_a_day_that_is_not_read_is_read_later(fault: str) -> None:
    bench = Bench()
    bench.world.plan("charges", ["ok", *[fault] * 5])
    first = await bench.read()
    view = bench.history.view
    assert first is (not view.is_part)
    assert TODAY in view.days
    for _ in range(12):
        bench.clock.advance(90)
        if await bench.read():
            break
    view = bench.history.view
    assert (view.is_part, view.failed, view.missing) == (False, {}, ())
    assert bench.closed == (await whole()).closed
    await bench.client.aclose()


@pytest.mark.parametrize(
    "damage", ["wrong_types", "missing_fields", "null_fields", "text_numbers", "not_rows"]
)
async def test_what_is_damaged_is_unknown_or_lost_but_never_a_smaller_sum(damage: str) -> None:
    bench = Bench()
    bench.world.plan("charges", [damage] * 4)
    assert await bench.read()
    view = bench.history.view
    assert view.is_part or sum_of(view.rows).total is None
    bench.clock.advance(60)
    bench.history.refresh()
    assert await bench.read()
    assert not bench.history.view.is_part
    await bench.client.aclose()


@pytest.mark.parametrize("damage", ["extra_fields", "hostile"])
async def test_strange_texts_change_no_sum(damage: str) -> None:
    bench = Bench()
    bench.world.plan("charges", [damage] * 4)
    assert await bench.read()
    rows = tuple(bench.history.view.rows)
    assert bench.closed == (await whole()).closed
    assert not bench.history.view.is_part
    assert "\x1b" not in repr(rows)
    await bench.client.aclose()
