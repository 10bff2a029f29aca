"""A service that is down is left alone and probed now and then."""

from __future__ import annotations

import pytest

from vasttui.api.breaker import Breaker
from vasttui.clock import VirtualClock
from vasttui.errors import BrokenAnswer, HeldBack

DOWN = BrokenAnswer("Vast.ai is having problems (HTTP 503).")


def passes(breaker: Breaker) -> bool:
    try:
        breaker.enter()
    except HeldBack:
        return False
    return True


def opened(clock: VirtualClock) -> Breaker:
    breaker = Breaker(clock)
    for _ in range(5):
        breaker.enter()
        breaker.failed(DOWN)
    return breaker


def test_it_opens_after_five_failures_in_a_row() -> None:
    breaker = Breaker(VirtualClock())
    for _ in range(4):
        breaker.failed(DOWN)
    breaker.succeeded()
    for _ in range(4):
        breaker.failed(DOWN)
    assert passes(breaker)
    breaker.failed(DOWN)
    assert breaker.is_open
    assert not passes(breaker)


def test_while_open_it_tells_why_and_when_it_looks_again() -> None:
    breaker = opened(VirtualClock())
    with pytest.raises(HeldBack) as caught:
        breaker.enter()
    assert caught.value.sentence == str(DOWN)
    assert caught.value.seconds == 15.0


def test_probes_come_after_15_30_60_and_then_every_120_seconds() -> None:
    clock = VirtualClock()
    breaker = opened(clock)
    for pause in (15, 30, 60, 120, 120):
        clock.advance(pause - 1)
        assert not passes(breaker)
        clock.advance(1)
        assert passes(breaker)
        assert not passes(breaker)  # one probe at a time
        breaker.failed(DOWN)


def test_failures_of_requests_still_on_their_way_do_not_lengthen_the_pause() -> None:
    clock = VirtualClock()
    breaker = opened(clock)
    for _ in range(3):
        breaker.failed(DOWN)
    clock.advance(15)
    assert passes(breaker)


def test_one_good_probe_closes_it_and_forgets_the_past() -> None:
    clock = VirtualClock()
    breaker = opened(clock)
    clock.advance(15)
    breaker.enter()
    breaker.succeeded()
    assert not breaker.is_open
    assert passes(breaker)
    assert passes(breaker)
    for _ in range(5):
        breaker.failed(DOWN)
    clock.advance(15)
    assert passes(breaker)


def test_the_user_may_look_at_any_time() -> None:
    breaker = opened(VirtualClock())
    breaker.force()
    assert passes(breaker)
    assert not passes(breaker)


def test_forcing_a_closed_one_changes_nothing() -> None:
    breaker = Breaker(VirtualClock())
    breaker.force()
    assert not breaker.is_open
