"""What is said of reserved instances wherever they are shown, stopped or destroyed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vasttui.models.bill import Bill
from vasttui.models.instance import Instance
from vasttui.models.reserved import Deposit, refund
from vasttui.models.status import Phase
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.ui.format import span
from vasttui.units import HOUR
from vasttui.words import UNKNOWN, at_least, money, per_hour

RELEASED = (
    "Reserved does not mean kept: once it is stopped, others may take the GPU at once. The deposit "
    "stays with this machine and pays its disk."
)
"""Said where a reserved instance may be stopped."""


_OBSTACLES = {
    Phase.SCHEDULING: "reserve it once it runs.",
    Phase.FAILED: "that will not mend itself, and what is paid ahead stays with this machine.",
    Phase.EXITED: "see its log, get it running again, then reserve.",
    Phase.OFFLINE: "wait for its host to come back, then reserve.",
    Phase.NO_SIGNAL: "wait until its host is heard of again, then reserve.",
    Phase.UNREADABLE: "wait until it is known to run, then reserve.",
}
"""What is in the way in a state where a start is not what helps."""


def obstacle(row: FleetRow) -> str:
    """Why it cannot be reserved as it is; empty if it can."""
    if row.instance.is_bid:
        return "Bids cannot be reserved. Rent it on-demand first."
    if row.instance.is_bid is None:
        return "It is not known whether it is on-demand: wait for a reading."
    if row.phase in _OBSTACLES or not row.phase.traits.wants_gpu:
        gone = "the GPU may be gone. Start it first, then reserve."
        return f"It {row.phase.clause}: {_OBSTACLES.get(row.phase, gone)}"
    return ""


def may_reserve(row: FleetRow) -> bool:
    """Whether paying ahead for it gives a discount that it does not have yet."""
    one = row.instance
    return not (row.gone or one.is_reserved or obstacle(row)) and bool(one.credit_discount_max)


def price_of(instance: Instance) -> float | None:
    """Its price while it runs, less the discount if it is reserved, in $/h; None if unknown."""
    return discounted(instance) if instance.is_reserved else instance.dph_total


def discounted(instance: Instance) -> float | None:
    """Its price with the discount while it runs, in $/h; None if that is unknown."""
    if instance.dph_total is None or instance.credit_discount is None:
        return None
    return instance.dph_total * (1 - instance.credit_discount)


def deposits_pay(bills: Iterable[Bill]) -> str:
    """`A deposit pays $0.229/h.`: what does not come from the credit; empty where all does."""
    prices = [bill.hourly for bill in bills if bill.prepaid and bill.hourly != 0]
    known = [price for price in prices if price is not None]
    if not prices:
        return ""
    who = "A deposit pays" if len(prices) == 1 else f"{len(prices)} deposits pay"
    more = "" if len(known) == len(prices) else "+?"
    return f"{who} {at_least(sum(known), more)}."


def rate_words(rate: float | None) -> str:
    """`20 % off`, `17.6 % off`."""
    return f"{UNKNOWN} % off" if rate is None else f"{rate * 100:.1f} % off".replace(".0 %", " %")


def lasts(deposit: float, hourly: float | None) -> str:
    """`, about 23d`: how long a deposit lasts at this price."""
    return f", about {span(deposit / hourly * HOUR)}" if hourly else ""


def contract_words(instance: Instance, *, private: bool = False) -> str:
    """`reserved, 20 % off: $126.74 left, about 23d`, for the line of its contract; without the
    amount while `private`."""
    left = instance.credit_balance
    what = f"reserved, {rate_words(instance.credit_discount)}"
    if private:
        return what
    if left is None:
        return f"{what}, what is left is unknown"
    return f"{what}: {money(left)} left{lasts(left, discounted(instance))}"


def reserved_line(instance: Instance) -> str:
    """What is left of its deposit, the price, and what destroying it means for that."""
    price = discounted(instance)
    full = per_hour(instance.dph_total)
    left = money(instance.credit_balance)
    return (
        f"{left} of the deposit left{lasts(instance.credit_balance or 0.0, price)} · "
        f"{per_hour(price)} instead of {full} · "
        "destroying it costs the discount so far and 5 % of that"
    )


def destroy_words(instance: Instance, deposit: Deposit | None, reading: str = "") -> str:
    """What of its deposit comes back if it is destroyed now; None: the deposit was not read, and
    `reading` says what is being done about that."""
    left = deposit.left if deposit is not None else instance.credit_balance
    if instance.verification == "deverified":
        return (
            f"Reserved: its machine lost its verification, so all of the deposit's {money(left)} "
            "comes back."
        )
    had = None if deposit is None else deposit.had
    if left is None or had is None:
        return (
            f"Reserved: of the deposit's {money(left)} comes back what is left after the discount "
            f"so far and 5 % of that. {reading or 'The discount so far is unknown.'}"
        )
    back = refund(left, had)
    return (
        f"Reserved: of the deposit's {money(left)} about {money(back)} comes back into your "
        f"credit. About {money(left - back)} does not: the discount so far, {money(had)}, and 5 % "
        "of it."
    )


def stop_words(instances: Sequence[Instance]) -> str:
    """What stopping means for those of them that are reserved; empty if none is."""
    reserved = [one for one in instances if one.is_reserved]
    if not reserved:
        return ""
    more = f" and {len(reserved) - 4} more" if len(reserved) > 4 else ""
    names = ", ".join(one.name for one in reserved[:4]) + more
    names = "" if len(instances) == 1 else f"{names}: "
    if len(reserved) < len(instances):
        rest = "Others may take the GPUs of the rest, too: no restart is guaranteed."
        return f"{names}{RELEASED} {rest}"
    return f"{names}{RELEASED} A restart is not guaranteed."
