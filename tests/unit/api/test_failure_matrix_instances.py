"""The outcome of calls when something goes wrong on the way, fault by fault.

Reads meet a lasting fault in up to three tries, changes in one. Every fault with a text repeats
our API key, which must never be shown.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import httpx
import pytest

from tests.support.http import (
    KEY,
    SMALLER,
    Reply,
    Script,
    client_of,
    limit_answers,
    reply,
)
from tests.support.instance_rows import SECRET, TOKEN, instance_row, listing
from tests.support.writes import WRITES
from vasttui.api.client import VastClient
from vasttui.api.operations import OPERATIONS
from vasttui.api.outcome import Fate
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
from vasttui.models.log import LogRequest

READS: dict[str, Callable[[VastClient], Awaitable[object]]] = {
    "list": lambda client: client.instances.list(),
    "get": lambda client: client.instances.get(7),
    "account": lambda client: client.account.current(),
    "logs": lambda client: client.instances.logs(7, LogRequest()),
}


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


def refused(status: int, code: str, **headers: str) -> Reply:
    return reply({"success": False, "error": code, "msg": f"no: {KEY}"}, status, **headers)


def html(status: int) -> Reply:
    return reply(f"<!DOCTYPE html><p>{KEY}</p>", status, kind="text/html")


@dataclass(frozen=True)
class Cell:
    """A fault, the resulting error, what it says about a change, and how often a read is tried."""

    fault: Reply | Exception
    error: type[VastError]
    fate: Fate
    tries: int


BIG = reply(b" " * (8 * 1_048_576 + 1))
BOMB = reply(gzip.compress(b" " * (9 * 1_048_576), 1), content_encoding="gzip")
SMALL = {
    "huge_body": reply(b" " * (8 * 1_048_576 // SMALLER + 1)),
    "gzip_bomb": reply(
        gzip.compress(b" " * (9 * 1_048_576 // SMALLER), 1), content_encoding="gzip"
    ),
}
"""The same where answers may be that much smaller."""

CERTIFICATE = ssl.SSLCertVerificationError(1, "certificate verify failed")
NO_NAME = socket.gaierror(-2, f"unknown {KEY}")
CELLS = {
    "connect_refused": Cell(httpx.ConnectError(KEY), NetworkError, Fate.NOT_SENT, 3),
    "dns_failure": Cell(
        caused(httpx.ConnectError(KEY), NO_NAME), NetworkError, Fate.NOT_SENT, 3
    ),
    "tls_error": Cell(caused(httpx.ConnectError(KEY), CERTIFICATE), TlsError, Fate.NOT_SENT, 1),
    "timeout_before_send": Cell(httpx.ConnectTimeout(KEY), NetworkError, Fate.NOT_SENT, 3),
    "no_free_connection": Cell(httpx.PoolTimeout(KEY), NetworkError, Fate.NOT_SENT, 3),
    "timeout_mid_send": Cell(httpx.WriteTimeout(KEY), BrokenAnswer, Fate.UNKNOWN, 3),
    "timeout_after_send": Cell(httpx.ReadTimeout(KEY), BrokenAnswer, Fate.UNKNOWN, 3),
    "reset_mid_send": Cell(httpx.WriteError(KEY), BrokenAnswer, Fate.UNKNOWN, 3),
    "reset_or_close_after_send": Cell(httpx.ReadError(KEY), BrokenAnswer, Fate.UNKNOWN, 3),
    "garbage": Cell(httpx.RemoteProtocolError(KEY), BrokenAnswer, Fate.UNKNOWN, 3),
    "400": Cell(refused(400, "invalid_args"), Rejected, Fate.REJECTED, 1),
    "401": Cell(refused(401, "auth_error"), AuthRejected, Fate.REJECTED, 1),
    "403": Cell(refused(403, "permission_error"), PermissionDenied, Fate.REJECTED, 1),
    "404": Cell(refused(404, "no_such_thing"), NotFound, Fate.REJECTED, 1),
    "404_auth": Cell(refused(404, "auth_error"), AuthRejected, Fate.REJECTED, 1),
    "404_expired": Cell(reply({"msg": "Session expired."}, 404), AuthRejected, Fate.REJECTED, 1),
    "404_html": Cell(html(404), BrokenAnswer, Fate.UNKNOWN, 3),
    "409": Cell(refused(409, "conflict"), Rejected, Fate.REJECTED, 1),
    "410": Cell(refused(410, "gone"), NotFound, Fate.REJECTED, 1),
    "429_retry_after": Cell(
        refused(429, "slow", retry_after="30"), RateLimited, Fate.THROTTLED, 1
    ),
    "429_plain": Cell(reply("API requests too frequent", 429), RateLimited, Fate.THROTTLED, 3),
    "429_threshold": Cell(reply("endpoint threshold=8.0", 429), RateLimited, Fate.THROTTLED, 1),
    "429_search_quota": Cell(
        refused(429, "search_quota_exceeded"), SearchQuotaExceeded, Fate.THROTTLED, 1
    ),
    "408": Cell(reply(KEY, 408), ServiceDown, Fate.UNKNOWN, 3),
    "500": Cell(refused(500, "oops"), ServiceDown, Fate.UNKNOWN, 3),
    "502": Cell(html(502), ServiceDown, Fate.UNKNOWN, 3),
    "503": Cell(html(503), ServiceDown, Fate.UNKNOWN, 3),
    "504": Cell(reply("", 504), ServiceDown, Fate.UNKNOWN, 3),
    "200_success_false": Cell(refused(200, "no"), Rejected, Fate.REJECTED, 1),
    "200_html_proxy": Cell(html(200), BrokenAnswer, Fate.UNKNOWN, 3),
    "200_empty": Cell(reply(""), BrokenAnswer, Fate.UNKNOWN, 3),
    "204_empty": Cell(reply("", 204), BrokenAnswer, Fate.UNKNOWN, 3),
    "truncated_json": Cell(reply('{"success": true, "ins'), BrokenAnswer, Fate.UNKNOWN, 3),
    "huge_body": Cell(BIG, AnswerTooLarge, Fate.UNKNOWN, 1),
    "gzip_bomb": Cell(BOMB, AnswerTooLarge, Fate.UNKNOWN, 1),
    "gzip_cut": Cell(
        reply(gzip.compress(b'{"success": true}')[:-9], content_encoding="gzip"),
        BrokenAnswer, Fate.UNKNOWN, 3,
    ),
    "redirect_same_site": Cell(
        reply("", 301, location=f"https://console.vast.ai/{KEY}"), Redirected, Fate.UNKNOWN, 1
    ),
    "redirect_other_host": Cell(
        reply("", 307, location=f"https://{KEY}.evil.example/"), Redirected, Fate.UNKNOWN, 1
    ),
}  # fmt: skip


def no_secret_in(client: VastClient, error: VastError) -> None:
    shown = f"{error!s} {error!r} {error.hint} {vars(error)!r} {client.exchanges!r}".lower()
    assert all(secret.lower() not in shown for secret in (KEY, SECRET, TOKEN))


@pytest.mark.parametrize("fault", CELLS)
@pytest.mark.parametrize("operation", READS)
async def test_a_read(operation: str, fault: str) -> None:
    cell, clock = CELLS[fault], VirtualClock()
    script = Script(cell.fault)
    client = client_of(script, clock=clock)
    with pytest.raises(VastError) as caught:
        await READS[operation](client)
    error = caught.value
    assert type(error) is cell.error or (
        cell.error is RateLimited and isinstance(error, RateLimited)
    )
    assert len(script.requests) == len(client.exchanges) == cell.tries
    assert clock.monotonic() < OPERATIONS[operation].deadline
    no_secret_in(client, error)
    await client.aclose()


@pytest.mark.parametrize("fault", CELLS)
@pytest.mark.parametrize("operation", WRITES)
async def test_a_change(operation: str, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cell, clock = CELLS[fault], VirtualClock()
    if cell.error is AnswerTooLarge:
        limit_answers(monkeypatch)
    script = Script(SMALL.get(fault, cell.fault))
    client = client_of(script, clock=clock)
    outcome = await WRITES[operation].send(client)
    assert outcome.fate is cell.fate
    assert outcome.error is not None
    assert isinstance(outcome.error, cell.error)
    assert len(script.requests) == len(client.exchanges) == 1
    assert clock.monotonic() == 0.0
    no_secret_in(client, outcome.error)
    await client.aclose()


@pytest.mark.parametrize("fault", [name for name, cell in CELLS.items() if cell.tries == 3])
@pytest.mark.parametrize("operation", ["list", "get", "account"])
async def test_a_fault_that_passes_is_not_felt(operation: str, fault: str) -> None:
    good = {"list": listing(instance_row(7)), "get": {"instances": instance_row(7)}}
    script = Script(CELLS[fault].fault, CELLS[fault].fault, reply(good.get(operation, {"id": 5})))
    client = client_of(script)
    assert await READS[operation](client)
    assert len(script.requests) == 3
    await client.aclose()


class Slow(httpx.AsyncBaseTransport):
    """Answers with the start of a document, and then continues as `pause` says."""

    def __init__(self, clock: VirtualClock, pause: float) -> None:
        self.requests = 0
        self._clock = clock
        self._pause = pause

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        return httpx.Response(200, stream=_Drip(self._clock, self._pause))


class _Drip(httpx.AsyncByteStream):
    def __init__(self, clock: VirtualClock, pause: float) -> None:
        self._clock = clock
        self._pause = pause

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for byte in json.dumps({"success": True, "instances": None, "more": "x" * 60}):
            await self._clock.sleep(self._pause)
            yield byte.encode()


@pytest.mark.parametrize("pause", [1.0, 7 * 3_600.0], ids=["slow_drip", "sleep_resume"])
@pytest.mark.parametrize("operation", [*READS, *WRITES])
async def test_an_answer_that_comes_too_slowly(operation: str, pause: float) -> None:
    clock = VirtualClock()
    wire = Slow(clock, pause)
    client = client_of(wire, clock=clock)
    if operation in READS:
        with pytest.raises(BrokenAnswer):
            await READS[operation](client)
    else:
        assert (await WRITES[operation].send(client)).fate is Fate.UNKNOWN
    assert wire.requests == 1
    assert clock.monotonic() >= 15
    await client.aclose()


async def test_a_clock_that_is_set_changes_nothing() -> None:
    clock = VirtualClock()
    script = Script(reply({"success": True}))
    client = client_of(script, clock=clock)
    for jump in (7 * 3_600.0, -7 * 3_600.0):
        clock.jump(jump)
        assert (await client.instances.set_state(7, "stopped")).fate is Fate.OK
    assert len(script.requests) == 2
    await client.aclose()


DAMAGED = {
    "wrong_types": {"id": 7, "dph_total": "cheap", "actual_status": 5},
    "missing_fields": {"id": 7},
    "null_fields": {"id": 7, "dph_total": None, "actual_status": None},
    "extra_fields": {"id": 7, "quantum": {"x": [None]}},
}


@pytest.mark.parametrize("damage", DAMAGED)
async def test_a_row_with_details_that_cannot_be_read_is_kept(damage: str) -> None:
    row = DAMAGED[damage]
    client = client_of(Script(reply(listing(instance_row(1), row, instance_row(9)))))
    found = await client.instances.list()
    assert [instance.id for instance in found.instances] == [1, 7, 9]
    wrong = {"dph_total", "actual_status"} if damage == "wrong_types" else set()
    assert set(found.instances[1].unread) == wrong
    assert found.instances[1].dph_total is None
    await client.aclose()

    client = client_of(Script(reply({"instances": row})))
    assert await client.instances.get(7) == found.instances[1]
    await client.aclose()


@pytest.mark.parametrize("operation", WRITES)
async def test_more_than_was_expected_is_as_good(operation: str) -> None:
    usual = WRITES[operation].answers[0]
    assert isinstance(usual, dict)
    client = client_of(Script(reply({**usual, "quantum": {"x": [None]}, "msg": None})))
    assert (await WRITES[operation].send(client)).fate is Fate.OK
    await client.aclose()


@pytest.mark.parametrize("operation", WRITES)
async def test_many_at_once_are_sent_once_each(operation: str) -> None:
    script = Script(reply("", 503))
    client = client_of(script)
    outcomes = await asyncio.gather(*(WRITES[operation].send(client) for _ in range(8)))
    assert {outcome.fate for outcome in outcomes} == {Fate.UNKNOWN}
    assert len(script.requests) == 8
    await client.aclose()
