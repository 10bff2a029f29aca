"""Router, autoscaler and workers: addresses, keys, shapes."""

from __future__ import annotations

import json
import random

import httpx
import pytest

from tests.support.http import KEY, Reply, Script, client_of, reply
from tests.unit.models.test_decode_serverless import SECRET, WORKER
from vasttui.api.client import open_client
from vasttui.api.origin import parse_origin
from vasttui.api.outcome import Fate
from vasttui.api.vast_root import fetch_root
from vasttui.api.worker_calls import WorkerCalls
from vasttui.clock import Clock, VirtualClock
from vasttui.errors import BrokenAnswer, NetworkError, ReadOnlyRefused, Rejected, TlsError
from vasttui.models.route import RouteAnswer
from vasttui.models.secret import Secret
from vasttui.models.serverless_log import ServerlessLog

ENDPOINT_KEY = Secret(SECRET)
READY = {
    "endpoint": "x", "url": "https://203.0.113.9:41234", "cost": 16.0, "reqnum": 17,
    "request_idx": 9, "signature": "c2ln", "__request_id": "a1",
}  # fmt: skip
ROUTE = RouteAnswer("https://203.0.113.9:41234", "", 9, 17, READY)


@pytest.mark.parametrize(
    ("service", "live"),
    [
        ("https://console.vast.ai", "https://run.vast.ai/get_endpoint_workers/"),
        ("http://127.0.0.1:8080/api/v0", "http://127.0.0.1:8080/get_endpoint_workers/"),
        ("https://vast.example", "https://vast.example/get_endpoint_workers/"),
    ],
)
async def test_the_live_side_is_where_the_official_client_looks(service: str, live: str) -> None:
    script = Script(reply([WORKER]))
    client = client_of(script, address=service)
    [worker] = (await client.live.endpoint_workers(123)).workers
    assert worker.id == 67890
    [request] = script.requests
    assert str(request.url) == live
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert json.loads(request.content) == {"id": 123}
    await client.aclose()


async def test_what_is_no_list_of_workers_is_an_error() -> None:
    with pytest.raises(BrokenAnswer):
        await client_of(Script(reply({"x": 1}))).live.group_workers(5)


@pytest.mark.parametrize(
    ("answer", "log"),
    [
        (
            {"info0": "a\nb\n", "info1": "\x1b[31mc\x1b[0m\n", "trace": "", "debug": None},
            ServerlessLog({"info0": ("a", "b"), "info1": ("c",), "trace": ()}),
        ),
        ({"logs": "a\nb"}, ServerlessLog({"": ("a", "b")})),
        ({"error": "no such\x07 endpoint"}, ServerlessLog(said="no such␇ endpoint")),
        (
            "authenticate_endpoint_apikey: no",
            ServerlessLog(said="authenticate_endpoint_apikey: no"),
        ),
    ],
)
async def test_logs_come_by_level_or_as_one_text(answer: object, log: ServerlessLog) -> None:
    script = Script(reply(json.dumps(answer)))
    client = client_of(script)
    found = await client.live.endpoint_log(123, 500)
    assert (found, dict(found.levels)) == (log, dict(log.levels))
    assert json.loads(script.requests[0].content) == {"id": 123, "tail": 500, "api_key": KEY}
    assert KEY not in f"{client.exchanges}"


async def test_a_log_without_levels_is_the_same_at_each() -> None:
    log = await client_of(Script(reply({"logs": "a"}))).live.group_log(5, 10)
    assert log.at("debug") == ("a",)
    assert ServerlessLog({"info0": ("a",)}).at("debug") is None
    with pytest.raises(BrokenAnswer):
        await client_of(Script(reply({}))).live.group_log(5, 10)


async def test_workers_are_updated_and_a_refusal_has_its_words() -> None:
    script = Script(reply({"success": True, "workers_to_update": 5}))
    client = client_of(script)
    assert (await client.live.update_workers(9)).data == 5
    await client.live.update_workers(9, cancel=True)
    sent = [json.loads(one.content) for one in script.requests]
    assert sent == [
        {"workergroup_id": 9, "api_key": KEY},
        {"workergroup_id": 9, "cancel_update": True, "api_key": KEY},
    ]
    no = Script(reply({"success": False, "error_msg": "an update is running"}))
    outcome = await client_of(no).live.update_workers(9)
    assert isinstance(outcome.error, Rejected)
    assert "an update is running" in f"{outcome.error}"


async def test_a_route_is_asked_for_with_the_endpoints_key_alone() -> None:
    script = Script(reply({"status": "loading", "request_idx": 9}), reply(READY))
    client = client_of(script)
    waiting = (await client.live.route("x", ENDPOINT_KEY, 16)).data
    assert waiting == RouteAnswer("", "loading", 9)
    assert (await client.live.route("x", ENDPOINT_KEY, 16, 9)).data == ROUTE
    first, second = script.requests
    assert first.headers["authorization"] == f"Bearer {SECRET}"
    assert json.loads(first.content) == {
        "endpoint": "x", "api_key": SECRET, "cost": 16, "request_idx": 0, "replay_timeout": 60,
    }  # fmt: skip
    assert json.loads(second.content)["request_idx"] == 9
    assert not any(KEY in f"{one.headers} {one.content!r}" for one in script.requests)
    assert SECRET not in f"{client.exchanges}"


