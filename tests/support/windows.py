"""Another window of the program, as the journal sees it: a process that holds a row."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from tests.support.source import ROOT

_SCRIPT = """
import asyncio, json, sys
from pathlib import Path
from vasttui.store.intent import IntentExists
from vasttui.store.journal import Journal
journal = Journal(Path(sys.argv[1]))
details = json.loads(sys.argv[4])
try:
    asyncio.run(journal.open(sys.argv[2], sys.argv[3], details, now=5.0))
    print("opened", flush=True)
except IntentExists:
    print("exists", flush=True)
sys.stdin.read()
"""


def window(
    path: Path, kind: str = "start", target: str = "7", details: str = '{"ask": "9"}'
) -> subprocess.Popen[str]:
    """Opens a row and waits until its input ends or it is killed."""
    return subprocess.Popen(
        [sys.executable, "-c", _SCRIPT, str(path), kind, target, details],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def says(process: subprocess.Popen[str]) -> str:
    """Its next line of output."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def end(process: subprocess.Popen[str]) -> None:
    """Let it exit on its own."""
    process.communicate()


def kill(process: subprocess.Popen[str]) -> None:
    """Kill it without warning."""
    process.send_signal(signal.SIGKILL)
    process.communicate()
