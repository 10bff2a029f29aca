"""Jobs that the service runs by itself (client 1.9.1 `api/auth.py`, `cli/util.py`)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from vasttui.simulator.account.contracts import Contracts
from vasttui.simulator.http.routing import Call, Route
from vasttui.simulator.http.wire import BadRequest, Reply, Request, error_reply, json_reply
from vasttui.units import DAY, HOUR

LAG = 14.0
"""Seconds after the full hour at which a job runs."""

GONE_INSTANCE = 54_288_105
"""An instance destroyed before the start, whose job is still there."""

_FIRST_ID, _STRAY_ID = 77_120, 77_003
_PATH = "/api/v0/commands/schedule_job"
_WEEK = 7 * 24
_FREQUENCIES = {"HOURLY": (False, False), "DAILY": (False, True), "WEEKLY": (True, True)}
"""Whether each has a day, and an hour."""


@dataclass(slots=True, kw_only=True)
class Job:
    """One job as it was sent. `slot` is the full hour it is due at next, None: never; `set_at` when
    it was made or changed. Times are epoch seconds."""

    id: int
    instance_id: int
    api_endpoint: str
    request_method: str
    request_body: dict[str, object]
    start_time: float
    end_time: float
    day_of_the_week: int | None
    hour_of_the_day: int | None
    frequency: str
    min_of_the_hour: int = 0
    set_at: float = 0.0
    slot: float | None = None
    last_executed_around: float = 0.0

    def next_slot(self, after: float) -> float | None:
        """The first hour after that time in which it is to run: the first may have begun before
        its start. A job with a minute never runs."""
        begin = max(after, self.start_time - HOUR) // HOUR + 1
        for hour in range(int(begin), int(begin) + _WEEK):
            at = float(hour * HOUR)
            if at > self.end_time or self.min_of_the_hour:
                return None
            if self._is_on(hour):
                return at
        return None

    def _is_on(self, hour: int) -> bool:
        day = (hour // 24 + 4) % 7  # the epoch began on a Thursday
        return self.hour_of_the_day in (None, hour % 24) and self.day_of_the_week in (None, day)

    def row(self) -> dict[str, object]:
        """As in the list."""
        return {
            "id": self.id,
            "instance_id": self.instance_id,
            "api_endpoint": self.api_endpoint,
            "request_method": self.request_method,
            "request_body": self.request_body,
            "start_time": self.start_time,
            "end_time": self.end_time,
            "frequency": self.frequency,
            "day_of_the_week": self.day_of_the_week,
            "hour_of_the_day": self.hour_of_the_day,
            "min_of_the_hour": self.min_of_the_hour,
            "last_executed_around": self.last_executed_around,
            "status": "IN-PROGRESS" if self.last_executed_around else "PENDING",
        }


@dataclass(slots=True)
class JobBook:
    """The part that must survive a restart."""

    jobs: list[Job] = field(default_factory=list)
    next_id: int = _FIRST_ID


class ScheduledJobs:
    """One job for each instance, which it outlives. Runs are at minute 0.

    `early`: hourly jobs do not wait for their start, all others run an hour before their time.
    With `results` the list is in an object.
    """

    def __init__(self, contracts: Contracts, start: float, *, early: bool, results: bool) -> None:
        self._contracts = contracts
        self._early, self._results = early, results
        self.book = JobBook([_stray(start)])

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        return [
            Route("GET", _PATH, "scheduled_jobs", self._list),
            Route("POST", _PATH, "schedule_job", self._create),
            Route("PUT", f"{_PATH}/{{id}}", "replace_job", self._replace),
            Route("DELETE", f"{_PATH}/{{id}}", "delete_job", self._delete),
        ]

    def run(self, now: float, perform: Callable[[Request, float], None]) -> bool:
        """Run what is due by `now`, each at its own time; whether anything was."""
        ran = False
        while (due := min(self._due(), default=(now + 1, 0)))[0] <= now:
            at, number = due
            job = next(job for job in self.book.jobs if job.id == number)
            job.slot = job.next_slot(job.slot or at)
            job.last_executed_around = at
            body = json.dumps(job.request_body).encode()
            perform(Request(job.request_method, job.api_endpoint, body=body), at)
            ran = True
        return ran

    def _due(self) -> list[tuple[float, int]]:
        return [(at, job.id) for job in self.book.jobs if (at := self._due_at(job)) is not None]

    def _due_at(self, job: Job) -> float | None:
        if job.slot is None:
            return None
        if not self._early:
            return job.slot + LAG
        if job.frequency == "HOURLY" and not job.last_executed_around:
            return (job.set_at // HOUR + 1) * HOUR + LAG
        before = job.slot - HOUR + LAG
        return before if before > job.set_at else job.slot + LAG

    def _list(self, call: Call) -> Reply:
        rows = [job.row() for job in self.book.jobs]
        return json_reply({"results": rows} if self._results else rows)

    def _create(self, call: Call) -> Reply:
        made = _job(call, self.book.next_id)
        if self._contracts.get(made.instance_id, call.now) is None:
            return error_reply(404, "no_such_instance", "No such instance.")
        for job in self.book.jobs:
            if job.instance_id == made.instance_id:
                return json_reply({"scheduled_job_id": job.id}, 422)
        self.book.jobs.append(made)
        self.book.next_id += 1
        return json_reply({"success": True, "scheduled_job_id": made.id})

    def _replace(self, call: Call) -> Reply:
        old = self._named(call)
        if old is None:
            return error_reply(404, "not_found", "Scheduled job not found.")
        self.book.jobs[self.book.jobs.index(old)] = _job(call, old.id)
        return json_reply({"success": True, "scheduled_job_id": old.id})

    def _delete(self, call: Call) -> Reply:
        old = self._named(call)
        if old is None:
            return error_reply(404, "not_found", "Scheduled job not found.")
        self.book.jobs.remove(old)
        text = f"Scheduled job {old.id} deleted successfully"
        return json_reply({"success": True, "msg": text})

    def _named(self, call: Call) -> Job | None:
        return next((job for job in self.book.jobs if str(job.id) == call.params["id"]), None)


def _job(call: Call, number: int) -> Job:
    """The job in a request. Raises BadRequest."""
    body = call.request.json_object()
    frequency = str(body.get("frequency"))
    if frequency not in _FREQUENCIES:
        raise BadRequest("frequency is not HOURLY, DAILY or WEEKLY")
    has_day, has_hour = _FREQUENCIES[frequency]
    start, end = _time(body, "start_time"), _time(body, "end_time")
    if start >= end:
        raise BadRequest("start_time must be less than end_time")
    method, endpoint = str(body.get("request_method")).upper(), str(body.get("api_endpoint"))
    if method not in ("GET", "POST", "PUT", "DELETE") or not endpoint.startswith("/api/v"):
        raise BadRequest("request_method or api_endpoint is not valid")
    sent = body.get("request_body")
    job = Job(
        id=number, instance_id=_whole(body, "instance_id", 1, 2**53), api_endpoint=endpoint,
        request_method=method, request_body=sent if isinstance(sent, dict) else {},
        start_time=start, end_time=end, frequency=frequency,
        day_of_the_week=_part(body, "day_of_the_week", 6, wanted=has_day),
        hour_of_the_day=_part(body, "hour_of_the_day", 23, wanted=has_hour), set_at=call.now,
        min_of_the_hour=_whole({"min_of_the_hour": 0, **body}, "min_of_the_hour", 0, 59),
    )  # fmt: skip
    job.slot = job.next_slot(call.now)
    return job


def _part(body: Mapping[str, object], name: str, most: int, *, wanted: bool) -> int | None:
    if wanted:
        return _whole(body, name, 0, most)
    if body.get(name) is not None:
        raise BadRequest(f"{name} must be null")
    return None


def _whole(body: Mapping[str, object], name: str, least: int, most: int) -> int:
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise BadRequest(f"{name}: Input should be a valid integer")
    return value


def _time(body: Mapping[str, object], name: str) -> float:
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e11:
        raise BadRequest(f"{name}: Input should be a valid number")
    return float(value)


def _stray(start: float) -> Job:
    """A job that somebody left when its instance was destroyed."""
    made = start - 3 * DAY
    job = Job(
        id=_STRAY_ID, instance_id=GONE_INSTANCE, request_method="DELETE", request_body={},
        api_endpoint=f"/api/v0/instances/{GONE_INSTANCE}/", start_time=made,
        end_time=start + 60 * DAY, frequency="WEEKLY", day_of_the_week=2, hour_of_the_day=6,
        set_at=made,
    )  # fmt: skip
    job.slot = job.next_slot(start)
    return job
