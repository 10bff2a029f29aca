"""The outcome of a read when something goes wrong on the way, fault by fault.

`tries` counts the requests that reach the wire while the fault lasts; the error is what the rest
of the program gets.
"""

from __future__ import annotations

import gzip
import json
import socket
import ssl
from dataclasses import dataclass

import httpx
import pytest

from tests.support.http import Reply, Script, client_of, collect, reply, row
from vasttui.api.client import VastClient
from vasttui.api.operations import OPERATIONS
from vasttui.clock import VirtualClock
from vasttui.errors import (
    AnswerTooLarge,
    AuthRejected,
    BrokenAnswer,
    NetworkError,
    NotFound,
    PermissionDenied,
    RateLimited,
    Redirected,
    Rejected,
    SearchQuotaExceeded,
    ServiceDown,
    TlsError,
    VastError,
)
from vasttui.models.account import Account
from vasttui.simulator.inprocess import SimulatorTransport
from vasttui.simulator.world import World, WorldConfig

Fault = Reply | Exception


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


def refused(status: int, code: str, msg: str, **headers: str) -> Reply:
    return reply({"success": False, "error": code, "msg": msg}, status, **headers)


CERTIFICATE = ssl.SSLCertVerificationError(1, "certificate verify failed")
HTML = reply("<!DOCTYPE html><title>Sign in</title>", kind="text/html")
TOO_LARGE = 8 * 1_048_576 + 1


@dataclass(frozen=True)
class Cell:
    """A fault, the resulting error, and the number of requests."""

    fault: Fault
    error: type[VastError]
    tries: int


CELLS = {
    "connect_refused": Cell(httpx.ConnectError("refused"), NetworkError, 3),
    "dns_failure": Cell(
        caused(httpx.ConnectError("x"), socket.gaierror(-2, "unknown")), NetworkError, 3
    ),
    "tls_error": Cell(caused(httpx.ConnectError("x"), CERTIFICATE), TlsError, 1),
    "timeout_before_send": Cell(httpx.ConnectTimeout("x"), NetworkError, 3),
    "no_free_connection": Cell(httpx.PoolTimeout("x"), NetworkError, 3),
    "timeout_mid_send": Cell(httpx.WriteTimeout("x"), BrokenAnswer, 3),
    "timeout_after_send": Cell(httpx.ReadTimeout("x"), BrokenAnswer, 3),
    "reset_mid_send": Cell(httpx.WriteError("x"), BrokenAnswer, 3),
    "reset_or_close_after_send": Cell(httpx.ReadError("x"), BrokenAnswer, 3),
    "garbage": Cell(httpx.RemoteProtocolError("x"), BrokenAnswer, 3),
    "unbuildable": Cell(httpx.LocalProtocolError("x"), NetworkError, 3),
    "400": Cell(refused(400, "invalid_request", "bad"), Rejected, 1),
    "401": Cell(refused(401, "auth_error", "Invalid user key"), AuthRejected, 1),
    "403": Cell(refused(403, "permission_error", "no"), PermissionDenied, 1),
    "404": Cell(refused(404, "not_found", "gone"), NotFound, 1),
    "404_auth": Cell(refused(404, "auth_error", "Invalid user key"), AuthRejected, 1),
    "409": Cell(refused(409, "conflict", "twice"), Rejected, 1),
    "410": Cell(refused(410, "gone", "gone"), NotFound, 1),
    "429_retry_after": Cell(refused(429, "slow", "x", retry_after="30"), RateLimited, 1),
    "429_threshold": Cell(reply("endpoint threshold=8.0", 429), RateLimited, 1),
    "429_search_quota": Cell(refused(429, "search_quota_exceeded", ""), SearchQuotaExceeded, 1),
    "408": Cell(reply("", 408), ServiceDown, 3),
    "500": Cell(reply("", 500), ServiceDown, 3),
    "502": Cell(reply("<html>502</html>", 502, kind="text/html"), ServiceDown, 3),
    "503": Cell(reply("<html>503</html>", 503, kind="text/html"), ServiceDown, 3),
    "504": Cell(reply("<html>504</html>", 504, kind="text/html"), ServiceDown, 3),
    "200_success_false": Cell(refused(200, "no", "not now"), Rejected, 1),
    "200_html_proxy": Cell(HTML, BrokenAnswer, 3),
    "200_empty": Cell(reply(""), BrokenAnswer, 3),
    "truncated_json": Cell(reply('{"offers":[{"id":4417'), BrokenAnswer, 3),
    "redirect_same_site": Cell(
        reply("", 301, location="https://console.vast.ai/login"), Redirected, 1
    ),
    "redirect_other_host": Cell(reply("", 307, location="https://evil.example/"), Redirected, 1),
    "packed_strangely": Cell(reply("{}", content_encoding="identity, zip"), BrokenAnswer, 3),
}  # fmt: skip


