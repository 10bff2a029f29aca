"""Sends a job to Vast.ai; quitting asks until it is read back."""

from __future__ import annotations

from vasttui.models.scheduled_job import JobPlan, ScheduledJob
from vasttui.services.timers.jobs import SetResult
from vasttui.ui.live import Live


async def send_job(
    live: Live, plan: JobPlan, name: str, old: ScheduledJob | None = None
) -> SetResult:
    """Set a job for the instance called `name`, in the place of the `old` one if there is one.
    Raises nothing."""
    live.jobs_sent.append(name)
    try:
        if old is None:
            return await live.timers.book.set(plan, name)
        return await live.timers.book.replace(old, plan, name)
    finally:
        live.jobs_sent.remove(name)
