"""Paying ahead on a simulated account."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

from tests.support.http import KEY
from tests.support.rented import called
from tests.support.simulator import ask, demo_world
from vasttui.api.client import VastClient, open_client
from vasttui.clock import VirtualClock
from vasttui.models.bill import Burn
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.reserving.payment import Payment
from vasttui.services.reserving.reserver import Reserver
from vasttui.simulator.account.contract import Contract
from vasttui.simulator.inprocess import SimulatorTransport
from vasttui.simulator.world import World
from vasttui.store.intent import Owner
from vasttui.store.journal import Journal

ME = Owner("key", "account")
PRICE = 165.54
"""What a month of `train-a` costs ahead, in $."""


def generous(world: World, label: str = "train-a", most: float = 0.4) -> Contract:
    """The contract of that label, on a machine that gives this discount."""
    contract = world.contracts.get(called(world, label)["id"], world.clock.now())
    assert contract is not None
    object.__setattr__(contract.chunk.machine.listing, "discount_max", most)
    return contract


def payments(world: World) -> list[float]:
    """What was paid ahead, each payment."""
    return [row.amount for row in world.holder.invoices.rows if row.type == "reserved"]


class NoReadings:
    """Instances that nobody reads."""

    def wake(self) -> None:
        """Nothing is read."""


class Till:
    """Pays ahead for an instance of a simulated account with $312.40."""

    def __init__(
        self, path: Path | None = None, *, before: Till | None = None, read_only: bool = False,
        owner: Callable[[], Owner] = lambda: ME,
    ) -> None:  # fmt: skip
        """`before` is an earlier run of the program, on the same account."""
        self.clock: VirtualClock = VirtualClock() if before is None else before.clock
        self.world: World = (
            demo_world(clock=self.clock, offers=20, credit=312.40)
            if before is None
            else before.world
        )
        self.contract = generous(self.world)
        self.client: VastClient = open_client(
            "http://127.0.0.1", KEY, clock=self.clock, rng=random.Random(1), read_only=read_only,
            transport=SimulatorTransport(self.world),
        )  # fmt: skip
        self.told: list[Payment] = []
        self.fleet = Fleet(burn=Burn(gpu=2.0, disk=0.2))
        self.journal = Journal(path, owner)
        self.reserver = Reserver(
            self.client, NoReadings(), self.journal, self.clock, self.told.append,
            lambda: self.fleet,
        )  # fmt: skip

    async def pay(self, *faults: str, dollars: float = PRICE) -> Payment:
        """Pay it, with these faults planned for the request."""
        terms = await self.reserver.terms(self.contract.id)
        self.world.plan("prepay", faults)
        return await self.reserver.pay(terms, dollars)

    @property
    def sends(self) -> int:
        """How often a payment reached the service."""
        return [one.operation for one in self.world.ledger.requests].count("prepay")

    def paid(self) -> list[float]:
        """What was paid, each payment, also what arrives late."""
        self.world.faults.clear()
        self.clock.advance(120)
        ask(self.world, "GET", "/api/v0/gpu_names/unique/")  # what was late arrives before it
        return payments(self.world)

    async def settled(self) -> None:
        """Let what works in the background go on."""
        for _ in range(3_000):
            await asyncio.sleep(0.001)
            if self.told and self.told[-1].is_over:
                return
