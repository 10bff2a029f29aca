"""Makes what bills: each is written in the journal, sent once, and looked for in the list until it
is known what became of it, also by the next run of the program."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Generic

from vasttui.api.outcome import Fate, Outcome
from vasttui.clock import Clock
from vasttui.errors import VastError
from vasttui.models.inbox import InboxItem
from vasttui.services.background import Background
from vasttui.services.confirmed_write import ConfirmedWrite
from vasttui.services.serverless.asked import Asked, Made, note_from, time_words
from vasttui.services.serverless.deletion import BETWEEN
from vasttui.services.serverless.orders import Order
from vasttui.store.intent import SENT, Intent, IntentExists, JournalUnwritable
from vasttui.store.journal import Journal

LATE = 60.0
"""Seconds until a new endpoint or group is listed, at most."""

MAY_COME = 300.0
"""Seconds for which what no answer confirmed is looked for before it is given up."""

LOOK = 30.0
"""Seconds between two looks after the first minute."""

_READINGS = int(LATE / BETWEEN) + 1

_CHECKING, _ACCEPTED = "checking", "accepted"
"""States of a row: not sent yet, and answered but not seen yet."""

_LOOKED_FOR = "It may bill already: vasttui looks for it; do not make another."
_OFF = "Nothing was sent: making it is off until then."

Said = list[tuple[str, bool]]
"""What became known, in sentences, and whether that is as it should be."""


async def _not_known(_: object) -> int | None:
    return None


class Making(Generic[Made]):
    """What is made of one `kind`, the word in the journal, for one account."""

    def __init__(
        self, kind: str, journal: Journal, clock: Clock,
        listing: Callable[[], Awaitable[tuple[Sequence[Made], int]]],
        load: Callable[[Mapping[str, str]], Order[Made] | None],
        most: Callable[[Made], Awaitable[int | None]] = _not_known,
    ) -> None:  # fmt: skip
        """`listing` reads all there are, and how many rows could not be read; it raises VastError.
        `load` reads the order in a row of the journal, None where that is damaged, and `most` how
        many workers may be started for one."""
        self._kind, self._journal, self._clock = kind, journal, clock
        self._listing: Callable[[], Awaitable[tuple[Sequence[Made], int]]] = listing
        self._load: Callable[[Mapping[str, str]], Order[Made] | None] = load
        self._most: Callable[[Made], Awaitable[int | None]] = most
        self._background = Background()
        self._asked: list[Asked[Made]] = []
        self._unsettled: list[tuple[Intent, str]] = []
        self._told: set[int] = set()
        self._found: list[InboxItem] = []

    @property
    def unfinished(self) -> list[str]:
        """What may still come, a sentence each."""
        return [f"{one.words} The next start looks for it." for one in self._asked]

    @property
    def doubts(self) -> list[str]:
        """What nobody knows of whether it was made, a sentence each."""
        return [one.words for one in self._asked if one.due < math.inf]

    @property
    def items(self) -> list[InboxItem]:
        """The same for the inbox, and what was found later than it was waited for: it may bill."""
        return self._found + [
            InboxItem(f"asked-{self._kind} {one.order.target}", "warn",
                      f"{one.words} It is looked for; it is not sent again.",
                      name=one.order.name, since=one.intent.opened_at)
            for one in self._asked if one.due < math.inf
        ]  # fmt: skip

    def known(self, target: str) -> str:
        """Why such a one is not asked for now: another may still come; empty for none."""
        return next((one.twice for one in self._asked if one.order.target == target), "")

    async def make(
        self, order: Order[Made], check: Callable[[Sequence[Made]], None],
        request: Callable[[], Awaitable[Outcome]], made: Callable[[int], None] = lambda _: None,
    ) -> Made:  # fmt: skip
        """Make it, once, and return it as it is listed. `check` raises VastError if by the list it
        may not be made, `made` is told its id before it is listed. Cancelling this stops nothing.
        Raises VastError; Unconfirmed if nobody can say whether it was made."""
        work = self._make(order, check, request, made)
        found = await asyncio.shield(self._background.start(work))
        if isinstance(found, VastError):
            raise found
        return found

    async def aclose(self) -> None:
        """Stop, after a moment for requests; what is open stays in the journal."""
        await self._background.aclose()

    async def look(self) -> Said:
        """Look for what was asked for and not seen, here or by a run of the program that ended.
        Sends nothing that changes anything. Raises JournalUnwritable."""
        await self._settle_rest()
        said = await self._take_over()
        now = self._clock.monotonic()
        due = [one for one in self._asked if one.due <= now]
        for one in due:
            one.due = now + LOOK
        if not due:
            return said
        try:
            listed, bad = await self._listing()
        except VastError:
            return said
        for one in due:
            found = one.find(listed)
            if found:
                one.most = await self._most(found[0])
                said.append(one.came(found))
                self._note(one, found)
            elif not bad and now - one.since >= MAY_COME:
                said.append((one.never_came, False))
            else:
                continue
            await self._close(one, "made" if found else "not seen")
        return said

    def _note(self, one: Asked[Made], found: Sequence[Made]) -> None:
        """For the inbox, which has what is otherwise than it was asked for as a failure."""
        words, is_right = one.came(found)
        if is_right:
            key = f"made-{self._kind} {found[0].id}"
            self._found.append(InboxItem(key, "warn", f"{words} It may bill.", name=one.order.name,
                                         since=one.intent.opened_at))  # fmt: skip

    async def _make(
        self, order: Order[Made], check: Callable[[Sequence[Made]], None],
        request: Callable[[], Awaitable[Outcome]], made: Callable[[int], None],
    ) -> Made | VastError:  # fmt: skip
        try:
            asked = await self._open(order)
            await self._begin(asked, check)
            return await self._send(asked, request, made)
        except VastError as error:
            return error

    async def _open(self, order: Order[Made]) -> Asked[Made]:
        """Its row, before anything is read: another window that reads the list after this cannot
        send it, too."""
        await self._settle_rest()
        try:
            intent = await self._journal.open(
                self._kind, order.target, order.details, now=self._clock.now(), state=_CHECKING
            )
        except IntentExists as error:
            raise VastError(f"{await self._other(order) or error} Nothing was sent.") from None
        except JournalUnwritable as error:
            raise VastError(f"{error.sentence} {_OFF}", hint=error.hint) from None
        asked = self._of(intent, order)
        self._asked.append(asked)
        return asked

    async def _other(self, order: Order[Made]) -> str:
        """What is known of the row in the way of an order; empty if it is another account's."""
        if words := self.known(order.target):
            return words
        with suppress(JournalUnwritable):
            for one in await self._journal.unfinished():
                mine = self._journal.owner().owns(one.owner) is not False
                if (one.kind, one.target) == (self._kind, order.target) and mine:
                    return self._of(one, order).twice
        return ""

    async def _begin(self, asked: Asked[Made], check: Callable[[Sequence[Made]], None]) -> None:
        """Check it by the list, and write down what there was before. Raises VastError."""
        try:
            listed, _ = await self._listing()
            check(listed)
            asked.before = frozenset(one.id for one in listed)
            await self._journal.change(asked.intent, SENT, asked.note)
        except VastError as error:
            await self._close(asked, "not sent")
            if isinstance(error, JournalUnwritable):
                raise VastError(f"{error.sentence} {_OFF}", hint=error.hint) from None
            raise

    async def _send(
        self, asked: Asked[Made], request: Callable[[], Awaitable[Outcome]],
        made: Callable[[int], None],
    ) -> Made:  # fmt: skip
        found: list[Made] = []

        async def send() -> Outcome:
            await asyncio.shield(self._background.send(self._request(asked, request)))
            assert asked.outcome is not None
            if asked.number is not None:
                made(asked.number)
            return asked.outcome

        async def is_there() -> bool:
            if asked.is_refused:
                return False
            listed, bad = await self._listing()
            asked.looked = not bad
            found[:] = asked.find(listed)
            return bool(found)

        unseen = VastError(f"{asked.order.what} was made, but is not listed after a minute.")
        write = ConfirmedWrite(send, is_there, unseen, sends=1, readings=_READINGS, between=BETWEEN)
        try:
            await write.make(self._clock)
        except VastError as error:
            if asked.is_refused:
                await self._close(asked, "refused")
            else:
                asked.due = self._clock.monotonic() + LOOK
                error.hint = _LOOKED_FOR
            raise
        await self._close(asked, "made")
        if len(found) > 1:
            raise VastError(asked.came(found)[0])
        return found[0]

    async def _request(self, asked: Asked[Made], request: Callable[[], Awaitable[Outcome]]) -> None:
        """Send it, and write down what the answer says; cancelling the work does not end this."""
        asked.outcome = outcome = await request()
        number = outcome.data if isinstance(outcome.data, int) else None
        if outcome.fate is Fate.OK and number is not None and number not in asked.before:
            asked.number = number
            with suppress(JournalUnwritable):  # the row alone is enough to find it again
                await self._journal.change(asked.intent, _ACCEPTED, asked.note)
        elif asked.is_refused:
            await self._close(asked, "refused")

    async def _take_over(self) -> Said:
        """Take over what ended runs left, unless it is another account's."""
        said: Said = []
        for intent in await self._journal.left_behind(self._kind):
            order = self._load(intent.details)
            if self._journal.owner().owns(intent.owner) is False:
                if order is not None and intent.id not in self._told:
                    self._told.add(intent.id)
                    words = "under another account: vasttui looks for it with a key of that."
                    said.append((f"{self._of(intent, order).begin} {words}", False))
            elif await self._journal.claim(intent):
                said += await self._resume(intent, order)
        return said

    async def _resume(self, intent: Intent, order: Order[Made] | None) -> Said:
        """Look for it from now on, unless its row says that there is nothing to look for."""
        was_sent = note_from(intent.note) is not None
        if order is None or (not was_sent and intent.state != _CHECKING):
            await self._settle(intent, "damaged")
            words = (
                "Something was asked for before vasttui ended, but its row in the journal is "
                f"damaged: look whether Serverless lists a new {self._kind} that you do not know."
            )
            return [(words, False)]
        asked = self._of(intent, order)
        if not was_sent:
            await self._settle(intent, "not sent")
            words = "but vasttui ended before it was sent: it is not made."
            return [(f"{asked.begin}, {words}", False)]
        asked.due = asked.since
        self._asked.append(asked)
        return []

    def _of(self, intent: Intent, order: Order[Made]) -> Asked[Made]:
        at = time_words(intent.opened_at, self._clock.now())
        before, number = note_from(intent.note) or (frozenset(), None)
        return Asked(intent, order, at, self._clock.monotonic(), before, number)

    async def _close(self, asked: Asked[Made], state: str) -> None:
        if asked in self._asked:
            self._asked.remove(asked)
            await self._settle(asked.intent, state)

    async def _settle(self, intent: Intent, state: str) -> None:
        try:
            await self._journal.settle(intent, state)
        except JournalUnwritable:
            self._unsettled.append((intent, state))

    async def _settle_rest(self) -> None:
        """Close the rows that could not be closed when it was known what became of them."""
        rest, self._unsettled = self._unsettled, []
        for intent, state in rest:
            await self._settle(intent, state)
