"""Actions on several instances: what waits for its turn is in the journal."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.support.fake_actions import Answer, bench, running, stopped
from vasttui.services.actions.kinds import DESTROY, REBOOT, RECYCLE, START, STOP, Action
from vasttui.services.actions.left_behind import QUEUED
from vasttui.services.actions.state import Step
from vasttui.store.intent import SENT

ACTIONS = [START, STOP, REBOOT, RECYCLE, DESTROY]


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.what)
async def test_what_waits_for_its_turn_when_the_program_ends_is_told_at_the_next_start(
    action: Action, tmp_path: Path
) -> None:
    path = tmp_path / "journal.sqlite3"
    instance = stopped if action is START else running
    first = bench(*(instance(number) for number in (1, 2, 3)), path=path)
    first.service.gate = asyncio.Event()
    work = asyncio.ensure_future(first.runner.run(action, first.rows(1, 2, 3)))
    await first.clock.quiet()
    written = [(one.kind, one.target, one.state) for one in await first.journal.unfinished()]
    assert sorted(written) == [
        (action.what, "1", SENT), (action.what, "2", QUEUED), (action.what, "3", QUEUED)
    ]  # fmt: skip
    await first.runner.aclose()
    first.journal.finish()
    assert work.cancelled()
    assert [one.instance_id for one in first.service.sent] == [1]

    second = bench(*(instance(number) for number in (1, 2, 3)), path=path)
    states = await second.finish(second.runner.recover())
    told = {state.instance_id: (state.step, state.sentence) for state in states}
    assert told[1][0] is Step.UNKNOWN
    assert told[2] == told[3] == (Step.REFUSED, "not sent: vasttui ended before its turn came")
    assert second.service.sent == []
    assert await second.journal.unfinished() == []
    second.journal.finish()


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.what)
async def test_several_leave_nothing_in_the_journal_once_they_are_done(action: Action) -> None:
    instance = stopped if action is START else running
    stage = bench(instance(1), instance(2))
    states = await stage.finish(stage.runner.run(action, stage.rows(1, 2)))
    assert [state.step for state in states] == [Step.DONE, Step.DONE]
    assert await stage.journal.unfinished() == []


@pytest.mark.parametrize("action", [STOP, DESTROY], ids=lambda action: action.what)
async def test_one_that_waits_in_a_queue_can_be_asked_for_again_at_once(action: Action) -> None:
    stage = bench(running(1), running(2))
    stage.service.answers = [Answer(seconds=5.0)]
    both = asyncio.ensure_future(stage.runner.run(action, stage.rows(1, 2)))
    await stage.clock.quiet()
    again = asyncio.ensure_future(stage.runner.run(action, stage.rows(2)))
    await stage.clock.until(lambda: both.done() and again.done())
    assert [one.instance_id for one in stage.service.sent] == [1, 2]
    assert [state.step for state in both.result()] == [Step.DONE, Step.SKIPPED]
    assert [state.step for state in again.result()] == [Step.DONE]
    assert await stage.journal.unfinished() == []


async def test_a_stop_is_sent_though_another_window_is_at_it() -> None:
    stage = bench(running())
    await stage.journal.open("stop", "7", {}, now=1.0)
    (state,) = await stage.finish(stage.runner.run(STOP, stage.rows(7)))
    assert (state.step, len(stage.service.sent)) == (Step.DONE, 1)
