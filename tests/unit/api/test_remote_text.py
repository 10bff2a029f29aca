"""Logs and command output, from where the service stores them."""

from __future__ import annotations

import json
import random
import ssl
from collections.abc import Iterator

import httpx
import pytest

from tests.support.http import (
    KEY,
    Reply,
    answers,
    answers_packed,
    client_of,
    raw_server,
    reply,
    sends,
)
from vasttui.api.client import open_client
from vasttui.api.origin import OFFICIAL, parse_origin
from vasttui.api.result_files import ResultFiles
from vasttui.clock import VirtualClock
from vasttui.errors import (
    AnswerTooLarge,
    AuthRejected,
    BrokenAnswer,
    NetworkError,
    NotFound,
    ReadOnlyRefused,
    Redirected,
    Rejected,
    ServiceDown,
    TlsError,
    VastError,
)
from vasttui.models.log import LogRequest, TextAnswer

S3 = "https://s3.amazonaws.com/vast.ai/instance_logs/abc.log"
TEXT = reply("one\ntwo\n", kind="text/plain")
NOT_YET = reply("<Error>AccessDenied</Error>", 403, kind="application/xml")


class Wire:
    """The service, which names a file, and the store that has it."""

    def __init__(
        self, *file: Reply | Exception, address: object = S3, asked: Reply | None = None,
        **more: object,
    ) -> None:  # fmt: skip
        self.asked: list[httpx.Request] = []
        self.fetched: list[httpx.Request] = []
        self._answer = asked or reply({"success": True, "result_url": address, **more})
        self._file: Iterator[Reply | Exception] = iter(file)
        self._last: Reply | Exception = TEXT

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "PUT":
            self.asked.append(request)
            return self._answer.response()
        self.fetched.append(request)
        self._last = next(self._file, self._last)
        if isinstance(self._last, Exception):
            raise self._last
        return self._last.response()


async def logs_of(
    wire: Wire, wanted: LogRequest | None = None, clock: VirtualClock | None = None
) -> TextAnswer:
    client = client_of(wire, clock=clock)
    try:
        return await client.instances.logs(7, wanted or LogRequest())
    finally:
        await client.aclose()


async def execute(wire: Wire, clock: VirtualClock | None = None) -> TextAnswer:
    client = client_of(wire, clock=clock)
    try:
        return await client.instances.execute(7, "ls -l")
    finally:
        await client.aclose()


@pytest.mark.parametrize(
    ("wanted", "body"),
    [
        (LogRequest(), {"tail": "1000"}),
        (LogRequest(tail=50, filter="err", daemon=True),
         {"tail": "50", "filter": "err", "daemon_logs": "true"}),
    ],
)  # fmt: skip
async def test_what_is_asked_for(wanted: LogRequest, body: dict[str, str]) -> None:
    wire = Wire(TEXT)
    assert await logs_of(wire, wanted) == TextAnswer(("one", "two"))
    [request] = wire.asked
    assert request.url.path == "/api/v0/instances/request_logs/7/"
    assert json.loads(request.content) == body


async def test_nothing_of_ours_goes_to_the_place_of_the_file() -> None:
    wire = Wire(TEXT)
    await logs_of(wire)
    [request] = wire.fetched
    assert str(request.url) == S3
    assert set(request.headers) == {
        "host", "accept", "accept-encoding", "connection", "user-agent",
    }  # fmt: skip
    assert KEY not in repr(request.headers.raw)
    assert request.content == b""


async def test_a_file_is_waited_for() -> None:
    clock = VirtualClock()
    missing = reply("", 404)
    busy, broken = reply("", 503), httpx.ReadError("x")
    wire = Wire(NOT_YET, missing, busy, broken, TEXT)
    assert (await logs_of(wire, clock=clock)).lines == ("one", "two")
    assert len(wire.fetched) == 5
    assert clock.monotonic() == pytest.approx(0.3 * (1 + 1.5 + 1.5**2 + 1.5**3))


@pytest.mark.parametrize(
    ("last", "error"),
    [
        (NOT_YET, BrokenAnswer), (reply("", 500), ServiceDown), (reply("", 429), ServiceDown),
        (httpx.ConnectError("x"), NetworkError), (httpx.ReadTimeout("x"), BrokenAnswer),
    ],
)  # fmt: skip
async def test_a_file_that_does_not_come_is_given_up(
    last: Reply | Exception, error: type[VastError]
) -> None:
    clock = VirtualClock()
    wire = Wire(last)
    with pytest.raises(error):
        await logs_of(wire, clock=clock)
    assert 15 < clock.monotonic() < 20
    assert 5 < len(wire.fetched) < 20
    assert len(wire.asked) == 1


