"""Copies between instances, volumes and clouds (docs: "copy", "cloud copy"; client 1.9.1
`api/storage.py`).

A request is accepted whatever comes of it: the end is told by the status messages alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from vasttui.simulator.account.contract import Contract
from vasttui.simulator.account.contracts import Contracts
from vasttui.simulator.account.copy_progress import Said, failed, received, refused, synced
from vasttui.simulator.http.routing import Call, Route
from vasttui.simulator.http.wire import Reply, error_reply, json_reply

CLOUDS = {"s3.1811": "1811", "drive.1905": "1905"}
"""The connections of the account as ends of a copy, each with its id."""

NO_BUCKET = "no-such-bucket"
"""A bucket that no cloud has."""

FOLDERS = ("/", "/root", "/workspace", "/workspace/ck", "/etc", "/home", "/mnt", "/opt", "/srv")
"""The folders of every instance."""

_LOOK = "check instance status bar for progress updates (~30 seconds delayed)."
_END = re.compile(r"(?:(C|V|vast)\.)?([0-9]{1,18})")
_FLAGS = {"--dry-run", "--size-only", "--ignore-existing", "--update", "--delete-excluded"}
_TRANSFERS = {"instance to cloud", "cloud to instance"}
_DAEMON_PORT = 51_199


@dataclass(slots=True)
class Copied:
    """A copy that was accepted, into `path` of `target`; ends are written as `C.1` and `V.1`."""

    source: str
    target: str
    path: str
    begun: float
    works: bool = True
    cancelled: bool = False


class Copies:
    """Copies over time; `volume` says whether there is a volume with that id, `backup` whether
    there is one of that contract."""

    def __init__(
        self,
        contracts: Contracts,
        volume: Callable[[int], bool],
        backup: Callable[[int], bool],
    ) -> None:
        self._volume, self._backup = volume, backup
        self._contracts = contracts
        self.all: list[Copied] = []

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        base = "/api/v0/commands"
        direct, rclone = f"{base}/copy_direct", f"{base}/rclone"
        return [
            Route("PUT", direct, "copy", self._copy, interval=3.5),
            Route("DELETE", direct, "cancel_copy", self._cancel, interval=3.5),
            Route("PUT", f"{base}/rsync", "rsync", self._rsync, interval=3.5),
            Route("POST", rclone, "cloud_copy", self._cloud_copy),
            Route("DELETE", rclone, "cancel_cloud_copy", self._cancel_cloud_copy),
        ]

    def _copy(self, call: Call) -> Reply:
        body = call.request.json_object()
        refused = _refused_paths(body)
        if refused is not None:
            return refused
        ends = [self._end(body.get(name), call.now) for name in ("src_id", "dst_id")]
        if None in ends or f"{ends[1]}".startswith("vast"):
            return _no_such_end()
        source, target = (end or "" for end in ends)
        if not _may_copy(source, target):
            return error_reply(400, "invalid_args", "Invalid dst_id.")
        self._begin(source, target, str(body["dst_path"]), call.now)
        return json_reply({"success": True, "msg": f"Remote to Remote copy initiated - {_LOOK}"})

    def _begin(self, source: str, target: str, path: str, now: float) -> None:
        """Plan all that will be said of it; nothing is said of one into a stopped instance."""
        folder = path.rstrip("/") or "/"
        parent = folder.rpartition("/")[0] or "/"
        copied = Copied(source, target, folder, now, works=self._has(target, parent))
        self.all.append(copied)
        into, out_of = self._contract(target, now), self._contract(source, now)
        if copied.works and into is not None and into.is_running:
            _say(into, received(target, now))
        elif not copied.works and out_of is not None:
            _say(out_of, failed(target, now, folder))

    def _has(self, target: str, folder: str) -> bool:
        """Whether that folder is there: from the start, or made by an earlier copy."""
        known = FOLDERS if target.startswith("C.") else ("/",)
        made = (one.path for one in self.all if one.target == target and one.works)
        return folder in known or folder in made or target in CLOUDS

    def _cancel(self, call: Call) -> Reply:
        target = self._end(call.request.json_object().get("dst_id"), call.now)
        if target is None:
            return error_reply(400, "invalid_args", "Invalid dst_id.")
        self._stop(target, call.now)
        return json_reply({"success": True})

    def _rsync(self, call: Call) -> Reply:
        """One end is this computer, whose id is null: the address of the other one's rsync."""
        body = call.request.json_object()
        refused = _refused_paths(body)
        if refused is not None:
            return refused
        up = body.get("src_id") is None
        end = self._end(body.get("dst_id" if up else "src_id"), call.now)
        contract = None if end is None else self._contract(end, call.now)
        if contract is None:
            return _no_such_end()
        word, address = ("dst" if up else "src"), contract.chunk.machine.network.address.strip()
        return json_reply(
            {
                "success": True, "msg": "Rsync initiated.",
                f"{word}_addr": address, f"{word}_port": _DAEMON_PORT,
            }
        )  # fmt: skip

    def _cloud_copy(self, call: Call) -> Reply:
        body = call.request.json_object()
        contract = self._contract(f"C.{body.get('instance_id')}", call.now)
        if contract is None:
            return error_reply(404, "no_such_instance", "No such instance.")
        flags = body.get("flags")
        known = isinstance(flags, list) and set(map(str, flags)) <= _FLAGS
        way = str(body.get("transfer")).lower()
        if body.get("selected") not in CLOUDS.values() or way not in _TRANSFERS or not known:
            # Refused, but with HTTP 200.
            return error_reply(200, "invalid_args", "Invalid cloud service or arguments.")
        dry = isinstance(flags, list) and "--dry-run" in flags
        inside, cloud = f"C.{contract.id}", f"cloud.{body['selected']}"
        up = way.startswith("instance")
        path = f"{body.get('dst' if up else 'src')}".strip("/")
        if path.partition("/")[0] == NO_BUCKET:
            _say(contract, refused(_sync_of(contract), call.now, path))
        else:
            _say(contract, synced(_sync_of(contract), call.now, dry=dry))
        source, target = (inside, cloud) if up else (cloud, inside)
        self.all.append(Copied(source, target, str(body.get("dst")), call.now))
        url = f"https://s3.amazonaws.com/vast.ai/cloud_copy/{contract.id}.log"
        return json_reply(
            {"success": True, "msg": f"Cloud Copy Started - {_LOOK}", "result_url": url}
        )  # fmt: skip

    def _cancel_cloud_copy(self, call: Call) -> Reply:
        number = call.request.json_object().get("dst_id")
        contract = self._contract(f"C.{number}", call.now)
        if contract is None:
            return error_reply(404, "no_such_instance", "No such instance.")
        self._stop(_sync_of(contract), call.now)
        for one in self.all:
            ends = (one.source, one.target)
            if f"C.{contract.id}" in ends and any(end.startswith("cloud.") for end in ends):
                one.cancelled = True
        return json_reply({"success": True, "msg": f"Remote copy canceled - {_LOOK}"})

    def _stop(self, target: str, now: float) -> None:
        """Nothing more is said of the copies into it; nobody says that they were cancelled."""
        for contract in self._contracts.all(now):
            contract.said = [one for one in contract.said if one.at <= now or one.target != target]
        for copied in self.all:
            if copied.target == target:
                copied.cancelled = True

    def _end(self, given: object, now: float) -> str | None:
        """The instance, volume, backup or cloud with that id; None if there is none."""
        text = str(given) if isinstance(given, int | str) and not isinstance(given, bool) else ""
        cloud = next((one for one in CLOUDS if text in (one, one.partition(".")[0])), None)
        if cloud is not None:
            return cloud
        found = _END.fullmatch(text)
        if found is None:
            return None
        kind, number = found[1] or "C", int(found[2])
        there = {
            "C": self._contracts.get(number, now) is not None,
            "V": self._volume(number),
            "vast": self._backup(number),
        }
        return f"{kind}.{number}" if there[kind] else None

    def _contract(self, end: str, now: float) -> Contract | None:
        kind, _, number = end.partition(".")
        return self._contracts.get(int(number), now) if kind == "C" and number.isdecimal() else None


def _say(contract: Contract, lines: Iterable[Said]) -> None:
    contract.said = sorted((*contract.said, *lines), key=lambda one: one.at)


def _sync_of(contract: Contract) -> str:
    """What an instance's copies to and from clouds are cancelled by."""
    return f"rclone.{contract.id}"


def _may_copy(source: str, target: str) -> bool:
    """Whether these kinds of ends go together: a cloud with an instance or a volume."""
    kinds = {end[:2] for end in (source, target)}
    return CLOUDS.keys().isdisjoint((source, target)) or bool(kinds & {"C.", "V."})


def _refused_paths(body: dict[str, object]) -> Reply | None:
    for name in ("src_path", "dst_path"):
        if not isinstance(body.get(name), str) or not body[name]:
            return error_reply(400, "invalid_args", f"Invalid {name}.")
    return None


def _no_such_end() -> Reply:
    return error_reply(404, "no_such_user", "No such user.")
