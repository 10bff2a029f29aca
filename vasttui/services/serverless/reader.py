"""Reads endpoints, worker groups and workers: the lists seldom, the workers often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from vasttui.clock import Clock
from vasttui.errors import VastError
from vasttui.models.serverless import Endpoint, Worker, WorkerGroup
from vasttui.models.worker_state import Kind
from vasttui.services.serverless.client import EndpointService, GroupService, LiveService
from vasttui.services.serverless.rows import EndpointRow, GroupRow, WorkerRow, load_of
from vasttui.units import MINUTE

EVERY = 10.0
"""Seconds between two readings while it is on screen."""

LISTS_EVERY = 60.0
OTHERS_EVERY = 60.0
"""Seconds between two readings of the workers of endpoints that the cursor is not on."""

STILL_EVERY = 30.0
"""The same for those of the one it is on, while nothing of it changes."""

LATE = 60.0
"""Seconds until a new endpoint is listed, at most."""

_LOADS = 60
_EARLY = 0.5
"""Seconds: the loop comes round a little early."""


@dataclass(slots=True)
class _Seen:
    """A worker's state, and since when."""

    words: str
    since: float
    exact: bool


class ServerlessReader:
    """Keeps what was read; `read` reads what is due. For one account."""

    def __init__(
        self, endpoints: EndpointService, groups: GroupService, live: LiveService, clock: Clock
    ) -> None:
        self._endpoints, self._groups, self._live, self._clock = endpoints, groups, live, clock
        self.chosen: int | None = None
        """The id of the endpoint that the user looks at: its workers are read more often."""
        self.rows: tuple[EndpointRow, ...] = ()
        self.lists_as_of: float | None = None
        """Monotonic seconds."""
        self.reasons: tuple[str, ...] = ()
        """Sentences on rows that cannot be shown."""
        self._all_due = False
        self._coming: dict[int, tuple[Endpoint, float]] = {}
        self._groups_of: dict[int, int] = {}
        self._groups_asked: dict[int, float] = {}
        self._seen: dict[int, _Seen] = {}
        self._listed: tuple[tuple[Endpoint, ...], tuple[WorkerGroup, ...]] = ((), ())

    def refresh(self) -> None:
        """Read everything the next time."""
        self._all_due = True

    def expect(self, endpoint: Endpoint) -> None:
        """This endpoint was just made: show it until it is listed, a minute at most."""
        self._coming[endpoint.id] = (endpoint, self._clock.monotonic())
        self._all_due = True

    async def read(self) -> tuple[EndpointRow, ...]:
        """All endpoints. What fails for the workers of one is in its row; raises VastError if the
        lists cannot be read."""
        everything, self._all_due = self._all_due, False
        try:
            if everything or self._coming or self._is_due(self.lists_as_of, LISTS_EVERY):
                await self._read_lists()
        except VastError:
            self._all_due = everything
            raise
        before = {row.id: row for row in self.rows}
        self.rows = self._joined(before)
        for number in sorted((row.id for row in self.rows), key=lambda one: one != self.chosen):
            if everything or self._workers_due(number):
                await self._read_workers(number)
        return self.rows

    async def _read_lists(self) -> None:
        started = self._clock.monotonic()
        endpoints, groups = await self._endpoints.list(), await self._groups.list()
        self._listed = (endpoints.endpoints, groups.groups)
        self.reasons = (*endpoints.reasons, *groups.reasons)
        self.lists_as_of = started
        listed = {one.id for one in endpoints.endpoints}
        self._coming = {
            number: (one, since) for number, (one, since) in self._coming.items()
            if number not in listed and started - since < LATE
        }  # fmt: skip

    def _joined(self, before: Mapping[int, EndpointRow]) -> tuple[EndpointRow, ...]:
        """The rows of what is listed, with the workers as they were."""
        endpoints, groups = self._listed
        coming = [one for one, _ in self._coming.values()]
        return tuple(
            self._grouped(
                replace(
                    before.get(one.id) or EndpointRow(endpoint=one), endpoint=one,
                    listed=one.id not in self._coming, twins=_twins(one, endpoints),
                ),
                groups,
            )
            for one in (*endpoints, *coming)
        )  # fmt: skip

    def _workers_due(self, number: int) -> bool:
        row = self._row(number)
        if number != self.chosen:
            return self._is_due(row.as_of, EVERY if row.error else OTHERS_EVERY)
        return self._is_due(row.as_of, EVERY if row.settles or row.error else STILL_EVERY)

    def _is_due(self, as_of: float | None, every: float) -> bool:
        return as_of is None or self._clock.monotonic() - as_of >= every - _EARLY

    def _row(self, number: int) -> EndpointRow:
        return next(row for row in self.rows if row.id == number)

    async def _read_workers(self, number: int) -> None:
        row, started = self._row(number), self._clock.monotonic()
        try:
            found = await self._live.endpoint_workers(number)
            await self._find_groups(row, found.workers)
        except VastError as error:
            now = self._clock.now()
            since = now if row.failing_since is None else row.failing_since
            row = replace(row, error=error, failing_since=since, failures=row.failures + 1)
        else:
            workers = tuple(self._worker_row(row, one) for one in found.workers)
            loads = row.loads
            if workers:
                loads = (*loads, load_of(workers).current)[-_LOADS:]
            row = replace(
                row, workers=None if found.said else workers, as_of=started, said=found.said,
                bad=found.bad, error=None, failing_since=None, failures=0, loads=loads,
            )  # fmt: skip
        row = self._grouped(row, self._listed[1])
        self.rows = tuple(row if one.id == number else one for one in self.rows)

    async def _find_groups(self, row: EndpointRow, workers: Sequence[Worker]) -> None:
        """Learn which group each worker is of, if there are several and one is new."""
        if len(row.groups) < 2 or all(one.id in self._groups_of for one in workers):
            return
        for group in row.groups:
            if self._is_due(self._groups_asked.get(group.id), MINUTE):
                self._groups_asked[group.id] = self._clock.monotonic()
                with suppress(VastError):  # then it is not known which group they are of
                    found = await self._live.group_workers(group.id)
                    self._groups_of |= {one.id: group.id for one in found.workers}

    def _worker_row(self, row: EndpointRow, worker: Worker) -> WorkerRow:
        now, state = self._clock.now(), worker.state
        seen = self._seen.get(worker.id)
        if seen is None or seen.words != state.words:
            since, exact = now, seen is not None
            if seen is None and state.kind is Kind.READY and worker.loaded_at:
                since, exact = min(now, worker.loaded_at), True
            seen = self._seen[worker.id] = _Seen(state.words, since, exact)
        only = row.groups[0].id if len(row.groups) == 1 else None
        return WorkerRow(
            worker=worker, endpoint=row.id, group=self._groups_of.get(worker.id, only),
            since=seen.since, exact=seen.exact,
        )  # fmt: skip

    @staticmethod
    def _grouped(row: EndpointRow, groups: Sequence[WorkerGroup]) -> EndpointRow:
        """The row with its groups, and their workers as far as they are known."""
        workers = row.workers
        known = workers is not None and all(one.group is not None for one in workers)
        return replace(
            row,
            groups=tuple(
                GroupRow(
                    group=one, max_workers=row.endpoint.max_workers,
                    workers=tuple(each for each in workers or () if each.group == one.id)
                    if known else None,
                )
                for one in groups
                if one.endpoint_id == row.id
            ),
        )  # fmt: skip


def _twins(endpoint: Endpoint, endpoints: Sequence[Endpoint]) -> tuple[int, ...]:
    name = endpoint.endpoint_name
    return tuple(
        one.id for one in endpoints if name and one.endpoint_name == name and one.id != endpoint.id
    )
