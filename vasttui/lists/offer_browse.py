"""What the offer browser is about right now: filter, switches, order, lists; without a screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import get_args

from vasttui.errors import QueryError
from vasttui.lists.offer_rows import OfferList
from vasttui.lists.offer_sorting import starts_descending
from vasttui.lists.sorting import by_column, turned_round
from vasttui.models.money import PricedOffer, RentalType, price_offers
from vasttui.models.search import SearchOptions, Trust
from vasttui.query.complete import Completion, complete
from vasttui.query.defaults import default_rules, with_defaults
from vasttui.query.edit import drop
from vasttui.query.explain import Explanation, explain
from vasttui.query.match import compile_query
from vasttui.query.parse import parse
from vasttui.query.rules import Query, Rule
from vasttui.query.wire import ServerQuery, server_query
from vasttui.services.market.state import MarketState
from vasttui.state.views import View

SortKeys = tuple[tuple[str, bool], ...]
DEFAULT_SORT: SortKeys = (("eff", False), ("value", True))


class Browse:
    """The state behind the offer table. Every change of the filter works on the rows in hand."""

    def __init__(self, choice: SearchOptions, now: Callable[[], float]) -> None:
        self.offers = OfferList(choice.usage, choice.rental)
        self.offers.set_sort(DEFAULT_SORT)
        self.choice = choice
        self.text = ""
        self.query = Query()
        self.problems: tuple[QueryError, ...] = ()
        self.warnings: tuple[QueryError, ...] = ()
        self.sort = DEFAULT_SORT
        self.view = ""
        self.gpu_names: tuple[str, ...] = ()
        self._sorted = 0
        self._switches: tuple[Rule, ...] = ()
        self._now = now
        self._filter()

    @property
    def rows(self) -> Sequence[PricedOffer]:
        """The rows to show, in order."""
        return self.offers.visible

    @property
    def current(self) -> PricedOffer | None:
        """The row under the cursor."""
        index = self.offers.cursor_index
        return self.rows[index] if index is not None else None

    @property
    def marks(self) -> set[int]:
        """The ids of the marked offers."""
        return self.offers.marks

    def clear_marks(self) -> None:
        """Take all marks away."""
        self.offers.clear_marks()

    @property
    def marked(self) -> list[PricedOffer]:
        """The marked rows that are shown, in order."""
        return [row for row in self.rows if row.offer.id in self.offers.marks]

    def set_text(self, text: str) -> None:
        """Filter by this text; while it has no meaning the last filter that had one stays."""
        self.text = text
        parsed = parse(text)
        self.problems, self.warnings = parsed.problems, parsed.warnings
        if not parsed.problems and parsed.query != self.query:
            narrower = set(self.query.rules) <= set(parsed.query.rules)
            narrower = narrower and self.query.removed == parsed.query.removed
            self.query = parsed.query
            self._filter(narrower=narrower)

    def set_choice(self, choice: SearchOptions) -> None:
        """Turn the switches; prices are worked out anew."""
        self.choice = choice
        self.offers.set_usage(choice.usage, choice.rental)
        self._filter()

    def set_market(self, state: MarketState) -> None:
        """Take what the market brought; cursor and marks stay on their offers."""
        self.offers.set_offers(state.offers, state.stable)
        if not state.searching and state.as_of is not None and self._sorted != state.number:
            self._sorted = state.number
            self.offers.sort_fully()
            self.offers.settle_cursor()

    def set_sort(self, keys: SortKeys) -> None:
        self.sort = keys
        self.offers.set_sort(keys)

    def sort_by(self, key: str) -> None:
        """Sort by a column; once more turns the order round."""
        self.set_sort(by_column(self.sort, key, starts_descending))

    def reverse(self) -> None:
        """Turn the order of the first sort column round."""
        self.set_sort(turned_round(self.sort))

    def wanted(self, gpu_names: tuple[str, ...]) -> tuple[ServerQuery, ServerQuery]:
        """What to ask of the service: the coarse question, and the one with every rule in it."""
        coarse = server_query(self.query, self.choice, gpu_names, full=False)
        return coarse, server_query(self.query, self.choice, gpu_names, full=True)

    def complete(self, position: int) -> list[Completion]:
        """What could be completed at that position of the filter, the likeliest first."""
        values = dict(self.offers.seen_values())
        values["gpu_name"] = self.gpu_names or values.get("gpu_name", ())
        return complete(self.text, position, values)

    def next_rental(self) -> SearchOptions:
        """The switches with the next type of rental."""
        kinds: tuple[RentalType, ...] = get_args(RentalType)
        following = kinds[(kinds.index(self.choice.rental) + 1) % len(kinds)]
        return replace(self.choice, rental=following)

    def next_trust(self) -> SearchOptions:
        """The switches with the next kind of hosts."""
        kinds: tuple[Trust, ...] = get_args(Trust)
        following = kinds[(kinds.index(self.choice.trust) + 1) % len(kinds)]
        return replace(self.choice, trust=following)

    def explain(self) -> Explanation[PricedOffer]:
        """Which rule takes how many rows away."""
        return explain(self.query, self.offers.all_rows, self._now())

    def in_hand_without(
        self, rule: Rule, have: ServerQuery | None, gpu_names: tuple[str, ...]
    ) -> bool:
        """Whether the rows in hand hold all that dropping this rule would show."""
        others = Query(tuple(one for one in self.query.rules if one != rule), self.query.removed)
        return have is not None and have.covers(
            server_query(others, self.choice, gpu_names, full=True)
        )

    def without(self, rule: Rule) -> str:
        """The filter text without one of its rules."""
        return drop(self.text, rule)

    def count(self, text: str, choice: SearchOptions) -> int:
        """How many of the rows in hand another filter and other switches would leave."""
        rules = with_defaults(parse(text).query, choice)
        priced = self.offers.all_rows
        if choice.usage != self.choice.usage or choice.rental != self.choice.rental:
            priced = price_offers((row.offer for row in priced), choice.usage, choice.rental)
        return len(compile_query(rules, self._now())(priced))

    def as_view(self, name: str, columns: tuple[str, ...]) -> View:
        """What is shown now, to be saved under a name."""
        return View(name=name, text=self.text, choice=self.choice, sort=self.sort, columns=columns)

    def _filter(self, *, narrower: bool = False) -> None:
        """Apply switches and filter; with `narrower` only rows in view can stay in view."""
        switches = default_rules(self.query, self.choice)
        if switches != self._switches:
            self._switches = switches
            allowed = with_defaults(self.query, self.choice).rules[: len(switches)]
            self.offers.set_base(compile_query(Query(allowed), self._now()))
            narrower = False
        self.offers.set_filter(compile_query(self.query, self._now()), narrower=narrower)
