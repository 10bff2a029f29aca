from __future__ import annotations

import asyncio
import random

import pytest

from tests.support.fake_fleet import FakeAccount, failing, instance, watching
from tests.support.simulator import KEY, demo_world
from tests.support.virtual_time import TrueTime, in_virtual_time, run
from vasttui.api.client import open_client
from vasttui.errors import (
    AnswerTooLarge,
    AuthRejected,
    BrokenAnswer,
    NetworkError,
    NotFound,
    PermissionDenied,
    RateLimited,
    Redirected,
    Rejected,
    SearchQuotaExceeded,
    ServiceDown,
    TlsError,
    VastError,
)
from vasttui.services.fleet.poller import AWAY, ELSEWHERE, LEAST, Poller
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.fleet.store import FleetStore
from vasttui.simulator.inprocess import SimulatorTransport

REFUSED = NetworkError("The service was not reached.")
DOWN = ServiceDown("The service is down.", status=503)
SLOW_DOWN = RateLimited("The service asks for fewer requests.", retry_after=40.0)
BAD_KEY = AuthRejected("The key was refused.", status=401)


@in_virtual_time
async def test_all_pages_make_one_snapshot() -> None:
    time = TrueTime()
    world = demo_world(clock=time, instances=60)
    client = open_client(
        "http://127.0.0.1:1", KEY, clock=time, rng=random.Random(1),
        transport=SimulatorTransport(world, latency=0.2),
    )  # fmt: skip
    published: list[Fleet] = []
    poller = Poller(client, FleetStore(published.append, time), clock=time, rng=random.Random(1))
    task = asyncio.create_task(poller.run())
    fleet = await poller.fresh()
    assert len(world.ledger.of("instances")) == 3
    assert len({row.id for row in fleet.rows}) == 60
    assert {len(one.rows) for one in published} == {0, 60}
    task.cancel()
    await client.aclose()


@pytest.mark.parametrize(
    ("looking", "focused", "state", "seconds"),
    [
        (True, True, "running", 5.0),
        (False, True, "running", 15.0),
        (True, False, "running", 60.0),
        (False, False, "running", 60.0),
        (False, False, "loading", 5.0),
    ],
)
def test_the_interval_is_as_long_as_fits_who_looks(
    looking: bool, focused: bool, state: str, seconds: float
) -> None:
    async def readings() -> list[float]:
        account = FakeAccount(instance(actual_status=state))
        async with watching(account, looking=looking) as watch:
            watch.poller.focused = focused
            await asyncio.sleep(seconds * 4 + 0.5)
            assert watch.poller.interval == seconds
            return account.gaps()

    assert run(readings()) == [seconds] * 4


@in_virtual_time
async def test_whoever_looks_again_waits_no_longer_than_the_shorter_interval() -> None:
    account = FakeAccount(instance())
    async with watching(account) as watch:
        await asyncio.sleep(1)
        watch.poller.focused = False
        await asyncio.sleep(29)
        assert len(account.times()) == 1
        watch.poller.focused = True
        await asyncio.sleep(0.5)
        assert len(account.times()) == 2


@in_virtual_time
async def test_there_are_never_two_readings_at_once() -> None:
    account = FakeAccount(instance())
    account.seconds = 9.0
    async with watching(account) as watch:
        for _ in range(60):
            watch.poller.wake()
            watch.poller.refresh()
            watch.poller.looking = True
            await asyncio.sleep(0.5)
        await asyncio.sleep(30)
    assert account.most_at_once == 1
    assert set(account.gaps()) == {9.0}


@in_virtual_time
async def test_many_wishes_during_a_reading_are_one_reading_after_it() -> None:
    account = FakeAccount(instance())
    async with watching(account, looking=False) as watch:
        account.seconds = 3.0
        await asyncio.sleep(1)
        for _ in range(20):
            watch.poller.wake()
        await asyncio.sleep(9)
        assert account.gaps() == [3.0]


@in_virtual_time
async def test_not_even_wishes_make_readings_come_faster_than_the_least_gap() -> None:
    account = FakeAccount(instance())
    async with watching(account) as watch:
        for _ in range(200):
            watch.poller.wake()
            await asyncio.sleep(0.05)
    assert set(account.gaps()) == {LEAST}


@in_virtual_time
async def test_a_wish_wakes_a_poller_that_waits() -> None:
    account = FakeAccount(instance())
    async with watching(account, looking=False) as watch:
        await asyncio.sleep(10)
        watch.poller.wake()
        await asyncio.sleep(0.01)
        assert account.times() == [0.0, 10.0]
        await asyncio.sleep(ELSEWHERE - 1)
        assert len(account.times()) == 2


@in_virtual_time
async def test_while_something_is_done_readings_come_often() -> None:
    account = FakeAccount(instance())
    async with watching(account, looking=False) as watch:
        watch.poller.focused = False
        await asyncio.sleep(20)
        with watch.poller.hurry():
            with watch.poller.hurry():
                await asyncio.sleep(12)
            await asyncio.sleep(4)
            assert account.times() == [0.0, 20.0, 25.0, 30.0, 35.0]
        await asyncio.sleep(AWAY - 6)
        assert len(account.times()) == 5


