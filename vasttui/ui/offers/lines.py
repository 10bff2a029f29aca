"""The lines of text around the offer table."""

from __future__ import annotations

import time
from collections.abc import Callable

from textual.content import Content

from vasttui.errors import SearchQuotaExceeded
from vasttui.models.money import PricedOffer, Usage
from vasttui.models.search import SearchOptions
from vasttui.query.explain import Explanation
from vasttui.query.offer_fields import row_price
from vasttui.query.rules import Rule
from vasttui.services.market.state import MarketState
from vasttui.ui.format import UNKNOWN, age, count, gigabytes, hourly, money
from vasttui.ui.lines import clickable
from vasttui.ui.offers.blamed_rule import BlamedRule

_RENTAL = {"on-demand": "on-demand", "bid": "interruptible", "reserved": "reserved"}
_TRUST = {"verified": "verified", "datacenter": "datacenter", "any": "any host"}


def switches(choice: SearchOptions, view: str, sort: str) -> tuple[Content, Content]:
    """The second line: what is searched for besides the filter; and the order of rows."""
    usage = choice.usage
    tokens = [
        clickable(f"[{_RENTAL[choice.rental]}]", "screen.rental", "$text-accent"),
        clickable(f"[{_TRUST[choice.trust]}]", "screen.trust", "$text-accent"),
        clickable(f"[disk {usage.disk:g}G]", "screen.form"),
        clickable(f"[traffic {usage.down:g}↓ {usage.up:g}↑ GB]", "screen.form"),
        clickable(f"[{usage.hours:g} h]", "screen.form"),
    ]
    left = Content.assemble(" ", Content(" ").join(tokens))
    if view:
        left = Content.assemble(left, "  view: ", (view, "$text-accent"))
    return left, Content.assemble((sort, "$text-muted"), " ")


def counts(shown: int, fetched: int, avoided: int, state: MarketState | None) -> str:
    """`64 shown · 214 fetched`, with a plus sign when the market has more."""
    more = "+" if state is not None and state.as_of is not None and not state.complete else ""
    parts = [f"{shown:,} shown", f"{fetched:,}{more} fetched"]
    if avoided:
        parts.append(f"{avoided} avoided")
    return " · ".join(parts)


def status(state: MarketState | None, now: float, paused: bool) -> Content:
    """The line above the keys: what the last search brought and when the next one comes."""
    if state is None or (state.as_of is None and state.error is None):
        if state is not None and state.searching:
            return Content(f" Searching… {len(state.offers):,} offers so far")
        return Content(" Connecting…")
    if state.error is not None:
        return Content.assemble(" ", (str(state.error), "$text-error"), _next_try(state, now))
    parts = [_result(state)]
    if state.as_of is not None:
        parts.append(f"{age(now - state.as_of)} ago")
    text = ", ".join(parts)
    if paused:
        return Content.assemble(" ", text, ". ", ("Paused", "bold $text-warning"), ": p resumes.")
    if state.searching:
        return Content(f" {text}. Refreshing…")
    if state.next_try is not None:
        return Content(f" {text}. Next refresh in {age(state.next_try - now)} (p pauses).")
    return Content(f" {text}.")


def _result(state: MarketState) -> str:
    pages = f"{state.pages} page{'' if state.pages == 1 else 's'}"
    if state.complete:
        text = f"✓ {state.fetched:,} offers in {pages}, {state.took:.1f} s"
    else:
        text = f"✓ first {state.fetched:,} offers, more exist: narrow the filter. {pages}"
    if state.bad:
        text += f", {state.bad} unreadable"
    if state.patched:
        text += f", {state.patched} with unknown details"
    return text


def _next_try(state: MarketState, now: float) -> str:
    if isinstance(state.error, SearchQuotaExceeded) and state.quota_resets_at is not None:
        at = time.strftime("%H:%M", time.localtime(state.quota_resets_at))
        return f" Rows stay; the quota comes back at {at}."
    if state.searching:
        return " Trying again…"
    if state.next_try is None:
        return " r tries again."
    return f" Next try in {age(state.next_try - now)} (r now)."


def banner(state: MarketState | None, now: float) -> Content | None:
    """The line that says since when rows are old, None while all is well."""
    if state is None or state.error is None:
        return None
    since = ""
    if state.failing_since is not None:
        clock = time.strftime("%H:%M:%S", time.localtime(state.failing_since))
        tries = f"{state.failures} tr{'y' if state.failures == 1 else 'ies'}"
        since = f" since {clock} ({tries})"
    if state.as_of is None:
        shown = "Nothing to show yet."
    else:
        shown = f"Showing what was there {age(now - state.as_of)} ago."
    hint = f" {state.error.hint}" if state.error.hint else ""
    what = str(state.error).rstrip(".")
    text = f" ! {what}{since}. {shown}{hint}"
    return Content.styled(text, "bold $text-error")


def still_coming(state: MarketState | None) -> bool:
    """Whether no rows only means that none have arrived yet."""
    return state is None or (state.searching and state.as_of is None and state.error is None)


def nothing_yet(state: MarketState | None, address: str, fetched: int) -> tuple[Content, Content]:
    """Title and text for a table that has no rows to filter."""
    if state is not None and state.error is not None:
        text = f"{state.error}\n\n{state.error.hint}".strip()
        return Content("Offers cannot be shown"), Content(text)
    if state is None or state.as_of is None:
        return Content("Searching"), Content(f"Asking {address} for the market.")
    came = f"{fetched:,} offers came, none of them passes" if fetched else "There is no offer for"
    text = f"{came} these switches. u widens the kind of hosts, i changes the type of rental."
    return Content("No offers"), Content(text)


def blame(
    explanation: Explanation[PricedOffer], in_hand: Callable[[Rule], bool]
) -> tuple[list[BlamedRule], Content]:
    """The rules of an empty list, and the nearest offer.

    A rule that the service was asked for hides an unknown number of offers: `in_hand` tells.
    """
    suspects = []
    for one in explanation.blames:
        effect = f"hides {one.removes:>6,}   {one.seen:,} offer{'' if one.seen == 1 else 's'}"
        if one.cheapest is not None:
            effect += f", cheapest ${hourly(row_price(one.cheapest))}/h"
        if not in_hand(one.rule):
            effect = "hides      ?   asked of the service: dropping it searches anew"
        suspects.append(BlamedRule(one.rule.label, effect))
    nearest = explanation.nearest
    text = ""
    if nearest is not None:
        offer = nearest.offer
        text = (
            f"Nearest: {offer.num_gpus}× {offer.gpu_name} · {offer.country or UNKNOWN} · "
            f"${hourly(row_price(nearest))}/h all-in.   "
        )
    return suspects, Content.assemble(
        text, ("↓ enter drops a rule, esc clears the filter.", "$text-muted")
    )


def key_facts(row: PricedOffer, usage: Usage) -> Content:
    """One line about an offer, where there is no room for details."""
    offer = row.offer
    text = (
        f" {offer.country or UNKNOWN} {count(offer.cpu_cores_effective)} vCPU "
        f"{gigabytes(offer.ram_share)}G · ↓{count(offer.inet_down)} ↑{count(offer.inet_up)} Mb · "
        f"${hourly(row.price)}/h · {usage.hours:g} h = "
        f"{money(None if row.eff is None else row.eff * usage.hours)}"
    )
    return Content(text)
