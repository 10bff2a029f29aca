"""A volume for what is rented: one there is, a new one with its cost, compared again before it."""

from __future__ import annotations

import json
import re

import pytest
from textual.widgets import Button, Input, OptionList

from tests.support.rented import rented
from tests.support.simulator import BEARER, ask, search
from tests.support.stage import Stage, stage
from tests.support.volumes import listed, volume
from vasttui.ui.modals.form_row import FormRow
from vasttui.ui.rent.dialog import RentModal
from vasttui.ui.rent.open_line import OpenLine
from vasttui.ui.rent.pick_volume import VolumesModal


async def dialog_on(running: Stage, machine: int) -> RentModal:
    """The rent dialog for the cheapest offer of a machine."""
    await running.until(lambda: running.app.fleet.number and running.app.fleet.account)
    await running.press("slash")
    await running.type(f"m:{machine}")
    await running.press("enter")
    await running.until(lambda: running.app.offers.browse.rows and not running.app.market.busy)
    await running.settle()
    await running.dialog("n")
    modal = running.app.screen
    assert isinstance(modal, RentModal)
    await running.until(lambda: "available ✓" in running.text)
    return modal


async def pick(running: Stage, modal: RentModal) -> VolumesModal:
    modal.query_one("#volume", OpenLine).focus()
    await running.press("enter")
    await running.until(lambda: isinstance(running.app.screen, VolumesModal), step=1)
    await running.pause()
    picker = running.app.screen
    assert isinstance(picker, VolumesModal)
    return picker


def options(picker: VolumesModal) -> list[str]:
    menu = picker.query_one(OptionList)
    return [f"{one.id}{' off' if one.disabled else ''}" for one in menu.options]


async def choose(running: Stage, picker: VolumesModal, choice: str) -> None:
    menu = picker.query_one(OptionList)
    menu.focus()
    menu.highlighted = menu.get_option_index(choice)
    await running.pause()
    await running.press("enter")


def chosen(modal: RentModal) -> str:
    return modal.query_one("#volume", OpenLine).value


async def press_rent(running: Stage, modal: RentModal) -> None:
    await running.until(lambda: not modal.query_one("#rent", Button).disabled)
    modal.query_one("#rent", Button).focus()
    await running.press("enter")


def bodies(running: Stage) -> list[dict[str, object]]:
    return [json.loads(body) for body in running.sent("rent")]


def roomy(running: Stage) -> int:
    """A machine with a free GPU and room for volumes."""
    wanted = {"rentable": {"eq": True}, "verified": {"eq": True}, "avail_vol_size": {"gte": 300}}
    machine: int = search(running.world, wanted)[0]["machine_id"]
    return machine


async def test_a_free_volume_of_the_machine_is_attached_and_costs_nothing_more() -> None:
    async with stage(volumes=3) as running:
        row = volume(running.world, "models")
        modal = await dialog_on(running, row["machine_id"])
        before = str(modal.query_one("#rent", Button).label)
        picker = await pick(running, modal)
        assert options(picker)[:3] == ["none", str(row["id"]), "new"]
        assert options(picker)[3:] == ["20118481 off", "20118523 off"]
        assert "yours, free, on this machine: costs nothing more" in running.text
        assert f"✖ on machine {volume(running.world, 'datasets')['machine_id']}" in running.text
        picker.query_one("#in_path", Input).value = "/models"
        await choose(running, picker, str(row["id"]))
        await running.until(lambda: running.app.screen is modal)
        await running.pause()
        assert chosen(modal) == "models, 100 GB, at /models"
        assert str(modal.query_one("#rent", Button).label) == before
        await press_rent(running, modal)
        await running.until(lambda: bodies(running), step=1)
        assert bodies(running)[0]["volume_info"] == {
            "mount_path": "/models", "create_new": False, "volume_id": row["id"],
        }  # fmt: skip
        assert volume(running.world, "models")["status"] == "in-use"


