"""A terminal for tests: runs the real program in a pty and reads its screen."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import pyte

Result = TypeVar("Result")

KEYS = {
    "enter": "\r", "esc": "\x1b", "tab": "\t", "up": "\x1b[A", "down": "\x1b[B",
    "right": "\x1b[C", "left": "\x1b[D", "space": " ", "backspace": "\x7f",
    "pagedown": "\x1b[6~", "pageup": "\x1b[5~", "home": "\x1b[H", "end": "\x1b[F",
    "ctrl+c": "\x03", "ctrl+q": "\x11", "ctrl+p": "\x10", "ctrl+s": "\x13", "ctrl+z": "\x1a",
    "ctrl+l": "\x0c",
}  # fmt: skip


class Terminal:
    """A program in a pty of a given size. Use as a context manager."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        columns: int = 120,
        rows: int = 36,
        env: Mapping[str, str] | None = None,
        home: Path | None = None,
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.output = bytearray()
        self._drawn = 0
        self._lines: list[str] = []
        self._master, self.slave = pty.openpty()
        self.modes_before = termios.tcgetattr(self.slave)
        self._resize(columns, rows)
        base = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "COLORTERM": "truecolor",
                "LANG": "C.UTF-8", "HOME": str(home or Path("/nonexistent"))}  # fmt: skip
        base.update(env or {})
        self.process = subprocess.Popen(
            list(argv), stdin=self.slave, stdout=self.slave, stderr=self.slave, env=base,
            start_new_session=True, preexec_fn=self._take_terminal,
        )  # fmt: skip

    @staticmethod
    def _take_terminal() -> None:
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *exc: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._master)
        os.close(self.slave)

    def read(self, seconds: float) -> bytes:
        """Output of the program within that time; returns at the first piece."""
        ready, _, _ = select.select([self._master], [], [], max(0.0, seconds))
        if not ready:
            return b""
        try:
            data = os.read(self._master, 65536)
        except OSError:
            return b""
        self.output += data
        return data

    def send(self, *keys: str) -> None:
        """Press keys: names from `KEYS`, anything else is typed."""
        for key in keys:
            os.write(self._master, KEYS.get(key, key).encode())

    def wait(self, ready: Callable[[], bool], seconds: float = 150.0) -> None:
        """Read until `ready()`; fails with the screen if it never is."""
        end = time.monotonic() + seconds
        while not ready():
            left = end - time.monotonic()
            if left <= 0:
                raise AssertionError("never came; the screen was:\n" + self.text)
            self.read(min(left, 0.25))

    def wait_for(self, text: str, seconds: float = 150.0) -> None:
        """Read until the screen shows this text."""
        self.wait(lambda: text in self.text, seconds)

    def wait_match(self, pattern: str) -> str:
        """Read until a line of the screen matches; the group of the pattern."""
        found: list[str] = []

        def matched() -> bool:
            found[:] = re.findall(pattern, self.text)
            return bool(found)

        self.wait(matched)
        return found[0]

    def wait_steady(self, part: Callable[[], Result]) -> Result:
        """What `part` says of the screen once it says the same, and something, twice with a pause
        between: a frame arrives in pieces."""
        last: list[Result] = []

        def steady() -> bool:
            self.settle(0.2, 2.0)
            before, now = last[-1:], part()
            last.append(now)
            return bool(now) and before == [now]

        self.wait(steady)
        return last[-1]

    def settle(self, quiet: float = 0.15, most: float = 5.0) -> None:
        """Read until nothing has come for a while."""
        end = time.monotonic() + most
        while time.monotonic() < end and self.read(quiet):
            pass

    def resize(self, columns: int, rows: int) -> None:
        self._resize(columns, rows)
        _ = self.lines
        self.screen.resize(rows, columns)
        self.process.send_signal(signal.SIGWINCH)

    def _resize(self, columns: int, rows: int) -> None:
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, size)

    def finish(self, seconds: float = 150.0) -> int:
        """Wait for the program to exit; its exit code."""
        end = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < end:
            self.read(0.05)
        while self.read(0.05):
            pass
        return self.process.wait(timeout=max(1.0, end - time.monotonic()))

    def blank(self) -> None:
        """Empty the screen, as another program might; what was written before is read first."""
        while self.read(0.0):
            pass
        _ = self.lines
        self.screen.reset()

    def forget(self) -> None:
        """Forget the output so far; the screen stays."""
        _ = self.lines
        self.output.clear()
        self._drawn = 0

    @property
    def modes(self) -> list[object]:
        """The terminal's settings now."""
        return termios.tcgetattr(self.slave)

    @property
    def lines(self) -> list[str]:
        """The screen now; output since the last call is interpreted only here."""
        self._stream.feed(bytes(self.output[self._drawn :]))
        self._drawn = len(self.output)
        if self.screen.dirty:
            rows, columns = range(self.screen.lines), range(self.screen.columns)
            cells = [[self.screen.buffer[row][column].data for column in columns] for row in rows]
            # The cell behind a wide character is empty.
            self._lines = ["".join(row).rstrip() for row in cells]
            self.screen.dirty.clear()
        return self._lines

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def python(*arguments: str) -> list[str]:
    """The command line of one of our modules; the bench sets another interpreter."""
    return [os.environ.get("VASTTUI_PYTHON", sys.executable), "-m", *arguments]


def vasttui(*arguments: str) -> list[str]:
    """The command line of the program under test."""
    return python("vasttui", *arguments)
