from __future__ import annotations

import re
from dataclasses import replace

from tests.support.stage import stage
from tests.ui.instances.test_instances import contract, on
from vasttui.errors import BrokenAnswer
from vasttui.models.log import LogRequest
from vasttui.models.status import Phase
from vasttui.services.fleet.timeline import Event
from vasttui.services.log_watch import Log
from vasttui.ui.instances.log_lines import absence, has_run_since, log_title, tail_lines

NONE = Log(instance_id=7, wanted=LogRequest(), error=BrokenAnswer("No text came."), failed_at=100.0)
EMPTY = Log(instance_id=7, wanted=LogRequest(), as_of=100.0)
LATER = Event(1_060.0, "loading → running", Phase.RUNNING)


def test_a_log_that_did_not_come_tells_when_it_was_asked_for_in_a_short_title() -> None:
    assert log_title(NONE, 224.0).plain == "container log · not fetched · tried 2m04s ago"
    one = replace(EMPTY, lines=("x",))
    assert log_title(one, 224.0).plain == "container log · 1 line · fetched 2m04s ago"
    assert log_title(EMPTY, 224.0).plain == "container log · 0 lines · fetched 2m04s ago"


def test_that_it_has_run_since_is_told_where_it_was_seen() -> None:
    for log in (NONE, EMPTY):
        assert has_run_since(log, [LATER], 160.0, 1_100.0)
        assert not has_run_since(log, [LATER], 140.0, 1_140.0)
        assert not has_run_since(log, [Event(1_060.0, "stopped", Phase.STOPPED)], 160.0, 1_100.0)
    lines = Log(instance_id=7, wanted=LogRequest(), as_of=100.0, lines=("one",))
    assert not has_run_since(lines, [LATER], 160.0, 1_100.0)
    assert not has_run_since(None, [LATER], 160.0, 1_100.0)
    [said] = tail_lines(NONE, 5, "l", ran=True)
    assert said.plain == "No text came. It has run since: l fetches the log again."
    assert absence(EMPTY, "l").plain == "The log is empty."
    assert absence(EMPTY, "l", ran=True).plain.startswith("The log was empty. It has run since")


async def test_an_empty_log_keeps_its_age_and_tells_that_it_has_run() -> None:
    async with stage(instances=4, size=(140, 40)) as running:
        await running.instances()
        await on(running, "eval-b")
        await running.press("enter", "right_square_bracket")
        await running.until(lambda: "never ran" in running.text)
        assert running.text.count("never ran") == 1
        assert "container log · not fetched · tried" in running.text
        running.world.become(contract(running, "eval-b").id, "running")
        await running.until(lambda: "It has run since: l fetches" in running.text, step=1.0)
        await running.press("escape")
        await running.pause()
        assert "tried" in running.text
        assert "It has run since: l fetches the log again." in running.text
        await running.press("p")
        later = running.clock.monotonic() + 600
        await running.until(lambda: running.clock.monotonic() > later, step=30.0)
        await running.until(lambda: re.search(r"tried \d\dm", running.text), step=1.0)


async def test_the_keys_of_a_log_are_those_of_its_search_while_that_is_open() -> None:
    async with stage(instances=4) as running:
        await running.instances()
        await running.press("l")
        screen, typing = running.app.screen, ["enter", "find", "esc", "close"]
        await running.press("slash")
        assert running.text.splitlines()[-1].split() == typing
        await running.press("enter")
        assert "follow" in running.text.splitlines()[-1]
        await running.press("escape")
        assert running.app.screen is screen, "esc closes the search first"
        await running.press("slash", "escape")
        assert (running.app.screen, "back" in running.text.splitlines()[-1]) == (screen, True)
