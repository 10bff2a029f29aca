"""Runs ssh in this terminal, while everything else goes on."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import subprocess
import sys
import termios
import tty
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from vasttui.errors import VastError
from vasttui.services.system.programs import Finished

CONNECT_SECONDS = 15
"""Seconds after which ssh gives up on a host that does not answer."""

PATIENCE_OPTIONS = (
    "-o", f"ConnectTimeout={CONNECT_SECONDS}",
    "-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=3",
)  # fmt: skip
"""How long a session waits for an answer."""

SESSION_OPTIONS = (
    *PATIENCE_OPTIONS,
    "-o", "LogLevel=VERBOSE",  # "Authenticated to": a session was there, and was lost
)  # fmt: skip
"""How a session here differs from a command that is copied."""

TERMINAL_RESET = (
    "\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1016l"  # mouse reports
    "\x1b[?2004l\x1b[?1004l\x1b[?2048l"  # reports of pasting, focus and size
    "\x1b[<u\x1b[>4m\x1b[?1l\x1b>"  # keys as they were
    "\x1b7\x1b[?1049l\x1b[r\x1b8\x1b[?7h"  # normal screen, all of it scrolls, lines wrap
    "\x1b(B\x1b[0m\x1b[?25h"  # letters, colours, cursor
)
"""Written after ssh: a remote program that was cut off leaves its terminal modes behind. The cursor
is saved first, because leaving the alternate screen moves it to where it was saved last."""

_ADDED = re.compile(rb"^(?:Authenticated |Transferred: sent |Bytes per second: ).*\n", re.MULTILINE)
_MOST_WORDS = 65_536
_SECONDS_TO_END = 0.4


async def run_ssh(argv: Sequence[str]) -> Finished:
    """Run a command without a shell, in this terminal, and return its code (-n when signal n ended
    it) and its own words, which were passed on to the terminal.

    The command ends when this is cancelled. If it is suspended, it goes on: there is no shell to
    suspend it to. Terminal modes are restored afterwards. Raises VastError if it cannot be run.
    """
    with line_modes_kept(), _started(argv) as process:
        assert process.stderr is not None
        with _passed_on(process.stderr.fileno()) as words, ThreadPoolExecutor(1) as executor:
            waiting = executor.submit(_wait, process.pid)
            try:
                await asyncio.wrap_future(waiting)
            finally:
                process.returncode = _end(process.pid, waiting)
        return Finished(process.returncode, err=words.decode("utf-8", "replace"))


async def any_key() -> None:
    """Wait for a key; one typed before does not count."""
    if sys.__stdin__ is None:
        return
    loop, handle, pressed = asyncio.get_running_loop(), sys.__stdin__.fileno(), asyncio.Event()
    with line_modes_kept():
        try:
            tty.setraw(handle, termios.TCSAFLUSH)
        except termios.error:
            return
        loop.add_reader(handle, pressed.set)
        try:
            await pressed.wait()
            with contextlib.suppress(OSError):  # a terminal that was closed
                os.read(handle, 1024)
        finally:
            loop.remove_reader(handle)


@contextmanager
def line_modes_kept() -> Iterator[None]:
    """Restore the terminal's settings afterwards."""
    try:
        modes = termios.tcgetattr(sys.__stdin__) if sys.__stdin__ is not None else None
    except (termios.error, ValueError):
        modes = None
    try:
        yield
    finally:
        if modes is not None and sys.__stdin__ is not None:
            with contextlib.suppress(termios.error):  # a terminal that was closed
                termios.tcsetattr(sys.__stdin__, termios.TCSADRAIN, modes)


def _started(argv: Sequence[str]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(list(argv), stderr=subprocess.PIPE)  # noqa: S603 - no shell
    except FileNotFoundError:
        raise VastError(
            f"{argv[0]} is not installed here.", hint="Copy the command and run it elsewhere."
        ) from None
    except OSError as error:
        raise VastError(
            f"{argv[0]} could not be run: {error.strerror}.", hint="Copy the command instead."
        ) from None


def _wait(pid: int) -> int:
    """The exit code of a child. Stopped by `~^Z` or from outside, it is woken."""
    while True:
        _, status = os.waitpid(pid, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            return os.waitstatus_to_exitcode(status)
        if os.WSTOPSIG(status) in (signal.SIGTSTP, signal.SIGSTOP):
            os.kill(pid, signal.SIGCONT)


def _end(pid: int, waiting: Future[int]) -> int:
    """The exit code of a child, which is ended if it still runs. Blocks then, but not for long."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if not waiting.done():
            os.kill(pid, number)
        with contextlib.suppress(TimeoutError):
            return waiting.result(_SECONDS_TO_END)
    return waiting.result()


@contextmanager
def _passed_on(handle: int) -> Iterator[bytearray]:
    """Write to the terminal what arrives here, and keep it."""
    kept = bytearray()
    loop = asyncio.get_running_loop()
    os.set_blocking(handle, False)

    def pass_on() -> bool:
        try:
            data = os.read(handle, _MOST_WORDS)
        except BlockingIOError:
            return False
        if not data:
            loop.remove_reader(handle)
        kept.extend(data)
        del kept[:-_MOST_WORDS]
        write_terminal(_ADDED.sub(b"", data))
        return bool(data)

    loop.add_reader(handle, pass_on)
    try:
        yield kept
    finally:
        loop.remove_reader(handle)
        while pass_on():
            pass


def write_terminal(data: bytes) -> None:
    """Write to the terminal, if it is there."""
    with contextlib.suppress(OSError):
        while data:
            data = data[os.write(2, data) :]
