"""Renting over HTTP: sent once, every form of answer understood, found again by label."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from tests.support.http import KEY, Reply, Script, client_of, reply, row
from tests.support.instance_rows import instance_row, listing
from vasttui.api.outcome import Fate, Outcome, new_contract
from vasttui.clock import VirtualClock
from vasttui.errors import BrokenAnswer, NetworkError, RateLimited, Rejected, ServiceDown, VastError
from vasttui.models.rent import RentRequest
from vasttui.models.rent_body import rent_body

WANTED = RentRequest(ask=4242, image="a/b", disk=20.0, env={"HF_TOKEN": "hf_hidden"})
NONCE = "abcdefghij"
INSTANCE_KEY = "f00d" * 16


async def rented(*entries: Reply | Exception) -> tuple[Outcome, Script, Any]:
    script, clock = Script(*entries), VirtualClock()
    client = client_of(script, clock=clock)
    outcome = await client.instances.rent(WANTED, NONCE)
    assert clock.monotonic() == 0.0
    exchanges = client.exchanges
    await client.aclose()
    return outcome, script, exchanges


def agreed(**changes: Any) -> dict[str, Any]:
    return {"success": True, "new_contract": 7, "instance_api_key": INSTANCE_KEY, **changes}


async def test_the_request_is_what_was_wanted() -> None:
    _, script, _ = await rented(reply(agreed()))
    (request,) = script.requests
    assert (request.method, request.url.path) == ("PUT", "/api/v0/asks/4242/")
    assert json.loads(request.content) == rent_body(WANTED, NONCE)
    assert request.headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("number", [7, "7"])
async def test_yes_is_the_number_of_a_contract(number: object) -> None:
    outcome, _, _ = await rented(reply(agreed(new_contract=number)))
    assert outcome.fate is Fate.OK
    assert outcome.data == {"new_contract": 7}


async def test_the_key_of_the_instance_and_the_variables_are_kept_nowhere() -> None:
    outcome, _, exchanges = await rented(reply(agreed()))
    kept = f"{outcome!r} {list(exchanges)!r}"
    assert INSTANCE_KEY not in kept
    assert "hf_hidden" not in kept


@pytest.mark.parametrize(
    "document",
    [
        {"success": True}, agreed(new_contract=None), agreed(new_contract=0),
        agreed(new_contract=-7), agreed(new_contract="x"), agreed(new_contract=True),
        agreed(new_contract=7.5), agreed(new_contract=2**63),
    ],
)  # fmt: skip
async def test_yes_without_a_number_is_no_answer(document: dict[str, Any]) -> None:
    outcome, script, _ = await rented(reply(document))
    assert outcome.fate is Fate.UNKNOWN
    assert isinstance(outcome.error, BrokenAnswer)
    assert outcome.data is None
    assert len(script.requests) == 1


@pytest.mark.parametrize(
    ("answer", "fate", "error"),
    [
        (reply({"success": False, "error": "x", "msg": "No."}), Fate.REJECTED, Rejected),
        (reply({"error": "no_such_ask", "msg": "Gone."}, 410), Fate.REJECTED, Rejected),
        (reply({"error": "no_such_ask", "msg": "Gone."}, 404), Fate.REJECTED, Rejected),
        (reply({"msg": "x"}, 409), Fate.REJECTED, Rejected),
        (reply("too frequent", 429), Fate.THROTTLED, RateLimited),
        (reply({"msg": "x"}, 500), Fate.UNKNOWN, ServiceDown),
        (reply("<html>", 502, kind="text/html"), Fate.UNKNOWN, ServiceDown),
        (reply("<html>", 200, kind="text/html"), Fate.UNKNOWN, BrokenAnswer),
        (reply(""), Fate.UNKNOWN, BrokenAnswer),
        (reply('{"success": tr'), Fate.UNKNOWN, BrokenAnswer),
        (reply("", 307, location="https://evil.example/"), Fate.UNKNOWN, BrokenAnswer),
        (httpx.ConnectError("x"), Fate.NOT_SENT, NetworkError),
        (httpx.ConnectTimeout("x"), Fate.NOT_SENT, NetworkError),
        (httpx.WriteTimeout("x"), Fate.UNKNOWN, BrokenAnswer),
        (httpx.ReadTimeout("x"), Fate.UNKNOWN, BrokenAnswer),
        (httpx.ReadError("x"), Fate.UNKNOWN, BrokenAnswer),
        (httpx.RemoteProtocolError("x"), Fate.UNKNOWN, BrokenAnswer),
    ],
)
async def test_whatever_is_answered_it_is_sent_once(
    answer: Reply | Exception, fate: Fate, error: type[VastError]
) -> None:
    outcome, script, _ = await rented(answer)
    assert outcome.fate is fate
    assert isinstance(outcome.error, error)
    assert outcome.data is None
    assert new_contract(outcome) is None
    assert len(script.requests) == 1


@pytest.mark.parametrize("status", [200, 400, 500])
async def test_a_refusal_may_leave_a_contract_behind(status: int) -> None:
    refusal = agreed(success=False, error="invalid_price", msg="Too low.")
    outcome, _, exchanges = await rented(reply(refusal, status))
    assert outcome.fate is not Fate.OK
    assert new_contract(outcome) == 7
    assert INSTANCE_KEY not in f"{outcome!r} {list(exchanges)!r}"


# One offer


def bodies(script: Script) -> list[dict[str, Any]]:
    return [json.loads(request.content) for request in script.requests]


async def test_an_offer_is_looked_up_by_either_name() -> None:
    script = Script(reply({"offers": []}), reply({"offers": [row(9), row(4242)]}))
    client = client_of(script)
    found = await client.offers.get(4242, disk=33.0, bid=True)
    assert found is not None
    assert found.id == 4242
    first, second = bodies(script)
    assert (first["ask_contract_id"], second["id"]) == ({"eq": 4242}, {"eq": 4242})
    assert (first["type"], first["allocated_storage"]) == ("bid", 33.0)
    await client.aclose()


@pytest.mark.parametrize(
    "offers", [[], [row(9)], [row(4242, rentable=False)], [row(4242, num_gpus=0)]]
)
async def test_another_offer_or_one_that_is_taken_is_none(offers: list[dict[str, Any]]) -> None:
    client = client_of(Script(reply({"offers": offers})))
    assert await client.offers.get(4242, disk=10.0, bid=False) is None
    await client.aclose()


async def test_no_answer_does_not_mean_that_it_is_gone() -> None:
    client = client_of(Script(reply({"msg": "x"}, 500)))
    with pytest.raises(ServiceDown):
        await client.offers.get(4242, disk=10.0, bid=False)
    await client.aclose()


# By label


def filters_of(request: httpx.Request) -> object:
    return json.loads(parse_qs(request.url.query.decode())["select_filters"][0])


LABEL = f"train vt-{NONCE}"


async def test_a_label_is_asked_for_and_compared() -> None:
    rows = [instance_row(1, label=LABEL), instance_row(2, label="other"), instance_row(3)]
    script = Script(reply(listing(*rows)))
    client = client_of(script)
    found = await client.instances.labelled(LABEL)
    assert [one.id for one in found.instances] == [1]
    (request,) = script.requests
    assert filters_of(request) == {"label": {"in": [LABEL]}}
    await client.aclose()


async def test_all_pages_are_read() -> None:
    pages = [
        listing(instance_row(1, label=LABEL), token="t", total=2),
        listing(instance_row(2, label=LABEL), total=2),
    ]
    client = client_of(Script(*map(reply, pages)))
    assert [one.id for one in (await client.instances.labelled(LABEL)).instances] == [1, 2]
    await client.aclose()


async def test_where_the_filter_is_refused_the_whole_list_is_read() -> None:
    refused = reply({"success": False, "error": "invalid_args", "msg": "unknown filter"}, 400)
    script = Script(refused, reply(listing(instance_row(1, label=LABEL), instance_row(2))))
    client = client_of(script)
    assert [one.id for one in (await client.instances.labelled(LABEL)).instances] == [1]
    assert filters_of(script.requests[1]) == {}
    await client.aclose()


@pytest.mark.parametrize("status", [401, 403, 429, 500])
async def test_a_list_that_cannot_be_read_is_not_empty(status: int) -> None:
    script = Script(reply({"success": False, "error": "auth_error", "msg": "x"}, status))
    client = client_of(script)
    with pytest.raises(VastError):
        await client.instances.labelled(LABEL)
    assert all(filters_of(request) for request in script.requests)
    await client.aclose()
