"""What was asked for and is not seen yet: found in the list, kept in its row, and in words."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from vasttui.api.outcome import Fate, Outcome
from vasttui.errors import CONFLICT
from vasttui.models.serverless import Endpoint, WorkerGroup
from vasttui.services.serverless.orders import Order
from vasttui.store.intent import Intent

Made = TypeVar("Made", Endpoint, WorkerGroup)


@dataclass(slots=True, eq=False)
class Asked(Generic[Made]):
    """Something asked for, `at` a time in words. `before` are the ids that were listed before,
    `number` is its own if an answer named it. It has been looked for `since`, and is looked for
    again when it is `due` (monotonic seconds); infinite while it is being made. `looked`: the whole
    list was read after its request. `most`: so many workers may be started for it, None: not known.
    """

    intent: Intent
    order: Order[Made]
    at: str
    since: float
    before: frozenset[int] = field(default_factory=frozenset)
    number: int | None = None
    due: float = math.inf
    outcome: Outcome | None = None
    looked: bool = False
    most: int | None = None

    @property
    def begin(self) -> str:
        """`An endpoint “llama-70b” was asked for at 13:59`."""
        return f"{self.order.what} was asked for {self.at}"

    @property
    def words(self) -> str:
        """What is known of it while it is not seen."""
        known = "nobody knows yet whether it was made"
        if self.number is not None:
            known = f"the service accepted it as {self.number}, and does not list it yet"
        return f"{self.begin}; {known}."

    @property
    def twice(self) -> str:
        """Why it is not asked for again."""
        return f"{self.words} Two would both bill."

    @property
    def note(self) -> str:
        """What is kept in its row besides the order."""
        return json.dumps({"before": sorted(self.before), "number": self.number})

    @property
    def is_refused(self) -> bool:
        """Whether nothing can come of it. A refusal that need not be one counts once the whole list
        was read after it."""
        if self.outcome is None:
            return False
        fate, status = self.outcome.fate, self.outcome.status or 0
        if fate is Fate.REJECTED:
            return self.looked or (status >= 400 and status != CONFLICT)
        return fate in (Fate.NOT_SENT, Fate.THROTTLED)

    def find(self, listed: Iterable[Made]) -> list[Made]:
        """It among these; several if it cannot be told which of them it is."""
        new = [one for one in listed if one.id not in self.before]
        if self.number is not None:
            return [one for one in new if one.id == self.number]
        mine = [one for one in new if self.order.may_be(one)]
        return [one for one in mine if not self.order.differs(one)] or mine

    def came(self, found: Sequence[Made]) -> tuple[str, bool]:
        """What was found of it, and whether that is as it was asked for."""
        if len(found) > 1:
            ids = ", ".join(f"{one.id}" for one in found)
            many = f"{len(found)} new ones are like it, and each bills"
            return f"{self.begin}: {many}: {ids}. Delete what is too many.", False
        [one] = found
        words = self.order.came(one, self.most)
        return f"{self.begin}: it is made, {words}", not self.order.differs(one)

    @property
    def never_came(self) -> str:
        """That it is given up."""
        if self.number is None:
            return f"{self.begin}. It is not listed: it was probably not made."
        return (
            f"{self.begin}. The service accepted it as {self.number}, but does not list it: look "
            "on the web before you make another."
        )


def time_words(when: float, now: float) -> str:
    """`at 13:59`, with the day where that is another. Both are epoch seconds."""
    try:
        then, today = time.localtime(when), time.localtime(now)
    except (ValueError, OverflowError, OSError):
        return "some time ago"
    is_today = (then.tm_year, then.tm_yday) == (today.tm_year, today.tm_yday)
    return time.strftime("at %H:%M" if is_today else "on %d %b at %H:%M", then)


def note_from(note: str) -> tuple[frozenset[int], int | None] | None:
    """What there was before and its id, by the note of a row; None if it does not say."""
    try:
        kept = json.loads(note)
        number = kept["number"]
        return frozenset(map(int, kept["before"])), None if number is None else int(number)
    except (KeyError, ValueError, TypeError, RecursionError):
        return None
