"""The account's volumes: what is said of each, and deleting and cloning them."""

from __future__ import annotations

from unittest.mock import AsyncMock

import pytest
from textual.widgets import Button, Input

from tests.support.rented import destroy
from tests.support.stage import Stage, stage
from tests.support.volumes import listed, volume
from vasttui.lists.volume_rows import FREE, VolumeRow, summary
from vasttui.models.decode_volume import volumes_from
from vasttui.models.volume import Volume
from vasttui.ui.modals.choose import ChooseModal
from vasttui.ui.modals.message import ConfirmModal
from vasttui.ui.transfers.dialog import TransferModal
from vasttui.ui.volumes.delete_dialog import DeleteVolumesModal
from vasttui.ui.volumes.screen import VolumesScreen


async def volumes(running: Stage) -> VolumesScreen:
    """Go there and wait until volumes and instances are loaded."""
    await running.until(lambda: running.app.fleet.number)
    await running.press("3")
    screen = running.app.get_screen("volumes")
    assert isinstance(screen, VolumesScreen)
    await running.until(lambda: screen.snapshot.number or screen.snapshot.error)
    await running.pause()
    return screen


def row(screen: VolumesScreen, name: str) -> VolumeRow:
    return next(one for one in screen.browse.list.all_rows if one.volume.name == name)


async def go_to(running: Stage, screen: VolumesScreen, name: str) -> None:
    names = [one.volume.name for one in screen.browse.rows]
    await running.press("home", *["down"] * names.index(name))


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        ((), "0 volumes, 0 GB: $0.00/month"),
        ((None,), "1 volume, ? GB: ?/month, 1 free"),
        ((40.0, None), "2 volumes, 40+? GB: $7.20+?/month, 2 free"),
    ],
)
def test_what_is_not_known_of_volumes_is_no_zero(sizes: tuple[float | None], said: str) -> None:
    each = (Volume(id=1, disk_space=gb, storage_total_cost=gb and 0.01) for gb in sizes)
    assert summary([VolumeRow(one, FREE, (), None) for one in each]) == said


async def listed_anew(running: Stage, screen: VolumesScreen) -> None:
    number = screen.snapshot.number
    await running.until(lambda: screen.snapshot.number > number, step=1)
    await running.pause()


async def test_each_says_its_cost_who_has_it_and_when_it_ends() -> None:
    async with stage(volumes=3, size=(80, 24)) as running:
        screen = await volumes(running)
        for words in ("$/month", "Ends", "$48.00", "2d", "train-a"):
            assert words in running.text, words
        note = "a note of so many words that it takes a line of its own, to its very end"
        assert running.app.live is not None
        running.app.live.machines.note(screen.machine or 0, note)
        await running.press("asterisk", "B")
        for size in ((80, 24), (120, 36)):
            await running.pilot.resize_terminal(*size)
            await running.pause()
            assert " · ★ · ✖avoid" in running.text
            assert "very end”" in running.text, size

        await running.pilot.resize_terminal(160, 40)
        await running.pause()
        assert [(one.volume.name, one.state) for one in screen.browse.rows] == [
            ("datasets", "in use"), ("old_ck", "in use"), ("models", "free"),
        ]  # fmt: skip
        assert "3 volumes, 350 GB: $66.00/month, 1 free" in running.text
        for words in ("train-a", "at /data", "old-c, stopped", "bills on no instance", "≤$48.0"):
            assert words in running.text, words
        assert "200 GB × $0.24/GB/month = $48.00/month = $0.067/h, attached or not" in running.text
        assert "[Volumes 3]" in running.text

        await running.pilot.resize_terminal(180, 40)
        await running.pause()
        machine = str(volume(running.world, "datasets")["machine_id"])
        assert f" {machine} " in running.text
        assert "≤$" in running.text
        await running.press("P")
        await running.pause()
        for words in (f" {machine} ", "≤$", "20118481"):
            assert words not in running.text, words


