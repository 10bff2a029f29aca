"""What comes of the jobs that were set here, by the instance's own state and by when they ran."""

from __future__ import annotations

import re

from msgspec import structs

from tests.support.simulator import BEARER, ask
from tests.support.timers import AT_16, Bench, bench, job_of, sent, stop_at_16
from vasttui.models.inbox import InboxItem
from vasttui.models.scheduled_job import Act, JobList, JobPlan
from vasttui.models.timer import Checked, Doer
from vasttui.simulator.account.scheduled_jobs import GONE_INSTANCE

HOUR = 3_600.0


async def with_stop(**config: bool) -> tuple[Bench, int]:
    """A job that stops an instance at 16:00."""
    made = await bench(**config)
    number = made.instance()
    assert (await made.timers.book.set(stop_at_16(number), "train-a")).is_good
    return made, number


def items(made: Bench) -> list[InboxItem]:
    """What needs attention, without the job that is left at the start."""
    found = made.timers.items(made.clock.now())
    return [item for item in found if item.kind != "timer_left"]


def texts(made: Bench) -> list[str]:
    return [item.text for item in items(made)]


def without_price(told: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(at, re.sub(r"\$\d+\.\d+/h", "$P/h", text)) for at, text in told]


async def test_a_stop_that_runs_is_told_and_its_job_taken_back() -> None:
    made, number = await with_stop()
    told = await made.pass_by(AT_16 + 10 * 60)
    assert told == [
        ("15:45:25", "train-a: It stops at 16:00, in 15 min, by Vast.ai's job 77120."),
        ("16:01:25", "train-a: Stopped at 16:00:14 by Vast.ai's job 77120."),
    ]
    assert await job_of(made.client, number) is None
    assert texts(made) == ["Stopped at 16:00:14 by Vast.ai's job 77120."]
    [item] = items(made)
    assert (item.level, item.kind, item.instance_id) == ("info", "timer_done", number)
    # Started again, it is not said any more.
    await made.client.instances.set_state(number, "running")
    assert await made.pass_by(AT_16 + 20 * 60) == []
    assert texts(made) == []
    assert made.timers.book.mine == ()


async def test_one_that_ran_while_vasttui_was_closed_is_told_afterwards() -> None:
    made, number = await with_stop()
    made.clock.advance(26 * HOUR)
    later = made.again()
    told = await later.pass_by(later.clock.now() + 240)
    assert [text for _, text in told] == [
        "train-a: Stopped at 16:00:14 yesterday by Vast.ai's job 77120."
    ]
    assert await job_of(made.client, number) is None
    once_more = later.again()
    assert await once_more.pass_by(once_more.clock.now() + 240) == []  # told once
    assert texts(once_more) == ["Stopped at 16:00:14 yesterday by Vast.ai's job 77120."]
    once_more.clock.advance(7 * 24 * HOUR)
    await once_more.see()
    assert texts(once_more) == []


async def test_one_that_runs_early_is_told_as_such() -> None:
    made, _ = await with_stop(early_jobs=True)
    told = await made.pass_by(AT_16 - HOUR + 300)
    assert told == [
        ("15:01:25",
         "train-a: Stopped at 15:00:14, an hour before its time, by Vast.ai's job 77120."),
    ]  # fmt: skip
    [item] = items(made)
    assert (item.level, item.kind) == ("warn", "timer_early")
    assert await made.pass_by(AT_16 + HOUR) == []  # and does not come again


async def test_one_that_does_not_come_is_told_six_minutes_later() -> None:
    made, number = await with_stop()
    made.world.jobs.book.jobs[-1].slot = None  # it never runs
    told = without_price(await made.pass_by(AT_16 + 10 * 60))
    assert told[1:] == [
        ("16:06:25", "train-a: It should have stopped at 16:00 and runs at 16:06: $P/h."),
    ]
    [item] = items(made)
    assert (item.level, item.kind, item.instance_id) == ("urgent", "timer_late", number)
    assert "and runs at 16:10" in item.text
    await made.client.instances.set_state(number, "stopped")
    await made.pass_by(AT_16 + 12 * 60)
    assert texts(made) == []
    await made.pass_by(AT_16 + 75 * 60)  # its hour is over
    assert await job_of(made.client, number) is None


