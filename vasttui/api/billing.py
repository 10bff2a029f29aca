"""Charges and invoices (docs: "show charges", "show invoices"; client 1.9.1 `api/billing.py`)."""

from __future__ import annotations

import json
import math
from contextlib import aclosing

from vasttui.api.answers import rows_in
from vasttui.api.engine import ResourceClient
from vasttui.api.operations import OPERATIONS
from vasttui.api.paging import pages
from vasttui.errors import BrokenAnswer
from vasttui.models.charge import Charge
from vasttui.models.decode_account import invoice_from
from vasttui.models.decode_records import charge_from
from vasttui.models.transfer import Invoice

_PAGE = 100


class BillingClient(ResourceClient):
    """The account's charges. Raises `VastError`."""

    async def charges(self, since: float, until: float) -> tuple[Charge, ...]:
        """What instances cost in $ between two times (epoch seconds): `GET /charges/`, all pages.

        Each amount is for the whole time span. An unreadable row raises too: sums would be wrong.
        """
        days = {"gte": math.floor(since), "lte": math.ceil(until)}
        query = {
            "select_filters": json.dumps({"day": days, "type": {"in": ["instance"]}}),
            "format": "table",
            "latest_first": "false",
            "limit": str(_PAGE),
        }
        found: list[Charge] = []
        async with aclosing(pages(self._engine, OPERATIONS["charges"], query)) as answers:
            async for page in answers:
                for row in rows_in(page, "results", "charges"):
                    charge = charge_from(row)
                    if charge is None:
                        raise BrokenAnswer("A charge cannot be read, so the total is unknown.")
                    found.append(charge)
        return tuple(found)

    async def transfers(self, since: float, until: float) -> tuple[Invoice, ...]:
        """Transfers of credit between two times (epoch seconds): `GET /invoices/`, all pages. An
        unreadable row raises too: it might be the one that is looked for."""
        when = {"gte": math.floor(since), "lte": math.ceil(until)}
        query = {
            "select_filters": json.dumps({"when": when}),
            "latest_first": "true",
            "limit": str(_PAGE),
        }
        found: list[Invoice] = []
        async with aclosing(pages(self._engine, OPERATIONS["invoices"], query)) as answers:
            async for page in answers:
                for row in rows_in(page, "results", "invoices"):
                    invoice = invoice_from(row)
                    if invoice is None:
                        raise BrokenAnswer("An invoice cannot be read.")
                    found.append(invoice)
        return tuple(invoice for invoice in found if invoice.type == "transfer")
