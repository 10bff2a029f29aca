"""Ends long work by a signal, in order."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def until_signal(work: Coroutine[None, None, int]) -> int:
    """The exit code of this work; 128 + n if signal n ended it, which it may clean up after."""
    loop = asyncio.get_running_loop()
    task = loop.create_task(work)
    came: list[int] = []

    def end(number: int) -> None:
        came.append(number)
        task.cancel()

    for number in _ENDING:
        loop.add_signal_handler(number, end, number)
    try:
        return await task
    except asyncio.CancelledError:
        if not came:
            raise
        return 128 + came[0]
    finally:
        for number in _ENDING:
            loop.remove_signal_handler(number)