async def test_one_that_ran_without_effect_is_told() -> None:
    made, _ = await with_stop()
    made.world.jobs.book.jobs[-1].request_body = {}
    told = without_price(await made.pass_by(AT_16 + 10 * 60))
    assert told[1:] == [
        ("16:06:25", "train-a: Vast.ai's job 77120 ran at 16:00:14, but it runs at 16:06: $P/h."),
    ]


async def test_stopped_by_hand_before_its_time_it_stays_set_and_says_nothing_false() -> None:
    made, number = await with_stop()
    await made.client.instances.set_state(number, "stopped")
    read = sent(made.world, "scheduled_jobs")
    assert await made.pass_by(made.clock.now() + 300) == []
    assert sent(made.world, "scheduled_jobs") == read + 1  # was it the job?
    assert await made.pass_by(AT_16 - 60) == []
    assert await job_of(made.client, number) is not None
    await made.pass_by(AT_16 + 200)
    assert texts(made) == ["Stopped at 16:00:14 by Vast.ai's job 77120."]


async def test_when_its_instance_is_gone_the_job_is_taken_back() -> None:
    made, number = await with_stop()
    await made.client.instances.destroy(number)
    await made.see(seconds=5)
    await made.see(seconds=5)
    keys = [item.key for item in made.timers.items(made.clock.now())]
    assert "timer_left-77120" not in keys  # it is about to go
    assert await made.pass_by(made.clock.now() + 300) == []
    assert await job_of(made.client, number) is None
    assert made.timers.book.mine == ()


async def test_one_list_without_it_or_one_with_unreadable_rows_does_not_make_it_gone() -> None:
    made, number = await with_stop()
    whole = made.store.fleet
    for at, bad in enumerate((0, 1, 1, 1)):
        made.clock.advance(5)
        now = made.clock.now()
        made.timers.see(structs.replace(whole, rows=(), number=90 + at, bad=bad, as_of_wall=now))
        await made.timers.step()
    assert await job_of(made.client, number) is not None
    await made.see()
    await made.pass_by(made.clock.now() + 120)
    assert await job_of(made.client, number) is not None
    assert [kept.id for kept in made.timers.book.mine] == [77120]


async def test_when_its_hour_is_over_without_it_the_job_goes_and_what_is_said_stays() -> None:
    made, number = await with_stop()
    made.world.jobs.book.jobs[-1].slot = None
    await made.pass_by(AT_16 + 58 * 60, every=120)
    assert await job_of(made.client, number) is not None
    await made.pass_by(AT_16 + 130 * 60, every=120)
    assert await job_of(made.client, number) is None
    assert "It should have stopped at 16:00 and runs at 18:10" in texts(made)[0]


async def test_a_run_before_it_was_set_is_another_one() -> None:
    made, _ = await with_stop()
    made.world.jobs.book.jobs[-1].last_executed_around = made.clock.now() - 600
    await made.timers.book.read()
    [kept] = made.timers.book.mine
    assert kept.ran is None


async def test_a_destroy_that_ran_is_told_of_an_instance_that_is_gone() -> None:
    made = await bench()
    plan = JobPlan(made.instance(), Act.DESTROY, AT_16)
    await made.timers.book.set(plan, "train-a")
    told = await made.pass_by(AT_16 + 400)
    assert [text for _, text in told] == [
        "train-a: It is destroyed at 16:00, in 15 min, by Vast.ai's job 77120.",
        "train-a: Destroyed at 16:00:14 by Vast.ai's job 77120.",
    ]
    [item] = items(made)
    assert (item.instance_id, item.name) == (None, "train-a")
    assert await job_of(made.client, plan.instance_id) is None


async def test_nothing_is_taken_back_where_nothing_may_be_changed() -> None:
    made, number = await with_stop()
    made.timers._cleans = False  # noqa: SLF001 - as in read-only mode
    await made.pass_by(AT_16 + 600)
    assert await job_of(made.client, number) is not None
    await made.client.instances.destroy(number)
    await made.pass_by(AT_16 + 900)
    left = [item.key for item in made.timers.items(made.clock.now())]
    assert left == ["timer_done-77120", "timer_left-77003", "timer_left-77120"]
    assert sent(made.world, "delete_job") == 0


