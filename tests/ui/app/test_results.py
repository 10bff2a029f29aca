"""What is said, where, and for how long; failures until they are read."""

from __future__ import annotations

import pytest

from tests.support.stage import Stage, stage
from vasttui.ui.modals.results import ResultsModal
from vasttui.ui.session import Alerting

QUIET = Alerting(kinds=frozenset())


def bottom(running: Stage) -> str:
    """The line above the keys."""
    return running.text.splitlines()[-2]


async def stop_three(running: Stage) -> None:
    """Stop all marked instances that run or are on their way."""
    await running.instances()
    await running.press("g", "space", "space", "space")
    await running.dialog("L")
    await running.type("x")
    await running.press("enter")
    await running.until(lambda: "label 3 instances" in running.said, step=0.5)


async def results(running: Stage) -> ResultsModal:
    await running.dialog("exclamation_mark")
    await running.press("enter")
    await running.until(lambda: isinstance(running.app.screen, ResultsModal))
    await running.pause()
    assert isinstance(running.app.screen, ResultsModal)
    return running.app.screen


async def test_all_went_well_is_said_on_the_status_line_and_passes() -> None:
    async with stage(instances=4) as running:
        await stop_three(running)
        await running.pause()
        assert "label 3 instances: changed" in bottom(running)
        assert not running.app._notifications  # noqa: SLF001 - nothing over the table
        running.clock.advance(11)
        await running.pause(1.1)
        assert "label" not in bottom(running)
        assert not running.app.news.unread


async def test_a_failure_stays_on_every_screen_until_it_is_read() -> None:
    faults = {"manage": ["ok", "http:400", "http:400"]}
    async with stage(instances=4, faults=faults, alerting=QUIET) as running:
        await stop_three(running)
        running.clock.advance(1000)
        for screen in ("1", "2"):
            await running.press(screen)
            await running.pause(1.1)
            assert "✖ label 3 instances: 2 refused, 1 done" in bottom(running)
            assert "!" in running.text.splitlines()[0]
        shown = await results(running)
        assert "2 refused, 1 done" in str(shown.query_one("#frame").border_subtitle)
        lines = [line for line in running.text.splitlines() if "│✖" in line or "│ ✖" in line]
        assert len(lines) == 2
        await running.press("escape")
        await running.pause(1.1)
        assert "refused" not in bottom(running)


async def test_retry_asks_and_sends_only_what_was_refused() -> None:
    async with stage(instances=4, faults={"manage": ["http:400", "ok", "http:400"]}) as running:
        await stop_three(running)
        before = len(running.sent("manage"))
        await results(running)
        await running.press("r")
        await running.until(lambda: "The same request is sent again" in running.text)
        await running.press("right", "enter")
        await running.until(lambda: "label 2 instances: changed" in running.said, step=0.5)
        assert len(running.sent("manage")) == before + 2


async def test_retry_never_sends_what_may_have_been_done() -> None:
    async with stage(instances=4, faults={"reboot": ["reset", "http:400"]}) as running:
        await running.instances()
        await running.press("g", *["space"] * 4)
        await running.dialog("R")
        await running.press("right", "enter")
        await running.until(lambda: "reboot 2 instances" in running.said, 300.0, step=5.0)
        assert "1 refused, 1 unconfirmed" in running.said
        before = len(running.sent("reboot"))
        await results(running)
        assert "1 is not retried: the request may have taken effect" in running.text
        await running.press("r")
        await running.until(lambda: "The same request is sent again" in running.text)
        await running.press("right", "enter")
        await running.until(lambda: running.said.count("reboot") >= 2, 300.0, step=5.0)
        assert len(running.sent("reboot")) == before + 1


@pytest.mark.parametrize("size", [(140, 40), (80, 24)])
async def test_a_dialog_that_covers_the_status_line_says_it_too(size: tuple[int, int]) -> None:
    async with stage(instances=4, size=size, alerting=QUIET) as running:
        await running.instances()
        await running.dialog("question_mark")
        running.app.notify("Something happened.", markup=False)
        await running.pause()
        assert "Something happened." in running.text
        running.clock.advance(1000)
        await running.press("escape")
        await running.pause()
        assert "Something happened." in bottom(running)


async def test_what_was_said_can_be_read_again() -> None:
    async with stage(instances=4) as running:
        running.app.notify("One thing.", markup=False)
        running.app.notify("Another.", title="About", markup=False)
        await running.app.run_action("app.messages")
        await running.until(lambda: "Messages" in running.text)
        lines = [line for line in running.text.splitlines() if "thing." in line or "About" in line]
        assert "About: Another." in lines[0]
        assert "One thing." in lines[1]
