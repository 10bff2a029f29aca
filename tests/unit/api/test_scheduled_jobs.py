"""Scheduled jobs on the wire."""

from __future__ import annotations

import json

import pytest

from tests.support.http import Script, client_of, reply
from vasttui.api.outcome import Fate
from vasttui.errors import BrokenAnswer, Rejected
from vasttui.models.scheduled_job import Act, JobPlan

FIELDS = JobPlan(42, Act.STOP, 1_790_571_600.0).fields
ROW = {**FIELDS, "id": 2110, "min_of_the_hour": 0, "last_executed_around": 0.0, "status": "PENDING"}


@pytest.mark.parametrize("document", [[ROW], {"results": [ROW]}])
async def test_the_list_in_both_shapes(document: object) -> None:
    script = Script(reply(document))
    client = client_of(script)
    found = await client.scheduled_jobs.list()
    assert [(one.id, one.fields) for one in found.jobs] == [(2110, FIELDS)]
    [request] = script.requests
    assert (request.method, request.url.path) == ("GET", "/api/v0/commands/schedule_job/")
    await client.aclose()


async def test_an_answer_without_a_list_is_none() -> None:
    client = client_of(Script(reply({"success": True})))
    with pytest.raises(BrokenAnswer):
        await client.scheduled_jobs.list()
    await client.aclose()


async def test_setting_replacing_and_taking_back() -> None:
    script = Script(
        reply({"success": True, "scheduled_job_id": 4462317}),
        reply({"scheduled_job_id": 4462317}, 422),
        reply({"id": 4462317}),
        reply({"success": True, "msg": "Scheduled job 4462317 deleted successfully"}),
        reply({"success": True}),
    )
    client = client_of(script)
    jobs = client.scheduled_jobs
    assert (await jobs.create(FIELDS)).fate is Fate.OK
    there = await jobs.create(FIELDS)
    assert there.fate is Fate.REJECTED
    assert isinstance(there.error, Rejected)
    assert there.error.job == 4462317
    assert (await jobs.replace(4462317, FIELDS)).fate is Fate.OK
    assert (await jobs.delete(4462317)).fate is Fate.OK
    assert (await jobs.create(FIELDS)).fate is Fate.UNKNOWN  # no id: nobody knows which
    path = "/api/v0/commands/schedule_job/"
    assert [(one.method, one.url.path) for one in script.requests] == [
        ("POST", path), ("POST", path), ("PUT", f"{path}4462317/"), ("DELETE", f"{path}4462317/"),
        ("POST", path),
    ]  # fmt: skip
    assert [json.loads(one.content) for one in script.requests[:3]] == [FIELDS] * 3
    await client.aclose()
