"""The lines of text around the offer table."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from textual.content import Content

from vasttui.errors import SearchQuotaExceeded
from vasttui.models.money import PricedOffer, Usage
from vasttui.models.search import SearchOptions
from vasttui.query.explain import Explanation
from vasttui.query.offer_fields import row_price
from vasttui.query.rules import Rule
from vasttui.query.wire import CHEAPEST
from vasttui.services.market.state import MarketState
from vasttui.ui.format import age, gigabytes, speed
from vasttui.ui.lines import clickable
from vasttui.ui.lists.lines import Spell, next_try
from vasttui.words import UNKNOWN, money, per_hour, plural

_RENTAL = {"on-demand": "on-demand", "bid": "interruptible", "reserved": "reserved"}
_RESTING = "Refreshes when the terminal has the focus."
_TRUST = {"verified": "verified", "datacenter": "datacenter", "any": "any host"}


@dataclass(frozen=True, slots=True)
class BlamedRule:
    """A rule that may be to blame for an empty list, and the effect of dropping it."""

    label: str
    effect: str


def switches(
    choice: SearchOptions, view: str, watch: str = "", unfit: int = 0, template: str = ""
) -> Content:
    """The second line: what is searched for besides the filter, the view, what is watched, and the
    template to rent with; `unfit` offers are left out, as they have less disk."""
    usage = choice.usage
    less = f", {unfit:,} have less" if unfit else ""
    tokens = [
        clickable(f"[{_RENTAL[choice.rental]}]", "screen.rental", "$text-accent"),
        clickable(f"[{_TRUST[choice.trust]}]", "screen.trust", "$text-accent"),
        clickable(f"[disk {usage.disk:g}G{less}]", "screen.form", "$text-warning" if less else ""),
        clickable(f"[traffic {usage.down:g}↓ {usage.up:g}↑ GB]", "screen.form"),
        clickable(f"[{usage.hours:g} h]", "screen.form"),
    ]
    left = Content.assemble(" ", Content(" ").join(tokens))
    if template:
        token = clickable(f"[with {template} ×]", "screen.without_template", "$text-accent")
        left = Content.assemble(left, " ", token)
    if watch:
        left = Content.assemble(left, " ", clickable(f"[{watch}]", "screen.watch", "$text-accent"))
    if view:
        left = Content.assemble(left, "  view: ", (view, "$text-accent"))
    return left


@dataclass(frozen=True, slots=True)
class Counts:
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
        more = "+" if self.more else ""
        whole = f"{self.shown:,} shown · {self.fetched:,}{more} fetched"
        short = f"{self.shown:,}/{self.fetched:,}{more}"
        avoided = _if(self.avoided, f" · {self.avoided:,} avoided")
        marked = _if(self.marked, f"{self.marked} marked")
        marked += _if(self.unseen, f" ({self.unseen} not shown)") + _if(self.marked, " · ")
        few = _if(self.marked, f"{self.marked}✓{_if(self.unseen, f'(-{self.unseen})')} ")
        lines = (
            (marked, whole, avoided), (marked, short, avoided), (few, short, avoided),
            (few, short, _if(self.avoided, f" -{self.avoided}")),
        )  # fmt: skip
        fitting = (line for line in lines if sum(map(len, line)) <= most)
        head, body, tail = next(fitting, lines[-1])
        return Content.assemble(head, body, clickable(tail, "screen.avoided"))


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


def status(
    state: MarketState, now: float, paused: bool, spell: Spell, *, resting: bool = False
) -> Content:
    """The line above the keys: what the last search brought and when the next one comes. `resting`:
    nobody looks, so there is no next one."""
    if state.as_of is None and state.error is None:
        words = f" Searching… {len(state.rows):,} offers so far" if state.busy else " Connecting…"
        return Content(words)
    if state.error is not None:
        then = f" {_RESTING}" if resting else _next_try(state, now, spell)
        return Content.assemble(" ", (str(state.error), "$text-error"), then)
    parts = [_result(state)]
    if state.as_of is not None:
        parts.append(f"{age(now - state.as_of)} ago")
    text, key = ", ".join(parts), spell("app.pause")
    if paused:
        paused_words = ("Paused", "bold $text-warning")
        return Content.assemble(" ", text, ". ", paused_words, f": {key} resumes.")
    if state.busy:
        return Content(f" {text}. Refreshing…")
    if resting:
        return Content(f" {text}. {_RESTING}")
    if state.next_try is not None:
        return Content(f" {text}. Next refresh in {age(state.next_try - now)} ({key} pauses).")
    return Content(f" {text}.")


def _result(state: MarketState) -> str:
    pages = plural(state.pages, "page")
    if state.complete:
        text = f"✓ {state.fetched:,} offers in {pages}, {state.took:.1f} s"
    else:
        cheapest = state.query is None or state.query.order == CHEAPEST
        first = f"{'cheapest' if cheapest else 'first'} {state.fetched:,} offers"
        text = f"✓ {first}, more exist: narrow the filter. {pages}"
    if state.bad:
        text += f", {state.bad} unreadable"
    if state.patched:
        text += f", {state.patched} with unknown details"
    return text


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
) -> tuple[list[BlamedRule], Content]:
    """The rules of an empty list, and the nearest offer.

    A rule that the service was asked for hides an unknown number of offers: `in_hand` tells.
    `avoided` offers match and are hidden because their machines are avoided: that comes first.
    """
    suspects = []
    if avoided:
        hidden = f"hides {avoided:>6,}   {plural(avoided, 'offer')}"
        suspects.append(BlamedRule("your avoid list", hidden))
    for one in explanation.blames:
        effect = f"hides {one.removes:>6,}   {plural(one.seen, 'offer')}"
        if one.cheapest is not None:
            effect += f", cheapest {per_hour(row_price(one.cheapest))}"
        if not in_hand(one.rule):
            effect = "hides      ?   applied by the service: dropping it starts a new search"
        suspects.append(BlamedRule(one.rule.label, effect))
    nearest = explanation.nearest
    text = ""
    if nearest is not None:
        offer = nearest.offer
        text = (
            f"Nearest: {offer.num_gpus}× {offer.gpu_name} · {offer.country or UNKNOWN} · "
            f"{per_hour(row_price(nearest))} all-in.   "
        )
    verb = "shows the list or drops a rule" if avoided else "drops a rule"
    keys = f"↓ enter {verb}, {spell('list.escape')} clears the filter."
    return suspects, Content.assemble(text, (keys, "$text-muted"))


def key_facts(row: PricedOffer, usage: Usage) -> Content:
    """One line about an offer, where there is no room for details."""
    offer = row.offer
    text = (
        f" {offer.country or UNKNOWN} {speed(offer.cpu_cores_effective)} vCPU "
        f"{gigabytes(offer.ram_share)}G · ↓{speed(offer.inet_down)} ↑{speed(offer.inet_up)} Mb · "
        f"{per_hour(row.price)} · {usage.hours:g} h = "
        f"{money(None if row.eff is None else row.eff * usage.hours)}"
    )
    return Content(text)
