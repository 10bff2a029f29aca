"""What was sent, for the user to see."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what became of it. The key is no part of it.

    `at` is epoch seconds, `seconds` how long it took, `size` bytes of the decoded answer,
    `status` 0 when there was none; `note` says in a word what went wrong.
    """

    at: float
    operation: str
    method: str
    path: str
    body: str
    status: int
    seconds: float
    size: int
    note: str = ""
