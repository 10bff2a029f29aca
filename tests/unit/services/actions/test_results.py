"""The results of an action: failures first, and what may be retried."""

from __future__ import annotations

import pytest

from vasttui.services.actions.kinds import (
    DESTROY,
    REBOOT,
    RECYCLE,
    START,
    STOP,
    Action,
    bid,
    rename,
)
from vasttui.services.actions.results import Results
from vasttui.services.actions.state import ActionState, Step


def state(number: int, step: Step, *, undone: bool = False) -> ActionState:
    sentence = {Step.DONE: "stopping", Step.REFUSED: "No."}.get(step, step.value)
    return ActionState(number, f"job-{number}", "stop", step, sentence, is_undone=undone)


MIXED = Results(
    STOP,
    (
        state(1, Step.DONE),
        state(2, Step.UNKNOWN),
        state(3, Step.REFUSED, undone=True),
        state(4, Step.GONE),
        state(5, Step.REFUSED),
        state(6, Step.SKIPPED),
    ),
)


def test_failures_come_first_in_the_list_and_in_the_sentence() -> None:
    assert [one.instance_id for one in MIXED.ordered] == [3, 5, 2, 4, 6, 1]
    assert MIXED.words == (
        "stop 6 instances: 2 refused, 1 unconfirmed, 1 gone, 1 skipped, 1 done"
        " · job-3, job-5, job-2, job-4"
    )


def test_only_what_did_nothing_is_retried() -> None:
    assert [one.instance_id for one in MIXED.undone] == [3]
    assert Results(None, MIXED.states).undone == []


def test_one_instance_is_called_by_name() -> None:
    assert Results(STOP, (state(1, Step.DONE),)).words == "stop job-1: stopping"


def test_many_that_went_well_are_one_sentence() -> None:
    good = Results(STOP, (state(1, Step.DONE), state(2, Step.DONE)))
    assert (good.words, good.failed) == ("stop 2 instances: stopping", [])
    other = Results(STOP, (state(1, Step.DONE), state(2, Step.SKIPPED)))
    assert (other.words, other.failed) == ("stop 2 instances: 1 done", [])


def done(action: Action, count: int) -> str:
    step, states = Step.DONE, list[ActionState]()
    for number in range(count):
        name = f"job-{number}"
        states.append(ActionState(number, name, action.what, step, action.promise))
    return Results(action, tuple(states)).words


def test_what_several_have_in_common_is_said_of_several() -> None:
    assert done(STOP, 1) == "stop job-0: stopping; its disk stays and is billed"
    assert done(STOP, 2) == "stop 2 instances: stopping; their disks stay and are billed"
    assert done(RECYCLE, 2) == "recycle 2 instances: recreating their containers"
    assert done(DESTROY, 2) == "destroy 2 instances: no longer listed or billed"


@pytest.mark.parametrize("action", [START, STOP, REBOOT, RECYCLE, DESTROY, rename("x"), bid(1.0)])
def test_no_verb_is_said_twice_and_several_are_not_one(action: Action) -> None:
    assert not {action.what, f"{action.what}ed", f"{action.what}ing"} & set(action.promise.split())
    assert not {"it", "its"} & set(done(action, 3).split())