async def test_the_list_is_read_every_hour_and_only_if_there_is_a_job() -> None:
    made = await bench()
    await made.pass_by(made.clock.now() + 3 * HOUR, every=300)
    assert sent(made.world, "scheduled_jobs") == 0
    await made.timers.book.read()  # there is somebody's
    await made.pass_by(made.clock.now() + 3 * HOUR, every=300)
    assert sent(made.world, "scheduled_jobs") == 1 + 3


async def test_a_failing_list_is_not_asked_for_all_the_time() -> None:
    made, _ = await with_stop()
    made.world.plan("scheduled_jobs", ["http:403"] * 99)
    before = sent(made.world, "scheduled_jobs")
    await made.pass_by(AT_16 - 60)
    assert sent(made.world, "scheduled_jobs") == before + 1 + 1  # after 30 s, and an hour later
    await made.pass_by(AT_16 + 10 * 60)
    assert texts(made) == []  # it is stopped; that the job did it is not known
    assert made.timers.book.reading.error is not None


async def test_somebodys_job_for_an_instance_that_is_gone_is_left_over() -> None:
    made = await bench()
    await made.timers.book.read()
    await made.pass_by(made.clock.now() + 120)
    [item] = made.timers.items(made.clock.now())
    assert (item.kind, item.level, item.name) == ("timer_left", "warn", f"{GONE_INSTANCE}")
    assert item.text == (
        "A weekly job is left for an instance that is gone: destroy, weekly, Tuesday 6 h UTC. It "
        "does nothing there."
    )
    [timer] = made.timers.all(made.clock.now())
    assert (timer.doer, timer.act, timer.stray, timer.set_here) == (
        Doer.VAST, Act.DESTROY, True, False,
    )  # fmt: skip
    assert timer.repeats
    assert sent(made.world, "delete_job") == 0  # somebody else's is never taken back by itself


async def test_a_job_that_was_changed_elsewhere_differs_and_one_taken_back_is_missing() -> None:
    made, number = await with_stop()
    [timer] = [one for one in made.timers.all(made.clock.now()) if one.instance_id == number]
    assert (timer.checked, timer.at, timer.set_here) == (Checked.SAME, AT_16, True)
    made.world.jobs.book.jobs[-1].end_time += 60
    await made.timers.book.read()
    [timer] = [one for one in made.timers.all(made.clock.now()) if one.instance_id == number]
    assert timer.checked is Checked.DIFFERS
    assert timer.differing == ("end_time 21 Sep 17:00:00 UTC instead of 21 Sep 16:59:00 UTC",)
    path = "/api/v0/commands/schedule_job/77120/"
    assert ask(made.world, "DELETE", path, {}, BEARER).status == 200
    later = made.again()
    [timer] = later.timers.all(made.clock.now())
    assert (timer.checked, timer.at, timer.job) == (Checked.UNREAD, AT_16, None)
    await later.timers.book.read()
    missing = [one for one in later.timers.all(made.clock.now()) if one.instance_id == number]
    assert [one.checked for one in missing] == [Checked.MISSING]


async def test_one_that_was_taken_back_elsewhere_is_forgotten_with_its_instance() -> None:
    made, number = await with_stop()
    await made.client.scheduled_jobs.delete(77120)
    await made.client.instances.destroy(number)
    await made.pass_by(made.clock.now() + 300)
    assert made.timers.book.mine == ()
    assert [one.instance_id for one in made.timers.all(made.clock.now())] == [GONE_INSTANCE]


async def test_a_list_with_unreadable_rows_does_not_make_a_job_missing() -> None:
    made, number = await with_stop()
    made.timers.book.reading = structs.replace(made.timers.book.reading, jobs=JobList(bad=1))
    [timer] = made.timers.all(made.clock.now())
    assert (timer.instance_id, timer.checked) == (number, Checked.UNREAD)


async def test_jobs_of_another_account_are_not_judged() -> None:
    made, _ = await with_stop()
    [kept] = made.memory.jobs
    made.memory.jobs = [structs.replace(kept, owner="somebody else")]
    assert made.timers.book.mine == ()
    assert await made.pass_by(AT_16 + 600) == []
