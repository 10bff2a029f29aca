"""Endpoints, worker groups and workers in every shape the service uses."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from vasttui.errors import VastError
from vasttui.models.decode_serverless import (
    endpoints_from,
    groups_from,
    left_workers_from,
    route_from,
    workers_from,
)
from vasttui.models.endpoint_settings import (
    EndpointSettings,
    GroupSettings,
    group_settings_of,
    limit_from,
    settings_of,
)
from vasttui.models.serverless import Endpoint, LeftWorkers, WorkerGroup, wrong_endpoint_name
from vasttui.models.worker_search import ANY, own_search, whole_search, with_price
from vasttui.models.worker_state import Bills, Kind, worker_state

SECRET = "e5f6" * 16

ENDPOINT: dict[str, Any] = {
    "id": 123, "endpoint_name": "vLLM-Qwen3-8B", "user_id": 1, "created_at": 1790000000.0,
    "api_key": SECRET, "min_load": 0.0, "min_cold_load": 0.0, "target_util": 0.9,
    "cold_mult": 2.5, "cold_workers": 5, "max_workers": 20, "max_queue_time": 30.0,
    "target_queue_time": 10.0, "inactivity_timeout": -1, "endpoint_state": "active",
}  # fmt: skip
GROUP: dict[str, Any] = {
    "id": 789, "endpoint_id": 123, "endpoint_name": "vLLM-Qwen3-8B",
    "template_hash": "b7942f6bbc4374893ff66eb78145bbac", "template_id": 456,
    "search_params": "gpu_ram>=24 verified=True rentable=True rented=False",
    "launch_args": "--env '-e TOKEN=hidden'", "gpu_ram": 24, "api_key": SECRET,
}  # fmt: skip
WORKER: dict[str, Any] = {
    "id": 67890, "status": "idle", "cur_load": 120.0, "new_load": 0.0,
    "cur_load_rolling_avg": 98.5, "cur_perf": 410.0, "perf": 405.2, "measured_perf": 412.9,
    "dlperf": 88.1, "reliability": 0.997, "reqs_working": 2, "disk_usage": 31.2,
    "loaded_at": 1790001200.0, "started_at": 1790001000.0,
}  # fmt: skip


def endpoint(**changes: object) -> Endpoint:
    [found] = endpoints_from([{**ENDPOINT, **changes}]).endpoints
    return found


def group(**changes: object) -> WorkerGroup:
    [found] = groups_from([{**GROUP, **changes}]).groups
    return found


def test_an_endpoint_as_it_was_seen_and_its_key_in_no_repr() -> None:
    found = endpoint()
    assert (found.id, found.name, found.state) == (123, "vLLM-Qwen3-8B", "active")
    assert (found.max_workers, found.inactivity_timeout) == (20, -1)
    assert found.api_key is not None
    assert found.api_key.reveal() == SECRET
    assert SECRET not in f"{found!r} {endpoints_from([ENDPOINT])!r} {group()!r}"
    assert "hidden" not in f"{group()!r}"
    assert found == endpoint()


@pytest.mark.parametrize(
    ("changes", "field", "value", "unread"),
    [
        ({"created_at": "2023-10-01T12:00:00Z"}, "created_at", 1696161600.0, ()),
        ({"endpoint_state": "ACTIVE"}, "state", "active", ()),
        ({"endpoint_state": None}, "state", "", ()),
        ({"endpoint_name": "a\x1b[31mb"}, "name", "a␛[31mb", ()),
        ({"endpoint_name": 7}, "name", "endpoint 123", ("endpoint_name",)),
        ({"max_workers": "20"}, "max_workers", None, ("max_workers",)),
        ({"max_workers": True}, "max_workers", None, ("max_workers",)),
        ({"min_load": -1}, "min_load", None, ("min_load",)),
        ({"api_key": 5}, "api_key", None, ("api_key",)),
        ({"api_key": ""}, "api_key", None, ()),
        ({"auto_delete_due_24h": True}, "auto_delete_due_24h", True, ()),
    ],
)
def test_one_wrong_field_is_unknown_and_the_row_stays(
    changes: dict[str, object], field: str, value: object, unread: tuple[str, ...]
) -> None:
    found = endpoint(**changes)
    assert getattr(found, field) == value
    assert found.unread == unread


def test_rows_without_an_id_are_counted_and_others_stay() -> None:
    found = endpoints_from([{**ENDPOINT, "id": "x"}, 7, ENDPOINT, ENDPOINT])
    assert found.endpoints == (endpoint(),)
    assert found.bad == 2
    assert found.reasons[0] == "An endpoint cannot be shown: id is 'x'."


@pytest.mark.parametrize(
    ("document", "ids", "said"),
    [
        ([WORKER], [67890], ""),
        ({"workers": [WORKER]}, [67890], ""),
        ({"workers": []}, [], ""),
        ([{**WORKER, "id": "67890"}, {**WORKER, "id": "x"}, 5], [67890], ""),
        ([], [], ""),
        ({"error_msg": "endpoint is loading."}, [], "endpoint is loading"),
        ("authenticate_endpoint_apikey: not found", [], "authenticate_endpoint_apikey: not found"),
    ],
)
def test_workers_come_in_four_shapes(document: object, ids: list[int], said: str) -> None:
    found = workers_from(document)
    assert found is not None
    assert [one.id for one in found.workers] == ids
    assert found.said == said


@pytest.mark.parametrize("document", [{}, None, 5, {"workers": {"1": WORKER}}])
def test_anything_else_is_not_an_empty_list_of_workers(document: object) -> None:
    assert workers_from(document) is None


@pytest.mark.parametrize(
    ("word", "words", "kind", "bills"),
    [
        ("idle", "ready", Kind.READY, Bills.ALL),
        ("IDLE", "ready", Kind.READY, Bills.ALL),
        ("MODEL_LOADING", "loading model", Kind.STARTING, Bills.ALL),
        ("creating", "created", Kind.STARTING, Bills.DISK),
        ("Model Loading", "loading model", Kind.STARTING, Bills.ALL),
        ("update_rebooting", "updating", Kind.STARTING, Bills.ALL),
        ("stopped", "inactive", Kind.OFF, Bills.DISK),
        ("pending", "pending", Kind.STARTING, Bills.NOTHING),
        ("error", "error", Kind.BROKEN, Bills.NOTHING),
        ("unavail", "unavailable", Kind.BROKEN, Bills.UNKNOWN),
        ("Hibernating", "Hibernating", Kind.UNKNOWN, Bills.UNKNOWN),
        (None, "?", Kind.UNKNOWN, Bills.UNKNOWN),
    ],
)
def test_the_words_of_a_worker_and_what_it_bills(
    word: str | None, words: str, kind: Kind, bills: Bills
) -> None:
    state = worker_state(word)
    assert (state.words, state.kind, state.bills) == (words, kind, bills)


@pytest.mark.parametrize(
    ("changes", "limit"),
    [
        ({}, ANY),
        ({"search_params": "gpu_ram>=24 dph_total<=0.45"}, 0.45),
        ({"search_params": "dph<0.5 dph_total <= 0.45"}, 0.45),
        ({"search_params": "dph_total>=0.45"}, ANY),
        ({"search_params": "min_dph_total<=0.45"}, ANY),
        ({"search_params": '{"dph_total": {"lte": 0.3}}'}, 0.3),
        ({"search_params": {"dph_total": {"lte": 0.3, "gte": 0.1}}}, 0.3),
        ({"search_params": None, "search_query": {"dph_total": {"lt": 0.2}}}, 0.2),
        ({"search_params": None, "search_query": {"gpu_ram": {"gte": 1}}}, ANY),
        ({"search_params": "dph_total<=0.4", "search_query": {"dph_total": {"lte": 0.6}}}, 0.6),
        ({"search_params": None}, None),
        ({"search_params": 5}, None),
    ],
)
def test_the_price_limit_is_read_from_the_text_or_the_object(
    changes: dict[str, object], limit: float | None
) -> None:
    assert group(**changes).price_limit == limit


def test_a_search_is_sent_whole_and_its_parts_can_be_told_apart() -> None:
    sent = "gpu_ram>=24 dph_total<=0.45 verified=True rentable=True rented=False"
    assert whole_search("gpu_ram>=24  dph_total<=0.45") == sent
    assert whole_search(sent) == sent
    assert whole_search("verified=False") == "verified=False rentable=True rented=False"
    assert own_search(sent) == "gpu_ram>=24"
    assert with_price(own_search(sent), 0.3) == "gpu_ram>=24 dph_total<=0.3"
    assert with_price("dph<=1 gpu_ram>=24 dph_total>=0.1", None) == "gpu_ram>=24 dph_total>=0.1"


def test_a_parsed_search_is_shown_as_text() -> None:
    query = {
        "gpu_ram": {"gte": 24000}, "gpu_name": {"in": ["RTX 5090", "RTX 4090"]},
        "dph_total": {"lte": 0.45}, "verified": {"eq": True}, "odd": 5,
    }  # fmt: skip
    shown = group(search_params=None, search_query=query)
    assert shown.search == (
        "gpu_ram>=24 gpu_name in [RTX_5090,RTX_4090] dph_total<=0.45 verified=True odd=5"
    )
    settings = GroupSettings(endpoint_id=123, search="gpu_ram>=24 dph_total<=0.45")
    assert settings.is_set_on(shown)
    assert not replace(settings, search="dph_total<=0.3").is_set_on(shown)


def test_all_fields_of_an_endpoint_are_sent_and_none_that_was_not_understood() -> None:
    settings = settings_of(endpoint())
    assert settings is not None
    assert settings.body == {
        "client_id": "me", "endpoint_name": "vLLM-Qwen3-8B", "min_load": 0.0,
        "min_cold_load": 0.0, "target_util": 0.9, "cold_mult": 2.5, "cold_workers": 5,
        "max_workers": 20, "max_queue_time": 30.0, "target_queue_time": 10.0,
        "inactivity_timeout": -1.0, "endpoint_state": "active", "autoscaler_instance": "prod",
    }  # fmt: skip
    assert settings.differs(endpoint(max_workers=16, endpoint_state="stopped")) == [
        "max_workers", "endpoint_state",
    ]  # fmt: skip
    assert settings_of(endpoint(cold_mult="x")) is None
    assert settings_of(endpoint(max_queue_time="x")) is None
    assert settings_of(endpoint(endpoint_name="a b")) is None
    new = EndpointSettings(endpoint_name="x")
    assert "endpoint_state" not in new.body
    assert new.differs(endpoint(endpoint_name="x", inactivity_timeout=900)) == []


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("max_workers", "16", 16), ("max_workers", "0", 0), ("max_workers", "", "whole"),
        ("max_workers", "1.5", "whole"), ("max_workers", "-1", "whole"),
        ("inactivity_timeout", "-1", -1), ("inactivity_timeout", "", None),
        ("inactivity_timeout", "1.5", "whole"), ("max_queue_time", "", None),
        ("max_queue_time", "30", 30.0), ("target_util", "0.9", 0.9), ("target_util", "90", "part"),
        ("target_util", "0", "part"), ("cold_mult", "2.5", 2.5), ("cold_mult", "", "number"),
        ("min_load", "nan", "number"), ("min_load", "-1", "number"), ("min_load", "1e9", "number"),
    ],
)  # fmt: skip
def test_what_is_typed_for_a_limit(field: str, text: str, value: object) -> None:
    if isinstance(value, str):
        with pytest.raises(VastError, match=value):
            limit_from(field, text)
    else:
        assert limit_from(field, text) == value


def test_a_group_is_sent_with_its_endpoint_and_the_whole_search() -> None:
    settings = group_settings_of(group())
    assert settings is not None
    assert settings.body["search_params"] == GROUP["search_params"]
    assert (settings.body["endpoint_id"], settings.body["template_id"]) == (123, 456)
    assert settings.body["launch_args"] == GROUP["launch_args"]
    assert settings.is_set_on(group())
    assert not settings.is_set_on(group(search_params="verified=True"))
    assert not settings.is_set_on(group(template_hash="c" * 32))
    assert group_settings_of(group(search_params=None)) is None
    assert group_settings_of(group(launch_args=5)) is None
    parsed = {"gpu_ram": {"gte": 24000}}
    from_query = group_settings_of(group(search_params=None, search_query=parsed))
    assert from_query is not None
    assert from_query.body["search_params"] == parsed
    long = "gpu_ram>=24 " + "x" * 2_000
    assert group(search_params=long).search_params == long
    assert "hidden" not in f"{GroupSettings(endpoint_id=1, launch_args='hidden')!r}"


def test_what_a_deletion_says_of_the_workers() -> None:
    said = {"success": True, "deleted_workers": [1001, "x"], "failed_workers": [1002]}
    assert left_workers_from(said) == LeftWorkers((1001,), (1002,))
    assert left_workers_from({"success": True}) == LeftWorkers()


def test_a_route_is_ready_with_an_address_and_waits_without() -> None:
    ready = {"url": "https://203.0.113.9:41234", "reqnum": 17, "request_idx": 9, "signature": "s"}
    found = route_from(ready)
    assert found is not None
    assert (found.url, found.reqnum, found.request_idx) == (ready["url"], 17, 9)
    assert found.auth_data == ready
    assert "'s'" not in f"{found!r}"
    waiting = route_from({"status": "loa\x07ding", "request_idx": 9})
    assert waiting is not None
    assert (waiting.url, waiting.status, waiting.request_idx) == ("", "loa␇ding", 9)
    assert route_from({}) is None
    assert route_from("not found") is None
    assert route_from({"url": 5}) is None


def test_names_of_new_endpoints() -> None:
    assert wrong_endpoint_name("llama-70b_2") == ""
    assert wrong_endpoint_name("a b").startswith("Letters, digits")
    assert wrong_endpoint_name("a" * 256) != ""
    assert math.isinf(ANY)
