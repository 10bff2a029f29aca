"""The edge to the operating system: signals, terminal state, exit code."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import termios
import threading
from typing import Any, Protocol

_SECONDS_TO_END = 1.5
_SECONDS_TO_RESTORE = 0.4
_ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)

_RESET = (
    b"\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l"  # mouse
    b"\x1b[?2004l\x1b[?1004l\x1b[?2048l"  # paste, focus and resize reports
    b"\x1b[<u\x1b[?7h\x1b[?1049l\x1b[?25h\x1b[0m"  # keys, line wrap, normal screen, cursor
)


class Application(Protocol):
    """The part of a Textual application that is needed here."""

    @property
    def return_code(self) -> int | None:
        """Its exit code; None while it is running."""

    async def run_async(self) -> object:
        """Run until it exits."""

    def exit(self, result: None = None, return_code: int = 0) -> None:
        """Make it exit with this code."""


class Terminal:
    """The state of the terminal before the program took it over."""

    def __init__(self) -> None:
        self._input, self._output = 0, 2
        self._attributes: list[Any] | None = None
        try:
            self._attributes = termios.tcgetattr(self._input)
        except termios.error:
            self._attributes = None

    def restore(self) -> None:
        """Restore that state; a terminal that no longer exists is ignored."""
        if self._attributes is None:
            return
        try:
            termios.tcsetattr(self._input, termios.TCSANOW, self._attributes)
            os.write(self._output, _RESET)
        except (OSError, termios.error):
            return


class Loop(asyncio.SelectorEventLoop):
    """Runs tasks in the order they were started, on every Python version.

    From Python 3.12 on Textual asks for eager tasks. A screen is then composed before it is on the
    screen stack, where its inputs look for it and crash the program.
    """

    def set_task_factory(self, factory: object) -> None:
        """Ignore the factory."""
        super().set_task_factory(None)


class EndBySignal:
    """Exits the application cleanly on SIGTERM, SIGHUP and SIGINT; by force if that takes too long.

    The loop's own handler starts the clean exit. The forced exit comes from a thread, because a
    loop that is stuck or waiting for a dead terminal cannot exit.
    """

    def __init__(self, app: Application, terminal: Terminal) -> None:
        self._app = app
        self._terminal = terminal
        self._timer: threading.Timer | None = None
        self.code: int | None = None

    def install(self, loop: asyncio.AbstractEventLoop) -> None:
        """Install the signal handlers."""
        for number in _ENDING:
            loop.add_signal_handler(number, self._exit_cleanly, number)
            # Replaces asyncio's empty handler; the loop is still woken by its own pipe.
            signal.signal(number, self._arm)

    def disarm(self) -> None:
        """The application has exited: cancel the forced exit and restore the default handlers."""
        if self._timer is not None:
            self._timer.cancel()
        for number in _ENDING:
            signal.signal(number, signal.SIG_DFL)

    def _arm(self, number: int, frame: object) -> None:
        if self._timer is None:
            self.code = 128 + number
            self._timer = threading.Timer(_SECONDS_TO_END, self._exit_by_force)
            self._timer.daemon = True
            self._timer.start()

    def _exit_cleanly(self, number: signal.Signals) -> None:
        if self.code is not None:  # None: the signal is for a program that has the terminal
            self._app.exit(return_code=128 + number)

    def _exit_by_force(self) -> None:
        # Writing to a stopped terminal blocks forever, so it gets a thread and little time.
        restoring = threading.Thread(target=self._terminal.restore, daemon=True)
        restoring.start()
        restoring.join(_SECONDS_TO_RESTORE)
        os._exit(self.code or 1)


def run_app(app: Application) -> int:
    """Run the application until it exits and return the exit code of the process.

    That is 128 + n after signal n, otherwise the application's own code (1 after a crash).
    """
    terminal = Terminal()
    ending = EndBySignal(app, terminal)
    try:
        with asyncio.Runner(loop_factory=Loop) as runner:
            runner.run(_until_end(app, ending))
    finally:
        ending.disarm()
    return ending.code if ending.code is not None else app.return_code or 0


async def _until_end(app: Application, ending: EndBySignal) -> None:
    ending.install(asyncio.get_running_loop())
    await app.run_async()


def forget_debug_settings() -> None:
    """Remove Textual's debug settings: with them it logs every key press and paste."""
    for name in ("TEXTUAL", "TEXTUAL_LOG", "TEXTUAL_DEBUG"):
        os.environ.pop(name, None)


def draw_soon() -> None:
    """Have Textual draw what has changed within 8 ms, not 17, unless its own setting says
    otherwise. It is read when Textual is imported."""
    os.environ.setdefault("TEXTUAL_FPS", "120")


def why_no_screen() -> str:
    """Why the dashboard cannot run here; empty if it can."""
    if not (sys.stdin.isatty() and sys.stderr.isatty() and sys.stdout.isatty()):
        return "vasttui needs a terminal: input and output cannot be redirected"
    if os.environ.get("TERM") == "dumb":
        return "vasttui needs a terminal that can move the cursor (TERM=dumb cannot)"
    return ""
