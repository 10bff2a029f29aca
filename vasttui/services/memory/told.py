"""Reports and benchmarks of machines: asked for while somebody looks at one, and kept."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import astuple
from functools import partial
from typing import Any, Protocol

from msgspec import Struct
from msgspec.structs import replace

from vasttui.clock import Clock
from vasttui.errors import PermissionDenied, VastError
from vasttui.models.machine_record import Benchmark, Report
from vasttui.services.memory.memory import Memory
from vasttui.store import machines as tables
from vasttui.store.memory_file import MemoryUnkept
from vasttui.units import DAY

REPORTS_KEPT, BENCHMARKS_KEPT = DAY, 7 * DAY
_log = logging.getLogger(__name__)


class MachineService(Protocol):
    """What is asked of the client."""

    async def reports(self, machine_id: int) -> tuple[Report, ...]:
        """What renters reported, newest first. Raises VastError."""

    async def benchmarks(self, machine_id: int) -> tuple[Benchmark, ...]:
        """The newest benchmarks that are stored. Raises VastError."""


class Told(Struct, frozen=True, kw_only=True):
    """What the service told of a machine, and when (epoch seconds); None: it was not asked, or an
    `error` says why it did not tell."""

    reports: Sequence[Report] | None = None
    reports_at: float | None = None
    reports_error: VastError | None = None
    benchmarks: Sequence[Benchmark] | None = None
    benchmarks_at: float | None = None
    benchmarks_error: VastError | None = None


NOT_ASKED = Told()


class MachineTold:
    """What was told of machines, by their ids."""

    def __init__(
        self, service: MachineService, memory: Memory, clock: Clock, changed: Callable[[], None]
    ) -> None:
        self._service, self._memory, self._clock = service, memory, clock
        self._changed = changed
        self._known: dict[int, Told] = {}
        self._asking: set[int] = set()
        self._denied: dict[str, PermissionDenied] = {}
        self._kept: dict[int, Sequence[Benchmark]] | None = None

    def of(self, machine: int | None) -> Told:
        """What is known of it."""
        return NOT_ASKED if machine is None else self._known.get(machine, NOT_ASKED)

    def others(self, machine: int | None) -> list[Benchmark]:
        """The benchmarks of other machines, as far as they were told of, in earlier runs too."""
        told = {one: known.benchmarks or () for one, known in self._known.items()}
        every = {**(self._kept or {}), **told}
        return [row for one, rows in every.items() if one != machine for row in rows]

    def count(self, machine: int | None) -> int:
        """How many reports of it are known."""
        return len(self.of(machine).reports or ())

    async def ask(self, machine: int) -> None:
        """Read what is kept of a machine, and ask for what is not, or is old."""
        if machine in self._asking:
            return
        self._asking.add(machine)
        try:
            if machine not in self._known:
                await self._recall(machine)
            now, known = self._clock.now(), self.of(machine)
            if _is_old(known.reports_at, now, REPORTS_KEPT):
                await self._read(machine, "reports", self._service.reports)
            if _is_old(known.benchmarks_at, now, BENCHMARKS_KEPT):
                await self._read(machine, "benchmarks", self._service.benchmarks)
        finally:
            self._asking.discard(machine)

    async def _recall(self, machine: int) -> None:
        def use(file: sqlite3.Connection) -> tuple[dict[str, tuple[float, str]], dict[int, str]]:
            others = {} if self._kept is not None else tables.told_of_all(file, "benchmarks")
            return tables.told(file, machine), others

        try:
            kept, others = await self._memory.do(tables.TABLES, use)
        except MemoryUnkept:
            kept, others = {}, {}
        if self._kept is None:
            self._kept = {one: _rows(Benchmark, body) or () for one, body in others.items()}
        found: dict[str, Any] = {}
        for what, kind in (("reports", Report), ("benchmarks", Benchmark)):
            at, body = kept.get(what, (0.0, ""))
            if (rows := _rows(kind, body)) is not None:
                found |= {what: rows, f"{what}_at": at}
        self._set(machine, **found)

    async def _read(self, machine: int, what: str, ask: Callable[[int], Any]) -> None:
        try:
            if what in self._denied:  # nor may the key read those of another machine
                raise self._denied[what]
            rows = await ask(machine)
        except VastError as error:
            if isinstance(error, PermissionDenied):
                self._denied[what] = error
            self._set(machine, **{f"{what}_error": error})
            return
        now = self._clock.now()
        self._set(machine, **{what: rows, f"{what}_at": now, f"{what}_error": None})
        body = json.dumps([astuple(row) for row in rows])
        keep = partial(tables.set_told, machine=machine, what=what, at=now, body=body)
        try:
            await self._memory.do(tables.TABLES, keep, bulky=True)
        except MemoryUnkept as error:
            _log.warning("%s", error)

    def _set(self, machine: int, **news: Any) -> None:
        self._known[machine] = replace(self.of(machine), **news)
        self._changed()


def _is_old(at: float | None, now: float, kept: float) -> bool:
    return at is None or not 0 <= now - at < kept


def _rows(kind: Callable[..., Any], body: str) -> list[Any] | None:
    """What was kept; None if it cannot be read."""
    try:
        return [kind(*row) for row in json.loads(body)]
    except (ValueError, TypeError):
        return None
