"""A record of every request to the world, its API key and any password masked."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from vasttui.logs import MASK
from vasttui.simulator.http.wire import Request

KEPT = 10_000
_SECRET_IN_JSON = re.compile(r'("(?:api_key|docker_login_pass|password)"\s*:\s*")(?:[^"\\]|\\.)*"')


@dataclass(frozen=True, slots=True)
class Entry:
    """One request. `time` is epoch seconds; `status` is 0 if the connection broke instead."""

    time: float
    operation: str
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: str
    status: int
    fault: str

    def as_json(self) -> dict[str, object]:
        """The entry as the control path returns it."""
        return asdict(self)


class Ledger:
    """The latest requests, oldest first; `total` also counts the dropped ones."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self.total = 0

    @property
    def requests(self) -> list[Entry]:
        """The requests still kept."""
        return list(self._entries)

    def of(self, operation: str) -> list[Entry]:
        """The requests of one operation."""
        return [entry for entry in self._entries if entry.operation == operation]

    def write(self, entry: Entry) -> None:
        """Record one more request."""
        self._entries.append(entry)
        self.total += 1

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
        self.total = 0


def entry(
    request: Request, *, time: float, operation: str, status: int, fault: str, key: str | None
) -> Entry:
    """A ledger entry with the key masked wherever it appears in the request."""

    def masked(text: str) -> str:
        return text.replace(key, MASK) if key else text

    headers = {name: masked(value) for name, value in request.headers.items()}
    if "authorization" in headers:
        headers["authorization"] = f"{headers['authorization'].partition(' ')[0]} {MASK}"
    query = {name: masked(value) for name, value in request.query.items()}
    if "api_key" in query:
        query["api_key"] = MASK
    body = _SECRET_IN_JSON.sub(rf'\g<1>{MASK}"', masked(request.body.decode("utf-8", "replace")))
    return Entry(
        time, operation, request.method, masked(request.path), query, headers, body, status, fault
    )
