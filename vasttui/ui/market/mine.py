"""What the user had of a GPU model, in words."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from vasttui.models.machine_memory import MachinesKnown, OwnRental
from vasttui.ui.format import day_words
from vasttui.ui.lists.machine_words import price_words, ready_words
from vasttui.words import UNKNOWN, hourly, money, plural

_MOST = 30


def rentals_of(model: str, known: MachinesKnown, size: int | None = None) -> list[OwnRental]:
    """The user's rentals of a model, the newest first; with a `size`, GB of VRAM, without those of
    which another one is known."""
    found = (
        one for rentals in known.rentals.values() for one in rentals
        if one.gpu == model and (size is None or one.vram in (None, size))
    )  # fmt: skip
    return sorted(found, key=lambda one: one.rented or 0.0, reverse=True)


def you(
    model: str, known: MachinesKnown, machines: Collection[int], *, private: bool = False,
    size: int | None = None,
) -> str:  # fmt: skip
    """`rented 7× on 4 machines for $41.20 · 1 starred, 2 avoided · cheapest you got: 0.247 on 3 Sep
    2026`, the marks of these `machines`; empty if there is nothing to tell. `private`: without the
    user's money; `size`: GB of VRAM, where the model has several."""
    rentals, parts = rentals_of(model, known, size), []
    if rentals:
        paid = [one.paid for one in rentals if one.paid is not None]
        more = " or more" if paid and len(paid) < len(rentals) else ""
        cost = f" for {money(sum(paid))}{more}" if paid and not private else ""
        count = plural(len({one.machine for one in rentals}), "machine")
        unsure = sum(size is not None and one.vram is None for one in rentals)
        some = f" ({unsure} with unknown VRAM)" if unsure else ""
        parts.append(f"rented {len(rentals)}×{some} on {count}{cost}")
        if wrong := sum(one.went_wrong for one in rentals):
            parts.append(f"{wrong} went wrong")
    marks = [known.mark(machine) for machine in machines]
    starred, avoided = (sum(mark.starred is not None for mark in marks),
                        sum(mark.avoided is not None for mark in marks))  # fmt: skip
    lists = [f"{count} {word}" for count, word in ((starred, "starred"), (avoided, "avoided"))
             if count]  # fmt: skip
    parts += [", ".join(lists)] if lists else []
    parts += [] if private else _cheapest(rentals, size)
    return " · ".join(parts)


def _cheapest(rentals: Sequence[OwnRental], size: int | None) -> list[str]:
    """The lowest price per GPU, of those that ran and whose price is known."""
    ran = [one for one in rentals if one.ran]
    found = [(one.each, one) for one in ran
             if one.each is not None and size in (None, one.vram)]  # fmt: skip
    if not found:
        return []
    price, best = min(found, key=lambda pair: (pair[0], pair[1].instance))
    what = "cheapest you got" if len(found) == len(ran) else "cheapest known"
    on = "" if best.rented is None else f" on {day_words(best.rented)}"
    return [f"{what}: {hourly(price)}{' as spot' if best.is_bid else ''}{on}"]


def mine_lines(
    model: str, known: MachinesKnown, *, private: bool = False, size: int | None = None
) -> Sequence[tuple[str, str]]:
    """Each rental, a name and a text each; where `private`, without the user's money. `size` as in
    `rentals_of`."""
    if not known.loaded:
        return [("Mine", "not read yet")]
    rentals = rentals_of(model, known, size)
    if not rentals:
        what = "model" if size is None else f"model with {size} GB"
        return [("Mine", f"none of your rentals was of this {what}, as far as this computer knows")]
    return [(_when(one), _told(one, private)) for one in rentals[:_MOST]]


def _when(rental: OwnRental) -> str:
    return UNKNOWN if rental.rented is None else day_words(rental.rented)


def _told(rental: OwnRental, private: bool) -> str:
    wrong = rental.cause or rental.trouble
    parts = (
        f"{rental.gpus or UNKNOWN}× on machine {rental.machine}", ready_words([rental]),
        "" if rental.each is None or private else price_words(rental),
        "" if rental.paid is None or private else f"paid {money(rental.paid)}",
        f"went wrong: {wrong}" if rental.went_wrong else "",
    )  # fmt: skip
    return " · ".join(filter(None, parts))