async def test_a_new_volume_is_in_the_price_of_everything_and_made_with_the_instance() -> None:
    async with stage() as running:
        machine = roomy(running)
        modal = await dialog_on(running, machine)
        found = re.search(r"[\d.]+", f"{modal.query_one('#rent', Button).label}")
        assert found is not None
        plain = float(found[0])
        each = modal.offer.avail_vol_dph
        assert each is not None
        picker = await pick(running, modal)
        picker.query_one("#in_name", Input).value = "weights"
        picker.query_one("#in_size", Input).value = "200"
        await choose(running, picker, "new")
        await running.until(lambda: running.app.screen is modal)
        await running.pause()
        month = each * 200 * 720
        assert chosen(modal) == f"new: weights, 200 GB, ${month:.2f}/month, at /data"
        found = re.search(r"[\d.]+", f"{modal.query_one('#rent', Button).label}")
        assert found is not None
        assert float(found[0]) == pytest.approx(plain + each * 200, abs=0.0011)
        assert f"(${month:.2f}/month) until you delete it, also when the" in running.text
        await press_rent(running, modal)
        await running.until(lambda: bodies(running), step=1)
        assert bodies(running)[0]["volume_info"] == {
            "mount_path": "/data", "create_new": True, "size": 200.0, "name": "weights",
            "volume_id": modal.offer.avail_vol_ask_id,
        }  # fmt: skip
        made = volume(running.world, "weights")
        assert (made["machine_id"], made["status"]) == (machine, "in-use")
        assert len(bodies(running)) == 1


async def test_what_is_wrong_is_told_at_its_field() -> None:
    async with stage() as running:
        modal = await dialog_on(running, roomy(running))
        picker = await pick(running, modal)
        for field, text, words in (
            ("name", "a b", "Letters, digits and _ only, at most 64."),
            ("name", "", "Letters, digits and _ only, at most 64."),
            ("size", "0", "Needs a number: whole GB, at least 1."),
            ("size", "1.5", "Needs a number: whole GB, at least 1."),
            ("size", "999999", "This machine has "), ("path", "data", "Such as /data."),
            ("path", "/", "Such as /data."),
        ):  # fmt: skip
            typed = picker.query_one(f"#in_{field}", Input)
            before, typed.value = typed.value, text
            await running.pause()
            told_while_typed = f"✖ {words}" in running.text
            assert told_while_typed is (words == "This machine has ")
            await choose(running, picker, "new")
            assert running.app.screen is picker
            row = picker.query_one(f"#row_{field}", FormRow)
            assert row.wrong.startswith(words)
            typed.value = before
            await running.pause()
            assert row.wrong == ""


async def test_a_volume_that_was_taken_meanwhile_is_not_rented_with() -> None:
    async with stage(volumes=3) as running:
        row = volume(running.world, "models")
        modal = await dialog_on(running, row["machine_id"])
        picker = await pick(running, modal)
        await choose(running, picker, str(row["id"]))
        await running.until(lambda: running.app.screen is modal)
        stored = running.world.contracts.shelf.get(row["id"])
        assert stored is not None
        stored.holder = rented(running.world)[0]["id"]
        await press_rent(running, modal)
        await running.until(lambda: "Nothing was sent: models cannot be had" in running.text,
                            step=1)  # fmt: skip
        assert bodies(running) == []


async def test_a_volume_that_was_deleted_meanwhile_is_not_rented_with() -> None:
    async with stage(volumes=3) as running:
        row = volume(running.world, "models")
        modal = await dialog_on(running, row["machine_id"])
        picker = await pick(running, modal)
        await choose(running, picker, str(row["id"]))
        await running.until(lambda: running.app.screen is modal)
        ask(running.world, "DELETE", f"/api/v0/volumes/?id={row['id']}", {}, BEARER)
        await press_rent(running, modal)
        await running.until(lambda: "there is no volume V." in running.text, step=1)
        assert bodies(running) == []


async def test_room_that_is_gone_meanwhile_is_told_and_asked_again() -> None:
    async with stage() as running:
        machine = roomy(running)
        modal = await dialog_on(running, machine)
        picker = await pick(running, modal)
        picker.query_one("#in_size", Input).value = "250"
        await choose(running, picker, "new")
        await running.until(lambda: running.app.screen is modal)
        room, number = modal.offer.avail_vol_size, modal.offer.avail_vol_ask_id
        body = {"id": number, "size": int(room or 0) - 100}
        ask(running.world, "PUT", "/api/v0/volumes/", body, BEARER)
        await press_rent(running, modal)
        await running.until(lambda: "Room for the volume yes → no" in running.text, step=1)
        assert bodies(running) == []
        assert len(listed(running.world)) == 1


async def test_none_is_the_choice_to_go_without() -> None:
    async with stage(volumes=3) as running:
        row = volume(running.world, "models")
        modal = await dialog_on(running, row["machine_id"])
        picker = await pick(running, modal)
        await choose(running, picker, str(row["id"]))
        await running.until(lambda: running.app.screen is modal)
        picker = await pick(running, modal)
        await choose(running, picker, "none")
        await running.until(lambda: running.app.screen is modal)
        await running.pause()
        assert chosen(modal) == "none"
