"""Sent requests, as shown in the request log."""

from __future__ import annotations

from msgspec import Struct


class Exchange(Struct, frozen=True, kw_only=True):
    """One request and its outcome; it contains no secrets.

    `at` is epoch seconds, `seconds` the duration, `size` the unpacked bytes that were read,
    `status` 0 if there was no answer. `reads`: it changes nothing. `path` includes the query;
    `note` names what went wrong, if anything.
    """

    at: float
    operation: str
    method: str
    path: str
    body: str
    status: int
    seconds: float
    size: int
    reads: bool = False
    note: str = ""
