"""The lines of text around the offer table."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from textual.content import Content

from vasttui.errors import SearchQuotaExceeded
from vasttui.models.money import PricedOffer, Usage
from vasttui.query.offer_fields import row_price
from vasttui.query.rules import Rule
from vasttui.query.wire import CHEAPEST
from vasttui.services.market.state import MarketState
from vasttui.ui.format import age, gigabytes, speed
from vasttui.ui.lines import clickable, first_fit
from vasttui.ui.lists.lines import Spell, next_try
from vasttui.words import UNKNOWN, money, per_hour, plural

if TYPE_CHECKING:
    from vasttui.query.explain import Explanation

_RESTING = "Refreshes when the terminal has the focus."


class BlamedRule(Struct, frozen=True):
    """A rule that may be to blame for an empty list: how many offers it hides, and what is seen
    without it, in words from the longest to the shortest."""

    label: str
    hides: str
    seen: tuple[str, ...]


class Counts(Struct, frozen=True):
    """What is counted of the offers: shown, fetched (`more`: the market has others), hidden because
    their machines are avoided; marked, and how many of the marks are not shown."""

    shown: int
    fetched: int
    more: bool = False
    avoided: int = 0
    marked: int = 0
    unseen: int = 0

    def line(self, most: int) -> Content:
        """`2 marked · 64 shown · 214 fetched · 3 avoided`, or shorter, in `most` cells."""
        lines = self._forms
        fitting = (line for line in lines if sum(map(len, line)) <= most)
        head, body, tail = next(fitting, lines[-1])
        return Content.assemble(head, body, clickable(tail, "screen.show_avoided"))

    @property
    def brief(self) -> int:
        """The cells of the shortest form that has a word for what is avoided."""
        return sum(map(len, self._forms[2]))

    @property
    def _forms(self) -> Sequence[tuple[str, str, str]]:
        """From the longest to the shortest: what is marked, how many there are, what is avoided."""
        more = "+" if self.more else ""
        whole = f"{self.shown:,} shown · {self.fetched:,}{more} fetched"
        short = f"{self.shown:,}/{self.fetched:,}{more}"
        avoided = _if(self.avoided, f" · {self.avoided:,} avoided")
        marked = _if(self.marked, f"{self.marked} marked")
        marked += _if(self.unseen, f" ({self.unseen} not shown)") + _if(self.marked, " · ")
        few = _if(self.marked, f"{self.marked}✓{_if(self.unseen, f'(-{self.unseen})')} ")
        return (
            (marked, whole, avoided), (marked, short, avoided), (few, short, avoided),
            (few, short, _if(self.avoided, f" -{self.avoided}")),
            (few, f"{self.shown:,}{more}", _if(self.avoided, f" -{self.avoided}")),
        )  # fmt: skip


def _if(number: int, text: str) -> str:
    return text if number else ""


def is_part(state: MarketState) -> bool:
    """Whether Vast.ai has, or may have, more offers for the filter than were fetched."""
    return state.as_of is not None and not state.covered


def no_match(state: MarketState, fetched: int, asked: bool) -> tuple[str, str]:
    """Title of an empty table, and what is to be said of offers that were not fetched. `asked`:
    the service was asked for this very filter."""
    if not is_part(state):
        return "No offer matches", ""
    more = "Asking Vast.ai for more…"
    if asked:
        more = "Vast.ai has more. It was asked with all it can filter by; these came first."
    return f"None among the {fetched:,} offers fetched", more


def hidden_all(machines: int, offers: int, spell: Spell) -> str:
    """What to say where all that matches is on machines that are avoided."""
    one = machines == 1
    what = "the only offer" if offers == 1 else f"all {offers:,} offers"
    return (
        f"{plural(machines, 'machine')} {'is' if one else 'are'} avoided and "
        f"{'hides' if one else 'hide'} {what}. {spell('list.filter')} avoided shows them."
    )


def status(
    state: MarketState,
    now: float,
    paused: bool,
    spell: Spell,
    *,
    resting: bool = False,
    width: int = 200,
) -> Content:
    """The line above the keys, in `width` cells: what the last search brought and when the next one
    comes. `resting`: nobody looks, so there is no next one."""
    if state.arrived is not None:
        pages, offers = plural(state.arrived.pages, "page"), plural(state.arrived.offers, "offer")
        return Content(f" Searching again: {pages}, {offers} so far.")
    if state.as_of is None and state.error is None:
        words = f" Searching… {len(state.rows):,} offers so far" if state.busy else " Connecting…"
        return Content(words)
    if state.error is not None:
        words = f" {_RESTING}" if resting else _next_try(state, now, spell)
        return Content.assemble(" ", (str(state.error), "$text-error"), words)
    old = "" if state.as_of is None else f", {age(now - state.as_of)} ago"
    results = [f" {text}{old}." for text in _results(state)]
    then, short = _then(state, now, paused, spell, resting=resting)
    forms = [Content.assemble(text, then) for text in results]
    return first_fit(width, *forms, *(Content.assemble(text, short) for text in results))


def _then(
    state: MarketState, now: float, paused: bool, spell: Spell, *, resting: bool
) -> tuple[Content, Content]:
    """When the next search comes, in a sentence and in a word."""
    key = spell("app.pause")
    if paused:
        word = Content.assemble(" ", ("Paused", "bold $text-warning"))
        return Content.assemble(word, f": {key} resumes."), word
    if state.busy:
        return Content(" Refreshing…"), Content(" Refreshing…")
    if state.kept:
        return Content(" Connecting…"), Content(" Connecting…")
    if resting:
        return Content(f" {_RESTING}"), Content("")
    if state.next_try is not None:
        wait = age(state.next_try - now)
        return Content(f" Next refresh in {wait} ({key} pauses)."), Content(f" Next in {wait}.")
    return Content(""), Content("")


def _results(state: MarketState) -> tuple[str, ...]:
    """What the last search brought, from the longest form to the shortest."""
    if state.kept:
        part = f"{len(state.rows):,} of " if len(state.rows) < state.fetched else ""
        found = f"{part}{plural(state.fetched, 'offer')}"
        return f"{found} of your last search", found
    pages = plural(state.pages, "page")
    kept = len(state.rows) - state.fetched  # of a wider filter: these count as fetched, too
    before = f", {kept:,} from before" if kept > 0 else ""
    odd = f", {state.bad} unreadable" if state.bad else ""
    odd += f", {state.patched} with unknown details" if state.patched else ""
    if state.complete:
        found = f"✓ {plural(state.fetched, 'offer')}"
        brief = f"{found}{before}"
        return f"{found} in {pages}{before}, {state.took:.1f} s{odd}", f"{brief}{odd}", brief, found
    cheapest = state.query is None or state.query.order == CHEAPEST
    first = "cheapest" if cheapest else "first"
    found = f"✓ {first} {plural(state.fetched, 'offer')}{before}, more exist"
    narrow = f"{found}: narrow the filter"
    return f"{narrow}. {pages}{odd}", f"{narrow}{odd}", f"{found}{odd}", found


def _next_try(state: MarketState, now: float, spell: Spell) -> str:
    if isinstance(state.error, SearchQuotaExceeded) and state.quota_resets_at is not None:
        at = time.strftime("%H:%M", time.localtime(state.quota_resets_at))
        return f" Rows stay; the quota resets at {at}."
    return f" {next_try(state, now, spell)}"


def still_coming(state: MarketState) -> bool:
    """Whether no rows only means that none have arrived yet."""
    return state.as_of is None and state.error is None and (state.busy or not state.number)


def nothing_yet(
    state: MarketState, address: str, fetched: int, spell: Spell, unfit: int = 0
) -> tuple[Content, Content]:
    """Title and text for a table that has no rows to filter."""
    if state.error is not None:
        text = f"{state.error}\n\n{state.error.hint}".strip()
        return Content("Offers cannot be shown"), Content(text)
    if state.as_of is None:
        return Content("Searching"), Content(f"Asking {address} for offers.")
    came = f"None of {fetched:,} offers passes" if fetched else "No offer matches"
    text = (
        f"{came} these switches. {spell('offers.trust')} widens the choice of hosts, "
        f"{spell('offers.rental')} changes the rental type."
    )
    if unfit:
        text += f" {unfit:,} have less free disk than is wanted: {spell('offers.form')} changes it."
    return Content("No offers"), Content(text)


def blame(
    explanation: Explanation[PricedOffer],
    in_hand: Callable[[Rule], bool],
    avoided: int,
    spell: Spell,
) -> tuple[list[BlamedRule], list[Content]]:
    """The rules of an empty list; the nearest offer and the keys, sentence by sentence.

    A rule that the service was asked for hides an unknown number of offers: `in_hand` tells.
    `avoided` offers match and are hidden because their machines are avoided: that comes first.
    """
    suspects = []
    if avoided:
        suspects.append(BlamedRule("your avoid list", f"{avoided:,}", (plural(avoided, "offer"),)))
    for one in explanation.blames:
        seen: tuple[str, ...] = (plural(one.seen, "offer"),)
        if one.cheapest is not None:
            price = per_hour(row_price(one.cheapest))
            seen = (f"{seen[0]}, cheapest {price}", f"{seen[0]}, {price}", *seen)
        hides = f"{one.removes:,}"
        if not in_hand(one.rule):
            hides, seen = "?", ("applied by the service: starts a new search", "a new search")
        suspects.append(BlamedRule(one.rule.label, hides, seen))
    nearest = explanation.nearest
    foot = []
    if nearest is not None:
        offer = nearest.offer
        foot.append(
            Content(
                f"Nearest: {offer.num_gpus}× {offer.gpu_name} · {offer.country or UNKNOWN} · "
                f"{per_hour(row_price(nearest))} all-in."
            )
        )
    verb = "shows the list or drops a rule" if avoided else "drops a rule"
    keys = f"↓ enter {verb}, {spell('list.escape')} clears the filter."
    return suspects, [*foot, Content.styled(keys, "$text-muted")]


def key_facts(row: PricedOffer, usage: Usage, width: int) -> Content:
    """One line of `width` cells about an offer, where there is no room for details."""
    offer = row.offer
    place = f" {offer.country or UNKNOWN}"
    host = f" {speed(offer.cpu_cores_effective)} vCPU {gigabytes(offer.ram_share)}G"
    net = f" · ↓{speed(offer.inet_down)} ↑{speed(offer.inet_up)} Mb"
    total = money(None if row.eff is None else row.eff * usage.hours)
    cost = f" · {per_hour(row.price)} · {usage.hours:g} h = {total}"
    forms = (place + host + net + cost, place + host + cost, place + cost)
    return first_fit(width, *map(Content, forms))


def hidden(machines: int, offers: int) -> str:
    """How many machines are avoided, and how many offers that hides; empty for none."""
    if not offers:
        return ""
    return f"{plural(machines, 'machine')} avoided: {plural(offers, 'offer')} hidden "
