"""What is counted by time is right on a computer whose clock is not."""

from __future__ import annotations

from tests.support.stage import stage
from vasttui.units import DAY, HOUR


async def instances_at(clock_ahead: float) -> tuple[list[str], str]:
    """The table of the instances, and the inbox."""
    async with stage(clock_ahead=clock_ahead) as running:
        await running.instances()
        lines = [line.rstrip() for line in running.text.splitlines()[4:10]]
        assert running.app.fleet.resumed_after is None
        said = running.text
        await running.press("exclamation_mark")
        await running.pause()
        return lines, said + running.text


async def test_ages_money_and_advice_are_those_of_the_service() -> None:
    right, quiet = await instances_at(0.0)
    assert "clock is" not in quiet
    for ahead, way in ((3 * HOUR, "ahead of"), (-3 * HOUR, "behind"), (2 * DAY, "ahead of")):
        wrong, inbox = await instances_at(ahead)
        assert wrong == right, ahead
        said = " ".join(inbox.replace("│", " ").split())
        assert f"{way} Vast.ai" in said, ahead


async def test_a_wrong_clock_is_said_at_once() -> None:
    async with stage(clock_ahead=3 * HOUR) as running:
        await running.until(lambda: "clock is 3h00m ahead of Vast.ai's" in running.text)
