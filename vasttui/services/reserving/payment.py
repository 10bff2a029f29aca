"""How far a payment ahead is, and how that is said."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from vasttui.api.outcome import Outcome
from vasttui.errors import RateLimited
from vasttui.models.reserved import Deposit, Plan, Prepaid
from vasttui.services.reserving.order import Order
from vasttui.words import money, months_figure, per_hour

EVERY = 10.0
"""Seconds between two looks, after the first few."""

LOOKING = f"Do not pay again; looking every {EVERY:.0f} s."

_NO_CREDIT = 411
_LESS = 0.005
"""A discount that is less by this much is less than was expected."""


class PayStep(Enum):
    """How far a payment is."""

    SENDING = "sending"
    LOOKING = "looking"
    PAID = "paid"
    REFUSED = "refused"
    NOT_SENT = "not sent"
    ABSENT = "not paid"
    UNKNOWN = "unconfirmed"
    FOREIGN = "another account's"


_OPEN = frozenset({PayStep.SENDING, PayStep.LOOKING, PayStep.FOREIGN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A payment of so many `dollars` for an instance. `opened_at` is epoch seconds; `sentence` is
    to be shown, `less` that the discount is less than was expected; `is_news`: it is worth telling
    on any screen."""

    instance_id: int
    name: str
    dollars: float
    step: PayStep
    sentence: str
    opened_at: float
    less: bool = False
    is_news: bool = False

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.step not in _OPEN

    @property
    def title(self) -> str:
        """`Pay $165.31 ahead for train-a`."""
        return f"Pay {money(self.dollars)} ahead for {self.name}"


def discount(rate: float | None) -> str:
    """`20.0 %`."""
    return "? %" if rate is None else f"{rate * 100:.1f} %"


def refused_words(outcome: Outcome) -> str:
    """How a refusal is said: nothing was paid."""
    error = outcome.error
    assert error is not None
    if outcome.status == _NO_CREDIT:
        return "The service says the credit is not enough. Nothing was paid."
    if isinstance(error, RateLimited):
        return f"{error.sentence} Nothing was paid; try again later."
    if outcome.status is None:
        return f"Not sent, nothing was paid: {error.sentence}"
    return f"The service refused: «{error.sentence.rstrip('.')}». Nothing was paid."


def is_less(order: Order, prepaid: Prepaid) -> bool:
    """Whether the service gave less than was expected."""
    return prepaid.rate is not None and prepaid.rate < order.rate - _LESS


def paid_words(
    order: Order, prepaid: Prepaid | None, deposit: Deposit, credit: float | None
) -> str:
    """How it is said that it was paid; without an answer, that it was found."""
    if prepaid is None:
        return f"Found: the deposit is {money(deposit.left)}. It was paid once."
    if is_less(order, prepaid):
        rate = prepaid.rate or 0.0
        total, had = deposit.left, deposit.had or 0.0
        back = Plan(order.dollars, total, 0.0, rate, order.full, had).back_after(0)
        return (
            f"The service gave {discount(rate)}, not about {order.rate * 100:.0f} %: "
            f"{per_hour(order.full * (1 - rate))}. The money is paid; destroying now would give "
            f"back about {money(back)}."
        )
    months = "an unknown time"
    if prepaid.months is not None:
        months = f"{months_figure(prepaid.months)} months"
    price = None if prepaid.rate is None else order.full * (1 - prepaid.rate)
    read = f"deposit {money(deposit.left)}, credit {money(credit)}"
    return (
        f"Reserved: {discount(prepaid.rate)} off for {months}. {per_hour(price)} from now; "
        f"read back: {read} ✓"
    )


def unclear_words(order: Order, deposit: Deposit | None, credit: float | None) -> str:
    """Why it cannot be told yet."""
    changed = "the credit cannot be read"
    if credit is not None and order.credit is not None:
        changed = f"the credit changed by {money(abs(credit - order.credit))}"
    listed = "the deposit cannot be read"
    if deposit is not None:
        left = f"is {money(deposit.left)}, it was {money(order.left)}"
        listed = f"the deposit {left if deposit.left else 'is not listed'}"
    return f"It cannot be told yet: {changed}, {listed}. {LOOKING}"
