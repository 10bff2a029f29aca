"""Backups that Vast.ai made: every shape of the answers, and nothing secret is kept."""

from __future__ import annotations

import json

import pytest

from tests.support.http import Script, client_of, reply
from vasttui.errors import BrokenAnswer
from vasttui.models.backup import Backup, BackupFile, BackupFiles

ROW = {
    "id": 811, "contract_id": 54120033, "type": "instance", "machine_id": 2744,
    "status": "success", "created_at": 1791000000.5, "info": "machine is being decommissioned",
}  # fmt: skip
FILES = {
    "authorization_token": "hidden", "expires_in_sec": 3600, "truncated": False,
    "files": [{"name": "upper/a.pt", "size": 5, "url": "https://b.example/a.pt"}],
}  # fmt: skip


async def listed(*rows: object) -> tuple[Backup, ...]:
    script = Script(reply({"backups": rows}))
    client = client_of(script)
    found = await client.backups.list()
    assert script.requests[0].url.path == "/api/v0/instance_backups/"
    await client.aclose()
    return found


async def files(answer: object, status: int = 200) -> BackupFiles:
    client = client_of(Script(reply(json.dumps(answer), status)))
    found = await client.backups.files(54120033)
    assert "hidden" not in repr((found, client.exchanges))
    await client.aclose()
    return found


async def test_a_backup_as_the_service_sends_it() -> None:
    assert await listed(ROW) == (Backup(**ROW),)  # type: ignore[arg-type]
    assert await listed() == ()


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"type": 7}, "type"), ({"created_at": "monday"}, "created_at"), ({"info": None}, "info"),
     ({"status": []}, "status"), ({"machine_id": "x"}, "machine_id")],
)  # fmt: skip
async def test_a_wrong_type_makes_its_field_unknown(changes: dict[str, object], field: str) -> None:
    [found] = await listed({**ROW, **changes})
    assert getattr(found, field) is None
    assert found.contract_id == 54120033


async def test_a_row_without_its_ids_is_none() -> None:
    rows = ({**ROW, "contract_id": "x"}, {**ROW, "id": None}, 7, ROW)
    assert len(await listed(*rows)) == 1


async def test_what_strangers_wrote_is_cleaned() -> None:
    [found] = await listed({**ROW, "info": "\x1b[2J[b]\u202edown"})
    assert found.info == "\N{SYMBOL FOR ESCAPE}[2J[b]down"


async def test_files_without_their_token() -> None:
    assert await files(FILES) == BackupFiles((BackupFile("upper/a.pt", 5),))


async def test_files_that_cannot_be_read_are_counted() -> None:
    rows = [{"name": "a", "size": "big"}, {"size": 5}, 7]
    found = await files({**FILES, "truncated": True, "files": rows})
    assert found == BackupFiles((BackupFile("a", None),), cut=True, bad=2)


async def test_no_files() -> None:
    assert await files({"error": "not_found", "msg": "none"}, 404) == BackupFiles(())
    with pytest.raises(BrokenAnswer):
        await files({"success": True})


@pytest.mark.parametrize(
    ("kind", "command"),
    [("instance", "vastai copy vast.9:/upper/workspace INSTANCE_ID:/workspace"),
     (None, "vastai copy vast.9:/upper/workspace INSTANCE_ID:/workspace"),
     ("volume", "vastai copy vast.9:/ INSTANCE_ID:/workspace")],
)  # fmt: skip
def test_a_restore_is_a_copy(kind: str | None, command: str) -> None:
    assert Backup(id=1, contract_id=9, type=kind).restore == command
