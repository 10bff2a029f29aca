"""Room for a new volume: searched, shown, checked again, and rented once."""

from __future__ import annotations

import json
from dataclasses import replace
from unittest.mock import AsyncMock

import pytest
from msgspec import structs
from textual.widgets import Button, Input, Static

from tests.support.stage import Stage, stage
from tests.support.volumes import create, listed
from vasttui.lists.columns import fit_columns
from vasttui.ui.lists.fitting import needed_widths
from vasttui.ui.modals.ask import AskModal
from vasttui.ui.modals.form_row import FormRow
from vasttui.ui.volumes.new_dialog import NewVolumeModal
from vasttui.ui.volumes.space import MOST, SpaceScreen
from vasttui.words import money


async def space(running: Stage) -> SpaceScreen:
    """Go there and wait until room is found."""
    await running.until(lambda: running.app.fleet.number)
    await running.press("3", "tab")
    screen = running.app.get_screen("space")
    assert isinstance(screen, SpaceScreen)
    await running.until(lambda: screen.snapshot.number or screen.snapshot.error)
    await running.pause()
    return screen


async def new(running: Stage) -> NewVolumeModal:
    """Open the dialog for the first space."""
    await running.dialog("n")
    modal = running.app.screen
    assert isinstance(modal, NewVolumeModal)
    await running.until(lambda: "available ✓" in running.text)
    return modal


async def fill(running: Stage, modal: NewVolumeModal, name: str, size: str = "100") -> None:
    modal.query_one("#in_name", Input).value = name
    modal.query_one("#in_size", Input).value = size
    await running.pause()


async def press_make(running: Stage, modal: NewVolumeModal) -> None:
    await running.until(lambda: not modal.query_one("#make", Button).disabled)
    modal.query_one("#make", Button).focus()
    await running.press("enter")


def news(modal: NewVolumeModal) -> str:
    return str(modal.query_one("#news", Static).content)


def wrong(modal: NewVolumeModal, key: str) -> str:
    return modal.query_one(f"#row_{key}", FormRow).wrong


async def test_room_beside_an_offer_is_found_from_the_offers() -> None:
    async with stage(offers=600, size=(160, 40)) as running:
        assert running.app.api is not None
        machines = {one.machine_id for one in await running.app.api.volumes.search(100)}
        rows = running.app.offers.browse.rows
        at, offer = next(
            (at, row) for at, row in enumerate(rows) if row.offer.machine_id in machines
        )
        await running.press("home", *["down"] * at)
        await running.dialog("colon")
        await running.type("room for a volume")
        await running.press("enter")
        screen = running.app.get_screen("space")
        assert isinstance(screen, SpaceScreen)
        await running.until(lambda: screen.snapshot.number)
        assert running.app.current_mode == "space"
        await running.pause()
        assert {row.space.machine_id for row in screen.browse.rows} == {offer.offer.machine_id}
        body = json.loads(running.sent("search_volumes")[-1])
        assert len(running.sent("search_volumes")) == 2
        assert body["machine_id"] == {"eq": offer.offer.machine_id}
        assert "verified" not in body
        assert f"on machine {offer.offer.machine_id} only, h searches all" in running.text
        await running.press("h")
        await running.until(lambda: len(screen.browse.rows) > 1)
        assert "on verified hosts" in running.text


async def test_the_cheapest_room_comes_first_with_what_is_beside_it() -> None:
    async with stage(offers=600, volumes=3, size=(160, 40)) as running:
        screen = await space(running)
        prices = [row.space.storage_cost for row in screen.browse.rows]
        assert prices == sorted(prices)
        assert len(prices) == 64
        assert "64+ spaces" in running.text
        assert "for 100 GB on verified hosts" in running.text
        assert any(row.gpus for row in screen.browse.rows)
        assert any("crashed" in row.mine or "models" in row.mine for row in screen.browse.rows)
        body = json.loads(running.sent("search_volumes")[0])
        assert body["disk_space"] == {"gte": 100}
        machine = next(
            one for row in running.app.fleet.rows for space in screen.browse.rows
            if (one := row.instance.machine_id) is not None and one == space.space.machine_id
        )  # fmt: skip
        await running.until(lambda: running.app.machines.of(machine))
        at = [row.space.machine_id for row in screen.browse.rows].index(machine)
        await running.press(*["down"] * at)
        await running.until(lambda: "Machine  you: rented 1×" in running.text)
        await running.press("*")
        await running.until(lambda: "Machine  ★ · you: rented 1×" in running.text)


async def test_offers_that_were_never_read_are_not_said_to_be_none() -> None:
    async with stage(volumes=3, size=(160, 40), faults={"search": ["http:503"] * 8}) as running:
        screen = await space(running)
        assert not running.app.market.was_read
        assert "not read yet" in running.text
        assert "offers not read yet" in running.text
        assert "in hand" not in running.text
        await running.press("1")
        await running.until(lambda: running.app.market.was_read, 60.0, step=5.0)
        await running.press("3")
        await running.pause()
        assert "not read yet" not in running.text
        assert any(row.gpus for row in screen.browse.rows)


