"""Runs ssh in this terminal and waits for it."""

from __future__ import annotations

import signal
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from vasttui.errors import VastError

COULD_NOT_LOG_IN = 255
"""The exit code of ssh itself; any other comes from the remote side."""

TERMINAL_RESET = (
    "\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1016l"  # mouse reports
    "\x1b[?2004l\x1b[?1004l\x1b[?2048l"  # reports of pasting, focus and size
    "\x1b[<u\x1b[>4m\x1b[?1l\x1b>"  # keys as they were
    "\x1b[?1049l\x1b7\x1b[r\x1b8\x1b[?7h"  # normal screen, all of it scrolls, lines wrap
    "\x1b(B\x1b[0m\x1b[?25h"  # letters, colours, cursor
)
"""Written after ssh: a remote program that was cut off leaves its terminal modes behind."""


def run_ssh(argv: Sequence[str], run: Callable[[list[str]], int] = subprocess.call) -> int:
    """Run a command without a shell and return its exit code, -n when signal n ended it.

    Blocks; only for the main thread. Ctrl-C goes to the command only, and terminal modes are
    restored afterwards. Raises VastError if the command cannot be run.
    """
    try:
        with _line_modes_kept(), _interrupts_ignored():
            return run(list(argv))
    except FileNotFoundError:
        raise VastError(
            f"{argv[0]} is not installed here.", hint="Copy the command and run it elsewhere."
        ) from None
    except OSError as error:
        raise VastError(
            f"{argv[0]} could not be run: {error.strerror}.", hint="Copy the command instead."
        ) from None


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Ignore Ctrl-C, not by SIG_IGN, which the command would inherit. The event loop's wakeup pipe
    is disabled, or the loop would act on the signal later."""
    handler = signal.signal(signal.SIGINT, lambda number, frame: None)
    wakeup = signal.set_wakeup_fd(-1)
    try:
        yield
    finally:
        signal.set_wakeup_fd(wakeup)
        signal.signal(signal.SIGINT, signal.SIG_DFL if handler is None else handler)


@contextmanager
def _line_modes_kept() -> Iterator[None]:
    try:
        modes = termios.tcgetattr(sys.__stdin__) if sys.__stdin__ is not None else None
    except (termios.error, ValueError):
        modes = None
    try:
        yield
    finally:
        if modes is not None and sys.__stdin__ is not None:
            termios.tcsetattr(sys.__stdin__, termios.TCSADRAIN, modes)
