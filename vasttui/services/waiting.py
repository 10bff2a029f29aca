"""Waits that an event ends early."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from vasttui.clock import Clock, ServiceClock, SystemClock

Wait = Callable[[asyncio.Event, float], Awaitable[None]]
"""Returns when the event is set or the seconds have passed."""


def waiting_on(clock: Clock) -> Wait:
    """The `Wait` that uses a clock."""
    own = clock.own if isinstance(clock, ServiceClock) else clock
    if isinstance(own, SystemClock):  # whose seconds are those of the event loop
        return _wait

    async def wait(wake: asyncio.Event, seconds: float) -> None:
        if wake.is_set():
            return
        both = [
            asyncio.ensure_future(wake.wait()),
            asyncio.ensure_future(clock.sleep(max(0.0, seconds))),
        ]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in both:
                one.cancel()

    return wait


async def _wait(wake: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(max(0.0, seconds)):
            await wake.wait()
