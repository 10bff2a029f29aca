"""A rental with a stop: what becomes of it if the stop, the rental or vasttui ends."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Button, Input

from tests.support.stage import Stage, stage
from vasttui.services.renting.rental import RentState, RentStep
from vasttui.ui.app.exit_summary import exit_summary, unfinished

AT_16 = 1_790_006_400.0
"""16:00 UTC; it is 14:13 at the start."""


@asynccontextmanager
async def asked(stop: str = "16:00", **changes: Any) -> AsyncIterator[Stage]:
    """The rent dialog with that stop, available."""
    async with stage(instances=1, **changes) as running:
        await running.until(lambda: running.app.fleet.account is not None)
        await running.dialog("n")
        running.app.screen.query_one("#in_stop_at", Input).value = stop
        await running.until(lambda: "available ✓" in running.text)
        yield running


def found(running: Stage, ask: int = 7) -> RentState:
    """A rental whose instance was just found."""
    return RentState(
        intent=1, ask=ask, name="train-z", step=RentStep.STARTING, sentence="", instance_id=4711,
        opened_at=running.clock.now(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("http:400", "Vast.ai did not take it: "),
        ("http:403", "Vast.ai did not take it: "),
        ("reset", "but no such job for "),
        ("http:500", "but no such job for "),
    ],
)
async def test_a_stop_that_cannot_be_set_is_said_with_the_key_that_sets_another(
    fault: str, words: str
) -> None:
    async with asked() as running:
        running.world.plan("schedule_job", [fault])
        await running.press("tab", "enter")
        await running.until(lambda: words in running.said, 90, step=1)
        assert "H sets another." in running.said
        assert "As sent." not in running.said
        assert len(running.sent("schedule_job")) == 1
        assert len(running.sent("rent")) == 1
        assert "stop 16:00" not in running.text
        assert running.app.live is not None
        assert not running.app.live.stops_to_set


async def test_quitting_before_the_instance_is_found_says_that_no_stop_will_be_set(
    tmp_path: Path,
) -> None:
    path = tmp_path / "journal.sqlite3"
    async with asked(journal_file=path) as running:
        running.world.plan("rent", ["late_commit:20"])
        running.app.screen.query_one("#in_remind", Input).value = "8"
        await running.press("tab", "enter")
        await running.until(
            lambda: any(one.step is RentStep.LOOKING for one in running.app.renting.values())
        )
        said = exit_summary(running.app)
        assert "Its stop by Vast.ai is not set, and will not be: set it then." in said
        assert "Its reminder is not set, and will not be: set it then." in said
        assert any(one.startswith("Renting ") for one in unfinished(running.app))
        assert running.sent("schedule_job") == []
        await running.until(lambda: running.app.session.reminders.all, 60, step=1)
        assert "Its reminder is not set" not in exit_summary(running.app)


async def test_quitting_before_the_stop_is_read_back_says_so() -> None:
    async with asked() as running:
        await running.press("tab", "enter")
        await running.until(lambda: running.sent("schedule_job"), 60, step=0.1)
        said = "\n".join(unfinished(running.app))
        assert "a job was sent to Vast.ai, and not read back yet" in said
        assert "Its stop by Vast.ai is not set" not in exit_summary(running.app)
        await running.until(lambda: "As sent." in running.said, 60, step=1)
        assert "a job was sent" not in "\n".join(unfinished(running.app))


async def test_a_rental_that_is_found_too_late_for_its_stop_sets_none() -> None:
    async with stage(instances=1) as running:
        live = running.app.live
        assert live is not None
        live.stops_to_set[7] = AT_16
        running.clock.advance(AT_16 - running.clock.now() + 60.0)
        running.app.rentals.arrived(found(running))
        await running.pause()
        assert "train-z: No stop is set: 16:00 is over. H sets another." in running.said
        assert running.sent("schedule_job") == []


async def test_the_stop_of_an_attempt_that_was_refused_is_not_that_of_the_next() -> None:
    async with asked() as running:
        running.world.plan("rent", ["http:403"])
        button = running.app.screen.query_one("#rent", Button)
        await running.press("tab", "enter")
        await running.until(lambda: running.sent("rent") and not button.disabled)
        running.app.screen.query_one("#in_stop_at", Input).value = ""
        running.app.screen.set_focus(button)
        await running.press("enter")
        await running.until(lambda: len(running.sent("rent")) == 2)
        await running.until(lambda: running.app.newest_instance is not None, 60, step=1)
        await running.pause(1.0)
        assert running.sent("schedule_job") == []
        assert json.loads(running.sent("rent")[1])["image"]
