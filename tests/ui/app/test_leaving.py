"""Quitting: no question if nothing is in progress, and quitting stops nothing."""

from __future__ import annotations

import re

from tests.support.rented import put
from tests.support.reserving import generous
from tests.support.stage import Stage, stage
from vasttui.ui.app.exit_summary import exit_summary, unfinished


async def renting(running: Stage) -> None:
    """Start a rental whose outcome stays unknown."""
    await running.until(lambda: running.app.fleet.account is not None)
    running.world.plan("rent", ["reset"])
    await running.dialog("n")
    await running.until(lambda: "available ✓" in running.text)
    await running.press("tab", "enter")
    await running.until(lambda: running.app.renting != {})
    await running.press("escape")
    await running.until(lambda: len(running.app.screen_stack) == 1)


async def test_q_leaves_at_once_when_nothing_is_being_done() -> None:
    async with stage(instances=4) as running:
        await running.instances()
        await running.press("1", "q")
        assert running.app.return_code == 0


async def test_what_is_being_done_is_told_before_one_leaves() -> None:
    async with stage(instances=4) as running:
        await renting(running)
        await running.dialog("q")
        assert "Renting offer" in running.text
        await running.press("escape")
        await running.pause()
        assert running.app.return_code is None
        await running.dialog("q")
        await running.press("tab", "enter")
        await running.until(lambda: running.app.return_code == 0)
        assert len(running.sent("rent")) == 1


async def test_the_question_follows_what_is_being_done() -> None:
    async with stage(instances=4) as running:
        assert running.app.live is not None
        sent = running.app.live.jobs_sent
        sent += ["trainer", "studio"]
        await running.dialog("q")
        assert "trainer: a job was sent" in running.text
        sent.remove("trainer")
        await running.until(lambda: "trainer: a job was sent" not in running.text, step=1)
        assert "studio: a job was sent" in running.text
        sent.clear()
        await running.until(lambda: "Nothing is unfinished any more." in running.text, step=1)
        assert "may still take effect" not in running.text
        await running.press("tab", "enter")
        assert running.app.return_code == 0


async def test_the_last_words_name_what_goes_on_billing() -> None:
    async with stage(instances=4, demo=False, account={"credit": 312.40}) as running:
        await running.instances()
        burn = running.app.fleet.burn.total
        billed = sum(1 for row in running.app.fleet.rows if row.bill.hourly)
        assert exit_summary(running.app) == f"{billed} instances keep billing ${burn:.3f}/h."
        assert unfinished(running.app) == []
        contract = generous(running.world)
        put(running.world, f"prepay/{contract.id}", {"amount": 165.12})
        await running.poll()
        own, deposit = exit_summary(running.app).splitlines()
        burn = running.app.fleet.burn.total
        assert own == f"{billed - 1} instances keep billing ${burn:.3f}/h."
        assert deposit == "A deposit pays $0.229/h."
        await running.press("1")
        await renting(running)
        last = exit_summary(running.app).splitlines()[-1]
        assert re.fullmatch(r"Renting offer \d+ is unconfirmed; vasttui continues .*\.", last)
        assert len(unfinished(running.app)) == 1


async def test_the_last_words_name_the_endpoints_that_may_start_workers() -> None:
    async with stage(instances=0, demo=False, account={"endpoints": 2}) as running:
        await running.press("4")
        await running.until(lambda: running.app.live and running.app.live.serverless.reader.rows)
        last = exit_summary(running.app).splitlines()[-1]
        assert last == "1 active endpoint may start workers by itself."


async def test_the_demo_has_no_last_words_about_money() -> None:
    async with stage(instances=4) as running:
        await running.instances()
        assert exit_summary(running.app) == ""