async def test_the_header_counts_what_volumes_cost() -> None:
    async with stage(volumes=3, instances=0) as running:
        await running.until(lambda: running.app.fleet.volumes is not None, step=1)
        hourly = sum(one["storage_total_cost"] for one in listed(running.world))
        assert running.app.fleet.burn.disk == pytest.approx(hourly)
        await running.pause()
        assert f"${hourly:.3f}/h" in running.text


async def test_it_is_filtered_commands_are_copied_and_offers_of_its_machine_shown() -> None:
    async with stage(volumes=3) as running:
        screen = await volumes(running)
        for query, names in (
            ("free", ["models"]), ("size>=100", ["datasets", "models"]), ("on:train", ["datasets"]),
            ("ends<3d", ["old_ck"]), ("state:in", ["datasets", "old_ck"]), ("models", ["models"]),
            ("month>40", ["datasets"]), ("old-c", ["old_ck"]), ("-free", ["datasets", "old_ck"]),
        ):  # fmt: skip
            screen.bar.set_text(query)
            await running.pause()
            assert [one.volume.name for one in screen.browse.rows] == names, query

        screen.bar.set_text("")
        await running.pause()
        await go_to(running, screen, "datasets")
        await running.dialog("Y")
        for words in ("-v datasets:/data", "--link-volume 20118481 --mount-path /data",
                      "vastai delete volume 20118481"):  # fmt: skip
            assert words in running.text
        await running.press("escape")

        await go_to(running, screen, "models")
        machine = screen.machine
        await running.press("O")
        assert running.app.current_mode == "offers"
        assert running.app.offers.bar.text == f"m:{machine}"


async def test_none_is_no_error_and_says_how_to_get_one() -> None:
    async with stage() as running:
        await volumes(running)
        assert "No volumes" in running.text
        assert "You keep no volume, so none is billed." in running.text


async def test_one_that_an_instance_has_is_not_deleted_and_the_instance_is_named() -> None:
    async with stage(volumes=3, size=(80, 24)) as running:
        screen = await volumes(running)
        await go_to(running, screen, "datasets")
        await running.press("D")
        assert not isinstance(running.app.screen, DeleteVolumesModal)
        assert "datasets is in use: train-a has it (running)." in running.text
        assert "Destroy train-a to free it" in running.text
        await go_to(running, screen, "old_ck")
        await running.press("D")
        assert "old-c has it (stopped, counts too). Destroy old-c to free" in running.text
        assert running.sent("delete_volume") == []


async def test_a_free_one_is_deleted_after_its_name_was_typed() -> None:
    async with stage(volumes=3) as running:
        screen = await volumes(running)
        await go_to(running, screen, "models")
        await running.dialog("D")
        modal = running.app.screen
        assert isinstance(modal, DeleteVolumesModal)
        assert "This deletes the volume AND its data. It cannot be undone." in running.text
        assert "Saves $10.00/month." in running.text
        button = modal.query_one("#delete", Button)
        assert button.disabled
        modal.query_one(Input).value = "models"
        await running.pause()
        await running.press("enter", "enter")
        await running.until(lambda: "models: deleted, and no longer listed ✓" in running.said)
        assert [one["label"] for one in listed(running.world)] == ["datasets", "old_ck"]
        assert len(running.sent("delete_volume")) == 1
        await listed_anew(running, screen)
        assert [one.volume.name for one in screen.browse.rows] == ["datasets", "old_ck"]
        assert "✖" not in running.text


async def test_one_whose_instance_is_gone_is_freeing_and_then_free() -> None:
    async with stage(volumes=3) as running:
        screen = await volumes(running)
        destroy(running.world, volume(running.world, "datasets")["instances"][0])
        await running.until(lambda: row(screen, "datasets").state == "freeing", step=1)
        await go_to(running, screen, "datasets")
        await running.press("D")
        assert "datasets is in use for about 30 s after its instance is gone." in running.said
        readings = screen.snapshot.number
        await running.until(lambda: row(screen, "datasets").state == "free", step=1)
        assert screen.snapshot.number - readings >= 2  # it is looked at every few seconds
        await running.dialog("D")
        assert isinstance(running.app.screen, DeleteVolumesModal)


