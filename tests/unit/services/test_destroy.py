"""Destroying: checked again, sent once, done when a complete reading lacks the instance."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.support.fake_actions import Answer, Bench, bench, running
from vasttui.api.outcome import outcome_of
from vasttui.errors import AuthRejected, BrokenAnswer, ServiceDown
from vasttui.services.actions.kinds import DESTROY, STOP
from vasttui.services.actions.state import ActionState, Step

DOWN = ServiceDown("Vast.ai is having problems.", status=503)


async def destroyed(stage: Bench, *ids: int) -> list[ActionState]:
    return await stage.finish(stage.runner.run(DESTROY, stage.rows(*ids or (7,))))


async def test_it_is_looked_at_sent_once_and_done_when_it_is_not_listed() -> None:
    stage = bench(running(7), running(8))
    [state] = await destroyed(stage)
    assert (state.step, state.sentence) == (Step.DONE, DESTROY.promise)
    assert stage.service.reads == 1
    assert [(one.what, one.instance_id) for one in stage.service.sent] == [("destroy", 7)]
    assert list(stage.service.instances) == [8]
    assert await stage.journal.unfinished() == []


async def test_several_are_destroyed_one_after_the_other_each_told_of() -> None:
    stage = bench(*(running(number) for number in (7, 8, 9)))
    states = await destroyed(stage, 7, 9)
    assert [(one.instance_id, one.step) for one in states] == [(7, Step.DONE), (9, Step.DONE)]
    assert list(stage.service.instances) == [8]
    assert stage.service.most_at_once == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"start_date": 99.0}, "Another instance has its id now."),
        ({"label": "new name"}, "Its label has changed"),
    ],
)
async def test_what_is_not_what_the_user_saw_is_left_alone(
    change: dict[str, object], words: str
) -> None:
    stage = bench()
    stage.service.shows = replace(stage.service.instances[7], **change)
    [state] = await destroyed(stage)
    assert state.step is Step.REFUSED
    assert words in state.sentence
    assert "Nothing was sent" in state.sentence
    assert stage.service.sent == []


@pytest.mark.parametrize(("age", "sends"), [(5.0, 1), (300.0, 0)])
async def test_what_cannot_be_looked_at_goes_by_a_young_reading_or_not_at_all(
    age: float, sends: int
) -> None:
    stage = bench()
    stage.service.refuses_reads = DOWN
    stage.service.read_at = stage.clock.monotonic() - age
    [state] = await destroyed(stage)
    assert len(stage.service.sent) == sends
    assert (state.step is Step.DONE) == (sends == 1)


async def test_a_refused_key_sends_nothing() -> None:
    stage = bench()
    stage.service.refuses_reads = AuthRejected("The key is unknown.", status=401)
    [state] = await destroyed(stage)
    assert state.step is Step.REFUSED
    assert stage.service.sent == []


async def test_a_failed_reading_is_no_proof_that_it_is_gone() -> None:
    stage = bench()
    stage.service.always = Answer(outcome_of(BrokenAnswer("It fell silent.")), does=False)
    stage.service.refuses_readings = [DOWN] * 40
    [state] = await destroyed(stage)
    assert state.step is Step.UNKNOWN
    assert "could not be read" in state.sentence


async def test_it_waits_for_a_stop_that_is_on_its_way() -> None:
    stage = bench()
    rows = stage.rows(7)
    stage.service.always = Answer(seconds=3.0)
    stop = asyncio.ensure_future(stage.runner.run(STOP, rows))
    await stage.clock.quiet()
    destroy = asyncio.ensure_future(stage.runner.run(DESTROY, rows))
    await stage.clock.until(lambda: stop.done() and destroy.done())
    assert [one.what for one in stage.service.sent] == ["stopped", "destroy"]
    assert stage.service.most_at_once == 1
    assert destroy.result()[0].step is Step.DONE


async def test_another_window_that_does_it_already_is_let_go_on(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    first, second = bench(path=path), bench(path=path)
    await first.journal.open("destroy", "7", {}, now=0.0)
    [state] = await destroyed(second)
    assert state.step is Step.REFUSED
    assert second.service.sent == []
