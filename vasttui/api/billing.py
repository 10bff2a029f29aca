"""Charges, invoices and earnings (docs: "show charges", "show invoices", "show earnings"; client
1.9.1 `api/billing.py`)."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from contextlib import aclosing

from vasttui.api.answers import rows_in
from vasttui.api.engine import ResourceClient
from vasttui.api.operations import OPERATIONS, Operation
from vasttui.api.paging import pages
from vasttui.errors import BrokenAnswer
from vasttui.models.billing import DayCharges, Earnings
from vasttui.models.charge import Charge
from vasttui.models.decode_billing import day_from, earnings_from, invoice_from
from vasttui.models.decode_records import charge_from
from vasttui.models.invoice import Invoice
from vasttui.units import DAY

_PAGE, _LARGEST_PAGE = 100, 500


class BillingClient(ResourceClient):
    """What the account was charged, paid and earned. Raises `VastError`."""

    async def charges(self, since: float, until: float) -> tuple[Charge, ...]:
        """What instances cost in $ between two times (epoch seconds): `GET /charges/`, all pages.

        Each amount is for the whole time span. An unreadable row raises too: sums would be wrong.
        """
        days = {"gte": math.floor(since), "lte": math.ceil(until)}
        filters = {"day": days, "type": {"in": ["instance"]}}
        query = {"format": "table", "latest_first": "false", "limit": str(_PAGE)}
        found = []
        for page in await self._pages(OPERATIONS["charges"], filters, query):
            for row in rows_in(page, "results", "charges"):
                charge = charge_from(row)
                if charge is None:
                    raise BrokenAnswer("A charge cannot be read, so the total is unknown.")
                found.append(charge)
        return tuple(found)

    async def day(self, day: int) -> DayCharges:
        """Everything charged on one UTC day (days since 1970-01-01): `GET /charges/`, all pages. An
        amount covers all days that are asked for, so a day is asked for alone."""
        read_at = self._engine.clock.now()
        rows: list[object] = []
        expected = counted = 0
        filters = {"day": {"gte": day * DAY, "lte": day * DAY + DAY - 1}}
        query = {"format": "table", "latest_first": "true", "limit": str(_LARGEST_PAGE)}
        for page in await self._pages(OPERATIONS["charges"], filters, query):
            rows += rows_in(page, "results", "charges")
            counted += _number(page, "count")
            expected = _number(page, "total") or counted
        return day_from(rows, day, expected, read_at)

    async def invoices(self, since: float, until: float) -> tuple[Invoice, ...]:
        """What was paid between two times (epoch seconds), of all types: `GET /invoices/`, all
        pages, newest first. What cannot be read of a row is unknown."""
        filters = {"when": {"gte": math.floor(since), "lte": math.ceil(until)}}
        query = {"latest_first": "true", "limit": str(_PAGE)}
        return tuple(
            invoice_from(row) or Invoice(id=None)
            for page in await self._pages(OPERATIONS["invoices"], filters, query)
            for row in rows_in(page, "results", "invoices")
        )

    async def transfers(self, since: float, until: float) -> tuple[Invoice, ...]:
        """Transfers of credit among the `invoices`. An unreadable row raises too: it might be the
        one that is looked for."""
        found = await self.invoices(since, until)
        if any(invoice.amount is None or not invoice.type for invoice in found):
            raise BrokenAnswer("An invoice cannot be read.")
        return tuple(invoice for invoice in found if invoice.type == "transfer")

    async def earnings(self, first: int, last: int) -> Earnings:
        """What the account's machines earned from the first to the last UTC day (days since
        1970-01-01): `GET /users/me/machine-earnings`, whose own range is an empty one."""
        query = {"owner": "me", "sday": f"{first}", "eday": f"{last + 1}"}
        return earnings_from(await self._engine.read(OPERATIONS["earnings"], query))

    async def _pages(
        self, operation: Operation, filters: Mapping[str, object], query: Mapping[str, str]
    ) -> list[dict[str, object]]:
        asked = {"select_filters": json.dumps(filters), **query}
        async with aclosing(pages(self._engine, operation, asked)) as answers:
            return [page async for page in answers]


def _number(page: Mapping[str, object], name: str) -> int:
    value = page.get(name)
    return value if type(value) is int else 0
