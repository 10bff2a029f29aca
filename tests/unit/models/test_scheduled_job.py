"""Scheduled jobs as the service has them, and the one that is set for a time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import structs

from vasttui.models.decode_job import jobs_from
from vasttui.models.scheduled_job import Act, JobPlan, ScheduledJob
from vasttui.models.timer import Checked, Doer, Timer

MONDAY_5 = 1_790_571_600.0
"""A Monday, 05:00 UTC."""

ROW: dict[str, object] = {
    "id": 2110, "instance_id": 42, "api_endpoint": "/api/v0/instances/42/", "request_method": "PUT",
    "request_body": {"state": "stopped"}, "start_time": MONDAY_5, "end_time": MONDAY_5 + 86_400,
    "frequency": "WEEKLY", "day_of_the_week": 1, "hour_of_the_day": 5, "min_of_the_hour": 0,
    "last_executed_around": 0.0, "status": "PENDING",
}  # fmt: skip


def job(**changes: object) -> ScheduledJob:
    [found] = jobs_from([{**ROW, **changes}]).jobs
    return found


def test_a_row_as_it_was_seen() -> None:
    assert job() == ScheduledJob(
        id=2110, instance_id=42, api_endpoint="/api/v0/instances/42/", request_method="PUT",
        request_body={"state": "stopped"}, start_time=MONDAY_5, end_time=MONDAY_5 + 86_400,
        frequency="WEEKLY", day_of_the_week=1, hour_of_the_day=5, min_of_the_hour=0,
        last_executed_around=0.0, status="PENDING",
    )  # fmt: skip
    assert (job().act, job().target, job().act_words) == (Act.STOP, 42, "stop")
    assert (job().first_run, job().is_once, job().last_run) == (MONDAY_5, True, None)
    assert job().schedule_words == "weekly, Monday 5 h UTC"


@pytest.mark.parametrize(
    ("changes", "name", "value", "unread"),
    [
        ({"instance_id": "42"}, "target", 42, ("instance_id",)),
        ({"instance_id": None}, "instance_id", None, ()),
        ({"day_of_the_week": None}, "first_run", None, ()),
        ({"day_of_the_week": 7}, "first_run", None, ("day_of_the_week",)),
        ({"hour_of_the_day": 24}, "hour_of_the_day", None, ("hour_of_the_day",)),
        ({"hour_of_the_day": 5.0}, "hour_of_the_day", 5, ()),
        ({"min_of_the_hour": None}, "first_run", MONDAY_5, ()),
        ({"min_of_the_hour": 30}, "first_run", None, ()),
        ({"start_time": "soon"}, "first_run", None, ("start_time",)),
        ({"start_time": 1e300}, "start_time", None, ("start_time",)),
        ({"end_time": None}, "is_once", False, ()),
        ({"end_time": "soon"}, "first_run", None, ("end_time",)),
        ({"frequency": "YEARLY"}, "first_run", None, ()),
        ({"frequency": "YEARLY"}, "schedule_words", "yearly", ()),
        ({"frequency": 7}, "schedule_words", "?", ("frequency",)),
        ({"status": "a\x1b[31mb"}, "status", "a␛[31mb", ()),
        ({"last_executed_around": MONDAY_5 + 14}, "last_run", MONDAY_5 + 14, ()),
        ({"request_body": '{"state": "running"}'}, "act", Act.START, ()),
        ({"request_body": "{"}, "request_body", None, ("request_body",)),
        ({"request_body": None}, "request_body", None, ()),
        ({"request_body": ["stopped"]}, "act", Act.OTHER, ("request_body",)),
    ],
)
def test_one_wrong_field_is_unknown_and_the_row_stays(
    changes: dict[str, object], name: str, value: object, unread: tuple[str, ...]
) -> None:
    assert getattr(job(**changes), name) == value
    assert job(**changes).unread == unread


def test_a_row_without_an_id_is_counted_and_the_others_stay() -> None:
    found = jobs_from([ROW, {"instance_id": 7}, 3, {**ROW, "id": 2111}])
    assert [one.id for one in found.jobs] == [2110, 2111]
    assert found.bad == 2
    assert found.reasons[0] == "A scheduled job cannot be shown: no id."


@pytest.mark.parametrize(
    ("changes", "act", "words"),
    [
        ({"request_method": "DELETE"}, Act.DESTROY, "destroy"),
        ({"request_method": "delete", "api_endpoint": "/api/v0/instances/42"}, Act.DESTROY,
         "destroy"),
        ({"request_body": {"state": "running"}}, Act.START, "start"),
        ({"request_body": {"state": {}}}, Act.OTHER, "PUT /api/v0/instances/42/"),
        ({"api_endpoint": "/api/v0/instances/reboot/42/"}, Act.REBOOT, "reboot"),
        ({"api_endpoint": "/api/v0/instances/bid_price/42/", "request_body": {"price": 0.2}},
         Act.BID, "bid $0.200/h"),
        ({"api_endpoint": "/api/v0/instances/bid_price/42/"}, Act.BID, "bid $?/h"),
        ({"api_endpoint": "/api/v0/commands/rclone/", "request_method": "POST"}, Act.OTHER,
         "POST /api/v0/commands/rclone/"),
        ({"api_endpoint": None}, Act.OTHER, "PUT ?"),
    ],
)  # fmt: skip
def test_what_it_does(changes: dict[str, object], act: Act, words: str) -> None:
    found = job(**changes)
    assert (found.act, found.act_words) == (act, words)


def test_it_acts_on_the_instance_in_its_path() -> None:
    assert job(api_endpoint="/api/v0/instances/43/").target == 43


def test_when_it_runs_next() -> None:
    forever = job(end_time=None)
    week = 7 * 86_400
    assert forever.run_after(MONDAY_5 - 1e6) == MONDAY_5
    assert forever.run_after(MONDAY_5 + 0.5) == MONDAY_5 + week
    assert job().run_after(MONDAY_5 + 0.5) is None
    hourly = {"frequency": "HOURLY", "day_of_the_week": None, "hour_of_the_day": None}
    assert job(**hourly).run_after(MONDAY_5 + 60) == MONDAY_5 + 3600
    assert not job(**hourly).is_once
    daily = {"frequency": "DAILY", "day_of_the_week": None, "hour_of_the_day": 4}
    assert job(**daily).first_run == MONDAY_5 + 23 * 3600


def test_a_plan_is_one_run_of_a_weekly_job() -> None:
    plan = JobPlan(42, Act.STOP, MONDAY_5)
    assert plan.fields == {
        "start_time": MONDAY_5, "end_time": MONDAY_5 + 3540,
        "api_endpoint": "/api/v0/instances/42/", "request_method": "PUT",
        "request_body": {"state": "stopped"}, "day_of_the_week": 1, "hour_of_the_day": 5,
        "frequency": "WEEKLY", "instance_id": 42,
    }  # fmt: skip
    for hours in range(24 * 8):
        at = MONDAY_5 + hours * 3600
        fields = JobPlan(42, Act.STOP, at).fields
        [same] = jobs_from([{**fields, "id": 1}]).jobs
        assert (same.first_run, same.is_once, same.fields) == (at, True, fields)


@pytest.mark.parametrize(
    ("act", "method", "path", "body"),
    [
        (Act.DESTROY, "DELETE", "42/", {}),
        (Act.START, "PUT", "42/", {"state": "running"}),
        (Act.REBOOT, "PUT", "reboot/42/", {"instance_id": 42}),
        (Act.BID, "PUT", "bid_price/42/", {"client_id": "me", "price": 0.2, "instance_id": 42}),
    ],
)
def test_each_act_is_sent_as_the_official_client_does(
    act: Act, method: str, path: str, body: dict[str, object]
) -> None:
    fields = JobPlan(42, act, MONDAY_5, 0.2).fields
    assert (fields["request_method"], fields["request_body"]) == (method, body)
    assert fields["api_endpoint"] == f"/api/v0/instances/{path}"
    [same] = jobs_from([{**fields, "id": 1}]).jobs
    assert (same.act, same.target) == (act, 42)


def test_what_cannot_be_scheduled_is_no_plan() -> None:
    with pytest.raises(ValueError, match="tell"):
        _ = JobPlan(42, Act.TELL, MONDAY_5).fields


def test_every_field_is_compared() -> None:
    plan = JobPlan(42, Act.STOP, MONDAY_5)
    [same] = jobs_from([{**plan.fields, "id": 1, "min_of_the_hour": 0, "extra": 1}]).jobs
    assert plan.differences(same) == ()
    near = replace(same, api_endpoint="/api/v0/instances/42", start_time=MONDAY_5 + 0.2)
    assert plan.differences(near) == ()
    later = replace(same, hour_of_the_day=6)
    assert plan.differences(later) == ("hour_of_the_day 6 instead of 5",)
    assert plan.differences(replace(same, min_of_the_hour=5)) == ("min_of_the_hour 5 instead of 0",)
    changed = {
        "start_time": MONDAY_5 + 3600, "end_time": None, "frequency": "HOURLY", "instance_id": 43,
        "day_of_the_week": 2, "request_method": "DELETE", "request_body": {"state": "running"},
        "api_endpoint": "/api/v0/instances/43/",
    }  # fmt: skip
    for name, value in changed.items():
        [found] = plan.differences(replace(same, **{name: value}))  # type: ignore[arg-type]
        assert found.startswith(name)
    destroy = JobPlan(42, Act.DESTROY, MONDAY_5)
    [bare] = jobs_from([{**destroy.fields, "id": 1, "request_body": None}]).jobs
    assert destroy.differences(bare) == ()


def test_timers_are_told_apart_by_who_does_what() -> None:
    here = Timer(doer=Doer.VASTTUI, act=Act.TELL, instance_id=42, at=MONDAY_5)
    there = Timer(doer=Doer.VAST, act=Act.STOP, instance_id=42, job=job(), checked=Checked.SAME)
    inside = Timer(doer=Doer.INSTANCE, act=Act.STOP, instance_id=42, checked=Checked.UNSEEN)
    assert len({here.key, there.key, inside.key}) == 3
    assert not there.repeats
    assert structs.replace(there, job=job(end_time=None)).repeats
    assert "come early" in Doer.VAST.guarantee
