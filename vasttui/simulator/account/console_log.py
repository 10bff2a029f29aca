"""Container and host logs at a given time: a pure function of the contract and the time."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator

from vasttui.simulator.account.contract import Contract

_STEP_SECONDS = 13.0
_MOST = 3_000
_SHARDS = 8


def container_log(contract: Contract, now: float) -> list[str]:
    """The container's log lines, control codes included, oldest first."""
    since = contract.run_since
    if since is None:
        return []
    end = now if contract.is_running or contract.ran_until is None else contract.ran_until
    if contract.endpoint_id is not None:
        return list(_serving(contract, since, end))
    lines = [
        _at(since, "\x1b[32mStarting sshd …\x1b[0m ok"),
        _at(since + 1, "Downloading shards:   0%|          | 0/8\r"
            "Downloading shards:  50%|#####     | 4/8\rDownloading shards: 100%|##########| 8/8"),
        _at(since + 48, "world size 1, bf16, ctx 4096"),
    ]  # fmt: skip
    steps = int(max(0.0, end - since - 60) // _STEP_SECONDS)
    for step in range(max(0, steps - _MOST), steps):
        lines.append(_training(contract, since + 60 + step * _STEP_SECONDS, step))
    if contract.state.actual == "exited" and contract.state.cur == "running":
        lines.append(_at(end, "\x1b[31mKilled: out of memory (exit code 137)\x1b[0m"))
    return lines


def _serving(contract: Contract, since: float, end: float) -> Iterator[str]:
    """A worker loads its model, then serves."""
    for shard in range(1, _SHARDS + 1):
        at = since + 7 * shard
        if at <= end:
            share = f"{100 * shard // _SHARDS:3} % {shard}/{_SHARDS}"
            yield _at(at, f"Loading safetensors checkpoint shards: {share}")
    first = since + 7 * _SHARDS + 4
    requests = int(max(0.0, end - first) // _STEP_SECONDS)
    for number in range(max(0, requests - _MOST), requests):
        tokens = 90 + (number * 37 + contract.id) % 210
        words = f'"POST /v1/completions HTTP/1.1" 200 OK, {tokens} tokens'
        yield _at(first + number * _STEP_SECONDS, words)


def _training(contract: Contract, at: float, step: int) -> str:
    if step % 61 == 60:
        return _at(at, f"\x1b[33mWARNING\x1b[0m grad norm {10 + step % 7}.2, clipped")
    if step % 100 == 99:
        return _at(at, f"saved checkpoint /workspace/ck/{step * 20}.pt (2.1 GB)")
    loss = 1.9 + 8 * math.exp(-step / 120) + 0.01 * math.sin(step + contract.id)
    return _at(at, f"step {step * 20} loss {loss:.3f} lr 2.1e-4  {805 + step % 13} tok/s")


def host_log(contract: Contract, now: float) -> list[str]:
    """The host daemon's log lines about this contract."""
    start = contract.start_date
    lines = [
        _at(start, f"[I] contract {contract.id}: creating container"),
        _at(start + 3, f"[I] docker pull {contract.image}"),
    ]
    if contract.run_since is not None:
        lines.append(
            _at(contract.run_since - 2, f"[I] Status: Downloaded newer image for {contract.image}")
        )
        lines.append(_at(contract.run_since, "[I] container started"))
    elif contract.state.message:
        lines.append(_at(now, f"[E] {contract.state.message}"))
    return lines


def _at(when: float, text: str) -> str:
    return f"{time.strftime('%H:%M:%S', time.gmtime(when))} {text}"
