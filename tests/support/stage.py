"""The whole program on the simulator, without a terminal, with time standing still."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from msgspec import structs
from textual.events import Paste

from tests.support.pilot import QuickPilot, drawn, playing
from vasttui.api.line import open_line
from vasttui.api.market_client import MarketClient
from vasttui.clock import ServiceClock, VirtualClock
from vasttui.models.money import Usage
from vasttui.models.search import SearchOptions
from vasttui.services.system.clipboard import Clipboard
from vasttui.simulator.inprocess import SimulatorTransport
from vasttui.simulator.world import World, WorldConfig
from vasttui.state.phase_memory import PhaseFile
from vasttui.state.preferences import PreferenceStore
from vasttui.state.reminders import Reminders
from vasttui.state.rent_memory import RentMemory
from vasttui.state.views import ViewStore
from vasttui.ui.app.app import VasttuiApp
from vasttui.ui.session import Session

KEY = "0123456789abcdef" * 4

_LONGEST_SKIP = 2.5
MARKET = 240
"""The number of offers."""


class StillClock(VirtualClock):
    """Time moves only by `advance`; longer sleeps last until then."""

    def __init__(self) -> None:
        super().__init__()
        self._moved = asyncio.Event()
        self._sleepers: list[float] = []

    def advance(self, seconds: float) -> None:
        super().advance(seconds)
        self._moved.set()
        self._moved = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        due = self.monotonic() + seconds
        self._sleepers.append(due)
        try:
            while self.monotonic() < due:
                await self._moved.wait()
        finally:
            self._sleepers.remove(due)

    def skip(self, least: float) -> None:
        """Advance by `least`, or to the next timer, within reason."""
        now = self.monotonic()
        wake = min(self._sleepers, default=now)
        self.advance(max(least, min(wake - now, _LONGEST_SKIP)))


class Computer:
    """The clock of a computer on which it is later, by so many seconds, than at the service."""

    def __init__(self, clock: StillClock, ahead: float) -> None:
        self._clock, self._ahead = clock, ahead
        self.monotonic, self.sleep = clock.monotonic, clock.sleep

    def now(self) -> float:
        return self._clock.now() + self._ahead


class Stage:
    """The program and the world it talks to."""

    def __init__(self, pilot: QuickPilot, world: World, clock: StillClock) -> None:
        assert isinstance(pilot.app, VasttuiApp)
        self.pilot = pilot
        self.app = pilot.app
        self.world = world
        self.clock = clock

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, each when the one before has had its effect."""
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        """Type into the focused widget."""
        await self.burst(*text)

    async def burst(self, *events: str | Paste) -> None:
        """Press keys, and paste, all at once, as a slow link delivers them."""
        self.pilot.send(*events)
        await self.pilot.pause()

    async def pause(self, seconds: float | None = None) -> None:
        """Wait until there is nothing to do, or for that many seconds of the event loop."""
        await self.pilot.pause(seconds)

    async def until(
        self, ready: Callable[[], object], seconds: float = 10.0, *, step: float = 0.1
    ) -> None:
        """Let time pass until a condition holds, for that many seconds of the loop at most.

        The clock goes on by `step` seconds for each moment that passes on the loop.
        """
        time = asyncio.get_running_loop().time
        end = time() + seconds
        while not ready():
            assert time() < end, f"it never came; the screen was:\n{self.text}"
            await self.pilot.pause()
            self.clock.skip(step)

    async def dialog(self, key: str) -> None:
        """Press a key that opens a dialog, which must take the keys that follow."""
        await self.press(key)
        await self.until(lambda: len(self.app.screen_stack) > 1)
        await self.pilot.pause()
        assert self.app.focused is not None or not self.app.screen.focus_chain

    async def settle(self, seconds: float = 10.0) -> None:
        """Wait until the last search is done."""
        await self.until(self._is_settled, seconds)
        await self.pilot.pause()

    def _is_settled(self) -> bool:
        state = self.app.market
        if state is None or state.busy or self.app.live is None:
            return False
        return state.as_of is not None or state.error is not None

    async def instances(self) -> None:
        """Go to the instances and wait until they, the account and the charges are loaded."""
        await self.press("2")
        await self.until(
            lambda: self.app.fleet.account is not None and self.sent("charges"), step=0.5
        )
        await self.poll()

    async def poll(self) -> None:
        """Wait for a reading that starts after now."""
        number = self.app.fleet.number + 2
        await self.until(lambda: self.app.fleet.number >= number, step=0.5)
        await self.pilot.pause()

    @property
    def said(self) -> str:
        """All that was said, a line each: on the status line, then over everything."""
        toasts = self.app._notifications  # noqa: SLF001
        lines = [one.text for one in self.app.news.recent]
        return "\n".join([*lines, *(f"{one.title}: {one.message}" for one in toasts)])

    def sent(self, operation: str) -> list[str]:
        """The bodies of the requests of one operation that reached the world."""
        return [one.body for one in self.world.ledger.requests if one.operation == operation]

    @property
    def text(self) -> str:
        """The screen, line by line."""
        return "\n".join(line.text.rstrip() for line in drawn(self.app))


@asynccontextmanager
async def stage(
    *,
    size: tuple[int, int] = (120, 36),
    query: str = "",
    theme: str = "vasttui-dark",
    offers: int | None = None,
    instances: int = 4,
    volumes: int = 0,
    faults: Mapping[str, Sequence[str]] | None = None,
    ready: bool = True,
    key: str | None = KEY,
    clock_ahead: float = 0.0,
    account: Mapping[str, Any] | None = None,
    limits: bool | None = None,
    every_frame: bool | list[str] = False,
    started: bool = True,
    **changes: object,
) -> AsyncIterator[Stage]:
    """The running program; with `ready` its first search is done. `account` is as in WorldConfig;
    with `limits` the documented rates are kept. If not `started`, it has no screen."""
    clock = StillClock()
    own = ServiceClock(Computer(clock, clock_ahead))
    offers = MARKET if offers is None else offers
    config = WorldConfig(offers=offers, instances=instances, volumes=volumes, seed=1)
    simulated = World(replace(config, **(account or {})), clock)
    for operation, planned in (faults or {}).items():
        simulated.plan(operation, planned)
    session = Session(
        connect=lambda: MarketClient(open_line(
            "http://127.0.0.1:1", key, clock=own, rng=random.Random(1),
            transport=SimulatorTransport(simulated), documented_limits=limits,
        )),
        sign_in=None,
        clock=own,
        rng=random.Random(1),
        clipboard=Clipboard({}, which=lambda name: None),
        preferences=PreferenceStore(None, lambda job: job()),
        views=ViewStore(None, lambda job: job()),
        journal_file=None,
        phases=PhaseFile(None, lambda job: job()),
        reminders=Reminders(None, lambda job: job()),
        rent_memory=RentMemory(None, lambda job: job()),
        address="https://console.vast.ai",
        place="the simulator",
        key_source="VAST_API_KEY" if key else None,
        demo=True,
        query=query,
        theme=theme,
        choice=SearchOptions(usage=Usage(60, 50, 5, 8)),
        searches_per_minute=600,
    )  # fmt: skip
    app = VasttuiApp(structs.replace(session, **changes))
    if not started:
        yield Stage(QuickPilot(app), simulated, clock)
        return
    async with playing(app, size=size, notifications=True, every_frame=every_frame) as pilot:
        running = Stage(pilot, simulated, clock)
        if ready:
            await running.settle()
        yield running
