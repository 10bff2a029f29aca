"""The rows of the journal that remember what rsync has not finished."""

from __future__ import annotations

import asyncio
import json
import shlex
from collections.abc import Sequence
from contextlib import suppress

from vasttui.clock import Clock
from vasttui.errors import VastError
from vasttui.models.data_transfer import End, Progress, Stage, Transfer, end_from
from vasttui.services.background import Background
from vasttui.store.intent import SENT, Intent, IntentExists, JournalUnwritable
from vasttui.store.journal import Journal

KIND = "rsync"
"""The kind of its rows in the journal."""

EVERY = 15.0
"""Seconds between two notes that it runs."""

_ENDED = "It stopped when vasttui ended. What had arrived is still there: the same again goes on."
_ELSEWHERE = "Another vasttui window has this copy: go on with it there."
_KILLED = (
    "vasttui was killed while it ran, and rsync may have gone on by itself. The same again goes on "
    "where it is."
)
_HERE, _CLOSED = "here:", "closed"


class RsyncRows:
    """What is remembered of copies: ends, command, and how far they were. A journal that cannot be
    written keeps none from running."""

    def __init__(self, journal: Journal, clock: Clock, background: Background) -> None:
        self._journal, self._clock, self._background = journal, clock, background
        self._intents: dict[int, Intent] = {}
        self._noted = float("-inf")
        self._in_order = asyncio.Lock()
        self.is_closing = False

    async def open(self, transfer: Transfer) -> None:
        """Remember one that begins. Raises VastError if another window has it."""
        details = {
            "source": _written(transfer.source), "target": _written(transfer.target),
            "run": shlex.join(transfer.run), "flags": " ".join(transfer.flags),
        }  # fmt: skip
        key = f"{details['source']}>{details['target']}"
        try:
            async with self._in_order:
                self._intents[transfer.number] = await self._journal.open(
                    KIND, key, details, now=transfer.asked_at
                )
        except IntentExists:
            raise VastError(_ELSEWHERE) from None
        except JournalUnwritable:
            return

    def heard(self, transfer: Transfer) -> None:
        """Note now and then that it runs, for a program that is killed."""
        if self._clock.monotonic() - self._noted >= EVERY:
            self._noted = self._clock.monotonic()
            self._change(transfer, SENT)

    def ended(self, transfer: Transfer) -> None:
        """Note how it ended; what is done is not remembered."""
        if transfer.stage is Stage.DONE:
            self._background.send(self.close(transfer))
        elif transfer.stage is Stage.STOPPED and self.is_closing:
            self._change(transfer, _CLOSED)
        else:
            self._change(transfer, transfer.stage.value)

    def _change(self, transfer: Transfer, state: str) -> None:
        intent = self._intents.get(transfer.number)
        if intent is not None:
            progress = transfer.progress
            note = {"at": self._clock.now(), "why": transfer.why} | (
                {} if progress is None else {"sent": progress.sent, "share": progress.share}
            )
            self._background.send(self._write(intent, state, json.dumps(note)))

    async def _write(
        self, intent: Intent, state: str, note: str = "", *, ends: bool = False
    ) -> None:
        journal = self._journal
        async with self._in_order:
            with suppress(JournalUnwritable):
                await (journal.settle if ends else journal.change)(intent, state, note)

    async def close(self, transfer: Transfer) -> None:
        """Forget it."""
        intent = self._intents.pop(transfer.number, None)
        if intent is not None:
            await self._write(intent, transfer.stage.value, ends=True)

    async def left_behind(self) -> Sequence[Intent]:
        """Rows of this account that no window has any more, taken over. Raises
        JournalUnwritable."""
        return [
            intent
            for intent in await self._journal.left_behind(KIND)
            if self._journal.owner().owns(intent.owner) and await self._journal.claim(intent)
        ]

    async def taken(self, intent: Intent, number: int) -> Transfer | None:
        """The copy of a row, with this number from now on; None if it cannot be read."""
        transfer = _restored(intent, number)
        self._intents[number] = intent
        if transfer is None:
            del self._intents[number]
            await self._write(intent, "unreadable", ends=True)
        return transfer


def _written(end: End) -> str:
    return f"{_HERE}{end.path}" if end.kind == "here" else f"{end}"


def _read(text: str) -> End:
    """The end that was written. Raises ValueError for any other text."""
    path = text.removeprefix(_HERE)
    return end_from(text) if path == text else End("here", 0, path)


def _restored(intent: Intent, number: int) -> Transfer | None:
    details, note = intent.details, _note(intent.note)
    stages = {stage.value: stage for stage in (Stage.STOPPED, Stage.FAILED)}
    stage, why, at = stages.get(intent.state), f"{note.get('why', '')}", note.get("at")
    sent, share = note.get("sent"), note.get("share")
    if stage is None:
        closed = intent.state == _CLOSED
        stage, why = (Stage.STOPPED, _ENDED) if closed else (Stage.UNKNOWN, _KILLED)
    try:
        return Transfer(
            number=number, source=_read(details["source"]), target=_read(details["target"]),
            asked_at=intent.opened_at, since=at if isinstance(at, float) else intent.opened_at,
            stage=stage, why=why, flags=tuple(details["flags"].split()),
            run=tuple(shlex.split(details["run"])),
            progress=Progress(sent, share, 0.0)
            if isinstance(sent, int) and isinstance(share, int) and stage is not Stage.UNKNOWN
            else None,
        )  # fmt: skip
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def _note(text: str) -> dict[str, object]:
    """What was noted last; empty where that cannot be read."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
