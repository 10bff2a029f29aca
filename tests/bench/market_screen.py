"""The market by model in the running program: what it takes to open it, and how long each event
holds the event loop."""

from __future__ import annotations

import asyncio
import gc
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.bench.held import HeldLoop, watched
from tests.bench.market import offers
from tests.bench.prices import record
from tests.support.stage import stage
from vasttui.clock import VirtualClock
from vasttui.models.money import Usage
from vasttui.models.search import SearchOptions
from vasttui.store.memory_file import MemoryFile
from vasttui.ui.market.screen import MarketScreen
from vasttui.units import DAY

OFFERS, DAYS, REMEMBERED = 20_000, 365, 1_000
"""The offers on the market; days of prices, and offers seen on each."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Seconds of the processor until the first rows and until all is known, and the longest
    callback of the loop."""

    first: float
    whole: float
    longest: float


def opening(count: int = OFFERS, days: int = DAYS) -> Opening:
    """Open it with so many offers fetched, and prices of so many days."""
    with (
        tempfile.TemporaryDirectory() as folder,
        watched(HeldLoop.held),
        asyncio.Runner(loop_factory=HeldLoop) as runner,
    ):
        return runner.run(_opened(_remembered(Path(folder) / "memory.sqlite3", days), count))


def _remembered(path: Path, days: int) -> Path:
    """A memory with prices of so many days before the program begins."""
    file, today = MemoryFile(path, time.time), int(VirtualClock().now() // DAY)
    rows = offers(REMEMBERED) if days else []
    for day in range(today - days, today):
        record(file, day, rows)
    file.close()
    return path


async def _opened(memory: Path, count: int) -> Opening:
    held, choice = HeldLoop.held, SearchOptions(trust="any", usage=Usage(60, 50, 5, 8))
    async with stage(
        offers=count, account={"search_cap": count + 1}, memory_file=memory, choice=choice,
        every_frame=True,
    ) as running:  # fmt: skip
        screen = running.app.get_screen("market")
        assert isinstance(screen, MarketScreen)
        assert running.app.live is not None
        prices = running.app.live.prices
        await running.until(lambda: prices.recorded("RTX 4090", choice.rental))
        gc.collect()
        gc.disable()
        held.take()
        running.app.go("market")
        await running.until(lambda: screen.is_running and screen.browse.rows)
        longest, first = held.take()
        book = screen.overview.book
        await running.until(lambda: not book.to_work_out)
        await running.pause(1.0)
        longest_after, rest = held.take()
        gc.enable()
    return Opening(first, first + rest, max(longest, longest_after))
