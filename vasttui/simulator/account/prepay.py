"""Paying ahead for an instance (docs: "prepay instance", "show deposit"; client 1.9.1
`api/instances.py`, `api/billing.py`).

A deposit is paid out of the credit. What the instance is charged from then on, less the discount,
is taken from the deposit, so that credit and deposits together change by what is charged. What is
kept of a deposit at its end counts as charged, too.
"""

from __future__ import annotations

from collections.abc import Sequence

from vasttui.models.reserved import typical
from vasttui.simulator.account.contract import Contract
from vasttui.simulator.account.contracts import Contracts
from vasttui.simulator.account.deposit import Deposit
from vasttui.simulator.account.instances import contract_in
from vasttui.simulator.account.invoices import Invoices
from vasttui.simulator.http.routing import Call, Route
from vasttui.simulator.http.wire import Reply, error_reply, json_reply

_LEAST = 0.01
_SERVICE = "instance_prepay"


class Prepay:
    """Deposits of instances, and the invoices about them. `generosity` is the part of the usual
    discounts that is given."""

    def __init__(self, contracts: Contracts, invoices: Invoices) -> None:
        self.generosity = 1.0
        self._contracts, self._invoices = contracts, invoices
        contracts.on_refund = self._refunded

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        base = "/api/v0/instances"
        return [
            Route("PUT", f"{base}/prepay/{{id}}", "prepay", self._prepay, interval=2.0),
            Route("GET", f"{base}/balance/{{id}}", "deposit", self._balance, interval=3.0),
        ]

    def _prepay(self, call: Call) -> Reply:
        amount = call.request.json_object().get("amount")
        contract = contract_in(call, self._contracts)
        if contract is None:
            return _refusal(400, "No such instance")
        if contract.is_bid:
            return _refusal(400, "Only on-demand instances can be reserved")
        if isinstance(amount, bool) or not isinstance(amount, int | float) or amount < _LEAST:
            return _refusal(400, "Invalid amount")
        dollars = round(float(amount), 2)
        if dollars > self._contracts.credit(call.now):
            return _refusal(411, "Insufficient credit")
        self._contracts.pay(-dollars)
        deposit = contract.deposit = contract.deposit or Deposit()
        hourly = contract.price + contract.disk_price
        most = contract.chunk.machine.listing.discount_max
        deposit.pay(dollars, hourly, lambda months: typical(months, most) * self.generosity)
        words = f"paid ahead: {deposit.months:.2f} months, {deposit.rate * 100:.1f} % off"
        self._invoices.add(
            call.now, "reserved", _SERVICE, f"instance-{contract.id}", dollars, words
        )
        return json_reply(
            {"success": True, "timescale": round(deposit.months, 3),
             "discount_rate": round(deposit.rate, 3)}
        )  # fmt: skip

    def _balance(self, call: Call) -> Reply:
        contract = contract_in(call, self._contracts)
        deposit = contract.deposit if contract is not None else None
        if deposit is None:
            return error_reply(404, "no_such_instance", "No such instance.")
        return json_reply(
            {"success": True, "refundable_deposit": round(deposit.left, 6),
             "total_discount": round(deposit.had, 6), "discount_months": round(deposit.months, 3)}
        )  # fmt: skip

    def _refunded(self, contract: Contract, dollars: float, at: float) -> None:
        day = int((at - contract.start_date) // 86_400) + 1
        words = f"reserved, destroyed on day {day}"
        self._invoices.add(at, "refund", _SERVICE, f"instance-{contract.id}", -dollars, words)


def _refusal(status: int, words: str) -> Reply:
    """A refusal without a code, as this path has them."""
    return json_reply({"success": False, "msg": words}, status)
