"""What tests of the real program share: a simulator beside it, faults, a clean exit."""

from __future__ import annotations

import json
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.support.terminal import Terminal, vasttui

KEY = "0123456789abcdef" * 4
LEAVES = (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l")
"""The sequence that restores the terminal: normal screen, cursor, no mouse reports."""


@contextmanager
def simulator_process(*arguments: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A simulator on its own port; yields its address and its process, which may be stopped."""
    with subprocess.Popen(
        vasttui("simulate", *arguments), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline().strip()
        assert first.startswith("listening on http://127.0.0.1:")
        try:
            yield first.removeprefix("listening on "), process
        finally:
            process.send_signal(signal.SIGCONT)
            process.terminate()
            assert process.wait(10) == 0


@contextmanager
def simulator(*arguments: str) -> Iterator[str]:
    """A simulator on its own port; yields its address."""
    with simulator_process(*arguments) as (address, _):
        yield address


def control(address: str, path: str, body: object) -> None:
    """Send a control request to the simulator."""
    request = urllib.request.Request(
        f"{address}/_sim/{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10):
        pass


def plan(address: str, **faults: list[str]) -> None:
    """Plan faults for the next requests of some operations."""
    control(address, "plan", faults)


def ledger(address: str) -> list[dict[str, Any]]:
    """Every request the simulator has received."""
    with urllib.request.urlopen(f"{address}/_sim/ledger", timeout=10) as answer:
        found: list[dict[str, Any]] = json.load(answer)["requests"]
    return found


def online(address: str, **more: str) -> dict[str, str]:
    """The environment that points the program at it."""
    return {"VAST_URL": address, "VAST_API_KEY": KEY, **more}


def quit_cleanly(terminal: Terminal) -> None:
    """Quit with the key, and check that the terminal is restored."""
    terminal.send("q")
    assert terminal.finish() == 0
    assert terminal.modes == terminal.modes_before
    for sequence in LEAVES:
        assert sequence in terminal.output
