"""The line under the filter of the offers: what is searched for besides it, and the order."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from textual.content import Content

from vasttui.lists.sorting import SortKeys
from vasttui.models.search import SearchOptions, Trust
from vasttui.query.defaults import trust_in_force
from vasttui.query.rules import Query
from vasttui.ui.format import fit
from vasttui.ui.lines import clickable, sort_words

RENTAL_WORDS = {"on-demand": "on-demand", "bid": "interruptible", "reserved": "reserved"}
"""The types of rental, as Vast.ai names them."""
_TRUST: dict[Trust | None, str] = {
    "verified": "verified", "datacenter": "datacenter", "any": "any host",
    None: "hosts by the filter",
}  # fmt: skip
_EVERYTHING = Query()
_SHORT = {"bid": "spot", "reserved": "reserved"}
_SHORT_TRUST: dict[Trust | None, str] = {
    "verified": "", "datacenter": "dc", "any": "any", None: "by filter"
}  # fmt: skip


def trust_words(query: Query, choice: SearchOptions) -> str:
    """Whose offers are listed: as the switch says, unless the filter says otherwise."""
    return _TRUST[trust_in_force(query, choice)]


def short_words(query: Query, choice: SearchOptions) -> str:
    """What the prices are for where that is not usual, in few letters: `spot dc 200G`."""
    disk, usual = choice.usage.disk, SearchOptions()
    words = [
        _SHORT[choice.rental] if choice.rental != usual.rental else "",
        _SHORT_TRUST[trust_in_force(query, choice)],
        f"{disk:g}G" if disk != usual.usage.disk else "",
    ]
    return " ".join(filter(None, words))


class Switches(Struct, frozen=True):
    """What the line says: the switches, as far as the `query` leaves them to be; `unfit` offers are
    left out, as they have less disk; the `view` that was opened, and whether it was `changed`
    since; what is watched; the `template` to rent with; the order."""

    choice: SearchOptions
    titles: Mapping[str, str]
    query: Query = _EVERYTHING
    unfit: int = 0
    view: str = ""
    changed: bool = False
    watch: str = ""
    template: str = ""
    sort: SortKeys = ()

    def line(self, width: int) -> tuple[Content, Content]:
        """Left and right part in `width` cells: the first rung that fits, from all there is to the
        switches of the search alone. Only a view's name is ever cut."""
        first = sort_words(self.sort[:1], self.titles)
        more = f" +{len(self.sort) - 1}" if len(self.sort) > 1 else ""
        orders = (sort_words(self.sort, self.titles), first + more)
        rungs = [(False, True, orders[0]), (False, True, orders[1])]
        rungs += [(True, True, orders[1]), (True, False, orders[1])]
        for short, use, order in rungs:
            room = width - len(order) - 2
            left = self._left(short=short, use=use, most=room)
            if left.cell_length <= room:
                break
        return left, Content.styled(f"{order} ", "$text-muted")

    def _left(self, *, short: bool, use: bool, most: int) -> Content:
        usage = self.choice.usage
        words = "less" if short else "have less"
        less = f", {self.unfit:,} {words}" if self.unfit else ""
        hosts = f"[{trust_words(self.query, self.choice)}]"
        tokens = [
            clickable(f"[{RENTAL_WORDS[self.choice.rental]}]", "screen.rental", "$text-accent"),
            clickable(hosts, "screen.trust", "$text-accent"),
            clickable(
                f"[disk {usage.disk:g}G{less}]", "screen.form", "$text-warning" if less else ""
            ),
        ]
        if use:
            traffic = f"{usage.down:g}↓ {usage.up:g}↑ GB"
            tokens.append(clickable(f"[{'' if short else 'traffic '}{traffic}]", "screen.form"))
            tokens.append(clickable(f"[{usage.hours:g} h]", "screen.form"))
        if self.template:
            word = f"[with {self.template} ×]"
            tokens.append(clickable(word, "screen.without_template", "$text-accent"))
        if self.watch:
            tokens.append(clickable(f"[{self.watch}]", "screen.watch", "$text-accent"))
        left = Content.assemble(" ", Content(" ").join(tokens))
        if not self.view:
            return left
        head = " " if short else "  view: "
        mark = "" if not self.changed else "*" if short else " (changed)"
        name = self.view
        if not use:  # there is no shorter form
            name = fit(name, max(4, most - left.cell_length - len(head + mark))).rstrip()
        return Content.assemble(left, head, (f"{name}{mark}", "$text-accent"))
