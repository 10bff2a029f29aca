"""Gives the terminal to another program and takes it back."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from textual.app import SuspendNotSupported

from vasttui.errors import VastError
from vasttui.services.ssh.run import TERMINAL_RESET, write_terminal
from vasttui.ui.context import AppContext


@contextmanager
def lent_terminal(app: AppContext) -> Iterator[None]:
    """The body has the terminal to itself, while the program goes on and draws nothing.

    However the body ends, the screen comes back. Raises VastError where that cannot be.
    """
    failure: BaseException | None = None
    app.terminal_user = asyncio.current_task()
    # Ctrl-C is for the other program, which would inherit SIG_IGN. Ctrl-Z stops the shell's job.
    interrupt = signal.signal(signal.SIGINT, lambda number, frame: None)
    stop = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
    try:
        with app.suspend(), app.batch_update():
            try:
                yield
            except BaseException as error:  # noqa: BLE001 - Textual returns only from a good end
                failure = error
            tell(TERMINAL_RESET, end="")
    except SuspendNotSupported:
        raise VastError("ssh cannot run in this terminal: copy the command instead.") from None
    finally:
        app.terminal_user = None
        signal.signal(signal.SIGINT, interrupt)
        signal.signal(signal.SIGTSTP, stop)
    if failure is not None:
        raise failure


def tell(text: str, end: str = "\n") -> None:
    """Write to the terminal that was lent."""
    write_terminal(f"{text}{end}".encode("utf-8", "replace"))
