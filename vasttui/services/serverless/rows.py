"""Endpoints with their worker groups and workers, as known at one moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from vasttui.errors import VastError
from vasttui.models.instance import Instance
from vasttui.models.serverless import Endpoint, Worker, WorkerGroup
from vasttui.models.worker_search import ANY
from vasttui.models.worker_state import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerRow:
    """A worker. `group` is the id of its group, None if it is not known which. `since` (epoch
    seconds) is when its state began, or unless `exact` when it was first seen in it."""

    worker: Worker
    endpoint: int
    group: int | None = None
    since: float
    exact: bool = False

    @property
    def id(self) -> int:
        """The id of the worker, and of its instance."""
        return self.worker.id

    @property
    def kind(self) -> Kind:
        """What it counts as."""
        return self.worker.state.kind


@dataclass(frozen=True, slots=True)
class Load:
    """What the ready workers of something do, in units a second: `current` of what they `can`, with
    `requests` at work. `unknown` of the `ready` ones do not tell, so that the sums are parts."""

    current: float = 0.0
    can: float = 0.0
    requests: int = 0
    ready: int = 0
    unknown: int = 0

    @property
    def share(self) -> float | None:
        """The part that is used, 0 to 1 and more; None if there is nothing to use or not all is
        known."""
        return self.current / self.can if self.can > 0 and not self.unknown else None


@dataclass(frozen=True, slots=True)
class Sample:
    """What the workers of an endpoint did together `at` a time (epoch seconds)."""

    at: float
    load: Load


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """A worker group and those of its endpoint's workers that are known to be its own; None: its
    workers are not known. `max_workers` is the endpoint's."""

    group: WorkerGroup
    workers: tuple[WorkerRow, ...] | None = None
    max_workers: int | None = None

    @property
    def id(self) -> int:
        """The id of the group."""
        return self.group.id

    @property
    def worst(self) -> float | None:
        """$/h if all workers of the endpoint were of this group at its dearest price: `ANY` without
        a limit, None if not known. Those that there are may cost more, see `costs.most_of`."""
        return worst_case(self.max_workers, [self.group.price_limit])


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointRow:
    """An endpoint and all that belongs to it.

    `workers` is None until they were read; they were read `as_of` (monotonic seconds), without
    those in `bad` rows, which cannot be read. `said` is what the service says instead of listing
    them; an `error` of the last reading leaves the workers as they were, since `failing_since`
    (epoch seconds), `failures` times. Not `listed`: it was made just now and is not in the list
    yet. `is_old`: it was listed before, and may be one of the rows that cannot be read now. Not
    `groups_known`: it may have groups that cannot be read. `group_comes`: a group of it was asked
    for, and none is listed. `twins` are the ids of others with the same name. `loads` are the loads
    of the last readings, oldest first.
    """

    endpoint: Endpoint
    groups: tuple[GroupRow, ...] = ()
    workers: tuple[WorkerRow, ...] | None = None
    as_of: float | None = None
    said: str = ""
    bad: int = 0
    error: VastError | None = None
    failing_since: float | None = None
    failures: int = 0
    listed: bool = True
    is_old: bool = False
    groups_known: bool = True
    group_comes: bool = False
    twins: tuple[int, ...] = ()
    samples: tuple[Sample, ...] = ()

    @property
    def id(self) -> int:
        """The id of the endpoint."""
        return self.endpoint.id

    @property
    def name(self) -> str:
        """The name of the endpoint, with its number where another has the same."""
        return f"{self.endpoint.name} ({self.id})" if self.twins else self.endpoint.name

    @property
    def loads(self) -> tuple[float | None, ...]:
        """The loads of the last readings, oldest first; None where a part was not known."""
        return tuple(None if one.load.unknown else one.load.current for one in self.samples)

    @property
    def settles(self) -> bool:
        """Whether something of it will change soon."""
        return any(row.worker.state.settles for row in self.workers or ())

    @property
    def worst(self) -> float | None:
        """$/h with as many workers as it may have, all at the dearest price its groups allow: `ANY`
        without a limit, None if not known, also without a group. Those that there are may cost
        more, see `costs.most_of`."""
        return worst_case(self.endpoint.max_workers, self.limits())

    def limits(self, besides: int | None = None) -> list[float | None]:
        """The most that a worker of each group may cost, `besides` the one with that id; None for
        what is not known."""
        found = [row.group.price_limit for row in self.groups if row.id != besides]
        return found if self.groups_known else [*found, None]

    @property
    def lacks_group(self) -> bool:
        """Whether it is known to have no worker group: a new one may not be listed yet."""
        return self.listed and self.groups_known and not self.groups and not self.group_comes

    def of(self, *kinds: Kind) -> int | None:
        """How many of its workers count as these; None: not known."""
        return count(self.workers, *kinds)


def count(workers: tuple[WorkerRow, ...] | None, *kinds: Kind) -> int | None:
    """How many of these workers count as these kinds; None if they are not known."""
    return None if workers is None else sum(row.kind in kinds for row in workers)


def load_of(workers: Iterable[WorkerRow]) -> Load:
    """What these workers do together: those that are ready."""
    ready = [row.worker for row in workers if row.kind is Kind.READY]
    known = [
        (worker.cur_load, worker.perf) for worker in ready
        if worker.cur_load is not None and worker.perf is not None
    ]  # fmt: skip
    return Load(
        sum(current for current, _ in known), sum(can for _, can in known),
        sum(worker.reqs_working or 0 for worker in ready), len(ready), len(ready) - len(known),
    )  # fmt: skip


def worst_case(workers: int | None, limits: Iterable[float | None]) -> float | None:
    """$/h of so many workers at the dearest of these price limits; see `GroupRow.worst`."""
    found = list(limits)
    if not found:
        return None
    if workers == 0:
        return 0.0
    if ANY in found:
        return ANY
    known = [limit for limit in found if limit is not None]
    return None if workers is None or len(known) < len(found) else round(workers * max(known), 9)


def worker_finder(rows: Iterable[EndpointRow]) -> Callable[[Instance], str]:
    """Tells the name of the endpoint that an instance is a worker of, by its own word or as one of
    the workers that were read; empty for none."""
    listed = list(rows)
    names = {row.id: row.name for row in listed}
    workers = {one.id: row.name for row in listed for one in row.workers or ()}

    def find(instance: Instance) -> str:
        said = "" if instance.endpoint_id is None else names.get(instance.endpoint_id, "")
        return said or workers.get(instance.id, "")

    return find
