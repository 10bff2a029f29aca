"""The same world behind both adapters: clients see the same through either."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from tests.support.simulator import BEARER, demo_world, running_server
from vasttui.clock import SystemClock, VirtualClock
from vasttui.errors import VastError
from vasttui.simulator.inprocess import SimulatorTransport
from vasttui.simulator.live_side import HOST, LiveSide
from vasttui.simulator.server import serve
from vasttui.simulator.world import World

REQUESTS = [
    ("POST", "/api/v0/bundles/", b'{"gpu_name":{"eq":"RTX 4090"},"limit":9}'),
    ("POST", "/api/v0/bundles", b""),
    ("GET", "/api/v0/bundles/?q=%7B%22num_gpus%22%3A%7B%22eq%22%3A%222%22%7D%7D", b""),
    ("PUT", "/api/v0/search/asks/", b'{"q":{"limit":2}}'),
    ("POST", "/api/v0/bundles/", b"{"),
    ("GET", "/api/v0/gpu_names/unique/", b""),
    ("GET", "/api/v0/gpu_types/", b""),
    ("GET", "/api/v0/users/current", b""),
    ("GET", "/api/v0/template/?order_by=name", b""),
    ("DELETE", "/api/v0/bundles/", b"{}"),
    ("GET", "/api/v0/nowhere/", b""),
]


@asynccontextmanager
async def client_of(world: World, way: str) -> AsyncIterator[httpx.AsyncClient]:
    headers = dict(BEARER)
    if way == "inside":
        transport = SimulatorTransport(world)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://simulator", headers=headers
        ) as client:
            yield client
    else:
        async with (
            running_server(world) as url,
            httpx.AsyncClient(base_url=url, headers=headers, trust_env=False) as client,
        ):
            yield client


@pytest.fixture(params=["inside", "tcp"])
def way(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


async def test_both_ways_give_the_same_bytes() -> None:
    answers = []
    for way in ("inside", "tcp"):
        async with client_of(demo_world(search_cap=200), way) as client:
            answers.append(
                [
                    await client.request(method, path, content=body)
                    for method, path, body in REQUESTS
                ]
            )
    for inside, tcp in zip(*answers, strict=True):
        assert inside.status_code == tcp.status_code
        assert inside.headers["content-type"] == tcp.headers["content-type"]
        assert inside.content == tcp.content


async def test_a_refusal_has_its_phrase() -> None:
    async with client_of(demo_world(), "tcp") as client:
        assert (await client.get("/api/v0/nowhere/")).reason_phrase == "Not Found"


async def test_the_ledger_sees_the_request_as_sent(way: str) -> None:
    world = demo_world()
    async with client_of(world, way) as client:
        await client.post("/api/v0/bundles/?a=b%20c", json={"limit": 1}, headers={"X-Test": "1"})
    (entry,) = world.ledger.requests
    assert (entry.method, entry.path, entry.query) == ("POST", "/api/v0/bundles/", {"a": "b c"})
    assert entry.body.replace(" ", "") == '{"limit":1}'
    assert entry.headers["authorization"] == "Bearer ***"
    assert entry.headers["content-type"] == "application/json"


async def test_a_reset_breaks_one_request(way: str) -> None:
    world = demo_world()
    world.plan("gpu_types", ["reset", "commit_then_reset"])
    async with client_of(world, way) as client:
        for _ in range(2):
            with pytest.raises(httpx.ReadError):
                await client.get("/api/v0/gpu_types/")
        assert (await client.get("/api/v0/gpu_types/")).status_code == 200


async def test_garbage_is_no_http(way: str) -> None:
    world = demo_world()
    world.plan("gpu_types", ["garbage"])
    async with client_of(world, way) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get("/api/v0/gpu_types/")
        assert (await client.get("/api/v0/gpu_types/")).status_code == 200


@pytest.mark.parametrize("size", [0, 10])
async def test_a_cut_answer_is_noticed(way: str, size: int) -> None:
    world = demo_world()
    world.plan("gpu_types", [f"truncate:{size}", "truncate:1000000"])
    async with client_of(world, way) as client:
        with pytest.raises(httpx.RemoteProtocolError, match="complete message body"):
            await client.get("/api/v0/gpu_types/")
        assert (await client.get("/api/v0/gpu_types/")).json()["gpu_types"]


async def test_drops_add_up_to_the_answer(way: str) -> None:
    clock = VirtualClock()
    world = demo_world(clock=clock)
    world.plan("gpu_types", ["drip:0.5"])
    async with client_of(world, way) as client:
        started = clock.monotonic()
        dripped = await client.get("/api/v0/gpu_types/")
        assert clock.monotonic() - started == 0.5 * len(dripped.content)
        assert dripped.content == (await client.get("/api/v0/gpu_types/")).content


async def test_a_stall_shorter_than_patience_only_delays(way: str) -> None:
    clock = VirtualClock()
    world = demo_world(clock=clock)
    world.plan("gpu_types", ["stall:3"])
    async with client_of(world, way) as client:
        answer = await client.get("/api/v0/gpu_types/")
    assert answer.status_code == 200
    assert clock.monotonic() == 3


async def test_a_longer_stall_times_out_inside() -> None:
    clock = VirtualClock()
    world = demo_world(clock=clock)
    world.plan("gpu_types", ["stall"])
    async with client_of(world, "inside") as client:
        with pytest.raises(httpx.ReadTimeout):
            await client.get("/api/v0/gpu_types/", timeout=7)
    assert clock.monotonic() == 7


async def test_a_longer_stall_times_out_over_tcp_and_does_not_hinder_closing() -> None:
    world = demo_world(clock=SystemClock())
    world.plan("gpu_types", ["stall"])
    async with client_of(world, "tcp") as client:
        with pytest.raises(httpx.ReadTimeout):
            await client.get("/api/v0/gpu_types/", timeout=0.05)
        assert (await client.get("/api/v0/gpu_types/")).status_code == 200


async def test_redirects_and_bombs_arrive(way: str) -> None:
    world = demo_world()
    world.plan("gpu_types", ["redirect:http://127.0.0.1:9/", "gzip_bomb:100000", "big:5000"])
    async with client_of(world, way) as client:
        moved = await client.get("/api/v0/gpu_types/")
        assert (moved.status_code, moved.headers["location"]) == (307, "http://127.0.0.1:9/")
        assert len((await client.get("/api/v0/gpu_types/")).content) == 100_002
        assert len((await client.get("/api/v0/gpu_types/")).content) == 5_000


async def test_others_run_while_a_big_market_is_built_and_sent(way: str) -> None:
    world = demo_world(offers=2_000, search_cap=2_000)
    beats = 0

    async def heart() -> None:
        nonlocal beats
        while True:
            beats += 1
            await asyncio.sleep(0)

    async with client_of(world, way) as client:
        beating = asyncio.create_task(heart())
        answer = await client.post("/api/v0/bundles/", json={})
        beating.cancel()
    assert len(answer.json()["offers"]) == 2_000
    assert beats > 100


async def test_pieces_inside_are_at_most_64_kb() -> None:
    world = demo_world(offers=500, search_cap=500)
    async with (
        client_of(world, "inside") as client,
        client.stream("POST", "/api/v0/bundles/", json={}) as answer,
    ):
        sizes = [len(piece) async for piece in answer.aiter_raw()]
    assert len(sizes) > 10
    assert max(sizes) <= 65_536


async def test_latency_passes_before_each_answer() -> None:
    clock = VirtualClock()
    transport = SimulatorTransport(demo_world(clock=clock), latency=0.25)
    async with httpx.AsyncClient(transport=transport, base_url="http://simulator") as client:
        for _ in range(2):
            await client.get("/api/v0/gpu_types/")
    assert clock.monotonic() == 0.5


async def test_control_paths_work_over_tcp() -> None:
    world = demo_world()
    async with client_of(world, "tcp") as client:
        await client.post("/_sim/plan", json={"search": ["http:503"]})
        assert (await client.post("/api/v0/bundles/", json={})).status_code == 503
        story = (await client.get("/_sim/ledger")).json()
    assert [entry["status"] for entry in story["requests"]] == [503]


async def exchange(url: str, data: bytes) -> bytes:
    """Send raw bytes and read the response."""
    host, _, port = url.removeprefix("http://").rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(data)
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


async def test_one_connection_serves_several_requests() -> None:
    get = b"GET /api/v0/gpu_types/ HTTP/1.1\r\nhost: x\r\n\r\n"
    async with running_server(demo_world()) as url:
        answer = await exchange(url, get * 3)
    assert answer.count(b"HTTP/1.1 200") == 3


async def test_a_client_may_wait_for_leave_to_send() -> None:
    lines = (b"POST /api/v0/bundles/ HTTP/1.1", b"host: x", b"expect: 100-continue")
    head = b"\r\n".join((*lines, b"content-length: 2", b"", b""))
    world = demo_world()
    async with running_server(world) as url:
        host, _, port = url.removeprefix("http://").rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(head)
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 \r\n\r\n"
        writer.write(b"{}")
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        writer.close()
        await writer.wait_closed()


async def test_an_old_client_gets_an_answer_that_ends_with_the_connection() -> None:
    async with running_server(demo_world()) as url:
        answer = await exchange(url, b"GET /api/v0/bundles/ HTTP/1.0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"]}")


@pytest.mark.parametrize(
    "data",
    [b"\x16\x03\x01\x02\x00nonsense\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"GET\r\n\r\n"],
)
async def test_what_is_no_http_is_refused_and_the_server_goes_on(data: bytes) -> None:
    async with running_server(demo_world()) as url:
        assert (await exchange(url, data)).startswith(b"HTTP/1.1 400")
        get = b"GET /api/v0/gpu_types/ HTTP/1.1\r\nhost: x\r\n\r\n"
        assert (await exchange(url, get)).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "data", [b"", b"GET /api", b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{"]
)
async def test_a_client_that_leaves_early_does_no_harm(data: bytes) -> None:
    world = demo_world()
    async with running_server(world) as url:
        await exchange(url, data)
    assert world.ledger.requests == []


async def test_too_much_body_is_refused() -> None:
    head = b"POST /api/v0/bundles/ HTTP/1.1\r\nhost: x\r\ncontent-length: 20000000\r\n\r\n"
    world = demo_world()
    async with running_server(world) as url:
        host, _, port = url.removeprefix("http://").rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(head + b" " * 17_000_000)
        assert (await reader.readline()).startswith(b"HTTP/1.1 413")
        writer.transport.abort()
    assert world.ledger.requests == []


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "example.com", "::", ""])
async def test_only_loopback_is_listened_on(host: str) -> None:
    with pytest.raises(VastError, match="only listens on localhost"):
        await serve(demo_world(), host)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_closing_ends_idle_connections_and_frees_the_port(host: str) -> None:
    server = await serve(demo_world(), host)
    _, writer = await asyncio.open_connection("127.0.0.1", server.port)
    await asyncio.sleep(0)
    await server.close()
    with pytest.raises(OSError, match=r"."):
        await asyncio.open_connection("127.0.0.1", server.port)
    writer.close()
    again = await serve(demo_world(), "127.0.0.1", server.port)
    assert again.port == server.port
    await again.close()


async def test_closing_does_not_wait_for_a_client_that_stopped_reading() -> None:
    world = demo_world(clock=SystemClock())
    world.plan("gpu_types", ["big:50000000"])
    server = await serve(world)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"GET /api/v0/gpu_types/ HTTP/1.1\r\nhost: x\r\n\r\n")
    assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    await asyncio.wait_for(server.close(), 5)
    writer.transport.abort()


async def test_a_request_to_a_worker_goes_through_both(way: str) -> None:
    """The live side is a host of its own; the worker that it names answers at its own address."""
    world = demo_world(clock=SystemClock(), instances=0, endpoints=1)
    key = world.serverless.book.endpoints[0].api_key
    own = {"Authorization": f"Bearer {key}"}
    async with client_of(world, way) as client, running_server(LiveSide(world)) as url:
        live = f"https://{HOST}" if way == "inside" else url
        assert (await client.get(f"{live}/api/v0/endptjobs/")).status_code == 404
        body: dict[str, object] = {"endpoint": "llama-70b", "cost": 16, "request_idx": 0}
        for _ in range(3):
            route = (await client.post(f"{live}/route/", json=body, headers=own)).json()
            body["request_idx"] = route["request_idx"]
        work = {"auth_data": route, "session_id": None, "payload": {"prompt": "Say hi."}}
        target = f"{route['url']}/v1/completions"
        answer = await client.post(target, params={"api_key": key}, json=work, headers=own)
        assert answer.json()["usage"]["completion_tokens"] == 9
        assert (await client.post(target, json=work)).status_code == 401, "the account's key"
