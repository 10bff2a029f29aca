"""The key reaches its service and nothing else: no message, record, log or traceback."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path

import httpx
import pytest

from tests.support.http import KEY, Reply, Script, client_of, collect, reply
from vasttui.api.client import VastClient
from vasttui.errors import KeyFileError, VastError

ECHO = {"success": False, "error": KEY, "msg": f"unknown key {KEY}", "detail": KEY}


@pytest.mark.parametrize(
    "fault",
    [
        reply(ECHO, 400), reply(ECHO, 401), reply(ECHO, 403), reply(ECHO, 404), reply(ECHO, 429),
        reply(ECHO, 503), reply(f"plain {KEY}", 400), reply("{}", 200),
        reply("", 302, location="https://evil.example/"),
        httpx.LocalProtocolError(f"Illegal header value b'Bearer {KEY}\\n'"),
        httpx.ConnectError(KEY), httpx.ReadError(KEY), UnicodeEncodeError("ascii", KEY, 0, 1, KEY),
        httpx.InvalidURL(KEY),
    ],
)  # fmt: skip
async def test_no_error_shows_it(
    fault: Reply | Exception, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = client_of(Script(fault))
    for call in (client.account.current(), collect(client)):
        with pytest.raises(VastError) as caught:
            await call
        error = caught.value
        recorded = traceback.TracebackException.from_exception(error, capture_locals=True)
        own = [line for line in recorded.format() if str(Path(__file__).parents[2]) not in line]
        shown = [str(error), repr(error), error.hint, repr(vars(error)), *own]
        assert KEY not in "".join(shown)
    assert KEY not in repr(client.exchanges)
    assert client.exchanges
    assert KEY not in caplog.text
    await client.aclose()


@pytest.mark.parametrize(
    "fault",
    [
        reply(ECHO),
        reply({**ECHO, "error": "auth_error"}),
        reply(f'{{"msg": "unknown key \\u{ord(KEY[0]):04x}{KEY[1:]}"}}', 400),
        reply("", 302, location=f"https://{KEY}.evil.example/"),
        reply("", 302, location=f"https://{KEY.upper()}.evil.example/"),
    ],
)
async def test_no_words_of_the_service_bring_it_back(
    fault: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = client_of(Script(fault))
    for call in (client.account.current(), collect(client)):
        with pytest.raises(VastError) as caught:
            await call
        error = caught.value
        shown = "".join([str(error), repr(error), error.hint, repr(vars(error))])
        assert KEY not in shown.lower()
        assert "***" in shown
    assert KEY not in repr(client.exchanges).lower()
    assert KEY not in caplog.text.lower()
    await client.aclose()


async def test_nothing_that_holds_it_shows_it() -> None:
    client = client_of(Script(reply({"id": 5})))
    await client.account.current()
    seen: set[int] = set()

    def look(thing: object, depth: int = 0) -> None:
        if depth > 6 or id(thing) in seen:
            return
        seen.add(id(thing))
        assert KEY not in repr(thing), type(thing)
        for value in vars(thing).values() if hasattr(thing, "__dict__") else ():
            look(value, depth + 1)

    look(client)
    await client.aclose()


async def test_it_travels_as_a_header_and_never_in_an_address() -> None:
    script = Script(reply({"id": 5, "offers": [], "gpu_names": []}))
    client = client_of(script)
    await client.account.current()
    await collect(client)
    await client.offers.gpu_names()
    assert KEY not in "".join(str(request.url) for request in script.requests)
    bearers = [request.headers.get("authorization") for request in script.requests]
    assert bearers == [f"Bearer {KEY}", f"Bearer {KEY}", None]
    await client.aclose()


async def test_without_a_key_the_market_is_open_and_the_account_is_not() -> None:
    script = Script(reply({"offers": [], "gpu_names": []}))
    client: VastClient = client_of(script, key=None)
    assert await collect(client) == []
    assert await client.offers.gpu_names() == ()
    assert all("authorization" not in request.headers for request in script.requests)
    with pytest.raises(VastError) as caught:
        await client.account.current()
    assert str(caught.value) == "This needs an API key."
    assert len(script.requests) == 2
    await client.aclose()


async def test_a_body_that_holds_it_is_recorded_without_it() -> None:
    script = Script(reply({"offers": []}))
    client = client_of(script)
    await collect(client, {"echo": KEY})
    assert KEY.encode() in script.requests[0].content
    assert client.exchanges[0].body == '{"echo": "***"}'
    await client.aclose()


@pytest.mark.parametrize(
    "key", [f"{KEY}\n", f" {KEY}", "abc-def", "a" * 600, "kéy" * 8, "\x00" * 9]
)
def test_what_cannot_be_a_key_is_refused_unseen(key: str) -> None:
    with pytest.raises(KeyFileError) as caught:
        client_of(Script(reply({})), key=key)
    assert key not in str(caught.value)
