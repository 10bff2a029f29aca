"""A year of charges in the running program: how long each event holds the event loop."""

from __future__ import annotations

import asyncio
import gc
import tempfile
from pathlib import Path

from tests.bench.charges import DAYS, INSTANCES, a_year
from tests.bench.held import HeldLoop, watched
from tests.support.stage import Stage, stage
from vasttui.lists.charge_grouping import Grouping
from vasttui.lists.day_range import DayRange
from vasttui.models.billing import day_of
from vasttui.store.charge_days import ChargeDays
from vasttui.ui.billing.charges import ChargesScreen

_EVENTS = {
    "#": ["#"] * len(Grouping),
    "cursor": ["down"] * 5,
    "tab of details": ["right_square_bracket"] * 3,
    "filter": [*"kind:inst", *["backspace"] * 9],
    "range": ["escape", "-", "+"],
}
OPENED, READ_AGAIN = "opened", "a day read again"


def seconds(days: int = DAYS) -> dict[str, tuple[float, float]]:
    """By event: seconds of the longest callback of the loop, and of the processor in all."""
    with (
        tempfile.TemporaryDirectory() as folder,
        watched(HeldLoop.held),
        asyncio.Runner(loop_factory=HeldLoop) as runner,
    ):
        return runner.run(_played(Path(folder) / "charges.db", days))


async def _played(file: Path, days: int) -> dict[str, tuple[float, float]]:
    held, found = HeldLoop.held, {}
    async with stage(
        charges_file=file, instances=INSTANCES, limits=True, every_frame=True
    ) as running:
        screen = await _one_day(running, file)
        held.take()
        screen.choose_range(DayRange(days))
        await running.pause(0.05)
        assert len(screen.added.view.days) >= days - 2, (
            "the year is drawn before a day is asked for"
        )
        found[OPENED] = held.take()
        each = []
        while screen.feed.snapshot.busy or screen.adding:
            running.clock.skip(0.1)
            await running.pause(0.05)
            each.append(held.take())
        found[READ_AGAIN] = max(each)
        for name, keys in _EVENTS.items():
            if name == "filter":
                await running.press("slash")
                held.take()
            each = []
            for key in keys:
                await running.press(key)
                each.append(held.take())
            found[name] = max(each)
    return found


async def _one_day(running: Stage, file: Path) -> ChargesScreen:
    """The screen with the newest day alone, while there is a year on the disk."""
    app = running.app
    await running.until(lambda: app.fleet.account is not None, step=0.5)
    assert app.fleet.account is not None
    ids = [row.id for row in app.fleet.rows]
    owner = f"{app.session.address} {app.fleet.account.id}"
    today = day_of(running.clock.now())
    ChargeDays(file).save(owner, a_year(today, ids)[:-3])
    screen = app.get_screen("charges")
    assert isinstance(screen, ChargesScreen)
    screen.range = DayRange(1)
    app.go("charges")
    await running.until(lambda: screen.browse.rows, step=0.5)
    await running.pause(1.0)
    gc.collect()
    await running.pause()
    return screen
