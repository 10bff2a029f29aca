"""How one rental goes: its steps, and the state that is published."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum


class RentStep(Enum):
    """How far a rental is."""

    SENDING = "sending"
    WAITING = "waiting"
    """Rate limited: a countdown runs. `Renter.give_up` ends it, and nothing is rented."""
    LOOKING = "unconfirmed"
    """Not known whether it was rented: looking for it."""
    WATCHING = "not found"
    """Not found within the settle time: still searched for in every reading, for a day."""
    ATTACHING = "attaching the key"
    STARTING = "starting"

    DONE = "ready"
    HALTED = "not running"
    """It was created and is billed, but does not run."""
    REFUSED = "refused"
    NOT_SENT = "not sent"
    GONE = "destroyed"
    ABSENT = "never created"
    """Not found for a day, or the user stopped looking."""


OVER = frozenset({
    RentStep.DONE, RentStep.HALTED, RentStep.REFUSED, RentStep.NOT_SENT, RentStep.GONE,
    RentStep.ABSENT,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class KeyTrouble:
    """`what` says which key is not, or not known to be, on the instance; `why` is a sentence, in
    the service's words where it gave any, else empty."""

    what: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RentState:
    """How a rental goes; `sentence` is what to show.

    `intent` is the id of its row in the journal, None where none could be written and so nothing
    was sent. `ask` is the offer's id, `opened_at` (epoch seconds) when the user agreed to it.
    `instance_id` is the instance once it is known, `duplicates` are further ones of the same
    rental. `differences` are sentences about what is not as agreed. `ssh` is the command to log in
    with, empty until one of the keys is on the instance; `key_trouble` says which one is not, or
    not known to be. `offer_gone` says that the offer is no longer available, `may_ask_again` that
    the request may be sent once more.
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

    @property
    def is_over(self) -> bool:
        """Whether it has ended. A second instance or a missing key may still turn up."""
        return self.step in OVER

    @property
    def is_alarm(self) -> bool:
        """Whether something is billed that is not as agreed or cannot be used: shown in red until
        the user has dealt with it."""
        no_use = self.step is RentStep.HALTED or (self.is_over and self.key_trouble is not None)
        return bool(self.duplicates or self.differences) or no_use

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
        """What is wrong apart from the key, a sentence each."""
        if not self.duplicates:
            return self.differences
        ids = (self.instance_id, *self.duplicates)
        numbers = " and ".join(map(str, ids))
        first = f"THERE ARE {len(ids)} INSTANCES of this rental, {numbers}: destroy all but one."
        return first, *self.differences
