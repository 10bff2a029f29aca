"""What may be sent twice, what is tried again, and what is written down before it is sent."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace

from tests.support.fake_actions import OK, Answer, bench, running
from tests.support.fleet_rows import fleet_row
from tests.support.writes import REMAKE, SNAPSHOT
from vasttui.api.outcome import outcome_of
from vasttui.errors import BrokenAnswer
from vasttui.models.remake import Remake
from vasttui.models.status import Phase
from vasttui.services.actions.kinds import (
    ACCEPT,
    DESTROY,
    JOURNALED,
    REBOOT,
    RECYCLE,
    REJECT,
    START,
    STOP,
    Action,
    action_from,
    answer_increase,
    bid,
    remake,
    rename,
    snapshot,
)
from vasttui.services.actions.state import Step

ALL = (
    START, STOP, rename("x"), bid(0.25), REBOOT, RECYCLE, DESTROY,
    answer_increase(3, accept=True), answer_increase(3, accept=False), snapshot(SNAPSHOT),
    remake(Remake(image="acme/new:2", template_hash="f" * 32)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("action", "aspect", "twice", "again", "shared", "journaled"),
    [
        (START, "state", True, False, True, "always"),
        (STOP, "state", True, True, False, "if possible"),
        (rename("x"), "label", True, True, False, "if possible"),
        (bid(0.25), "bid", True, False, False, "always"),
        (REBOOT, "state", False, False, False, "if possible"),
        (RECYCLE, "state", False, False, False, "if possible"),
        (DESTROY, "existence", True, False, False, "if possible"),
        (answer_increase(3, accept=True), "increase", False, False, False, "always"),
        (answer_increase(3, accept=False), "increase", False, False, False, "always"),
        (snapshot(SNAPSHOT), "snapshot", False, False, False, "if possible"),
        (remake(REMAKE), "state", False, False, False, "if possible"),
    ],
)
def test_how_each_may_be_sent(
    action: Action, aspect: str, twice: bool, again: bool, shared: bool, journaled: str
) -> None:
    assert (action.aspect, action.absolute, action.persists, action.shared, action.journaled) == (
        aspect, twice, again, shared, journaled,
    )  # fmt: skip


def test_what_is_written_down_is_understood_by_the_next_run() -> None:
    assert {one.what for one in ALL} == set(JOURNALED)
    assert [action_from(one.what, one.details) for one in ALL] == list(ALL)


@pytest.mark.parametrize(
    ("what", "details"),
    [
        ("label", {}), ("rent", {}), ("bid", {}), ("bid", {"price": "much"}),
        (ACCEPT, {}), (REJECT, {"increase": "-3"}), (ACCEPT, {"increase": "x"}),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_understood_is_no_action(what: str, details: dict[str, str]) -> None:
    assert action_from(what, details) is None


@pytest.mark.parametrize(
    ("price", "shown", "done"),
    [
        (0.25, 0.25, True), (0.25, 0.2500009, True), (0.25, 0.250002, False), (0.25, 0.3, False),
        (0.25, 0.2, False), (0.25, None, False), (20.0, 20.00001, True), (20.0, 20.0001, False),
    ],
)  # fmt: skip
def test_a_bid_is_there_when_the_price_is(price: float, shown: float | None, done: bool) -> None:
    assert bid(price).achieved(None, fleet_row(1, is_bid=True, dph_base=shown)) is done


def test_a_halted_instance_that_is_meant_to_run_is_not_stopped() -> None:
    waits = fleet_row(1, Phase.SCHEDULING, intended_status="running")
    assert not STOP.achieved(waits, waits)
    assert STOP.achieved(waits, fleet_row(1, Phase.RUNNING, intended_status="stopped"))


@pytest.mark.parametrize(
    ("action", "phase"), [(REBOOT, Phase.REBOOTING), (RECYCLE, Phase.RECYCLING)]
)
def test_a_restart_is_seen_by_the_change_alone(action: Action, phase: Phase) -> None:
    before, now = fleet_row(1), fleet_row(1, phase)
    assert action.achieved(before, now)
    assert not action.achieved(now, now)
    assert not action.achieved(None, now)
    assert not action.achieved(before, before)


def test_only_a_list_without_it_shows_that_it_is_destroyed() -> None:
    row = fleet_row(1)
    assert not DESTROY.achieved(row, replace(row, phase=Phase.STOPPED))
    assert not answer_increase(3, accept=True).achieved(row, row)


@pytest.mark.parametrize(
    ("change", "now", "done"),
    [
        (Remake(image="b"), {"image_uuid": "b"}, True),
        (Remake(image="b"), {}, False),
        (Remake(image="b"), {"start_date": 2e9}, False),
        (Remake(template_hash="t"), {"template_hash_id": "t"}, True),
        (Remake(image="b", template_hash="t"), {"template_hash_id": "t"}, False),
        (Remake(env={"A": "1"}), {"env_names": ("A",)}, True),
        (Remake(env={}), {"env_names": ()}, True),
        (Remake(env={"A": "1"}), {"env_names": ("A", "OLD")}, False),
        (Remake(env={"OLD": "2"}), {}, False),
        (Remake(env={"OLD": "2"}), {"start_date": 2e9}, True),
        (Remake(onstart="x"), {}, False),
        (Remake(onstart="x"), {"start_date": 2e9}, True),
        (Remake(onstart="x"), {"start_date": 1e9}, False),
    ],
)
def test_other_settings_are_seen_where_they_show(
    change: Remake, now: dict[str, Any], done: bool
) -> None:
    fields: dict[str, Any] = {"image_uuid": "a", "env_names": ("OLD",), "start_date": 1.5e9}
    before = fleet_row(1, **fields)
    assert remake(change).achieved(before, fleet_row(1, **{**fields, **now})) is done


@pytest.mark.parametrize(
    ("change", "done"),
    [(Remake(onstart="x"), True), (Remake(env={"OLD": "2"}), True), (Remake(image="b"), False)],
)
def test_settings_that_do_not_show_are_seen_by_the_container(change: Remake, done: bool) -> None:
    fields: dict[str, Any] = {"image_uuid": "a", "env_names": ("OLD",)}
    now = fleet_row(1, Phase.RECYCLING, **fields)
    assert remake(change).achieved(fleet_row(1, **fields), now) is done


def test_the_next_run_tells_other_settings_by_image_or_template_alone() -> None:
    has = fleet_row(1, image_uuid="acme/new:2")
    assert remake(Remake(image="acme/new:2")).achieved(None, has)
    assert not remake(Remake(image="acme/new:3")).achieved(None, has)
    assert not remake(Remake(onstart="x")).achieved(None, has)
    assert not snapshot(SNAPSHOT).achieved(None, has)


async def test_a_login_is_dropped_with_the_request() -> None:
    action = snapshot(SNAPSHOT)
    assert "hidden" not in repr(action)
    assert action.over == action
    assert action.over.send.__closure__ is None
    assert RECYCLE.over is RECYCLE


async def test_a_recycled_instance_with_a_later_start_is_the_same() -> None:
    stage = bench(running(start_date=1.5e9))
    stage.service.always = Answer(outcome_of(BrokenAnswer("It broke.")), does=False)
    work = asyncio.ensure_future(stage.runner.run(RECYCLE, stage.rows(7)))
    await stage.clock.until(lambda: stage.published[-1].step is Step.CHECKING)
    stage.service.change(7, start_date=1.6e9)
    await stage.clock.until(work.done)
    [state] = work.result()
    assert (state.step, state.sentence) == (Step.DONE, RECYCLE.promise)


async def test_another_instance_with_its_id_is_not() -> None:
    stage = bench(running(start_date=1.5e9, machine_id=3))
    stage.service.always = Answer(OK, does=False)
    work = asyncio.ensure_future(stage.runner.run(RECYCLE, stage.rows(7)))
    await stage.clock.until(lambda: stage.published[-1].step is Step.CHECKING)
    stage.service.change(7, start_date=1.6e9, machine_id=4)
    await stage.clock.until(work.done)
    assert work.result()[0].step is Step.GONE


async def test_accepted_settings_that_never_show_are_not_called_done() -> None:
    stage = bench(running(image_uuid="acme/old:1"))
    stage.service.always = Answer(OK, does=False)
    [state] = await stage.finish(stage.runner.run(remake(REMAKE), stage.rows(7)))
    assert (len(stage.service.sent), state.step) == (1, Step.UNKNOWN)
    assert state.sentence == (
        "accepted, but not all of it is seen. Check its state before you repeat it"
    )


async def test_a_variable_that_stays_although_it_was_taken_off_is_told() -> None:
    """Whether new variables replace the old ones is documented nowhere."""
    stage = bench(running(image_uuid="acme/old:1", env_names=("A", "OLD")))
    stage.service.always = Answer(OK, does=False)
    work = asyncio.ensure_future(stage.runner.run(remake(REMAKE), stage.rows(7)))
    await stage.clock.until(lambda: stage.published[-1].step is Step.CHECKING)
    stage.service.change(7, image_uuid=REMAKE.image, actual_status="recycling")
    await stage.clock.until(work.done)
    assert "not all of it is seen" in work.result()[0].sentence


async def test_an_unconfirmed_snapshot_says_where_to_look() -> None:
    stage = bench(running())
    stage.service.always = Answer(outcome_of(BrokenAnswer("It broke.")), does=True)
    [state] = await stage.finish(stage.runner.run(snapshot(SNAPSHOT), stage.rows(7)))
    assert (len(stage.service.sent), state.step) == (1, Step.UNKNOWN)
    assert state.sentence == (
        "unconfirmed, and not sent again. Look in docker.io/acme/snapshots before you repeat it: "
        "each snapshot pushes another tag"
    )
