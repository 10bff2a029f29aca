"""What was seen last is in the first frame, with its age, until the service has answered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from tests.support.stage import KEY, stage
from vasttui.api.origin import identity_of
from vasttui.state.kept_fleet import KeptFleet
from vasttui.state.kept_market import KeptMarket
from vasttui.state.last_seen import LastSeen
from vasttui.ui import searching
from vasttui.ui.rent.dialog import RentModal


def files(folder: Path, key: str = KEY) -> dict[str, Any]:
    """A session's copies of what was seen last, in this folder."""
    market = KeptMarket(folder / "market.json", at_once, "https://console.vast.ai")
    fleet = KeptFleet(folder / "instances.json", at_once)
    return {"last_seen": LastSeen(market, fleet, lambda: identity_of("http://127.0.0.1:1", key))}


def at_once(job: object) -> None:
    assert callable(job)
    job()


async def seen_before(folder: Path) -> int:
    """A run of the program, three minutes ago, that read instances and so many offers."""
    async with stage(**files(folder)) as running:
        await running.until(lambda: running.app.fleet.number, step=0.5)
        seen = len(running.app.market.rows)
    for file in folder.iterdir():
        head, rows = file.read_text().split("\n")
        kept = json.loads(head)
        file.write_text(json.dumps({**kept, "saved_at": kept["saved_at"] - 180}) + "\n" + rows)
    return seen


SILENT = {"search": ["stall"] * 9, "instances": ["stall"] * 9, "account": ["stall"] * 9}


async def test_the_first_frame_has_offers_and_instances_with_their_age(tmp_path: Path) -> None:
    seen = await seen_before(tmp_path)
    async with stage(**files(tmp_path), started=False) as running:
        before = running.app.market
        assert before.kept
        assert len(before.rows) == seen > 10
        assert len(running.app.fleet.rows) == 4
    async with stage(**files(tmp_path), ready=False, faults=SILENT) as running:
        await running.pause()
        first, *_, status, _keys = running.text.splitlines()
        assert "2 Instances (4)" in first
        assert "RTX" in running.text
        assert "offers of your last search, 3m00s ago. Refreshing…" in status
        cursor = running.app.screen.browse.current  # type: ignore[attr-defined]
        assert cursor is not None

        await running.press("2")
        await running.pause()
        assert "● 3m00s" in running.text.splitlines()[0]
        row = running.app.fleet.rows[0]
        assert row.instance.name in running.text
        for key in ("D", "t", "s", "y"):
            await running.press(key)
        assert len(running.app.screen_stack) == 1
        assert "of an earlier run: they must be read again first" in running.said
        await running.press("exclamation_mark")
        assert "Your instances are not loaded yet." in running.text
        assert not running.sent("destroy")


async def test_fresh_rows_replace_them_without_a_jump(tmp_path: Path) -> None:
    await seen_before(tmp_path)
    async with stage(**files(tmp_path), ready=False, faults={"search": ["http:503"]}) as running:
        await running.press("down", "down", "down")
        browse = running.app.screen.browse  # type: ignore[attr-defined]
        chosen, place = browse.current.offer.id, browse.rows.index(browse.current)
        await running.settle()
        await running.until(lambda: not running.app.market.kept)
        assert browse.current.offer.id == chosen
        assert browse.rows.index(browse.current) == place
        await running.until(lambda: running.app.fleet.number)
        await running.press("2")
        await running.dialog("t")


async def test_a_key_that_rents_waits_until_the_program_is_connected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await seen_before(tmp_path)
    monkeypatch.setattr(searching, "_SOON", 0.6)
    async with stage(**files(tmp_path), ready=False, faults=SILENT) as running:
        await running.press("down")
        chosen = running.app.offers.browse.current
        await running.burst("n", "down")
        assert running.app.live is None
        await running.pause(1)
        dialog = running.app.screen
        assert isinstance(dialog, RentModal)
        assert chosen is not None
        assert dialog.offer.id == chosen.offer.id
        assert running.app.offers.browse.current is chosen  # the dialog had the other key
        assert "Not connected yet" not in running.said
        assert not running.sent("rent")


async def test_a_key_does_not_wait_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await seen_before(tmp_path)
    monkeypatch.setattr(searching, "_SOON", 60.0)
    async with stage(**files(tmp_path), ready=False, faults=SILENT) as running:
        await running.press("n")
        await running.pause(2)
        assert len(running.app.screen_stack) == 1
        assert "Not connected yet: an offer is read again" in running.text
        await running.pause(60)
        assert running.app.live is not None
        assert "Not connected yet" not in running.text
        await running.dialog("n")


async def test_that_instances_must_be_read_again_is_said_until_they_are(tmp_path: Path) -> None:
    await seen_before(tmp_path)
    faults = {"instances": ["http:503"]}
    async with stage(**files(tmp_path), ready=False, faults=faults) as running:
        await running.press("2", "t")
        await running.pause()
        assert "These instances are of an earlier run" in running.text
        await running.until(lambda: not running.app.fleet.is_kept)
        await running.pause()
        assert "of an earlier run" not in running.text


async def test_instances_of_another_key_are_not_shown(tmp_path: Path) -> None:
    await seen_before(tmp_path)
    async with stage(**files(tmp_path, "another" * 8), started=False) as running:
        assert running.app.market.kept
        assert not running.app.fleet.rows


async def test_offers_of_another_type_of_rental_are_not_shown(tmp_path: Path) -> None:
    await seen_before(tmp_path)
    async with stage(started=False) as running:
        choice = structs.replace(running.app.session.choice, rental="bid")
    async with stage(**files(tmp_path), choice=choice, started=False) as running:
        assert not running.app.market.rows
