"""Decodes jobs of Vast.ai's scheduler (client 1.9.1 `cli/display.py`). One that is missing from the
list looks taken back, so only the id is essential."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pydantic_core import SchemaValidator
from pydantic_core import core_schema as cs

from vasttui.models.decode_schema import decode_row, reason, schema_of, whole_number
from vasttui.models.scheduled_job import JobList, ScheduledJob

_REASONS = 5
_TIME = cs.float_schema(strict=True, ge=0, le=1e11, allow_inf_nan=False)


def jobs_from(rows: Sequence[object]) -> JobList:
    """The jobs in these rows; a bad row does not affect the others."""
    found: dict[int, ScheduledJob] = {}
    reasons: list[str] = []
    for row in rows:
        job, wrong = decode_row(_job, row, {"id"})
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


def _number(least: int, most: int) -> cs.CoreSchema:
    whole = whole_number(least)
    return cs.chain_schema([whole, cs.int_schema(strict=True, le=most)])


_job = SchemaValidator(
    schema_of(
        ScheduledJob,
        {
            **dict.fromkeys(("id", "instance_id"), whole_number(1)),
            **dict.fromkeys(("start_time", "end_time", "last_executed_around"), _TIME),
            "request_body": cs.no_info_plain_validator_function(_body),
            "day_of_the_week": _number(0, 6),
            "hour_of_the_day": _number(0, 23),
            "min_of_the_hour": _number(0, 59),
        },
        ours={"unread"},
    )
)
