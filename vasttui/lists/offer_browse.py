"""The state of the offer browser: filter, search options, order, rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, get_args

from msgspec import structs

from vasttui.lists.browse import Browsing
from vasttui.lists.offer_rows import OfferRows
from vasttui.lists.resource import Resource
from vasttui.models.money import PricedOffer, RentalType, price_offers
from vasttui.models.price_book import NO_PRICES, PriceBook
from vasttui.models.search import SearchOptions, Trust
from vasttui.query.defaults import default_rules, only_in, trust_in_force, wider, with_defaults
from vasttui.query.machine_sets import NAMES, left_out
from vasttui.query.match import compile_query
from vasttui.query.names import named
from vasttui.query.offer_fields import OFFERS
from vasttui.query.rules import Query, Rule
from vasttui.query.wire import CHEAPEST, Order, ServerQuery, server_query
from vasttui.services.market.state import MarketState
from vasttui.state.views import View

if TYPE_CHECKING:
    from vasttui.query.complete import Completion
    from vasttui.query.explain import Explanation, Suspect

_ORDERS = {
    "eff": "dph_total", "price": "dph_total", "value": "dlperf_per_dphtotal", "n": "num_gpus",
    "vram": "gpu_ram", "cuda": "cuda_max_good", "vcpu": "cpu_cores_effective", "ram": "cpu_ram",
    "disk": "disk_space", "down": "inet_down", "up": "inet_up", "rel": "reliability",
    "ends": "end_date", "mach": "machine_id", "host": "host_id", "dlperf": "dlperf",
    "ports": "direct_port_count", "pcie": "pcie_bw", "driver": "driver_vers",
}  # fmt: skip
"""The field that the service can order by, or the nearest one, by column."""


_AT_ONCE = 128
"""Offers that are priced and put in order in one slice."""


class OfferBrowse(Browsing[PricedOffer]):
    """The state of the offer table. The filter works on the loaded rows."""

    list: OfferRows

    def __init__(
        self, resource: Resource[PricedOffer], choice: SearchOptions, now: Callable[[], float],
        book: PriceBook = NO_PRICES,
    ) -> None:  # fmt: skip
        self.choice = choice
        self.view = ""
        self.gpu_names: tuple[str, ...] = ()
        self._sorted = 0
        self._switches: tuple[Rule, ...] = ()
        self._avoided: frozenset[int] = frozenset()
        self._book = book
        super().__init__(resource, now)
        self.list = OfferRows(resource, choice.usage, choice.rental, book)
        self.list.set_sort(self.sort)
        self._filter(self.query)

    def _meaning(self, query: Query) -> Query:
        return named(query, self.gpu_names)

    def know_gpu_names(self, names: tuple[str, ...]) -> None:
        """Learn the names of GPUs, which words of the filter may be."""
        if names != self.gpu_names:
            self.gpu_names = names
            self.set_text(self.text)

    def _filter(self, before: Query) -> None:
        """Apply options and filter; added rules need only the shown rows."""
        narrower = before != self.query and set(before.rules) <= set(self.query.rules)
        narrower = narrower and before.removed == self.query.removed
        switches = default_rules(self.query, self.choice)
        if switches != self._switches:
            self._switches = switches
            allowed = with_defaults(self.query, self.choice).rules[: len(switches)]
            self.list.set_base(compile_query(Query(allowed), self._now()))
            narrower = False
        self.list.set_avoided(left_out(self.query, self._avoided))
        self.list.set_filter(compile_query(self.query, self._now()), narrower=narrower)

    def set_avoided(self, machines: frozenset[int]) -> None:
        """Hide the offers of these machines, unless the filter asks for them."""
        self._avoided = machines
        self.list.set_avoided(left_out(self.query, machines))

    def machines_changed(self) -> None:
        """A set of machines that the filter may name is another one."""
        if any(rule.field in NAMES for rule in self.query.rules):
            self._filter(self.query)

    def set_choice(self, choice: SearchOptions) -> None:
        """Set the search options and price the rows for them."""
        self.choice = choice
        self.list.set_usage(choice.usage, choice.rental)
        self._filter(self.query)

    def set_market(self, state: MarketState) -> None:
        """Take the market's offers; cursor and marks stay on theirs."""
        for _ in self.taking(state):
            pass

    def taking(self, state: MarketState) -> Iterator[None]:
        """The same in slices of a few ms. Where rows are only added, each slice adds some."""
        rows, have = state.rows, state.stable
        if not have and self.list.fetched > _AT_ONCE:
            yield from self.list.replacing(rows)
        while 0 < have < len(rows) - _AT_ONCE:
            before, have = have, have + _AT_ONCE
            self.list.set_offers(rows[:have], before)
            yield
        self.list.set_offers(rows, have)
        if not state.busy and state.as_of is not None and self._sorted != state.number:
            self._sorted = state.number
            self.list.hold_cursor()

    def queries(self, gpu_names: tuple[str, ...]) -> tuple[ServerQuery, ServerQuery]:
        """The queries to request: a coarse one, and one with every rule."""
        query, choice, order = self.query, self.choice, self.order
        coarse = server_query(query, choice, gpu_names, full=False, order=order)
        return coarse, server_query(query, choice, gpu_names, full=True, order=order)

    @property
    def order(self) -> Order:
        """The order to ask the service for: that of the table, as near as it has one."""
        key, down = self.sort[0]
        known = OFFERS.find(key)
        raw = known is not None and known.kind == "number" and known.wire == key
        name = _ORDERS.get(key, key if raw else "")
        return (name, down) if name else CHEAPEST

    def sort_by_fields(self, order: Sequence[Order]) -> Sequence[str]:
        """Sort by the columns of these fields of the service; returns those without one."""
        columns = {name: key for key, name in _ORDERS.items()}
        found = [(columns.get(name, name), down) for name, down in order]
        known = [one for one in found if self.resource.reader(one[0]) is not None]
        if known:
            self.set_sort(known)
        return [name for name, _ in found if self.resource.reader(name) is None]

    def complete(self, position: int) -> Sequence[Completion]:
        """The completions at a position of the filter, likeliest first."""
        # start-up: the filter is empty
        from vasttui.query.complete import complete

        values = dict(self.list.seen_values())
        seen = values.get("gpu_name", ())
        values["gpu_name"] = (*seen, *(name for name in self.gpu_names if name not in seen))
        return complete(self.text, position, values)

    def next_rental(self) -> SearchOptions:
        """The options with the next type of rental."""
        kinds: tuple[RentalType, ...] = get_args(RentalType)
        following = kinds[(kinds.index(self.choice.rental) + 1) % len(kinds)]
        return structs.replace(self.choice, rental=following)

    def next_trust(self) -> SearchOptions:
        """The options with the next level of trust."""
        kinds: tuple[Trust, ...] = get_args(Trust)
        following = kinds[(kinds.index(self.choice.trust) + 1) % len(kinds)]
        return structs.replace(self.choice, trust=following)

    def explain(self) -> Explanation[PricedOffer]:
        """How many rows each rule, and the switch of hosts, removes, avoided machines apart."""
        # start-up: only where a filter shows nothing
        from vasttui.query.explain import explain_suspects

        query, choice = self.query, self.choice
        suspects = [self._suspect(rule, (rule,)) for rule in query.rules]
        own = only_in(choice)
        if own and trust_in_force(query, choice) == choice.trust:
            suspects.append(self._suspect(self.switch, own))
        in_force = with_defaults(query, choice).rules
        return explain_suspects(in_force, suspects, self.list.wanted_rows, self._now())

    def _suspect(self, rule: Rule, own: tuple[Rule, ...]) -> Suspect:
        # start-up: as above
        from vasttui.query.explain import Suspect

        return Suspect(rule, own, with_defaults(*self._search_without(rule)).rules)

    @property
    def switch(self) -> Rule:
        """What stands for the choice of hosts, and the rules that say the same, among those to
        blame: `[datacenter]`, `[datacenter] and dc`."""
        words = (f"[{self.choice.trust}]", *(rule.label for rule in self._same))
        return Rule("trust", "eq", (self.choice.trust,), text=" and ".join(words))

    @property
    def _same(self) -> Sequence[Rule]:
        """The rules of the filter that the choice of hosts has too."""
        return [rule for rule in self.query.rules if rule in only_in(self.choice)]

    def _search_without(self, rule: Rule) -> tuple[Query, SearchOptions]:
        """Filter and switches without one of the rules to blame."""
        both = rule == self.switch
        gone = [(one, one.start) for one in (self._same if both else [rule])]
        others = tuple(one for one in self.query.rules if (one, one.start) not in gone)
        return Query(others, self.query.removed), wider(self.choice) if both else self.choice

    def loaded_without(self, rule: Rule, state: MarketState, gpu_names: tuple[str, ...]) -> bool:
        """Whether the loaded rows would be the same without this rule, and all that it shows."""
        query, choice = self._search_without(rule)
        without = server_query(query, choice, gpu_names, full=True, order=self.order)
        have = state.query
        return have is not None and (have == without or (state.complete and have.covers(without)))

    def without(self, rule: Rule) -> tuple[str, SearchOptions]:
        """The filter text and the options without one of the rules to blame."""
        # start-up: only where a filter shows nothing
        from vasttui.query.edit import drop

        text = self.text
        for one in reversed(self._same if rule == self.switch else [rule]):
            text = drop(text, one)
        return text, self._search_without(rule)[1]

    def count(self, text: str, choice: SearchOptions) -> int:
        """How many loaded rows another filter with other options would show."""
        # start-up: the filter is empty
        from vasttui.query.parse import parse

        rules = with_defaults(self._meaning(parse(text).query), choice)
        priced = self.list.loaded
        if choice.usage != self.choice.usage or choice.rental != self.choice.rental:
            priced = price_offers(
                (row.offer for row in priced), choice.usage, choice.rental, self._book
            )
        return sum(
            row.fits for row in self.list.left_out.others(compile_query(rules, self._now())(priced))
        )

    def count_with(self, text: str) -> int:
        """How many loaded rows another filter would show."""
        return self.count(text, self.choice)

    def differs(self, view: View, columns: tuple[str, ...]) -> bool:
        """Whether filter, options, order or these columns are not those of the view."""
        now = self.as_view(view.name, columns if view.columns else ())
        same = structs.replace(
            view, text=view.text.strip(), sort=tuple(view.sort or self.resource.sort)
        )
        return structs.replace(now, text=now.text.strip()) != same

    def as_view(self, name: str, columns: tuple[str, ...]) -> View:
        """The current state as a view with this name."""
        return View(name=name, text=self.text, choice=self.choice, sort=self.sort, columns=columns)
