"""Two to four offers side by side, the best value of each line marked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar

from vasttui.lists.compared import Compared
from vasttui.models.money import PricedOffer
from vasttui.ui.keys import Keymap
from vasttui.ui.lists.side_by_side import SideBySide
from vasttui.ui.modals.frame import CLOSE
from vasttui.ui.offers.columns import OfferCells
from vasttui.ui.offers.compare_lines import compare
from vasttui.ui.offers.row_keys import OfferKeys


class CompareModal(SideBySide, OfferKeys):
    """Offers; the keys are for the one that is chosen."""

    NOUN: ClassVar[str] = "offer"

    def __init__(
        self,
        rows: Sequence[PricedOffer],
        cells: OfferCells,
        keymap: Keymap,
        act: Callable[[str, PricedOffer], Awaitable[None]],
        *,
        read_only: bool = False,
    ) -> None:
        """`cells` know the time and whether ids are to be hidden; `act` does an action to one of
        the rows."""
        OfferKeys.__init__(
            self, keymap, lambda action_id: act(action_id, self.chosen), read_only=read_only
        )
        choose = ("← →", "choose", "screen.slide(1)")
        self.keys = (CLOSE, choose, *self.labels(), ("↑↓", "scroll", ""))
        self.names = [row.offer.gpu_name for row in rows]
        self._rows, self._cells = tuple(rows), cells

    @property
    def chosen(self) -> PricedOffer:
        """The offer that the keys are for."""
        return self._rows[self.at]

    def compared(self) -> Sequence[Compared]:
        return compare(self._rows, self._cells)
