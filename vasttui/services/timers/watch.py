"""Watches the jobs that were set here: when to read the list, what came of each, which are over."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from vasttui.clock import Clock
from vasttui.models.inbox import InboxItem, Level
from vasttui.services.fleet.alerts import Alert
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.timers.book import JobBook
from vasttui.services.timers.kept import KeptJob
from vasttui.services.timers.verdict import LATE, Came, Verdict, judge
from vasttui.units import DAY, HOUR, MINUTE

_HOURLY = 1.0 * HOUR
_REMEMBERED = 7 * DAY
_LEVELS: Mapping[Came, Level] = {
    Came.SOON: "info", Came.DONE: "info", Came.EARLY: "warn", Came.LATE: "urgent",
    Came.NO_EFFECT: "urgent",
}  # fmt: skip
_ENDED = (Came.DONE, Came.EARLY)


class JobWatch:
    """`see` is given every reading of the instances."""

    def __init__(self, book: JobBook, clock: Clock) -> None:
        self._book, self._clock = book, clock
        self._fleet = Fleet()
        self._absent: dict[int, int] = {}
        self._open: dict[int, float] = {}
        self._tried: dict[int, float] = {}
        self._asked = 0.0

    def see(self, fleet: Fleet, others: set[int]) -> list[Alert]:
        """What is news by this reading. `others` are instances to look for besides those of
        jobs."""
        whole = fleet.number != self._fleet.number and not fleet.bad
        self._fleet = fleet
        if whole:
            jobs = self._book.reading.jobs.jobs
            wanted = others | {kept.plan.instance_id for kept in self._book.mine}
            wanted |= {job.target for job in jobs if job.target is not None}
            gone = wanted - {row.id for row in fleet.rows}
            self._absent = {one: self._absent.get(one, 0) + 1 for one in gone}
        return [alert for kept in self._book.mine for alert in self._news(kept)]

    def is_gone(self, instance_id: int | None) -> bool:
        """Whether two whole readings in a row did not have it."""
        return instance_id is not None and self._absent.get(instance_id, 0) > 1

    def is_due(self) -> bool:
        """Whether the list is to be read now: after a change, at the time of a job and when it
        should have run, and every hour if there is a job."""
        book, now = self._book, self._clock.now()
        if book.look_at is not None and now >= book.look_at:
            book.look_at = None
            self._asked = now
            return True
        if not book.mine and not book.reading.jobs.jobs:
            return False
        last = max(book.reading.as_of or 0.0, self._asked)
        times = (
            kept.plan.at + after
            for kept in book.mine if kept.ran is None and not kept.over
            for after in (MINUTE, LATE)
        )  # fmt: skip
        if now - last < _HOURLY and not any(last < at <= now for at in times):
            return False
        self._asked = now
        return True

    async def clean(self) -> None:
        """Take back the jobs that are over; one that fails is tried again after an hour. Raises
        VastError."""
        now = self._clock.now()
        for kept in self._book.mine:
            if self._book.reading.job(kept.id) is None or not self._is_over(kept, now):
                continue
            if now - self._tried.get(kept.id, -_HOURLY) < _HOURLY:
                continue
            self._tried[kept.id] = now
            await self._book.take_back(kept.id, over=True)

    def items(self, now: float) -> list[InboxItem]:
        """What needs attention; `now` is epoch seconds."""
        found = []
        for kept in self._book.mine:
            verdict, number = self._verdict(kept, now), kept.plan.instance_id
            if not verdict.sentence:
                continue
            there = self._fleet.row(number) is not None
            found.append(
                InboxItem(
                    f"timer_{verdict.came.name.lower()}-{kept.id}", _LEVELS[verdict.came],
                    verdict.sentence, number if there else None,
                    name="" if there else kept.name, since=kept.plan.at,
                )
            )  # fmt: skip
        return found

    def _is_over(self, kept: KeptJob, now: float) -> bool:
        """Whether it can be of no use any more, by a list that was read since it looks so."""
        read = self._book.reading.as_of or 0.0
        if kept.ran is not None or read >= kept.plan.at + HOUR:
            return True
        if self._verdict(kept, now).came is not Came.MOOT:
            return False
        wait = 0.0 if self.is_gone(kept.plan.instance_id) else kept.plan.at + MINUTE
        return read >= max(self._open.get(kept.id, now), wait)

    def _is_away(self, kept: KeptJob) -> bool:
        """Whether a whole list, read since its instance changed, does not have it."""
        reading = self._book.reading
        is_new = (reading.as_of or 0.0) >= self._open.get(kept.id, kept.plan.at + HOUR)
        return is_new and not reading.jobs.bad and reading.job(kept.id) is None

    def _verdict(self, kept: KeptJob, now: float) -> Verdict:
        number, seen = kept.plan.instance_id, self._fleet.as_of_wall
        if seen is None:
            return Verdict(Came.WAITS)
        return judge(
            kept, self._fleet.row(number), gone=self.is_gone(number), seen=seen,
            read=self._book.reading.as_of, now=now,
        )  # fmt: skip

    def _news(self, kept: KeptJob) -> list[Alert]:
        """What is new about a job. What is over for long, or was started again, is forgotten."""
        now, told = self._clock.now(), kept.told
        verdict = self._verdict(kept, now)
        if not verdict.open:
            self._open.pop(kept.id, None)
        elif kept.id not in self._open:  # did the job do that?
            self._open[kept.id] = self._book.look_at = now
        started_again = told in {came.name for came in _ENDED} and verdict.came not in _ENDED
        over = verdict.came is Came.MOOT and (kept.over or self._is_away(kept))
        if now - kept.plan.at > _REMEMBERED or started_again or over:
            self._book.forget(kept.id)
            return []
        if not verdict.sentence or verdict.came.name == told:
            return []
        self._book.update(replace(kept, told=verdict.came.name))
        row = self._fleet.row(kept.plan.instance_id)
        name = kept.name if row is None else self._fleet.called(row)
        return [Alert("timer", name, verdict.sentence)]
