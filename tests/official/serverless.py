"""Drives the official client against the simulator, over TCP: endpoints, worker groups, workers,
logs, deployments, and a request to a worker.

    python -m tests.official.serverless VENV

VENV is a virtual environment in which the client is installed (`pip install vastai`). Without one,
only the request to a worker is made, by hand. Any failure ends it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

KEY = "a-key-of-the-official-client"
NAME = "llama-70b"
_SDK = Path(__file__).with_name("sdk_request.py")
_HASH = "0bd5a1f2c3e44b6f8d7a9e0c1b2d3f45"
_WAITS = 20


@contextmanager
def simulator() -> Iterator[tuple[str, str]]:
    """A running simulator; the addresses of the account and of the live side."""
    command = [sys.executable, "-m", "vasttui", "simulate", "--serverless-load", "steady"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(2)]
        try:
            yield lines[0].split()[-1], lines[1].split()[-1]
        finally:
            process.terminate()


def drive(venv: Path, account: str) -> None:
    """The commands of the client, one after the other.

    The address is given with `--url`: with `VAST_URL` the client would ask the real run.vast.ai.
    """

    def vastai(*words: str) -> str:
        command = [str(venv / "bin" / "vastai"), "--url", account, "--api-key", KEY, *words]
        tell(f"$ vastai {' '.join(words)}")
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
        tell(f"{done.stdout.strip()[:600]}{done.stderr.strip()[:300]}")
        return done.stdout

    sent("POST", f"{account}/_sim/serverless", KEY, {"late": 0})  # new ones are listed at once
    shown = vastai("show", "endpoints")
    assert NAME in shown
    assert "api_key" not in shown
    made = number(vastai("create", "endpoint", "--endpoint_name", "official", "--max_workers", "3"))
    vastai("update", "endpoint", made, "--min_load", "100", "--endpoint_state", "suspended")
    endpoint = row(vastai("show", "endpoints"), made)
    assert (endpoint["endpoint_name"], endpoint["max_workers"]) == ("official", 3)
    assert (endpoint["min_load"], endpoint["endpoint_state"]) == (100.0, "suspended")
    group = number(
        vastai("create", "workergroup", "--endpoint_id", made, "--template_hash", _HASH,
               "--search_params", "gpu_ram>=16 dph_total<=0.5")
    )  # fmt: skip
    vastai("update", "workergroup", group, "--endpoint_id", made, "--gpu_ram", "16")
    worker_group = row(vastai("show", "workergroups"), group)
    assert (worker_group["endpoint_id"], worker_group["gpu_ram"]) == (int(made), 16.0)
    assert "status=idle" in vastai("get", "endpt-workers", "19392")
    assert "load" in vastai("get", "endpt-logs", "19392", "--level", "2", "--tail", "5")
    assert "created" in vastai("get", "wrkgrp-logs", group, "--level", "0")
    assert "4 workers" in vastai("update", "workers", "4471")
    assert "cancelled" in vastai("update", "workers", "4471", "--cancel")
    assert "True" in vastai("delete", "workergroup", group)
    assert "True" in vastai("delete", "endpoint", made)
    assert "official" not in vastai("show", "endpoints")
    assert f'"id": {group}' not in vastai("show", "workergroups")
    assert "transcribe" in vastai("show", "deployments")
    vastai("show", "deployment", "644")
    vastai("show", "deployment-versions", "644")
    assert "stopped" in vastai("stop", "deployment", "644")
    vastai("start", "deployment", "644")
    vastai("delete", "deployment", "611")


def tell(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def row(text: str, number: str) -> Any:
    """The row with this id in what the client printed."""
    return next(one for one in json.loads(text) if one["id"] == int(number))


def number(text: str) -> str:
    """The id in what the client printed."""
    found = re.search(r"'(?:result|id)': (\d+)", text)
    assert found is not None, text
    return found[1]


def request_by_hand(account: str, live: str) -> None:
    """What the SDK does, with nothing but HTTP."""
    rows = sent("GET", f"{account}/api/v0/endptjobs/", KEY)["results"]
    key = next(row["api_key"] for row in rows if row["endpoint_name"] == NAME)
    body = {"endpoint": NAME, "api_key": key, "cost": 16, "request_idx": 0, "replay_timeout": 60}
    for _ in range(_WAITS):
        route = sent("POST", f"{live}/route/", key, body)
        tell(f"route {route}")
        if "url" in route:
            break
        body["request_idx"] = route["request_idx"]
    work = {"auth_data": route, "session_id": None, "payload": {"prompt": "Say hi."}}
    answer = sent("POST", f"{route['url']}/v1/completions?api_key={key}", key, work)
    tell(f"answer {answer}")


def sent(method: str, url: str, key: str, body: object = None) -> Any:
    """The answer to one request."""
    request = urllib.request.Request(
        url, method=method, data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )  # fmt: skip
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=20) as answer:
        return json.load(answer)


def main(arguments: list[str]) -> None:
    """Run all of it."""
    with simulator() as (account, live):
        request_by_hand(account, live)
        if arguments:
            venv = Path(arguments[0])
            drive(venv, account)
            command = [str(venv / "bin" / "python"), str(_SDK), account, live, KEY, NAME]
            subprocess.run(command, check=True, timeout=120)
    tell("all well")


if __name__ == "__main__":
    main(sys.argv[1:])
