"""What is remembered of a machine, in a few words."""

from __future__ import annotations

from collections.abc import Sequence

from vasttui.models.machine_memory import MachinesKnown, OwnRental
from vasttui.ui.format import HIDDEN, age
from vasttui.words import per_hour


def ready_words(rentals: Sequence[OwnRental]) -> str:
    """How long they took to be ready: `ready in 1m40s to 2m05s`, to run that is; where a login is
    known, to that: `ready for a login in 2m10s`; empty where neither is known."""
    logins = [one.login_after for one in rentals if one.login_after is not None]
    runs = [one.ready_after for one in rentals
            if one.login_after is None and one.ready_after is not None]  # fmt: skip
    if not logins:
        return f"ready in {_range(runs)}" if runs else ""
    others = f", others running in {_range(runs)}" if runs else ""
    return f"ready for a login in {_range(logins)}{others}"


def price_words(rental: OwnRental) -> str:
    """What a GPU of it cost: `$0.247/h per GPU`, `… as spot`."""
    return f"{per_hour(rental.each)} per GPU{' as spot' if rental.is_bid else ''}"


def _range(times: Sequence[float]) -> str:
    first, last = age(min(times)), age(max(times))
    return first if first == last else f"{first} to {last}"


def machine_brief(known: MachinesKnown, machine: int | None, *, private: bool = False) -> str:
    """A clause for the details of what is on a machine: `★ · you: rented 3×, …`; empty where
    nothing is remembered."""
    mark, rentals = known.mark(machine), known.of(machine)
    parts = ["★"] if mark.starred is not None else []
    if mark.avoided is not None:
        parts.append(f"✖avoid{f' ({mark.why})' if mark.why else ''}")
    if rentals:
        found = (f"rented {len(rentals)}×", ready_words(rentals), _failures(rentals))
        parts.append(f"you: {', '.join(one for one in found if one)}")
    if mark.note:
        parts.append(f"“{HIDDEN if private else mark.note}”")
    return " · ".join(parts)


def _failures(rentals: Sequence[OwnRental]) -> str:
    failed = sum(one.went_wrong for one in rentals)
    if failed:
        return f"{failed} went wrong"
    return "no failures" if any(one.ran for one in rentals) else ""
