"""Presses keys and looks on, in virtual time: see `tests.support.virtual_time`."""

from __future__ import annotations

import asyncio
import time as real_time
import unicodedata
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from typing import Any
from unittest.mock import patch
from weakref import WeakKeyDictionary

from textual import _time, events
from textual._compositor import Compositor
from textual.app import App
from textual.driver import Driver
from textual.drivers.headless_driver import HeadlessDriver
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.pilot import Pilot
from textual.screen import Screen
from textual.strip import Strip

from tests.support.virtual_time import VirtualLoop
from vasttui.ui.terminal.frames import shortened

_MOMENT = 0.05
"""Seconds between two keys; the screen is drawn every 1/120 s."""

_seen: WeakKeyDictionary[App[Any], tuple[float, Screen[Any], list[Strip]]] = WeakKeyDictionary()
"""What somebody looked at last, and when."""


class QuickPilot(Pilot[None]):
    """Waits until the program has nothing to do, and never for the processor.

    In virtual time a moment is over when all queues are empty and all that was due is done.
    """

    async def press(self, *keys: str) -> None:
        for name in keys:
            self.send(name)
            await self.pause()

    def send(self, *keys: str | events.Paste) -> None:
        """Send keys and pastes without waiting for what they do."""
        driver = self.app._driver  # noqa: SLF001
        assert driver is not None
        for one in keys:
            driver.process_message(_key(one) if isinstance(one, str) else one)

    async def pause(self, delay: float | None = None) -> None:
        await asyncio.sleep(_MOMENT if delay is None else delay)
        await self.app.animator.wait_until_complete()


def _key(name: str) -> events.Key:
    """What a driver makes of a key: "a", "?", "question_mark" or "ctrl+s"."""
    key = _character_to_key(name) if len(name) == 1 and not name.isalnum() else name
    character: str | None
    try:
        character = unicodedata.lookup(_get_unicode_name_from_key(REPLACED_KEYS.get(key, key)))
    except KeyError:
        character = key if len(key) == 1 else None
    return events.Key(key, character)


@asynccontextmanager
async def playing(
    app: App[Any],
    *,
    size: tuple[int, int] = (80, 24),
    notifications: bool = False,
    every_frame: bool | list[str] = False,
) -> AsyncIterator[QuickPilot]:
    """The program, started, without a terminal.

    What is on the screen is drawn when somebody looks, or else at the end; with `every_frame` as
    often as for a terminal, which takes a quarter of the time of most tests. Where that is a list,
    what a terminal would be sent is added to it.
    """
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop), "screens are tested in virtual time"
    with ExitStack() as patches:
        patches.enter_context(patch.object(_time, "get_time", loop.time))
        sent = every_frame if isinstance(every_frame, list) else None
        if every_frame is False:
            patches.enter_context(patch.object(Compositor, "render_update", _not_yet))
        if sent is not None:
            app.driver_class = _recorder(sent)
        async with app.run_test(headless=sent is None, size=size, notifications=notifications):
            pilot = QuickPilot(app)
            await pilot.pause()
            yield pilot
            if app not in _seen:
                drawn(app)
        await _ended(loop)


def _recorder(sent: list[str]) -> type[Driver]:
    """A driver of a terminal that takes down what it is sent."""

    class Recorder(HeadlessDriver):
        is_headless = False

        def write(self, data: str) -> None:
            sent.append(shortened(data))

    return Recorder


def _not_yet(compositor: Compositor, **_: object) -> None:
    compositor._dirty_regions.clear()  # noqa: SLF001


async def _ended(loop: VirtualLoop) -> None:
    """Wait until what was cancelled has ended: killed programs die in real time, and one that is
    not waited for would be told of in a later test."""
    for _ in range(1000):
        gone = loop.close_programs()
        if gone and not any(task.cancelling() for task in asyncio.all_tasks()):
            return
        real_time.sleep(0.005)  # noqa: ASYNC251 - nothing else is to run meanwhile
        await asyncio.sleep(0)


def drawn(app: App[Any]) -> list[Strip]:
    """The lines of the screen in front: drawn once in a moment, in which nothing else runs."""
    now = asyncio.get_running_loop().time()
    when, screen, strips = _seen.get(app, (-1.0, None, []))
    if when != now or screen is not app.screen:
        strips = app.screen._compositor.render_strips()  # noqa: SLF001
        _seen[app] = now, app.screen, strips
    return strips
