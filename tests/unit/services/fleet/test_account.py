from __future__ import annotations

import asyncio
import random
from itertools import pairwise

import pytest

from tests.support.fake_fleet import FakeAccount, instance, watching
from tests.support.virtual_time import TrueTime, in_virtual_time, run
from vasttui.errors import AuthRejected, NetworkError, PermissionDenied, RateLimited, ServiceDown
from vasttui.models.charge import Charge
from vasttui.models.price_increase import PriceIncrease
from vasttui.services.fleet.account import ACCOUNT_EVERY, CHARGES_EVERY, INCREASES_EVERY
from vasttui.services.fleet.poller import Poller
from vasttui.services.fleet.store import FleetStore

DAY = 86_400.0
NO_RIGHT = PermissionDenied("The key lacks a right.", status=403)
REFUSED = NetworkError("The service was not reached.")


@in_virtual_time
async def test_each_is_read_as_often_as_it_is_worth() -> None:
    account = FakeAccount(instance())
    async with watching(account):
        await asyncio.sleep(3_600)
    for what, every in (
        ("account", ACCOUNT_EVERY),
        ("increases", INCREASES_EVERY),
        ("charges", CHARGES_EVERY),
    ):
        assert len(account.times(what)) == pytest.approx(3_600 / every, abs=2), what


@in_virtual_time
async def test_what_they_say_is_in_the_snapshot() -> None:
    account = FakeAccount(instance())
    account.charged = (Charge("instance-7", 3.5),)
    account.increases = (PriceIncrease(pending_price_increase_id=1, contract_id=7),)
    async with watching(account) as watch:
        await asyncio.sleep(12)
        fleet = watch.fleet
        assert fleet.account is not None
        assert fleet.account.credit == 25.0
        assert fleet.increases == account.increases
        assert fleet.rows[0].spent is not None
        assert fleet.rows[0].spent.amount == 3.5
        assert fleet.account_as_of is not None


@in_virtual_time
async def test_a_credit_that_waits_for_the_instances_has_them_read_even_in_a_pause() -> None:
    account = FakeAccount(instance())
    async with watching(account) as watch:
        await asyncio.sleep(12)
        watch.poller.paused = True
        account.credit = 5.0
        await asyncio.sleep(70)
        assert watch.fleet.account is not None
        assert watch.fleet.account.credit == 5.0


@in_virtual_time
async def test_the_account_does_not_wait_for_the_instances() -> None:
    account = FakeAccount(instance())
    account.gate = asyncio.Event()
    async with watching(account) as watch:
        await asyncio.sleep(5)
        assert watch.fleet.account is not None
        assert account.times("charges") == []
        account.gate.set()
        await asyncio.sleep(5)
        assert len(account.times("charges")) == 1


@in_virtual_time
async def test_the_instances_do_not_wait_for_them() -> None:
    account = FakeAccount(instance())
    hung = asyncio.Event()

    async def hanging() -> tuple[PriceIncrease, ...]:
        await hung.wait()
        return ()

    account.price_increases.list = hanging  # type: ignore[method-assign]
    async with watching(account):
        await asyncio.sleep(60)
        assert account.gaps() == [5.0] * 11


@in_virtual_time
async def test_charges_are_asked_for_from_the_oldest_contract_on() -> None:
    young, old = instance(1), instance(2)
    account = FakeAccount(young, old)
    async with watching(account) as watch:
        now = watch.clock.now()
        account.instances_now = [
            instance(1, start_date=now - 3 * DAY),
            instance(2, start_date=now - 9 * DAY),
            instance(3, start_date=None),
        ]
        await asyncio.sleep(10)
    since, until = account.windows[0]
    assert since == pytest.approx(now - 10 * DAY, abs=10)
    assert until == pytest.approx(now, abs=10)


@pytest.mark.parametrize(("days", "asked"), [(None, 1), (400.0, 60)])
def test_charges_are_asked_for_over_some_days_at_least_and_not_over_years(
    days: float | None, asked: int
) -> None:
    async def start() -> float:
        account = FakeAccount()
        async with watching(account) as watch:
            began = None if days is None else watch.clock.now() - days * DAY
            account.instances_now = [instance(start_date=began)]
            await asyncio.sleep(10)
        since, until = account.windows[0]
        return (until - since) / DAY

    assert run(start()) == pytest.approx(asked)


