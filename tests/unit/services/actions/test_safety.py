"""What may be sent twice, what is tried again, and what is written down before it is sent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.fleet_rows import fleet_row
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
    rename,
)

ALL = (
    START, STOP, rename("x"), bid(0.25), REBOOT, RECYCLE, DESTROY,
    answer_increase(3, accept=True), answer_increase(3, accept=False),
)  # fmt: skip


@pytest.mark.parametrize(
    ("action", "aspect", "twice", "again", "shared", "journaled"),
    [
        (START, "state", True, False, True, "always"),
        (STOP, "state", True, True, False, "if possible"),
        (rename("x"), "label", True, True, False, "no"),
        (bid(0.25), "bid", True, False, False, "always"),
        (REBOOT, "state", False, False, False, "if possible"),
        (RECYCLE, "state", False, False, False, "if possible"),
        (DESTROY, "existence", True, False, False, "if possible"),
        (answer_increase(3, accept=True), "increase", False, False, False, "always"),
        (answer_increase(3, accept=False), "increase", False, False, False, "always"),
    ],
)
def test_how_each_may_be_sent(
    action: Action, aspect: str, twice: bool, again: bool, shared: bool, journaled: str
) -> None:
    assert (action.aspect, action.absolute, action.persists, action.shared, action.journaled) == (
        aspect, twice, again, shared, journaled,
    )  # fmt: skip


def test_what_is_written_down_is_understood_by_the_next_run() -> None:
    written = [one for one in ALL if one.journaled != "no"]
    assert {one.what for one in written} == set(JOURNALED)
    assert [action_from(one.what, one.details) for one in written] == written


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
