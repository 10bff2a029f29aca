"""Writes to the terminal in a thread, as a terminal may be slow or gone."""

from __future__ import annotations

import os
import re
import select
from collections.abc import Callable
from queue import SimpleQueue
from threading import BoundedSemaphore, Lock, Thread

from vasttui.ui.terminal.frames import shortened

_MOST_WAITING = 30
"""Texts that may wait for the terminal before the program does."""

_BEHIND = 6144
"""Characters that may wait behind the text being written: ticks of a clock while a slow terminal
takes a whole screen."""

_BEGIN, _END = "\x1b[?2026h", "\x1b[?2026l"
"""Around a frame, where the terminal draws whole frames."""

_FRAME = re.compile(r"\x1b\[\d+;\d+H")
"""How a frame begins: the cursor moves."""


class Output(Thread):
    """Takes text and writes it as UTF-8, whatever the environment says; ends with `finish`.

    Frames that a slow terminal would show too late are dropped, and all after them, which would be
    drawn over the wrong ones; once it has caught up, `redraw` is called, in the thread, and frames
    are taken again after `go_on`. Once the terminal is gone, what is written to it is dropped.
    """

    def __init__(self, file: int, redraw: Callable[[], None]) -> None:
        super().__init__(name="terminal-output", daemon=True)
        self._file, self._redraw = file, redraw
        self._queue: SimpleQueue[str | None] = SimpleQueue()
        self._room = BoundedSemaphore(_MOST_WAITING)
        self._lock = Lock()
        self._waiting, self._unwritten = 0, 0
        self._dropped = self._asked = False
        self._marks = False

    def write(self, text: str) -> None:
        """Write this after what was written before."""
        if text in (_BEGIN, _END):
            self._marks = True
        elif _FRAME.match(text) is None:
            self._put(text)
        elif not self._is_late(frame := shortened(text)):
            self._put(f"{_BEGIN}{frame}{_END}" if self._marks else frame)

    def go_on(self) -> None:
        """Take frames again: the next one draws everything."""
        with self._lock:
            self._dropped = self._asked = False

    def finish(self) -> None:
        """Wait until everything is written."""
        self._queue.put(None)
        self.join()

    def run(self) -> None:
        gone = False
        while (text := self._queue.get()) is not None:
            with self._lock:
                self._waiting -= len(text)
            if not gone:
                gone = not _write(self._file, text.encode(errors="replace"))
            self._room.release()
            with self._lock:
                self._unwritten -= len(text)
                due = self._dropped and not self._asked and not self._unwritten
                self._asked |= due
            if due:
                self._redraw()

    def _put(self, text: str) -> None:
        self._room.acquire()
        with self._lock:
            self._waiting += len(text)
            self._unwritten += len(text)
        self._queue.put(text)

    def _is_late(self, frame: str) -> bool:
        """Whether this frame would have to wait for too long, or is about one that would have."""
        with self._lock:
            late = self._unwritten > 0 and self._waiting + len(frame) > _BEHIND
            self._dropped |= late
            return self._dropped


def _write(file: int, data: bytes) -> bool:
    """Write all of it; False when the terminal is gone."""
    while data:
        try:
            data = data[os.write(file, data) :]
        except BlockingIOError:  # as another program may leave it
            select.select([], [file], [])
        except OSError:
            return False
    return True
