"""How long the loop of the screen is held while 20,000 offers arrive and are shown: in the demo,
whose market works in the same process, and over TCP."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

from msgspec.structs import replace

from tests.bench.slices import Gaps
from vasttui.api.line import open_line
from vasttui.api.market_client import MarketClient
from vasttui.clock import ServiceClock, SystemClock
from vasttui.dashboard import Run, demo_session
from vasttui.logs import Redactor
from vasttui.run import Loop
from vasttui.simulator.inprocess import SimulatorTransport
from vasttui.simulator.world import World, WorldConfig
from vasttui.startup import hold_garbage, take_short_turns
from vasttui.state.json_file import Writer
from vasttui.ui.app.app import VasttuiApp
from vasttui.ui.session import Session

_MORE = 6.0
"""Seconds that are watched after the last offer, while prices are remembered."""


def in_demo(offers: int, *, beside: bool = True) -> list[float]:
    """Seconds of every iteration of the loop in the demo; not `beside` it: the market works on the
    loop too."""
    world = {"offers": offers, "search_cap": offers + 1}

    def change(session: Session) -> Session:
        if beside:
            return session
        made = World(WorldConfig(offers=offers, search_cap=offers + 1), session.clock)
        return replace(session, connect=lambda: _market(session, SimulatorTransport(made)))

    return _watched(world, change)


def over_tcp(address: str) -> list[float]:
    """The same with the market at this address."""
    return _watched({"offers": 0}, lambda session: replace(
        session, past_offers=None, connect=lambda: _market(session, None, address)
    ))  # fmt: skip


def _market(
    session: Session, transport: SimulatorTransport | None, address: str = "http://127.0.0.1:1"
) -> MarketClient:
    line = open_line(address, "0" * 64, clock=session.clock, rng=session.rng, transport=transport)
    market = MarketClient(line)
    market.prepare(None)
    return market


def _watched(world: dict[str, int], change: Callable[[Session], Session]) -> list[float]:
    run = Run(
        clock=ServiceClock(SystemClock()), rng=random.Random(1), writer=Writer(),
        redact=Redactor(), read_only=False, query="",
    )  # fmt: skip
    hold_garbage()
    take_short_turns()
    with asyncio.Runner(loop_factory=Loop) as runner, run.ends:
        return runner.run(_pauses(VasttuiApp(change(demo_session(run, world)))))


async def _pauses(app: VasttuiApp) -> list[float]:
    running = asyncio.create_task(app.run_async(headless=True, size=(140, 36)))
    while app.live is None:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    gaps = Gaps()
    watching = asyncio.create_task(gaps.run())
    while app.market.as_of is None or app.market.busy:  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    await asyncio.sleep(_MORE)
    watching.cancel()
    app.exit()
    await running
    return gaps.seen
