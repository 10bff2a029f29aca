"""Changing instances: one request, and the truth about its outcome."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Awaitable, Callable

import httpx
import pytest

from tests.support.http import KEY, Reply, Script, client_of, reply
from tests.support.writes import REMAKE, SNAPSHOT
from vasttui.api.client import VastClient, open_client
from vasttui.api.engine import Engine
from vasttui.api.operations import OPERATIONS
from vasttui.api.origin import OFFICIAL, parse_origin
from vasttui.api.outcome import Fate, Outcome
from vasttui.api.transport import Transport
from vasttui.clock import VirtualClock
from vasttui.errors import BrokenAnswer, NetworkError, RateLimited, ReadOnlyRefused, ServiceDown

Write = Callable[[VastClient], Awaitable[Outcome]]
DONE = reply({"success": True})
WRITES: dict[str, tuple[Write, str, str, dict[str, object]]] = {
    "start": (lambda c: c.instances.set_state(7, "running"), "PUT", "7/", {"state": "running"}),
    "stop": (lambda c: c.instances.set_state(7, "stopped"), "PUT", "7/", {"state": "stopped"}),
    "label": (lambda c: c.instances.set_label(7, "a/b"), "PUT", "7/", {"label": "a/b"}),
    "reboot": (lambda c: c.instances.reboot(7), "PUT", "reboot/7/", {}),
    "recycle": (lambda c: c.instances.recycle(7), "PUT", "recycle/7/", {}),
    "bid": (
        lambda c: c.instances.change_bid(7, 0.17), "PUT", "bid_price/7/",
        {"client_id": "me", "price": 0.17},
    ),
    "snapshot": (
        lambda c: c.instances.snapshot(7, SNAPSHOT), "POST", "take_snapshot/7/",
        {"container_registry": "docker.io", "personal_repo": "docker.io/acme/snapshots",
         "docker_login_user": "me", "docker_login_pass": "hidden", "pause": "true"},
    ),
    "update": (
        lambda c: c.instances.update(7, REMAKE), "PUT", "update_template/7/",
        {"image": "acme/new:2", "env": {"A": "hidden"}},
    ),
    "destroy": (lambda c: c.instances.destroy(7), "DELETE", "7/", {}),
}  # fmt: skip


def engine_of(script: Script, clock: VirtualClock) -> Engine:
    """An engine that keeps the documented intervals."""
    inner = httpx.MockTransport(script)
    return Engine(
        Transport(parse_origin(OFFICIAL), KEY, clock=clock, inner=inner), clock, random.Random(1)
    )


@pytest.mark.parametrize("name", WRITES)
async def test_what_goes_over_the_wire(name: str) -> None:
    write, method, path, body = WRITES[name]
    script = Script(DONE)
    client = client_of(script)
    outcome = await write(client)
    assert (outcome.fate, outcome.error, outcome.status) == (Fate.OK, None, 200)
    [request] = script.requests
    assert (request.method, request.url.path) == (method, f"/api/v0/instances/{path}")
    assert json.loads(request.content) == body
    assert request.headers["content-type"] == "application/json"
    await client.aclose()


@pytest.mark.parametrize("name", WRITES)
@pytest.mark.parametrize(
    "body",
    [
        [], None, 7, "done", {}, {"success": "yes"}, {"success": "true"}, {"success": 1},
        {"success": None}, {"msg": "ok"}, [{"success": True}],
    ],
)  # fmt: skip
async def test_only_a_clear_yes_is_one(name: str, body: object) -> None:
    script = Script(reply(json.dumps(body)))
    client = client_of(script)
    outcome = await WRITES[name][0](client)
    assert outcome.fate is Fate.UNKNOWN
    assert type(outcome.error) is BrokenAnswer
    assert len(script.requests) == 1
    await client.aclose()


async def test_a_start_that_has_to_wait_is_refused_in_the_words_of_the_service() -> None:
    words = "Required resources are currently unavailable, state change queued."
    client = client_of(Script(reply({"success": False, "msg": words})))
    outcome = await client.instances.set_state(7, "running")
    assert outcome.fate is Fate.REJECTED
    assert str(outcome.error) == words
    await client.aclose()


@pytest.mark.parametrize("code", ["no_such_instance", "not_found"])
async def test_destroying_what_is_gone_is_done(code: str) -> None:
    gone = reply({"success": False, "error": code, "msg": "Instance not found"}, 404)
    client = client_of(Script(gone))
    outcome = await client.instances.destroy(7)
    assert (outcome.fate, outcome.error) == (Fate.OK, None)
    assert (await client.instances.reboot(7)).fate is Fate.REJECTED
    await client.aclose()


@pytest.mark.parametrize(
    ("fault", "fate"),
    [
        (reply("", 404), Fate.REJECTED),
        (reply("404 page not found", 404, kind="text/plain"), Fate.REJECTED),
        (reply("<html>404</html>", 404, kind="text/html"), Fate.UNKNOWN),
        (reply({"error": "auth_error", "msg": "Invalid user key"}, 404), Fate.REJECTED),
        (reply({"error": "not_found", "msg": "Session expired."}, 404), Fate.REJECTED),
        (reply({"success": False, "error": "invalid_args", "msg": "x"}, 400), Fate.REJECTED),
    ],
)
async def test_what_does_not_say_that_an_instance_is_gone(fault: Reply, fate: Fate) -> None:
    client = client_of(Script(fault))
    outcome = await client.instances.destroy(7)
    assert outcome.fate is fate
    assert outcome.error is not None
    await client.aclose()


async def test_saving_money_is_never_held_back() -> None:
    script = Script(*[reply("", 503)] * 5, DONE)
    client = client_of(script)
    for _ in range(2):
        with pytest.raises(ServiceDown):
            await client.account.current()
    assert len(script.requests) == 5
    assert (await client.instances.destroy(7)).fate is Fate.OK
    assert len(script.requests) == 6
    await client.aclose()


async def test_reads_learn_from_writes_that_the_service_is_down() -> None:
    script = Script(reply("", 503))
    client = client_of(script)
    for _ in range(5):
        assert (await client.instances.reboot(7)).fate is Fate.UNKNOWN
    with pytest.raises(NetworkError):
        await client.account.current()
    assert len(script.requests) == 5
    assert (await client.instances.reboot(7)).fate is Fate.UNKNOWN
    assert len(script.requests) == 6
    await client.aclose()


async def test_an_answer_nobody_understands_does_not_keep_us_from_looking() -> None:
    script = Script(*[reply({})] * 9, reply({"id": 5}))
    client = client_of(script)
    for _ in range(9):
        await client.instances.reboot(7)
    assert (await client.account.current()).id == 5
    await client.aclose()


async def test_writes_keep_the_documented_distance() -> None:
    clock = VirtualClock()
    script = Script(DONE)
    engine = engine_of(script, clock)
    for id in (7, 8, 9):
        await engine.write(OPERATIONS["destroy"].at(id=id))
    assert clock.monotonic() == pytest.approx(6.0)
    await engine.write(OPERATIONS["manage"].at(id=7), {"state": "stopped"})
    assert clock.monotonic() == pytest.approx(6.0)


async def test_a_rest_that_is_long_is_told_without_asking_again() -> None:
    clock = VirtualClock()
    script = Script(reply("slow down", 429, retry_after="30"), DONE)
    client = client_of(script, clock=clock)
    for seconds_left in (30.0, 20.0):
        outcome = await client.instances.reboot(7)
        assert outcome.fate is Fate.THROTTLED
        assert isinstance(outcome.error, RateLimited)
        assert outcome.error.retry_after == pytest.approx(seconds_left)
        clock.advance(10)
    assert len(script.requests) == 1
    assert (await client.instances.destroy(7)).fate is Fate.OK  # another limit
    await client.aclose()


async def test_cancelled_before_its_turn_nothing_is_sent() -> None:
    clock = VirtualClock()
    script = Script(DONE)
    engine = engine_of(script, clock)
    destroy = OPERATIONS["destroy"].at(id=7)
    await engine.write(destroy)
    task = asyncio.create_task(engine.write(destroy))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(script.requests) == 1
    assert (await engine.write(destroy)).fate is Fate.OK


async def test_cancelled_on_its_way_the_cancellation_passes_and_is_on_record() -> None:
    sent = asyncio.Event()

    async def never(request: httpx.Request) -> httpx.Response:
        sent.set()
        await asyncio.Event().wait()
        raise AssertionError

    client = client_of(httpx.MockTransport(never))
    task = asyncio.create_task(client.instances.destroy(7))
    await sent.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [exchange.note for exchange in client.exchanges] == ["abandoned"]
    await client.aclose()


@pytest.mark.parametrize("name", WRITES)
async def test_read_only_mode_sends_nothing(name: str) -> None:
    script = Script(reply({"id": 5}))
    client = open_client(
        OFFICIAL, KEY, clock=VirtualClock(), rng=random.Random(1),
        transport=httpx.MockTransport(script), read_only=True,
    )  # fmt: skip
    for _ in range(6):
        outcome = await WRITES[name][0](client)
        assert outcome.fate is Fate.NOT_SENT
        assert isinstance(outcome.error, ReadOnlyRefused)
    assert script.requests == []
    assert (await client.account.current()).id == 5  # a refusal here says nothing about there
    await client.aclose()


async def test_without_a_key_nothing_is_sent() -> None:
    script = Script(DONE)
    client = client_of(script, key=None)
    assert (await client.instances.destroy(7)).fate is Fate.REJECTED
    assert script.requests == []
    await client.aclose()
