"""What was sent, for the user to see."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and what became of it; nothing in it is secret.

    `at` is epoch seconds, `seconds` how long it took, `size` bytes of the unpacked answer as far
    as it was read, `status` 0 when no answer came. `path` has the query with it; `note` names what
    went wrong, if anything.
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
