"""A request through an endpoint: where the service sends it, and what the worker answers (docs:
"route"; client 1.9.1 `serverless/client/endpoint.py`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RouteAnswer:
    """Where a request may go. Without a `url` it waits: `status` says for what, and is sent again
    with the `request_idx` of this answer. `auth_data` is the whole answer, which the worker checks:
    it goes to nobody else."""

    url: str = ""
    status: str = ""
    request_idx: int = 0
    reqnum: int | None = None
    auth_data: Mapping[str, object] = field(default_factory=dict, repr=False, hash=False)


@dataclass(frozen=True, slots=True)
class WorkerAnswer:
    """What a worker answered: HTTP `status`, `size` in bytes, the time in seconds until the first
    byte came and until the last, and the start of its text, in clean lines; `cut`: there was more.
    """

    status: int
    size: int
    first: float
    seconds: float
    lines: tuple[str, ...] = ()
    cut: bool = False
