"""Backups that the service made of instances and volumes (client 1.9.1 `api/storage.py`)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from vasttui.simulator.http.routing import Call, Route
from vasttui.simulator.http.wire import Reply, error_reply, json_reply
from vasttui.units import DAY, HOUR, MINUTE

TOKEN_SECONDS = 3600


@dataclass(slots=True)
class Backup:
    """One backup. `ready_at` is when its copy ends, as `status`; `files` are names and bytes."""

    id: int
    contract_id: int
    machine_id: int
    created_at: float
    ready_at: float
    type: str | None = "instance"
    status: str = "success"
    info: str = "machine is being decommissioned"
    files: dict[str, int] = field(default_factory=dict)
    truncated: bool = False

    def status_at(self, now: float) -> str:
        """Its status at that time."""
        return self.status if now >= self.ready_at else "pending"


def first_backups(now: float) -> list[Backup]:
    """What is there at the start: of a machine that went, of a volume, one under way, one that
    failed."""
    day = now - 6 * DAY
    models = {f"models/shard-{at:03d}.safetensors": 4_831_838_208 for at in range(240)}
    return [
        Backup(811, 29_120_033, 2744, day, day + 20 * MINUTE, files={
            "upper/workspace/ck/18400.pt": 2_254_857_830,
            "upper/workspace/data.parquet": 12_240_656_793,
            "upper/etc/onstart.sh": 412,
        }),
        Backup(822, 29_118_502, 2744, day + HOUR, day + 2 * HOUR, type="volume", files=models,
               truncated=True),
        Backup(840, 29_240_871, 3310, now - 2 * MINUTE, now + 8 * MINUTE, type=None,
               info="", files={"upper/root/notes.txt": 1_208}),
        Backup(836, 29_204_417, 1966, now - DAY, now - DAY + HOUR, status="error",
               info="the machine did not respond"),
    ]  # fmt: skip


class Backups:
    """Lists them, and the stored files of one."""

    def __init__(self, start: float) -> None:
        self.rows = first_backups(start)

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        base = "/api/v0/instance_backups"
        return [
            Route("GET", base, "backups", self._list, interval=2.0),
            Route("GET", f"{base}/{{id}}/download", "backup_files", self._files, interval=2.0),
        ]

    def _list(self, call: Call) -> Reply:
        wanted = call.request.query.get("contract_id", "")
        if wanted and not wanted.isdecimal():
            return error_reply(400, "invalid_args", "contract_id: Input should be a valid integer")
        rows = sorted(self.rows, key=lambda backup: -backup.created_at)
        found = [one for one in rows if not wanted or one.contract_id == int(wanted)]
        return json_reply({"backups": [_row(backup, call.now) for backup in found]})

    def _files(self, call: Call) -> Reply:
        number = call.params["id"]
        of_it = [one for one in self.rows if str(one.contract_id) == number]
        if not of_it:
            return error_reply(404, "not_found", "No backup of this contract.")
        newest = max(of_it, key=lambda backup: backup.created_at)
        stored = newest.files if newest.status_at(call.now) == "success" else {}
        base = f"https://backups.example/file/vast/{number}"
        return json_reply(
            {
                "authorization_token": hashlib.sha256(f"{number} {call.now}".encode()).hexdigest(),
                "expires_in_sec": TOKEN_SECONDS,
                "truncated": newest.truncated,
                "files": [
                    {"name": name, "size": size, "url": f"{base}/{name}"}
                    for name, size in stored.items()
                ],
            }
        )


def _row(backup: Backup, now: float) -> dict[str, object]:
    return {
        "id": backup.id,
        "contract_id": backup.contract_id,
        "type": backup.type,
        "machine_id": backup.machine_id,
        "status": backup.status_at(now),
        "created_at": backup.created_at,
        "info": backup.info,
    }
