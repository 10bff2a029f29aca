"""Decodes jobs of Vast.ai's scheduler (client 1.9.1 `cli/display.py`). One that is missing from the
list looks taken back, so only the id is essential."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from vasttui.models.decode_fields import RowDecoder, between, reason, whole
from vasttui.models.scheduled_job import JobList, ScheduledJob

_REASONS = 5
_TIME = between(0, 1e11)


def jobs_from(rows: Sequence[object]) -> JobList:
    """The jobs in these rows; a bad row does not affect the others."""
    found: dict[int, ScheduledJob] = {}
    reasons: list[str] = []
    for row in rows:
        job, wrong = _job.decode(row)
        if job is None:
            reasons.append(reason("A scheduled job cannot be shown", row, wrong or ("id",)))
        else:
            found.setdefault(job.id, replace(job, unread=wrong) if wrong else job)
    return JobList(tuple(found.values()), len(reasons), tuple(reasons[:_REASONS]))


def _body(value: object) -> Mapping[str, object]:
    """An object, or its text."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise ValueError("not JSON") from None
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


_job = RowDecoder(
    ScheduledJob,
    {
        **dict.fromkeys(("id", "instance_id"), whole(1)),
        **dict.fromkeys(("start_time", "end_time", "last_executed_around"), _TIME),
        "request_body": _body,
        "day_of_the_week": whole(0, 6),
        "hour_of_the_day": whole(0, 23),
        "min_of_the_hour": whole(0, 59),
    },
    ours={"unread"},
)
