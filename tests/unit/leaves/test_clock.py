"""The virtual clock and the system clock."""

from __future__ import annotations

import time

from vasttui.clock import SystemClock, VirtualClock


async def test_sleeping_on_a_virtual_clock_moves_it() -> None:
    clock = VirtualClock(start=100.0)
    await clock.sleep(5)
    assert (clock.now(), clock.monotonic()) == (105.0, 5.0)


async def test_a_negative_sleep_moves_nothing() -> None:
    clock = VirtualClock(start=100.0)
    await clock.sleep(-3)
    assert (clock.now(), clock.monotonic()) == (100.0, 0.0)


def test_a_jump_of_the_wall_time_leaves_the_monotonic_time() -> None:
    clock = VirtualClock(start=100.0)
    clock.jump(-50)
    assert (clock.now(), clock.monotonic()) == (50.0, 0.0)


def test_the_system_clock_tells_wall_time_and_never_goes_back() -> None:
    clock = SystemClock()
    assert abs(clock.now() - time.time()) < 60
    first = clock.monotonic()
    assert clock.monotonic() >= first


async def test_the_system_clock_really_sleeps() -> None:
    clock = SystemClock()
    start = clock.monotonic()
    await clock.sleep(0.01)
    assert clock.monotonic() - start >= 0.009