@pytest.mark.parametrize("what", ["account", "increases", "charges"])
def test_a_missing_right_is_not_asked_for_again_until_the_user_wants_it(what: str) -> None:
    async def hour() -> None:
        account = FakeAccount(instance())
        account.errors[what] = [NO_RIGHT]
        async with watching(account) as watch:
            for _ in range(60):
                watch.poller.wake()
                await asyncio.sleep(60)
            assert len(account.times(what)) == 1
            assert {len(account.times(other)) > 10 for other in others} == {True}
            watch.poller.refresh()
            await asyncio.sleep(10)
            assert len(account.times(what)) == 2

    others = {"account", "increases", "charges"} - {what}
    run(hour())


@in_virtual_time
async def test_an_account_that_cannot_be_read_says_why() -> None:
    account = FakeAccount(instance())
    account.errors["account"] = [NO_RIGHT]
    async with watching(account) as watch:
        await asyncio.sleep(5)
        assert watch.fleet.account_error is NO_RIGHT
        assert watch.fleet.error is None
        watch.poller.refresh()
        await asyncio.sleep(5)
        assert watch.fleet.account_error is None


@in_virtual_time
async def test_price_increases_that_cannot_be_read_are_not_taken_for_none() -> None:
    account = FakeAccount(instance())
    account.errors["increases"] = [NO_RIGHT]
    async with watching(account) as watch:
        await asyncio.sleep(10)
        assert watch.fleet.increases_error is NO_RIGHT
        watch.poller.refresh()
        await asyncio.sleep(5)
        assert watch.fleet.increases_error is None
        assert watch.fleet.increases == account.increases


@pytest.mark.parametrize("error", [REFUSED, ServiceDown("Down.", status=503)])
def test_failures_are_repeated_with_growing_pauses(error: Exception) -> None:
    async def hour() -> None:
        account = FakeAccount(instance())
        account.errors["charges"] = [error] * 12
        async with watching(account) as watch:
            await asyncio.sleep(600)
            times = account.times("charges")
            gaps = [b - a for a, b in pairwise(times)]
            assert min(gaps) >= 5.0
            assert 20.0 < max(gaps[:11]) <= 62.0
            assert all(fleet.error is fleet.account_error is None for fleet in watch.published)
            assert len(account.times()) == 120

    run(hour())


@in_virtual_time
async def test_a_success_makes_the_next_pause_short_again() -> None:
    account = FakeAccount(instance())
    async with watching(account):
        for _ in range(6):
            account.errors["account"] = [REFUSED] * 6
            await asyncio.sleep(400)
            assert not account.errors["account"]
            before = len(account.times("account"))
            account.errors["account"] = [REFUSED]
            await asyncio.sleep(ACCOUNT_EVERY + 7)
            assert len(account.times("account")) == before + 2


@in_virtual_time
async def test_a_pause_that_the_service_asks_for_is_kept() -> None:
    account = FakeAccount(instance())
    account.errors["increases"] = [RateLimited("Too often.", retry_after=500.0)]
    async with watching(account):
        await asyncio.sleep(520)
    first, second = account.times("increases")
    assert second - first >= 500


@in_virtual_time
async def test_a_refused_key_is_not_tried_again() -> None:
    account = FakeAccount(instance())
    account.errors["account"] = [AuthRejected("The key was refused.", status=401)]
    async with watching(account):
        await asyncio.sleep(1_000)
    assert len(account.times("account")) == 1


@in_virtual_time
async def test_after_an_action_the_account_is_read_anew() -> None:
    account = FakeAccount(instance())
    async with watching(account) as watch:
        await asyncio.sleep(20)
        watch.poller.wake()
        await asyncio.sleep(3)
        assert len(account.times("account")) == 2
        assert len(account.times("charges")) == 1


@in_virtual_time
async def test_an_action_while_the_account_is_read_reads_it_once_more() -> None:
    account = FakeAccount(instance())
    account.seconds = 3.0
    async with watching(account) as watch:
        await asyncio.sleep(1)
        account.credit = 5.0
        watch.poller.wake()
        await asyncio.sleep(20)
        assert len(account.times("account")) == 2
        assert watch.fleet.account is not None
        assert watch.fleet.account.credit == 5.0


@in_virtual_time
async def test_they_end_with_the_poller() -> None:
    account = FakeAccount(instance())
    account.seconds = 5.0
    async with watching(account) as watch:
        await asyncio.sleep(1)
    await asyncio.sleep(60)
    assert watch.fleet.account is None
    assert len(account.asked) == 2


@in_virtual_time
async def test_what_nobody_foresaw_ends_the_poller_aloud() -> None:
    account, time = FakeAccount(instance()), TrueTime()
    account.errors["account"] = [ZeroDivisionError()]
    store = FleetStore(lambda fleet: None, time)
    poller = Poller(account, store, clock=time, rng=random.Random(1))
    with pytest.raises(ZeroDivisionError):
        async with asyncio.timeout(10):
            await poller.run()
