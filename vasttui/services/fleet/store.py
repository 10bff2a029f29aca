"""Turns readings into snapshots and publishes each once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from operator import is_
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct, field, structs
from msgspec.structs import replace

from vasttui.clock import Clock
from vasttui.errors import VastError
from vasttui.models.bill import Bill, Spent, bill_of, burn_of, spent_of, with_volumes
from vasttui.models.instance import Instance, InstanceList
from vasttui.models.status import Phase, phase_of
from vasttui.services.fleet.snapshot import Fleet, FleetRow
from vasttui.units import HOUR

if TYPE_CHECKING:
    from vasttui.models.account import Account
    from vasttui.models.charge import Charge
    from vasttui.models.price_increase import PriceIncrease
    from vasttui.models.volume import Volume

Began = tuple[Phase, float, bool]
"""A phase, when it began (epoch seconds), and whether that is exact."""


class PhaseMemory(Protocol):
    """Keeps when the phases of instances began, between runs of the program."""

    def load(self) -> dict[int, Began]:
        """The saved phases by instance."""

    def save(self, began: Mapping[int, Began]) -> None:
        """Replace what was saved."""


class _Charged(Struct, frozen=True):
    """What each instance was charged in $ until `until` (epoch seconds)."""

    sums: Mapping[int, float] = field(default_factory=dict)
    until: float = 0.0


_CENTS, _SLACK = 0.05, 1.5
"""$, and times the burn, that the credit may fall by without a cause in the instances."""

_SLICE = 50
"""Rows made anew before yielding to other tasks: 1 ms."""


WorkerOf = Callable[[Instance], str]
"""The name of the endpoint that an instance is a worker of; empty for none."""


def no_worker(instance: Instance) -> str:
    """As long as no endpoint is known."""
    return ""


class FleetStore:
    """The newest snapshot. Only its methods make new ones."""

    def __init__(
        self, publish: Callable[[Fleet], None], clock: Clock, memory: PhaseMemory | None = None,
        workers: Callable[[], WorkerOf] = lambda: no_worker,
        kept: Fleet | None = None,
    ) -> None:  # fmt: skip
        """`workers` tells of an instance the name of the endpoint that it is a worker of; `kept`
        are the instances as an earlier run knew them."""
        self._workers = workers
        self.fleet = kept or Fleet()
        self._publish, self._clock, self._memory = publish, clock, memory
        self._began: dict[int, Began] = memory.load() if memory is not None else {}
        self._rows: dict[int, FleetRow] = {}
        self._charged = self._charged_in_rows = _Charged()
        self._held: tuple[Account, float] | None = None

    def as_kept(self, instances: Iterable[Instance], at: float) -> Fleet:
        """A snapshot of instances as they were listed at that time (epoch seconds), before this
        program read them."""
        rows = [self._row(one, at, self._charged, "") for one in instances]
        age = max(0.0, self._clock.now() - at)
        burn = burn_of(row.bill for row in rows)
        as_of = self._clock.monotonic() - age
        return Fleet(rows=tuple(rows), as_of=as_of, as_of_wall=at, burn=burn)

    def fetching(self) -> None:
        """A reading begins."""
        self._set(busy=True)

    async def fetched(self, listed: InstanceList, started_at: float) -> None:
        """A complete reading, requested at `started_at` (monotonic seconds). Never two at once.
        Other tasks run while it is worked out; nothing changes until it is published."""
        now, charged, worker_of = self._clock.now(), self._charged, self._workers()
        rows, made = {}, 0
        for instance in listed.instances:
            endpoint = worker_of(instance)
            row = self._known(instance, charged, endpoint)
            if row is None:
                row = self._row(instance, now, charged, endpoint)
                made += 1
                if made % _SLICE == 0:
                    await asyncio.sleep(0)
            rows[instance.id] = row
        began = {number: (row.phase, row.since, row.exact) for number, row in rows.items()}
        if self._memory is not None:
            self._memory.save(began)
        await asyncio.sleep(0)
        self._rows, self._charged_in_rows, self._began = rows, charged, began
        held, read = self._held, {}
        if held is not None and held[1] <= started_at:
            self._held, read = None, {"account": held[0], "account_as_of": held[1]}
        self._set(
            **read,
            rows=self._same_or(tuple(rows.values())), number=self.fleet.number + 1,
            as_of=started_at, as_of_wall=now, busy=False, bad=listed.bad, reasons=listed.reasons,
            error=None, failures=0, failing_since=None, next_try=None, resumed_after=None,
        )  # fmt: skip

    def workers_read(self) -> None:
        """Workers were read: rows that were read show of which endpoints they are."""
        if self.fleet.is_kept:
            return
        now, charged, worker_of = self._clock.now(), self._charged_in_rows, self._workers()
        rows = {}
        for number, row in self._rows.items():
            endpoint = worker_of(row.instance)
            known = self._known(row.instance, charged, endpoint)
            rows[number] = known or self._row(row.instance, now, charged, endpoint)
        news = self._same_or(tuple(rows.values()))
        if news is not self.fleet.rows:
            self._rows = rows
            self._set(rows=news)

    def failed(self, error: VastError, next_try: float | None) -> None:
        """A reading failed; the rows stay. `next_try` is monotonic seconds, None: never."""
        since = self.fleet.failing_since
        self._set(
            busy=False, error=error, failures=self.fleet.failures + 1, next_try=next_try,
            failing_since=self._clock.now() if since is None else since,
        )  # fmt: skip

    def dropped(self) -> None:
        """A reading was abandoned."""
        self._set(busy=False)

    def resumed(self, seconds: float, uncounted: float) -> None:
        """The computer slept or its clock was set; see `Gap`. All is old until it is read again."""
        fleet = self.fleet
        self._set(
            resumed_after=seconds,
            as_of=_older(fleet.as_of, uncounted),
            account_as_of=_older(fleet.account_as_of, uncounted),
        )

    def account_fetched(self, account: Account) -> bool:
        """The account was read. Whether it waits for a reading of the instances that starts after
        this: its credit fell by more than they bill, as by a payment that makes one cheaper, and
        that credit and the old burn are no pair."""
        now = self._clock.monotonic()
        if self._fell(account, now):
            self._held = account, now
            self._set(account_error=None)
            return True
        self._held = None
        self._set(account=account, account_as_of=now, account_error=None)
        return False

    def _fell(self, account: Account, now: float) -> bool:
        fleet = self.fleet
        before = None if fleet.account is None else fleet.account.credit
        if not fleet.number or before is None or account.credit is None:
            return False
        billed = fleet.burn.total * _SLACK * fleet.account_age(now) / HOUR
        return before - account.credit > _CENTS + billed

    def account_failed(self, error: VastError) -> None:
        """The account could not be read; the old values stay."""
        self._set(account_error=error)

    def increases_fetched(self, increases: tuple[PriceIncrease, ...]) -> None:
        """Pending price increases were read."""
        if increases != self.fleet.increases or self.fleet.increases_error is not None:
            self._set(increases=increases, increases_error=None)

    def increases_failed(self, error: VastError) -> None:
        """Price increases could not be read; the old ones stay."""
        self._set(increases_error=error)

    @property
    def charged(self) -> Mapping[int, float]:
        """What the charges that were read say of each instance in $, those that are gone, too."""
        return self._charged.sums

    def charges_fetched(self, charges: Iterable[Charge], until: float) -> None:
        """The charges until `until` (epoch seconds); rows show them from the next reading on."""
        sums: dict[int, float] = {}
        for charge in charges:
            if charge.instance_id is not None:
                sums[charge.instance_id] = sums.get(charge.instance_id, 0.0) + charge.amount
        self._charged = _Charged(sums, until)

    def volumes_fetched(self, volumes: tuple[Volume, ...]) -> None:
        """The volumes were read."""
        if volumes != self.fleet.volumes:
            self._set(volumes=volumes)

    def _known(self, instance: Instance, charged: _Charged, endpoint: str) -> FleetRow | None:
        """The row that there is, where all is as it was."""
        row = self._rows.get(instance.id)
        same = row is not None and row.instance is instance and row.endpoint == endpoint
        return row if same and charged is self._charged_in_rows else None

    def _row(self, instance: Instance, now: float, charged: _Charged, endpoint: str) -> FleetRow:
        before = self._rows.get(instance.id)
        phase = phase_of(instance, before.phase if before is not None else None)
        _, since, exact = self._begin(instance, phase, now)
        bill = bill_of(instance, phase, is_worker=bool(endpoint))
        if before is None or charged is not self._charged_in_rows:
            spent = _spent_of(instance, bill, charged)
        else:
            spent = _spent_since(before, instance, bill, charged, now)
        row = FleetRow(
            instance=instance, phase=phase, since=since, exact=exact, bill=bill, spent=spent,
            endpoint=endpoint,
        )  # fmt: skip
        return before if before == row and before is not None else row

    def _begin(self, instance: Instance, phase: Phase, now: float) -> Began:
        """When the phase began."""
        known = self._began.get(instance.id)
        if known is not None and known[0] is phase:
            return known
        start = instance.start_date
        if known is None and phase.traits.is_new and start is not None and start <= now:
            return phase, start, True
        return phase, now, known is not None

    def _same_or(self, rows: tuple[FleetRow, ...]) -> tuple[FleetRow, ...]:
        """The rows, as the old tuple if nothing changed."""
        before = self.fleet.rows
        same = len(rows) == len(before) and all(map(is_, rows, before))
        return before if same else rows

    def _set(self, **news: Any) -> None:
        fleet = replace(self.fleet, **news)
        if "rows" in news or "volumes" in news:
            burn = burn_of(row.bill for row in fleet.rows)
            away = fleet.away if fleet.volumes else ()
            fleet = replace(fleet, burn=with_volumes(burn, fleet.volumes, away))
        self.fleet = fleet
        self._publish(self.fleet)


def _spent_of(instance: Instance, bill: Bill, charged: _Charged) -> Spent | None:
    return spent_of(instance, bill, charged.sums.get(instance.id), charged.until)


def _spent_since(
    before: FleetRow, instance: Instance, bill: Bill, charged: _Charged, now: float
) -> Spent | None:
    """What it cost: at the old price until now, if the price has just changed. A bound stays one
    until the charges are read again: what it cost meanwhile is not known."""
    known = before.spent
    if known is None or not known.exact:
        fresh = _spent_of(instance, bill, charged)
        if known is None or fresh is None or not fresh.exact:
            return fresh
        return structs.replace(fresh, exact=False, rate=max(known.rate, fresh.rate))
    if before.bill == bill:
        return known
    rate = bill.hourly
    most = max(known.rate, instance.dph_total or 0.0)
    return structs.replace(
        known,
        amount=known.by(now),
        exact=rate is not None,
        at=now,
        rate=most if rate is None else rate,
    )


def _older(at: float | None, seconds: float) -> float | None:
    return None if at is None else at - seconds
