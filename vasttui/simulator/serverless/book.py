"""What the account has of serverless, as it is kept (client 1.9.1 `api/endpoints.py`,
`data/endpoint.py`, `data/workergroup.py`)."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from vasttui.simulator.account.template_entries import USER

Limit = float | int | None

DEFAULTS: Mapping[str, Limit] = {
    "min_load": 10.0, "min_cold_load": 0.0, "target_util": 0.9, "cold_mult": 2.5,
    "cold_workers": 5, "max_workers": 20, "max_queue_time": 30.0, "target_queue_time": 10.0,
    "inactivity_timeout": None,
}  # fmt: skip
"""What limits how an endpoint scales, and what is taken for one that is left out (docs: "create
endpoint")."""

STATES = ("active", "suspended", "stopped")
_MOST_EVENTS = 4_000


@dataclass(slots=True)
class Endpoint:
    """An endpoint; it is listed from `listed_at` on, and was last `asked_at` (epoch seconds)."""

    id: int
    name: str
    created_at: float
    listed_at: float
    limits: dict[str, Limit]
    state: str = "active"
    asked_at: float = 0.0

    @property
    def api_key(self) -> str:
        """Its own key, a secret."""
        return hashlib.sha256(f"endpoint {self.id}".encode()).hexdigest()

    def limit(self, name: str) -> float:
        """One of its limits; what is not set is 0."""
        return self.limits.get(name) or 0.0

    def row(self, moment: object, *, unpaid: bool) -> dict[str, object]:
        """As in the list, `moment` being when it was made. It is deleted when nobody pays."""
        return {
            "id": self.id,
            "endpoint_name": self.name,
            **self.limits,
            "endpoint_state": self.state,
            "user_id": USER,
            "created_at": moment,
            "api_key": self.api_key,
            "auto_delete_in_seconds": 82_800.0 if unpaid else None,
            "auto_delete_due_24h": unpaid,
        }


@dataclass(slots=True)
class Group:
    """A worker group. `search_query` is the parsed `search_params`, `gpu_ram` in GB; `looks_at` is
    when it looks for offers again (epoch seconds)."""

    id: int
    endpoint_id: int
    created_at: float
    listed_at: float
    search_params: str
    search_query: dict[str, Any]
    template_hash: str | None = None
    template_id: int | None = None
    launch_args: str | None = None
    gpu_ram: float = 24.0
    looks_at: float = 0.0

    def row(self, endpoint: str, moment: object) -> dict[str, object]:
        """As in the list, with the name of its endpoint; `moment` is when it was made."""
        return {
            "id": self.id,
            "endpoint_id": self.endpoint_id,
            "endpoint_name": endpoint,
            "template_hash": self.template_hash,
            "template_id": self.template_id,
            "search_params": self.search_params,
            "search_query": self.search_query,
            "launch_args": self.launch_args,
            "gpu_ram": self.gpu_ram,
            "min_load": 1.0,
            "target_util": 0.9,
            "cold_mult": 3.0,
            "cold_workers": 3,
            "test_workers": 3,
            "api_key": hashlib.sha256(f"group {self.id}".encode()).hexdigest(),
            "created_at": moment,
            "user_id": USER,
        }


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the logs: at what time (epoch seconds), its level, and of what."""

    at: float
    level: int
    endpoint_id: int
    group_id: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the code of a deployment."""

    id: int
    file_hash: str
    label: str | None
    status: str
    created_at: float


@dataclass(slots=True)
class Deployment:
    """A deployment; `versions` are its versions, the latest last. `storage` is in GB, `ttl` in
    seconds, and its client was last heard of at `heartbeat` (epoch seconds)."""

    id: int
    name: str
    tag: str
    image: str
    endpoint_id: int | None
    versions: list[Version]
    created_at: float
    updated_at: float
    env: str | None = None
    search_params: str | None = None
    storage: float = 16.0
    ttl: float | None = None
    heartbeat: float | None = None


@dataclass(slots=True)
class Rollout:
    """Workers of a group that are still to get its template, one after the other."""

    group_id: int
    left: list[int]
    count: int


@dataclass(slots=True)
class Rules:
    """How the live side behaves.

    An endpoint or group is listed `late` seconds after it was made, its workers `not_ready` seconds
    after, and a worker `row_late` seconds after its instance. Deleting the next `fail_delete`
    workers fails, the next `queue_full` requests find a full queue. With `wrapped` workers come in
    an object. A field left out of a change is reset, unless `keeps` them.
    """

    late: float = 12.0
    not_ready: float = 40.0
    row_late: float = 6.0
    fail_delete: int = 0
    queue_full: int = 0
    wrapped: bool = False
    keeps: bool = False


@dataclass(slots=True)
class Book:
    """All of it. `removals` are workers that will be gone, and when; deleting the `stubborn` ones
    fails at first. `foreign_keys` counts requests that showed a worker a key that is not its
    endpoint's. Times are epoch seconds."""

    ticked: float
    endpoints: list[Endpoint] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    rollouts: list[Rollout] = field(default_factory=list)
    deployments: list[Deployment] = field(default_factory=list)
    removals: dict[int, float] = field(default_factory=dict)
    stubborn: set[int] = field(default_factory=set)
    rules: Rules = field(default_factory=Rules)
    next_endpoint: int = 19_501
    next_group: int = 4_601
    next_request: int = 9
    foreign_keys: int = 0

    def endpoint(self, number: object) -> Endpoint | None:
        """The endpoint with that id, the latest with that name, or None."""
        for one in reversed(self.endpoints):
            if number is not None and number in (one.id, one.name):
                return one
        return None

    def group(self, number: object) -> Group | None:
        """The group with that id, or None."""
        return next((one for one in self.groups if one.id == number), None)

    def groups_of(self, endpoint: Endpoint) -> list[Group]:
        """The groups of an endpoint."""
        return [one for one in self.groups if one.endpoint_id == endpoint.id]

    def note(
        self, at: float, level: int, endpoint_id: int, group_id: int | None, text: str
    ) -> None:
        """Add a line to the logs."""
        self.events.append(Event(at, level, endpoint_id, group_id, text))
        del self.events[:-_MOST_EVENTS]

    def forget(self, endpoints: Iterable[int], groups: Iterable[int]) -> None:
        """Drop endpoints and groups by their ids."""
        gone, former = set(endpoints), set(groups)
        self.endpoints = [one for one in self.endpoints if one.id not in gone]
        self.groups = [one for one in self.groups if one.id not in former]
        self.rollouts = [one for one in self.rollouts if one.group_id not in former]


def moment(at: float, *, text: bool) -> object:
    """A time as the service was seen to send it, or as the official description has it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at)) if text else at
