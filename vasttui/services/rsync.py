"""Copies between this computer and instances: rsync, run here, over the login that `s` uses.

They end with the program. What is half there is kept, so that one that is asked for again goes on.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path

from vasttui.clock import Clock
from vasttui.errors import VastError
from vasttui.files import make_folder
from vasttui.models.data_transfer import MOST_SAID, End, Said, Stage, Transfer
from vasttui.models.rsync import own_words, progress_in, reason_in, rsync_argv
from vasttui.models.ssh_address import SshAddress
from vasttui.models.transfer_checks import BUSY
from vasttui.services.background import Background
from vasttui.services.ssh.errors import NEVER_IN, Trouble, read_login
from vasttui.services.system.programs import Finished, follow_program
from vasttui.text import MESSAGE_CAP, clean
from vasttui.words import plural

_NOTHING = "No file had to be copied: nothing was different."
_STOPPED = "What had arrived is still there: the same again goes on from it."
_LOCKED = "The key needs its passphrase, which is not asked for here: ssh-add takes it."
_NOTHING_CAME, _NO_RSYNC = "(0 bytes received so far)", 127
_EVERY = 0.25
"""Seconds between two changes that are told."""

Follow = Callable[[Sequence[str], Callable[[str], None]], Awaitable[Finished]]


class LocalCopies:
    """The copies that rsync makes here."""

    def __init__(
        self, clock: Clock, publish: Callable[[Transfer], None], follow: Follow = follow_program
    ) -> None:
        """`publish` gets every change of a stage, and of progress four times a second at most."""
        self._clock, self._publish, self._follow = clock, publish, follow
        self._background = Background()
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

    async def start(
        self, source: End, target: End, name: str, address: SshAddress, known_hosts: str
    ) -> Transfer:
        """Begin a copy, or go on with one that is over. One end is this computer, the other the
        instance called `name`. Raises VastError if it cannot begin."""
        await asyncio.to_thread(_prepare, source, target, Path(known_hosts).parent)
        if any((one.source, one.target) == (source, target) for one in self.under_way):
            raise VastError(BUSY)
        instance = target.id if source.kind == "here" else source.id
        argv = rsync_argv(instance, address, known_hosts, _here(source), _here(target))
        for one in self.all:
            if one.stage.is_over and (one.source, one.target) == (source, target):
                self.forget(one.number)
        self._begun += 1
        now, number = self._clock.now(), -self._begun
        self._rows[number] = Transfer(
            number=number, source=source, target=target, asked_at=now, since=now,
            stage=Stage.COPYING, run=tuple(argv),
        )  # fmt: skip
        self._running[number] = self._background.start(self._run(number, name))
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
            del self._rows[number]

    async def _run(self, number: int, name: str) -> None:
        argv = self._rows[number].run
        try:
            finished = await self._follow(argv, lambda line: self._take(number, line))
        except VastError as error:
            self._end(number, Stage.FAILED, error.sentence)
        except asyncio.CancelledError:
            self._end(number, Stage.STOPPED, _STOPPED)
            raise
        else:
            self._end(number, *self._result(number, name, finished))
        finally:
            self._running.pop(number, None)

    def _take(self, number: int, line: str) -> None:
        """A line that rsync printed."""
        transfer = self._rows[number]
        progress = progress_in(line, transfer.progress)
        if progress is not None:
            self._rows[number] = replace(transfer, progress=progress)
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
        if finished.code == NEVER_IN or (
            _NOTHING_CAME in finished.err and finished.code != _NO_RSYNC
        ):
            login = read_login(replace(finished, code=NEVER_IN))
            why = f"ssh could not log in to {name}: {login.sentence}"
            return Stage.FAILED, _LOCKED if login.trouble is Trouble.LOCKED else why
        return Stage.FAILED, clean(reason_in(finished.err, name), MESSAGE_CAP)

    def _end(self, number: int, stage: Stage, why: str) -> None:
        self._rows[number] = replace(
            self._rows[number], stage=stage, since=self._clock.now(), why=why
        )
        self._tell(number)

    def _tell(self, number: int) -> None:
        self._told = self._clock.monotonic()
        self._publish(self._rows[number])

    async def aclose(self) -> None:
        """Stop all of them."""
        await self._background.aclose()


def _here(end: End) -> End:
    """The end with a path that rsync takes for one of this computer, whatever is in it."""
    if end.kind != "here":
        return end
    path = os.path.expanduser(end.path)
    folder = "/" if path.endswith("/") else ""
    return replace(end, path=os.path.abspath(path) + folder)


def _prepare(source: End, target: End, hosts: Path) -> None:
    """Make the folders that rsync and ssh do not make; see whether the source is there."""
    try:
        make_folder(hosts)
        if target.kind == "here":
            Path(_here(target).path).parent.mkdir(parents=True, exist_ok=True)
        elif not Path(_here(source).path).exists():
            raise VastError(f"{source.path} is not on this computer.")
    except OSError as error:
        raise VastError(f"The folder cannot be made: {error.strerror}.") from None
