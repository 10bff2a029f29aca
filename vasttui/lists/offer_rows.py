"""The rows of the offer table: priced, in order, filtered; with a cursor and marks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from vasttui.lists.resource import Resource, RowId
from vasttui.lists.rows import RowList
from vasttui.lists.sorting import SortKeys, merged_rows, reversed_first, sorted_rows
from vasttui.models.money import PricedOffer, RentalType, Usage, price_offer
from vasttui.models.offer import Offer
from vasttui.models.price_book import NO_PRICES, PriceBook

_SAMPLE = 3_000
"""Rows sampled for the values that occur; all 20,000 would take 45 ms."""

Select = Callable[[Sequence[PricedOffer]], list[PricedOffer]]


class LeftOut:
    """Takes away the offers of avoided machines, and counts them."""

    def __init__(self) -> None:
        self.machines: frozenset[int] = frozenset()
        """Those that are avoided."""
        self.count = 0
        """Offers that were taken away."""
        self._met = set[int]()

    @property
    def machine_count(self) -> int:
        """How many machines these offers stand on."""
        return len(self._met)

    def begin(self) -> None:
        """Count from 0."""
        self.count, self._met = 0, set()

    def take_away(self, rows: Sequence[PricedOffer]) -> Sequence[PricedOffer]:
        """The others of these rows; what is taken away is counted."""
        kept = self.others(rows)
        if len(kept) < len(rows):
            self.count += len(rows) - len(kept)
            self._met |= self.machines & {row.offer.machine_id for row in rows}
        return kept

    def others(self, rows: Sequence[PricedOffer]) -> Sequence[PricedOffer]:
        """Those of these rows that stand on no avoided machine."""
        if not self.machines:
            return rows
        return [row for row in rows if row.offer.machine_id not in self.machines]


class OfferRows(RowList[PricedOffer]):
    """All loaded offers and those shown. If a filter hides the offer under the cursor, the cursor
    moves to the next one and returns with its offer."""

    def __init__(
        self, resource: Resource[PricedOffer], usage: Usage, rental: RentalType,
        book: PriceBook = NO_PRICES,
    ) -> None:  # fmt: skip
        super().__init__(resource)
        self.left_out = LeftOut()
        self.unfit_count = 0
        """Rows left out because the host has less free disk than is wanted."""
        self._usage: Usage = usage
        self._rental: RentalType = rental
        self._book = book
        self._offers: Sequence[Offer] = ()
        self._by_id: dict[int, PricedOffer] = {}
        self._rows: list[PricedOffer] = []
        self._base: list[PricedOffer] = []
        self._base_select: Select = list
        self._select: Select = list
        self._ids_in_order = True
        self._in_order = True

    @property
    def all_rows(self) -> Sequence[PricedOffer]:
        """Every loaded row that the search options allow, in order."""
        return self._base

    @property
    def loaded(self) -> Sequence[PricedOffer]:
        """Every loaded row, in order."""
        return self._rows

    @property
    def wanted_rows(self) -> Sequence[PricedOffer]:
        """Every loaded row that has the disk that is wanted and stands on no avoided machine."""
        return [row for row in self.left_out.others(self._rows) if row.fits]

    @property
    def fetched(self) -> int:
        """How many rows are loaded, allowed or not."""
        return len(self._rows)

    @property
    def current(self) -> PricedOffer | None:
        """The row under the cursor."""
        return self.visible[self._index] if self.visible else None

    def _sample(self) -> Sequence[PricedOffer]:
        return self._rows[:: max(1, len(self._rows) // _SAMPLE)]

    def set_offers(self, offers: Sequence[Offer], stable: int = 0) -> None:
        """Take these offers, of which the first `stable` are unchanged since the last call.

        Added rows are merged into the others, which is cheap enough to do often while an answer
        arrives; any other change sorts all rows.
        """
        if offers is self._offers:
            return
        added = bool(stable) and stable == len(self._offers)
        fresh = offers[stable:] if added else offers
        self._offers, self._seen = offers, None
        rows = [self._priced(offer) for offer in fresh]
        if added:
            self.tidy()
            self._by_id.update((row.offer.id, row) for row in rows)
            self._ids_in_order = False
            self._add(self._sorted(by_id(rows), self._keys))
        else:
            self._ids_in_order = True
            rows = by_id(rows)
            self._by_id = {row.offer.id: row for row in rows}
            self._rows = self._sorted(rows, self._keys)
            self._rebase()

    def replacing(self, offers: Sequence[Offer]) -> Iterator[None]:
        """Take these offers instead, in slices of at most a few ms: what has not changed keeps its
        place. Until the last slice the rows are those of before; if they are put in another order
        meanwhile, or their order is of what is remembered, the last one sorts all."""
        # start-up: there is nothing to replace before the first search
        from vasttui.lists.offers_replaced import replaced

        if any(self.resource.is_remembered(key) for key, _ in self._keys):
            self.set_offers(offers)
            return
        self.tidy()
        before, selects = self._rows, (self._base_select, self._select)
        new = yield from replaced(
            offers, self._by_id, before, price=self._priced, merge=self._with, selects=selects
        )
        if self._rows is not before or not self._in_order:
            self.set_offers(offers)
            return
        self._offers, self._seen = offers, None
        self._by_id, self._ids_in_order, self._rows = new.by_id, False, new.rows
        if selects == (self._base_select, self._select):
            self._base, self.unfit_count = new.base, new.unfit
            self._show_of(new.hits)
        else:
            self._rebase()

    def _add(self, rows: list[PricedOffer]) -> None:
        """Merge these rows, which are in order, into the loaded and the visible ones. Only they are
        looked at."""
        self._rows = self._merged(self._rows, rows)
        unfit = self.unfit_count
        allowed = self._allowed(rows)
        self.unfit_count += unfit
        hits = self._select(allowed)
        shown = self.left_out.take_away(hits)
        all_shown = len(self.visible) + len(shown) == len(self._base) + len(allowed)
        self._base = self._merged(self._base, allowed)
        self._place(self._base if all_shown else self._merged(self.visible, shown))

    def set_usage(self, usage: Usage, rental: RentalType) -> None:
        """Price all rows for this use."""
        if (usage, rental) == (self._usage, self._rental):
            return
        self._usage, self._rental = usage, rental
        self._by_id = {id: self._price(row.offer) for id, row in self._by_id.items()}
        self._rows = self._sorted(self._all_by_id(), self._keys)
        self._rebase()

    def prices_changed(self, keys: frozenset[str]) -> None:
        """Other prices are remembered: sort again, where these columns are sorted by, and filter
        again."""
        if keys & {key for key, _ in self._keys}:
            self._rows = self._sorted(by_id(self._rows), self._keys)
            self._rebase()
        else:
            self._show()

    def set_sort(self, keys: SortKeys) -> None:
        """Sort the visible rows by these columns; hidden ones when needed or by `tidy`."""
        before, self._keys = self._keys, tuple(keys)
        self._in_order = len(self.visible) == len(self._by_id)
        if self._keys == reversed_first(before):
            rows = self._sorted(self.visible, self._keys[:1])  # equal ones are in order already
        else:
            rows = self._all_by_id() if self._in_order else by_id(self.visible)
            rows = self._sorted(rows, self._keys)
        if self._in_order:
            self._rows = self._base = rows
        self._place(rows)

    def tidy(self) -> None:
        """Sort the hidden rows too, if that was put off."""
        if not self._in_order:
            self._in_order = True
            self._rows = self._sorted(self._all_by_id(), self._keys)
            self._base = self._allowed(self._rows)

    def _all_by_id(self) -> list[PricedOffer]:
        """All loaded rows by id. Rows that were added are not there yet until it is asked."""
        if not self._ids_in_order:
            self._ids_in_order = True
            self._by_id = dict(sorted(self._by_id.items()))
        return list(self._by_id.values())

    def set_base(self, select: Select) -> None:
        """Select what the search options allow; the filter works on these rows."""
        self.tidy()
        self._base_select = select
        self._rebase()

    def set_filter(self, select: Select, *, narrower: bool = False) -> None:
        """Show what this selects; `narrower`: only among the shown rows."""
        self._select = select
        if narrower and not self.left_out.machines:
            self._place(select(self.visible))
        else:
            self._show()

    def _rebase(self) -> None:
        self._in_order = True
        self._base = self._allowed(self._rows)
        self._show()

    def _allowed(self, rows: list[PricedOffer]) -> list[PricedOffer]:
        """What the search options allow and has the disk that is wanted."""
        allowed = self._base_select(rows)
        fitting = [row for row in allowed if row.fits]
        self.unfit_count = len(allowed) - len(fitting)
        return fitting

    def set_avoided(self, machines: frozenset[int]) -> None:
        """Hide the offers of these machines."""
        if machines != self.left_out.machines:
            self.left_out.machines = machines
            self._show()

    def _show(self) -> None:
        """Work out the visible rows."""
        self.tidy()
        self._show_of(self._select(self._base))

    def _show_of(self, hits: list[PricedOffer]) -> None:
        """Show those of these rows that stand on no avoided machine."""
        self.left_out.begin()
        self._place(self.left_out.take_away(hits))

    def _place(self, rows: Sequence[PricedOffer]) -> None:
        """Make these rows visible; the cursor stays on its offer or goes to the next one."""
        before, self.visible = self.visible, rows
        index = 0 if self._wanted is None or not rows else self._index_of(self._wanted)
        self._index = self._next_shown(before) if index is None else index

    def move_cursor(self, index: int) -> None:
        """Put the cursor on this visible row, as the user asks."""
        if self.visible:
            self._index = max(0, min(index, len(self.visible) - 1))
            self._wanted = self.visible[self._index].offer.id

    def put_cursor(self, offer_id: RowId) -> bool:
        """Put the cursor on an offer if it is shown; returns whether it is."""
        index = self._index_of(offer_id)
        if index is not None:
            self.move_cursor(index)
        return index is not None

    def settle_cursor(self) -> None:
        """Nothing: the cursor returns to its offer once the filter shows it again."""

    def hold_cursor(self) -> None:
        """Tie the cursor to the offer it is on, even if it was never moved."""
        if self._wanted is None:
            self.move_cursor(self._index)

    def _next_shown(self, before: Sequence[PricedOffer]) -> int:
        """The next row after the cursor that is still shown, or the last."""
        shown = set(self.visible)
        following = (self._by_id.get(row.offer.id) for row in islice(before, self._index, None))
        row = next((row for row in following if row in shown), None)
        return min(self._index, len(self.visible) - 1) if row is None else self.visible.index(row)

    def _index_of(self, offer_id: RowId) -> int | None:
        row = self._by_id.get(int(offer_id))
        if row is None or row not in self.visible:  # first: an index that is not there is slow
            return None
        return self.visible.index(row)

    def _priced(self, offer: Offer) -> PricedOffer:
        known = self._by_id.get(offer.id)
        return known if known is not None and known.offer is offer else self._price(offer)

    def _price(self, offer: Offer) -> PricedOffer:
        return price_offer(offer, self._usage, self._rental, self._book)

    def _with(self, rows: Sequence[PricedOffer], more: Sequence[PricedOffer]) -> list[PricedOffer]:
        """These rows, which are in order, with others."""
        return self._merged(rows, self._sorted(by_id(more), self._keys))

    def _merged(
        self, rows: Sequence[PricedOffer], more: Sequence[PricedOffer]
    ) -> list[PricedOffer]:
        reads = ((self.resource.reader(key), descending) for key, descending in self._keys)
        orders = [(read, descending) for read, descending in reads if read is not None]
        return merged_rows(rows, more, [*orders, (_id, False)])

    def _sorted(self, rows: Sequence[PricedOffer], keys: SortKeys) -> list[PricedOffer]:
        return sorted_rows(rows, keys, self.resource.reader)


def by_id(rows: Sequence[PricedOffer]) -> list[PricedOffer]:
    """The rows by offer id, the order of otherwise equal rows."""
    return sorted(rows, key=_id)


def _id(row: PricedOffer) -> int:
    return row.offer.id
