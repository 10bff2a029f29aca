"""The virtual clock and the system clock."""

from __future__ import annotations

import math
import time

import pytest

from vasttui.clock import ServiceClock, SystemClock, VirtualClock


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


class Wrong(VirtualClock):
    """A wall clock that is set ahead."""

    ahead = 0.0

    def now(self) -> float:
        return super().now() + self.ahead


def answered(own: Wrong, *, took: float = 0.2, date: float | None = None) -> ServiceClock:
    clock = ServiceClock(own)
    clock.learn(math.floor(VirtualClock.now(own)) if date is None else date, took)
    return clock


@pytest.mark.parametrize("ahead", [-3 * 3600.0, -60.0, 60.0, 3 * 3600.0, 2 * 86_400.0])
def test_a_wrong_clock_is_corrected_by_the_services(ahead: float) -> None:
    own = Wrong(1_790_000_000.7)
    own.ahead = ahead
    clock = answered(own)
    assert clock.ahead == pytest.approx(ahead, abs=1.0)
    assert clock.now() == pytest.approx(1_790_000_000.7, abs=1.0)
    own.advance(3_600)
    assert clock.now() == pytest.approx(1_790_003_600.7, abs=1.0)
    assert clock.monotonic() == 3_600


@pytest.mark.parametrize("ahead", [-4.0, 0.0, 4.0])
@pytest.mark.parametrize("took", [0.0, 2.0, 60.0])
def test_an_almost_right_clock_is_left_alone_however_slow_the_answer(
    ahead: float, took: float
) -> None:
    own = Wrong(1_790_000_000.0)
    own.ahead = ahead
    assert answered(own, took=took, date=1_790_000_000.0 - took).ahead == 0.0


def test_it_is_told_once_and_forgotten_when_the_clock_is_set_right() -> None:
    told: list[float] = []
    own = Wrong()
    own.ahead = 7_200.0
    clock = ServiceClock(own, lambda: told.append(clock.ahead))
    for _ in range(3):
        clock.learn(math.floor(VirtualClock.now(own)), 0.1)
        own.advance(10)
    assert len(told) == 1
    own.ahead = 0.0
    clock.learn(math.floor(VirtualClock.now(own)), 0.1)
    assert clock.ahead == 0.0
    assert len(told) == 1
