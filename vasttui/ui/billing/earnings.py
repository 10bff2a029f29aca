"""What the account's machines earned: by machine or by day."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.content import Content

from vasttui.lists.columns import Cell, Column
from vasttui.lists.csv_lines import csv_text
from vasttui.lists.day_range import date_of, day_words, number_of
from vasttui.lists.resource import Fact, Resource, raw_facts
from vasttui.models.billing import Earned, Earnings, dollars
from vasttui.models.charge_sums import added
from vasttui.query.fields import Field, FieldSet
from vasttui.ui.billing.charge_columns import mills_cell
from vasttui.ui.billing.ranged import RangedScreen
from vasttui.ui.context import context
from vasttui.ui.format import HIDDEN
from vasttui.ui.keys import bindings
from vasttui.ui.lines import clickable
from vasttui.words import money, plural

if TYPE_CHECKING:
    from vasttui.ui.client import Client

_EVERY = 300.0
_PARTS = ("gpu", "disk", "down", "up", "total")


@dataclass(frozen=True, slots=True)
class EarnedRow:
    """What a machine earned, or all of them on a day (days since 1970-01-01)."""

    number: int
    earned: Earned
    is_day: bool

    @property
    def name(self) -> str:
        """`machine 1001`, `2026-09-22`."""
        return date_of(self.number).isoformat() if self.is_day else f"machine {self.number}"

    def title(self, today: date) -> str:
        """As it is shown: `machine 1001`, `22 Sep`."""
        return day_words(date_of(self.number), today) if self.is_day else self.name

    @property
    def words(self) -> str:
        """What it is found by: a day as it is saved, and as it is shown."""
        return f"{self.name}\n{self.title(date.max)}".lower()


def _part(name: str, title: str, about: str, rank: int) -> Column[EarnedRow]:
    def read(row: EarnedRow) -> int | None:
        amount: int | None = getattr(row.earned, name)
        return amount

    return Column(
        name, title, 9, lambda row: mills_cell(read(row)), about, rank, value=read, best_first=True
    )


FIELDS = FieldSet(
    fields=(
        Field(name="name", kind="text", help="machine or day", expr="r.words", example=":1001",
              known=True),
        Field(name="total", kind="number", help="all of it, $",
              expr="(None if o.total is None else o.total / 1000)", example=">5"),
        Field(name="text", kind="text", help="words anywhere", known=True, cost=2,
              expr="r.words", example=":2026-09"),
    ),
    record="r.earned", seen={"name": "r.name"}, scope={}, price=lambda row: 0.0,
    example="total>5",
)  # fmt: skip


class EarningsScreen(RangedScreen[EarnedRow]):
    """For accounts that host."""

    SCOPE = "earnings"
    BINDINGS: ClassVar[list[BindingType]] = bindings("earnings", "range")

    earnings = Earnings()
    """As read last."""

    _by_day = False

    def make_resource(self) -> Resource[EarnedRow]:
        what = "day" if self._by_day else "machine"
        named = what.capitalize(), 14, self._named, what
        return Resource(
            name="earnings-day" if self._by_day else "earnings",
            noun=what,
            id=lambda row: row.name,
            private=lambda row: () if row.is_day else (row.number,),
            columns=(
                Column("name", *named, 0, left=True,
                       value=lambda row: row.number, best_first=True,
                       plain=lambda row: row.name),
                _part("gpu", "GPU", "for GPUs, $", 2),
                _part("disk", "Disk", "for disks, $", 3),
                _part("down", "Down", "for what was downloaded, $", 4),
                _part("up", "Up", "for what was uploaded, $", 5),
                _part("total", "Total", "all of it, $", 1),
            ),
            fields=FIELDS,
            sort=(("name" if self._by_day else "total", True),),
            summary=self._summary,
            part=self._summary,
            details={"Overview": self._overview, "Raw": lambda row: raw_facts(row.earned)},
            read=self._read,
            every=_EVERY,
            hints=("type to filter: machine", "total>5"),
        )  # fmt: skip

    def _named(self, row: EarnedRow) -> Cell:
        return row.title(self.today), ""

    @property
    def nouns(self) -> str:
        return "earnings"

    @property
    def question(self) -> object:
        return self.range, self._by_day

    async def _read(self, api: Client) -> Sequence[EarnedRow]:
        first, last = map(number_of, self.range.bounds(self.today))
        self.earnings = await api.billing.earnings(first, last)
        return self._rows()

    def _rows(self) -> Sequence[EarnedRow]:
        found = self.earnings.days if self._by_day else self.earnings.machines
        return [EarnedRow(number, earned, self._by_day) for number, earned in found]

    def _summary(self, rows: Sequence[EarnedRow], shown: Sequence[EarnedRow] | None = None) -> str:
        def amount(rows: Sequence[EarnedRow]) -> str:
            return money(dollars(added(row.earned.total for row in rows)))

        count = plural(len(rows), "day" if self._by_day else "machine")
        words = f"{amount(rows)}{'+?' if self.earnings.lost else ''}"
        if shown is not None:
            count, words = f"{len(shown)} shown of {count}", f"{amount(shown)} of {words}"
        return f"{count} · {words} {self.in_range}"

    def _overview(self, row: EarnedRow) -> Sequence[Fact]:
        one, now = row.earned, self.earnings
        parts = (one.gpu, one.disk, one.down, one.up)
        gpu, disk, down, up = (money(dollars(part)) for part in parts)
        amounts = (money(dollars(mills)) for mills in (now.balance, now.fee))
        balance, fee = (HIDDEN if context(self).private else amount for amount in amounts)
        return [
            Fact("GPU", gpu), Fact("Disk", disk), Fact("Traffic", f"down {down} · up {up}"),
            Fact("Account", f"now, of all machines: balance {balance}, the service's share {fee}"),
        ]  # fmt: skip

    def nothing(self) -> tuple[str, str] | None:
        if self.snapshot.as_of is None or self.browse.list.all_rows:
            return super().nothing()
        longer = context(self).keymap.spelled("range.longer")
        return "No earnings", (
            f"No machine of this account earned anything {self.in_range}. {longer} looks further "
            "back."
        )

    def switches(self) -> Iterator[Content]:
        yield from super().switches()
        by = "day" if self._by_day else "machine"
        yield clickable(f"[per {by}]", "screen.group", "$text-accent")

    def action_group(self) -> None:
        """By day instead of by machine, and back."""
        self._by_day = not self._by_day
        self.list_anew()
        self.browse.list.set_rows(self._rows())
        self.show_everything()

    def rows_of(self, snapshot: object) -> Sequence[EarnedRow]:
        """The reading has both."""
        return self._rows()

    def why_off(self, action_id: str) -> str:
        return "" if action_id == "earnings.group" else super().why_off(action_id)

    def detail_title(self, row: EarnedRow) -> Content:
        return Content(f"{row.title(self.today)} · {money(dollars(row.earned.total))}")

    def export(self, *, as_json: bool) -> tuple[str, int]:
        rows = _in_dollars(self.browse.rows)
        if as_json:
            return json.dumps(rows, indent=1) + "\n", len(rows)
        cells = (["" if value is None else str(value) for value in row.values()] for row in rows)
        return csv_text(("what", *(f"{name}_usd" for name in _PARTS)), cells), len(rows)

    async def action_copy(self) -> None:
        if self.targets:
            await self.copy("\n".join(money(dollars(row.earned.total)) for row in self.targets))

    async def action_copy_as(self) -> None:
        if self.targets:
            await self.copy(json.dumps(_in_dollars(self.targets), indent=1))


def _in_dollars(rows: Sequence[EarnedRow]) -> list[dict[str, str | float | None]]:
    return [
        {"what": row.name} | {f"{name}_usd": dollars(getattr(row.earned, name)) for name in _PARTS}
        for row in rows
    ]
