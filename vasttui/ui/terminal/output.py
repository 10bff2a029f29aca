"""Writes to the terminal in a thread, as a terminal may be slow or gone."""

from __future__ import annotations

import os
import select
from queue import SimpleQueue
from threading import BoundedSemaphore, Thread

_MOST_WAITING = 30
"""Frames that may wait for the terminal before the program does."""


class Output(Thread):
    """Takes text and writes it as UTF-8, whatever the environment says; ends with `finish`.

    Once the terminal is gone, what is written to it is dropped.
    """

    def __init__(self, file: int) -> None:
        super().__init__(name="terminal-output", daemon=True)
        self._file = file
        self._queue: SimpleQueue[str | None] = SimpleQueue()
        self._room = BoundedSemaphore(_MOST_WAITING)

    def write(self, text: str) -> None:
        """Write this after what was written before."""
        self._room.acquire()
        self._queue.put(text)

    def finish(self) -> None:
        """Wait until everything is written."""
        self._queue.put(None)
        self.join()

    def run(self) -> None:
        gone = False
        while (text := self._queue.get()) is not None:
            if not gone:
                gone = not _write(self._file, text.encode(errors="replace"))
            self._room.release()


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
