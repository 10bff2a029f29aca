"""All timers of the account's instances."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

from vasttui.clock import Clock
from vasttui.errors import VastError
from vasttui.models.inbox import InboxItem
from vasttui.models.scheduled_job import Act, ScheduledJob
from vasttui.models.timer import Checked, Doer, Idle, Timer
from vasttui.services.fleet.alerts import Alert
from vasttui.services.fleet.snapshot import Fleet, FleetRow
from vasttui.services.timers.book import JobBook
from vasttui.services.timers.idle import IdleWatch
from vasttui.services.timers.jobs import JobService
from vasttui.services.timers.kept import TimerMemory, Told
from vasttui.services.timers.stops import StopWatch
from vasttui.services.timers.watch import JobWatch
from vasttui.units import HOUR

USUALLY_IDLE = Idle(5.0, 30.0)
"""When an instance for which nothing else is set is said to be idle."""

_TICK = 5.0


class Timers:
    """The timers of one account: jobs are read and changed through `book`, `stops` are those that
    wait inside instances."""

    def __init__(
        self,
        api: JobService,
        memory: TimerMemory,
        clock: Clock,
        owners: Callable[[], Sequence[str]],
        *,
        cleans: bool = True,
    ) -> None:
        """With `cleans` jobs set here are taken back when they have run, or when their instance is
        gone. `owners`: see JobBook."""
        self.book = JobBook(api, memory, clock, owners)
        self._memory, self._clock, self._cleans = memory, clock, cleans
        self._watch = JobWatch(self.book, clock)
        self._fleet = Fleet()
        self.stops = StopWatch(memory, clock)
        self._idle = IdleWatch(memory.idle, USUALLY_IDLE)

    def watch_idle(self, instance_id: int, rule: Idle | None) -> None:
        """Tell when this instance is idle by this rule; None: by the usual one."""
        self._memory.idle.pop(instance_id, None)
        if rule is not None:
            self._memory.idle[instance_id] = rule
        self._memory.save()

    def forget(self, instance_id: int) -> None:
        """Forget what is kept here of an instance that is destroyed, as a whole list showed."""
        self.stops.forget(instance_id)
        self.watch_idle(instance_id, None)

    def see(self, fleet: Fleet) -> list[Alert]:
        """What is news by a reading of the instances."""
        self._fleet = fleet
        inside = {stop.instance_id for stop in self._memory.stops}
        found = self._watch.see(fleet, inside | set(self._memory.idle))
        found += self.stops.see(fleet, self._watch.is_gone)
        for number in filter(self._watch.is_gone, tuple(self._memory.idle)):
            self.forget(number)
        for notice in self._idle.see(fleet):
            found.append(Alert("idle", fleet.called(notice.row), notice.sentence))
        return found

    def items(self, now: float) -> list[InboxItem]:
        """What needs attention; `now` is epoch seconds."""
        found = [*self._watch.items(now), *self.stops.items(now)]
        cleaned = {kept.id for kept in self.book.mine if self._cleans}
        for job in self.book.reading.jobs.jobs:
            if self._watch.is_gone(job.target) and job.id not in cleaned:
                found.append(_stray(job))
        for one in self._idle.notices:
            key = f"idle-{one.row.id}"
            found.append(InboxItem(key, "info", one.sentence, one.row.id, since=one.since))
        return found

    def all(self, now: float, reminders: Iterable[Told] = ()) -> list[Timer]:
        """Every timer, the next one first; `now` is epoch seconds."""
        memory = self._memory
        told = (_told(one.instance_id, at=one.at) for one in reminders)
        idle = (_told(number, idle=rule) for number, rule in memory.idle.items())
        inside = (
            Timer(
                doer=Doer.INSTANCE, act=Act.STOP, instance_id=one.instance_id, at=one.at,
                checked=Checked.UNSEEN,
            )
            for one in memory.stops
        )  # fmt: skip
        jobs = (self._timer(job, now) for job in self.book.reading.jobs.jobs)
        after_start = (
            _after_start(row, row.instance.stops_after, now)
            for row in self._fleet.rows if row.instance.stops_after is not None
        )  # fmt: skip
        everything = [*told, *idle, *inside, *after_start, *jobs, *self._missing()]
        return sorted(everything, key=lambda one: (one.at is None, one.at or 0.0, one.key))

    async def run(self) -> None:
        """Read the jobs when that is due, and take back what is over, until cancelled."""
        while True:
            await self._clock.sleep(_TICK)
            await self.step()

    async def step(self) -> None:
        """Do what is due now. What fails is tried again in an hour; the reading has the error."""
        with suppress(VastError):
            if self._watch.is_due():
                await self.book.read()
            if self._cleans:
                await self._watch.clean()

    def _timer(self, job: ScheduledJob, now: float) -> Timer:
        kept = next((one for one in self.book.mine if one.id == job.id), None)
        replaced = job.id in self.book.replacing
        differing = () if kept is None or replaced else kept.plan.differences(job)
        checked = Checked.THEIRS if kept is None else Checked.SAME
        checked = Checked.REPLACED if replaced else checked
        return Timer(
            doer=Doer.VAST, act=job.act, instance_id=job.target, at=job.run_after(now), job=job,
            checked=Checked.DIFFERS if differing else checked, differing=differing,
            checked_at=self.book.reading.as_of, stray=self._watch.is_gone(job.target),
            set_here=kept is not None,
        )  # fmt: skip

    def _missing(self) -> list[Timer]:
        """Jobs set here that are not in the list, or not read yet."""
        reading = self.book.reading
        as_of = -1.0 if reading.as_of is None or reading.jobs.bad else reading.as_of
        return [
            Timer(
                doer=Doer.VAST, act=kept.plan.act, instance_id=kept.plan.instance_id,
                at=kept.plan.at, checked_at=reading.as_of,
                checked=Checked.MISSING if as_of > kept.set_at else Checked.UNREAD,
            )
            for kept in self.book.mine
            if not kept.over and kept.ran is None and reading.job(kept.id) is None
        ]  # fmt: skip


def _told(instance_id: int, at: float | None = None, idle: Idle | None = None) -> Timer:
    return Timer(doer=Doer.VASTTUI, act=Act.TELL, instance_id=instance_id, at=at, idle=idle)


def _after_start(row: FleetRow, hours: float, now: float) -> Timer:
    """A stop in an on-start script. It counts from the start of the container, which is known only
    if that was seen."""
    at = row.since + hours * HOUR if row.is_running and row.exact else None
    return Timer(
        doer=Doer.INSTANCE, act=Act.STOP, instance_id=row.id, after_start=hours,
        at=at if at is not None and at > now else None, checked=Checked.UNSEEN,
    )  # fmt: skip


def _stray(job: ScheduledJob) -> InboxItem:
    """A job that somebody left."""
    words = (
        f"A {(job.frequency or 'scheduled').lower()} job is left for an instance that is gone: "
        f"{job.act_words}, {job.schedule_words}. It does nothing there."
    )
    return InboxItem(f"timer_left-{job.id}", "warn", words, name=f"{job.target}")
