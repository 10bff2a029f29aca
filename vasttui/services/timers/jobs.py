"""Sets, replaces and takes back jobs of Vast.ai's scheduler. None is believed before it was read
back, field by field."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from enum import Enum
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from vasttui.api.outcome import Fate, Outcome, job_in
from vasttui.clock import Clock
from vasttui.errors import Rejected, VastError
from vasttui.models.scheduled_job import JobList, JobPlan, ScheduledJob
from vasttui.services.background import Background
from vasttui.services.confirmed_write import ConfirmedWrite

READ_BACK = (5.0, 30.0)
"""Seconds after a change at which the list is read."""

_DO_NOT = "Do not count on it."
_NOT_SET = "Nothing is set at Vast.ai."


class JobService(Protocol):
    """The part of the client that jobs use. Reads raise VastError, changes nothing."""

    async def list(self) -> JobList:
        """All jobs of the account."""

    async def create(self, fields: Mapping[str, object]) -> Outcome:
        """Set a job."""

    async def replace(self, job_id: int, fields: Mapping[str, object]) -> Outcome:
        """Change a job."""

    async def delete(self, job_id: int) -> Outcome:
        """Take a job back."""


class How(Enum):
    """What came of setting a job."""

    AS_SENT = "read back, as sent"
    EXISTS = "there is one already"
    MISSING = "sent, and not found"
    NOT_SET = "nothing is set"
    DIFFERS = "there, and not as sent"


class SetResult(Struct, frozen=True):
    """What came of it, with the sentence to show; `job` is the one that is there, `number` the id
    that it has or had, `error` why it was refused or is not known."""

    how: How
    sentence: str
    job: ScheduledJob | None = None
    number: int | None = None
    error: VastError | None = None

    @property
    def is_good(self) -> bool:
        """Whether it can be counted on as far as Vast.ai's scheduler can."""
        return self.how is How.AS_SENT


