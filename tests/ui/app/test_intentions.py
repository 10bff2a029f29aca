"""What the palette does that has no key: the planned use, orders, switches, views, instances."""

from __future__ import annotations

import json

from tests.support.stage import Stage, stage
from vasttui.models.search import SearchOptions
from vasttui.state.views import View
from vasttui.ui.instances.screen import InstancesScreen


async def ask(running: Stage, text: str) -> str:
    """Type a text into the palette and run what it finds first; returns what the dialog showed."""
    await running.dialog("ctrl+p")
    await running.type(text)
    shown = running.text
    await running.press("enter")
    await running.pause(0.2)
    return shown


def instances(running: Stage) -> InstancesScreen:
    assert isinstance(running.app.screen, InstancesScreen)
    return running.app.screen


async def test_an_amount_or_a_rental_changes_what_offers_are_asked_for() -> None:
    async with stage() as running:
        before = running.app.offers.browse.choice
        for typed in ("disk 0", "disk .", "hours 9999999", "disk 1.2.3"):
            assert "Price offers for" not in await ask(running, typed), typed
            assert running.app.offers.browse.choice.usage == before.usage, typed
            while len(running.app.screen_stack) > 1:
                await running.press("escape")
        for typed, name, value in (
            ("disk 200", "disk", 200.0), ("Disk=64GB", "disk", 64.0), ("hours 24", "hours", 24.0),
            ("hour 0.5", "hours", 0.5), ("traffic 20", "down", 20.0), ("up 3 gb", "up", 3.0),
        ):  # fmt: skip
            await ask(running, typed)
            assert getattr(running.app.offers.browse.choice.usage, name) == value, typed

        for typed, rental in (
            ("interruptible", "bid"), ("show on-demand", "on-demand"), ("spot", "bid"),
            ("reserved offers", "reserved"),
        ):  # fmt: skip
            await ask(running, typed)
            assert running.app.offers.browse.choice.rental == rental, typed


async def test_offers_are_changed_from_everywhere_and_shown() -> None:
    async with stage(query="n=1") as running:
        for place in ("2", "3", "6", "2 enter"):
            for typed in ("disk 200", "show reserved", "show any"):
                await running.press(*place.split())
                await running.pause(0.2)
                assert running.app.current_scope != "offers", place
                await ask(running, typed)
                assert running.app.screen is running.app.offers, (place, typed)
                assert running.app.offers.bar.text == "n=1", (place, typed)
            choice = running.app.offers.browse.choice
            found = (choice.usage.disk, choice.rental, choice.trust)
            assert found == (200.0, "reserved", "any"), place
            await running.until(
                lambda: json.loads(running.sent("search")[-1])["type"] == "reserved"
            )
            for typed in ("disk 60", "show on-demand", "show verified"):
                await ask(running, typed)
            choice = running.app.offers.browse.choice
            found = (choice.usage.disk, choice.rental, choice.trust)
            assert found == (60.0, "on-demand", "verified"), place
            await running.until(
                lambda: json.loads(running.sent("search")[-1])["type"] != "reserved"
            )


async def test_columns_instances_and_saving_are_found_by_name() -> None:
    async with stage() as running:
        for typed, key in (("sort by rel", "rel"), ("sort by price", "price")):
            await ask(running, typed)
            assert running.app.offers.browse.sort[0][0] == key
        await running.instances()
        await ask(running, "sort by label")
        assert instances(running).browse.sort[0][0] == "label"

        row = running.app.fleet.rows[-1]
        await running.press("1")
        await ask(running, f"go to {row.instance.name}")
        assert running.app.current_scope == "instances"
        assert instances(running).browse.current is row

        await running.dialog("ctrl+p")
        await running.type("export")
        assert "CSV" in running.text or "save" in running.text.lower()
        await running.type("qqq")
        assert "No command is called that." in running.text
        while len(running.app.screen_stack) > 1:
            await running.press("escape")

        names = {row.instance.name for row in running.app.fleet.rows}
        await running.press("P", "1")
        await running.dialog("ctrl+p")
        await running.type("go to")
        assert not any(name in running.text for name in names)


async def test_a_saved_view_and_a_theme_are_chosen_by_name() -> None:
    async with stage() as running:
        view = View(name="big ones", text="vram>=80", choice=SearchOptions(), sort=(), columns=())
        running.app.session.views.save(view)
        await ask(running, "big ones")
        assert running.app.offers.bar.text == "vram>=80"
        assert running.app.offers.browse.view == "big ones"
        await ask(running, "theme: light")
        assert running.app.theme == "vasttui-light"
        assert running.app.session.preferences.current.theme == "vasttui-light"
