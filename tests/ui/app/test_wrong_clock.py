"""What is counted by time is right on a computer whose clock is not."""

from __future__ import annotations

import pytest

from tests.support.stage import stage
from vasttui.units import DAY, HOUR


async def instances_at(clock_ahead: float) -> tuple[list[str], str]:
    """The table of the instances, and the inbox."""
    async with stage(clock_ahead=clock_ahead) as running:
        await running.instances()
        lines = [line.rstrip() for line in running.text.splitlines()[4:10]]
        assert running.app.fleet.resumed_after is None
        await running.press("exclamation_mark")
        await running.pause()
        return lines, running.text


@pytest.mark.parametrize("ahead", [3 * HOUR, -3 * HOUR, 2 * DAY])
async def test_ages_money_and_advice_are_those_of_the_service(ahead: float) -> None:
    right, quiet = await instances_at(0.0)
    wrong, inbox = await instances_at(ahead)
    assert wrong == right
    assert "clock is" not in quiet
    said = " ".join(inbox.replace("│", " ").split())
    way = "ahead of" if ahead > 0 else "behind"
    assert f"{way} Vast.ai" in said


async def test_a_wrong_clock_is_said_at_once() -> None:
    async with stage(clock_ahead=3 * HOUR) as running:
        await running.until(lambda: "clock is 3h00m ahead of Vast.ai's" in running.text)
    async with stage() as running:
        assert "clock is" not in running.text
