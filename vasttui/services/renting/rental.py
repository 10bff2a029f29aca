"""The progress of one rental."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vasttui.models.rent import Agreed


class RentStep(Enum):
    """How far a rental is."""

    SENDING = "sending"
    WAITING = "waiting"
    """Rate limited: a countdown runs. `Renter.give_up` ends it; nothing is rented then."""
    LOOKING = "unconfirmed"
    """Not known whether it was rented: searching for it."""
    WATCHING = "not found"
    """Not found within the settle time: checked in every reading for a day."""
    ATTACHING = "attaching the key"
    STARTING = "starting"

    DONE = "ready"
    HALTED = "not running"
    """Created and billed, but not running."""
    REFUSED = "refused"
    NOT_SENT = "not sent"
    GONE = "destroyed"
    ABSENT = "never created"
    """Not found for a day, or the user stopped the search."""
    FOREIGN = "another account's"
    """Left behind under another account, or one that is not known: it waits for that."""
    UNREADABLE = "unreadable"
    """Its journal row is damaged: perhaps rented."""


OVER = frozenset({
    RentStep.DONE, RentStep.HALTED, RentStep.REFUSED, RentStep.NOT_SENT, RentStep.GONE,
    RentStep.ABSENT, RentStep.FOREIGN, RentStep.UNREADABLE,
})  # fmt: skip


_PERHAPS_BILLED = frozenset({RentStep.HALTED, RentStep.FOREIGN, RentStep.UNREADABLE})


@dataclass(frozen=True, slots=True)
class KeyTrouble:
    """`what` says which key is not, or not known to be, on the instance; `why` may be empty."""

    what: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RentState:
    """The state of a rental; `sentence` is what to show.

    `agreed` is what the user agreed to. `intent` is the id of its journal row, None if it could not
    be written and so nothing was sent. `ask` is the offer's id, `opened_at` (epoch seconds) when
    the user agreed. `duplicates` are further instances of the same rental. `differences` are
    sentences about what is not as agreed. `ssh` is the login command, empty until a key is on the
    instance. `may_ask_again`: the request may be sent once more.
    """

    intent: int | None
    ask: int
    name: str
    step: RentStep
    sentence: str
    opened_at: float
    instance_id: int | None = None
    duplicates: tuple[int, ...] = ()
    differences: tuple[str, ...] = ()
    ssh: str = ""
    offer_gone: bool = False
    key_trouble: KeyTrouble | None = None
    may_ask_again: bool = False
    agreed: Agreed | None = None

    @property
    def is_over(self) -> bool:
        """Whether it has ended. A second instance or a missing key may still appear."""
        return self.step in OVER

    @property
    def title(self) -> str:
        """What it is called in a line of text."""
        return f"{'rental of' if self.is_over else 'renting'} {self.name}"

    @property
    def is_alarm(self) -> bool:
        """Whether something billed is not as agreed or not usable: red until dealt with."""
        no_use = self.step in _PERHAPS_BILLED or (self.is_over and self.key_trouble is not None)
        return bool(self.duplicates or self.differences) or no_use

    @property
    def needs_user(self) -> bool:
        """Whether something is wrong with it, or the user may decide how it goes on."""
        return self.is_alarm or self.is_over or self.step in (RentStep.WAITING, RentStep.WATCHING)

    def without(self, instance_id: int) -> RentState:
        """The state after one of its instances was destroyed."""
        ids = [self.instance_id, *self.duplicates]
        if instance_id not in ids:
            return self
        ids.remove(instance_id)
        if not ids:
            return replace(self, step=RentStep.GONE, differences=(), key_trouble=None)
        return replace(self, instance_id=ids[0], duplicates=tuple(one for one in ids[1:] if one))

    @property
    def alarms(self) -> tuple[str, ...]:
        """What is wrong, apart from the key, a sentence each."""
        if not self.duplicates:
            return self.differences
        ids = (self.instance_id, *self.duplicates)
        numbers = " and ".join(map(str, ids))
        first = f"THERE ARE {len(ids)} INSTANCES of this rental, {numbers}: destroy all but one."
        return first, *self.differences
