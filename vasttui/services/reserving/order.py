"""A payment as it is written in the journal, and what credit and deposit say of it afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import Enum

from vasttui.models.reserved import Deposit
from vasttui.services.reserving.terms import Terms
from vasttui.units import HOUR

KIND = "prepay"
"""Of its rows in the journal."""

_CENTS = 0.02
"""$ that the service may round by."""

_SLACK = 1.3
"""Times what is billed: prices and what runs may have changed meanwhile."""

_MOST_OF_IT = 0.9


class Verdict(Enum):
    """What a reading says."""

    PAID = "paid"
    AS_BEFORE = "as before"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """So many `dollars` for an instance whose price is `full` $/h, at an expected discount `rate`.
    `credit` and `left` (of its deposit, in $) are what was read right before; `burn` is what took
    from the credit then, in $/h."""

    instance_id: int
    name: str
    dollars: float
    full: float
    rate: float
    credit: float | None
    left: float
    burn: float

    @staticmethod
    def of(terms: Terms, dollars: float) -> Order:
        """The order for a payment on these terms, whose price is known."""
        expected = terms.plan(dollars)
        assert expected is not None
        return Order(
            instance_id=terms.instance.id, name=terms.instance.name, dollars=dollars,
            full=expected.full, rate=expected.rate, credit=terms.credit, left=terms.deposit.left,
            burn=terms.burn,
        )  # fmt: skip

    @property
    def details(self) -> Mapping[str, str]:
        """Its row in the journal."""
        values = asdict(self)
        return {name: "" if value is None else f"{value}" for name, value in values.items()}

    def judge(self, deposit: Deposit, credit: float | None, seconds: float) -> Verdict:
        """What deposit and credit say, so many seconds after it was sent.

        A deposit only shrinks by what is used, so that one which is larger than that leaves of it
        was paid into. It may be listed later than the money is gone.
        """
        used = self.full * _SLACK * seconds / HOUR
        paid = self._fits(deposit.left, self.left + self.dollars, used)
        as_before = self._fits(deposit.left, self.left, used)
        if paid and not as_before:
            return Verdict.PAID
        if not as_before or paid or self._is_missing(credit, seconds):
            return Verdict.UNCLEAR
        return Verdict.AS_BEFORE

    def _is_missing(self, credit: float | None, seconds: float) -> bool:
        """Whether more is gone from the credit than what was billed explains."""
        if credit is None or self.credit is None:
            return True
        billed = self.burn * _SLACK * seconds / HOUR
        return self.credit - credit - billed > _MOST_OF_IT * self.dollars

    @staticmethod
    def _fits(left: float, at_first: float, used: float) -> bool:
        return max(0.0, at_first - used) - _CENTS <= left <= at_first + _CENTS


def order_from(details: Mapping[str, str]) -> Order | None:
    """The order in a row of the journal; None if the row is damaged."""
    try:
        texts = {one.name: details[one.name] for one in fields(Order)}
        numbers = {
            name: float(text) for name, text in texts.items()
            if name not in ("instance_id", "name", "credit")
        }  # fmt: skip
        credit = float(texts["credit"]) if texts["credit"] else None
        number = int(texts["instance_id"])
    except (KeyError, ValueError, TypeError):
        return None
    return Order(instance_id=number, name=texts["name"], credit=credit, **numbers)
