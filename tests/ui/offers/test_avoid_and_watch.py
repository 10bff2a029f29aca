"""What hides rows or works unseen leaves a trace: the avoid list, marks, a watch, a view."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.support.stage import Stage, stage
from vasttui.ui.lists.avoided import AvoidedModal
from vasttui.ui.lists.machine_marks import set_avoided
from vasttui.ui.offers.lines import Counts
from vasttui.ui.widgets.line import TextLine

SIZES = [(140, 40), (120, 36), (100, 30), (80, 24), (60, 20)]


def line(running: Stage, name: str) -> str:
    return running.app.offers.query_one(f"#{name}", TextLine).text


def drawn(running: Stage, word: str) -> str:
    """The first line of the screen with this word in it."""
    return next((text for text in running.text.splitlines() if word in text), "")


def first_machine(running: Stage) -> int:
    machine = running.app.offers.machine
    assert machine is not None
    return machine


async def test_the_counts_stay_when_a_machine_is_avoided_and_it_is_undone_as_said() -> None:
    async with stage() as running:
        machine = first_machine(running)
        await running.press("B")
        await running.pause()
        assert "/ avoided, then B undoes it." in running.said
        hidden = running.app.offers.browse.list.left_out.count
        shown = len(running.app.offers.browse.rows)
        assert hidden
        for size in SIZES:
            await running.pilot.resize_terminal(*size)
            await running.pause()
            top = running.text.splitlines()[1]
            assert f"{shown:,}" in top, size
            assert f"{hidden} avoided" in top, size
        await running.press("slash", *"avoided", "enter")
        await running.pause()
        assert first_machine(running) == machine
        await running.press("B")
        assert running.app.session.preferences.current.avoided == frozenset()


@pytest.mark.parametrize(
    ("most", "line"),
    [
        (80, "3 marked (1 not shown) · 1,064 shown · 1,214+ fetched · 2 avoided"),
        (50, "3 marked (1 not shown) · 1,064/1,214+ · 2 avoided"),
        (34, "3✓(-1) 1,064/1,214+ · 2 avoided"),
        (24, "3✓(-1) 1,064/1,214+ -2"),
    ],
)
def test_counts_are_shortened_and_never_left_out(most: int, line: str) -> None:
    counts = Counts(1064, 1214, more=True, avoided=2, marked=3, unseen=1)
    assert counts.line(most).plain == line


async def avoid_all(running: Stage) -> int:
    """Avoid every machine of the filter; returns how many."""
    machines = {row.offer.machine_id for row in running.app.offers.browse.rows}
    for machine in machines:
        assert machine is not None
        set_avoided(running.app, machine)
    running.app.app_changed.publish("machines")
    await running.pause(0.3)
    return len(machines)


async def test_an_empty_list_blames_the_avoid_list_and_opens_it() -> None:
    async with stage(query="gpu:4090 n=1") as running:
        shown = len(running.app.offers.browse.rows)
        machines = await avoid_all(running)
        assert running.app.offers.browse.rows == []
        assert f"hides {shown:>6,}  {shown} offers" in drawn(running, "your avoid list")
        hidden = f"{machines} machines are avoided and hide all {shown} offers. / avoided shows"
        assert hidden in running.text
        await running.press("enter")
        await running.until(lambda: isinstance(running.app.screen, AvoidedModal))
        await running.pause()
        assert f"{machines} machines" in running.text
        assert "1× RTX 4090" in running.text
        await running.press("D")
        await running.until(lambda: f"{machines - 1} machines" in running.text)
        await running.press("escape")
        await running.pause()
        assert running.app.offers.browse.rows
        assert len(running.app.session.preferences.current.avoided) == machines - 1


async def test_avoided_offers_are_counted_nowhere_else() -> None:
    async with stage(query="n=1") as running:
        browse = running.app.offers.browse
        for row in browse.rows[:4]:
            assert row.offer.machine_id is not None
            set_avoided(running.app, row.offer.machine_id)
        running.app.app_changed.publish("machines")
        await running.pause()
        assert browse.list.left_out.count >= 4
        assert browse.count_with("n=1") == len(browse.rows)
        await running.dialog("f")
        await running.until(lambda: "Matches" in running.text)
        assert f"Matches  {len(browse.rows)} offers of those loaded" in running.text


async def test_avoided_offers_are_promised_by_no_rule_and_a_burst_avoids_two() -> None:
    async with stage(query="gpu:4090 n=1") as running:
        first, second = (row.offer.machine_id for row in running.app.offers.browse.rows[:2])
        screen = running.app.offers
        screen.action_avoid()
        screen.action_avoid()
        assert running.app.session.preferences.current.avoided == {first, second}

        await avoid_all(running)
        browse = running.app.offers.browse
        await running.press("slash", *" eff<0", "enter")
        await running.pause(0.3)
        assert browse.list.left_out.count == 0
        assert "your avoid list" not in running.text
        (blame,) = [one for one in browse.explain().blames if "eff" in one.rule.label]
        assert blame.seen == 0


async def test_the_list_of_avoided_machines_is_in_the_palette_and_says_what_is_not_there() -> None:
    async with stage() as running:
        set_avoided(running.app, 999_999)
        await running.dialog("ctrl+p")
        await running.type("avoided")
        await running.press("enter")
        await running.until(lambda: "machine 999999" in running.text)
        assert "not among the offers read last" in running.text
        await running.press("enter")
        await running.until(lambda: "No machine is avoided." in running.text)


async def test_marks_are_counted_and_so_are_those_that_are_not_shown() -> None:
    async with stage(query="gpu:4090") as running:
        await running.press("space", "space")
        assert "2 marked · " in line(running, "counts")
        await running.press("slash", *" n=8", "enter")
        await running.pause(0.3)
        unseen = running.app.offers.browse.list.hidden_marks
        assert unseen
        assert f"2 marked ({unseen} not shown)" in line(running, "counts")
        assert "not shown" in running.app.offers.why_off("offers.compare")
        await running.press("equals_sign")
        await running.until(lambda: f"and {unseen} not shown" in running.said)


async def test_a_watch_leaves_a_trace_and_goes_on_while_another_filter_is_in_force() -> None:
    async with stage(query="gpu:4090") as running:
        assert "◉" not in running.text
        await running.dialog("W")
        await running.press("enter")
        await running.until(lambda: "◉ watching" in line(running, "switches"))
        running.clock.advance(1000)
        await running.pause(1.1)
        for size in SIZES[:4]:
            await running.pilot.resize_terminal(*size)
            await running.pause()
            assert "◉" in running.text, size
        await running.pilot.resize_terminal(*SIZES[0])
        await running.press("slash", *["backspace"] * 4, *"3090", "enter")
        await running.until(lambda: "◉ 1 watch" in line(running, "switches"))
        (watch,) = running.app.session.watches.watches
        assert watch.text == "gpu:4090"
        running.app.session.watches.put(replace(watch, asleep=True))
        running.app.app_changed.publish("watches")
        for size in SIZES[:4]:
            await running.pilot.resize_terminal(*size)
            await running.pause()
            assert "◉" not in running.text, size


async def test_a_changed_view_says_so_until_it_is_as_it_was() -> None:
    async with stage(query="gpu:4090") as running:
        await running.dialog("ctrl+s")
        await running.press("enter")
        await running.until(lambda: "view: gpu:4090" in line(running, "switches"))
        assert "(changed)" not in line(running, "switches")
        for change, back in (("I", "I"), ("i", "ii")):
            await running.press(*change)
            await running.pause(0.3)
            assert "view: gpu:4090 (changed)" in line(running, "switches"), change
            await running.press(*back)
            await running.pause(0.3)
            assert "(changed)" not in line(running, "switches"), back
        await running.press("slash", "space", "n", "equals_sign", "1")
        assert "(changed)" in line(running, "switches")