async def test_what_another_size_leaves_out_is_not_gone() -> None:
    async with stage() as running:
        screen = await space(running)
        worst = min(screen.browse.rows, key=lambda row: row.space.disk_space or 0.0)
        await running.press("home", *["down"] * screen.browse.rows.index(worst))
        for more in (1, 90_000):
            size, number = str(int(worst.space.disk_space or 0) + more), screen.snapshot.number
            await running.dialog("f")
            running.app.screen.query_one(Input).value = size
            await running.press("enter")
            await running.until(lambda old=number: screen.snapshot.number > old)  # type: ignore[misc]
            await running.pause()
            assert worst.space.id not in [row.space.id for row in screen.browse.rows], more
            assert "gone" not in running.text, more
            none = f"No spaces for {size} GB" in running.text
            assert none is not bool(screen.browse.rows), more


async def test_it_is_searched_again_only_when_the_question_changes() -> None:
    async with stage() as running:
        screen = await space(running)
        for _ in range(120):
            running.clock.advance(1)
            await running.pause()
        assert len(running.sent("search_volumes")) == 1
        await running.dialog("f")
        assert isinstance(running.app.screen, AskModal)
        running.app.screen.query_one(Input).value = "1500"
        await running.press("enter")
        await running.until(lambda: screen.snapshot.number == 2)
        assert all((row.space.disk_space or 0) >= 1500 for row in screen.browse.list.all_rows)
        assert {row.size for row in screen.browse.list.all_rows} == {1500}
        await running.press("h")
        await running.until(lambda: screen.snapshot.number == 3)
        assert "verified" not in json.loads(running.sent("search_volumes")[2])
        assert "any hosts" in running.text


async def test_it_is_filtered_by_the_gpus_and_a_size_that_is_none_is_not_asked_for() -> None:
    async with stage() as running:
        screen = await space(running)
        for size in ("0", "1.5", "many", "", "-3", "99999999"):
            await running.dialog("f")
            running.app.screen.query_one(Input).value = size
            await running.press("enter")
            assert isinstance(running.app.screen, AskModal), size
            assert "✖ Needs a number: whole GB, at least 1." in running.text, size
            await running.press("escape")
        await running.press("slash")
        await running.type("gpu:4090")
        assert screen.browse.rows
        assert all("4090" in row.gpus for row in screen.browse.rows)


async def test_a_volume_is_made_once_and_then_listed() -> None:
    async with stage(size=(120, 36)) as running:
        screen = await space(running)
        first = screen.browse.rows[0].space
        modal = await new(running)
        await fill(running, modal, "weights_2", "200")
        assert f"[ Make it for ${first.storage_cost * 200:.2f}/month ]" in running.text
        assert "until you delete it, attached or not" in running.text
        assert "with it" in running.text
        await press_make(running, modal)
        await running.until(lambda: "weights_2 is made: V." in running.said, step=1)
        [sent] = running.sent("create_volume")
        assert json.loads(sent) == {"id": first.id, "size": 200, "name": "weights_2"}
        [made] = listed(running.world)
        assert (made["label"], made["disk_space"]) == ("weights_2", 200)
        await running.until(lambda: running.app.fleet.volumes, step=1)
        await running.press("3")
        await running.until(lambda: "weights_2" in running.text, step=1)


async def test_a_wrong_name_or_size_is_told_at_its_field_and_nothing_is_sent() -> None:
    async with stage() as running:
        await space(running)
        for name in ("a-b", "", "x y", "naïve", "x" * 65):
            modal = await new(running)
            await fill(running, modal, name)
            await press_make(running, modal)
            assert wrong(modal, "name") == "Letters, digits and _ only, at most 64.", name
            assert running.sent("create_volume") == [], name
            await running.press("escape")

        modal = await new(running)
        await fill(running, modal, "weights", "5000")
        assert wrong(modal, "size").startswith("This machine has ")  # while it is typed
        assert "[ Make it ]" in running.text
        assert "5000 GB ×" not in running.text
        await press_make(running, modal)
        assert wrong(modal, "size").startswith("This machine has ")
        assert running.sent("create_volume") == []


async def test_a_name_that_is_taken_is_refused_before_anything_is_sent() -> None:
    async with stage(volumes=3) as running:
        await space(running)
        modal = await new(running)
        await fill(running, modal, "models")
        await press_make(running, modal)
        await running.until(lambda: wrong(modal, "name"), step=1)
        assert wrong(modal, "name").startswith("You have a volume called models already")
        assert running.sent("create_volume") == []


