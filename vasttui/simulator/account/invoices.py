"""Payments into the account, and transfers of credit out of it (docs: "show invoices", "transfer
credit")."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from vasttui.simulator.account.access import is_other
from vasttui.simulator.account.accounts import DEMO_EMAIL
from vasttui.simulator.account.contracts import Contracts
from vasttui.simulator.http.routing import Call, Route
from vasttui.simulator.http.wire import BadRequest, Reply, error_reply, json_object, json_reply
from vasttui.units import DAY

_PAGE = 60
_LEAST = 0.01
_FIRST_ID = 2_185_400
_USUAL = 50.0
_PAID_AFTER = 257.0
_CARD = "Manual Billing from VISA ...4242"


@dataclass(frozen=True, slots=True)
class Invoice:
    """A payment of `at`, epoch seconds; `amount` in $ is negative for what came in. One that is
    `unpaid` is only expected."""

    id: int
    at: float
    type: str
    service: str
    source: str
    amount: float
    description: str
    unpaid: bool = False

    @property
    def paid_at(self) -> float | None:
        """When the money moved: a payment by card takes a while."""
        if self.unpaid:
            return None
        return self.at + (_PAID_AFTER if self.service == "stripe_payments" else 0.0)

    def as_json(self) -> dict[str, object]:
        """As in the list."""
        return {
            "start": self.at, "end": self.paid_at, "type": self.type, "source": self.source,
            "description": self.description, "amount": self.amount,
            "metadata": {"invoice_id": self.id, "service": self.service}, "items": [],
        }  # fmt: skip


class Invoices:
    """What was paid, and credit that is given away."""

    def __init__(self, contracts: Contracts, start: float, *, unpaid: bool = False) -> None:
        """The first payments were made before `start`, epoch seconds; one may be `unpaid`."""
        self._contracts, self._start = contracts, start
        self._has_unpaid = unpaid
        self._rows: list[Invoice] | None = None

    @property
    def rows(self) -> list[Invoice]:
        """All of them, oldest first. The first add up to what was charged by the start, and the
        credit that was left."""
        if self._rows is None:
            self._rows = list(self._first())
        return self._rows

    @rows.setter
    def rows(self, rows: list[Invoice]) -> None:
        self._rows = rows

    def _first(self) -> Sequence[Invoice]:
        paid = self._contracts.paid_first
        paid = 2 * _USUAL if not isfinite(paid) else round(paid, 2)
        last = min(_USUAL, paid)
        amounts = [(40 * DAY, round(paid - last, 2)), (5 * DAY, last)]
        found = [
            Invoice(_FIRST_ID + number, self._start - ago, "credit", "stripe_payments", "stripe",
                    -amount, _CARD)
            for number, (ago, amount) in enumerate(amounts)
            if amount > 0
        ]  # fmt: skip
        if self._has_unpaid:
            found.append(
                Invoice(_FIRST_ID + len(found), self._start - 2 * DAY, "credit", "coinbase",
                        "coinbase", -25.0, "Coinbase payment", unpaid=True)
            )  # fmt: skip
        return found

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        return [
            Route("GET", "/api/v1/invoices", "invoices", self._list, interval=3.0),
            Route("PUT", "/api/v0/commands/transfer_credit", "transfer_credit", self._transfer,
                  interval=2.5),
        ]  # fmt: skip

    def _list(self, call: Call) -> Reply:
        query = call.request.query
        filters = json_object(query.get("select_filters", ""))
        when = filters.get("when")
        if not isinstance(when, Mapping) or not when:
            empty = {"count": 0, "total": 0, "results": [], "next_token": None}
            return json_reply({"success": False, "error": "Invalid date range", **empty})
        rows = [row for row in self.rows if _within(row.at, when) and _is_of(row, filters)]
        rows = _ordered(rows, query)
        first, size = _position(query.get("after_token", "")), _limit(query.get("limit", ""))
        page = rows[first : first + size]
        following = first + size if first + size < len(rows) else None
        return json_reply(
            {
                "success": True,
                "count": len(page),
                "total": len(rows),
                "next_token": None if following is None else _token(following),
                "results": [row.as_json() for row in page],
            }
        )

    def _transfer(self, call: Call) -> Reply:
        body = call.request.json_object()
        recipient, amount = body.get("recipient"), body.get("amount")
        if not isinstance(recipient, str) or body.get("sender", "me") != "me":
            return error_reply(400, "invalid_args", "Invalid recipient")
        if isinstance(amount, bool) or not isinstance(amount, int | float) or amount < _LEAST:
            return error_reply(400, "invalid_params", "Invalid amount")
        if not is_other(recipient):
            return error_reply(400, "invalid_recipient", "Invalid recipient")
        dollars = round(amount, 2)
        if dollars > self._contracts.credit(call.now):
            return error_reply(400, "insufficient_balance", "Insufficient balance")
        words = f"Credit transfer to {recipient}"
        self.add(call.now, "transfer", "transfer", DEMO_EMAIL, dollars, words)
        self._contracts.pay(-dollars)
        return json_reply({"success": True})

    def add(
        self, at: float, kind: str, service: str, source: str, amount: float, words: str
    ) -> None:
        """Add a row; `amount` in $ is negative for what comes in."""
        number = _FIRST_ID + len(self.rows)
        self.rows.append(Invoice(number, at, kind, service, source, amount, words))


def _ordered(rows: Sequence[Invoice], query: Mapping[str, str]) -> list[Invoice]:
    """By `order_by`, else the newest first unless it is said otherwise."""
    columns = json_list(query.get("order_by", ""))
    asked = columns[0] if columns else None
    if not isinstance(asked, Mapping):
        newest_first = query.get("latest_first", "true").lower() != "false"
        return sorted(rows, key=lambda row: row.at, reverse=newest_first)
    key = _COLUMNS.get(str(asked.get("col")))
    if key is None:
        raise BadRequest("order_by: unknown column")
    return sorted(rows, key=key, reverse=asked.get("dir") != "asc")


_COLUMNS: Mapping[str, Callable[[Invoice], float]] = {
    "when": lambda row: row.at,
    "paid_on": lambda row: row.paid_at or 0.0,
    "amount_cents": lambda row: row.amount,
}


def json_list(text: str) -> list[object]:
    """The JSON array in a query. Raises BadRequest if it is none."""
    try:
        found = json.loads(text) if text else []
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list):
        raise BadRequest("order_by is not a list")
    return found


def _within(at: float, when: Mapping[str, object]) -> bool:
    for name, fits in (
        ("gte", at.__ge__),
        ("gt", at.__gt__),
        ("lte", at.__le__),
        ("lt", at.__lt__),
    ):
        bound = when.get(name)
        if isinstance(bound, int | float) and not fits(float(bound)):
            return False
    return True


def _is_of(row: Invoice, filters: Mapping[str, object]) -> bool:
    """Whether it is of the services that are asked for."""
    rules = filters.get("service")
    if not isinstance(rules, Mapping):
        return True
    named = {word: _words(value) for word, value in rules.items()}
    wanted = [words for word, words in named.items() if word in ("eq", "in")]
    unwanted = [words for word, words in named.items() if word in ("neq", "notin")]
    return all(row.service in words for words in wanted) and not any(
        row.service in words for words in unwanted
    )


def _words(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else [value]


def _limit(text: str) -> int:
    try:
        return max(1, int(text or _PAGE))
    except ValueError:
        raise BadRequest("limit: Input should be a valid integer") from None


def _token(position: int) -> str:
    return base64.b64encode(
        json.dumps({"values": {"id": position}, "os_page": 0}).encode()
    ).decode()


def _position(token: str) -> int:
    if not token:
        return 0
    try:
        return max(0, int(json.loads(base64.b64decode(token, validate=True))["values"]["id"]))
    except (ValueError, KeyError, TypeError):
        raise BadRequest("after_token cannot be read") from None
