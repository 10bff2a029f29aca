"""The client on real connections that break, lie, stall and redirect."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

import httpx
import pytest

from tests.support.http import (
    KEY,
    answers,
    answers_packed,
    collect,
    drips,
    raw_server,
    reply,
    resets,
    rows,
    sends,
    stays_silent,
)
from tests.support.simulator import demo_world, running_server
from tests.support.virtual_time import TrueTime, in_virtual_time
from vasttui.api.client import VastClient, open_client
from vasttui.api.deadline import Deadline
from vasttui.api.operations import OPERATIONS, Operation
from vasttui.api.origin import parse_origin
from vasttui.api.outcome import Fate
from vasttui.api.transport import Transport, bearer
from vasttui.clock import ServiceClock, SystemClock, VirtualClock
from vasttui.errors import (
    AnswerTooLarge,
    BrokenAnswer,
    NetworkError,
    NotFound,
    ReadOnlyRefused,
    Redirected,
    SearchQuotaExceeded,
    TlsError,
    VastError,
)
from vasttui.models.secret import Secret
from vasttui.simulator.inprocess import SimulatorTransport

ACCOUNT = OPERATIONS["account"]


@asynccontextmanager
async def client_at(address: str, *, key: str | None = KEY) -> AsyncIterator[VastClient]:
    """A client over TCP; its pauses take no real time."""
    client = open_client(address, key, clock=VirtualClock(), rng=random.Random(1))
    try:
        yield client
    finally:
        await client.aclose()


async def test_a_good_answer_over_tcp() -> None:
    async with raw_server(answers(rows(3))) as server, client_at(server.url) as client:
        assert await collect(client, {"limit": 3}) == [1, 2, 3]
    [head] = server.heads
    assert head.startswith("POST /api/v0/bundles/ HTTP/1.1\r\n")
    lines = {line.partition(":")[0].lower(): line.partition(": ")[2] for line in head.split("\r\n")}
    assert lines["authorization"] == f"Bearer {KEY}"
    assert lines["content-type"] == "application/json"
    assert lines["accept-encoding"] == "gzip"
    assert lines["user-agent"].startswith("vasttui/")
    [exchange] = client.exchanges
    assert (exchange.operation, exchange.method, exchange.path) == (
        "search", "POST", "/api/v0/bundles/",
    )  # fmt: skip
    assert (exchange.status, exchange.size, exchange.note) == (200, len(rows(3)), "")
    assert exchange.body == '{"limit": 3}'


async def test_a_packed_answer_is_unpacked() -> None:
    async with raw_server(answers_packed(1_000_000)) as server, client_at(server.url) as client:
        assert await collect(client) == []
    assert client.exchanges[0].size == len(b'{"offers":[]}') + 1_000_000


async def test_a_small_packed_answer_that_holds_gigabytes_is_dropped_early() -> None:
    async with raw_server(answers_packed(100_000_000)) as server, client_at(server.url) as client:
        with pytest.raises(AnswerTooLarge) as caught:
            await client.account.current()
    assert "8 MB" in str(caught.value)
    assert client.exchanges[0].size <= ACCOUNT.most


@pytest.mark.parametrize(
    "broken",
    [
        resets,
        sends(b""),
        sends(b"\x16\x03\x01\x02\x00 no HTTP\r\n\r\n"),
        sends(b"HTTP/1.1 200 OK\r\nContent-Len"),
        answers(rows(2)[:40], length=5_000),
        answers(rows(2)[:40]),
        answers_packed(1_000, cut=9),
        answers(b"no gzip at all", headers=["Content-Encoding: gzip"]),
        answers(rows(2), headers=["Content-Encoding: zstd"]),
    ],
    ids=[
        "reset", "closed", "garbage", "half_head", "truncated", "half_json", "half_gzip",
        "no_gzip", "unasked_packing",
    ],
)  # fmt: skip
async def test_an_answer_that_breaks_off_is_asked_for_again(broken: object) -> None:
    async with (
        raw_server(broken, broken, answers(rows(2))) as server,  # type: ignore[arg-type]
        client_at(server.url) as client,
    ):
        assert await collect(client) == [1, 2]
        assert len(server.heads) == 3
    async with (
        raw_server(broken) as server,  # type: ignore[arg-type]
        client_at(server.url) as client,
    ):
        with pytest.raises(BrokenAnswer):
            await collect(client)
        assert len(server.heads) == 3


async def test_rows_that_came_stay_and_are_not_asked_for_again() -> None:
    body = rows(2_000)
    cut = answers(body[: len(body) // 2], length=len(body))
    async with raw_server(cut) as server, client_at(server.url) as client:
        found: list[int] = []

        async def take() -> None:
            async for batch in client.offers.search({}):
                found.extend(offer.id for offer in batch.offers)

        with pytest.raises(BrokenAnswer):
            await take()
    assert len(server.heads) == 1
    assert found == list(range(1, len(found) + 1))
    assert len(found) > 500


async def test_nobody_there() -> None:
    async with raw_server(resets) as server:
        pass
    async with client_at(server.url) as client:
        with pytest.raises(NetworkError) as caught:
            await client.account.current()
    assert str(caught.value) == "127.0.0.1 refused the connection."
    assert len(client.exchanges) == 3


async def test_a_redirect_goes_nowhere() -> None:
    async with raw_server(answers(rows(1))) as other:
        for location in (f"{other.url}/api/v0/bundles/", "/elsewhere"):
            moved = answers(b"", 307, headers=[f"Location: {location}"])
            async with raw_server(moved) as server, client_at(server.url) as client:
                with pytest.raises(Redirected):
                    await collect(client, {"secret": "plan"})
                assert len(server.heads) == 1
    assert other.heads == []


async def test_what_is_no_tls_is_never_talked_to_in_the_clear() -> None:
    heard = bytearray()

    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        heard.extend(await reader.read(4_096))
        writer.close()

    server = await asyncio.start_server(plain, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with client_at(f"https://127.0.0.1:{port}") as client:
        with pytest.raises(TlsError) as caught:
            await client.account.current()
        assert len(client.exchanges) == 1
    server.close()
    assert str(caught.value).startswith("127.0.0.1 made no secure connection: ")
    assert KEY.encode() not in heard


async def test_no_proxy_comes_between_us_and_our_own_computer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with raw_server(answers(rows(1))) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        async with raw_server(answers(rows(2))) as server, client_at(server.url) as client:
            assert await collect(client) == [1, 2]
    assert proxy.heads == []


async def test_leaving_early_ends_the_connection() -> None:
    gone = asyncio.Event()

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n" + rows(2_000)[:-2])
            await writer.drain()
            await reader.read()
        finally:
            gone.set()

    async with raw_server(endless) as server, client_at(server.url) as client:
        async with aclosing(client.offers.search({})) as batches:  # type: ignore[type-var]
            async for batch in batches:
                assert batch.offers
                break
        async with asyncio.timeout(5):
            await gone.wait()
        assert client.exchanges[0].note == "abandoned"


@pytest.mark.parametrize("reaction", [stays_silent, drips])
async def test_a_cancelled_request_ends_at_once_and_is_on_record(reaction: object) -> None:
    async with (
        raw_server(reaction) as server,  # type: ignore[arg-type]
        client_at(server.url) as client,
    ):
        task = asyncio.create_task(client.account.current())
        await server.until(1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert [exchange.note for exchange in client.exchanges] == ["abandoned"]


async def test_at_most_four_connections_at_a_time() -> None:
    async with raw_server(stays_silent) as server, client_at(server.url) as client:
        tasks = [asyncio.create_task(client.offers.gpu_names()) for _ in range(7)]
        await server.until(4)
        await asyncio.sleep(0.05)
        assert len(server.heads) == 4
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize(
    ("unread", "error"),
    [
        (answers(b"no" * 100_000, 404), NotFound),
        (answers(b"x" * 100_000, headers=["Content-Encoding: zstd"]), BrokenAnswer),
    ],
)
async def test_answers_that_were_not_read_hold_no_connection(
    unread: object, error: type[Exception]
) -> None:
    async with (
        raw_server(unread) as server,  # type: ignore[arg-type]
        client_at(server.url) as client,
        asyncio.timeout(5),
    ):
        for _ in range(9):
            client.force()
            with pytest.raises(error):
                await client.account.current()
        assert len(server.heads) >= 9


async def test_the_deadline_ends_any_wait() -> None:
    with pytest.raises(BrokenAnswer):
        await Deadline(SystemClock(), 0.05).wait_for(asyncio.Event().wait())


async def test_the_deadline_ends_a_body_that_never_does() -> None:
    brief = Operation(name="x", method="GET", path="/x/", reads=True, key="kept")
    async with raw_server(drips) as server:
        wire = Transport(parse_origin(server.url), None, clock=SystemClock())
        outcome = await wire.send(brief, Deadline(SystemClock(), 0.2))
        await wire.aclose()
    assert outcome.fate is Fate.UNKNOWN
    assert str(outcome.error) == "No complete answer within 0.2 s."


@in_virtual_time
async def test_a_slow_consumer_is_never_interrupted() -> None:
    clock = TrueTime()
    answer = httpx.MockTransport(lambda request: reply({}).response())
    wire = Transport(parse_origin("http://127.0.0.1"), None, clock=clock, inner=answer)
    brief = Operation(name="x", method="GET", path="/x/", reads=True, key="kept")
    async with wire.open(brief, Deadline(clock, 5)):
        await asyncio.sleep(60)  # outlives the deadline, between two reads
    await wire.aclose()


async def test_read_only_mode_sends_nothing_but_reads() -> None:
    write = Operation(name="rent", method="PUT", path="/asks/1/")
    async with raw_server(answers(b'{"id":5}')) as server:
        wire = Transport(parse_origin(server.url), KEY, clock=VirtualClock(), read_only=True)
        outcome = await wire.send(write, Deadline(VirtualClock(), 5), body=b"{}")
        assert outcome.fate is Fate.NOT_SENT
        assert isinstance(outcome.error, ReadOnlyRefused)
        assert server.heads == []
        assert (await wire.send(ACCOUNT, Deadline(VirtualClock(), 5))).data == {"id": 5}
        await wire.aclose()


@pytest.mark.parametrize(
    ("address", "given"),
    [
        ("https://console.vast.ai/x", True),
        ("https://console.vast.ai:443/x", True),
        ("https://console.vast.ai:8443/x", False),
        ("http://console.vast.ai/x", False),
        ("https://run.vast.ai/x", False),
        ("https://s3.example/logs", False),
        ("https://console.vast.ai.evil.example/x", False),
    ],
)
def test_the_key_goes_to_its_own_origin_only(address: str, given: bool) -> None:
    found = bearer(parse_origin("https://console.vast.ai"), httpx.URL(address), Secret(KEY))
    assert found == ([(b"Authorization", f"Bearer {KEY}".encode())] if given else [])


async def test_the_simulator_is_the_same_over_tcp_and_in_process() -> None:
    world = demo_world(offers=300, search_cap=301)
    async with running_server(world) as address, client_at(address) as remote:
        far = [batch async for batch in remote.offers.search({})]
        names = await remote.offers.gpu_names()
        account = await remote.account.current()
        world.plan("search", ["quota"])
        with pytest.raises(SearchQuotaExceeded):
            await collect(remote)
    local = open_client(
        "http://127.0.0.1", KEY, clock=VirtualClock(), rng=random.Random(1),
        transport=SimulatorTransport(world),
    )  # fmt: skip
    near = [batch async for batch in local.offers.search({})]
    offers = [offer for batch in near for offer in batch.offers]
    assert [offer for batch in far for offer in batch.offers] == offers
    assert len(offers) == 300
    assert sum(batch.bad + batch.patched for batch in near) == 0
    assert await local.offers.gpu_names() == names
    assert {offer.gpu_name for offer in offers} <= set(names)
    assert await local.account.current() == account
    await local.aclose()


@pytest.mark.parametrize(
    ("status", "headers", "ahead"),
    [
        (200, {"Date": "Mon, 21 Sep 2026 12:13:20 GMT"}, 7_200.0),
        (200, {"Date": "Mon, 21 Sep 2026 12:13:20 GMT", "Age": "7200"}, 0.0),
        (503, {"Date": "Mon, 21 Sep 2026 12:13:20 GMT"}, 0.0),
        (200, {"Date": "soon"}, 0.0),
        (200, {"Date": "Mon, 99 Sep 20260 99:99:99 GMT"}, 0.0),
        (200, {}, 0.0),
    ],
)
async def test_the_time_is_learned_from_good_answers(
    status: int, headers: dict[str, str], ahead: float
) -> None:
    clock = ServiceClock(VirtualClock(1_790_000_000.0))  # Mon, 21 Sep 2026 14:13:20 GMT
    wire = httpx.MockTransport(
        lambda request: httpx.Response(status, headers=headers, stream=httpx.ByteStream(rows(1)))
    )
    client = open_client(
        "http://127.0.0.1:1", KEY, clock=clock, rng=random.Random(1), transport=wire
    )
    with contextlib.suppress(VastError):
        await collect(client)
    assert clock.ahead == pytest.approx(ahead, abs=1.0)
    await client.aclose()
