"""Copies between instances and volumes: asked for once, then looked for in what instances report.

The service gives no id and no end of a copy. What it accepted counts as under way until the status
message of the target says that it is done, that of the source why it failed, or a day has passed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Protocol

from vasttui.api.outcome import Fate, Outcome
from vasttui.clock import Clock
from vasttui.errors import Unconfirmed, VastError
from vasttui.models.copy_words import failure_in, words_in
from vasttui.models.data_transfer import (
    DRY_RUN,
    MOST_SAID,
    End,
    Said,
    Stage,
    Transfer,
    end_from,
    lane,
)
from vasttui.models.transfer_checks import BUSY
from vasttui.services.background import Background
from vasttui.services.fleet.snapshot import Fleet
from vasttui.store.intent import Intent, IntentExists, JournalUnwritable
from vasttui.store.journal import Journal
from vasttui.text import MESSAGE_CAP, clean
from vasttui.units import DAY, MINUTE
from vasttui.words import plural

KIND = "copy"
"""The kind of its rows in the journal."""

ANSWERLESS = 5 * MINUTE
"""How long one without an answer is looked for; reports are half a minute late."""

STILL = MINUTE
"""After a cancel: nothing new for this long means that it stopped."""

LONGEST = DAY

_ACCEPTED, _STOPPING = "accepted", "stopping"


class CopyService(Protocol):
    """Requests for copies. Each is sent once and raises nothing."""

    async def copy(self, source: End, target: End, flags: Sequence[str] = ()) -> Outcome:
        """Copy data; `flags` are for a cloud."""

    async def cancel(self, source: End, target: End) -> Outcome:
        """Cancel all copies of their lane."""


class Copies:
    """The copies asked for in this program, and those that an earlier run left without an end."""

    def __init__(
        self,
        api: CopyService,
        journal: Journal,
        clock: Clock,
        fleet: Callable[[], Fleet],
        publish: Callable[[Transfer], None],
    ) -> None:
        """`publish` gets every change but new words."""
        self._api, self._journal, self._clock = api, journal, clock
        self._fleet, self._publish = fleet, publish
        self._background = Background()
        self._rows: dict[int, tuple[Transfer, Intent]] = {}

    @property
    def all(self) -> tuple[Transfer, ...]:
        """All of them, oldest first."""
        return tuple(transfer for transfer, _ in self._rows.values())

    @property
    def under_way(self) -> tuple[Transfer, ...]:
        """Those without an end."""
        return tuple(one for one in self.all if not one.stage.is_over)

    def beside(self, source: End, target: End) -> tuple[Transfer, ...]:
        """Those under way in the lane of these ends: a cancel stops all of them."""
        return tuple(one for one in self.under_way if one.lane == lane(source, target))

    async def start(self, source: End, target: End, flags: tuple[str, ...] = ()) -> Transfer:
        """Ask for a copy, once, after its row is in the journal. Raises VastError if it was
        refused or not sent, Unconfirmed if nobody can say: then it is looked for."""
        now, before = self._clock.now(), self._messages(source, target)
        details = {"source": f"{source}", "target": f"{target}"}
        details |= {"flags": " ".join(flags)} if flags else {}
        cloud = source.name or target.name
        details |= {"cloud": cloud} if cloud else {}
        details |= {f"said {number}": text for number, text in before.items()}
        try:
            intent = await self._journal.open(
                KIND, f"{source.wire}>{target.wire}", details, now=now
            )
        except IntentExists:
            raise VastError(BUSY) from None
        asked = Transfer(number=intent.id, source=source, target=target, asked_at=now, since=now,
                         before=before, flags=flags)  # fmt: skip
        self._rows[intent.id] = asked, intent
        outcomes: list[Outcome] = []

        async def send() -> None:
            outcomes.append(await self._api.copy(source, target, flags))
            await self._answered(asked, intent, outcomes[0])

        await self._background.send(send())
        [outcome] = outcomes
        if outcome.fate is Fate.UNKNOWN:
            raise Unconfirmed(f"{outcome.error}") from outcome.error
        outcome.unwrap()
        return self._rows[intent.id][0]

    async def _answered(self, asked: Transfer, intent: Intent, outcome: Outcome) -> None:
        if outcome.fate is Fate.OK:
            log = _log_in(outcome.data)
            with suppress(JournalUnwritable):
                await self._journal.change(intent, _ACCEPTED, log)
            self._set(replace(asked, stage=Stage.COPYING, log=log))
        elif outcome.fate is Fate.UNKNOWN:
            self._set(replace(asked, why="No answer came. It is looked for, and not sent again."))
        else:
            del self._rows[intent.id]
            with suppress(JournalUnwritable):
                await self._journal.settle(intent, "refused")

    async def cancel(self, source: End, target: End) -> None:
        """Cancel every copy in the lane of these ends. Raises VastError, Unconfirmed if nobody can
        say whether they are cancelled."""
        outcome = await self._api.cancel(source, target)
        if outcome.fate is Fate.UNKNOWN:
            raise Unconfirmed(f"{outcome.error}") from outcome.error
        outcome.unwrap()
        for transfer in self.beside(source, target):
            intent = self._rows[transfer.number][1]
            self._set(replace(transfer, stage=Stage.STOPPING, since=self._clock.now(), why=""))
            with suppress(JournalUnwritable):
                await self._journal.change(intent, _STOPPING, transfer.log)

    def forget(self, number: int) -> None:
        """Drop the row of one that is over."""
        if number in self._rows and self._rows[number][0].stage.is_over:
            del self._rows[number]

    def see(self, fleet: Fleet) -> None:
        """Learn from a new reading of the instances."""
        if fleet.as_of is None:
            return
        lanes = Counter(transfer.lane for transfer in self.under_way)
        for transfer in self.under_way:
            self._hear(transfer, fleet, lanes[transfer.lane])
        for transfer in self.under_way:
            self._pass_time(transfer, fleet)

    def _hear(self, transfer: Transfer, fleet: Fleet, beside: int) -> None:
        """Note what is new in the messages of both ends; `beside` are the copies of its lane."""
        for end in (transfer.source, transfer.target):
            row = fleet.row(end.id) if end.kind == "instance" else None
            text = "" if row is None else row.instance.status_msg or ""
            report = words_in(text, cloud=transfer.is_sync)
            if report is None or transfer.stage.is_over or not self._is_new(transfer, end, text):
                continue
            if not self._concerns(transfer, end, text, report):
                continue
            words = Said(self._clock.now(), end.id, text, known=report != "words")
            transfer = replace(transfer, said=(*transfer.said, words)[-MOST_SAID:])
            self._rows[transfer.number] = transfer, self._rows[transfer.number][1]
            if report == "failed":
                self._end(transfer, *self._failed(transfer, text, beside))
            elif report == "done":
                self._end(transfer, *self._done(transfer, beside))
            elif report == "progress" and transfer.stage is Stage.ASKED:
                self._set(replace(transfer, stage=Stage.COPYING, why=""))
            transfer = self._rows[transfer.number][0]

    @staticmethod
    def _is_new(transfer: Transfer, end: End, text: str) -> bool:
        """Whether it was not said before: what stood there when it was asked for is of another."""
        heard = [one.text for one in transfer.said if one.by == end.id]
        return text != (heard[-1] if heard else transfer.before.get(end.id, ""))

    def _concerns(self, transfer: Transfer, end: End, text: str, report: str) -> bool:
        """Whether it is about this copy: the target says what arrives, the source why nothing does
        (the target, where the source is no instance). Of several, that whose path is named."""
        if transfer.is_sync:
            return True
        blamed = transfer.source if transfer.source.kind == "instance" else transfer.target
        if report != "failed":
            return end is transfer.target
        if end is not blamed:
            return False
        others = [
            one
            for one in self.under_way
            if not one.is_sync and end.place in (one.source.place, one.target.place)
        ]
        return len(others) == 1 or f'"{transfer.target.path.rstrip("/")}' in text

    @staticmethod
    def _failed(transfer: Transfer, text: str, beside: int) -> tuple[Stage, str]:
        if transfer.is_sync and beside > 1:
            return Stage.UNKNOWN, f"“{text}” was said of one of {beside} copies. Look at the files."
        return Stage.FAILED, failure_in(text)

    @staticmethod
    def _done(transfer: Transfer, beside: int) -> tuple[Stage, str]:
        if beside > 1:
            why = f"“Done” was said, but {plural(beside, 'copy', 'copies')} went there."
            return Stage.UNKNOWN, f"{why} Look at the files."
        if DRY_RUN in transfer.flags:
            return Stage.DONE, "Nothing was copied: its log has what would be."
        return Stage.DONE, "The service says it is done. Sizes were not compared."

    def _pass_time(self, transfer: Transfer, fleet: Fleet) -> None:
        """End what is not heard of for too long, or cannot be."""
        now, last = self._clock.now(), max([transfer.since, *(one.at for one in transfer.said)])
        there = transfer.source if transfer.target.kind == "cloud" else transfer.target
        if there.kind == "instance" and fleet.row(there.id) is None:
            self._end(transfer, Stage.UNKNOWN, "Its instance is no longer listed.")
        elif transfer.stage is Stage.STOPPING and now - last > STILL:
            why = "Nothing new came after the cancel. What had arrived is still there."
            self._end(transfer, Stage.STOPPED, why)
        elif transfer.stage is Stage.ASKED and now - transfer.asked_at > ANSWERLESS:
            why = "No answer came, and nothing was said of it. Look at the files."
            self._end(transfer, Stage.UNKNOWN, why)
        elif now - transfer.asked_at > LONGEST:
            last_words = (
                f" The last words were “{transfer.said[-1].text}”." if transfer.said else ""
            )
            why = f"No end was seen in a day.{last_words} Look at the files."
            self._end(transfer, Stage.UNKNOWN, why)

    def _end(self, transfer: Transfer, stage: Stage, why: str) -> None:
        intent = self._rows[transfer.number][1]
        self._set(replace(transfer, stage=stage, since=self._clock.now(), why=why))
        self._background.send(self._quietly(self._journal.settle(intent, stage.value)))

    @staticmethod
    async def _quietly(work: Coroutine[Any, Any, None]) -> None:
        with suppress(JournalUnwritable):
            await work

    def _set(self, transfer: Transfer) -> None:
        self._rows[transfer.number] = transfer, self._rows[transfer.number][1]
        self._publish(transfer)

    def _messages(self, *ends: End) -> dict[int, str]:
        """What the instances at these ends say now."""
        rows = [self._fleet().row(end.id) for end in ends if end.kind == "instance"]
        return {row.id: row.instance.status_msg or "" for row in rows if row is not None}

    async def recover(self) -> None:
        """Take over the copies that earlier runs of the program left without an end. Raises
        JournalUnwritable."""
        for intent in await self._journal.left_behind(KIND):
            if not self._journal.owner().owns(intent.owner):
                continue
            if await self._journal.claim(intent):
                transfer = _restored(intent)
                if transfer is None:
                    await self._journal.settle(intent, "unreadable")
                    continue
                self._rows[intent.id] = transfer, intent
                self._publish(transfer)

    async def aclose(self) -> None:
        """Stop, after a moment for requests; what has no end stays in the journal."""
        await self._background.aclose()


def _restored(intent: Intent) -> Transfer | None:
    """The copy in a row of the journal; None if it cannot be read."""
    stages = {_ACCEPTED: Stage.COPYING, _STOPPING: Stage.STOPPING}
    details, at = intent.details, intent.opened_at
    try:
        source, target = (_named(end_from(details[one]), details) for one in ("source", "target"))
        before = {
            int(name.removeprefix("said ")): text
            for name, text in details.items()
            if name.startswith("said ")
        }
    except (KeyError, TypeError, ValueError):
        return None
    flags = tuple(details.get("flags", "").split())
    stage = stages.get(intent.state, Stage.ASKED)
    return Transfer(number=intent.id, source=source, target=target, asked_at=at, since=at,
                    stage=stage, before=before, flags=flags, log=intent.note)  # fmt: skip


def _named(end: End, details: Mapping[str, str]) -> End:
    """A connection to a cloud with the name that it had."""
    return replace(end, name=details.get("cloud", "")) if end.kind == "cloud" else end


def _log_in(answer: object) -> str:
    """The address of the log of a copy to or from a cloud (docs: "cloud copy")."""
    found = answer.get("result_url") if isinstance(answer, dict) else None
    return clean(found, MESSAGE_CAP) if isinstance(found, str) else ""


def counts(transfers: Sequence[Transfer]) -> str:
    """`7 transfers: 2 under way, 1 failed`."""
    going = sum(not one.stage.is_over for one in transfers)
    failed = sum(one.stage is Stage.FAILED for one in transfers)
    parts = [f"{going} under way"] * bool(going) + [f"{failed} failed"] * bool(failed)
    return ": ".join(filter(None, (plural(len(transfers), "transfer"), ", ".join(parts))))
