"""The journal: actions are recorded before their requests are sent.

A row is durable before `open` returns, so that a crash between the request and its answer leaves a
trace, and two windows never do the same thing at once. It contains no secrets.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Set
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from vasttui.store.intent import SENT, Intent, Owner

if TYPE_CHECKING:
    from vasttui.store.database import Database


class Journal:
    """Rows in a file at `path`; None keeps them in memory. The file is opened on first use.

    Every method raises JournalUnwritable if the file cannot be used. Only `finish` blocks the
    event loop.
    """

    def __init__(self, path: Path | None, owner: Callable[[], Owner] = Owner) -> None:
        """`owner` is whose rows are added and taken over."""
        self.owner = owner
        self._path = path
        self._lock = threading.Lock()
        self._database: Database | None = None
        self._held: set[int] = set()
        self._left: set[str] | None = None

    async def open(
        self,
        kind: str,
        target: str,
        details: Mapping[str, str],
        *,
        now: float,
        state: str = SENT,
    ) -> Intent:
        """Record an action before it is sent; on disk when this returns. `now` is epoch seconds.

        Raises IntentExists while the same action is open.
        """
        new = Intent(0, kind, target, state, dict(details), "", now, self.owner())
        return await asyncio.to_thread(self._open, new)

    async def change(self, intent: Intent, state: str, note: str = "") -> None:
        """Record a new state; the row stays open."""
        await asyncio.to_thread(self._update, intent, state, note, True)

    async def settle(self, intent: Intent, state: str, note: str = "") -> None:
        """Record the final state and close the row; the same action may be opened again."""
        await asyncio.to_thread(self._update, intent, state, note, False)

    async def unfinished(self) -> list[Intent]:
        """The open rows, oldest first, whoever holds them."""
        return await asyncio.to_thread(lambda: self._opened().unfinished())

    async def left_behind(self, *kinds: str) -> list[Intent]:
        """The open rows of these kinds that were released or whose process died, oldest first."""
        if self._left is not None and self._left.isdisjoint(kinds):
            return []
        return await asyncio.to_thread(lambda: self._opened().left_behind(kinds))

    async def details(self, kind: str) -> list[Mapping[str, str]]:
        """The details of all rows of a kind, closed ones too, oldest first."""
        return await asyncio.to_thread(lambda: self._opened().details(kind))

    @asynccontextmanager
    async def one_look(self) -> AsyncIterator[Set[str]]:
        """One look for all who ask for rows that were left behind: meanwhile only those kinds are
        read of which it found some, which are given. A row that is left after it is found by the
        next one."""
        left = self._left = await asyncio.to_thread(lambda: self._opened().kinds_left_behind())
        try:
            yield left
        finally:
            self._left = None

    async def claim(self, intent: Intent) -> bool:
        """Take over a row that was left behind. False if somebody else has done that."""
        return await asyncio.to_thread(self._claim, intent, self.owner())

    def finish(self) -> None:
        """Close the file; blocks. Other processes may take over its open rows from now on."""
        with self._lock:
            if self._database is not None:
                self._database.close(sorted(self._held))

    def _open(self, new: Intent) -> Intent:
        intent = self._opened().add(new)
        self._held.add(intent.id)
        return intent

    def _update(self, intent: Intent, state: str, note: str, still_open: bool) -> None:
        self._opened().update(intent, state, note, still_open=still_open)
        if not still_open:
            self._held.discard(intent.id)

    def _claim(self, intent: Intent, owner: Owner) -> bool:
        claimed = self._opened().claim(intent, owner)
        if claimed:
            self._held.add(intent.id)
        return claimed

    def _opened(self) -> Database:
        # sqlite3 costs 3 ms of start-up and is not needed before the first action.
        from vasttui.store.database import Database

        with self._lock:
            if self._database is None:
                self._database = Database(self._path)
            return self._database
