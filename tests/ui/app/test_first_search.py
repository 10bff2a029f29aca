"""The market is searched before anything else of the program works."""

from __future__ import annotations

import asyncio
import json
import random

import pytest

from tests.support.stage import stage
from vasttui.api.client import open_client
from vasttui.models.account import Account
from vasttui.simulator.inprocess import SimulatorTransport
from vasttui.ui.searching import Searching
from vasttui.ui.session import SignedIn


async def test_nothing_is_asked_before_the_search_and_all_else_after_its_offers() -> None:
    async with stage(ready=False) as running:
        app = running.app
        await running.until(lambda: app.market.rows)
        assert [one.operation for one in running.world.ledger.requests][:1] == ["search"]
        await running.until(lambda: app.fleet.account and running.sent("gpu_names"))


async def test_a_search_that_takes_long_holds_up_nothing_else() -> None:
    async with stage(ready=False, faults={"search": ["stall"] * 9}) as running:
        app = running.app
        await running.until(lambda: app.fleet.account)
        assert app.market.busy
        assert not app.market.rows


async def test_a_filter_that_names_a_gpu_is_asked_for_that_gpu_at_once() -> None:
    async with stage(ready=False, query="4090 n=1") as running:
        await running.until(lambda: running.app.live and running.app.market.as_of)
        asked = [json.loads(body)["gpu_name"] for body in running.sent("search")]
        assert asked
        assert all(one == {"in": ["RTX 4090"]} for one in asked)


async def test_names_that_do_not_come_hold_up_no_search() -> None:
    faults = {"gpu_names": ["stall"] * 9}
    async with stage(ready=False, query="4090 n=1", faults=faults) as running:
        app = running.app
        await running.until(lambda: app.market.rows)
        assert (app.asks_gpu_names, app.gpu_names) == (False, ())


async def test_prices_of_the_first_search_are_remembered() -> None:
    async with stage() as running:
        app = running.app
        live = app.live
        assert live is not None
        await running.until(lambda: live.machines.known.seen)
        name = app.market.rows[0].gpu_name
        await running.until(lambda: live.prices.recorded(name, "on-demand"))


async def test_another_key_while_the_program_still_loads_is_the_one_in_use(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loading = asyncio.Event()

    async def loads(searching: Searching) -> None:
        await loading.wait()

    monkeypatch.setattr(Searching, "answered_soon", loads)
    async with stage(ready=False) as running:
        app = running.app
        await running.until(lambda: app.market.rows)
        assert app.live is None
        api = open_client(
            "http://127.0.0.1:1", "another-key-of-another-user", clock=running.clock,
            rng=random.Random(1), transport=SimulatorTransport(running.world),
        )  # fmt: skip
        await app.sign_in(SignedIn(Account(id=2), api, ""))
        loading.set()
        await running.settle()
        assert app.api is api
