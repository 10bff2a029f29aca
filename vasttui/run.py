"""The edge to the operating system: signals, the terminal as it was, the exit code."""

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
    """What is run: a Textual application."""

    @property
    def return_code(self) -> int | None: ...

    async def run_async(self) -> object: ...

    def exit(self, result: None = None, return_code: int = 0) -> None: ...


class Terminal:
    """The terminal as it was before the program took it over."""

    def __init__(self) -> None:
        self._input, self._output = 0, 2
        self._attributes: list[Any] | None = None
        try:
            self._attributes = termios.tcgetattr(self._input)
        except termios.error:
            self._attributes = None

    def restore(self) -> None:
        """Give it back; a terminal that is gone by now is left alone."""
        if self._attributes is None:
            return
        try:
            termios.tcsetattr(self._input, termios.TCSANOW, self._attributes)
            os.write(self._output, _RESET)
        except (OSError, termios.error):
            return


class Loop(asyncio.SelectorEventLoop):
    """Runs tasks in the order they were started in, on every Python.

    From Python 3.12 on Textual asks for eager tasks. A screen is then composed before it is on the
    screen stack, where the inputs in it look for it and end the program.
    """

    def set_task_factory(self, factory: object) -> None:
        super().set_task_factory(None)


class EndBySignal:
    """Ends the application in order on SIGTERM, SIGHUP and SIGINT; by force if that takes long.

    The loop is told by its own handler. The force comes from a thread, because a loop that is
    stuck or waits for a dead terminal cannot end itself.
    """

    def __init__(self, app: Application, terminal: Terminal) -> None:
        self._app = app
        self._terminal = terminal
        self._timer: threading.Timer | None = None
        self.code: int | None = None

    def install(self, loop: asyncio.AbstractEventLoop) -> None:
        for number in _ENDING:
            loop.add_signal_handler(number, self._end_in_order, number)
            # Replaces the handler that does nothing; the loop is still woken by its own pipe.
            signal.signal(number, self._arm)

    def disarm(self) -> None:
        """The application has ended: no force any more, and signals end the process at once."""
        if self._timer is not None:
            self._timer.cancel()
        for number in _ENDING:
            signal.signal(number, signal.SIG_DFL)

    def _arm(self, number: int, frame: object) -> None:
        if self._timer is None:
            self.code = 128 + number
            self._timer = threading.Timer(_SECONDS_TO_END, self._end_by_force)
            self._timer.daemon = True
            self._timer.start()

    def _end_in_order(self, number: signal.Signals) -> None:
        self._app.exit(return_code=128 + number)

    def _end_by_force(self) -> None:
        # Writing to a stopped terminal blocks for ever, so it gets a thread and little time.
        restoring = threading.Thread(target=self._terminal.restore, daemon=True)
        restoring.start()
        restoring.join(_SECONDS_TO_RESTORE)
        os._exit(self.code or 1)


def run_app(app: Application) -> int:
    """Run the application until it ends and return the exit code of the process.

    128 + n after signal n, 1 after a crash, else the application's own code.
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
    """Textual writes every key to a log when the environment says so; a pasted key as well."""
    for name in ("TEXTUAL", "TEXTUAL_LOG", "TEXTUAL_DEBUG"):
        os.environ.pop(name, None)


def why_no_screen() -> str:
    """Why the dashboard cannot be drawn here; empty when it can."""
    if not (sys.stdin.isatty() and sys.stderr.isatty() and sys.stdout.isatty()):
        return "vasttui needs a terminal: input and output may not be redirected"
    if os.environ.get("TERM") == "dumb":
        return "this terminal calls itself dumb (TERM=dumb): it cannot move the cursor"
    return ""