async def change(running: Stage, monkeypatch: pytest.MonkeyPatch, **changes: float) -> None:
    """From now on the room is another."""
    assert running.app.live is not None
    api = running.app.live.api.volumes
    found = await api.search(100, verified=True)
    changed = structs.replace(found[0], **changes)
    monkeypatch.setattr(api, "search", AsyncMock(return_value=(changed,)))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"storage_cost": 0.5}, "The price changed from"),
        ({"storage_cost": 0.0001}, "The price changed from"),
        ({"end_date": 1_790_000_100.0}, "Contract end"),
        ({"disk_space": 50.0}, "This machine has 50 GB free."),
    ],
)
async def test_what_changed_meanwhile_is_shown_and_asked_again(
    changes: dict[str, float], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage() as running:
        await space(running)
        modal = await new(running)
        await fill(running, modal, "weights")
        await change(running, monkeypatch, **changes)
        await press_make(running, modal)
        await running.until(lambda: words in news(modal), step=1)
        assert "Press again to accept." in news(modal)
        assert running.sent("create_volume") == []
        if "storage_cost" in changes:
            assert f"{money(changes['storage_cost'] * 100)}/month" in running.text
            await press_make(running, modal)
            await running.until(lambda: "weights is made" in running.said, step=1)
            assert len(running.sent("create_volume")) == 1


async def test_room_that_is_gone_is_not_rented(monkeypatch: pytest.MonkeyPatch) -> None:
    async with stage() as running:
        screen = await space(running)
        first = screen.browse.rows[0].space
        modal = await new(running)
        await fill(running, modal, "weights")
        create(running.world, first.id, int(first.disk_space or 0))
        await press_make(running, modal)
        await running.until(lambda: "no longer has room for 100 GB" in news(modal), step=1)
        assert running.sent("create_volume") != []
        assert [one["label"] for one in listed(running.world)] == ["weights"]


async def test_an_answer_that_is_lost_is_looked_for_by_name_and_not_sent_again() -> None:
    async with stage(faults={"create_volume": ["commit_then_reset"]}) as running:
        await space(running)
        modal = await new(running)
        await fill(running, modal, "weights")
        await press_make(running, modal)
        await running.until(lambda: "weights is made" in running.said, step=1)
        assert len(running.sent("create_volume")) == 1
        assert len(listed(running.world)) == 1


async def test_a_request_that_is_lost_is_unconfirmed_and_its_name_stays_taken() -> None:
    async with stage(faults={"create_volume": ["reset"]}) as running:
        await space(running)
        modal = await new(running)
        await fill(running, modal, "weights")
        await press_make(running, modal)
        await running.until(lambda: "It is not known whether this was done" in running.said, step=1)
        again = await new(running)
        await fill(running, again, "weights")
        await press_make(running, again)
        await running.until(lambda: wrong(again, "name"), step=1)
        assert wrong(again, "name").startswith("A volume called weights was asked for")
        assert len(running.sent("create_volume")) == 1


async def test_two_presses_send_one_request() -> None:
    async with stage() as running:
        await space(running)
        modal = await new(running)
        await fill(running, modal, "weights")
        modal.query_one("#make", Button).focus()
        await running.burst("enter", "enter", "enter")
        await running.until(lambda: "weights is made" in running.said, step=1)
        assert len(running.sent("create_volume")) == 1


async def test_in_read_only_mode_no_dialog_opens() -> None:
    async with stage(read_only=True) as running:
        await space(running)
        await running.press("n")
        assert len(running.app.screen_stack) == 1
        assert "Read-only mode" in running.said


async def test_the_dialog_fits() -> None:
    async with stage() as running:
        await space(running)
        for size in ((100, 30), (80, 24), (40, 10)):
            await running.pilot.resize_terminal(120, 36)
            await running.pause()
            await running.dialog("n")
            await running.pilot.resize_terminal(*size)
            await running.pause()
            assert "[ Make it for" in running.text, size
            await running.press("escape")


async def test_gpus_are_not_cut_beside_blank_cells() -> None:
    async with stage(size=(80, 24)) as running:
        screen = await space(running)
        offer = structs.replace(running.app.market.rows[0], gpu_name="RTX PRO 6000 WS")
        rows = [replace(row, offers=(offer,), mine="") for row in screen.browse.rows]
        column = next(one for one in screen.resource.columns if one.key == "gpus")
        fitted = fit_columns(
            screen.resource.columns, 77, 0, needed_widths(screen.resource.columns, rows)
        )
        width = next(one.width for one in fitted.columns if one.key == "gpus")
        assert width >= len(column.cell(rows[0])[0])


async def test_that_there_may_be_more_is_said_on_small_screens_too() -> None:
    async with stage(size=(80, 24), offers=600) as running:
        screen = await space(running)
        assert len(screen.snapshot.rows) == MOST
        assert running.text.splitlines()[-2].endswith("; the cheapest ones, there may be more")
        await running.press("asterisk", "B")
        await running.pause()
        for fact in ("Cost  ", "Disk  ", "GPUs  ", "Ends  ", "Machine  ★ · ✖avoid"):
            assert f"│ {fact}" in running.text


async def test_a_size_that_is_no_number_is_told_as_it_is_typed() -> None:
    async with stage(size=(80, 24)) as running:
        await space(running)
        modal = await new(running)
        assert "\n│          it, attached or not" in running.text  # under its beginning
        await fill(running, modal, "weights", "abc")
        assert "✖ Needs a number: whole GB, at least 1." in running.text
        assert "costs    ?" in running.text
        assert "5.4 days now   " in running.text
        await fill(running, modal, "weights", "")
        assert "✖" not in running.text
        await fill(running, modal, "weights", "20")
        assert "✖" not in running.text
        assert "[ Make it for $" in running.text
