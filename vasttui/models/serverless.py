"""Serverless: endpoints, their worker groups and workers, and deployments (docs: "serverless";
client 1.9.1 `api/endpoints.py`, `data/endpoint.py`, `data/deployment.py`)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from vasttui.models.secret import Secret
from vasttui.models.worker_search import price_limit, search_text
from vasttui.models.worker_state import WorkerState, worker_state
from vasttui.text import clean

STATES = ("active", "suspended", "stopped")
"""What an endpoint may be set to."""

MOST_NAME = 255
_NAME = re.compile(rf"[A-Za-z0-9_-]{{1,{MOST_NAME}}}")
_SEARCH_CAP = 4_096


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An endpoint; `None` means the service sent no value, or an unreadable one (`unread`).

    `min_load` and `min_cold_load` are in units of performance a second (tokens/s for LLMs),
    `target_util` is a fraction, `cold_mult` a factor; `max_queue_time`, `target_queue_time` and
    `inactivity_timeout` are seconds: 0 never goes off, less than 0 never to zero. `api_key` is the
    key that requests to this endpoint are signed for.
    """

    id: int
    endpoint_name: str | None = None
    endpoint_state: str | None = None
    api_key: Secret | None = None
    created_at: float | None = None
    min_load: float | None = None
    min_cold_load: float | None = None
    target_util: float | None = None
    cold_mult: float | None = None
    cold_workers: int | None = None
    max_workers: int | None = None
    max_queue_time: float | None = None
    target_queue_time: float | None = None
    inactivity_timeout: float | None = None
    auto_delete_in_seconds: float | None = None
    auto_delete_due_24h: bool | None = None
    unread: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its name on screen."""
        return self.endpoint_name or f"endpoint {self.id}"

    @property
    def state(self) -> str:
        """`active`, `suspended`, `stopped`, another word of the service in lower case, or empty."""
        return (self.endpoint_state or "").lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerGroup:
    """A worker group. `gpu_ram` is GB and advisory. `search_params` is what it searches its
    machines by, exactly as the service has it, a text or an object; `search_query` the object it
    was parsed to. The same holds for `launch_args`, which may have secrets in it."""

    id: int
    endpoint_id: int | None = None
    endpoint_name: str | None = None
    template_hash: str | None = None
    template_id: int | None = None
    search_params: str | Mapping[str, object] | None = field(default=None, repr=False, hash=False)
    search_query: Mapping[str, object] | None = field(default=None, repr=False, hash=False)
    launch_args: str | None = field(default=None, repr=False)
    gpu_ram: float | None = None
    created_at: float | None = None
    unread: tuple[str, ...] = ()

    @property
    def search(self) -> str:
        """Its search as a text to show and to change; empty if the service sent none."""
        wanted = self.search_params or self.search_query or ""
        return clean(wanted if isinstance(wanted, str) else search_text(wanted), _SEARCH_CAP)

    @property
    def price_limit(self) -> float | None:
        """The most one worker may cost in $/h; `ANY` (infinite) without a limit, None: unknown."""
        return price_limit(self.search_params, self.search_query)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A worker, an instance with the same `id`.

    Loads and performances are in units a second, as the endpoint's; `measured_perf` is real only
    while it is idle. `disk_usage` is GB, `reliability` 0-1, `loaded_at` and `started_at` epoch
    seconds, `reqs_working` the number of requests it works on.
    """

    id: int
    status: str | None = None
    cur_load: float | None = None
    new_load: float | None = None
    cur_load_rolling_avg: float | None = None
    cur_perf: float | None = None
    perf: float | None = None
    measured_perf: float | None = None
    dlperf: float | None = None
    reliability: float | None = None
    reqs_working: int | None = None
    disk_usage: float | None = None
    loaded_at: float | None = None
    started_at: float | None = None
    unread: tuple[str, ...] = ()

    @property
    def state(self) -> WorkerState:
        """Its state in words, and what it bills."""
        return worker_state(self.status)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """Code that the SDK put on an endpoint of its own. `storage` is GB, `ttl` seconds without a
    client until it is stopped, times are epoch seconds. Its variables are not kept: they may be
    secrets."""

    id: int
    name: str | None = None
    tag: str | None = None
    image: str | None = None
    endpoint_id: int | None = None
    endpoint_state: str | None = None
    worker_count: int | None = None
    file_hash: str | None = None
    search_params: str | None = None
    current_version_id: int | None = None
    last_healthy_version_id: int | None = None
    storage: float | None = None
    ttl: float | None = None
    last_client_heartbeat: float | None = None
    created_at: float | None = None
    updated_at: float | None = None
    unread: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Its name on screen, with its tag unless that is the usual one."""
        tag = f":{self.tag}" if self.tag not in (None, "default") else ""
        return f"{self.name or f'deployment {self.id}'}{tag}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentVersion:
    """A version of a deployment's code. `created_at` is epoch seconds."""

    id: int
    label: str | None = None
    status: str | None = None
    file_hash: str | None = None
    image: str | None = None
    created_at: float | None = None


@dataclass(frozen=True, slots=True)
class EndpointList:
    """All endpoints; `bad` rows could not be read, `reasons` says why of a few."""

    endpoints: tuple[Endpoint, ...] = ()
    bad: int = 0
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupList:
    """All worker groups; `bad` rows could not be read, `reasons` says why of a few."""

    groups: tuple[WorkerGroup, ...] = ()
    bad: int = 0
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkerList:
    """The workers of an endpoint or group; `bad` rows could not be read. `said` is what the service
    answers instead of a list, usual in the first minutes of an endpoint; empty if it listed them.
    """

    workers: tuple[Worker, ...] = ()
    bad: int = 0
    said: str = ""


@dataclass(frozen=True, slots=True)
class DeploymentList:
    """All deployments; `bad` rows could not be read, `reasons` says why of a few."""

    deployments: tuple[Deployment, ...] = ()
    bad: int = 0
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftWorkers:
    """What the service says of the workers of something it deleted: ids of those it `deleted` and
    of those that it `failed` to delete, which go on billing; None if it does not say."""

    deleted: tuple[int, ...] | None = None
    failed: tuple[int, ...] | None = None


def wrong_endpoint_name(name: str) -> str:
    """What is wrong with the name of a new endpoint; empty if nothing is (docs: "create
    endpoint")."""
    if _NAME.fullmatch(name):
        return ""
    return f"Letters, digits, _ and - only, at most {MOST_NAME}."
