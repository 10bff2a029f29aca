"""Reads endpoints, worker groups and workers: the lists seldom, the workers often."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from vasttui.clock import Clock
from vasttui.errors import VastError
from vasttui.models.serverless import Endpoint, Worker, WorkerGroup
from vasttui.models.worker_state import Kind
from vasttui.services.serverless.client import EndpointService, GroupService, LiveService
from vasttui.services.serverless.rows import EndpointRow, GroupRow, Sample, WorkerRow, load_of
from vasttui.units import MINUTE

Row = TypeVar("Row", Endpoint, WorkerGroup)

EVERY = 10.0
"""Seconds between two readings while it is on screen."""

LISTS_EVERY = 60.0
OTHERS_EVERY = 60.0
"""Seconds between two readings of the workers of endpoints that the cursor is not on."""

STILL_EVERY = 30.0
"""The same for those of the one it is on, while nothing of it changes."""

LATE = 60.0
"""Seconds until a new endpoint is listed, at most."""

_GIVES_UP = 2
"""Endpoints in a row whose workers cannot be read; then the others wait."""

_SAMPLES = 240
_EARLY = 0.5
"""Seconds: the loop comes round a little early."""


@dataclass(slots=True)
class _Seen:
    """A worker's state, and since when."""

    words: str
    since: float
    exact: bool


