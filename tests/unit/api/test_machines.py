"""Reports and benchmarks of a machine, in every shape they come in."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from tests.support.http import Script, client_of, reply
from tests.support.simulator import KEY, demo_world, running_server, search
from vasttui.api.client import open_client
from vasttui.clock import SystemClock
from vasttui.errors import BrokenAnswer, PermissionDenied
from vasttui.models.machine_record import Benchmark, Report
from vasttui.simulator.market.habits import benchmarks, reports

ROW = {
    "id": 1, "last_update": 1_530_000_000.0, "type": "perf", "machine_id": 11, "num_gpus": 1,
    "gpu_name": "GTX 1080 Ti", "image": "vllm", "value": 10.5, "details": None,
}  # fmt: skip


async def test_reports_are_cleaned_and_the_newest_come_first() -> None:
    script = Script(
        reply(
            [
                {"problem": "Slow", "message": "pcie\u202e\x1b[31m", "created_at": 1_700_000_000},
                {"problem": "Offline", "message": "Offline", "created_at": "2026-06-12T10:00:00Z"},
                {"problem": None, "message": " ", "created_at": True},
                {"message": "no date", "created_at": "yesterday"}, "nonsense",
            ]
        )
    )  # fmt: skip
    client = client_of(script)
    assert await client.machines.reports(2221) == (
        Report("Offline", 1_781_258_400.0),
        Report("Slow: pcie␛[31m", 1_700_000_000.0),
        Report("no date", None),
    )
    assert script.requests[0].url.path == "/api/v0/machines/2221/reports/"
    await client.aclose()


async def test_no_report_is_known_and_a_key_without_the_right() -> None:
    words = {"success": False, "error": "not_found", "msg": "No such machine."}
    narrow = {"error": "permission_error", "msg": "Your key lacks proper privileges: x"}
    client = client_of(Script(reply(words, 404), reply(narrow, 403), reply({"success": True})))
    assert await client.machines.reports(1) == ()
    with pytest.raises(PermissionDenied, match="lacks machine_read"):
        await client.machines.reports(1)
    with pytest.raises(BrokenAnswer):
        await client.machines.reports(1)
    await client.aclose()


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ({"success": True, "benchmarks": [ROW]}, [Benchmark(10.5, "vllm", 1, 1_530_000_000.0)]),
        ([{"machine_id": 11, "model": "llama", "score": 7}], [Benchmark(7.0, "llama")]),
        ([{**ROW, "machine_id": 12}, {**ROW, "value": float("nan")}, None, 3], []),
        ([{**ROW, "last_update": at} for at in range(1, 90)],
         [Benchmark(10.5, "vllm", 1, float(at)) for at in range(89, 59, -1)]),
    ],
)  # fmt: skip
async def test_benchmarks(document: Any, found: list[Benchmark]) -> None:
    script = Script(reply(json.dumps(document)))
    client = client_of(script)
    read = await client.machines.benchmarks(11)
    assert read == tuple(found)
    assert {one.gpu for one in read if one.what == "vllm"} <= {"GTX 1080 Ti"}
    asked = script.requests[0].url
    assert (asked.path, asked.params["limit"]) == ("/api/v0/benchmarks", "30")
    assert json.loads(asked.params["select_filters"]) == {"machine_id": {"eq": 11}}
    await client.aclose()


async def test_the_simulator_over_tcp_and_a_key_that_may_not() -> None:
    clock = SystemClock()
    for narrow in (False, True):
        world = demo_world(clock=clock, narrow_key=narrow)
        search(world)
        machines = {chunk.machine.machine_id: chunk.machine for chunk in world.market.chunks()}
        bad = next(one for one in machines.values() if list(reports(one)))
        async with running_server(world) as address:
            client = open_client(address, KEY, clock=clock, rng=random.Random(1))
            if narrow:
                with pytest.raises(PermissionDenied, match="machine_read"):
                    await client.machines.reports(bad.machine_id)
            else:
                told = await client.machines.reports(bad.machine_id)
                assert len(told) == len(list(reports(bad)))
                assert await client.machines.reports(1) == ()
                values = [one.value for one in await client.machines.benchmarks(bad.machine_id)]
                assert values == [value for _, value, _ in benchmarks(bad)]
            await client.aclose()