def tls_error() -> Exception:
    error = httpx.ConnectError("x")
    error.__cause__ = ssl.SSLCertVerificationError(1, "certificate verify failed")
    return error


@pytest.mark.parametrize(
    ("file", "error"),
    [
        (reply("", 301, location="https://evil.example/"), Redirected),
        (reply("", 307, location=S3), Redirected),
        (tls_error(), TlsError),
    ],
)
async def test_what_does_not_pass_is_told_at_once(
    file: Reply | Exception, error: type[VastError]
) -> None:
    wire = Wire(file)
    with pytest.raises(error):
        await logs_of(wire)
    assert len(wire.fetched) == 1


@pytest.mark.parametrize(
    "address",
    [
        S3, "https://s3.us-east-1.amazonaws.com/x", "https://s3-us-west-2.amazonaws.com/x",
        "https://vast.ai.s3.amazonaws.com/x?X-Amz-Signature=a%20b",
        "https://logs.s3.dualstack.eu-west-1.amazonaws.com/x", "https://console.vast.ai/x",
        "https://files.eu.vast.ai:443/x",
    ],
)  # fmt: skip
def test_places_that_are_trusted(address: str) -> None:
    assert ResultFiles(parse_origin(OFFICIAL), VirtualClock()).allows(address)


BAD_PLACES = [
    "", "/x", "http://s3.amazonaws.com/x", "https://evil.example/x", "https://vast.ai/x",
    "https://vast.ai.evil.example/x", "https://evilvast.ai/x", "https://s3.amazonaws.com.evil/x",
    "https://evils3.amazonaws.com/x", "https://ec2.amazonaws.com/x", "https://.vast.ai/x",
    "https://x.s3-a.us-east-1.elb.amazonaws.com/x", "https://amazonaws.com/x",
    "https://s3x.execute-api.us-east-1.amazonaws.com/x",
    "https://192.0.2.1/x", "https://[::1]/x", "https://127.0.0.1/x", "https://2130706433/x",
    "https://me@s3.amazonaws.com/x", "https://s3.amazonaws.com@evil.example/x",
    "https://evil.example\\@s3.amazonaws.com/x", "https://s3.amazonaws.com\\.evil.example/x",
    "https://evil.example/#@s3.amazonaws.com/x", "https://evil.example?s3.amazonaws.com/x",
    "https://s3.amazonaws.com:8443/x", "https://s3.amazonaws.com", "file:///etc/passwd",
    "https://s3.amazonaws.com/x\n", "https://s3.amazonaws.com/\r\nx: y",
    "https://s3.amazonaws.com/\x1b",
    "https://s3.amazonaws.com/ x", "https://\u0455\u0455.vast.ai/x", "ftp://s3.amazonaws.com/x",
    "https://s3.amazonaws.com/" + "x" * 9_000, "//s3.amazonaws.com/x", "HTTPS://evil.example/x",
]  # fmt: skip


@pytest.mark.parametrize("address", BAD_PLACES)
def test_places_that_are_not(address: str) -> None:
    clock = VirtualClock()
    assert not ResultFiles(parse_origin(OFFICIAL), clock).allows(address)
    assert not ResultFiles(parse_origin("http://127.0.0.1:8000"), clock).allows(address)


def test_the_service_itself_is_trusted_only_on_this_computer() -> None:
    clock, inner = VirtualClock(), httpx.MockTransport(lambda request: TEXT.response())
    local = ResultFiles(parse_origin("http://127.0.0.1:8000"), clock)
    assert local.allows("http://127.0.0.1:8000/results/x")
    for other in ("http://127.0.0.1:80000/x", "http://127.0.0.1/x", "https://127.0.0.1:8000/x",
                  "http://localhost:8000/x", "http://127.0.0.1:8000@evil.example/x"):  # fmt: skip
        assert not local.allows(other)
    elsewhere = parse_origin("https://market.example")
    assert not ResultFiles(elsewhere, clock).allows("https://market.example/x")
    assert ResultFiles(elsewhere, clock, inner=inner).allows("https://market.example/x")


@pytest.mark.parametrize("call", [logs_of, execute])
@pytest.mark.parametrize("address", ["https://evil.example/x", "http://169.254.169.254/latest"])
async def test_no_other_place_is_asked(call: object, address: str) -> None:
    wire = Wire(TEXT, address=address)
    with pytest.raises(BrokenAnswer):
        await call(wire)  # type: ignore[operator]
    assert wire.fetched == []


