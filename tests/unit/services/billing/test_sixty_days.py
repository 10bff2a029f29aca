"""Sixty days of an account that starts, stops, destroys, rents, bids, reserves and pays at random:
what was charged by our sums is what the credit and the deposits lost, to the cent."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from tests.support.rented import credit, destroy, put, rented
from tests.support.simulator import BEARER, KEY, ask, demo_world, search
from vasttui.api.client import VastClient, open_client
from vasttui.clock import VirtualClock
from vasttui.models.billing import day_of, dollars
from vasttui.models.charge_sums import (
    Key,
    added,
    contract_key,
    day_key,
    gpu_key,
    grouped,
    kind_key,
    label_key,
    sum_of,
)
from vasttui.services.billing.history import ChargeHistory
from vasttui.simulator.inprocess import SimulatorTransport
from vasttui.simulator.world import World

DAY, DAYS = 86_400, 60
LAG = 2 * 3_600.0


class Account:
    """An account whose owner does something now and then."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.clock = VirtualClock(20_720.0 * DAY)
        self.world: World = demo_world(
            clock=self.clock, offers=40, instances=6, volumes=3, seed=seed, credit=9_000.0,
            traffic=True, past=True, charge_lag=LAG, endpoints=seed,
        )  # fmt: skip
        self.client: VastClient = open_client(
            "http://127.0.0.1", KEY, clock=self.clock, rng=self.random,
            transport=SimulatorTransport(self.world),
        )  # fmt: skip
        self.done: dict[str, int] = {}

    def act(self) -> None:
        """Do one thing."""
        held = self.world.contracts.all(self.clock.now())
        number = self.random.choice(held).id
        things: dict[str, Callable[[], object]] = {
            "start": lambda: put(self.world, f"{number}", {"state": "running"}),
            "stop": lambda: put(self.world, f"{number}", {"state": "stopped"}),
            "rent": self._rent,
            "bid": lambda: put(
                self.world, f"bid_price/{number}", {"price": self.random.uniform(0.05, 0.9)}
            ),
            "reserve": lambda: put(
                self.world, f"prepay/{number}", {"amount": round(self.random.uniform(5, 90), 2)}
            ),
            "transfer": self._give,
            "offline": lambda: self.world.become(number, "offline"),
            "back": lambda: self.world.become(number, "running"),
        }
        if len(held) > 3:
            things["destroy"] = lambda: destroy(self.world, number)
        name = self.random.choice(sorted(things))
        things[name]()
        self.done[name] = self.done.get(name, 0) + 1

    def _rent(self) -> None:
        offer = self.random.choice(search(self.world, {"rentable": {"eq": True}}))
        price = self.random.choice((None, self.random.uniform(0.2, 0.9)))
        body = {
            "client_id": "me", "image": "vastai/pytorch", "disk": 20.0, "price": price,
            "runtype": "ssh_direc ssh_proxy", "label": self.random.choice(("sweep", None)),
        }  # fmt: skip
        ask(self.world, "PUT", f"/api/v0/asks/{offer['id']}/", body, BEARER)

    def _give(self) -> None:
        body = {"sender": "me", "recipient": "bob@example.com",
                "amount": round(self.random.uniform(0.01, 9), 2)}  # fmt: skip
        ask(self.world, "PUT", "/api/v0/commands/transfer_credit/", body, BEARER)

    def pass_a_day(self) -> None:
        """Until the next midnight, with some actions on the way."""
        ends = (day_of(self.clock.now()) + 1) * DAY
        for at in sorted(self.random.uniform(60, DAY - 60) for _ in range(3)):
            self.clock.advance(ends - DAY + at - self.clock.now())
            self.act()
        self.clock.advance(ends - self.clock.now())

    @property
    def money(self) -> float:
        """Credit, and what is left of deposits, in $."""
        deposits = [row["credit_balance"] for row in rented(self.world)]
        return credit(self.world) + sum(one or 0.0 for one in deposits)


@pytest.mark.parametrize("seed", [1, 2])
async def test_our_sums_are_what_the_balance_lost(seed: int) -> None:
    account = Account(seed)
    first = day_of(account.clock.now())
    last = first + DAYS - 1
    history = ChargeHistory(account.client.billing, account.clock, lambda view: None)
    before = account.money
    for day in range(first, last + 1):
        account.pass_a_day()
        if day % 7 == 0:  # as a user who looks once a week
            history.show(first, day)
            await history.read()
    after = account.money
    account.clock.advance(2 * DAY)
    history.show(first, last)
    await history.read()
    assert (len(history.view.days), history.view.is_part) == (DAYS, False)
    every = sum_of(history.view.rows)
    spent = dollars(every.total)
    paid = await account.client.billing.invoices(first * DAY, (last + 1) * DAY)
    given = sum(one.amount or 0.0 for one in paid if one.type in ("transfer", "credit"))
    assert spent is not None
    assert spent > 300
    assert spent == pytest.approx(before - given - after, abs=0.0099)
    keys: tuple[Key, ...] = (contract_key, day_key, kind_key, label_key, gpu_key({}))
    for key in keys:
        assert sum(one.total or 0 for one in grouped(every.rows, key)) == every.total
    parts = dollars(added((every.gpu, every.disk, every.traffic)))
    assert parts == pytest.approx(spent, abs=0.002 * every.contracts)
    assert len(account.done) == 9
    assert min(account.done.values()) > 5
    assert every.contracts > 15
    assert {one.type for one in paid} >= {"transfer", "reserved", "refund"}
    await account.client.aclose()


async def test_a_month_keeps_to_the_rate_that_all_requests_share() -> None:
    clock = VirtualClock(20_720.5 * DAY)
    world = demo_world(clock=clock, offers=20, instances=12, past=True, rate_limits=True)
    client = open_client(
        "http://127.0.0.1", KEY, clock=clock, rng=random.Random(1), documented_limits=True,
        transport=SimulatorTransport(world),
    )  # fmt: skip
    history = ChargeHistory(client.billing, clock, lambda view: None)
    history.show(20_691, 20_720)
    await history.read()
    asked = world.ledger.of("charges")
    assert [entry.status for entry in asked] == [200] * 30
    times = [entry.time for entry in asked]
    assert all(later - first > 10 for first, later in zip(times, times[5:], strict=False))
    assert times[-1] - times[0] < 120
    await client.aclose()
