"""What was paid into the account and out of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.content import Content

from vasttui.lists.billing_export import invoices_csv, invoices_json
from vasttui.lists.columns import Cell, Column
from vasttui.lists.day_range import number_of
from vasttui.lists.resource import Fact, Resource, raw_facts
from vasttui.models.billing import dollars
from vasttui.models.invoice import Invoice
from vasttui.query.fields import Field, FieldSet
from vasttui.ui.billing.ranged import RangedScreen
from vasttui.ui.context import context
from vasttui.ui.format import time_words
from vasttui.ui.keys import bindings
from vasttui.units import DAY
from vasttui.words import UNKNOWN, money, plural

if TYPE_CHECKING:
    from vasttui.ui.client import Client

_EVERY = 300.0
_TYPES = {
    "credit": "top-up", "transfer": "transfer", "payout": "payout", "refund": "refund",
    "reserved": "reserved",
}  # fmt: skip
_SERVICES = {
    "stripe_payments": "card, stripe", "instance_prepay": "reserved", "paypal_manual": "PayPal",
    "wise_manual": "Wise",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paid:
    """An invoice, its place in the answer, and what came in by it in mills: negative for what went
    out, None if unknown."""

    invoice: Invoice
    place: int
    incoming: int | None

    @property
    def type(self) -> str:
        """What it is, as people call it."""
        return _TYPES.get(self.invoice.type, self.invoice.type or UNKNOWN)

    @property
    def source(self) -> str:
        """Where the money came from or went."""
        one = self.invoice
        known = _SERVICES.get(one.service)
        return known if known and one.type == "credit" else one.source or one.service or UNKNOWN

    @property
    def is_open(self) -> bool:
        """Whether it waits to be paid; not, where it is unknown when it was made."""
        return not self.invoice.is_paid and self.invoice.start is not None

    @property
    def when(self) -> float | None:
        """When it was paid, or else asked for, in epoch seconds."""
        return self.invoice.start if self.invoice.end is None else self.invoice.end

    @property
    def words(self) -> str:
        """Everything that is shown of it, to be searched."""
        one = self.invoice
        parts = (self.type, one.type, self.source, one.source, one.service, one.description)
        return "\n".join((*parts, str(one.id or ""))).lower()


FIELDS = FieldSet(
    fields=(
        Field(name="type", kind="text", help="top-up, refund, reserved, transfer, payout",
              expr="r.type", example=":refund", known=True),
        Field(name="in", kind="number", help="what came in, $",
              expr="(None if r.incoming is None else max(0, r.incoming) / 1000)", example=">50"),
        Field(name="out", kind="number", help="what went out, $",
              expr="(None if r.incoming is None else max(0, -r.incoming) / 1000)", example=">50"),
        Field(name="source", kind="text", help="where it came from, or went", aliases=("from",),
              expr="r.source", example=":stripe", known=True),
        Field(name="paid", kind="bool", help="it was paid", expr="(not r.is_open)",
              example="=false", bare=True),
        Field(name="days", kind="number", help="days ago", unit="days", scale=DAY,
              expr="(None if r.when is None else now - r.when)", example="<7d"),
        Field(name="id", kind="number", help="invoice number", expr="o.id", example="=2185418",
              known=True),
        Field(name="text", kind="text", help="words anywhere", known=True, cost=2,
              expr="r.words", example=":mastercard"),
    ),
    record="r.invoice", seen={"type": "r.type", "source": "r.source"}, scope={},
    price=lambda row: 0.0, example="type:refund",
)  # fmt: skip


class InvoicesScreen(RangedScreen[Paid]):
    """Nothing can be changed here: money never goes in from here."""

    SCOPE = "invoices"
    BINDINGS: ClassVar[list[BindingType]] = bindings("invoices", "range")

    def make_resource(self) -> Resource[Paid]:
        return Resource(
            name="invoices",
            noun="invoice",
            id=lambda row: row.invoice.id or -row.place - 1,
            private=lambda row: (row.invoice.id,),
            columns=(
                Column("paid", "Paid", 16, self._paid, "when it was paid", 0, left=True,
                       value=lambda row: (row.is_open, row.when or 0.0),
                       best_first=True),
                Column("type", "Type", 9, lambda row: (row.type, ""), "what it is", 3, left=True,
                       most=12, value=lambda row: row.type),
                Column("in", "In", 10, lambda row: _amount(row, 1), "what came in, $", 1,
                       value=lambda row: row.incoming, best_first=True),
                Column("out", "Out", 10, lambda row: _amount(row, -1), "what went out, $", 2,
                       value=lambda row: None if row.incoming is None else -row.incoming,
                       best_first=True),
                Column("source", "Source", 22, lambda row: (row.source, ""),
                       "where it came from, or went", 4, left=True, most=26,
                       value=lambda row: row.source.casefold()),
                Column("about", "Description", 20, lambda row: (row.invoice.description, "dim"),
                       "what the service says of it", 5, left=True, grows=True,
                       value=lambda row: row.invoice.description.casefold()),
                Column("id", "Invoice", 8, lambda row: (str(row.invoice.id or UNKNOWN), "dim"),
                       "its number", 6, left=True, value=lambda row: row.invoice.id),
            ),
            fields=FIELDS,
            sort=(("paid", True),),
            summary=summary,
            part=part,
            details={"Overview": self._overview, "Raw": lambda row: raw_facts(row.invoice)},
            read=self._read,
            every=_EVERY,
            hints=("type to filter: refund", "type:reserved", "in>50", "days<7"),
        )  # fmt: skip

    def nothing(self) -> tuple[str, str] | None:
        said = super().nothing()
        empty = self.snapshot.as_of is not None and not self.browse.list.all_rows
        if not empty:
            return said
        longer = context(self).keymap.spelled("range.longer")
        return "No invoices", (
            f"Nothing was paid in or out {self.in_range}. {longer} looks further back."
        )

    async def _read(self, api: Client) -> Sequence[Paid]:
        first, last = self.range.bounds(self.today)
        since, until = number_of(first) * DAY, (number_of(last) + 1) * DAY - 1
        found = await api.billing.invoices(since, until)
        own = self._own
        return [Paid(one, place, one.incoming(own)) for place, one in enumerate(found)]

    @property
    def _own(self) -> Sequence[str]:
        """The names of this account."""
        account = context(self).fleet.account
        return () if account is None else (account.email or "", account.username or "")

    def export(self, *, as_json: bool) -> tuple[str, int]:
        rows = [row.invoice for row in self.browse.rows]
        make = invoices_json if as_json else invoices_csv
        return make(rows, self._own), len(rows)

    def _paid(self, row: Paid) -> Cell:
        if row.is_open:
            return "not yet paid", "warn"
        return time_words(row.when, context(self).session.clock.now()), ""

    def _overview(self, row: Paid) -> Sequence[Fact]:
        one, now = row.invoice, context(self).session.clock.now()
        way = "in" if (row.incoming or 0) >= 0 else "out"
        amount = UNKNOWN if row.incoming is None else f"{money(dollars(abs(row.incoming)))} {way}"
        sources = dict.fromkeys((one.source, one.service))
        return [
            Fact("Amount", f"{amount} · {row.type}"),
            Fact("Source", " · ".join(filter(None, sources)) or UNKNOWN),
            Fact("Says", one.description or "nothing"),
            Fact("Made", time_words(one.start, now)),
            Fact("Paid", "not yet" if row.is_open else time_words(one.end, now),
                 "warn" if row.is_open else ""),
        ]  # fmt: skip

    def detail_title(self, row: Paid) -> Content:
        return Content(f"invoice {row.invoice.id or UNKNOWN} · {row.type}")

    async def action_copy(self) -> None:
        if self.targets:
            await self.copy("\n".join(str(row.invoice.id or "") for row in self.targets))

    async def action_copy_as(self) -> None:
        if self.targets:
            rows = [row.invoice for row in self.targets]
            await self.copy(invoices_json(rows, self._own))


def _amount(row: Paid, sign: int) -> Cell:
    """What came in, or with a `sign` of -1 went out."""
    if row.incoming is None:
        return UNKNOWN, "warn"
    amount = row.incoming * sign
    return (f"${amount / 1000:,.2f}", "good" if sign > 0 else "") if amount > 0 else ("-", "dim")


def summary(rows: Sequence[Paid]) -> str:
    """`6 invoices: $494.44 in, $190.31 out`; what was not yet paid is not counted as in."""
    came, went = _sums(rows)
    return f"{plural(len(rows), 'invoice')}: {came} in, {went} out{_unpaid(rows)}"


def part(rows: Sequence[Paid], shown: Sequence[Paid]) -> str:
    """`2 shown of 6 invoices: $50.00 of $494.44 in, $0.00 of $190.31 out`."""
    [(came, went), (all_came, all_went)] = map(_sums, (shown, rows))
    count = f"{len(shown)} shown of {plural(len(rows), 'invoice')}"
    return f"{count}: {came} of {all_came} in, {went} of {all_went} out{_unpaid(rows)}"


def _sums(rows: Sequence[Paid]) -> tuple[str, str]:
    """What came in, and what went out."""
    known = [row.incoming for row in rows if row.incoming is not None and row.invoice.is_paid]
    more = "+?" if any(row.incoming is None for row in rows) else ""
    came = money(sum(one for one in known if one > 0) / 1000)
    went = money(-sum(one for one in known if one < 0) / 1000)
    return f"{came}{more}", f"{went}{more}"


def _unpaid(rows: Sequence[Paid]) -> str:
    waits = sum(row.is_open for row in rows)
    return f", {waits} not yet paid" if waits else ""