async def ask(operation: str, client: VastClient) -> object:
    if operation == "search":
        return await collect(client)
    return await client.account.current()


@pytest.mark.parametrize("fault", CELLS)
@pytest.mark.parametrize("operation", ["search", "account"])
async def test_a_fault_that_lasts(operation: str, fault: str) -> None:
    cell, clock = CELLS[fault], VirtualClock()
    script = Script(cell.fault)
    client = client_of(script, clock=clock)
    with pytest.raises(VastError) as caught:
        await ask(operation, client)
    assert type(caught.value) is cell.error or (
        cell.error is RateLimited and isinstance(caught.value, RateLimited)
    )
    assert len(script.requests) == cell.tries
    assert clock.monotonic() < OPERATIONS[operation].deadline
    assert len(client.exchanges) == cell.tries
    assert all(exchange.note for exchange in client.exchanges)
    await client.aclose()


@pytest.mark.parametrize("fault", [name for name, cell in CELLS.items() if cell.tries == 3])
@pytest.mark.parametrize("operation", ["search", "account"])
async def test_a_fault_that_passes_is_not_felt(operation: str, fault: str) -> None:
    fine = {"offers": [row(5)], "id": 5}
    script = Script(CELLS[fault].fault, CELLS[fault].fault, reply(fine))
    client = client_of(script)
    assert await ask(operation, client) == ([5] if operation == "search" else Account(id=5))
    assert len(script.requests) == 3
    assert client.exchanges[-1].note == ""
    await client.aclose()


@pytest.mark.parametrize(
    ("fault", "rest"),
    [
        (reply("endpoint threshold=2.0", 429), 2.0),
        (reply("", 429, retry_after="3"), 3.0),
        (reply("slow", 429), 1.0),
    ],
)
async def test_a_short_rest_is_taken_and_not_felt(fault: Reply, rest: float) -> None:
    clock = VirtualClock()
    script = Script(fault, reply({"id": 5}))
    client = client_of(script, clock=clock)
    assert (await client.account.current()).id == 5
    assert clock.monotonic() >= rest
    await client.aclose()


async def test_a_long_rest_is_told_and_kept() -> None:
    clock = VirtualClock()
    script = Script(reply("", 429, retry_after="30"), reply({"id": 5}))
    client = client_of(script, clock=clock)
    for seconds_left in (30.0, 20.0):
        with pytest.raises(RateLimited) as caught:
            await client.account.current()
        assert caught.value.retry_after == pytest.approx(seconds_left)
        assert len(script.requests) == 1
        clock.advance(10)
    clock.advance(10)
    assert (await client.account.current()).id == 5
    await client.aclose()


async def test_a_plain_429_on_a_search_is_told_because_its_interval_is_long() -> None:
    clock = VirtualClock()
    script = Script(reply("API requests too frequent", 429))
    client = client_of(script, clock=clock)
    for _ in range(2):
        with pytest.raises(RateLimited):
            await collect(client)
    assert len(script.requests) == 1
    assert clock.monotonic() == 0.0
    await client.aclose()


async def test_the_quota_of_searches_does_not_hold_up_anything_else() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/bundles/"):
            quota = refused(429, "search_quota_exceeded", "", x_ratelimit_reset="1790035200")
            return quota.response()
        return reply({"id": 5}).response()

    client = client_of(answer)
    with pytest.raises(SearchQuotaExceeded) as caught:
        await collect(client)
    assert caught.value.resets_at == 1_790_035_200.0
    assert (await client.account.current()).id == 5
    with pytest.raises(SearchQuotaExceeded):
        await collect(client)  # the caller decides when to retry
    assert [exchange.status for exchange in client.exchanges] == [429, 200, 429]
    await client.aclose()


