"""The obvious offer browser: a `DataTable`, refilled on every key."""

import sys

from textual import on
from textual.app import App, ComposeResult
from textual.widgets import DataTable, Input

from tests.bench.market import offers
from vasttui.clock import SystemClock
from vasttui.models.money import PricedOffer, Usage, price_offers
from vasttui.ui.offers.columns import OfferCells, offers_resource


class Naive(App[None]):
    """An input above a `DataTable` with the same columns and offers."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.rows = price_offers(offers(count), Usage(), "on-demand")
        self.rows.sort(key=lambda row: row.eff or 0.0)
        resource = offers_resource(OfferCells(SystemClock().now))
        self.columns = resource.choose(resource.default_columns[:17])
        self.sorted_down = False

    def compose(self) -> ComposeResult:
        yield Input(id="filter")
        yield DataTable[str](cursor_type="row")

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        for column in self.columns:
            table.add_column(column.title, width=column.width, key=column.key)
        self.fill(self.rows)

    def fill(self, rows: list[PricedOffer]) -> None:
        table = self.query_one(DataTable)
        table.clear()
        for row in rows:
            cells = [column.cell(row)[0] for column in self.columns]
            table.add_row(*cells, key=str(row.offer.id))

    @on(Input.Changed)
    def filter(self, event: Input.Changed) -> None:
        words = event.value.lower().split()
        self.fill([row for row in self.rows if all(word in row.text for word in words)])

    def key_f2(self) -> None:
        self.sorted_down = not self.sorted_down
        self.rows.sort(key=lambda row: row.price, reverse=self.sorted_down)
        self.fill(self.rows)


if __name__ == "__main__":
    Naive(int(sys.argv[1])).run()
