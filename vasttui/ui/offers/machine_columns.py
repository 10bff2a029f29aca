"""What is remembered of an offer's machine: signs among the flags, and columns."""

from __future__ import annotations

from collections.abc import Callable

from vasttui.lists.columns import Cell, Column
from vasttui.models.machine_memory import MachinesKnown
from vasttui.models.money import PricedOffer
from vasttui.ui.format import age, span
from vasttui.words import UNKNOWN


def signs(known: MachinesKnown, machine: int | None, reports: int) -> list[str]:
    """The words among the flags: `3× ✓`, `✖1 slow`, `?2 rep`, `new`."""
    rentals, failed = known.of(machine), known.failed(machine)
    words = []
    if failed:
        kind = next(one.trouble for one in reversed(rentals) if one.went_wrong)
        words.append(f"✖{failed} {kind}")
    elif ran := sum(one.ran for one in rentals):
        words.append(f"{ran}× ✓")
    if reports:
        words.append(f"?{reports} rep")
    if known.is_new(machine):
        words.append("new")
    return words


def machine_columns(
    known: Callable[[], MachinesKnown], now: Callable[[], float]
) -> list[Column[PricedOffer]]:
    """How often the user rented there, how often it failed, how long it took to be ready, and how
    long the machine is known; none of them is shown unless chosen."""

    def times(row: PricedOffer) -> int:
        return len(known().of(row.offer.machine_id))

    def failed(row: PricedOffer) -> int:
        return known().failed(row.offer.machine_id)

    def ready(row: PricedOffer) -> float | None:
        found = [one.ready_after for one in known().of(row.offer.machine_id)]
        waits = [one for one in found if one is not None]
        # start-up: it is shown where it was chosen
        from statistics import median

        return median(waits) if waits else None

    def ready_cell(row: PricedOffer) -> Cell:
        wait = ready(row)
        return (UNKNOWN, "dim") if wait is None else (age(wait), "")

    def first_cell(row: PricedOffer) -> Cell:
        at = row.first_seen
        return (UNKNOWN, "dim") if at is None or at > now() else (span(now() - at), "")

    return [
        Column("times", "Times", 5, lambda row: (str(times(row) or ""), ""),
               "your rentals of the machine", 25, value=times, best_first=True,
               remembered=True),
        Column("failed", "Failed", 6, lambda row: (str(failed(row) or ""), "warn"),
               "your rentals of the machine that went wrong", 26, value=failed,
               remembered=True),
        Column("ready", "Ready in", 8, ready_cell, "from rental to running, median of yours", 27,
               value=ready, remembered=True),
        Column("seen", "First seen", 10, first_cell, "first seen ago, in your searches", 28,
               value=lambda row: row.first_seen, remembered=True),
    ]  # fmt: skip
