"""What is said about rentals that another run of the program left behind."""

from __future__ import annotations

from vasttui.services.renting.journal_entry import Order, Progress
from vasttui.services.renting.record import RentRecord
from vasttui.services.renting.rental import RentState, RentStep
from vasttui.store.intent import Intent


def resumed(record: RentRecord) -> tuple[RentStep, str]:
    """The first step and sentence of one that is continued."""
    if record.progress.ids:
        return RentStep.ATTACHING, "Rented before vasttui ended: checking its state and its key"
    return RentStep.LOOKING, "vasttui ended before it was confirmed: looking for it"


def foreign(intent: Intent, order: Order, progress: Progress, mine: bool | None) -> RentState:
    """One of another account, or with `mine` None of an account that is not known."""
    known = ", ".join(map(str, progress.ids))
    what = f"Rented as instance {known}" if known else "Not confirmed yet"
    if mine is None:
        why = "for which account is not known, and this one does not list it"
        then = "vasttui continues it when it is listed here"
    else:
        why, then = "under another account", "vasttui continues it with a key of that account"
    return RentState(
        intent=intent.id, ask=order.ask, name=order.name, step=RentStep.FOREIGN,
        sentence=f"{what}, {why}: {then}.", opened_at=intent.opened_at,
    )  # fmt: skip


def unreadable(intent: Intent) -> RentState:
    """One whose row is damaged."""
    ask = int(intent.target) if f"{intent.target}".isdecimal() else 0
    return RentState(
        intent=intent.id, ask=ask, name=f"offer {ask or 'unknown'}", step=RentStep.UNREADABLE,
        sentence="Its row in the journal is damaged: perhaps it was rented. Look for it among your "
        "instances.", opened_at=intent.opened_at,
    )  # fmt: skip
