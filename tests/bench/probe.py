"""Times from a key press to the last byte of the frame it causes, in a real pty."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.terminal import Terminal

GAP = 0.008
"""Seconds without output after which a frame counts as complete."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One measurement: median and 99th percentile of a list of seconds."""

    values: tuple[float, ...]

    @property
    def p50(self) -> float:
        return percentile(self.values, 0.50)

    @property
    def p99(self) -> float:
        return percentile(self.values, 0.99)

    def __str__(self) -> str:
        return f"{self.p50 * 1000:.1f} / {self.p99 * 1000:.1f} ms"


def percentile(values: Sequence[float], share: float) -> float:
    """The value at that percentile (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def time_key(terminal: Terminal, key: str) -> tuple[float, int]:
    """Seconds from the key press to the last byte of its frame, and the size of that frame."""
    while terminal.read(GAP):
        pass
    start = time.perf_counter()
    terminal.send(key)
    size, last = len(terminal.read(5.0)), time.perf_counter()
    while data := terminal.read(GAP):
        size, last = size + len(data), time.perf_counter()
    return last - start, size


def time_keys(terminal: Terminal, keys: Iterable[str], pause: float = 0.03) -> Sample:
    """The times of many key presses, with pauses like a typist's."""
    values = []
    for key in keys:
        values.append(time_key(terminal, key)[0])
        end = time.perf_counter() + pause
        while (left := end - time.perf_counter()) > 0:
            terminal.read(left)
    return Sample(tuple(values))


def time_until(argv: Sequence[str], sent: str, **env: str) -> float:
    """Seconds from starting a program, in a home of its own, until it has sent this text."""
    with _started(argv, sent, env) as (begun, _):
        return time.perf_counter() - begun


def spent_until(argv: Sequence[str], sent: str, **env: str) -> float:
    """The same in seconds of the processor, those of all its threads."""
    with _started(argv, sent, env) as (_, terminal):
        terminal.process.send_signal(signal.SIGSTOP)
        tasks = Path(f"/proc/{terminal.process.pid}/task").glob("*/schedstat")
        return sum(int(one.read_text().split()[0]) for one in tasks) / 1e9


@contextmanager
def _started(
    argv: Sequence[str], sent: str, env: Mapping[str, str]
) -> Iterator[tuple[float, Terminal]]:
    with TemporaryDirectory() as home:
        begun = time.perf_counter()
        with Terminal(argv, env={"HOME": home, **env}) as terminal:
            terminal.wait(lambda: sent.encode() in terminal.output, 60.0)
            yield begun, terminal


@dataclass(frozen=True, slots=True)
class Usage:
    """What an idle program uses: % of one CPU, bytes sent to the terminal."""

    cpu: float
    written: int


def usage(terminal: Terminal, seconds: float) -> Usage:
    """Measure an idle program for that long."""
    spent, written = _processor_seconds(terminal), 0
    end = time.perf_counter() + seconds
    while (left := end - time.perf_counter()) > 0:
        written += len(terminal.read(left))
    return Usage((_processor_seconds(terminal) - spent) / seconds * 100, written)


def _processor_seconds(terminal: Terminal) -> float:
    fields = Path(f"/proc/{terminal.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(terminal: Terminal) -> float:
    """Resident memory of the program in MB."""
    status = Path(f"/proc/{terminal.process.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024
