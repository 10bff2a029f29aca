"""Actions on instances: how often each is sent, in which order, and the messages."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.support.fake_actions import Answer, Bench, bench, running, stopped
from vasttui.api.outcome import outcome_of
from vasttui.errors import (
    AuthRejected,
    BrokenAnswer,
    NetworkError,
    NotFound,
    RateLimited,
    ReadOnlyRefused,
    Rejected,
    ServiceDown,
    VastError,
)
from vasttui.models.instance import Instance
from vasttui.services.actions.kinds import (
    REBOOT,
    RECYCLE,
    START,
    STOP,
    Action,
    answer_increase,
    bid,
    rename,
)
from vasttui.services.actions.state import ActionState, Step

SILENCE = BrokenAnswer("It fell silent.")


def says(error: VastError, *, does: bool = False, seconds: float = 0.1) -> Answer:
    return Answer(outcome_of(error), does=does, seconds=seconds)


async def one(stage: Bench, action: Action, id: int = 7) -> ActionState:
    """How one action on one instance ends."""
    (state,) = await stage.finish(stage.runner.run(action, stage.rows(id)))
    return state


def sent(stage: Bench) -> list[str]:
    return [request.what for request in stage.service.sent]


@pytest.mark.parametrize(
    ("action", "instance", "what", "sentence"),
    [
        (START, stopped(), "running", "starting; that can take minutes"),
        (STOP, running(), "stopped", "stopping; its disk stays and is billed"),
        (rename("new"), running(), "label", "changed"),
        (rename(""), running(), "label", "removed"),
        (rename(" a\tb\u202e "), running(), "label", "changed"),
        (bid(0.25), running(is_bid=True), "bid", "changed"),
        (REBOOT, running(), "reboot", "restarting on the same GPU"),
        (RECYCLE, running(), "recycle", "recreating its container"),
    ],
)
async def test_what_the_service_agrees_to_is_sent_once_and_seen(
    action: Action, instance: Instance, what: str, sentence: str
) -> None:
    stage = bench(instance)
    state = await one(stage, action)
    assert sent(stage) == [what]
    assert (state.step, state.sentence) == (Step.DONE, sentence)
    steps = [published.step for published in stage.published]
    assert steps == [Step.WAITING, Step.SENDING, Step.CHECKING, Step.DONE]
    assert stage.service.hurries == 0
    assert await stage.journal.unfinished() == []


async def test_a_price_increase_is_answered_by_its_own_number() -> None:
    stage = bench()
    state = await one(stage, answer_increase(55, accept=False))
    assert [(request.what, request.instance_id) for request in stage.service.sent] == [
        ("reject", 55)
    ]
    assert (state.step, state.sentence) == (Step.DONE, "done")


@pytest.mark.parametrize("status", [404, 409])
async def test_a_price_increase_that_is_over_stays_silent_of_the_instance(status: int) -> None:
    stage = bench()
    kind = NotFound if status == 404 else Rejected
    error = kind("No such increase.", status=status, code="no_pending_price_increase")
    stage.service.answers = [says(error)]
    state = await one(stage, answer_increase(55, accept=True))
    assert (state.step, state.sentence) == (Step.REFUSED, "No such increase.")
    assert stage.service.readings == 0


async def test_what_is_gone_is_not_asked_for_anything() -> None:
    stage = bench(running(7), running(8))
    rows = stage.rows(7, 8)
    del stage.service.instances[7]
    stage.service.change(8, start_date=1.0)
    states = await stage.finish(stage.runner.run(STOP, rows))
    assert [state.step for state in states] == [Step.GONE, Step.GONE]
    assert "no longer exists; nothing was sent" in states[0].sentence
    assert "another instance has its id now" in states[1].sentence
    assert sent(stage) == []


async def test_what_disappears_while_it_is_looked_for_is_gone() -> None:
    stage = bench()
    stage.service.answers = [says(SILENCE)]
    rows = stage.rows(7)
    work = asyncio.ensure_future(stage.runner.run(STOP, rows))
    await stage.clock.until(lambda: stage.published[-1].step is Step.CHECKING)
    stage.service.instances.clear()
    await stage.clock.until(work.done)
    assert work.result()[0].step is Step.GONE
    assert len(sent(stage)) == 1


async def test_a_refusal_is_told_in_the_service_s_words() -> None:
    stage = bench(stopped())
    stage.service.answers = [says(Rejected("Add credit first.", status=400, hint="See billing."))]
    state = await one(stage, START)
    assert (state.step, state.sentence) == (Step.REFUSED, "Add credit first. See billing.")
    assert len(sent(stage)) == 1
    assert await stage.journal.unfinished() == []


async def test_read_only_mode_is_told_as_such_and_not_tried_again() -> None:
    stage = bench()
    stage.service.answers = [says(ReadOnlyRefused("Read-only mode: nothing was sent."))]
    state = await one(stage, STOP)
    assert state.step is Step.REFUSED
    assert "Read-only mode: nothing was sent." in state.sentence
    assert len(sent(stage)) == 1


async def test_a_stop_that_did_not_get_out_is_tried_until_it_does() -> None:
    stage = bench()
    stage.service.answers = [says(NetworkError("No network.")), says(NetworkError("No network."))]
    state = await one(stage, STOP)
    assert state.step is Step.DONE
    assert len(sent(stage)) == 3
    assert any(
        "was not reached: sending again in" in published.sentence for published in stage.published
    )


async def test_the_second_send_is_the_same_and_the_last_one() -> None:
    stage = bench(running(is_bid=True))
    stage.service.always = says(SILENCE)
    state = await one(stage, bid(0.2))
    assert [request.value for request in stage.service.sent] == [0.2, 0.2]
    assert state.step is Step.UNKNOWN
    assert "you may try again" in state.sentence
    assert stage.clock.monotonic() > 45


async def test_nothing_is_sent_again_before_a_reading_shows_that_it_is_needed() -> None:
    stage = bench()
    stage.service.always = says(SILENCE, does=True)
    stage.service.refuses_readings = [ServiceDown("Down.", status=502) for _ in range(3)]
    state = await one(stage, STOP)
    assert state.step is Step.DONE
    assert len(sent(stage)) == 1


async def test_when_nothing_can_be_read_nobody_knows_and_says_so() -> None:
    stage = bench()
    stage.service.always = says(SILENCE)
    stage.service.refuses_readings = [ServiceDown("Down.", status=502) for _ in range(99)]
    state = await one(stage, STOP)
    assert state.step is Step.UNKNOWN
    assert "could not be read: Down." in state.sentence
    assert len(sent(stage)) == 1


async def test_a_refused_key_ends_the_looking_early() -> None:
    stage = bench()
    stage.service.refuses_readings = [AuthRejected("Bad key.", status=401) for _ in range(9)]
    state = await one(stage, STOP)
    assert state.step is Step.UNKNOWN
    assert stage.clock.monotonic() < 15


async def test_the_time_asleep_does_not_count_before_one_more_reading() -> None:
    stage = bench()
    stage.service.answers = [says(SILENCE)]
    work = asyncio.ensure_future(stage.runner.run(STOP, stage.rows(7)))
    await stage.clock.until(lambda: stage.published[-1].step is Step.CHECKING)
    stage.clock.advance(7 * 3600)
    await stage.clock.until(work.done)
    assert work.result()[0].step is Step.DONE
    assert len(sent(stage)) == 2


async def test_a_throttled_request_counts_down_and_goes_once_more() -> None:
    stage = bench()
    slow = RateLimited("Slow down.", retry_after=5.0)
    stage.service.answers = [says(slow), says(slow)]
    state = await one(stage, REBOOT)
    assert len(sent(stage)) == 2
    assert stage.service.sent[1].at - stage.service.sent[0].at == pytest.approx(5.1)
    waits = [told.sentence for told in stage.published if told.step is Step.WAITING][1:]
    assert waits == [
        f"rate limited by Vast.ai: sending again in {left} s" for left in (5, 4, 3, 2, 1)
    ]
    assert state.step is Step.REFUSED
    assert "nothing was changed: Slow down." in state.sentence


async def test_throttled_and_then_unclear_makes_two_sends_and_no_third() -> None:
    stage = bench()
    stage.service.always = says(SILENCE)
    stage.service.answers = [says(RateLimited("Slow down.", retry_after=1.0))]
    assert (await one(stage, STOP)).step is Step.UNKNOWN
    assert len(sent(stage)) == 2


async def test_unclear_and_then_throttled_keeps_the_doubt() -> None:
    stage = bench()
    stage.service.answers = [says(SILENCE), says(RateLimited("Slow down.", retry_after=1.0))]
    state = await one(stage, STOP)
    assert state.step is Step.UNKNOWN
    assert len(sent(stage)) == 2


async def test_a_wait_that_is_too_long_is_not_sat_out() -> None:
    stage = bench()
    stage.service.answers = [says(RateLimited("Slow down.", retry_after=600.0))]
    assert (await one(stage, STOP)).step is Step.REFUSED
    assert len(sent(stage)) == 1


@pytest.mark.parametrize("action", [REBOOT, RECYCLE])
async def test_what_is_not_absolute_is_never_sent_again(action: Action) -> None:
    stage = bench()
    stage.service.always = says(SILENCE)
    state = await one(stage, action)
    assert len(sent(stage)) == 1
    assert state.step is Step.UNKNOWN
    assert any(
        "unconfirmed: watching its state" in published.sentence for published in stage.published
    )
    assert "not sent again" in state.sentence


async def test_a_reboot_that_shows_in_spite_of_the_silence_is_done() -> None:
    stage = bench()
    stage.service.answers = [says(SILENCE, does=True)]
    assert (await one(stage, REBOOT)).step is Step.DONE


# Proof that it was done


async def test_a_halted_instance_that_waits_for_a_gpu_is_not_stopped() -> None:
    queued = stopped(intended_status="running", next_state="running")
    stage = bench(queued)
    stage.service.answers = [says(SILENCE)]
    assert (await one(stage, STOP)).step is Step.DONE
    assert len(sent(stage)) == 2  # the first left no trace although `cur_state` is "stopped"


async def test_an_ended_container_is_not_taken_for_a_started_one() -> None:
    ended = running(actual_status="exited")
    stage = bench(ended)
    stage.service.answers = [says(SILENCE)]
    assert (await one(stage, START)).step is Step.DONE
    assert len(sent(stage)) == 2


async def test_a_start_is_accepted_when_the_service_means_it_to_run() -> None:
    stage = bench(stopped())
    stage.service.answers = [Answer(does=False)]
    work = asyncio.ensure_future(stage.runner.run(START, stage.rows(7)))
    await stage.clock.until(lambda: stage.service.readings == 2)
    assert not work.done()
    stage.service.change(7, intended_status="running")
    await stage.clock.until(work.done)
    assert work.result()[0].step is Step.DONE


async def test_an_agreement_that_never_shows_is_not_called_done() -> None:
    stage = bench()
    stage.service.answers = [Answer(does=False)]
    state = await one(stage, STOP)
    assert state.step is Step.UNKNOWN
    assert "accepted, but it has not taken effect yet" in state.sentence
    assert len(sent(stage)) == 1


# Several at once


async def test_several_targets_go_one_after_the_other_and_are_looked_for_together() -> None:
    stage = bench(*(running(number) for number in range(1, 21)))
    states = await stage.finish(stage.runner.run(STOP, stage.rows(*range(1, 21))))
    assert {state.step for state in states} == {Step.DONE}
    assert [request.instance_id for request in stage.service.sent] == list(range(1, 21))
    assert stage.clock.monotonic() < 10


async def test_a_late_start_does_not_undo_a_stop() -> None:
    stage = bench(stopped(1), stopped(2))
    stage.service.answers = [Answer(seconds=5.0)]
    start = asyncio.ensure_future(stage.runner.run(START, stage.rows(1, 2)))
    await stage.clock.quiet()
    stop = asyncio.ensure_future(stage.runner.run(STOP, stage.rows(2)))
    await stage.clock.until(lambda: start.done() and stop.done())
    assert [(one.what, one.instance_id) for one in stage.service.sent if one.instance_id == 2] == [
        ("stopped", 2)
    ]
    assert start.result()[1].step is Step.SKIPPED
    assert "nothing was sent" in start.result()[1].sentence
    assert start.result()[0].step is Step.DONE


async def test_a_newer_command_waits_for_the_answer_to_the_older_one_and_wins() -> None:
    stage = bench(stopped())
    stage.service.answers = [says(SILENCE, seconds=9.0)]
    start = asyncio.ensure_future(stage.runner.run(START, stage.rows(7)))
    await stage.clock.quiet()
    stop = asyncio.ensure_future(stage.runner.run(STOP, stage.rows(7)))
    await stage.clock.until(lambda: start.done() and stop.done())
    assert sent(stage) == ["running", "stopped"]
    assert stage.service.most_at_once == 1
    assert start.result()[0].step is Step.SKIPPED
    assert "was sent, but a newer action" in start.result()[0].sentence
    assert stop.result()[0].step is Step.DONE
    assert await stage.journal.unfinished() == []


async def test_a_newer_command_ends_a_countdown() -> None:
    stage = bench(stopped())
    stage.service.answers = [says(RateLimited("Slow down.", retry_after=50.0))]
    start = asyncio.ensure_future(stage.runner.run(START, stage.rows(7)))
    await stage.clock.until(lambda: "sending again" in stage.published[-1].sentence)
    stop = asyncio.ensure_future(stage.runner.run(STOP, stage.rows(7)))
    await stage.clock.until(lambda: start.done() and stop.done())
    assert sent(stage) == ["running", "stopped"]
    assert stage.clock.monotonic() < 10
    assert start.result()[0].step is Step.SKIPPED


async def test_start_stop_start_ends_with_a_start() -> None:
    stage = bench(stopped())
    stage.service.always = Answer(does=False)
    works = []
    for action in (START, STOP, START):
        works.append(asyncio.ensure_future(stage.runner.run(action, stage.rows(7))))
        await stage.clock.until(lambda: stage.published[-1].step is Step.CHECKING)
    await stage.clock.until(lambda: all(work.done() for work in works))
    assert sent(stage) == ["running", "stopped", "running"]
    assert [work.result()[0].step for work in works[:2]] == [Step.SKIPPED, Step.SKIPPED]


async def test_a_label_does_not_push_a_start_aside() -> None:
    stage = bench(stopped())
    stage.service.answers = [Answer(seconds=3.0)]
    start = asyncio.ensure_future(stage.runner.run(START, stage.rows(7)))
    await stage.clock.quiet()
    label = asyncio.ensure_future(stage.runner.run(rename("x"), stage.rows(7)))
    await stage.clock.until(lambda: start.done() and label.done())
    assert [start.result()[0].step, label.result()[0].step] == [Step.DONE, Step.DONE]
    assert stage.service.most_at_once == 1


async def test_a_second_send_waits_for_its_turn_as_well() -> None:
    stage = bench()
    stage.service.answers = [says(SILENCE), Answer(seconds=30.0)]
    stop = asyncio.ensure_future(stage.runner.run(STOP, stage.rows(7)))
    await stage.clock.until(lambda: stage.published[-1].step is Step.CHECKING)
    label = asyncio.ensure_future(stage.runner.run(rename("x"), stage.rows(7)))
    await stage.clock.until(lambda: stop.done() and label.done())
    assert stage.service.most_at_once == 1
    assert sent(stage) == ["stopped", "label", "stopped"]


# The label that identifies a rental


async def test_a_label_that_a_rental_is_known_by_is_not_overwritten() -> None:
    stage = bench(running(label="job vt-abcdefghij"))
    rent = await stage.journal.open("rent", "5", {"nonce": "vt-abcdefghij"}, now=0.0)
    refused = await one(stage, rename("x"))
    assert refused.step is Step.REFUSED
    assert "rental is not confirmed" in refused.sentence
    assert sent(stage) == []
    await stage.journal.change(rent, "created", json.dumps({"ids": [stage.rows(7)[0].id + 1]}))
    assert (await one(stage, rename("x"))).step is Step.REFUSED
    await stage.journal.change(rent, "created", json.dumps({"ids": [stage.rows(7)[0].id]}))
    assert (await one(stage, rename("x"))).step is Step.DONE


# Quitting


async def test_who_stops_waiting_does_not_stop_what_was_begun() -> None:
    stage = bench()
    work = asyncio.ensure_future(stage.runner.run(STOP, stage.rows(7)))
    await stage.clock.quiet()
    work.cancel()
    await stage.clock.until(lambda: not stage.runner.is_busy)
    assert stage.published[-1].step is Step.DONE


async def test_what_is_under_way_is_listed_for_those_who_leave() -> None:
    stage = bench(running(7), running(8))
    work = asyncio.ensure_future(stage.runner.run(STOP, stage.rows(7, 8)))
    await stage.clock.quiet()
    assert [(one.instance_id, one.step) for one in stage.runner.unfinished] == [
        (7, Step.SENDING), (8, Step.WAITING),
    ]  # fmt: skip
    await stage.clock.until(work.done)
    await stage.clock.quiet()
    assert stage.runner.unfinished == []


async def test_leaving_lets_what_is_on_its_way_arrive_and_sends_nothing_more() -> None:
    stage = bench(running(7), running(8))
    stage.service.gate = asyncio.Event()
    work = asyncio.ensure_future(stage.runner.run(STOP, stage.rows(7, 8)))
    await stage.clock.quiet()
    leaving = asyncio.ensure_future(stage.runner.aclose())
    stage.service.gate.set()
    await stage.clock.until(leaving.done)
    assert [one.instance_id for one in stage.service.sent] == [7]
    assert stage.service.instances[7].intended_status == "stopped"
    assert work.cancelled()


async def test_leaving_does_not_wait_for_ever() -> None:
    stage = bench()
    stage.service.gate = asyncio.Event()
    work = asyncio.ensure_future(stage.runner.run(STOP, stage.rows(7)))
    await stage.clock.quiet()
    await stage.runner.aclose()
    assert work.cancelled()


@pytest.mark.parametrize(
    ("done", "step"), [(True, Step.DONE), (False, Step.UNKNOWN), (None, Step.GONE)]
)
async def test_the_next_window_looks_what_became_of_it_and_sends_nothing(
    tmp_path: Path, done: bool | None, step: Step
) -> None:
    path = tmp_path / "journal.sqlite3"
    first = bench(running(is_bid=True, dph_base=0.3), path=path)
    first.service.always = Answer(does=False)
    work = asyncio.ensure_future(first.runner.run(bid(0.2), first.rows(7)))
    await first.clock.until(lambda: first.published[-1].step is Step.CHECKING)
    await first.runner.aclose()
    first.journal.finish()
    assert work.cancelled()
    second = bench(running(is_bid=True, dph_base=0.2 if done else 0.3), path=path)
    if done is None:
        second.service.instances.clear()
    second.service.refuses_readings = [ServiceDown("Down.", status=502)]
    (state,) = await second.finish(second.runner.recover())
    assert (state.step, state.what, state.instance_id) == (step, "bid", 7)
    assert second.published == [state]
    assert second.service.sent == []
    assert await second.finish(second.runner.recover()) == []
    second.journal.finish()


async def test_what_a_living_window_does_is_not_taken_from_it(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    first, second = bench(running(), path=path), bench(running(), path=path)
    await first.journal.open("reboot", "7", {}, now=0.0)
    assert await second.finish(second.runner.recover()) == []
    first.journal.finish()
    second.journal.finish()


REFUSAL = Rejected("No.", status=400)
THROTTLED = RateLimited("Slow down.", retry_after=1.0)


@pytest.mark.parametrize(
    ("action", "answers", "undone"),
    [
        (STOP, [says(REFUSAL)], True),
        (REBOOT, [says(REFUSAL)], True),
        (REBOOT, [says(NetworkError("No route."))] * 3, True),
        (STOP, [says(THROTTLED)] * 2, True),
        (STOP, [says(THROTTLED), says(REFUSAL)], True),
        (STOP, [Answer()], False),  # done
        (REBOOT, [says(SILENCE)], False),
        (STOP, [says(SILENCE)] * 2, False),
        (STOP, [says(SILENCE), says(REFUSAL)], False),  # the first one may have been done
        (STOP, [says(SILENCE), says(THROTTLED)], False),
        (STOP, [says(Rejected("Busy.", status=409))], False),
    ],
)
async def test_only_what_certainly_did_nothing_may_be_repeated(
    action: Action, answers: list[Answer], undone: bool
) -> None:
    stage = bench(running())
    stage.service.answers = list(answers)
    stage.service.always = answers[-1]
    state = await one(stage, action)
    assert state.is_undone is undone


async def test_what_another_window_does_is_not_repeated_here() -> None:
    stage = bench(running())
    await stage.journal.open("reboot", "7", {}, now=1.0)
    state = await one(stage, REBOOT)
    assert (state.step, state.is_undone, sent(stage)) == (Step.REFUSED, False, [])


@pytest.mark.parametrize(("label", "step"), [("new", Step.DONE), ("old", Step.UNKNOWN)])
async def test_a_label_that_was_cut_off_is_looked_at_by_the_next_window(
    tmp_path: Path, label: str, step: Step
) -> None:
    path = tmp_path / "journal.sqlite3"
    first = bench(running(label="old"), path=path)
    first.service.always = Answer(does=False)
    work = asyncio.ensure_future(first.runner.run(rename("new"), first.rows(7)))
    await first.clock.until(lambda: first.published[-1].step is Step.CHECKING)
    await first.runner.aclose()
    first.journal.finish()
    assert work.cancelled()
    second = bench(running(label=label), path=path)
    (state,) = await second.finish(second.runner.recover())
    assert (state.step, state.what, state.instance_id) == (step, "label", 7)
    assert second.service.sent == []
    second.journal.finish()


async def test_a_label_without_an_answer_is_read_again_and_sent_once_more() -> None:
    stage = bench()
    stage.service.always = says(SILENCE)
    assert (await one(stage, rename("new"))).step is Step.UNKNOWN
    assert len(sent(stage)) == 2
