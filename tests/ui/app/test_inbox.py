"""The inbox: put aside, brought back, and alike things on one line."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from msgspec import structs
from textual.widgets import OptionList

from tests.support.stage import Stage, stage
from vasttui.errors import Unconfirmed
from vasttui.models.endpoint_settings import EndpointSettings
from vasttui.services.renting.rental import RentState, RentStep
from vasttui.ui.inbox import inbox_count, sorted_out
from vasttui.ui.modals.lines import ByWidth


async def lines(running: Stage) -> list[str]:
    """The lines of the open inbox."""
    await running.pause()
    options = running.app.screen.query_one(OptionList).options
    prompts = [one.prompt for one in options if isinstance(one.prompt, ByWidth)]
    return [one.content(200).plain for one in prompts]


async def opened(running: Stage) -> list[str]:
    await running.dialog("exclamation_mark")
    return await lines(running)


async def offline(running: Stage, number: int) -> None:
    """So many instances go offline."""
    await running.instances()
    for row in running.app.fleet.rows[:number]:
        running.world.become(row.id, "offline")
    await running.poll()


async def test_what_is_dismissed_stays_away_while_it_lasts() -> None:
    async with stage(instances=4) as running:
        await running.instances()
        before, count = await opened(running), inbox_count(running.app)
        await running.press("d")
        await running.until(lambda: "1 put aside" in running.text)
        assert await lines(running) == before[1:]
        assert inbox_count(running.app) == count - 1
        await running.press("escape")
        await running.poll()
        assert await opened(running) == before[1:]
        await running.press("a")
        await running.pause()
        assert await lines(running) == before
        assert inbox_count(running.app) == count


async def test_what_is_snoozed_comes_back_after_an_hour() -> None:
    async with stage(instances=4) as running:
        await running.instances()
        first = sorted_out(running.app)[0][0]
        await opened(running)
        await running.press("z")
        await running.until(lambda: "1 put aside" in running.text)
        await running.press("escape")
        running.clock.advance(3_595)
        assert [one.key for one in sorted_out(running.app)[1]] == [first.key]
        running.clock.advance(10)
        assert sorted_out(running.app)[1] == []
        assert first.key in [one.key for one in sorted_out(running.app)[0]]


async def test_what_ended_and_comes_again_is_new() -> None:
    async with stage(instances=4) as running:
        await offline(running, 1)
        row = next(row for row in running.app.fleet.rows if row.phase.value == "offline")
        preferences = running.app.session.preferences
        count = inbox_count(running.app)
        names = await opened(running)
        at = next(
            at for at, line in enumerate(names) if row.instance.name in line and "offline" in line
        )
        await running.press(*["down"] * at, "d", "escape")
        assert inbox_count(running.app) == count - 1
        assert len(preferences.current.hushed) == 1
        running.world.become(row.id, "running")
        await running.poll()
        assert preferences.current.hushed == {}
        running.world.become(row.id, "offline")
        await running.poll()
        assert inbox_count(running.app) == count


async def test_three_alike_share_a_line_that_opens() -> None:
    async with stage(instances=8) as running:
        await running.instances()
        await offline(running, 6)
        off = [row.instance.name for row in running.app.fleet.rows if row.phase.value == "offline"]
        assert len(off) >= 3
        found = await opened(running)
        (line,) = [line for line in found if f"{len(off)}× offline" in line]
        at = found.index(line)
        await running.press(*["down"] * at, "enter")
        await running.until(lambda: "Inbox: offline" in running.text)
        each = await lines(running)
        assert sorted(name for name in off if any(name in one for one in each)) == sorted(off)
        count = inbox_count(running.app)
        await running.press("d")
        await running.pause()
        assert len(await lines(running)) == len(off) - 1
        assert inbox_count(running.app) == count - 1


async def test_a_message_is_read_or_dismissed() -> None:
    async with stage(instances=4) as running:
        await running.instances()
        running.app.notify("Could not be saved.", severity="error", markup=False)
        count = inbox_count(running.app)
        assert "Could not be saved." in (await opened(running))[0]
        await running.press("enter")
        await running.until(lambda: "Message" in running.text)
        assert "Could not be saved." in running.text
        await running.press("escape")
        assert inbox_count(running.app) == count - 1


async def test_a_rental_that_goes_on_by_itself_is_no_alarm() -> None:
    async with stage(instances=4) as running:
        await running.instances()
        before = inbox_count(running.app)
        loading = RentState(
            intent=1, ask=7, name="train", step=RentStep.STARTING, opened_at=0.0,
            sentence="The instance is loading",
        )  # fmt: skip
        running.app.renting[1] = loading
        assert inbox_count(running.app) == before
        assert (await opened(running))[-1].startswith("· renting train")
        await running.press("escape")
        running.app.renting[1] = replace(loading, step=RentStep.HALTED)
        assert inbox_count(running.app) == before + 1
        assert (await opened(running))[0].startswith("✖ rental of train")


async def test_instances_of_one_name_are_told_apart_by_the_end_of_their_ids() -> None:
    async with stage(instances=4) as running:
        await offline(running, 3)
        fleet = running.app.fleet
        rows = [
            structs.replace(row, instance=structs.replace(row.instance, label="batch"))
            for row in fleet.rows
        ]
        running.app.fleet_arrived(structs.replace(fleet, rows=tuple(rows), number=fleet.number + 1))
        ends = [f"…{row.id % 10_000:04}" for row in rows]
        shown = await opened(running)
        (together,) = [line for line in shown if "× offline" in line]
        assert sum(f"batch {end}" in together for end in ends) >= 3
        alone = [line for line in shown if line.lstrip().startswith(("! batch", "✖ batch"))]
        assert alone
        assert all(any(f" batch {end} " in line for end in ends) for line in alone)
        await running.press("escape", "P")
        await opened(running)
        assert "batch •••••" in running.text
        assert not [end for end in ends if end in running.text]


async def test_a_name_of_one_instance_only_stands_alone() -> None:
    async with stage(instances=4) as running:
        await offline(running, 1)
        assert "…" not in "".join(await opened(running))


async def test_what_was_made_after_all_is_listed_until_it_is_opened() -> None:
    async with stage(account={"endpoints": 2}, size=(80, 24)) as running:
        await running.until(lambda: running.app.fleet.number)
        live, world = running.app.live, running.world
        assert live is not None
        world.plan("create_endpoint", ["late_commit:70"])
        work = live.serverless.endpoints.create(
            EndpointSettings(endpoint_name="llama-3-70b-" + "x" * 60)
        )
        asked = asyncio.ensure_future(work)
        await running.until(lambda: kinds(running, "made"), step=5)
        assert isinstance(asked.exception(), Unconfirmed)
        told = await opened(running)
        [at] = [number for number, text in enumerate(told) if "! llama-3-70b" in text]
        await running.press(*["down"] * at)
        drawn = " ".join(running.text.replace("│", " ").split())
        assert "it is made, as " in drawn
        assert "without one it starts no worker. It may bill." in drawn
        await running.press("enter")
        await running.until(lambda: "Endpoints 3" in running.text, step=1)
        assert not kinds(running, "made")
        assert len(running.sent("create_endpoint")) == 1


def kinds(running: Stage, kind: str) -> list[str]:
    """What the inbox has of this kind."""
    return [item.text for item in sorted_out(running.app)[0] if item.kind == kind]
