"""What the rest of the program gets from the client, and what it leaves behind."""

from __future__ import annotations

import asyncio
import json
import logging
import random
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from tests.support.http import KEY, Script, client_of, collect, reply, row
from vasttui.api.engine import Engine
from vasttui.api.line import Exchanges
from vasttui.api.operations import OPERATIONS
from vasttui.api.origin import OFFICIAL, parse_origin
from vasttui.api.transport import Transport
from vasttui.clock import VirtualClock
from vasttui.errors import BrokenAnswer, SettingsError
from vasttui.models.exchange import Exchange
from vasttui.ui.client import Client

ROOT = Path(__file__).parents[3]


def test_it_is_what_the_program_expects() -> None:
    api: Client = client_of(Script(reply({})))
    assert api.exchanges == ()


def test_an_address_that_gives_the_key_away_is_refused() -> None:
    with pytest.raises(SettingsError):
        client_of(Script(reply({})), address="http://market.example")


def test_what_others_import_loads_neither_http_nor_validation() -> None:
    code = (
        "import sys, vasttui.api.outcome, vasttui.api.origin\n"
        "heavy = {'httpx', 'pydantic', 'pydantic_core', 'ssl', 'anyio'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


async def test_the_body_of_a_search_goes_out_as_it_is() -> None:
    script = Script(reply({"offers": [row(3), row(1)]}))
    client = client_of(script)
    body: dict[str, object] = {
        "verified": {"eq": True}, "num_gpus": {"eq": "1"}, "order": [["dph_total", "asc"]],
    }  # fmt: skip
    assert await collect(client, body) == [3, 1]
    [request] = script.requests
    assert json.loads(request.content) == body
    assert str(request.url) == "https://console.vast.ai/api/v0/bundles/"
    await client.aclose()


async def test_gpu_names_are_clean_sorted_and_unique() -> None:
    names = ["RTX 4090", "H100 SXM", "RTX 4090", " A10 ", "", None, 7, "X\x1b[1m"]
    client = client_of(Script(reply({"gpu_names": names})))
    assert await client.offers.gpu_names() == ("A10", "H100 SXM", "RTX 4090", "X␛[1m")
    await client.aclose()


@pytest.mark.parametrize("body", [{}, [], {"gpu_names": None}, {"gpu_names": {"a": 1}}])
async def test_gpu_names_of_another_shape_are_no_answer(body: object) -> None:
    client = client_of(Script(reply(body)))
    with pytest.raises(BrokenAnswer):
        await client.offers.gpu_names()
    await client.aclose()


async def test_an_account_without_its_secrets() -> None:
    body = {"id": 7, "username": "me\x1b", "credit": 17, "api_key": KEY, "ssh_key": "ssh-rsa A"}
    client = client_of(Script(reply(body)))
    account = await client.account.current()
    assert (account.id, account.username, account.credit) == (7, "me␛", 17.0)
    assert KEY not in repr(account)
    await client.aclose()


async def test_the_last_hundred_exchanges_are_kept_in_order() -> None:
    clock = VirtualClock()
    client = client_of(Script(reply({"id": 5})), clock=clock)
    for _ in range(105):
        await client.account.current()
        clock.advance(2)
    exchanges = client.exchanges
    assert len(exchanges) == 100
    assert [one.at for one in exchanges] == sorted(one.at for one in exchanges)
    assert exchanges[-1].at == clock.now() - 2
    await client.aclose()


async def test_tries_of_one_call_are_recorded_one_by_one() -> None:
    client = client_of(Script(reply("", 503), httpx.ReadError("x"), reply({"id": 5})))
    await client.account.current()
    assert [(one.status, one.note) for one in client.exchanges] == [
        (503, "ServiceDown"), (0, "ReadError"), (200, ""),
    ]  # fmt: skip
    await client.aclose()


async def test_the_log_has_failures_and_changes_but_no_good_reads(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "vasttui")
    good, done = reply({"id": 5}), reply({"success": True})
    client = client_of(Script(good, reply("", 503), good, done, reply("", 400)))
    await client.account.current()
    assert caplog.messages == []
    await client.account.current()
    await client.instances.reboot(7)
    await client.instances.reboot(7)
    assert [re.sub(r"\d+ (ms|bytes)", "", line).split() for line in caplog.messages] == [
        ["account:", "503,", ",", "ServiceDown"], ["reboot:", "200,", ","],
        ["reboot:", "400,", ",", "Rejected"],
    ]  # fmt: skip
    await client.aclose()


async def test_calls_keep_the_documented_distance_except_on_this_computer() -> None:
    clock = VirtualClock()
    local = client_of(Script(reply({"id": 5})), clock=clock, address="http://127.0.0.1")
    for _ in range(4):
        await local.account.current()
    assert clock.monotonic() == 0.0
    await local.aclose()

    inner = httpx.MockTransport(Script(reply({"id": 5})))
    wire = Transport(parse_origin(OFFICIAL), KEY, clock=clock, inner=inner)
    engine = Engine(wire, clock, random.Random(1))
    for _ in range(4):
        await engine.read(OPERATIONS["account"])
    assert clock.monotonic() == pytest.approx(3.0)
    await wire.aclose()


async def test_waiting_for_ones_turn_is_no_part_of_the_deadline() -> None:
    clock = VirtualClock()
    inner = httpx.MockTransport(Script(reply({"id": 5})))
    wire = Transport(parse_origin(OFFICIAL), KEY, clock=clock, inner=inner)
    engine = Engine(wire, clock, random.Random(1))
    slow = replace(OPERATIONS["account"], interval=40.0)
    for _ in range(3):
        await engine.read(slow)
    assert clock.monotonic() == pytest.approx(80.0)
    await wire.aclose()


async def test_other_tasks_run_while_a_large_answer_is_decoded() -> None:
    padding = {f"detail_{number}": 1000.0 + number for number in range(120)}
    body = json.dumps({"offers": [row(number + 1, **padding) for number in range(2_000)]})
    client = client_of(Script(reply(body)))
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(other())
    assert len(await collect(client)) == 2_000
    task.cancel()
    assert turns >= 40
    await client.aclose()


def test_many_reads_push_out_no_change() -> None:
    kept = Exchanges()
    read = Exchange(
        at=1.0, operation="list", method="GET", path="/", body="", status=200, seconds=0.1,
        size=1, reads=True,
    )  # fmt: skip
    change = replace(read, operation="rent", reads=False)
    kept.add(change)
    for _ in range(500):
        kept.add(read)
    kept.add(replace(change, operation="destroy"))
    operations = [one.operation for one in kept.all]
    assert (operations[0], operations[-1]) == ("rent", "destroy")
    assert operations.count("list") == 100
