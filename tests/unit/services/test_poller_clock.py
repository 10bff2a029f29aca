from __future__ import annotations

import asyncio

import pytest

from tests.support.fake_fleet import FakeAccount, instance, watching
from tests.support.virtual_time import in_virtual_time, run
from vasttui.errors import AuthRejected, NetworkError

HOUR = 3_600.0
BOTH = pytest.mark.parametrize("counts_sleep", [True, False], ids=["counts", "stands still"])
REFUSED = NetworkError("The service was not reached.")


@BOTH
def test_after_a_sleep_everything_is_old_until_it_is_read_again(counts_sleep: bool) -> None:
    async def night() -> None:
        account = FakeAccount(instance())
        async with watching(account, looking=False, counts_sleep=counts_sleep) as watch:
            await asyncio.sleep(10)
            account.seconds = 1.5
            watch.clock.fall_asleep(7 * HOUR)
            await asyncio.sleep(1.01)
            assert watch.fleet.number == 1
            assert watch.fleet.resumed_after == pytest.approx(7 * HOUR, abs=2)
            assert watch.age == pytest.approx(7 * HOUR + 11, abs=0.1)
            known = watch.fleet.account_as_of
            assert known is not None
            assert watch.clock.monotonic() - known > 7 * HOUR
            assert await watch.until(lambda: watch.fleet.number == 2) <= 2.6
            assert watch.fleet.resumed_after is None
            assert watch.age < 2
            await watch.until(lambda: len(account.times("account")) > 1)

    run(night())


@BOTH
def test_no_network_after_a_sleep_is_no_reason_to_ask_all_the_time(counts_sleep: bool) -> None:
    async def morning() -> None:
        account = FakeAccount(instance())
        async with watching(account, looking=False, counts_sleep=counts_sleep) as watch:
            await asyncio.sleep(10)
            account.always = REFUSED
            watch.clock.fall_asleep(7 * HOUR)
            before = len(account.times())
            await asyncio.sleep(120)
            assert 3 <= len(account.times()) - before <= 9
            assert watch.fleet.resumed_after is not None
            assert watch.age == pytest.approx(7 * HOUR + 130, abs=1)

    run(morning())


@BOTH
def test_a_sleep_does_not_try_a_refused_key_more_than_once(counts_sleep: bool) -> None:
    async def morning() -> None:
        account = FakeAccount(instance())
        account.always = AuthRejected("The key was refused.", status=401)
        async with watching(account, counts_sleep=counts_sleep) as watch:
            await asyncio.sleep(10)
            watch.clock.fall_asleep(HOUR)
            await asyncio.sleep(300)
            assert len(account.times()) == 2

    run(morning())


@in_virtual_time
async def test_an_answer_from_before_the_sleep_is_dropped() -> None:
    account = FakeAccount(instance(label="first"))
    async with watching(account, counts_sleep=False) as watch:
        await asyncio.sleep(1)
        account.gate, account.instances_now = asyncio.Event(), [instance(label="old")]
        waiting = asyncio.create_task(watch.poller.fresh())
        await asyncio.sleep(3)
        assert watch.fleet.busy
        watch.clock.fall_asleep(7 * HOUR)
        account.gate.set()
        await watch.until(lambda: watch.fleet.resumed_after is not None)
        assert watch.fleet.number == 1
        assert any(fleet.resumed_after and not fleet.busy for fleet in watch.published)
        account.instances_now = [instance(label="new")]
        fleet = await waiting
        assert fleet.rows[0].instance.label == "new"
        labels = {row.instance.label for fleet in watch.published for row in fleet.rows}
        assert labels == {"first", "new"}


@in_virtual_time
async def test_an_answer_after_a_counted_sleep_is_as_old_as_its_question() -> None:
    account = FakeAccount(instance())
    account.gate = asyncio.Event()
    async with watching(account) as watch:
        await asyncio.sleep(3)
        watch.clock.fall_asleep(HOUR)
        account.gate.set()
        await watch.until(lambda: watch.fleet.number == 1, step=0.01)
        assert watch.age >= HOUR
        assert await watch.until(lambda: watch.fleet.number == 2) <= 1.0
        assert watch.age < 1


@in_virtual_time
async def test_a_failure_from_before_the_sleep_is_followed_by_a_reading_at_once() -> None:
    account = FakeAccount(instance())
    async with watching(account, looking=False, counts_sleep=False) as watch:
        await asyncio.sleep(10)
        account.errors["instances"] = [REFUSED]
        account.seconds = 4.0
        watch.poller.wake()
        await asyncio.sleep(1)
        watch.clock.fall_asleep(HOUR)
        await watch.until(lambda: watch.fleet.error is not None)
        assert watch.fleet.resumed_after == pytest.approx(HOUR)
        assert await watch.until(lambda: watch.fleet.error is None) <= 4.2


@pytest.mark.parametrize("seconds", [HOUR, -HOUR])
def test_a_wall_clock_that_is_set_is_noticed(seconds: float) -> None:
    async def day() -> None:
        account = FakeAccount(instance())
        async with watching(account, looking=False) as watch:
            await asyncio.sleep(10)
            watch.clock.set_wall(seconds)
            await watch.until(lambda: watch.fleet.resumed_after is not None)
            assert watch.fleet.resumed_after == pytest.approx(HOUR)
            # Set forward it looks like a suspend: then rather too old than too young.
            assert watch.age == pytest.approx(10 + max(0.0, seconds), abs=1.1)
            assert await watch.until(lambda: watch.fleet.resumed_after is None) <= 1.0
            assert watch.age < 1
            assert len(account.times()) == 2

    run(day())


@in_virtual_time
async def test_a_clock_that_is_a_little_off_is_no_news() -> None:
    account = FakeAccount(instance())
    async with watching(account, looking=False) as watch:
        for step in (4.0, -4.0) * 10:
            await asyncio.sleep(3)
            watch.clock.set_wall(step)
        assert account.gaps() == [15.0] * (len(account.times()) - 1)
        assert all(fleet.resumed_after is None for fleet in watch.published)


@pytest.mark.parametrize("error", [None, REFUSED])
def test_a_slow_reading_is_no_sleep(error: NetworkError | None) -> None:
    async def watch_it() -> None:
        account = FakeAccount(instance())
        account.seconds, account.always = 45.0, error
        async with watching(account) as watch:
            await asyncio.sleep(200)
            assert watch.fleet.number + watch.fleet.failures == 4
            assert all(fleet.resumed_after is None for fleet in watch.published)

    run(watch_it())


@in_virtual_time
async def test_a_sleep_ends_a_pause_for_one_reading() -> None:
    account = FakeAccount(instance())
    async with watching(account) as watch:
        await asyncio.sleep(1)
        watch.poller.paused = True
        watch.clock.fall_asleep(HOUR)
        await asyncio.sleep(600)
        assert len(account.times()) == 2


@in_virtual_time
async def test_the_age_counts_from_the_question() -> None:
    account = FakeAccount(instance())
    account.seconds = 3.0
    async with watching(account) as watch:
        await watch.until(lambda: watch.fleet.number == 1, step=0.01)
        assert watch.age == pytest.approx(3.0, abs=0.02)
