"""Logs and commands: the answer names a file that is ready a little later (docs: "logs",
"execute").

The simulator serves these files without a key, as the service's file store does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from vasttui.simulator.account.console_log import container_log, host_log
from vasttui.simulator.account.contract import Contract
from vasttui.simulator.account.contracts import Contracts
from vasttui.simulator.account.instances import contract_in
from vasttui.simulator.http.routing import Call, Route
from vasttui.simulator.http.wire import BadRequest, Reply, error_reply, json_reply, whole_reply

READY_AFTER = 2.0
COMMAND_CAP = 512
KEPT = 200
"""Most files kept; the oldest are dropped."""

_ONLY_STOPPED = (
    "Execute command only avail on stopped instances. Use ssh to run commands on running instances."
)
_TAIL = "1000"
_LEAST_FULL = 0.02
_COMMANDS = ("ls", "rm", "du")
_TEXT = ("content-type", "text/plain")
_XML = ("content-type", "application/xml")
_FILES = {
    "/workspace/ck/18400.pt": 2.1, "/workspace/ck/18440.pt": 2.1, "/workspace/data.parquet": 11.4,
    "/workspace/train.py": 0.0, "/etc/onstart.sh": 0.0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _File:
    text: str
    asked_at: float


class Results:
    """Creates the result files and serves them."""

    def __init__(self, contracts: Contracts) -> None:
        self._contracts = contracts
        self._files: dict[str, _File] = {}
        self._made = 0

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        base = "/api/v0/instances"
        return [
            Route("PUT", f"{base}/request_logs/{{id}}", "logs", self._logs, interval=1.0),
            Route("PUT", f"{base}/command/{{id}}", "execute", self._execute, interval=1.5),
            Route("GET", "/_results/{name}", "result", self._serve, needs_key=False,
                  bad_key_status=None),
        ]  # fmt: skip

    def _logs(self, call: Call) -> Reply:
        contract = contract_in(call, self._contracts)
        if contract is None:
            return error_reply(404, "invalid_id", "Invalid instance id.")
        body = call.request.json_object()
        daemon = str(body.get("daemon_logs", "")).lower() == "true"
        lines = (host_log if daemon else container_log)(contract, call.now)
        if not lines:
            return json_reply({"success": True, "msg": "No logs yet: the container never ran."})
        wanted = str(body.get("filter", ""))
        lines = [line for line in lines if wanted in line]
        tail = str(body.get("tail", _TAIL))
        lines = lines[-int(tail) :] if tail.isdecimal() and int(tail) else lines
        url = self._keep(call, "".join(f"{line}\n" for line in lines))
        return json_reply({"success": True, "result_url": url, "msg": "Log is being uploaded."})

    def _execute(self, call: Call) -> Reply:
        contract = contract_in(call, self._contracts)
        if contract is None:
            return error_reply(400, "invalid_container_id", "Invalid container id.")
        command = _command_in(call)
        if command is None:
            return error_reply(483, "invalid_args", "Invalid json_body")
        words = command.split()
        if len(command) > COMMAND_CAP or not words or words[0] not in _COMMANDS:
            return error_reply(400, "invalid_args", "Invalid command given.")
        if contract.is_running:
            return error_reply(400, "invalid_args", _ONLY_STOPPED)
        layer = hashlib.sha256(str(contract.id).encode()).hexdigest()
        place = f"/var/lib/docker/overlay2/{layer}/merged"
        url = self._keep(call, _output(contract, words, place, call.now))
        return json_reply(
            {
                "success": True,
                "writeable_path": place,
                "result_url": url,
                "msg": "Command is executing, wait a few seconds and then view the result_url",
            }
        )

    def _serve(self, call: Call) -> Reply:
        file = self._files.get(call.params["name"])
        if file is None:
            return whole_reply(404, (_XML,), b"<Error><Code>NoSuchKey</Code></Error>")
        passed = call.now - file.asked_at
        if passed < READY_AFTER:
            status = 403 if passed < READY_AFTER / 2 else 404
            return whole_reply(status, (_XML,), b"<Error><Code>AccessDenied</Code></Error>")
        return whole_reply(200, (_TEXT,), file.text.encode())

    def _keep(self, call: Call, text: str) -> str:
        """Create a file and return its URL."""
        self._made += 1
        name = hashlib.sha256(f"{self._made} {call.now}".encode()).hexdigest()[:40] + ".log"
        self._files[name] = _File(text, call.now)
        while len(self._files) > KEPT:
            del self._files[next(iter(self._files))]
        host = call.request.headers.get("host", "127.0.0.1")
        return f"http://{host}/_results/{name}"


def _command_in(call: Call) -> str | None:
    try:
        command = call.request.json_object().get("command")
    except BadRequest:
        return None
    return command if isinstance(command, str) else None


def _output(contract: Contract, words: Sequence[str], place: str, now: float) -> str:
    targets = [word for word in words[1:] if not word.startswith("-")] or ["/"]
    if words[0] == "rm":
        for target in targets:
            _remove(contract, target)
        return ""
    lines = []
    for target in targets:
        inside = _inside(contract, target)
        if words[0] == "du":
            total = contract.disk_used(now) if target == "/" else sum(inside.values())
            lines.append(f"{total:.1f}G\t{place}{target}")
        else:
            lines += [
                f"-rw-r--r-- 1 root root {size:>5.1f}G {place}{name}"
                for name, size in inside.items()
            ]
    return "".join(f"{line}\n" for line in lines)


def _inside(contract: Contract, target: str) -> dict[str, float]:
    """That file, or the files in that folder, with their sizes in GB."""
    folder = target.rstrip("/")
    return {
        name: size
        for name, size in _FILES.items()
        if name not in contract.removed_files and (name == target or name.startswith(f"{folder}/"))
    }


def _remove(contract: Contract, target: str) -> None:
    gone = _inside(contract, target)
    contract.removed_files.update(gone)
    contract.full = max(_LEAST_FULL, contract.full - sum(gone.values()) / contract.disk)
