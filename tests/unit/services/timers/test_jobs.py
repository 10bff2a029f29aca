"""Setting, replacing and taking back a job: believed once it was read back, field by field."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace

import pytest
from msgspec import structs

from tests.support.timers import AT_16, Bench, bench, client_for, job_of, sent, stop_at_16
from vasttui.api.outcome import Fate, Outcome
from vasttui.errors import PermissionDenied, VastError
from vasttui.models.scheduled_job import Act, JobList, JobPlan
from vasttui.models.timer import Checked
from vasttui.services.timers.jobs import How, JobKeeper
from vasttui.services.timers.timers import Timers


def clock(at: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(at))


def spoil(made: Bench, **fields: object) -> None:
    """From now on the list shows the jobs set here with other fields."""
    real = made.client.scheduled_jobs.list

    async def spoilt() -> JobList:
        found = await real()
        return structs.replace(
            found,
            jobs=tuple(
                replace(job, **fields) if job.id > 77_100 else job  # type: ignore[arg-type]
                for job in found.jobs
            ),
        )

    made.client.scheduled_jobs.list = spoilt  # type: ignore[method-assign]


async def test_a_job_is_set_once_and_read_back_after_five_seconds() -> None:
    made = await bench()
    plan, began = stop_at_16(made.instance()), made.clock.now()
    result = await made.timers.book.set(plan, "train-a")
    assert result.sentence == (
        "Job 77120 is there, read back: weekly, Monday 16 h UTC, once: stop. As sent."
    )
    assert (result.how, result.is_good, result.number) == (How.AS_SENT, True, 77120)
    assert made.clock.now() - began == pytest.approx(5.0)
    assert (sent(made.world, "schedule_job"), sent(made.world, "scheduled_jobs")) == (1, 1)
    [kept] = made.timers.book.mine
    assert (kept.id, kept.plan, kept.name) == (77120, plan, "train-a")
    await made.pass_by(began + 60, every=5)
    assert sent(made.world, "scheduled_jobs") == 2  # once more after 30 s


async def test_what_is_there_otherwise_is_taken_back_and_said() -> None:
    made = await bench()
    spoil(made, hour_of_the_day=17)
    result = await made.timers.book.set(stop_at_16(made.instance()), "train-a")
    assert (result.how, result.sentence) == (
        How.NOT_SET,
        "Job 77120 is there with hour_of_the_day 17 instead of 16: taken back. Nothing is set at "
        "Vast.ai.",
    )
    assert (sent(made.world, "scheduled_jobs"), sent(made.world, "delete_job")) == (3, 1)
    assert await job_of(made.client, made.instance()) is None
    assert made.timers.book.mine == ()


async def test_what_cannot_be_taken_back_is_said_too() -> None:
    made = await bench()
    spoil(made, hour_of_the_day=17)
    made.world.plan("delete_job", ["http:500"] * 9)
    result = await made.timers.book.set(stop_at_16(made.instance()), "train-a")
    assert result.how is How.DIFFERS
    assert "instead of 16, and could not be taken back: It is not known" in result.sentence


async def test_it_is_remembered_though_vasttui_is_closed_before_it_is_read_back() -> None:
    made = await bench()

    async def closed() -> JobList:
        raise asyncio.CancelledError

    made.client.scheduled_jobs.list = closed  # type: ignore[method-assign]
    with pytest.raises(asyncio.CancelledError):
        await made.timers.book.set(stop_at_16(made.instance()), "train-a")
    later = made.again()
    told = await later.pass_by(AT_16 + 600)
    assert [text for _, text in told][1:] == [
        f"train-a: Stopped at {clock(AT_16 + 14)} by Vast.ai's job 77120."
    ]


async def test_a_request_under_way_ends_though_nobody_waits_for_it() -> None:
    made = await bench()
    real, go = made.client.scheduled_jobs.create, asyncio.Event()

    async def slow(fields: Mapping[str, object]) -> Outcome:
        await go.wait()
        return await real(fields)

    made.client.scheduled_jobs.create = slow  # type: ignore[method-assign]
    book = made.timers.book
    setting = asyncio.create_task(book.set(stop_at_16(made.instance()), "train-a"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    setting.cancel()
    go.set()
    await book.aclose()
    assert [kept.id for kept in book.mine] == [77120]
    assert sent(made.world, "schedule_job") == 1


@pytest.mark.parametrize("fault", ["commit_then_reset", "truncate:5"])
async def test_an_answer_that_is_lost_is_found_by_its_fields(fault: str) -> None:
    made = await bench()
    made.world.plan("schedule_job", [fault])
    result = await made.timers.book.set(stop_at_16(made.instance()), "train-a")
    assert (result.how, result.number) == (How.AS_SENT, 77120)
    assert sent(made.world, "schedule_job") == 1


async def test_a_job_that_is_not_found_is_not_to_be_counted_on() -> None:
    made = await bench()
    number, began = made.instance(), made.clock.now()
    made.world.plan("schedule_job", ["reset"])
    result = await made.timers.book.set(stop_at_16(number), "train-a")
    assert result.how is How.MISSING
    end = f"but no such job for {number} is in the list after 30 s. Do not count on it."
    assert result.sentence.startswith("Sent (")
    assert result.sentence.endswith(end)
    assert made.clock.now() - began == pytest.approx(30.0)
    assert sent(made.world, "schedule_job") == 1
    assert made.timers.book.mine == ()


async def test_a_list_that_cannot_be_read_confirms_nothing() -> None:
    made = await bench()
    made.world.plan("scheduled_jobs", ["http:500"] * 20)
    result = await made.timers.book.set(stop_at_16(made.instance()), "train-a")
    assert result.how is How.MISSING
    assert result.sentence.startswith("Sent, but the list could not be read: Vast.ai is having")
    assert result.sentence.endswith("Do not count on it.")
    [kept] = made.timers.book.mine  # its id is known
    assert kept.id == 77120


async def test_a_refusal_and_what_is_not_sent_set_nothing() -> None:
    made = await bench()
    made.world.plan("schedule_job", ["http:400"])
    result = await made.timers.book.set(stop_at_16(made.instance()), "train-a")
    assert result.how is How.NOT_SET
    assert result.sentence.startswith("Vast.ai did not take it: «")
    assert result.sentence.endswith("». Nothing is set at Vast.ai.")
    watching = client_for(made.world, made.clock, read_only=True).scheduled_jobs
    timers = Timers(watching, made.memory, made.clock, lambda: ("me",))
    result = await timers.book.set(stop_at_16(made.instance()), "train-a")
    assert result.sentence == (
        "It was not sent: Read-only mode: nothing is changed. Nothing is set at Vast.ai."
    )
    assert sent(made.world, "schedule_job") == 1


async def test_that_the_key_may_not_set_jobs_is_kept_until_one_is_taken() -> None:
    made = await bench()
    real, denied = made.client.scheduled_jobs.create, PermissionDenied("No right.", status=403)

    async def refuse(fields: Mapping[str, object]) -> Outcome:
        return Outcome(Fate.REJECTED, error=denied)

    made.client.scheduled_jobs.create = refuse  # type: ignore[method-assign]
    result = await made.timers.book.set(stop_at_16(made.instance()), "train-a")
    assert result.sentence == "Vast.ai did not take it: «No right». Nothing is set at Vast.ai."
    assert made.timers.book.denied is denied
    made.client.scheduled_jobs.create = real  # type: ignore[method-assign]
    await made.timers.book.set(stop_at_16(made.instance()), "train-a")
    assert made.timers.book.denied is None


async def test_one_that_exists_is_named_and_can_be_replaced() -> None:
    made = await bench()
    book, number = made.timers.book, made.instance()
    await book.set(stop_at_16(number), "train-a")
    later = JobPlan(number, Act.DESTROY, AT_16 + 3600)
    there = await book.set(later, "train-a")
    assert (there.how, there.sentence) == (
        How.EXISTS,
        "There is a job for this instance already (77120: stop, weekly, Monday 16 h UTC).",
    )
    assert [one.plan.at for one in book.mine] == [AT_16]
    assert there.job is not None
    real, meanwhile = made.client.scheduled_jobs.list, []

    async def watched() -> JobList:
        meanwhile.extend(made.timers.all(made.clock.now()))
        return await real()

    made.client.scheduled_jobs.list = watched  # type: ignore[method-assign]
    result = await book.replace(there.job, later, "train-a")
    assert [(one.checked, one.differing) for one in meanwhile if one.instance_id == number] == [
        (Checked.REPLACED, ())
    ]
    assert result.sentence == (
        "Job 77120 is there, read back: weekly, Monday 17 h UTC, once: destroy. As sent."
    )
    assert [one.plan for one in book.mine] == [later]
    assert sent(made.world, "replace_job") == 1


async def test_one_that_exists_is_named_by_its_id_if_the_list_is_not_read() -> None:
    made = await bench()
    book, number = made.timers.book, made.instance()
    await book.set(stop_at_16(number), "train-a")
    made.world.plan("scheduled_jobs", ["http:403"])
    there = await book.set(stop_at_16(number), "train-a")
    assert there.sentence == "There is a job for this instance already (77120)."
    assert there.job is not None
    assert there.job.id == 77120


async def test_a_replacement_without_effect_leaves_the_old_one() -> None:
    made = await bench()
    book, number = made.timers.book, made.instance()
    old = (await book.set(stop_at_16(number), "train-a")).job
    assert old is not None
    made.world.plan("replace_job", ["reset"])
    result = await book.replace(old, JobPlan(number, Act.STOP, AT_16 + 3600), "train-a")
    assert result.how is How.MISSING  # it may still come
    assert "but job 77120 is still as it was: stop, weekly, Monday 16 h UTC." in result.sentence
    assert result.sentence.endswith(" Do not count on it.")
    assert sent(made.world, "delete_job") == 0
    gone = await book.replace(replace(old, id=5), stop_at_16(number), "train-a")
    said = "Vast.ai did not take it: «Scheduled job not found». Nothing is set at Vast.ai."
    assert gone.sentence == said


async def test_taking_back_is_seen_and_done_when_it_is_gone_already() -> None:
    made = await bench()
    book, number = made.timers.book, made.instance()
    await book.set(stop_at_16(number), "train-a")
    await book.take_back(77120)
    assert await job_of(made.client, number) is None
    assert book.mine == ()
    await book.take_back(77120)


async def test_a_list_with_unreadable_rows_does_not_show_that_it_is_gone() -> None:
    made = await bench()

    async def unreadable() -> JobList:
        return JobList(bad=1)

    keeper = JobKeeper(made.client.scheduled_jobs, made.clock, unreadable)
    with pytest.raises(VastError, match="accepted it, but job 77003 is still listed"):
        await keeper.take_back(77_003)