@in_virtual_time
async def test_fresh_is_not_content_with_a_reading_that_had_begun() -> None:
    account = FakeAccount(instance(label="before"))
    async with watching(account) as watch:
        await asyncio.sleep(1)
        account.gate = asyncio.Event()
        watch.poller.wake()
        await asyncio.sleep(2)
        assert watch.fleet.busy
        asked = asyncio.get_running_loop().time()
        waiting = asyncio.create_task(watch.poller.fresh())
        await asyncio.sleep(0.5)
        account.gate.set()
        await asyncio.sleep(0.5)
        assert watch.fleet.number == 2
        assert not waiting.done()
        account.instances_now = [instance(label="after")]
        fleet = await waiting
        assert fleet.as_of is not None
        assert fleet.as_of >= asked
        assert fleet.rows[0].instance.label == "after"


@in_virtual_time
async def test_fresh_asked_while_rows_are_worked_out_waits_for_the_next_reading() -> None:
    account = FakeAccount(*(instance(number) for number in range(1, 201)))
    account.seconds = 0.0
    async with watching(account) as watch:
        await watch.until(lambda: watch.fleet.busy and not account.at_once, step=0)
        assert watch.fleet.number == 0
        fleet = await watch.poller.fresh()
        assert fleet.number == 2
        assert account.times() == [0.0, LEAST]


@in_virtual_time
async def test_everybody_who_waits_for_news_is_told_the_error() -> None:
    account = FakeAccount(instance())
    async with watching(account) as watch:
        await asyncio.sleep(1)
        account.errors["instances"] = [DOWN]
        waiting = [asyncio.create_task(watch.poller.fresh()) for _ in range(3)]
        found = await asyncio.gather(*waiting, return_exceptions=True)
        assert found == [DOWN] * 3
        assert (await watch.poller.fresh()).error is None


@in_virtual_time
async def test_who_gave_up_waiting_is_no_trouble() -> None:
    account = FakeAccount(instance())
    async with watching(account) as watch:
        waiting = asyncio.create_task(watch.poller.fresh())
        await asyncio.sleep(LEAST + 0.05)
        assert watch.fleet.busy
        waiting.cancel()
        await asyncio.sleep(0.2)
        assert watch.fleet.number == 2
        assert (await watch.poller.fresh()).number == 3


@in_virtual_time
async def test_at_its_end_nobody_is_left_waiting() -> None:
    account = FakeAccount(instance())
    async with watching(account) as watch:
        await asyncio.sleep(1)
        account.gate = asyncio.Event()
        early = asyncio.create_task(watch.poller.fresh())
        await asyncio.sleep(2)
        assert watch.fleet.busy
        late = asyncio.create_task(watch.poller.fresh())
        await asyncio.sleep(0.01)
    found = await asyncio.gather(early, late, return_exceptions=True)
    assert [type(one) for one in found] == [asyncio.CancelledError] * 2


@in_virtual_time
async def test_at_its_end_in_the_middle_of_the_rows_nobody_is_left_waiting() -> None:
    account = FakeAccount(*(instance(number) for number in range(1, 201)))
    account.seconds = 0.0
    async with watching(account) as watch:
        await asyncio.sleep(LEAST)
        waiting = asyncio.create_task(watch.poller.fresh())
        await asyncio.sleep(0)
        await watch.until(lambda: watch.fleet.busy and not account.at_once, step=0)
        assert not waiting.done()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert watch.fleet.number == 1


@pytest.mark.parametrize(
    "error",
    [
        VastError("Something."),
        REFUSED,
        TlsError("The certificate was not accepted."),
        BrokenAnswer("Half an answer."),
        AnswerTooLarge("Too much."),
        Redirected("Elsewhere."),
        DOWN,
        Rejected("No.", status=400),
        NotFound("Nothing there.", status=404),
        PermissionDenied("No right.", status=403),
        RateLimited("Too often."),
        SearchQuotaExceeded("Enough for today.", resets_at=1_790_000_000.0 + 300),
    ],
    ids=lambda error: type(error).__name__,
)
def test_it_survives_whatever_the_service_does(error: VastError) -> None:
    async def day() -> None:
        account = failing(*[error] * 5)
        account.errors["account"] = [error] * 5
        account.errors["charges"] = [error] * 5
        async with watching(account) as watch:
            await watch.until(lambda: watch.fleet.error is error)
            assert str(watch.fleet.error) == str(error)
            assert watch.fleet.failures == 1
            await watch.until(lambda: watch.fleet.number > 0, step=1)
            assert watch.fleet.error is None
            assert (watch.fleet.failures, watch.fleet.next_try) == (0, None)
            assert len(account.times()) == 6

    run(day())


@in_virtual_time
async def test_what_nobody_foresaw_ends_it_aloud() -> None:
    account = FakeAccount(instance())
    account.errors["instances"] = [ZeroDivisionError()]
    time = TrueTime()
    poller = Poller(account, FleetStore(lambda fleet: None, time), clock=time, rng=random.Random(1))
    waiting = asyncio.create_task(poller.fresh())
    with pytest.raises(ZeroDivisionError):
        await poller.run()
    with pytest.raises(asyncio.CancelledError):
        await waiting


