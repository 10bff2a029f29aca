"""A wait ends with its event or with its time."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.virtual_time import in_virtual_time
from vasttui.clock import Clock, ServiceClock, SystemClock, VirtualClock
from vasttui.services.waiting import waiting_on


class ByLoop(VirtualClock):
    """A clock of its own, whose sleep takes the time of the loop."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


CLOCKS = [SystemClock(), ServiceClock(SystemClock()), ByLoop()]


@pytest.mark.parametrize("clock", CLOCKS)
@in_virtual_time
async def test_it_ends_when_the_time_is_over(clock: Clock) -> None:
    loop, event = asyncio.get_running_loop(), asyncio.Event()
    began = loop.time()
    await waiting_on(clock)(event, 7.0)
    assert 7.0 <= loop.time() - began < 7.1
    await waiting_on(clock)(event, -1.0)
    assert loop.time() - began < 7.1


@pytest.mark.parametrize("clock", CLOCKS)
@in_virtual_time
async def test_an_event_ends_it(clock: Clock) -> None:
    loop, event = asyncio.get_running_loop(), asyncio.Event()
    began = loop.time()
    loop.call_later(2.0, event.set)
    await waiting_on(clock)(event, 3600.0)
    assert 2.0 <= loop.time() - began < 2.1
    await waiting_on(clock)(event, 3600.0)
    assert loop.time() - began < 2.1


@pytest.mark.parametrize("clock", CLOCKS)
@in_virtual_time
async def test_it_can_be_cancelled(clock: Clock) -> None:
    waits = asyncio.ensure_future(waiting_on(clock)(asyncio.Event(), 3600.0))
    await asyncio.sleep(0)
    waits.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waits
