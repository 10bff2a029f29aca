"""What came of a job is told once, also where it is read while its job is taken back."""

from __future__ import annotations

import asyncio

from tests.support.timers import AT_16, bench, stop_at_16
from vasttui.services.fleet.alerts import Alert


async def test_news_of_a_job_that_is_being_taken_back_are_told_once() -> None:
    made = await bench()
    assert (await made.timers.book.set(stop_at_16(made.instance()), "train-a")).is_good
    made.clock.advance(AT_16 + 90 - made.clock.now())
    await made.timers.book.read()
    told: list[Alert] = []

    async def look() -> None:
        for _ in range(3):
            told.extend(await made.see(seconds=5))

    await asyncio.gather(made.timers.step(), look())
    told += await made.see(seconds=60)
    assert [one.text.partition(" by ")[0] for one in told] == ["Stopped at 16:00:14"]
    assert [one.over for one in made.timers.book.mine] == [True]
