"""Every request this program can send, in one table.

Intervals are the documented ones (docs: "rate limits", `x-rate-limit` of each operation). What
is not in the table cannot be sent; what is not marked as a read is refused in read-only mode.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MEGABYTE = 1_048_576


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One kind of request.

    `reads` says that it changes nothing, `repeat` that it may be sent again when its outcome is
    unknown (the default is no). `interval` is seconds between two calls, `burst` how many may
    come at once, `deadline` seconds for the whole call, `most` bytes of the decoded answer.
    """

    name: str
    method: str
    path: str
    reads: bool = False
    repeat: bool = False
    interval: float = 1.0
    burst: int = 1
    deadline: float = 15.0
    most: int = 8 * MEGABYTE


_TABLE = (
    # A search is a POST, yet it changes nothing. Its answer is large only from a simulator that
    # was told not to cut it.
    Operation(
        name="search", method="POST", path="/bundles/", reads=True, repeat=True,
        interval=6.0, burst=10, deadline=60.0, most=192 * MEGABYTE,
    ),
    Operation(name="gpu_names", method="GET", path="/gpu_names/unique/", reads=True, repeat=True),
    Operation(name="account", method="GET", path="/users/current", reads=True, repeat=True),
)  # fmt: skip

OPERATIONS: Mapping[str, Operation] = {operation.name: operation for operation in _TABLE}