@in_virtual_time
async def test_errors_leave_the_rows_and_say_since_when() -> None:
    account = FakeAccount(instance())
    async with watching(account) as watch:
        await asyncio.sleep(6)
        rows, before = watch.fleet.rows, watch.fleet.as_of
        account.always = DOWN
        await watch.until(lambda: watch.fleet.failures == 3)
        assert watch.fleet.rows is rows
        assert watch.fleet.as_of == before
        first = next(fleet for fleet in watch.published if fleet.error is not None)
        assert watch.fleet.failing_since == first.failing_since
        assert first.failing_since == pytest.approx(watch.clock.at(10.1), abs=0.001)


@in_virtual_time
async def test_pauses_between_failures_grow_when_nobody_looks() -> None:
    account = FakeAccount(instance())
    account.always = REFUSED
    async with watching(account, looking=False) as watch:
        await asyncio.sleep(1_800)
        gaps = account.gaps()
        assert min(gaps) >= ELSEWHERE
        assert max(gaps) <= 61.5
        assert max(gaps) > 30
        watch.poller.focused = False
        known = len(account.times())
        await asyncio.sleep(3_600)
        assert min(account.gaps()[known:]) >= AWAY


@in_virtual_time
async def test_who_looks_sees_the_service_come_back_within_three_seconds() -> None:
    account = FakeAccount(instance())
    async with watching(account) as watch:
        for number in range(40):
            account.always = REFUSED
            await asyncio.sleep(20 + number * 7.3)
            account.always = None
            assert await watch.until(lambda: watch.fleet.error is None) <= 3.0
    assert min(account.gaps()) >= 1.0


@in_virtual_time
async def test_who_comes_back_to_a_broken_screen_does_not_wait_for_the_long_pause() -> None:
    account = FakeAccount(instance())
    async with watching(account) as watch:
        watch.poller.focused = False
        account.always = REFUSED
        await asyncio.sleep(600)
        account.always = None
        before = len(account.times())
        await watch.until(lambda: len(account.times()) > before)
        account.always = REFUSED
        await asyncio.sleep(70)
        await watch.until(lambda: watch.fleet.error is not None)
        account.always = None
        watch.poller.focused = True
        assert await watch.until(lambda: watch.fleet.error is None) <= 3.0


@in_virtual_time
async def test_a_wish_asks_at_once_in_spite_of_failures() -> None:
    account = FakeAccount(instance())
    account.always = REFUSED
    async with watching(account, looking=False) as watch:
        await asyncio.sleep(20)
        await watch.until(lambda: not watch.fleet.busy)
        before = len(account.times())
        await asyncio.sleep(LEAST)
        watch.poller.refresh()
        await asyncio.sleep(0.01)
        assert len(account.times()) == before + 1


@in_virtual_time
async def test_a_refused_key_waits_for_the_user() -> None:
    account = failing(BAD_KEY)
    async with watching(account) as watch:
        await asyncio.sleep(3_600)
        watch.poller.looking = True
        await asyncio.sleep(60)
        assert len(account.times()) == 1
        assert watch.fleet.next_try is None
        watch.poller.refresh()
        await asyncio.sleep(1)
        assert watch.fleet.error is None


@in_virtual_time
async def test_nobody_hurries_a_service_that_asks_for_a_pause() -> None:
    account = failing(SLOW_DOWN)
    async with watching(account) as watch:
        await asyncio.sleep(1)
        for _ in range(30):
            watch.poller.refresh()
            watch.poller.looking = True
            await asyncio.sleep(1)
        assert len(account.times()) == 1
        await asyncio.sleep(15)
        assert account.gaps()[0] >= 40.0


@in_virtual_time
async def test_paused_it_reads_only_when_asked() -> None:
    account = FakeAccount(instance())
    async with watching(account) as watch:
        await asyncio.sleep(1)
        watch.poller.paused = True
        await asyncio.sleep(300)
        assert len(account.times()) == 1
        watch.poller.wake()
        await asyncio.sleep(30)
        assert len(account.times()) == 2
        watch.poller.paused = False
        await asyncio.sleep(0.5)
        assert len(account.times()) == 3


@in_virtual_time
async def test_only_who_is_watched_or_acts_pushes_past_a_service_that_was_down() -> None:
    pushed: list[float] = []
    account = FakeAccount(instance())
    account.always = REFUSED
    loop = asyncio.get_running_loop()
    async with watching(
        account, looking=False, on_force=lambda: pushed.append(loop.time())
    ) as watch:
        await asyncio.sleep(100)
        assert pushed == []
        watch.poller.looking = True
        await asyncio.sleep(10)
        assert pushed
        watch.poller.looking = False
        await asyncio.sleep(60)
        pushed.clear()
        with watch.poller.hurry(), pytest.raises(NetworkError):
            await watch.poller.fresh()
        assert len(pushed) == 1
