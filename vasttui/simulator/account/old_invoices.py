"""The two older lists of payments: raw rows in cents, and charges mixed with payments (client 1.9.1
`api/billing.py`, `api/offers.py`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from vasttui.simulator.account.charge_rows import charged_in, rows
from vasttui.simulator.account.charges import everything
from vasttui.simulator.account.contracts import Contracts
from vasttui.simulator.account.invoices import Invoice, Invoices
from vasttui.simulator.http.routing import Call, Route
from vasttui.simulator.http.wire import BadRequest, Reply, error_reply, json_object, json_reply
from vasttui.units import DAY

_COLUMNS = (
    "id", "user_id", "when", "paid_on", "payment_expected", "amount_cents", "is_credit",
    "is_delayed", "balance_before", "balance_after", "original_amount", "event_id", "cut_amount",
    "cut_percent", "extra", "service", "stripe_id", "error", "paypal_email", "transfer_group",
    "failed", "refunded", "is_check",
)  # fmt: skip
_USER = 123_456


class OldInvoices:
    """Both lists, from the same payments and charges as the new ones."""

    def __init__(self, contracts: Contracts, invoices: Invoices) -> None:
        self._contracts, self._invoices = contracts, invoices

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        return [
            Route("GET", "/api/v0/invoices", "old_invoices", self._raw, interval=3.0),
            Route("GET", "/api/v0/users/me/invoices", "statement", self._statement, interval=3.0),
        ]

    def _raw(self, call: Call) -> Reply:
        """A bare array, the newest first."""
        query = call.request.query
        filters = json_object(query.get("select_filters", ""))
        for name in filters:
            if name not in _COLUMNS:
                return error_reply(400, "invalid_args", f"{name} is not a valid search key")
        found = [_raw_row(row) for row in reversed(self._invoices.rows)]
        found = [
            row for row in found if all(_fits(row[name], rule) for name, rule in filters.items())
        ]
        limit = query.get("limit", "")
        return json_reply(found[: int(limit)] if limit.isdecimal() else found)

    def _statement(self, call: Call) -> Reply:
        query = call.request.query
        first, last = (_time(query.get(name, ""), name) for name in ("sdate", "edate"))
        payments = [
            {"id": row.id, "type": "payment", "description": row.description, "quantity": "1",
             "rate": f"{-row.amount:.2f}", "amount": f"{-row.amount:.2f}", "timestamp": row.at}
            for row in self._invoices.rows
            if first <= row.at <= last and row.paid_at is not None
        ]  # fmt: skip
        charges = [] if query.get("inc_charges", "").lower() == "false" else list(
            self._charges(call.now, first, last)
        )  # fmt: skip
        spent = sum(float(str(row["amount"])) for row in charges)
        current = {"charges": round(spent, 3), "service_fee": 0.0, "total": round(spent, 3),
                   "credit": round(self._contracts.credit(call.now), 3)}  # fmt: skip
        return json_reply({"invoices": [*payments, *charges], "current": current})

    def _charges(self, now: float, first: float, last: float) -> Iterator[dict[str, object]]:
        """A row for each part of each contract."""
        until = min(last, now)
        for row in rows(charged_in(everything(self._contracts, now), first, until), first, until):
            kind, _, number = str(row["source"]).partition("-")
            items = row["items"]
            for item in items if isinstance(items, list) else ():
                hours = str(item["description"]).partition(" ")[0]
                rate = item["amount"] / float(hours) if float(hours) else 0.0
                yield {
                    "type": "charge", "amount": f"{item['amount']:.3f}", "quantity": hours,
                    "description": f"{kind.title()} {number} {item['type']} charge",
                    "rate": f"{rate:.4f}", "timestamp": min(now, item["end"] + DAY),
                    **({"instance_id": int(number)} if kind == "instance" else {}),
                }  # fmt: skip


def _raw_row(row: Invoice) -> dict[str, object]:
    known = {
        "id": row.id, "user_id": _USER, "when": row.at, "paid_on": row.paid_at,
        "amount_cents": abs(round(row.amount * 100)), "is_credit": row.amount < 0,
        "is_delayed": False, "service": row.service, "failed": False, "refunded": False,
        "is_check": False,
    }  # fmt: skip
    return {name: known.get(name) for name in _COLUMNS}


def _fits(value: object, rule: object) -> bool:
    """Whether a value keeps one rule of `select_filters`; a value alone is to be equal."""
    rules = rule if isinstance(rule, Mapping) else {"eq": rule}
    for sign, wanted in rules.items():
        if sign == "eq" and value != wanted:
            return False
        if sign == "in" and isinstance(wanted, list) and value not in wanted:
            return False
        numbers = isinstance(value, int | float) and isinstance(wanted, int | float)
        if sign in ("gte", "gt") and not (numbers and value >= wanted):  # type: ignore[operator]
            return False
        if sign in ("lte", "lt") and not (numbers and value <= wanted):  # type: ignore[operator]
            return False
    return True


def _time(text: str, name: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise BadRequest(f"{name}: Input should be a valid number") from None
