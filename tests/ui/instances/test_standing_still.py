"""A list of which all is new stands still between two readings; what counts seconds goes on."""

from __future__ import annotations

import re
from unittest.mock import patch

from tests.support.stage import Stage, stage
from vasttui.ui.lists.clock import ListClock

SETTLED = 60
"""Seconds until nothing that began at the start is under way."""


async def seconds(running: Stage, count: int) -> list[str]:
    """The screen at each of them."""
    shown = []
    for _ in range(count):
        running.clock.advance(1.0)
        await running.pause(1.0)
        shown.append(running.text)
    return shown


def ages(screens: list[str]) -> list[str]:
    return [screen.splitlines()[0].rsplit(" ", 2)[-1] for screen in screens]


async def test_nothing_is_worked_out_but_what_a_reading_brings() -> None:
    async with stage(instances=1) as running:
        await running.instances()
        await seconds(running, SETTLED)
        with patch.object(ListClock, "show_status", autospec=True) as status:
            screens = await seconds(running, 60)
        assert 12 <= status.call_count <= 14
        assert set(ages(screens)) == {"<9s"}


async def test_the_age_is_told_from_the_first_second_that_a_reading_is_late() -> None:
    async with stage(instances=1, faults={"instances": ["ok"] * 9 + ["stall"]}) as running:
        await running.instances()
        told = []
        for _ in range(60):
            [age] = ages(await seconds(running, 1))
            as_of = running.app.fleet.as_of
            assert as_of is not None
            told.append((int(running.clock.monotonic() - as_of), age))
        assert [age for old, age in told if age != ("<9s" if old < 8 else f"{old}s")] == []
        assert (12, "12s") in told


async def test_a_pause_and_a_failure_tell_the_age_at_once() -> None:
    async with stage(instances=1) as running:
        await running.instances()
        await seconds(running, SETTLED)
        await running.press("p")
        first, *rest = (int(age.removesuffix("s")) for age in ages(await seconds(running, 4)))
        assert first < 8
        assert rest == [first + 1, first + 2, first + 3]
        await running.press("p")
        await running.poll()
        running.world.plan("instances", ["http:400"] * 30)
        await running.press("r")
        await running.until(lambda: "✖ retrying" in running.text)
        first, second = (int(age.removesuffix("s")) for age in ages(await seconds(running, 2)))
        assert (second - first, second < 8) == (1, True)


async def test_the_clock_of_a_state_goes_on_in_seconds_for_its_first_minute() -> None:
    async with stage(instances=1) as running:
        await running.instances()
        await seconds(running, SETTLED)
        running.world.become(running.app.fleet.rows[0].id, "rebooting")
        await running.until(lambda: "rebooting" in running.text, step=0.5)
        found = [re.findall(r"rebooting (\d+)s", text) for text in await seconds(running, 6)]
        first = int(found[0][0])
        assert found == [[str(first + later)] * 2 for later in range(6)], "the row, the details"


async def test_what_was_said_goes_when_its_time_is_over() -> None:
    async with stage(instances=1) as running:
        await running.instances()
        await seconds(running, SETTLED)
        said = running.clock.monotonic()
        running.app.notify("Hello.")
        await running.pause()
        stood = []
        for _ in range(16):
            [screen] = await seconds(running, 1)
            stood.append((running.clock.monotonic() - said, "Hello." in screen))
        assert [one for one in stood if one[1] != (one[0] < 10)] == []
