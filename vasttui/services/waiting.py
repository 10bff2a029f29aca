"""Waiting that can be cut short."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

Wait = Callable[[asyncio.Event, float], Awaitable[None]]
"""Returns when the event is set or that many seconds have passed."""


async def wait_or_wake(wake: asyncio.Event, seconds: float) -> None:
    """The `Wait` of the running program."""
    try:
        async with asyncio.timeout(max(0.0, seconds)):
            await wake.wait()
    except TimeoutError:
        return
