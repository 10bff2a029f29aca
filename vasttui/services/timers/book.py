"""The jobs of the account as they were read last, and those of them that were set here."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from vasttui.clock import Clock
from vasttui.errors import PermissionDenied, VastError
from vasttui.models.scheduled_job import JobList, JobPlan, ScheduledJob
from vasttui.services.timers.jobs import How, JobKeeper, JobService, SetResult
from vasttui.services.timers.kept import KeptJob, TimerMemory
from vasttui.units import MINUTE

SECOND_LOOK = 25.0
"""Seconds after a job was seen at which it is looked for once more."""


class JobReading(Struct, frozen=True):
    """The last reading of the jobs: `as_of` is epoch seconds, None before the first. The `error` of
    a later one leaves the jobs."""

    jobs: JobList = field(default_factory=JobList)
    as_of: float | None = None
    error: VastError | None = None

    def job(self, number: int) -> ScheduledJob | None:
        """The job with this id; None if it is not listed."""
        return next((one for one in self.jobs.jobs if one.id == number), None)


class JobBook:
    """Reads and changes the jobs of one account."""

    def __init__(
        self,
        api: JobService,
        memory: TimerMemory,
        clock: Clock,
        owners: Callable[[], Sequence[str]],
    ) -> None:
        """`owners` are the names of the account, as far as they are known, the best one first."""
        self._api, self._memory, self._clock, self._owners = api, memory, clock, owners
        self._keeper = JobKeeper(api, clock, self.read)
        self.reading = JobReading()
        self.look_at: float | None = None
        """When the list is to be read besides its usual times, epoch seconds."""
        self.denied: PermissionDenied | None = None
        """Why the key may not set jobs, as the last one was answered."""
        self.replacing: set[int] = set()
        """The jobs of which others are being made: what is listed may be the old one."""

    @property
    def mine(self) -> tuple[KeptJob, ...]:
        """The jobs of this account that were set here."""
        owners = self._owners()
        return tuple(one for one in self._memory.jobs if one.owner in owners)

    async def read(self) -> JobList:
        """Read all jobs now. Raises VastError."""
        at = self._clock.now()
        try:
            jobs = await self._api.list()
        except VastError as error:
            self.reading = replace(self.reading, error=error)
            raise
        self.reading = JobReading(jobs, at)
        for kept in self.mine:
            job = self.reading.job(kept.id)
            ran = None if job is None else job.last_run
            if kept.ran is None and ran is not None and ran >= kept.set_at - MINUTE:
                self.update(replace(kept, ran=ran))
        return jobs

    async def set(self, plan: JobPlan, name: str) -> SetResult:
        """Set a job for the instance called `name`, and read it back. It is remembered before that,
        as vasttui may be closed. Raises nothing."""
        return self._noted(await self._keeper.set(plan, self._kept(plan, name)), plan, name)

    async def replace(self, old: ScheduledJob, plan: JobPlan, name: str) -> SetResult:
        """Make another of a job, and read it back; see `set`. Raises nothing."""
        self.replacing.add(old.id)
        try:
            result = await self._keeper.replace(old, plan, self._kept(plan, name))
        finally:
            self.replacing.discard(old.id)
        return self._noted(result, plan, name)

    async def take_back(self, job_id: int, *, over: bool = False) -> None:
        """Take a job back, verified, and forget it; what is known of one that is `over` stays.
        Raises VastError."""
        await self._keeper.take_back(job_id)
        kept = next((one for one in self.mine if one.id == job_id), None)
        if over and kept is not None:  # as it is by now: it may have been told of meanwhile
            self.update(replace(kept, over=True))
        else:
            self.forget(job_id)

    async def aclose(self) -> None:
        """Give the requests under way a little time to end."""
        await self._keeper.aclose()

    def update(self, kept: KeptJob) -> None:
        """Keep this of a job."""
        others = (one for one in self._memory.jobs if one.id != kept.id)
        self._memory.jobs = (*others, kept)
        self._memory.save()

    def forget(self, number: int) -> None:
        """Forget a job."""
        left = tuple(one for one in self._memory.jobs if one.id != number)
        if len(left) != len(self._memory.jobs):
            self._memory.jobs = left
            self._memory.save()

    def _kept(self, plan: JobPlan, name: str) -> Callable[[int], None]:
        """Remembers a job by its id."""
        owner, now = next(iter(self._owners()), ""), self._clock.now()
        kept = KeptJob(id=1, plan=plan, name=name, owner=owner, set_at=now)
        return lambda number: self.update(replace(kept, id=number))

    def _noted(self, result: SetResult, plan: JobPlan, name: str) -> SetResult:
        """Look for it once more; forget what was taken back."""
        number, error = result.number, result.error
        self.denied = error if isinstance(error, PermissionDenied) else None
        if number is None:
            return result
        if result.how in (How.AS_SENT, How.MISSING):
            if all(kept.id != number for kept in self.mine):
                self._kept(plan, name)(number)  # its answer was lost
            self.look_at = self._clock.now() + SECOND_LOOK
        elif result.how is How.NOT_SET and self.reading.job(number) is None:
            self.forget(number)
        return result