async def test_an_answer_that_names_nothing_is_unknown_and_an_echoed_key_is_masked() -> None:
    outcome = await client_of(Script(reply({}))).live.route("x", ENDPOINT_KEY, 16)
    assert (outcome.fate, outcome.data) == (Fate.UNKNOWN, None)
    echo = Script(reply({"error": f"invalid api_key {SECRET}"}, 400))
    outcome = await client_of(echo).live.route("x", ENDPOINT_KEY, 16)
    assert outcome.status == 400
    assert SECRET not in f"{outcome.error}"


async def test_a_worker_gets_the_whole_answer_of_the_router_and_never_the_accounts_key() -> None:
    script = Script(reply({"text": "Hi \x1b[31mthere"}))
    client = client_of(script)
    answer = await client.workers.call(ROUTE, "/v1/completions", {"prompt": "hi"}, ENDPOINT_KEY)
    [request] = script.requests
    assert (answer.status, answer.size) == (200, 30)
    assert answer.lines == ('{"text": "Hi \\u001b[31mthere"}',)
    assert str(request.url) == "https://203.0.113.9:41234/v1/completions"
    assert json.loads(request.content) == {
        "auth_data": READY, "session_id": None, "payload": {"prompt": "hi"},
    }  # fmt: skip
    assert request.headers["authorization"] == f"Bearer {SECRET}"
    assert KEY not in f"{request.headers} {request.content!r}"
    [shown] = client.exchanges
    assert (shown.operation, shown.status) == ("worker", 200)
    assert SECRET not in f"{shown}"
    await client.aclose()


async def test_over_plain_http_the_worker_gets_no_key_at_all() -> None:
    script = Script(reply("ok", kind="text/plain"))
    route = RouteAnswer("http://203.0.113.9:8000", auth_data=READY)
    answer = await client_of(script).workers.call(route, "/x", {}, ENDPOINT_KEY)
    assert answer.lines == ("ok",)
    assert "authorization" not in script.requests[0].headers


@pytest.mark.parametrize("status", [401, 410, 422, 429, 499, 500])
async def test_any_status_of_a_worker_is_an_answer(status: int) -> None:
    script = Script(reply({"error": "no"}, status))
    answer = await client_of(script).workers.call(ROUTE, "/x", {}, ENDPOINT_KEY)
    assert (answer.status, answer.lines) == (status, ('{"error": "no"}',))
    assert len(script.requests) == 1


async def test_a_long_answer_is_cut_and_what_is_no_text_is_not_shown() -> None:
    long = await client_of(Script(reply("x" * 200_000, kind="text/plain"))).workers.call(
        ROUTE, "/x", {}, ENDPOINT_KEY
    )
    assert (long.cut, long.size) == (True, 200_000)
    image = await client_of(Script(reply(b"\x89PNG", kind="image/png"))).workers.call(
        ROUTE, "/x", {}, ENDPOINT_KEY
    )
    assert (image.lines, image.size) == ((), 4)


@pytest.mark.parametrize(
    "url",
    ["ftp://x", "https://", "https://a@b", "https://x/?q=1", "https://x/../y", "https://a\nb", "x"],
)
async def test_nothing_is_sent_to_an_odd_address(url: str) -> None:
    script = Script(reply({}))
    with pytest.raises(BrokenAnswer):
        await client_of(script).workers.call(RouteAnswer(url), "/x", {}, ENDPOINT_KEY)
    with pytest.raises(NetworkError):
        await client_of(script).workers.call(ROUTE, "x y", {}, ENDPOINT_KEY)
    assert script.requests == []


async def test_the_service_cannot_send_requests_to_this_computer() -> None:
    calls = WorkerCalls(parse_origin("https://console.vast.ai"), VirtualClock())
    with pytest.raises(BrokenAnswer, match="cannot be used"):
        await calls.call(RouteAnswer("http://127.0.0.1:9"), "/x", {}, ENDPOINT_KEY)
    await calls.aclose()


async def test_a_worker_that_cannot_be_reached_is_an_error() -> None:
    with pytest.raises(NetworkError):
        await client_of(Script(httpx.ConnectError("x"))).workers.call(ROUTE, "/x", {}, ENDPOINT_KEY)


async def test_without_vasts_root_nothing_is_sent_to_the_worker() -> None:
    async def no_root(clock: Clock) -> str:
        raise TlsError("no root")

    calls = WorkerCalls(parse_origin("http://127.0.0.1:9"), VirtualClock(), root=no_root)
    with pytest.raises(TlsError, match="no root"):
        await calls.call(ROUTE, "/x", {}, ENDPOINT_KEY)
    await calls.aclose()


@pytest.mark.parametrize(
    "answer", [reply("", 404), reply("<html>login</html>"), reply("x" * 70_000), reply("")]
)
async def test_what_is_no_certificate_is_not_trusted(answer: Reply) -> None:
    script = Script(answer)
    with pytest.raises(TlsError, match="root certificate"):
        await fetch_root(VirtualClock(), httpx.MockTransport(script))
    [request] = script.requests
    assert f"{request.url}" == "https://console.vast.ai/static/jvastai_root.cer"
    assert "authorization" not in request.headers


async def test_in_read_only_mode_neither_router_nor_worker_is_asked() -> None:
    script = Script(reply(READY))
    client = open_client(
        "https://console.vast.ai", KEY, clock=VirtualClock(), rng=random.Random(1),
        transport=httpx.MockTransport(script), read_only=True,
    )  # fmt: skip
    outcome = await client.live.route("x", ENDPOINT_KEY, 16)
    assert isinstance(outcome.error, ReadOnlyRefused)
    with pytest.raises(ReadOnlyRefused):
        await client.workers.call(ROUTE, "/x", {}, ENDPOINT_KEY)
    assert script.requests == []
