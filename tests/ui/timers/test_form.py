"""What the dialog of timers makes of what was filled in."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.fleet_rows import DAY, NOW, fleet_row
from vasttui.models.scheduled_job import Act
from vasttui.models.timer import Idle
from vasttui.ui.timers.form import TimerOrder, TimerTyped, read_timers
from vasttui.ui.timers.when import NO_TIME, typed_time

HOUR_AHEAD = (NOW // 3600 + 4) * 3600
ROW = fleet_row(end_date=NOW + 40 * DAY)


def read(**typed: Any) -> Any:
    at = typed.pop("when", HOUR_AHEAD)
    typed = {"at": typed_time(at, NOW), **typed} if at else typed
    return read_timers(TimerTyped(**typed), [ROW], NOW)


def test_a_stop_by_the_service_and_a_reminder_is_what_it_begins_with() -> None:
    reading = read()
    assert reading.wrong == {}
    assert reading.order == TimerOrder(
        act=Act.STOP, at=HOUR_AHEAD, job=True, inside=False, tell=True, idle=None
    )
    assert reading.order.count == 2
    assert not reading.order.destroys


def test_who_only_tells_neither_stops_nor_destroys() -> None:
    reading = read(act=Act.TELL, inside=True)
    assert (reading.order.job, reading.order.inside, reading.order.tell) == (False, False, True)
    assert read(act=Act.DESTROY, inside=True).order.inside is False
    assert read(act=Act.DESTROY).order.destroys
    assert not read(act=Act.DESTROY, job=False).order.destroys


def test_the_service_can_do_full_hours_only_the_others_any_minute() -> None:
    half = HOUR_AHEAD + 1800
    reading = read(when=half)
    assert reading.wrong["when"].startswith("Vast.ai can only do full hours: ")
    assert reading.choices == (HOUR_AHEAD, HOUR_AHEAD + 3600)
    assert read(when=half, act=Act.TELL).wrong == {}
    assert read(when=half, job=False, inside=True).wrong == {}
    assert read(when=half, job=False, inside=True).order.at == half


def test_hours_from_now_count_instead_of_a_time() -> None:
    reading = read(after="8", job=False, inside=True)
    assert reading.order.at == NOW + 8 * 3600


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"when": 0, "at": "soon"}, "when", NO_TIME),
        ({"when": 0}, "when", NO_TIME),
        ({"when": NOW + 41 * DAY, "act": Act.TELL}, "when", "The contract ends before that."),
        ({"when": HOUR_AHEAD + 8 * DAY}, "when", "A job can be set for the next 7 days."),
        ({"act": Act.TELL, "tell": False}, "who", "Tick who is to do it."),
        ({"job": False}, "who", "Tick who stops it"),
        ({"job": False, "act": Act.DESTROY}, "who", "Tick Vast.ai"),
        ({"idle": True, "percent": "x"}, "idle", "Needs % from 1 to 100"),
        ({"idle": True, "minutes": "nan"}, "idle", "Needs % from 1 to 100"),
    ],
)
def test_what_is_wrong_is_told_where_it_is(changes: dict[str, Any], field: str, words: str) -> None:
    reading = read(**changes)
    assert reading.wrong[field].startswith(words)


def test_idleness_alone_needs_no_time() -> None:
    reading = read(when=0, act=Act.TELL, tell=False, idle=True, percent="10", minutes="30")
    assert reading.wrong == {}
    assert reading.order.idle == Idle(10, 30)
    assert reading.order.at is None


def test_of_several_the_contract_that_ends_first_counts() -> None:
    rows = [ROW, fleet_row(id=7, end_date=HOUR_AHEAD - 1)]
    reading = read_timers(TimerTyped(at=typed_time(HOUR_AHEAD, NOW)), rows, NOW)
    assert reading.wrong == {"when": "The contract ends before that."}
