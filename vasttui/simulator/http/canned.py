"""Canned answers that ignore the request: gateway pages, refusals, gzip bombs."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from vasttui.simulator.http.wire import JSON_TYPE, Reply, error_reply, whole_reply

_HTML = (("content-type", "text/html; charset=utf-8"),)
_BLOCK = 65_536
_GATEWAY = """<html>
<head><title>{status} {reason}</title></head>
<body>
<center><h1>{status} {reason}</h1></center>
<hr><center>nginx/1.24.0 (Ubuntu)</center>
</body>
</html>
"""
FAILURES = {
    400: ("invalid_request", "error 400/3514: invalid_request"),
    401: ("auth_error", "Invalid user key"),
    403: ("auth_error", "This action requires login."),
    404: ("not_found", "error 404/3603: no such thing"),
    409: ("conflict", "error 409/2210: already exists"),
    410: ("deprecated_endpoint", "This endpoint has been withdrawn."),
    500: ("", ""),
    502: ("", "Bad Gateway"),
    503: ("", "Service Temporarily Unavailable"),
    504: ("", "Gateway Time-out"),
}
"""Statuses that can be planned, with code and message; from 502 on, a page of the gateway."""


def failure(status: int) -> Reply:
    """An answer with one of the statuses in `FAILURES`."""
    code, message = FAILURES[status]
    if status < 500:
        return error_reply(status, code, message)
    page = _GATEWAY.format(status=status, reason=message) if message else ""
    return whole_reply(status, _HTML, page.encode())


def redirect(url: str) -> Reply:
    """A redirect to another URL."""
    return whole_reply(307, (("location", url),), b"")


def big(size: int) -> Reply:
    """Valid JSON of exactly `size` bytes (at least 27) with no offers in it."""
    head, tail = b'{"offers":[],"padding":"', b'"}'
    padding = max(0, size - len(head) - len(tail))

    def chunks() -> Iterator[bytes]:
        yield head
        for start in range(0, padding, _BLOCK):
            yield b"x" * min(_BLOCK, padding - start)
        yield tail

    return Reply(200, (JSON_TYPE,), chunks(), len(head) + padding + len(tail))


def gzip_bomb(size: int) -> Reply:
    """A small answer that unpacks to `size` bytes of blanks and an empty object."""

    def chunks() -> Iterator[bytes]:
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        block = b" " * _BLOCK
        for start in range(0, size, _BLOCK):
            yield packer.compress(block[: size - start])
        yield packer.compress(b"{}") + packer.flush()

    return Reply(200, (JSON_TYPE, ("content-encoding", "gzip")), chunks())


_SIGN_IN = "<!DOCTYPE html><html><head><title>Sign in to the network</title></head></html>\n"
_TFA = (
    "Your key lacks proper privileges. This action requires you to have logged in using "
    "Two Factor Authentication."
)
CANNED = {
    "html": whole_reply(200, _HTML, _SIGN_IN.encode()),
    "empty": whole_reply(200, (JSON_TYPE,), b""),
    "half_json": whole_reply(200, (JSON_TYPE,), b'{"offers":[{"id":44173797,"gpu_na'),
    "refused": error_reply(200, "resources_unavailable", "Required resources are unavailable."),
    "tfa": error_reply(401, "auth_error", _TFA),
    "session_expired": error_reply(404, "auth_error", "Session expired. Please log in again."),
    "no_right": error_reply(403, "permission_error", "Your key lacks proper privileges."),
}
