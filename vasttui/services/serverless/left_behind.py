"""What deletions leave: instances, and what is still listed, looked for until it is gone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

from vasttui.clock import Clock
from vasttui.models.instance import Instance
from vasttui.models.serverless import Deployment, Endpoint, LeftWorkers, WorkerGroup
from vasttui.services.serverless.costs import cost_of
from vasttui.services.serverless.words import left_over, maybe_deleted, none_left, still_listed
from vasttui.units import MINUTE

MAY_GO = 5.0 * MINUTE
"""Seconds for which it is looked whether a deletion without an answer was made."""

GRACE = float(MINUTE)
"""Seconds for which an instance may still be listed without being called left."""

_LOOK = 30.0
"""Seconds between two looks at the lists after that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """Something that was deleted, by its `name` and its id; a deployment with its endpoint. It had
    these `workers`, ids of instances."""

    name: str
    endpoint: int | None = None
    group: int | None = None
    deployment: int | None = None
    workers: Collection[int] = ()

    def had(self, instance: Instance) -> bool:
        """Whether an instance says that it is of this."""
        pairs = (self.endpoint, instance.endpoint_id), (self.group, instance.workergroup_id)
        return any(mine is not None and mine == its for mine, its in pairs)

    def still(self, listed: Iterable[Endpoint | WorkerGroup | Deployment]) -> list[str]:
        """What there is of it among these, in words."""
        found = []
        for one in listed:
            if isinstance(one, Endpoint) and one.id == self.endpoint:
                found.append(f"endpoint {one.id}")
            if isinstance(one, WorkerGroup) and (
                one.id == self.group
                or (one.endpoint_id is not None and one.endpoint_id == self.endpoint)
            ):
                found.append(f"worker group {one.id}")
            if isinstance(one, Deployment) and one.id == self.deployment:
                found.append(f"deployment {one.id}")
        return found

    def is_there(self, listed: Sequence[Endpoint | WorkerGroup | Deployment]) -> bool:
        """Whether it is itself among these."""
        kind, number = self.ident
        return any(isinstance(one, kind) and one.id == number for one in listed)

    @property
    def ident(self) -> tuple[type[Endpoint | WorkerGroup | Deployment], int | None]:
        """What it is itself, and its id."""
        if self.deployment is not None:
            return Deployment, self.deployment
        return (Endpoint, self.endpoint) if self.group is None else (WorkerGroup, self.group)

    def is_shared(self, listed: Iterable[Endpoint | WorkerGroup | Deployment]) -> bool:
        """Whether another deployment runs on the endpoint of this one."""
        others = (one for one in listed if isinstance(one, Deployment))
        return self.deployment is not None and any(
            one.id != self.deployment and one.endpoint_id == self.endpoint for one in others
        )


@dataclass(slots=True)
class _Watched:
    what: Deleted
    failed: set[int]
    others: set[int]
    at: float
    due: float | None
    sure: bool
    listed: list[str] = field(default_factory=list)
    is_told: bool = False
    """Whether it was said that none of its instances is left."""


class LeftBehind:
    """What was deleted in this run of the program."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._watched: list[_Watched] = []

    def add(self, what: Deleted, left: LeftWorkers, *, sure: bool = True) -> None:
        """This was deleted, and the service says this of its workers; not `sure`: perhaps."""
        failed, now = set(left.failed or ()), self._clock.monotonic()
        others = set(what.workers) - failed
        self._watched = [one for one in self._watched if one.sure or one.what.ident != what.ident]
        self._watched.append(_Watched(what, failed, others, now, now + GRACE, sure))

    @property
    def endpoints(self) -> set[int | None]:
        """The ids of those that were deleted, or perhaps."""
        return {one.what.endpoint for one in self._watched}

    @property
    def is_due(self) -> bool:
        """Whether the lists are to be read, see `look`."""
        return bool(self._due)

    @property
    def _due(self) -> list[_Watched]:
        now = self._clock.monotonic()
        return [one for one in self._watched if one.due is not None and one.due <= now]

    def look(self, *lists: Iterable[Endpoint | WorkerGroup | Deployment], is_whole: bool) -> None:
        """All that is listed now, unless it is not `is_whole`."""
        listed, now = list(chain(*lists)), self._clock.monotonic()
        for one in self._due:
            if not one.sure and not self._became_sure(one, listed, is_whole=is_whole):
                continue
            one.listed = one.what.still(listed)
            one.due = now + _LOOK if one.listed or not is_whole else None

    def _became_sure(
        self, one: _Watched, listed: Sequence[Endpoint | WorkerGroup | Deployment], *,
        is_whole: bool,
    ) -> bool:  # fmt: skip
        """Whether it is known by now that it was deleted, and that its endpoint was to go, too."""
        now, is_there = self._clock.monotonic(), one.what.is_there(listed)
        one.due = now + _LOOK
        one.sure = is_whole and not is_there
        if (is_there and now - one.at >= MAY_GO) or (one.sure and one.what.is_shared(listed)):
            self._watched.remove(one)
            return False
        return one.sure

    def postpone(self) -> None:
        """The lists could not be read: later."""
        for one in self._due:
            one.due = self._clock.monotonic() + _LOOK

    def ended(self, instances: Collection[Instance], read_at: float) -> list[str]:
        """That none of their instances is left, each once, in sentences; `instances` are all that
        were listed when they were asked for at `read_at` (monotonic seconds)."""
        listed, found = {one.id for one in instances}, []
        for one in self._watched:
            is_open = one.sure and not one.listed and not one.is_told and read_at > one.at
            mine = one.failed | one.others
            if is_open and mine and not mine & listed and not any(map(one.what.had, instances)):
                one.is_told = True
                found.append(none_left(one.what.name))
        return found

    def sentences(self, instances: Collection[Instance]) -> list[str]:
        """What is still there, by the instances and by the lists as they were read last."""
        found = []
        for one in self._watched:
            if not one.sure:
                found.append(maybe_deleted(one.what.name))
                continue
            one.others |= {each.id for each in instances if one.what.had(each)} - one.failed
            is_late = self._clock.monotonic() - one.at >= GRACE
            ids = one.failed | (one.others if is_late else set())
            if there := [each for each in instances if each.id in ids]:
                found.append(left_over(one.what.name, cost_of((), {}, there)))
            if one.listed:
                found.append(still_listed(one.what.name, one.listed))
        return found
