"""Two to four GPU models side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from vasttui.lists.compared import Best, Compared, Property, compared
from vasttui.lists.market_rows import ModelRow
from vasttui.models.market_overview import ModelFigures
from vasttui.ui.lists.side_by_side import SideBySide
from vasttui.ui.market.columns import MarketCells
from vasttui.ui.modals.frame import CLOSE
from vasttui.words import UNKNOWN

_LOW = {"low": "low $/h", "quarter": "a quarter below", "median": "median $/h",
        "three": "3 quarters below", "nine": "9/10 below", "spot": "spot at min bid"}  # fmt: skip
_HIGH = {"value": "DLPerf per $/h", "flops": "TFLOPS per $/h", "vram": "VRAM each",
         "offers": "offers", "gpus": "GPUs", "machines": "machines", "countries": "countries",
         "dc": "datacenter %", "rel": "reliability %", "discount": "reserved: off %"}  # fmt: skip
_EXACT = {"vram", "rel", "dc", "discount"}
"""What is no bound, even where only the cheapest offers are known."""


class CompareModelsModal(SideBySide):
    """Prices per GPU, all-in; supply; what they are."""

    keys = (CLOSE, ("← →", "choose", "screen.slide(1)"), ("↑↓", "scroll", ""))
    NOUN: ClassVar[str] = "model"

    def __init__(self, rows: Sequence[ModelRow], cells: MarketCells) -> None:
        super().__init__()
        self.names = [row.name for row in rows]
        self._rows, self._cells = tuple(rows), cells

    def compared(self) -> Sequence[Compared]:
        return [compared(one, self._rows) for one in properties(self._cells)]


def properties(cells: MarketCells) -> list[Property[ModelRow]]:
    """What is compared, as the columns show it. A bound is never best: nobody knows."""
    columns = {column.key: column for column in cells.columns()}

    def line(key: str, title: str, best: Best | None) -> Property[ModelRow]:
        column = columns[key]

        def text(row: ModelRow) -> str:
            words = column.cell(row)[0]
            return words if row.figures is not None else UNKNOWN

        def value(row: ModelRow) -> float | None:
            known = column.value is not None and (key in _EXACT or _is_whole(row.figures))
            found = column.value(row) if known and column.value is not None else None
            return None if found is None else float(found)

        return Property(title, text, value, best)

    return [
        *(line(key, title, min) for key, title in _LOW.items()),
        *(line(key, title, max) for key, title in _HIGH.items()),
        line("place", "cheapest in", None), line("seen", "read", None),
    ]  # fmt: skip


def _is_whole(figures: ModelFigures | None) -> bool:
    return figures is not None and figures.whole
