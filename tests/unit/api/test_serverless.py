"""Endpoints, groups and deployments: what is sent, and every shape of the answers."""

from __future__ import annotations

import json

import pytest

from tests.support.http import KEY, Script, client_of, reply
from tests.unit.models.test_decode_serverless import ENDPOINT, GROUP, SECRET
from vasttui.api.outcome import Fate
from vasttui.errors import BrokenAnswer, Rejected
from vasttui.models.endpoint_settings import EndpointSettings, GroupSettings
from vasttui.models.serverless import EndpointList, GroupList, LeftWorkers


async def test_the_lists_are_asked_for_without_a_body() -> None:
    script = Script(reply({"success": True, "results": [ENDPOINT]}))
    client = client_of(script)
    [found] = (await client.endpoints.list()).endpoints
    assert found.name == "vLLM-Qwen3-8B"
    [request] = script.requests
    assert (request.method, str(request.url)) == (
        "GET", "https://console.vast.ai/api/v0/endptjobs/",
    )  # fmt: skip
    assert request.content == b""
    assert SECRET not in f"{client.exchanges}"
    await client.aclose()


@pytest.mark.parametrize(
    "nothing",
    [
        reply({"success": True, "results": []}),
        reply({"success": False, "error": "invalid_args", "msg": "No endpoints for user found"},
              400),
    ],
)  # fmt: skip
async def test_none_comes_in_two_shapes(nothing: object) -> None:
    assert await client_of(Script(nothing)).endpoints.list() == EndpointList()  # type: ignore[arg-type]


async def test_no_groups_may_be_a_refusal_too_and_others_are_not_an_empty_list() -> None:
    none = reply({"success": False, "msg": "No workergroups for user found"}, 400)
    assert await client_of(Script(none)).worker_groups.list() == GroupList()
    with pytest.raises(Rejected):
        await client_of(Script(reply({"success": False, "msg": "Bad"}, 400))).endpoints.list()
    with pytest.raises(BrokenAnswer):
        await client_of(Script(reply({"success": True}))).endpoints.list()
    assert (await client_of(Script(reply([ENDPOINT]))).endpoints.list()).endpoints[0].id == 123
    [group] = (
        await client_of(Script(reply({"success": True, "results": [GROUP]}))).worker_groups.list()
    ).groups
    assert group.search == GROUP["search_params"]


async def test_a_new_endpoint_is_sent_with_every_field_and_its_id_is_read() -> None:
    script = Script(reply({"success": True, "result": 12345}))
    outcome = await client_of(script).endpoints.create(EndpointSettings(endpoint_name="x"))
    assert (outcome.fate, outcome.data) == (Fate.OK, 12345)
    assert json.loads(script.requests[0].content) == {
        "client_id": "me", "min_load": 0.0, "min_cold_load": 0.0, "target_util": 0.9,
        "cold_mult": 2.5, "cold_workers": 5, "max_workers": 20, "endpoint_name": "x",
        "max_queue_time": None, "target_queue_time": None, "inactivity_timeout": None,
        "autoscaler_instance": "prod",
    }  # fmt: skip


async def test_a_change_names_the_id_and_the_state() -> None:
    script = Script(reply({"success": True}))
    settings = EndpointSettings(endpoint_name="x", endpoint_state="stopped", max_workers=3)
    assert (await client_of(script).endpoints.update(7, settings)).fate is Fate.OK
    body = json.loads(script.requests[0].content)
    assert script.requests[0].url.path == "/api/v0/endptjobs/7/"
    assert (body["endptjob_id"], body["endpoint_state"], body["max_workers"]) == (7, "stopped", 3)


async def test_a_deletion_says_what_became_of_the_workers() -> None:
    answer = {"success": True, "deleted_workers": [1], "failed_workers": [2]}
    script = Script(reply(answer))
    client = client_of(script)
    assert (await client.endpoints.delete(7)).data == LeftWorkers((1,), (2,))
    assert json.loads(script.requests[0].content) == {"client_id": "me", "endptjob_id": 7}
    assert (await client.worker_groups.delete(8)).data == LeftWorkers((1,), (2,))
    assert json.loads(script.requests[1].content) == {"client_id": "me", "autojob_id": 8}


async def test_a_group_is_sent_as_the_official_client_sends_it() -> None:
    script = Script(reply({"success": True, "id": 789}))
    client = client_of(script)
    settings = GroupSettings(
        endpoint_id=123, template_hash="b" * 32, search="gpu_ram>=24", launch_args="-e A=hidden"
    )
    assert (await client.worker_groups.create(settings)).data == 789
    await client.worker_groups.update(789, settings)
    made, changed = (json.loads(one.content) for one in script.requests)
    assert made == {
        "client_id": "me", "template_hash": "b" * 32, "template_id": None,
        "search_params": "gpu_ram>=24 verified=True rentable=True rented=False",
        "launch_args": "-e A=hidden", "gpu_ram": None, "endpoint_name": None, "endpoint_id": 123,
        "autoscaler_instance": "prod",
    }  # fmt: skip
    assert changed == {**made, "autojob_id": 789}
    assert "hidden" not in f"{client.exchanges}"


async def test_deployments_and_their_versions() -> None:
    row = {
        "id": 644, "name": "square", "tag": "default", "image": "vastai/base-image:latest",
        "endpoint_id": 25121, "env": "-e TOKEN=hidden", "storage": 16.0, "ttl": None,
        "created_at": 1790000000.0, "endpoint_state": "active", "worker_count": 2,
    }  # fmt: skip
    found = await client_of(Script(reply({"deployments": [row, {}]}))).deployments.list()
    [one] = found.deployments
    assert (one.title, one.endpoint_id, one.worker_count, found.bad) == ("square", 25121, 2, 1)
    assert "hidden" not in f"{found!r}"
    script = Script(reply({"success": True, "versions": [{"id": 3, "version_label": "v3"}, 5]}))
    [version] = await client_of(script).deployments.versions(644)
    assert (version.id, version.label) == (3, "v3")
    assert script.requests[0].url.path == "/api/v0/deployment/644/versions/"


async def test_the_key_is_not_in_a_body_but_where_it_has_to_be() -> None:
    script = Script(reply({"success": True}))
    client = client_of(script)
    await client.endpoints.delete(7)
    await client.deployments.stop(7)
    assert not any(KEY in one.content.decode() for one in script.requests)
