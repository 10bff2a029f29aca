"""Payments into the account, and transfers of credit out of it (docs: "show invoices", "transfer
credit")."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vasttui.simulator.account.access import is_other
from vasttui.simulator.account.accounts import DEMO_EMAIL
from vasttui.simulator.account.contracts import Contracts
from vasttui.simulator.http.routing import Call, Route
from vasttui.simulator.http.wire import BadRequest, Reply, error_reply, json_object, json_reply
from vasttui.units import DAY

_PAGE = 60
_LEAST = 0.01
_FIRST_ID = 2_185_400


@dataclass(frozen=True, slots=True)
class Invoice:
    """A payment at `at`, epoch seconds; `amount` in $ is negative for what came in."""

    id: int
    at: float
    type: str
    service: str
    source: str
    amount: float
    description: str

    def as_json(self) -> dict[str, object]:
        """As in the list."""
        return {
            "start": self.at, "end": self.at, "type": self.type, "source": self.source,
            "description": self.description, "amount": self.amount,
            "metadata": {"invoice_id": self.id, "service": self.service}, "items": [],
        }  # fmt: skip


class Invoices:
    """What was paid, and credit that is given away."""

    def __init__(self, contracts: Contracts, start: float) -> None:
        """The first payments were made before `start`, epoch seconds."""
        self._contracts = contracts
        self.rows = [
            Invoice(_FIRST_ID + number, start - ago, "credit", "stripe_payments", "stripe", -50.0,
                    "Manual Billing from VISA ...4242")
            for number, ago in enumerate((40 * DAY, 5 * DAY))
        ]  # fmt: skip

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        return [
            Route("GET", "/api/v1/invoices", "invoices", self._list, interval=1.0),
            Route("PUT", "/api/v0/commands/transfer_credit", "transfer_credit", self._transfer,
                  interval=2.5),
        ]  # fmt: skip

    def _list(self, call: Call) -> Reply:
        query = call.request.query
        filters = json_object(query.get("select_filters", ""))
        when = filters.get("when")
        rows = [] if not isinstance(when, Mapping) else [
            row for row in self.rows if _within(row.at, when) and _is_of(row, filters)
        ]  # fmt: skip
        if not isinstance(when, Mapping) or not when:
            empty = {"count": 0, "total": 0, "results": [], "next_token": None}
            return json_reply({"success": False, "error": "Invalid date range", **empty})
        if query.get("latest_first", "true").lower() != "false":
            rows.reverse()
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
        if amount > self._contracts.credit(call.now):
            return error_reply(400, "insufficient_balance", "Insufficient balance")
        self._contracts.pay(-amount)
        words = f"Credit transfer to {recipient}"
        self.add(call.now, "transfer", "transfer", DEMO_EMAIL, round(amount, 2), words)
        return json_reply({"success": True})

    def add(
        self, at: float, kind: str, service: str, source: str, amount: float, words: str
    ) -> None:
        """Add a row; `amount` in $ is negative for what comes in."""
        number = _FIRST_ID + len(self.rows)
        self.rows.append(Invoice(number, at, kind, service, source, amount, words))


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
    service = filters.get("service")
    wanted = service.get("in") if isinstance(service, Mapping) else None
    return not isinstance(wanted, list) or row.service in wanted


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