class JobKeeper:
    """Changes jobs; `read` is how the list is read, so that whoever shows it has it too."""

    def __init__(
        self, api: JobService, clock: Clock, read: Callable[[], Awaitable[JobList]]
    ) -> None:
        self._api, self._clock, self._read = api, clock, read
        self._requests = Background()

    async def aclose(self) -> None:
        """Give the requests under way a little time to end."""
        await self._requests.aclose()

    async def set(self, plan: JobPlan, sent: Callable[[int], None]) -> SetResult:
        """Set a job, once; `sent` gets its id before it is read back. Raises nothing."""
        return await self._make(plan, lambda: self._api.create(plan.fields), None, sent)

    async def replace(
        self, old: ScheduledJob, plan: JobPlan, sent: Callable[[int], None]
    ) -> SetResult:
        """Make another of a job, once; see `set`. Raises nothing."""
        return await self._make(plan, lambda: self._api.replace(old.id, plan.fields), old, sent)

    async def take_back(self, job_id: int) -> None:
        """Take a job back, and see that it is not listed any more. Raises VastError."""

        async def is_gone() -> bool:
            found = await self._read()
            return not found.bad and all(job.id != job_id for job in found.jobs)

        unseen = VastError(
            f"Vast.ai accepted it, but job {job_id} is still listed.",
            hint="Look again in a minute.",
        )
        await ConfirmedWrite(lambda: self._api.delete(job_id), is_gone, unseen).make(self._clock)

    async def _make(
        self,
        plan: JobPlan,
        send: Callable[[], Awaitable[Outcome]],
        old: ScheduledJob | None,
        sent: Callable[[int], None],
    ) -> SetResult:
        number = None if old is None else old.id
        outcome = await self._sent(send, number, sent)
        if outcome.fate is Fate.REJECTED:
            return await self._refused(outcome)
        if outcome.fate in (Fate.NOT_SENT, Fate.THROTTLED):
            sentence = f"It was not sent: {outcome.error} {_NOT_SET}"
            return SetResult(How.NOT_SET, sentence, error=outcome.error)
        number = job_in(outcome.data) if number is None else number
        result = await self._seen(plan, number, old, outcome)
        return replace(result, number=number if result.job is None else result.job.id)

    async def _sent(
        self,
        send: Callable[[], Awaitable[Outcome]],
        number: int | None,
        sent: Callable[[int], None],
    ) -> Outcome:
        """The outcome. The request goes on, and is remembered, if whoever waits for it is gone."""
        outcome = Outcome(Fate.UNKNOWN)

        async def request() -> None:
            nonlocal outcome
            outcome = await send()
            id = job_in(outcome.data) if number is None else number
            if outcome.fate in (Fate.OK, Fate.UNKNOWN) and id is not None:
                sent(id)

        await asyncio.shield(self._requests.send(request()))
        return outcome

    async def _refused(self, outcome: Outcome) -> SetResult:
        error = outcome.error
        number = error.job if isinstance(error, Rejected) else None
        if number is None:
            sentence = f"Vast.ai did not take it: «{str(error).rstrip('.')}». {_NOT_SET}"
            return SetResult(How.NOT_SET, sentence, error=error)
        try:
            there = _by_id(await self._read(), number)
        except VastError:
            there = None
        what = "" if there is None else f": {there.act_words}, {there.schedule_words}"
        sentence = f"There is a job for this instance already ({number}{what})."
        return SetResult(How.EXISTS, sentence, there or ScheduledJob(id=number))

    async def _seen(
        self, plan: JobPlan, number: int | None, old: ScheduledJob | None, outcome: Outcome
    ) -> SetResult:
        found: ScheduledJob | None = None
        error: VastError | None = None
        began = self._clock.monotonic()
        for after in READ_BACK:
            await self._clock.sleep(max(0.0, began + after - self._clock.monotonic()))
            try:
                found, error = _found(await self._read(), number, plan), None
            except VastError as problem:
                error = problem
                continue
            if found is not None and not plan.differences(found):
                words = f"{plan.schedule_words}, once: {found.act_words}"
                sentence = f"Job {found.id} is there, read back: {words}. As sent."
                return SetResult(How.AS_SENT, sentence, found)
        if error is not None:
            sentence = f"Sent, but the list could not be read: {error} {_DO_NOT}"
            return SetResult(How.MISSING, sentence, error=error)
        why = f" ({outcome.error})" if outcome.fate is Fate.UNKNOWN else ""
        if found is None:
            sentence = (
                f"Sent{why}, but no such job for {plan.instance_id} is in the list after "
                f"{READ_BACK[-1]:.0f} s. {_DO_NOT}"
            )
            return SetResult(How.MISSING, sentence, error=outcome.error)
        if old is not None and found.fields == old.fields:
            was = f"{found.act_words}, {found.schedule_words}"
            sentence = f"Sent{why}, but job {found.id} is still as it was: {was}. {_DO_NOT}"
            return SetResult(How.MISSING, sentence, found, error=outcome.error)
        return await self._undone(found, plan)

    async def _undone(self, found: ScheduledJob, plan: JobPlan) -> SetResult:
        wrong = f"Job {found.id} is there with {', '.join(plan.differences(found))}"
        try:
            await self.take_back(found.id)
        except VastError as error:
            sentence = f"{wrong}, and could not be taken back: {error}"
            return SetResult(How.DIFFERS, sentence, found)
        return SetResult(How.NOT_SET, f"{wrong}: taken back. {_NOT_SET}")


def _by_id(jobs: JobList, number: int) -> ScheduledJob | None:
    return next((job for job in jobs.jobs if job.id == number), None)


def _found(jobs: JobList, number: int | None, plan: JobPlan) -> ScheduledJob | None:
    """The job of that id; without one, a job that is just as planned."""
    if number is not None:
        return _by_id(jobs, number)
    return next((job for job in jobs.jobs if not plan.differences(job)), None)