@pytest.mark.parametrize("operation", ["search", "account"])
async def test_an_answer_past_its_limit_is_dropped(
    operation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = OPERATIONS[operation].most
    assert limit == (192 if operation == "search" else 8) * 1_048_576
    packed = gzip.compress(b" " * (limit + 1), 1)
    script = Script(reply(packed, content_encoding="gzip"))
    client = client_of(script)
    with pytest.raises(BrokenAnswer) as caught:
        await ask(operation, client)
    if operation == "account":
        assert type(caught.value) is AnswerTooLarge
    assert client.exchanges[0].size <= limit
    await client.aclose()


@pytest.mark.parametrize("operation", ["search", "account"])
async def test_a_large_plain_answer_is_dropped_as_well(operation: str) -> None:
    script = Script(reply(b" " * TOO_LARGE))
    client = client_of(script)
    with pytest.raises(BrokenAnswer):
        await ask(operation, client)
    await client.aclose()


@pytest.mark.parametrize(
    ("details", "account"),
    [
        ({"credit": "much", "username": 7, "email": 1}, Account(id=5)),
        ({}, Account(id=5)),
        (dict.fromkeys(("credit", "username", "email")), Account(id=5)),
        ({"credit": 1.5, "quantum": {"x": [None]}}, Account(id=5, credit=1.5)),
    ],
    ids=["wrong_types", "missing_fields", "null_fields", "extra_fields"],
)
async def test_details_of_an_account_may_be_anything(
    details: dict[str, object], account: Account
) -> None:
    client = client_of(Script(reply({"id": 5} | details)))
    assert await client.account.current() == account
    await client.aclose()


@pytest.mark.parametrize("body", [{}, {"id": "5"}, {"id": None}, [], "text", 7])
async def test_an_account_without_an_id_is_no_answer(body: object) -> None:
    script = Script(reply(json.dumps(body)))
    client = client_of(script)
    with pytest.raises(BrokenAnswer):
        await client.account.current()
    await client.aclose()


@pytest.mark.parametrize(
    ("spoiled", "bad", "patched"),
    [
        ({"dph_total": "cheap", "cpu_ram": "much"}, 1, 0),
        ({"cpu_ram": "much", "rented": 7}, 0, 1),
        ({"id": None}, 1, 0),
        ({"cpu_ram": None, "gpu_ids": None}, 0, 0),
        ({"quantum": {"x": [None]}}, 0, 0),
    ],
    ids=["wrong_types", "wrong_details", "null_id", "null_fields", "extra_fields"],
)
async def test_a_bad_row_harms_no_other(spoiled: dict[str, object], bad: int, patched: int) -> None:
    body = {"offers": [row(1), row(2) | spoiled, row(3)]}
    client = client_of(Script(reply(body)))
    batches = [batch async for batch in client.offers.search({})]
    ids = [offer.id for batch in batches for offer in batch.offers]
    assert ids == ([1, 3] if bad else [1, 2, 3])
    assert sum(batch.bad for batch in batches) == bad
    assert sum(batch.patched for batch in batches) == patched
    assert sum(len(batch.reasons) for batch in batches) == bad + patched
    await client.aclose()


@pytest.mark.parametrize("body", [[], {"offers": None}, {"offers": {}}, {"rows": []}, 7, None])
async def test_a_search_without_a_list_is_no_answer(body: object) -> None:
    client = client_of(Script(reply(json.dumps(body))))
    with pytest.raises(BrokenAnswer):
        await collect(client)
    await client.aclose()


@pytest.mark.parametrize("operation", ["search", "account"])
@pytest.mark.parametrize(("fault", "tries"), [("stall", 2), ("drip:1", 1), ("drip:40", 2)])
async def test_a_slow_answer_ends_with_the_deadline(operation: str, fault: str, tries: int) -> None:
    clock = VirtualClock()
    world = World(WorldConfig(offers=30), clock)
    world.plan(operation, [fault] * 9)
    client = client_of(SimulatorTransport(world), clock=clock)
    with pytest.raises(BrokenAnswer):
        await ask(operation, client)
    deadline = OPERATIONS[operation].deadline
    assert deadline <= clock.monotonic() < deadline + 8
    assert len(client.exchanges) == tries
    await client.aclose()


@pytest.mark.parametrize("operation", ["search", "account"])
async def test_an_answer_that_outlived_the_computers_sleep_is_dropped(operation: str) -> None:
    clock = VirtualClock()

    class Sleeping(httpx.AsyncByteStream):
        async def __aiter__(self):  # type: ignore[no-untyped-def]
            yield b'{"id":5,'
            await clock.sleep(7 * 3_600)
            yield b'"offers":[]}'

    class Wire(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            return httpx.Response(200, stream=Sleeping())

    client = client_of(Wire(), clock=clock)
    with pytest.raises(BrokenAnswer):
        await ask(operation, client)
    await client.aclose()


async def test_a_service_that_is_down_is_left_alone_until_the_user_insists() -> None:
    clock = VirtualClock()
    script = Script(*[reply("", 503)] * 5, reply({"id": 5}))
    client = client_of(script, clock=clock)
    for _ in range(2):
        with pytest.raises(ServiceDown):
            await client.account.current()
    assert len(script.requests) == 5
    with pytest.raises(NetworkError) as caught:
        await client.account.current()
    assert str(caught.value) == "The service is in trouble (HTTP 503)."
    assert len(script.requests) == 5
    client.force()
    assert (await client.account.current()).id == 5
    await client.aclose()


async def test_retries_of_all_calls_together_have_a_budget() -> None:
    clock = VirtualClock()
    outage = [reply("", 503), reply("", 503), reply({"id": 5})]
    script = Script(*outage * 20)
    client = client_of(script, clock=clock)
    failed = 0
    for _ in range(8):
        try:
            await client.account.current()
        except ServiceDown:
            failed += 1
        clock.advance(60)
    assert failed >= 2
    repeated = len(script.requests) - 8
    assert repeated == 10
    await client.aclose()
