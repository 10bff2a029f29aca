"""The memory file, used in threads; what is wrong with it is told once."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from vasttui.clock import Clock
from vasttui.store.memory_file import MemoryFile

Answer = TypeVar("Answer")
_log = logging.getLogger(__name__)


class Memory:
    """The file at `path`; None keeps it in memory."""

    def __init__(
        self, path: Path | None, clock: Clock, tell: Callable[[str], None], *,
        sets_aside: bool = True,
    ) -> None:  # fmt: skip
        """`tell` gets sentences about the file. `sets_aside` as with `MemoryFile`."""
        self._file = MemoryFile(path, clock.now, sets_aside=sets_aside)
        self._tell = tell

    async def do(
        self, tables: Sequence[str], use: Callable[[sqlite3.Connection], Answer], *,
        bulky: bool = False,
    ) -> Answer:  # fmt: skip
        """One transaction, as with `MemoryFile.do`. Raises MemoryUnkept."""
        try:
            return await asyncio.to_thread(self._file.do, tables, use, bulky=bulky)
        finally:
            for sentence in self._file.news():
                _log.warning("%s", sentence)
                self._tell(sentence)

    async def aclose(self) -> None:
        """Close the file."""
        await asyncio.to_thread(self._file.close)
