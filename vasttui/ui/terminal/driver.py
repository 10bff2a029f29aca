"""The terminal as Textual's driver: its modes, its size, its signals, what it sends."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import termios
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Protocol, cast

from textual._xterm_parser import XTermParser  # nothing public reads sequences
from textual.app import App
from textual.constants import ESCAPE_DELAY
from textual.driver import Driver
from textual.events import Key, Paste, Resize
from textual.geometry import Size

from vasttui.ui.terminal.output import Output
from vasttui.ui.terminal.pieces import ESCAPE, Pasted, Pieces, decoder

_INPUT, _OUTPUT = 0, 2
_READ = 65_536
_HANGUP = 128 + signal.SIGHUP

_KEYS = 1 | 4 | 8 | 16
"""Of the newer keyboard protocol: all keys as reports, with their text and their place on a US
keyboard (https://sw.kovidgoyal.net/kitty/keyboard-protocol)."""

_MOUSE = (1000, 1003, 1015, 1006)
_ENTER = (
    "\x1b[?1049h\x1b[?25l\x1b[?1004h\x1b[?2004h\x1b[?7l"  # screen, cursor, focus, paste, wrap
    f"\x1b[>{_KEYS}u" + "".join(f"\x1b[?{mode}h" for mode in _MOUSE)
)
_LEAVE = (
    "".join(f"\x1b[?{mode}l" for mode in _MOUSE)
    + "\x1b[<u\x1b[?2004l\x1b[?1004l\x1b[?7h\x1b[?1049l\x1b[?25h\x1b[0m"
)
_ASK_SYNC = "\x1b[?2026$p"


class Crashing(Protocol):
    """An application that can be told of a fault in its driver."""

    def crash(self, error: BaseException) -> None:
        """End with a report of the fault."""


class TerminalDriver(Driver):
    """Draws on standard error and reads standard input, as long as this terminal is there."""

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        self._told = size or _size()
        super().__init__(app, debug=debug, mouse=mouse, size=self._told)
        self._parser = XTermParser(debug)
        self._escape: asyncio.TimerHandle | None = None
        self._output: Output | None = None
        self._lines: list[Any] | None = None
        self._early = True
        signal.signal(signal.SIGTSTP, self._handler(self._stop))
        signal.signal(signal.SIGCONT, self._handler(self._continue))

    @property
    def can_suspend(self) -> bool:
        return True

    def write(self, data: str) -> None:
        if self._output is not None:
            self._output.write(data)

    def start_application_mode(self) -> None:
        self._lines = _line_settings()
        self._decode = decoder()
        self._pieces = Pieces()
        signal.signal(signal.SIGWINCH, self._handler(self._tell_size))
        self._output = Output(_OUTPUT, self._caught_up)
        self._output.start()
        self._enter()
        self._loop.add_reader(_INPUT, self._read)
        if _size() != self._told:  # the application knows that one, and would lay out all again
            self._tell_size()

    def disable_input(self) -> None:
        if self._loop.remove_reader(_INPUT):
            with suppress(termios.error):  # reports on their way are not for who comes next
                termios.tcflush(_INPUT, termios.TCIFLUSH)
        if self._escape is not None:
            self._escape.cancel()
        signal.signal(signal.SIGWINCH, signal.SIG_DFL)

    def stop_application_mode(self) -> None:
        self.disable_input()
        self.write(_LEAVE)
        if self._lines is not None:
            _set_lines(self._lines)

    def close(self) -> None:
        if self._output is not None:
            self._output.finish()
            self._output = None

    def _enter(self, before: str = "") -> None:
        if self._lines is not None:
            _set_lines(_raw(self._lines))  # first: in the background it stops the program
        self.write(before + _ENTER)
        if os.environ.get("TERM_PROGRAM") != "Apple_Terminal":  # it would print the question
            self.write(_ASK_SYNC)

    def _caught_up(self) -> None:
        """The terminal has, after frames were dropped: draw everything as it is now."""
        self._loop.call_soon_threadsafe(self._app.call_later, self._draw_all)

    def _draw_all(self) -> None:
        if self._output is not None:
            self._output.go_on()
        self._app.refresh()

    def _tell_size(self) -> None:
        size = Size(*_size())
        self.send_message(Resize(size, size))

    def _handler(self, act: Callable[[], None]) -> Callable[[int, object], None]:
        """Leaves the work to the event loop, unless something else has the terminal."""

        def handle(number: int, frame: object) -> None:
            if self._output is None:
                act()
            else:
                self._loop.call_soon_threadsafe(act)

        return handle

    def _stop(self) -> None:
        """Ctrl-Z: give the terminal back, stop, and take it again when continued."""
        ours = self._output is not None
        if ours:
            self.suspend_application_mode()
        handler = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.killpg(os.getpgrp(), signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, handler)
        if ours:
            self.resume_application_mode()
            self.send_message(self.SignalResume())

    def _continue(self) -> None:
        """Continued after a stop from outside: the shell had the terminal meanwhile."""
        if self._output is not None:
            self._enter(_LEAVE)
            self._tell_size()
            self.send_message(self.SignalResume())

    def _read(self) -> None:
        try:
            data = os.read(_INPUT, _READ)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:  # the terminal is gone
            self.disable_input()
            self._app.exit(return_code=_HANGUP)
            return
        if self._early:  # typed while the terminal still made line feeds of Enter
            self._early, data = False, data.replace(b"\n", b"\r")
        self._take(lambda: self._pieces.feed(self._decode(data)))

    def _take(self, pieces: Callable[[], Iterable[str | Pasted]]) -> None:
        """Send what was typed. A fault here would otherwise be lost in the event loop."""
        try:
            for piece in pieces():
                self._send(piece)
        except Exception as error:  # noqa: BLE001 - the outermost edge of the input
            cast(Crashing, self._app).crash(error)
            return
        if self._escape is not None:
            self._escape.cancel()
        if self._pieces.undecided:
            self._escape = self._loop.call_later(ESCAPE_DELAY, self._take, self._pieces.expire)

    def _send(self, piece: str | Pasted) -> None:
        if isinstance(piece, Pasted):
            self.process_message(Paste(piece.text))
        elif piece == ESCAPE:
            self.process_message(Key("escape", ESCAPE))
        else:
            for message in self._parser.feed(piece):
                self.process_message(message)


def _size() -> tuple[int, int]:
    """Columns and rows; a terminal that does not know them has those of the environment."""
    try:
        size = os.get_terminal_size(_OUTPUT)
    except OSError:
        size = os.terminal_size((0, 0))
    columns, rows = size if 0 not in size else shutil.get_terminal_size((80, 24))
    return columns, rows


def _line_settings() -> list[Any] | None:
    try:
        return termios.tcgetattr(_INPUT)
    except termios.error:
        return None


def _set_lines(lines: list[Any]) -> None:
    with suppress(termios.error):
        termios.tcsetattr(_INPUT, termios.TCSANOW, lines)


def _raw(lines: list[Any]) -> list[Any]:
    """Every key at once and as it is, Ctrl-C, Ctrl-S and Ctrl-Z too."""
    iflag, oflag, cflag, lflag, *speeds, keys = lines
    iflag &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
    lflag &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
    keys = [*keys]
    keys[termios.VMIN], keys[termios.VTIME] = 1, 0
    return [iflag, oflag, cflag, lflag, *speeds, keys]
