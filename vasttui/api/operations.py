"""Every request this program can send, in one table.

Intervals are the documented ones (docs: "rate limits and errors", `x-rate-limit` of each page).
What is not in the table cannot be sent; what is not marked as a read is refused in read-only mode.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

MEGABYTE = 1_048_576


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One kind of request.

    `reads` says that it changes nothing, `repeat` that it may be sent again by itself (the
    default is no to both). `key` says whether the API key goes along. `interval` is seconds
    between two calls, `burst` how many may come at once, `deadline` seconds for the whole call
    with all its tries, `most` bytes of the unpacked answer.
    """

    name: str
    method: str
    path: str
    version: int = 0
    reads: bool = False
    repeat: bool = False
    key: Literal["needed", "sent", "kept"] = "needed"
    interval: float = 1.0
    burst: int = 1
    deadline: float = 15.0
    most: int = 8 * MEGABYTE

    @property
    def target(self) -> str:
        """The path on the server, version included."""
        return f"/api/v{self.version}{self.path}"


_TABLE = (
    # A search is a POST, yet it changes nothing (docs: "search offers"; 10 per minute). Its
    # answer is large only from a simulator that was told not to cut it: 20,000 offers are 60 MB.
    Operation(
        name="search", method="POST", path="/bundles/", reads=True, repeat=True, key="sent",
        interval=6.0, burst=10, deadline=30.0, most=192 * MEGABYTE,
    ),
    # The two catalogues are public; the official client sends no key (client 1.9.1 cli/util.py).
    Operation(
        name="gpu_names", method="GET", path="/gpu_names/unique/", reads=True, repeat=True,
        key="kept",
    ),
    Operation(
        name="gpu_types", method="GET", path="/gpu_types/", reads=True, repeat=True, key="kept",
    ),
    Operation(name="account", method="GET", path="/users/current", reads=True, repeat=True),
    Operation(
        name="templates", method="GET", path="/template/", reads=True, repeat=True, interval=3.0,
    ),
)  # fmt: skip

OPERATIONS: Mapping[str, Operation] = {operation.name: operation for operation in _TABLE}
