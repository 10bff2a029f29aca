"""Copies between this computer and instances: rsync, run here, over the login that `s` uses.

They end with the program. What is half there is kept, so that one that is asked for again goes on;
the journal has those that are not done, for the next start.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from msgspec import structs

from vasttui.clock import Clock
from vasttui.errors import VastError
from vasttui.files import make_folder
from vasttui.models.data_transfer import MOST_SAID, End, Said, Stage, Transfer
from vasttui.models.rsync import (
    COMPARE,
    COPY,
    DELETE,
    LIST,
    deletes,
    own_words,
    progress_in,
    reason_in,
    rsync_argv,
)
from vasttui.models.rsync_plan import Plan, empty_plan
from vasttui.models.ssh_address import SshAddress
from vasttui.models.transfer_checks import BUSY
from vasttui.services.background import Background
from vasttui.services.rsync_rows import RsyncRows
from vasttui.services.ssh.errors import NEVER_IN, Trouble, read_login
from vasttui.services.system.programs import Finished, follow_program
from vasttui.store.journal import Journal
from vasttui.text import MESSAGE_CAP, clean
from vasttui.words import plural

NOT_COMPARED = "Sizes were not compared."
_NOTHING = "No file had to be copied: nothing was different."
_STOPPED = "What had arrived is still there: the same again goes on from it."
_LOCKED = "The key needs its passphrase, which is not asked for here: ssh-add takes it."
_NOTHING_CAME, _NO_RSYNC = "(0 bytes received so far)", 127
_EVERY = 0.25
"""Seconds between two changes that are told."""

Follow = Callable[[Sequence[str], Callable[[str], None]], Awaitable[Finished]]


@dataclass(frozen=True, slots=True)
class Way:
    """The instance at the other end, and how ssh gets there: `hosts` is the file of host keys."""

    name: str
    address: SshAddress
    hosts: str

    def argv(self, source: End, target: End, more: Sequence[str]) -> list[str]:
        """The command with these options."""
        there = target.id if source.kind == "here" else source.id
        return rsync_argv(there, self.address, self.hosts, _here(source), _here(target), more)


class LocalCopies:
    """The copies that rsync makes here."""

    def __init__(
        self,
        clock: Clock,
        publish: Callable[[Transfer], None],
        journal: Journal | None = None,
        follow: Follow = follow_program,
    ) -> None:
        """`publish` gets every change of a stage, and of progress four times a second at most."""
        self._clock, self._publish, self._follow = clock, publish, follow
        self._background = Background()
        self._kept = RsyncRows(journal or Journal(None), clock, self._background)
        self._rows: dict[int, Transfer] = {}
        self._running: dict[int, asyncio.Task[None]] = {}
        self._told = float("-inf")
        self._begun = 0

    @property
    def all(self) -> tuple[Transfer, ...]:
        """All of them, oldest first."""
        return tuple(self._rows.values())

    @property
    def under_way(self) -> tuple[Transfer, ...]:
        """Those that run."""
        return tuple(one for one in self.all if not one.stage.is_over)

    async def plan(self, source: End, target: End, way: Way, *, delete: bool) -> Plan:
        """What a copy would do: a dry run. Raises VastError if it cannot be known."""
        await asyncio.to_thread(_look, source, Path(way.hosts).parent)
        plan = empty_plan()
        more = (*LIST, DELETE) if delete else LIST
        finished = await self._follow(way.argv(source, target, more), plan.take)
        if finished.code != 0:
            raise VastError(_why(finished, way.name))
        return plan

    async def start(
        self, source: End, target: End, way: Way, *, delete: int = 0, flags: tuple[str, ...] = ()
    ) -> Transfer:
        """Begin a copy, or go on with one that is over, and `delete` so many files at most that
        the source does not have. One end is this computer. `flags` are what was asked for. Raises
        VastError if it cannot begin."""
        await asyncio.to_thread(_prepare, source, target, Path(way.hosts).parent)
        if any((one.source, one.target) == (source, target) for one in self.under_way):
            raise VastError(BUSY)
        self._begun += 1
        now, number = self._clock.now(), -self._begun
        for one in self.all:
            if one.stage.is_over and (one.source, one.target) == (source, target):
                await self._kept.close(self._rows.pop(one.number))
                number = one.number  # the same row of the list
        started = Transfer(
            number=number, source=source, target=target, asked_at=now, since=now,
            stage=Stage.COPYING, flags=flags,
            run=tuple(way.argv(source, target, (*COPY, *deletes(delete)))),
        )  # fmt: skip
        await self._kept.open(started)
        self._rows[number] = started
        self._running[number] = self._background.start(self._run(number, way))
        self._tell(number)
        return self._rows[number]

    async def stop(self, number: int) -> None:
        """End rsync; what is half there stays."""
        if number in self._running:
            self._running[number].cancel()
            await asyncio.wait([self._running[number]])

    def forget(self, number: int) -> None:
        """Drop the row of one that is over."""
        if number in self._rows and self._rows[number].stage.is_over:
            self._background.send(self._kept.close(self._rows.pop(number)))

    async def recover(self) -> int:
        """Have again what an earlier run of the program left undone; how many those are. Raises
        JournalUnwritable."""
        before = len(self._rows)
        for intent in await self._kept.left_behind():
            self._begun += 1
            transfer = await self._kept.taken(intent, -self._begun)
            if transfer is not None:
                self._rows[transfer.number] = transfer
        return len(self._rows) - before

    async def _run(self, number: int, way: Way) -> None:
        transfer = self._rows[number]
        try:
            finished = await self._follow(transfer.run, lambda line: self._take(number, line))
            stage, why = self._result(number, way.name, finished)
            if stage is Stage.DONE:
                why = await self._compared(number, way, why)
            self._end(number, stage, why)
        except VastError as error:
            self._end(number, Stage.FAILED, error.sentence)
        except asyncio.CancelledError:
            if self._rows[number].stage is Stage.COPYING:
                self._end(number, Stage.STOPPED, _STOPPED)
            raise
        finally:
            self._running.pop(number, None)

    async def _compared(self, number: int, way: Way, why: str) -> str:
        """The same with what a comparison of all sizes says, once all has been copied."""
        transfer, plan = self._rows[number], empty_plan()
        self._rows[number] = replace(transfer, why=f"{why} Comparing sizes…")
        self._tell(number)
        argv = way.argv(transfer.source, transfer.target, COMPARE)
        try:
            finished = await self._follow(argv, plan.take)
        except asyncio.CancelledError:
            self._end(number, Stage.DONE, f"{why} {NOT_COMPARED}")
            raise
        except VastError:
            return f"{why} {NOT_COMPARED}"
        return f"{why} {plan.comparison if finished.code == 0 else NOT_COMPARED}"

    def _take(self, number: int, line: str) -> None:
        """A line that rsync printed."""
        transfer = self._rows[number]
        progress = progress_in(line, transfer.progress)
        if progress is not None:
            self._rows[number] = replace(transfer, progress=progress)
            self._kept.heard(self._rows[number])
        elif line.strip():
            self._note(number, line)
        if self._clock.monotonic() - self._told >= _EVERY:
            self._tell(number)

    def _note(self, number: int, line: str) -> None:
        transfer = self._rows[number]
        said = Said(self._clock.now(), 0, clean(line, MESSAGE_CAP))
        self._rows[number] = replace(transfer, said=(*transfer.said, said)[-MOST_SAID:])

    def _result(self, number: int, name: str, finished: Finished) -> tuple[Stage, str]:
        for line in own_words(finished.err)[-MOST_SAID:]:
            self._note(number, line)
        if finished.code == 0:
            progress = self._rows[number].progress
            files = None if progress is None else progress.files
            return Stage.DONE, f"{plural(files, 'file')} copied." if files else _NOTHING
        return Stage.FAILED, _why(finished, name)

    def _end(self, number: int, stage: Stage, why: str) -> None:
        progress = self._rows[number].progress
        if stage is Stage.DONE and progress is not None:
            progress = replace(progress, share=100)  # all of it is there, copied or not
        self._rows[number] = replace(
            self._rows[number], stage=stage, since=self._clock.now(), why=why, progress=progress
        )
        self._kept.ended(self._rows[number])
        self._tell(number)

    def _tell(self, number: int) -> None:
        self._told = self._clock.monotonic()
        self._publish(self._rows[number])

    async def aclose(self) -> None:
        """Stop all of them; the journal has them."""
        self._kept.is_closing = True
        await self._background.aclose()


def _why(finished: Finished, name: str) -> str:
    """Why rsync, or ssh below it, failed."""
    if finished.code == NEVER_IN or (_NOTHING_CAME in finished.err and finished.code != _NO_RSYNC):
        login = read_login(structs.replace(finished, code=NEVER_IN))
        why = f"ssh could not log in to {name}: {login.sentence}"
        return _LOCKED if login.trouble is Trouble.LOCKED else why
    return clean(reason_in(finished.err, name), MESSAGE_CAP)


def _here(end: End) -> End:
    """The end with a path that rsync takes for one of this computer, whatever is in it."""
    if end.kind != "here":
        return end
    path = os.path.expanduser(end.path)
    folder = "/" if path.endswith("/") else ""
    return replace(end, path=os.path.abspath(path) + folder)


def _look(source: End, hosts: Path) -> None:
    """Make the folder that ssh does not make; see whether the source is there."""
    try:
        make_folder(hosts)
        if source.kind == "here" and not Path(_here(source).path).exists():
            raise VastError(f"{source.path} is not on this computer.")
    except OSError as error:
        raise VastError(f"The folder cannot be made: {error.strerror}.") from None


def _prepare(source: End, target: End, hosts: Path) -> None:
    """The same, and make the folder that rsync does not make."""
    _look(source, hosts)
    try:
        if target.kind == "here":
            Path(_here(target).path).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise VastError(f"The folder cannot be made: {error.strerror}.") from None
