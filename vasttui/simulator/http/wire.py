"""Requests and answers as the world sees them, independent of any HTTP library."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

Sortable = tuple[bool, float, str]
JSON_TYPE = ("content-type", "application/json")
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class BadRequest(Exception):
    """An invalid request; answered with status 400 and this text."""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. Header names are lower case; `query` keeps the last value of each name."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @classmethod
    def of(
        cls,
        method: str,
        target: str,
        headers: Iterable[tuple[str, str]] = (),
        body: bytes = b"",
    ) -> Request:
        """A request from its target (path and query, or a whole URL) and raw header pairs."""
        parts = urlsplit(target)
        return cls(
            method=method.upper(),
            path=unquote(parts.path),
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in headers},
            body=body,
        )

    def json_object(self) -> dict[str, object]:
        """The body as a JSON object; an empty body is an empty object. Raises BadRequest."""
        return json_object(self.body)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A connection fault while an answer is sent; the adapters make it happen.

    `reset`: the connection breaks before the first byte. `garbage`: the answer is not HTTP.
    `stall`: nothing for `amount` seconds, then the answer. `drip`: one byte of the body every
    `amount` seconds. `truncate`: the connection closes after `amount` bytes of the body.
    """

    kind: Literal["reset", "garbage", "stall", "drip", "truncate"]
    amount: float = 0.0


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer.

    `chunks` is produced while it is read, a few milliseconds at a time; an empty chunk only gives
    other tasks a turn. `size` is the length of the body in bytes, if known in advance.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    chunks: Iterable[bytes]
    size: int | None = None
    trouble: Trouble | None = None

    def read(self) -> bytes:
        """The whole body. An answer can be read once unless its size is known."""
        return b"".join(self.chunks)

    def head(self, now: float) -> list[tuple[str, str]]:
        """All headers, with the time of the service (`now`, epoch seconds) as every server has."""
        length = [] if self.size is None else [("content-length", str(self.size))]
        return [*self.headers, ("date", formatdate(now, usegmt=True)), *length]


def whole_reply(status: int, headers: tuple[tuple[str, str], ...], body: bytes) -> Reply:
    """An answer with a complete body."""
    return Reply(status, headers, (body,), len(body))


def json_reply(data: object, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
    """An answer in JSON. The service sends no charset (client 1.9.1 rejects one)."""
    return whole_reply(status, (JSON_TYPE, *headers), encode(data))


def error_reply(status: int, code: str, message: str) -> Reply:
    """An error in the service's usual shape."""
    return json_reply({"success": False, "error": code, "msg": message}, status)


def encode(data: object) -> bytes:
    """Compact JSON in UTF-8."""
    return _ENCODE(data).encode()


def json_object(text: str | bytes) -> dict[str, object]:
    """`text` parsed as a JSON object; blank text is an empty one. Raises BadRequest."""
    if not text.strip():
        return {}
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise BadRequest("Invalid json body") from None
    if not isinstance(data, dict):
        raise BadRequest("Invalid json body")
    return data


def selected_columns(text: str) -> list[str] | None:
    """The names in a `select_cols`; None for all there are. Raises BadRequest."""
    if not text:
        return None
    try:
        columns = json.loads(text)
    except ValueError:
        raise BadRequest("Invalid json body") from None
    if not isinstance(columns, list):
        raise BadRequest("select_cols is not a list")
    return None if "*" in columns else [str(column) for column in columns]


def sortable(value: object) -> Sortable:
    """A value as it is sorted: numbers, then text, null last."""
    if isinstance(value, int | float):
        return False, value, ""
    return value is None, 0.0, str(value)