class ServerlessReader:
    """Keeps what was read, for one account. `read` makes one request after which there is something
    new to show, and calls `wake` if more are due."""

    def __init__(
        self, endpoints: EndpointService, groups: GroupService, live: LiveService, clock: Clock,
        learned: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        """`learned` is told whenever other workers, or other names, may be known."""
        self._learned = learned
        self._endpoints, self._groups, self._live, self._clock = endpoints, groups, live, clock
        self.wake: Callable[[], None] = lambda: None
        self.chosen: int | None = None
        """The id of the endpoint that the user looks at: its workers are read more often."""
        self.rows: tuple[EndpointRow, ...] = ()
        self.lists_as_of: float | None = None
        """Monotonic seconds."""
        self.lists_at = -math.inf
        """The same in epoch seconds; before the first reading long ago."""
        self.reasons: tuple[str, ...] = ()
        """Sentences on rows that cannot be shown."""
        self.group_comes: Callable[[int], bool] = lambda number: False
        """Whether a group of the endpoint with this id was asked for and not seen yet."""
        self.is_busy: Callable[[EndpointRow], bool] = lambda row: False
        """Whether its workers are being updated."""
        self._lists_asked = False
        self._asked: set[int] = set()
        self._coming: dict[int, tuple[Endpoint, float]] = {}
        self._groups_of: dict[int, int] = {}
        self._tried: dict[tuple[str, int], float] = {}
        self._failures = 0
        self._last_try: float | None = None
        self._seen: dict[int, _Seen] = {}
        self._listed: tuple[tuple[Endpoint, ...], tuple[WorkerGroup, ...]] = ((), ())
        self._old: set[int] = set()
        self._all_groups = True

    def refresh(self) -> None:
        """Read everything again."""
        self._lists_asked = True
        self._failures = 0

    def asked_at(self, number: int) -> float | None:
        """When the workers of this endpoint were last asked for, in monotonic seconds."""
        return self._tried.get(("", number))

    @property
    def lists_every(self) -> float:
        """Seconds between two readings of the lists now."""
        return EVERY if self._coming else LISTS_EVERY

    def workers_every(self, row: EndpointRow) -> float:
        """Seconds between two readings of its workers now."""
        if row.error is not None:
            return EVERY
        if row.id != self.chosen:
            return OTHERS_EVERY
        return EVERY if row.settles or self.is_busy(row) else STILL_EVERY

    def expect(self, endpoint: Endpoint) -> None:
        """This endpoint was just made: show it until it is listed, a minute at most."""
        self._coming[endpoint.id] = (endpoint, self._clock.monotonic())
        self._lists_asked = True

    async def read(self) -> tuple[EndpointRow, ...]:
        """All endpoints, after the next part that was due. What fails for the workers of one is in
        its row; raises VastError if the lists cannot be read."""
        step = self._next()
        if step is not None:
            await step()
        if self._next() is not None:
            self.wake()
        return self.rows

    def _next(self) -> Callable[[], Awaitable[None]] | None:
        """What is to be read now: the lists, then workers, then which groups they are of."""
        if self._lists_asked or self._is_due(self.lists_as_of, self.lists_every):
            return self._read_lists
        rows = sorted(self.rows, key=self._turn)
        is_down = self._failures >= _GIVES_UP and not self._is_due(self._last_try, EVERY)
        for row in () if is_down else rows:
            tried = self._tried.get(("", row.id))
            if row.id in self._asked or self._is_due(tried, self.workers_every(row)):
                return partial(self._read_workers, row.id)
        for row in rows:
            if len(row.groups) > 1 and any(one.group is None for one in row.workers or ()):
                for group in row.groups:
                    if self._is_due(self._tried.get(("group", group.id)), MINUTE):
                        return partial(self._read_group, row.id, group.id)
        return None

    def _turn(self, row: EndpointRow) -> tuple[bool, float]:
        """The chosen one first, then the one that waits for longest."""
        return row.id != self.chosen, self._tried.get(("", row.id), -1.0)

    def _is_due(self, before: float | None, every: float) -> bool:
        return before is None or self._clock.monotonic() - before >= every - _EARLY

    async def _read_lists(self) -> None:
        started, at = self._clock.monotonic(), self._clock.now()
        endpoints, groups = await self._endpoints.list(), await self._groups.list()
        old, old_groups = self._listed
        kept = _missing(endpoints.endpoints, old) if endpoints.bad else []
        kept_groups = _missing(groups.groups, old_groups) if groups.bad else []
        self._listed = (*endpoints.endpoints, *kept), (*groups.groups, *kept_groups)
        self._old = {one.id for one in kept}
        self._all_groups = not groups.bad and all(one.endpoint_id for one in groups.groups)
        self.reasons = (*endpoints.reasons, *groups.reasons)
        self.lists_as_of, self.lists_at = started, at
        listed = {one.id for one in self._listed[0]}
        self._coming = {
            number: (one, since) for number, (one, since) in self._coming.items()
            if number not in listed and started - since < LATE
        }  # fmt: skip
        self.rows = self._joined({row.id: row for row in self.rows})
        self._learned()
        if self._lists_asked:
            self._lists_asked = False
            self._asked = {row.id for row in self.rows}

    def _joined(self, before: Mapping[int, EndpointRow]) -> tuple[EndpointRow, ...]:
        """The rows of what is listed, with the workers as they were."""
        endpoints, groups = self._listed
        coming = [one for one, _ in self._coming.values()]
        return tuple(
            self._grouped(
                replace(
                    before.get(one.id) or EndpointRow(endpoint=one), endpoint=one,
                    listed=one.id not in self._coming, twins=_twins(one, endpoints),
                    is_old=one.id in self._old, groups_known=self._all_groups,
                ),
                groups,
            )
            for one in (*endpoints, *coming)
        )  # fmt: skip

    def _row(self, number: int) -> EndpointRow:
        return next(row for row in self.rows if row.id == number)

    def _put(self, row: EndpointRow) -> None:
        row = self._grouped(row, self._listed[1])
        self.rows = tuple(row if one.id == row.id else one for one in self.rows)

    async def _read_workers(self, number: int) -> None:
        row, started = self._row(number), self._clock.monotonic()
        if self._is_due(self._last_try, EVERY):
            self._failures = 0
        self._tried["", number] = self._last_try = started
        self._asked.discard(number)
        try:
            found = await self._live.endpoint_workers(number)
        except VastError as error:
            now = self._clock.now()
            since = now if row.failing_since is None else row.failing_since
            self._put(replace(row, error=error, failing_since=since, failures=row.failures + 1))
            self._failures += 1
            return
        self._failures = 0
        workers = tuple(self._worker_row(row, one) for one in found.workers)
        samples = row.samples
        if not found.said and not found.bad:
            samples = (*samples, Sample(self._clock.now(), load_of(workers)))[-_SAMPLES:]
        self._put(
            replace(
                row, workers=None if found.said else workers, as_of=started, said=found.said,
                bad=found.bad, error=None, failing_since=None, failures=0, samples=samples,
            )
        )  # fmt: skip
        self._learned()

    async def _read_group(self, number: int, group: int) -> None:
        """Learn which workers are of a group; if that fails, it is asked again later."""
        self._tried["group", group] = self._clock.monotonic()
        with suppress(VastError):
            found = await self._live.group_workers(group)
            self._groups_of |= {one.id: group for one in found.workers}
        row = self._row(number)
        if row.workers is not None:
            of = self._groups_of
            workers = (replace(one, group=of.get(one.id, one.group)) for one in row.workers)
            self._put(replace(row, workers=tuple(workers)))

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

    def _grouped(self, row: EndpointRow, groups: Sequence[WorkerGroup]) -> EndpointRow:
        """The row with its groups, and their workers as far as they are known."""
        workers = row.workers
        known = workers is not None and all(one.group is not None for one in workers)
        found = tuple(
            GroupRow(
                group=one, max_workers=row.endpoint.max_workers,
                workers=tuple(each for each in workers or () if each.group == one.id)
                if known else None,
            )
            for one in groups
            if one.endpoint_id == row.id
        )  # fmt: skip
        return replace(row, groups=found, group_comes=not found and self.group_comes(row.id))


def _missing(listed: Iterable[Row], before: Iterable[Row]) -> list[Row]:
    """Those of before that are not listed: they may be rows that cannot be read."""
    ids = {one.id for one in listed}
    return [one for one in before if one.id not in ids]


def _twins(endpoint: Endpoint, endpoints: Sequence[Endpoint]) -> tuple[int, ...]:
    name = endpoint.endpoint_name
    return tuple(
        one.id for one in endpoints if name and one.endpoint_name == name and one.id != endpoint.id
    )
