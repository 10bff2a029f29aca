"""Charges on the screen: by day, by contract and otherwise; read while somebody looks."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.support.stage import Stage, stage
from vasttui.lists.charge_grouping import Grouping
from vasttui.lists.charge_rows import ChargeRow
from vasttui.lists.day_range import DayRange
from vasttui.ui.billing.charges import ChargesScreen
from vasttui.ui.billing.money_lines import no_saving_line
from vasttui.ui.billing.spend_plot import SpendPlot


async def charges(running: Stage, days: int = 4, *, read: int | None = None) -> ChargesScreen:
    """Look at so many days, and wait until they, or some of them, were read."""
    await running.until(lambda: running.app.fleet.account is not None, step=0.5)
    screen = running.app.get_screen("charges")
    assert isinstance(screen, ChargesScreen)
    screen.range = DayRange(days)
    running.app.go("charges")
    wanted = days if read is None else read
    await running.until(
        lambda: len(screen.view.days) >= wanted or screen.feed.snapshot.error, step=1.0
    )
    await running.pause()
    return screen


async def test_days_are_read_newest_first_and_only_while_somebody_looks() -> None:
    async with stage(volumes=3, limits=True) as running:
        screen = await charges(running, 8, read=2)
        assert min(screen.view.days) == screen.view.last - len(screen.view.days) + 1
        assert f"Reading 8 days, newest first: {screen.view.asked} of 8" in running.text
        assert "t stops" in running.text
        running.app.go("offers")
        await running.pause()
        read = set(screen.view.days)
        for _ in range(8):
            running.clock.advance(1.0)
            await running.pause()
        assert len(screen.view.days) <= len(read) + 1  # the one under way
        running.app.go("charges")
        await running.until(lambda: not screen.view.missing, step=1.0)
        await running.pause()
        total = sum(row.sum.total or 0 for row in screen.browse.rows)
        count = len(screen.browse.rows)
        assert f"{count} contracts · ${total / 1000:,.2f} in 8 days" in running.text
        assert "8 days read" in running.text
        ids = {number for row in screen.browse.rows for number in row.ids if number}
        shown = running.text
        await running.press("P")
        await running.pause()
        assert f"{count} contracts · •" in running.text
        assert not ids & set(map(int, re.findall(r"\d{4,}", running.text)))
        assert not re.search(r"\$\d|\d\.\d\d\b(?!/h)", running.text)
        await running.press("P")
        await running.pause()
        assert running.text.count("$") == shown.count("$")
        assert "one row is $" in running.text
        assert "an instance that does not run" in running.text or "Idle" in running.text
        assert screen.browse.list.cursor_index == 0


async def test_the_same_charges_are_added_up_in_six_ways() -> None:
    async with stage(volumes=3) as running:
        screen = await charges(running)
        total = sum(row.sum.total or 0 for row in screen.browse.rows)
        seen = []
        for _ in Grouping:
            await running.press("#")
            seen.append(screen.grouping)
            assert f"[per {screen.grouping.value}]" in running.text
            if screen.grouping is not Grouping.STOPPED:
                assert sum(row.sum.total or 0 for row in screen.browse.rows) == total
            assert screen.has_class("-no-plot") is (screen.grouping is Grouping.DAY)
        assert seen == [*list(Grouping)[1:], Grouping.CONTRACT]
        await running.press("#")
        assert [row.name for row in screen.browse.rows[1:3]] != []
        assert "today" in running.text
        assert len(screen.browse.rows) == 4
        await running.press("slash", *"total>9999")
        assert "Nothing matches" in running.text


async def test_the_plot_reads_a_day_and_escape_ends_that() -> None:
    async with stage(volumes=3) as running:
        screen = await charges(running)
        plot = screen.query_one(SpendPlot)
        await running.press("comma")
        assert plot.day == screen.today
        await running.press("comma", "comma")
        assert "▲" in running.text
        assert f"{plot.day:%a} {plot.day.day} {plot.day:%b}" in running.text
        await running.press("full_stop")
        assert (screen.today - plot.day).days == 1
        await running.press("escape")
        assert plot.day is None
        await running.pilot.click(SpendPlot, offset=(8, 2))
        await running.pause()
        assert (screen.today - plot.day).days == 3
        await running.press("escape")
        assert "▲" not in running.text.replace("Total▲", "")


async def test_other_days_are_asked_for_once_and_what_is_known_is_shown_at_once() -> None:
    async with stage(volumes=3, limits=True, size=(140, 40)) as running:
        screen = await charges(running, 8)
        known = set(screen.view.days)
        await running.until(lambda: "again in 4m" in running.text)
        read_at = screen.view.read_at or 0.0
        await running.until(lambda: screen.view.read_at != read_at, seconds=60.0, step=2.0)
        assert (screen.view.read_at or 0.0) - read_at == pytest.approx(300.0, abs=10.0)
        await running.press("-")
        assert screen.range_words in running.text
        assert "in 7 days" in running.text
        await running.press("+")
        await running.until(lambda: screen.view.asking is not None, step=1.0)
        assert set(screen.view.days) >= known
        assert "8 of 30 days" in running.text
        await running.press("t")
        await running.until(lambda: screen.view.asking is None, step=1.0)
        await running.pause()
        assert "Stopped: " in running.text
        assert screen.view.missing


async def test_days_without_charges_are_said_to_be_empty() -> None:
    async with stage() as running:
        screen = await charges(running, 1)
        await running.dialog("f")
        assert isinstance(running.app.focused, Input)
        running.app.focused.value = "2020-01-30 2020-02-01"
        await running.press("enter")
        await running.until(lambda: not screen.view.missing, step=1.0)
        await running.pause()
        assert "No charges" in running.text
        assert "Nothing was billed from 30 Jan 2020 to 1 Feb 2020." in running.text


async def save(running: Stage, file: Path) -> None:
    await running.dialog("ctrl+s")
    assert "rows, one for each contract and day, as CSV" in running.text
    assert isinstance(running.app.focused, Input)
    assert running.app.focused.value.startswith("vast-charges-20")
    running.app.focused.value = str(file)
    await running.press("enter")


async def test_rows_are_saved_as_csv_or_json_and_never_over_another_file(tmp_path: Path) -> None:
    told = "This is not the service."
    lost = ["Your watches could not be read."]
    async with stage(warnings=(told,), lost=lambda: [lost.pop()] if lost else []) as running:
        screen = await charges(running)
        assert "saves a row per contract and day as CSV" in running.text
        await save(running, tmp_path / "a.csv")
        await running.until(lambda: "a.csv" in running.said)
        rows = list(csv.DictReader((tmp_path / "a.csv").read_text().splitlines()))
        total = sum(row.sum.total or 0 for row in screen.browse.rows) / 1000
        assert sum(float(row["total_usd"]) for row in rows) == pytest.approx(total)
        assert f"Saved: {len(rows)} rows, " in running.said
        await save(running, tmp_path / "a.json")
        await running.until(lambda: "a.json" in running.said)
        assert len(json.loads((tmp_path / "a.json").read_text())) == len(rows)
        await save(running, tmp_path / "a.csv")
        await running.until(lambda: "Choose another name." in running.text)
        assert "exists already" not in running.said
        assert isinstance(running.app.focused, Input)
        running.app.focused.value = str(tmp_path / "b.csv")
        await running.press("enter", "enter")
        await running.until(lambda: "b.csv" in running.said)
        unread = [one.text for one in running.app.news.unread]
        assert unread == [told, "Your watches could not be read."]
        await running.until(lambda: "days read" in running.text, step=10.0)


async def test_marked_instances_say_what_their_end_would_save() -> None:
    async with stage(volumes=3) as running:
        screen = await charges(running)
        screen.browse.list.put_cursor(f"instance-{running.app.fleet.rows[0].id}")
        screen.show_rows()
        await running.press("space")
        assert "1 marked instance: stopped $" in running.text
        assert "destroyed $" in running.text
        await running.press("enter")
        assert not screen.query_one(SpendPlot).display or screen.has_class("-zoomed")
        screen.browse.list.put_cursor("instance-54548356")
        await running.dialog("$")
        assert "Reserve train-a (54548356)" in running.text
        await running.press("escape")
        volume = next(row for row in screen.browse.rows if row.kind == "volume")
        screen.browse.list.put_cursor(volume.sum.key)
        assert screen.why_off("charges.reserve") == "only an instance that you have can be reserved"
        await running.press("$")
        assert "Only an instance that you have can be reserved." in running.said
        await running.press("enter", "space")
        assert "1 marked instance, 1 marked volume: stopped $" in running.text
        await running.press("#")
        assert "charges.offers" not in str(screen.table_keys())
        await running.press("O")
        assert "No machine is known: it is gone, or on several." in running.said
        assert running.app.current_mode == "charges"


async def test_every_key_answers_on_rows_that_it_does_not_fit() -> None:
    async with stage(volumes=3) as running:
        screen = await charges(running)
        key = next(row.sum.key for row in screen.browse.rows if row.kind == "instance")
        row = screen.browse.rows[0]
        screen.browse.list.put_cursor(key)
        screen.show_rows()
        running.app.set_focus(screen.table)
        await running.press("z", "comma")
        assert "The plot is not shown beside large details: z makes room." in running.said
        await running.press("z", "comma")
        assert screen.query_one(SpendPlot).day == screen.today
        await running.press("escape", "#", "full_stop")
        assert "There is no plot beside days: each has its bar." in running.said
        assert "charges.day" not in str(screen.table_keys())
        await running.press("space")
        words = "Saves   not known: only rows of instances and volumes that are there tell it"
        assert words in running.text
        await running.press("space", "up", "space", "P")
        assert "Saves   not known" not in running.text
        gone = ChargeRow(row.sum, "old", kind="instance", known=True)
        assert no_saving_line([gone], 80).plain == " Saves   nothing: it is gone and bills no more"
        assert no_saving_line([gone] * 2, 20).plain == " saves: nothing"
        assert no_saving_line([], 80).plain == ""


async def test_the_copy_on_this_computer_is_used_by_the_next_start(tmp_path: Path) -> None:
    file = tmp_path / "charges.db"
    async with stage(charges_file=file) as running:
        await charges(running, 6)
    async with stage(charges_file=file) as running:
        running.clock.advance(300.0)
        screen = await charges(running, 6)
        await running.until(lambda: screen.view.kept == 4, step=1.0)
        await running.pause()
        assert "4 of them from this computer's copy" in running.text


async def test_days_without_an_answer_and_keys_without_the_right_are_said() -> None:
    async with stage(limits=True) as running:
        screen = await charges(running, 8, read=3)
        running.world.plan("charges", ["http:500"] * 99)
        await running.until(lambda: screen.feed.snapshot.error, step=0.5)
        await running.pause()
        assert screen.view.missing
        assert "of 8 days" in running.text
        assert screen.browse.rows
    async with stage(account={"narrow_key": True}) as running:
        running.app.go("charges")
        screen = running.app.get_screen("charges")  # type: ignore[assignment]
        await running.until(lambda: screen.feed.snapshot.error, step=0.5)
        await running.pause()
        assert "Charges cannot be shown" in running.text
        assert "it lacks billing_read" in running.text


async def test_it_fits_every_screen() -> None:
    async with stage(volumes=3) as running:
        screen = await charges(running)
        for size in ((140, 40), (100, 30), (80, 24), (60, 20)):
            await running.pilot.resize_terminal(*size)
            await running.pause()
            assert "one row is $" in running.text, size
            assert screen.browse.rows[0].name in running.text
        await running.press("P")
        assert "$42.50" not in running.text
