"""What the user had of a GPU model, in words."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from vasttui.models.machine_memory import MachinesKnown, OwnRental
from vasttui.ui.format import age, day_words
from vasttui.words import UNKNOWN, money, plural

_MOST = 30


def rentals_of(model: str, known: MachinesKnown) -> list[OwnRental]:
    """The user's rentals of a model, the newest first."""
    found = (one for rentals in known.rentals.values() for one in rentals if one.gpu == model)
    return sorted(found, key=lambda one: one.rented or 0.0, reverse=True)


def you(
    model: str, known: MachinesKnown, machines: Collection[int], *, private: bool = False,
    several: bool = False,
) -> str:  # fmt: skip
    """`rented 7× on 4 machines for $41.20 · 1 starred, 2 avoided`, the last of these `machines`;
    empty if there is nothing to tell. `private`: without the user's money; `several`: there are
    sizes of VRAM, which rentals do not tell apart."""
    rentals, parts = rentals_of(model, known), []
    if rentals:
        paid = [one.paid for one in rentals if one.paid is not None]
        more = " or more" if paid and len(paid) < len(rentals) else ""
        cost = f" for {money(sum(paid))}{more}" if paid and not private else ""
        count = plural(len({one.machine for one in rentals}), "machine")
        any_size = " with any VRAM" if several else ""
        parts.append(f"rented {len(rentals)}×{any_size} on {count}{cost}")
        if wrong := sum(one.went_wrong for one in rentals):
            parts.append(f"{wrong} went wrong")
    marks = [known.mark(machine) for machine in machines]
    starred, avoided = (sum(mark.starred is not None for mark in marks),
                        sum(mark.avoided is not None for mark in marks))  # fmt: skip
    lists = [f"{count} {word}" for count, word in ((starred, "starred"), (avoided, "avoided"))
             if count]  # fmt: skip
    return " · ".join([*parts, *([", ".join(lists)] if lists else [])])


def mine_lines(
    model: str, known: MachinesKnown, *, private: bool = False
) -> Sequence[tuple[str, str]]:
    """Each rental, a name and a text each; where `private`, without the user's money."""
    if not known.loaded:
        return [("Mine", "not read yet")]
    rentals = rentals_of(model, known)
    if not rentals:
        return [("Mine", "none of your rentals was of this model, as far as this computer knows")]
    return [(_when(one), _told(one, private)) for one in rentals[:_MOST]]


def _when(rental: OwnRental) -> str:
    return UNKNOWN if rental.rented is None else day_words(rental.rented)


def _told(rental: OwnRental, private: bool) -> str:
    ready = "" if rental.ready_after is None else f"ready in {age(rental.ready_after)}"
    wrong = rental.cause or rental.trouble
    parts = (
        f"{rental.gpus or UNKNOWN}× on machine {rental.machine}", ready,
        "" if rental.paid is None or private else f"paid {money(rental.paid)}",
        f"went wrong: {wrong}" if rental.went_wrong else "",
    )  # fmt: skip
    return " · ".join(filter(None, parts))