async def test_an_instance_that_is_not_listed_yet_is_not_said_to_be_gone() -> None:
    async with stage(volumes=3, faults={"instances": ["http:500"] * 50}) as running:
        await running.press("3")
        screen = running.app.get_screen("volumes")
        assert isinstance(screen, VolumesScreen)
        await running.until(lambda: screen.snapshot.number)
        assert row(screen, "datasets").state == "in use"
        assert row(screen, "datasets").holders[0].name.startswith("instance 5")
        await running.press("D")
        assert running.sent("delete_volume") == []
        assert "is in use: instance 5" in running.said


async def test_it_costs_nothing_while_its_machine_is_offline() -> None:
    async with stage(volumes=3) as running:
        screen = await volumes(running)
        burn = running.app.fleet.burn.disk
        running.world.become(volume(running.world, "datasets")["instances"][0], "offline")
        await running.until(lambda: row(screen, "datasets").state == "offline", step=1)
        assert row(screen, "datasets").price == 0
        hourly = volume(running.world, "datasets")["storage_total_cost"]
        assert running.app.fleet.burn.disk <= burn - hourly + 1e-9


async def test_a_clone_is_chosen_agreed_to_and_sent_once() -> None:
    async with stage(volumes=3) as running:
        screen = await volumes(running)
        await go_to(running, screen, "models")
        await running.dialog("m")
        ways = running.app.screen
        await running.press("down", "down", "enter")
        await running.until(
            lambda: running.app.screen is not ways and len(running.app.screen_stack) > 1
        )
        assert isinstance(running.app.screen, ChooseModal)
        await running.press("enter")
        await running.until(lambda: isinstance(running.app.screen, ConfirmModal))
        await running.pause()
        assert "models stays as it is and goes on billing." in running.text
        await running.press("tab", "enter")
        await running.until(lambda: "The copy is listed on machine" in running.said, step=1)
        assert "100 GB" in running.said
        made = [one for one in listed(running.world) if one["label"] == "models"]
        assert len(made) == 2
        assert made[0]["machine_id"] != made[1]["machine_id"]
        assert len(running.sent("clone_volume")) == 1
        await running.until(lambda: len(screen.browse.list.all_rows) == 4, step=1)


async def test_its_data_is_copied_from_it_or_into_it() -> None:
    async with stage(volumes=3) as running:
        screen = await volumes(running)
        await go_to(running, screen, "models")
        for side in ("from", "to"):
            await running.dialog("m")
            await running.press(*["down"] * (side == "to"), "enter")
            await running.until(lambda: isinstance(running.app.screen, TransferModal))
            dialog = running.app.screen
            assert dialog.query_one(f"#which_{side}", Input).value == "models"
            assert dialog.query_one(f"#path_{side}", Input).value == "/"
            while len(running.app.screen_stack) > 1:
                await running.press("escape")
            await running.pause()


async def test_in_read_only_mode_nothing_is_asked() -> None:
    async with stage(volumes=3, read_only=True) as running:
        screen = await volumes(running)
        await go_to(running, screen, "models")
        for number, key in enumerate(("D", "m"), 1):
            await running.press(key)
            await running.pause()
            assert len(running.app.screen_stack) == 1, key
            assert running.said.count("Read-only mode") == number, key


async def test_hostile_rows_do_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        {"id": 7, "label": "[/]\x1b[31m" + "x" * 400, "status": "in-use", "instances": [{"id": 3}]},
        {"id": 8, "label": None, "disk_space": "much", "instances": "7", "type": "network"},
        {"id": "9"},
    ]
    async with stage() as running:
        assert running.app.live is not None
        read = AsyncMock(return_value=volumes_from(rows))
        monkeypatch.setattr(running.app.live.api.volumes, "list", read)
        screen = await volumes(running)
        for size in ((120, 36), (80, 24), (40, 10)):
            await running.pilot.resize_terminal(*size)
            await running.pause()
            assert [one.volume.id for one in screen.browse.list.all_rows] == [7, 8], size
            assert "\x1b" not in running.text, size
