"""What the dialog of timers makes of what was filled in."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tests.support.fleet_rows import DAY, NOW, fleet_row
from vasttui.models.scheduled_job import Act, ScheduledJob
from vasttui.models.timer import Checked, Doer, Idle, Timer
from vasttui.ui.timers import details, lines, resource
from vasttui.ui.timers.fitting import fitting_keys
from vasttui.ui.timers.form import TimerOrder, TimerTyped, read_timers
from vasttui.ui.timers.resource import TimerRow
from vasttui.ui.timers.setting import Came, good_news
from vasttui.ui.timers.when import NO_TIME, clock, typed_time
from vasttui.ui.timers.with_instance import when_destroyed, when_stopped

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
        act=Act.STOP, at=HOUR_AHEAD, job=True, inside=False, tell=True, idle=None, before=900
    )
    assert reading.order.count == 2
    assert not reading.order.destroys


def test_a_reminder_is_not_promised_for_a_time_that_is_past() -> None:
    for minutes, before in ((16, 900), (15, 0), (12, 0)):
        reading = read_timers(TimerTyped(at=typed_time(HOUR_AHEAD, NOW)), [ROW],
                              HOUR_AHEAD - minutes * 60)  # fmt: skip
        assert reading.order.before == before
        told = f"tells you at {clock(HOUR_AHEAD)}, only while"
        assert lines.ticks(reading, "")["tell"][0].startswith(told) == (not before)


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


def test_hours_are_rounded_to_a_full_hour_once_and_kept_until_they_change() -> None:
    since = NOW // 3600 * 3600 + 60
    for later in (0, 45, 1800):
        reading = read_timers(TimerTyped(after="5"), [ROW], since + later, since)
        assert (reading.at, reading.rounded, reading.wrong) == (since - 60 + 5 * 3600, True, {})
    soon = read_timers(TimerTyped(after="0.1"), [ROW], since, since)
    assert soon.at == since - 60 + 3600
    late = read_timers(TimerTyped(after="0.1"), [ROW], since + 3400, since)
    assert "too soon to be read back in time" in late.wrong["when"]
    told = TimerTyped(after="0.1", act=Act.TELL)
    assert read_timers(told, [ROW], since + 45, since).at == since // 60 * 60 + 360
    assert read_timers(told, [ROW], since + 400, since).wrong == {"when": "That time is past."}


def test_no_time_is_stated_while_it_is_refused() -> None:
    reading = read(when=HOUR_AHEAD + 1800, act=Act.DESTROY)
    assert (reading.at, reading.order.at) == (None, None)
    texts = [text for both in lines.ticks(reading, "").values() for text in both]
    texts += [
        lines.danger(reading.order, [ROW], []).plain,
        lines.then(reading, [ROW], NOW).plain[:20],
    ]
    assert not any(":00" in text or ":30" in text for text in texts)
    assert "at the full hour. Works with" in lines.ticks(reading, "")["job"][1]


def test_a_job_that_the_key_may_not_set_says_so() -> None:
    assert lines.ticks(read(), "No right.")["job"] == ("No right.", "No right.")
    off = lines.why_not(Act.TELL, refused="", no_login="", denied="No right.")
    assert off["job"] == "No right."
    assert off["inside"].startswith("Only vasttui tells you")
    assert not lines.why_not(Act.STOP, refused="", no_login="", denied="No right.")["job"]


def test_a_worker_is_said_to_belong_to_its_endpoint() -> None:
    worker = fleet_row(end_date=NOW + 40 * DAY, endpoint_id=7)
    assert lines.about([worker], "none", NOW)[-1].plain == lines.MANAGED
    assert len(lines.about([ROW], "none", NOW)) == 1
    two = lines.about([ROW, worker], "none", NOW)[-1].plain
    assert two == "! 1 serverless worker: endpoints may stop or destroy them."


def test_what_becomes_of_timers_with_their_instance_is_said() -> None:
    inside = Timer(doer=Doer.INSTANCE, act=Act.STOP, instance_id=1, at=HOUR_AHEAD)
    theirs = Timer(doer=Doer.VAST, act=Act.STOP, instance_id=1, at=HOUR_AHEAD, set_here=False)
    ours = replace(theirs, set_here=True)
    at = details.short(inside, NOW).removesuffix(" (the instance)")
    assert when_stopped([inside, ours], NOW) == (
        f"Timers that stay: {at} (Vast.ai). Ends with the container: {at} (the instance)."
    )
    assert when_destroyed([inside, theirs], NOW) == (
        f"Timers that go, too: {at} (the instance). "
        f"Not set here, stays at Vast.ai and does nothing: {at} (Vast.ai)."
    )
    assert when_destroyed([], NOW) == when_stopped([], NOW) == ""
    assert when_stopped([ours] * 5, NOW).endswith(" and 2 more.")


def test_advice_is_given_where_it_applies() -> None:
    assert lines.advice(read().order).startswith("Two are better than one")
    assert lines.advice(read(job=False, inside=True).order).startswith("Stopping is not free")
    assert lines.advice(read(act=Act.TELL).order) == lines.advice(read(act=Act.DESTROY).order) == ""


def test_each_job_is_named_with_its_instance() -> None:
    came = [
        Came(fleet_row(id=number, label=name), "✓", who, text)
        for number, name in ((1, "a"), (2, "b"))
        for who, text in ((Doer.VAST, f"Job {number}."), (Doer.VASTTUI, "tells you at 18:00."))
    ]
    said = "vasttui tells you at 18:00."
    assert good_news(came) == f"a: {said} Job 1. b: {said} Job 2."


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


def test_a_job_of_others_is_read_and_not_as_sent_and_what_is_left_over_counts_apart() -> None:
    job = ScheduledJob(id=5, start_time=NOW, end_time=NOW + 60, frequency="WEEKLY")
    left = Timer(
        doer=Doer.VAST, act=Act.STOP, instance_id=9, job=job, checked=Checked.THEIRS,
        checked_at=NOW, stray=True, set_here=False,
    )  # fmt: skip
    row = TimerRow(left, "9", None)
    keys = [" ".join(one) for one in fitting_keys(row, NOW + 10, False)]
    facts = {one.name: one.text for one in details.overview(row, NOW + 10, keys)}
    assert facts["Left"].endswith("does nothing there; timers.delete takes it back")
    assert facts["Sent as"].endswith("· not set from here · read back 10s ago")
    assert resource.checked(row, NOW) == ("-", "dim")
    told = Timer(doer=Doer.VASTTUI, act=Act.TELL, instance_id=1, at=HOUR_AHEAD)
    two = [TimerRow(told, "a", ROW), TimerRow(replace(left, stray=False, instance_id=1), "a", ROW)]
    assert resource.counts([*two, row]) == "2 timers on 1 instance; 1 left over"
    assert (resource.counts([row]), resource.counts([])) == ("1 left over", "no timers")
    not_known = TimerRow(replace(left, stray=False), "9", None)
    assert resource.counts([not_known]) == "1 timer"
    assert resource.counts([*two, row, not_known]) == (
        "2 timers on 1 instance; 1 left over; 1 of an unknown instance"
    )
