"""The screens of timers, opened and filled in."""

from __future__ import annotations

from textual.widgets import Input

from tests.support.stage import Stage
from vasttui.models.scheduled_job import Act, JobPlan
from vasttui.ui.modals.tick_line import TickLine
from vasttui.ui.timers.dialog import TimersModal
from vasttui.ui.timers.screen import TimersScreen
from vasttui.units import DAY, HOUR


async def instances(running: Stage, label: str = "train-a") -> None:
    """Go to the instances, to the one of that label."""
    await running.instances()
    screen = running.app.get_screen("instances")
    labels = [row.instance.label for row in screen.browse.rows]  # type: ignore[attr-defined]
    await running.press("home", *["down"] * labels.index(label))


async def ask(running: Stage, label: str = "train-a") -> TimersModal:
    """The dialog of timers for that instance."""
    await instances(running, label)
    return await again(running)


async def again(running: Stage) -> TimersModal:
    await running.dialog("H")
    dialog = running.app.screen
    assert isinstance(dialog, TimersModal)
    await running.until(lambda: running.sent("scheduled_jobs"))
    await running.pause()
    return dialog


def fill(dialog: TimersModal, **texts: str) -> None:
    for key, text in texts.items():
        dialog.query_one(f"#in_{key}", Input).value = text


def tick(dialog: TimersModal, **ticks: bool) -> None:
    for key, on in ticks.items():
        dialog.query_one(f"#{key}", TickLine).ticked = on


def number(running: Stage, label: str) -> int:
    now = running.clock.now()
    return next(one.id for one in running.world.contracts.all(now) if one.label == label)


async def section(running: Stage) -> TimersScreen:
    """The list of timers, once it is read."""
    running.app.go("timers")
    screen = running.app.get_screen("timers")
    assert isinstance(screen, TimersScreen)
    await running.until(lambda: screen.snapshot.as_of is not None, step=1)
    await running.pause()
    return screen


async def have_job(running: Stage, act: Act) -> None:
    """A job of Vast.ai for train-a, tomorrow."""
    assert running.app.live is not None
    at = (running.clock.now() + DAY) // HOUR * HOUR
    plan = JobPlan(number(running, "train-a"), act, at)
    await running.app.live.api.scheduled_jobs.create(plan.fields)


async def over(running: Stage) -> None:
    """Until the dialog is closed."""
    await running.until(lambda: len(running.app.screen_stack) == 1, 90, step=1)
    await running.pause()
