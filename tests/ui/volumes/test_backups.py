"""Backups that Vast.ai made: what is said of each, its files, how it is restored."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import pytest

from tests.support.dialogs import HOSTILE
from tests.support.stage import Stage, stage
from vasttui.models.backup import Backup, BackupFile, BackupFiles
from vasttui.ui.modals.copy_as import CopyAsModal
from vasttui.ui.modals.text import TextModal
from vasttui.ui.transfers.dialog import TransferModal
from vasttui.ui.volumes.backups import (
    MOST_SHOWN,
    BackupRow,
    BackupsScreen,
    file_lines,
    number_of_files,
    overview,
    size,
)

DONE = Backup(id=1, contract_id=9, type="instance", status="success", created_at=1.7e9)


async def backups(running: Stage) -> BackupsScreen:
    running.app.go("backups")
    screen = running.app.get_screen("backups")
    assert isinstance(screen, BackupsScreen)
    await running.until(lambda: screen.snapshot.number or screen.snapshot.error)
    await running.pause()
    return screen


async def go_to(running: Stage, screen: BackupsScreen, status: str) -> Backup:
    """Move the cursor to a backup with this status."""
    at = next(at for at, row in enumerate(screen.browse.rows) if row.backup.status == status)
    await running.press("home", *["down"] * at)
    return screen.browse.rows[at].backup


async def test_the_newest_comes_first_with_what_the_service_says() -> None:
    async with stage(size=(140, 40)) as running:
        screen = await backups(running)
        times = [row.backup.created_at or 0.0 for row in screen.browse.rows]
        assert times == sorted(times, reverse=True)
        newest = time.strftime("%Y-%m-%d %H:%M", time.localtime(times[0]))
        for words in ("◐ pending", "✖ error", "✓ success", "machine is being decomm", newest):
            assert words in running.text, words
        assert "4 backups" in running.text


async def test_how_each_is_restored() -> None:
    async with stage() as running:
        screen = await backups(running)
        backup = await go_to(running, screen, "success")
        assert f"vastai copy vast.{backup.contract_id}:" in running.text
        await running.press("y")
        await running.until(lambda: backup.restore in running.said)
        await go_to(running, screen, "pending")
        assert "nothing can be restored from it yet" in running.text
        assert screen.browse.current is not None
        assert all("vastai" not in fact.text for fact in overview(screen.browse.current))
        await running.press("y")
        await running.until(lambda: "nothing can be restored" in running.said)


async def test_a_restore_is_a_copy_from_the_backup_and_sent_once() -> None:
    async with stage(instances=6, size=(140, 40)) as running:
        screen = await backups(running)
        backup = await go_to(running, screen, "success")
        await running.dialog("m")
        await running.type("notebook")
        await running.press("tab")
        await running.type("/workspace/back/")
        await running.press("enter", "enter")
        await running.until(lambda: running.sent("copy"))
        [sent] = map(json.loads, running.sent("copy"))
        assert sent["src_id"] == f"vast.{backup.contract_id}"
        assert sent["dst_path"] == "/workspace/back/"
        await running.until(lambda: "The service accepted it." in running.said)
        assert not running.sent("copy")[1:]


async def test_a_backup_that_is_not_there_cannot_be_restored() -> None:
    async with stage() as running:
        screen = await backups(running)
        await go_to(running, screen, "pending")
        await running.press("m")
        await running.until(lambda: "nothing can be restored" in running.said)
        assert running.sent("copy") == []


async def test_its_files_are_read_when_they_are_asked_for() -> None:
    async with stage(size=(140, 40)) as running:
        screen = await backups(running)
        assert running.sent("backup_files") == []
        backup = await go_to(running, screen, "success")
        await running.press("enter")
        await running.until(lambda: isinstance(running.app.screen, TextModal))
        await running.pause()
        assert "240+ files" in running.text
        assert "models/shard-000.safetensors" in running.text
        assert backup.restore in running.text
        await running.press("escape")
        await running.pause()
        assert "240+" in running.text
        assert "≥1159.6 GB" in running.text
        [column] = [one for one in screen.resource.columns if one.key == "size"]
        assert column.width >= len("≥1159.6 GB")  # it is not cut where columns are narrow
        assert len(running.sent("backup_files")) == 1
        assert running.app.live is not None
        assert "authorization_token" not in repr(running.app.live.api.exchanges)


async def test_an_answer_from_the_time_it_was_made_is_not_its_files() -> None:
    async with stage(size=(140, 40)) as running:
        screen = await backups(running)
        backup = await go_to(running, screen, "pending")
        await running.press("enter")
        await running.until(lambda: isinstance(running.app.screen, TextModal))
        await running.pause()
        assert "0 files listed" in running.text
        await running.press("escape")
        running.clock.advance(700)
        await running.until(
            lambda: "pending" not in [row.backup.status for row in screen.browse.rows], step=1.0
        )
        [row] = [row for row in screen.browse.rows if row.backup.id == backup.id]
        assert (number_of_files(row), size(row)) == ("?", "?")


async def test_files_are_of_one_backup_only_where_there_is_but_one() -> None:
    async with stage(size=(140, 40)) as running:
        rows = running.world.backups.rows
        rows.append(replace(rows[0], id=900, created_at=rows[0].created_at - 9_000))
        screen = await backups(running)
        await running.press("end")
        assert screen.browse.current is not None
        await running.press("enter")
        await running.until(lambda: isinstance(running.app.screen, TextModal))
        await running.press("escape")
        assert {row.files for row in screen.browse.rows} == {None}


async def test_one_too_large_for_a_disk_is_told_before_it_is_restored() -> None:
    async with stage(instances=6, size=(140, 40)) as running:
        await running.instances()
        screen = await backups(running)
        await running.press("slash")
        await running.type("volume")
        await running.until(lambda: len(screen.browse.rows) == 1)
        await running.press("enter", "enter")
        await running.until(lambda: isinstance(running.app.screen, TextModal))
        await running.press("escape")
        await running.dialog("m")
        assert isinstance(running.app.screen, TransferModal)
        await running.type("train-a")
        await running.press("tab")
        await running.type("/workspace/in/")
        await running.pause()
        assert "29118502" in running.text
        assert "≥1159.6 GB  " in running.text
        assert "GB free; backup of 29118502 holds ≥1159.6 GB." in running.text


async def test_it_is_copied_as_either_command() -> None:
    async with stage() as running:
        screen = await backups(running)
        backup = await go_to(running, screen, "success")
        await running.dialog("Y")
        assert isinstance(running.app.screen, CopyAsModal)
        await running.press("down", "enter")
        await running.until(lambda: backup.files in running.said)


async def test_files_that_cannot_be_read_are_an_error_in_words() -> None:
    async with stage(faults={"backup_files": ["http:503"] * 9}) as running:
        await backups(running)
        await running.press("enter")
        await running.until(lambda: "503" in running.said, 60.0, step=1.0)
        assert not isinstance(running.app.screen, TextModal)


async def test_what_cannot_be_read_at_all() -> None:
    async with stage(faults={"backups": ["http:503"] * 9}) as running:
        await backups(running)
        await running.until(lambda: "Backups cannot be shown" in running.text, 60.0, step=1.0)


async def test_without_one_it_says_who_makes_them() -> None:
    async with stage() as running:
        running.world.backups.rows = []
        await backups(running)
        assert "No backups" in running.text
        assert "Vast.ai has made none." in running.text


async def test_the_filter_finds_them_and_private_mode_hides_ids() -> None:
    async with stage() as running:
        screen = await backups(running)
        for query in ("volume", "status:error", "of=29120033", "age>3d", "m:1966"):
            screen.bar.set_text(query)
            await running.pause()
            assert 0 < len(screen.browse.rows) < 4, query

        screen.bar.set_text("")
        await running.pilot.resize_terminal(80, 24)
        await running.pause()
        await go_to(running, screen, "success")
        assert "vastai copy vast." in running.text

        await running.pilot.resize_terminal(140, 40)
        backup = await go_to(running, screen, "success")
        await running.press("P")
        await running.pause()
        assert f"vastai copy vast.{backup.contract_id}" not in running.text
        for number in (backup.contract_id, backup.machine_id):
            assert str(number) not in running.text

        running.clock.advance(700)
        await running.until(
            lambda: "pending" not in [row.backup.status for row in screen.browse.rows], step=1.0
        )


@pytest.mark.parametrize("text", [*HOSTILE, "\x1b[2J"])
def test_hostile_names_are_plain_text(text: str) -> None:
    row = BackupRow(Backup(id=1, contract_id=9, status=text, info=text), text, None)
    assert any(text in fact.text for fact in overview(row))
    lines = file_lines(row.backup, BackupFiles((BackupFile(text, 5),)))
    assert any(text in line.plain for line in lines)


def test_figures_of_files_are_never_more_than_is_known() -> None:
    def row(files: BackupFiles | None) -> BackupRow:
        return BackupRow(DONE, "", files)

    assert (number_of_files(row(None)), size(row(None))) == ("?", "?")
    unknown = BackupFiles((BackupFile("a", None), BackupFile("b", 10**9)))
    assert (number_of_files(row(unknown)), size(row(unknown))) == ("2", "?")
    cut = BackupFiles((BackupFile("b", 1_500_000_000),), cut=True)
    assert (number_of_files(row(cut)), size(row(cut))) == ("1+", "≥1.5 GB")
    assert size(row(cut._replace(bad=1))) == "?"


def test_a_long_list_of_files_says_how_many_more_there_are() -> None:
    many = BackupFiles(tuple(BackupFile(f"f{at}", 0) for at in range(5_000)), cut=True, bad=2)
    lines = [line.plain for line in file_lines(DONE, many)]
    assert "5,000+ files" in lines
    assert lines[-3:] == [
        f"and {5_000 - MOST_SHOWN:,} more", "There are more than the service lists.",
        "2 could not be read.",
    ]  # fmt: skip


@pytest.mark.parametrize("at", [1e300, -1e300, None])
def test_a_date_that_is_none(at: float | None) -> None:
    row = BackupRow(Backup(id=1, contract_id=9, created_at=at), "", None)
    assert overview(row)
