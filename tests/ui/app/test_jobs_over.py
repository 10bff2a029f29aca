"""What became of a job at Vast.ai while vasttui was closed is told at the next start."""

from __future__ import annotations

import time

from msgspec.structs import replace

from tests.support.stage import stage
from tests.support.timers import memory, stop_at_16
from vasttui.models.scheduled_job import Act
from vasttui.services.timers.kept import KeptJob
from vasttui.simulator.account.scheduled_jobs import Job

RAN = 1_789_995_614.0
"""13:00:14 UTC, an hour before the demo world begins at 14:13:20."""

OWNER = "https://console.vast.ai 123456"


async def test_a_stop_that_ran_meanwhile_is_told_put_into_the_inbox_and_taken_back() -> None:
    kept = memory()
    async with stage(timers=kept, ready=False) as running:
        [contract, *_] = running.world.contracts.all(running.clock.now())
        plan = replace(stop_at_16(contract.id), at=RAN - 14)
        kept.jobs = [
            KeptJob(id=77120, plan=plan, name=contract.label or "", owner=OWNER, set_at=RAN - 900)
        ]
        job = Job(id=77120, last_executed_around=RAN, **plan.fields)  # type: ignore[arg-type]
        running.world.jobs.book.jobs.append(job)
        running.world.become(contract.id, "stopped")
        await running.instances()
        words = f"Stopped at {time.strftime('%H:%M:%S', time.localtime(RAN))} by Vast.ai's job"
        await running.until(lambda: words in running.said, 60, step=0.5)
        await running.until(lambda: running.sent("delete_job"), 60, step=0.5)
        await running.dialog("!")
        assert f"{words} 77120." in running.text
        assert running.sent("schedule_job") == running.sent("replace_job") == []
        assert [one.id for one in running.world.jobs.book.jobs] == [77003]


async def test_in_private_mode_what_is_gone_has_no_name() -> None:
    kept = memory()
    async with stage(timers=kept) as running:
        plan = replace(stop_at_16(9_001), act=Act.DESTROY)
        kept.jobs = [
            KeptJob(
                id=77120, plan=plan, name="my-secret-run", owner=OWNER, set_at=RAN,
                ran=running.clock.now(), over=True,
            )
        ]  # fmt: skip
        await running.instances()
        await running.poll()
        await running.dialog("!")
        assert "my-secret-run" in running.text
        await running.press("escape", "P")
        await running.dialog("!")
        assert "Destroyed at" in running.text
        assert "my-secret-run" not in running.text