@pytest.mark.parametrize("address", [None, "", " ", 7, [S3], {"url": S3}])
async def test_an_answer_without_a_place_says_why(address: object) -> None:
    wire = Wire(TEXT, address=address, msg="Host is \x1boffline")
    with pytest.raises(BrokenAnswer) as caught:
        await logs_of(wire)
    assert str(caught.value) == "No text came. Vast.ai says: “Host is ␛offline”."
    assert wire.fetched == []


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        (reply({"success": False, "error": "invalid_id", "msg": "x"}, 404), NotFound),
        (reply({"success": False, "error": "auth_error", "msg": "x"}, 404), AuthRejected),
        (reply({"success": False, "msg": "no"}), Rejected),
        (reply([]), BrokenAnswer),
        (reply({}), BrokenAnswer),
    ],
)
async def test_a_refusal(asked: Reply, error: type[VastError]) -> None:
    wire = Wire(asked=asked)
    with pytest.raises(error):
        await logs_of(wire)
    assert wire.fetched == []


async def test_of_a_large_log_the_end_is_kept() -> None:
    line = b"%07d 0123456789012345678901234567890123456789012345678901234567890123456789012\n"
    text = b"".join(line % number for number in range(60_000))
    answer = await logs_of(Wire(reply(text, kind="text/plain")))
    assert answer.cut
    assert answer.lines[-1].startswith("0059999 ")
    assert 2_097_152 - 2 * len(line) < sum(len(line) + 1 for line in answer.lines) <= 2_097_152
    assert len({len(line) for line in answer.lines}) == 1  # no partial line at the start


async def test_a_log_without_an_end_is_dropped() -> None:
    async with raw_server(answers_packed(80_000_000)) as server:
        files = ResultFiles(parse_origin(server.url), VirtualClock())
        with pytest.raises(AnswerTooLarge):
            await files.fetch(f"{server.url}/log")
        await files.aclose()


async def test_over_tcp_a_service_on_this_computer_serves_its_own_files() -> None:
    body = b"line\n"
    async with raw_server(answers(b"", 404), answers(body, length=99), answers(body)) as server:
        files = ResultFiles(parse_origin(server.url), VirtualClock())
        assert (await files.fetch(f"{server.url}/log")).data == body
        await files.aclose()
    assert len(server.heads) == 3
    assert "uthorization" not in "".join(server.heads)


async def test_over_tcp_what_is_no_http_is_given_up() -> None:
    async with raw_server(sends(b"\x16\x03\x01 no HTTP\r\n\r\n")) as server:
        files = ResultFiles(parse_origin(server.url), VirtualClock())
        with pytest.raises(BrokenAnswer):
            await files.fetch(f"{server.url}/log")
        await files.aclose()


async def test_the_output_of_a_command() -> None:
    folder = "/var/lib/docker/overlay2/abc/diff"
    wire = Wire(reply(f"{folder}/data/a\n{folder}/data/b\n"), writeable_path=folder)
    assert (await execute(wire)).lines == ("/data/a", "/data/b")
    [request] = wire.asked
    assert request.url.path == "/api/v0/instances/command/7/"
    assert json.loads(request.content) == {"command": "ls -l"}


@pytest.mark.parametrize("folder", [None, "", "/", 7])
async def test_a_folder_that_is_none_takes_nothing_away(folder: object) -> None:
    wire = Wire(reply("/data/a\n"), writeable_path=folder)
    assert (await execute(wire)).lines == ("/data/a",)


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        (reply("", 503), ServiceDown),
        (reply("<html>", kind="text/html"), BrokenAnswer),
        (reply({"result_url": S3}), BrokenAnswer),
        (reply({"success": True}), BrokenAnswer),
        (reply({"success": False, "msg": "Use ssh"}, 400), Rejected),
        (reply({"success": False, "error": "invalid_args", "msg": "json"}, 483), Rejected),
    ],
)
async def test_a_command_is_sent_once_whatever_becomes_of_it(
    asked: Reply, error: type[VastError]
) -> None:
    wire = Wire(asked=asked)
    with pytest.raises(error):
        await execute(wire)
    assert len(wire.asked) == 1
    assert wire.fetched == []


async def test_a_command_whose_output_does_not_come_is_not_sent_again() -> None:
    wire = Wire(NOT_YET)
    with pytest.raises(BrokenAnswer):
        await execute(wire)
    assert len(wire.asked) == 1


async def test_in_read_only_mode_logs_may_be_read_and_no_command_is_sent() -> None:
    wire = Wire(TEXT)
    client = open_client(
        OFFICIAL, KEY, clock=VirtualClock(), rng=random.Random(1),
        transport=httpx.MockTransport(wire), read_only=True,
    )  # fmt: skip
    assert (await client.instances.logs(7, LogRequest())).lines == ("one", "two")
    with pytest.raises(ReadOnlyRefused):
        await client.instances.execute(7, "rm -r /")
    assert len(wire.asked) == 1
    await client.aclose()
