"""Requests about the account, and what is made of the answers."""

from __future__ import annotations

import json
import random
from collections.abc import Awaitable, Callable

import httpx
import pytest

from tests.support.http import KEY, Script, client_of, reply
from vasttui.api.client import VastClient, open_client
from vasttui.clock import VirtualClock
from vasttui.errors import BrokenAnswer, ReadOnlyRefused, VastError
from vasttui.models.account import Method
from vasttui.models.invoice import Invoice
from vasttui.services.account.second_factor import BACKUP, EMAIL, log_in

TOTP = Method(id=42, method="totp")
SMS = Method(id=43, method="sms")
SESSION = {"id": 1, "session_key": "s" * 64, "backup_codes_remaining": 7}


@pytest.mark.parametrize(
    ("read", "path", "answer"),
    [
        (lambda c: c.account.addresses(), "/api/v0/users/me/ipaddrs?owner=me", {"results": []}),
        (lambda c: c.account.subaccounts(), "/api/v0/subaccounts?owner=me", {"users": []}),
        (lambda c: c.account.connections(), "/api/v0/users/cloud_integrations/", []),
        (lambda c: c.account.audit_log(), "/api/v0/audit_logs/", []),
    ],
)
async def test_lists_are_asked_for_as_the_official_client_does(
    read: Callable[[VastClient], Awaitable[object]], path: str, answer: object
) -> None:
    script = Script(reply(json.dumps(answer)))
    client = client_of(script)
    assert await read(client) == ()
    [sent] = script.requests
    assert (sent.method, sent.url.raw_path.decode(), sent.content) == ("GET", path, b"")
    await client.aclose()
    client = client_of(Script(reply('"text"')))
    with pytest.raises(BrokenAnswer):
        await read(client)
    await client.aclose()


async def test_a_huge_audit_log_is_read_whole() -> None:
    row = {"ip_address": "203.0.113.7", "api_key_id": 1, "created_at": 1.5, "api_route": "x",
           "args": {"a": "b" * 100}}  # fmt: skip
    client = client_of(Script(reply(json.dumps([row] * 40_000))))
    assert len({entry.id for entry in await client.account.audit_log()}) == 40_000
    await client.aclose()


async def test_transfers_are_looked_for_by_time_and_an_unreadable_one_is_trouble() -> None:
    rows: list[object] = [
        {"type": "credit", "amount": -50.0, "metadata": {"invoice_id": 1}},
        {"type": "transfer", "amount": 3.0, "metadata": {"invoice_id": 2}},
    ]
    script = Script(reply({"success": True, "results": rows, "next_token": None}))
    client = client_of(script)
    assert await client.billing.transfers(10.5, 20.5) == (Invoice(id=2, type="transfer", amount=3),)
    query = script.requests[0].url.params
    assert json.loads(query["select_filters"]) == {"when": {"gte": 10, "lte": 21}}
    await client.aclose()
    rows.append({"type": "transfer"})
    client = client_of(Script(reply({"success": True, "results": rows})))
    with pytest.raises(BrokenAnswer):
        await client.billing.transfers(0, 1)
    await client.aclose()


@pytest.mark.parametrize(
    ("method", "secret", "proof"),
    [
        (TOTP, "", {"tfa_method": "totp", "code": "123456", "tfa_method_id": 42}),
        (SMS, "x1", {"tfa_method": "sms", "code": "123456", "secret": "x1", "tfa_method_id": 43}),
        (EMAIL, "x1", {"tfa_method": "email", "code": "123456", "secret": "x1"}),
        (BACKUP, "", {"backup_code": "123456"}),
    ],
)
async def test_a_code_is_sent_once_and_nothing_of_it_is_logged(
    method: Method, secret: str, proof: dict[str, object]
) -> None:
    script = Script(reply(SESSION))
    client = client_of(script)
    session = await log_in(client.account, method, "123456", secret)
    assert (session.key, session.backup_codes) == ("s" * 64, 7)
    assert json.loads(script.requests[0].content) == proof
    assert "123456" not in repr(client.exchanges)
    assert "ssss" not in repr(client.exchanges)
    await client.aclose()


async def test_a_lost_answer_to_a_code_is_not_followed_by_another_try() -> None:
    script = Script(httpx.ReadError("gone"))
    client = client_of(script)
    with pytest.raises(VastError):
        await log_in(client.account, TOTP, "123456", "")
    assert len(script.requests) == 1
    await client.aclose()


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (400, "2fa_login_failed", "That code is wrong."),
        (401, "invalid_backup_code", "That backup code is wrong or was used before."),
        (400, "2fa_expired", "The code has expired; start again for a new one."),
        (429, "tfa_locked", "Too many wrong codes: the service takes no more for 15 minutes."),
        (400, "other", "What the service says."),
    ],
)
async def test_a_refused_code_is_explained(status: int, code: str, words: str) -> None:
    answer = {"success": False, "error": code, "msg": "What the service says."}
    client = client_of(Script(reply(answer, status)))
    with pytest.raises(VastError) as caught:
        await log_in(client.account, TOTP, "000000", "")
    assert str(caught.value) == words
    await client.aclose()


async def test_a_login_without_a_session_key_is_none() -> None:
    client = client_of(Script(reply({"id": 1})))
    with pytest.raises(BrokenAnswer, match="gave no session key"):
        await log_in(client.account, TOTP, "123456", "")
    await client.aclose()


async def test_codes_are_asked_for_by_text_message_or_mail() -> None:
    script = Script(reply({"msg": "2FA Sent", "secret": "x1"}))
    client = client_of(script)
    assert [await client.account.send_code(method) for method in (SMS, EMAIL)] == ["x1", "x1"]
    sent = [(one.url.path, json.loads(one.content)) for one in script.requests]
    assert sent == [("/api/v0/tfa/sms/", {"tfa_method_id": 43}), ("/api/v0/tfa/email/", {})]
    await client.aclose()


@pytest.mark.parametrize("answer", [{"msg": "2FA Sent"}, [], {"secret": 7}, {"success": True}])
async def test_without_its_secret_it_is_not_known_whether_a_code_was_sent(answer: object) -> None:
    script = Script(reply(answer))
    client = client_of(script)
    with pytest.raises(VastError, match="not known whether a code was sent"):
        await client.account.send_code(SMS)
    assert len(script.requests) == 1
    await client.aclose()


@pytest.mark.parametrize("method", [SMS, EMAIL])
async def test_asking_for_a_code_is_a_change(method: Method) -> None:
    script = Script(reply({}))
    client = open_client("http://127.0.0.1", KEY, clock=VirtualClock(), rng=random.Random(1),
                         read_only=True, transport=httpx.MockTransport(script))  # fmt: skip
    with pytest.raises(ReadOnlyRefused):
        await client.account.send_code(method)
    assert script.requests == []
    await client.aclose()
