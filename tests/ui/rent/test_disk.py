"""A disk for which the host has no room is marked while it is typed."""

from __future__ import annotations

import pytest

from tests.support.rent_dialog import open_dialog, put, read_again_as
from tests.support.stage import Stage, stage
from vasttui.ui.modals.form_row import FormRow


def marked(running: Stage) -> str:
    return running.app.screen.query_one("#row_disk", FormRow).wrong


async def test_before_rent_is_pressed_and_until_it_fits() -> None:
    async with stage() as running:
        modal = await open_dialog(running)
        room = int(modal.offer.disk_space or 0)
        assert marked(running) == ""
        for size in ((120, 36), (80, 24)):
            await running.pilot.resize_terminal(*size)
            put(running, "disk", str(room + 1))
            await running.pause()
            assert marked(running) == f"This host has only {room} GB left.", size
            assert f"✖ This host has only {room} GB left." in running.text, size
            for fits in (f"{room}", "", "1e"):
                put(running, "disk", fits)
                await running.pause()
                assert marked(running) == "", (size, fits)


async def test_when_the_host_has_less_room_than_before(monkeypatch: pytest.MonkeyPatch) -> None:
    async with stage() as running:
        modal = await open_dialog(running)
        assert marked(running) == ""
        read_again_as(monkeypatch, modal.offer, disk_space=20.0)
        await running.press("tab", "enter")
        await running.until(lambda: marked(running))
        assert marked(running) == "This host has only 20 GB left."
        assert running.sent("rent") == []
