"""What the user's own computer remembers of a machine."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

NOTE_CAP = 280
"""Most letters of a note."""

NEVER = "never"
"""The trouble of a rental whose instance never came, or went before it ran."""


class MachineMark(Struct, frozen=True, kw_only=True):
    """What the user said of a machine, and when (epoch seconds, None: not said). `why` is the
    reason to avoid it, if one was given."""

    starred: float | None = None
    avoided: float | None = None
    why: str = ""
    note: str = ""
    noted: float | None = None


NO_MARK = MachineMark()


class OwnRental(Struct, frozen=True, kw_only=True):
    """A rental of the user's, as far as this program saw it; times are epoch seconds.

    `ready_after` is the seconds from the rental to the first time it ran, None if that was not
    seen; `login_after` those to the first login that worked, where one was tried soon enough to
    tell. `trouble` is the kind of what went wrong, with its `cause` in a clause, as the service or
    the program knows it. `paid` in $ is what the service had charged when it was last seen.
    `as_asked`: what came is what was asked for; None if the two were not compared. `vram` is GB per
    GPU, `price` $/h while running, disk included, when it was first seen: with the bid, where
    `is_bid`.
    """

    instance: int
    machine: int
    gpu: str = ""
    gpus: int = 0
    rented: float | None = None
    ran: bool = False
    ready_after: float | None = None
    trouble: str = ""
    cause: str = ""
    trouble_at: float | None = None
    ended: float | None = None
    paid: float | None = None
    seen: float = 0.0
    as_asked: bool | None = None
    login_after: float | None = None
    vram: int | None = None
    price: float | None = None
    is_bid: bool | None = None

    @property
    def each(self) -> float | None:
        """Its price per GPU, $/h; None if it is not known."""
        return None if self.price is None or not self.gpus else self.price / self.gpus

    @property
    def went_wrong(self) -> bool:
        """Whether it failed, or was slow."""
        return bool(self.trouble)

    @property
    def hours(self) -> float | None:
        """How long it was there, in hours; None if that is not known."""
        if self.rented is None:
            return None
        return max(0.0, (self.seen if self.ended is None else self.ended) - self.rented) / 3600


_SEEN_ONCE = (
    "ready_after", "login_after", "paid", "as_asked", "vram", "price", "is_bid", "rented",
)  # fmt: skip


def completed(rental: OwnRental, other: OwnRental) -> OwnRental:
    """The rental with what only the other account of it knows."""
    found = {name: getattr(other, name) for name in _SEEN_ONCE if getattr(rental, name) is None}
    return replace(rental, ran=rental.ran or other.ran, **found)


class MachinesKnown(Struct, frozen=True, kw_only=True):
    """What is remembered of all machines, by their ids; `seen` has the first and the last time of
    each, `rentals` the user's, oldest first. `loaded`: the memory was read, else nothing is known.
    A machine that is not one of `before`, those known at the start, is new; without any all of them
    are, so that none is called so.
    """

    marks: Mapping[int, MachineMark] = field(default_factory=dict)
    rentals: Mapping[int, Sequence[OwnRental]] = field(default_factory=dict)
    seen: Mapping[int, tuple[float, float]] = field(default_factory=dict)
    loaded: bool = False
    before: Collection[int] = ()

    @property
    def sets(self) -> dict[str, frozenset[int]]:
        """The ids of machines by the words that a filter has for them."""
        return {
            "mine": frozenset(self.rentals),
            "failed": frozenset(one for one in self.rentals if self.failed(one)),
            "noted": frozenset(one for one, mark in self.marks.items() if mark.note),
            "new": frozenset(one for one in self.seen if self.is_new(one)),
        }

    @property
    def lists(self) -> tuple[frozenset[int], frozenset[int]]:
        """The machines that are starred, and those that are avoided."""
        marks = self.marks.items()
        return (
            frozenset(one for one, mark in marks if mark.starred is not None),
            frozenset(one for one, mark in marks if mark.avoided is not None),
        )

    def mark(self, machine: int | None) -> MachineMark:
        """What the user said of it."""
        return NO_MARK if machine is None else self.marks.get(machine, NO_MARK)

    def of(self, machine: int | None) -> Sequence[OwnRental]:
        """The user's rentals of it."""
        return () if machine is None else self.rentals.get(machine, ())

    def failed(self, machine: int | None) -> int:
        """How many of the user's rentals of it went wrong."""
        return sum(one.went_wrong for one in self.of(machine))

    def is_new(self, machine: int | None) -> bool:
        """Whether it was not seen before this run of the program."""
        return bool(self.before) and machine in self.seen and machine not in self.before

    def last_seen(self, machine: int | None) -> float | None:
        """When it was last seen, epoch seconds."""
        seen = None if machine is None else self.seen.get(machine)
        return None if seen is None else seen[1]
