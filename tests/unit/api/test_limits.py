"""Requests keep the intervals the service documents."""

from __future__ import annotations

import pytest

from vasttui.api.limits import Limiter
from vasttui.api.operations import OPERATIONS
from vasttui.clock import VirtualClock
from vasttui.errors import RateLimited

SEARCH, ACCOUNT = OPERATIONS["search"], OPERATIONS["account"]


async def spent(limiter: Limiter, clock: VirtualClock, times: int) -> list[float]:
    """When each of that many searches is sent, in seconds from now."""
    start = clock.monotonic()
    moments = []
    for _ in range(times):
        await limiter.turn(SEARCH)
        moments.append(round(clock.monotonic() - start, 6))
    return moments


async def test_ten_searches_at_once_and_then_one_every_six_seconds() -> None:
    clock = VirtualClock()
    assert await spent(Limiter(clock), clock, 13) == [0.0] * 10 + [6.0, 12.0, 18.0]


async def test_unused_turns_come_back_up_to_the_burst() -> None:
    clock = VirtualClock()
    limiter = Limiter(clock)
    await spent(limiter, clock, 10)
    clock.advance(3_600)
    assert await spent(limiter, clock, 11) == [0.0] * 10 + [6.0]


async def test_the_next_turn_is_known_without_taking_it() -> None:
    clock = VirtualClock()
    limiter = Limiter(clock)
    assert limiter.wait(ACCOUNT) == 0
    await limiter.turn(ACCOUNT)
    assert limiter.wait(ACCOUNT) == pytest.approx(1.0)
    clock.advance(0.4)
    assert limiter.wait(ACCOUNT) == pytest.approx(0.6)
    assert limiter.wait(SEARCH) == 0


async def test_a_named_interval_is_kept_from_then_on() -> None:
    clock = VirtualClock()
    limiter = Limiter(clock)
    limiter.throttled(ACCOUNT, wait=3.0, interval=3.0)
    start = clock.monotonic()
    for _ in range(3):
        await limiter.turn(ACCOUNT)
    assert clock.monotonic() - start == pytest.approx(9.0)


async def test_an_interval_is_never_shortened_nor_believed_without_end() -> None:
    clock = VirtualClock()
    limiter = Limiter(clock)
    limiter.throttled(SEARCH, wait=0.5, interval=0.5)
    clock.advance(1)
    await limiter.turn(SEARCH)
    assert limiter.wait(SEARCH) == pytest.approx(6.0 * (1 - 1 / 6), abs=0.01)
    limiter.throttled(ACCOUNT, wait=1.0, interval=1e9)
    clock.advance(1)
    await limiter.turn(ACCOUNT)
    assert limiter.wait(ACCOUNT) <= 60.0


async def test_a_short_rest_is_sat_out_and_a_long_one_is_told() -> None:
    clock = VirtualClock()
    limiter = Limiter(clock)
    limiter.throttled(ACCOUNT, wait=4.0, interval=None)
    await limiter.turn(ACCOUNT)
    assert clock.monotonic() == pytest.approx(4.0)
    limiter.throttled(ACCOUNT, wait=40.0, interval=None)
    with pytest.raises(RateLimited) as caught:
        await limiter.turn(ACCOUNT)
    assert caught.value.retry_after == pytest.approx(40.0)
    clock.advance(40.0)
    await limiter.turn(ACCOUNT)


async def test_without_a_hint_the_documented_interval_is_waited() -> None:
    clock = VirtualClock()
    limiter = Limiter(clock)
    limiter.throttled(SEARCH, wait=None, interval=None)
    assert limiter.wait(SEARCH) == pytest.approx(6.0)


async def test_on_this_computer_only_what_is_told_slows_down() -> None:
    clock = VirtualClock()
    limiter = Limiter(clock, documented=False)
    assert await spent(limiter, clock, 50) == [0.0] * 50
    limiter.throttled(SEARCH, wait=2.0, interval=2.0)
    await limiter.turn(SEARCH)
    assert clock.monotonic() == pytest.approx(2.0)
    limiter.throttled(ACCOUNT, wait=None, interval=None)
    assert limiter.wait(ACCOUNT) == pytest.approx(1.0)
