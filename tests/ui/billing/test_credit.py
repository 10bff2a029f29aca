"""The credit: how long it lasts, what watches it, what only waits."""

from __future__ import annotations

from tests.support.stage import Stage, stage
from vasttui.ui.billing.credit import CreditScreen


async def credit(running: Stage) -> CreditScreen:
    """Go there and wait until it was read."""
    running.app.go("credit")
    screen = running.app.get_screen("credit")
    assert isinstance(screen, CreditScreen)
    await running.until(lambda: screen.snapshot.number or screen.snapshot.error)
    await running.pause()
    return screen


def said_of(screen: CreditScreen, id: str) -> str:
    return next(line.value for line in screen.browse.list.all_rows if line.id == id)


async def test_it_says_how_long_the_money_lasts_and_what_only_waits() -> None:
    async with stage(volumes=3) as running:
        await running.instances()
        await running.until(lambda: running.app.fleet.volumes is not None, step=1.0)
        screen = await credit(running)
        for words in (
            "$42.50", "prepaid money that is left", "running + ", "lasts ~", "End of month",
            "all instances stop at once", "Waits: old-c", "Waits: models", "volume, free, 100 GB",
            "for nothing that runs",
        ):  # fmt: skip
            assert words in running.text
        waits = [line for line in screen.browse.list.all_rows if line.name.startswith("Waits: ")]
        months = [float(line.value.strip("$").split("/")[0]) for line in waits]
        assert said_of(screen, "idle") == f"${sum(months):.2f}/month"
        await running.press("P")
        await running.pause()
        table = running.text.partition("About")[2]
        for words in ("$42.50", "running + ", "lasts", "/month", "/h"):
            assert words not in table
        await running.press("P")
        assert "About▲" not in running.text
        places = [line.place for line in screen.browse.rows]
        assert places == sorted(places)
        assert "sort" not in screen.order.plain
        screen.browse.list.put_cursor(waits[0].id)
        screen.show_rows()
        await running.press("space")
        assert "1 marked instance: destroyed $" in screen.status_line()[0].plain
        screen.browse.list.put_cursor(waits[0].id)
        await running.press("enter")
        assert running.app.current_mode == "instances"
        assert running.app.screen_stack[0].browse.current.instance.label == "old-c"  # type: ignore[attr-defined]


async def test_what_will_be_left_stays_the_same_until_the_credit_is_read_again() -> None:
    async with stage() as running:
        await running.instances()
        screen = await credit(running)
        fleet, names = running.app.fleet, ("left today", "left week", "left month")
        before = [said_of(screen, name) for name in names]
        running.clock.advance(600)
        screen.fleet_changed(fleet)
        assert fleet.burn.total * 600 / 3_600 > 0.01
        assert [said_of(screen, name) for name in names] == before


async def test_a_threshold_is_changed_in_its_line_and_no_other_line_is() -> None:
    async with stage() as running:
        screen = await credit(running)
        await running.press("e")
        only = "Only the warning and the charge of the card can be changed here."
        assert only in running.text
        running.app.go("offers")
        await running.pause()
        assert only not in running.text
        assert only in running.said
        running.app.go("credit")
        await running.pause()
        screen.browse.list.put_cursor("Low balance")
        screen.show_rows()
        await running.press("e", *"10", "enter")
        await running.until(lambda: said_of(screen, "Low balance") == "on, below $10.00")
        assert "Low balance on, below $10.00: saved and read back." in running.said
        assert len(running.sent("set_user")) == 1
        assert running.app.focused is screen.table
        await running.press("P")
        assert "$42.50" not in running.text
    async with stage(read_only=True) as running:
        screen = await credit(running)
        screen.browse.list.put_cursor("Low balance")
        await running.press("e")
        assert "Read-only mode" in running.said


async def test_it_fits_small_and_large_screens() -> None:
    async with stage() as running:
        await running.instances()
        await credit(running)
        for size in ((140, 40), (80, 24), (60, 20)):
            await running.pilot.resize_terminal(*size)
            await running.pause()
            assert "Credit now" in running.text, size
            assert "$42.50" in running.text


async def test_a_key_without_the_right_and_a_service_in_trouble_are_said() -> None:
    async with stage(account={"narrow_key": True}) as running:
        await credit(running)
        assert "Credit cannot be shown" in running.text
        assert "it lacks user_read" in running.text
