"""The lines of text around the offer table."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from textual.content import Content
from textual.geometry import Size
from textual.style import Style

from vasttui.errors import SearchQuotaExceeded
from vasttui.models.account import Account
from vasttui.models.money import Listing, Usage
from vasttui.models.search import Choice
from vasttui.query.explain import Explanation, row_price
from vasttui.query.rules import Rule
from vasttui.services.market_state import MarketState
from vasttui.ui.format import UNKNOWN, age, count, gigabytes, hourly, money
from vasttui.ui.keys import Keymap, by_rank
from vasttui.ui.suspects import Suspect

_RENTAL = {"on-demand": "on-demand", "bid": "interruptible", "reserved": "reserved"}
_TRUST = {"verified": "verified", "datacenter": "datacenter", "any": "any host"}
STALE_AFTER = 60.0
"""Seconds after which data that failed to refresh is called stale."""


def clickable(text: str, action: str, style: str = "") -> Content:
    """Text that runs an action when clicked. `action` is ours, never a stranger's."""
    content = Content.styled(text, style) if style else Content(text)
    return content.stylize(Style.from_meta({"@click": action}))


def header(account: Account | None, key_source: str | None, demo: bool, private: bool) -> Content:
    """Right half of the first line: who, and what money is left."""
    if demo:
        who = Content.styled("demo market", "bold $text-warning")
    elif account is None:
        if key_source is None:
            return clickable("no key: browsing only · K adds one", "app.key", "$text-warning")
        return Content.styled("signing in…", "$text-muted")
    else:
        who = Content("•••" if private else account.name)
    if account is None:
        return who
    return Content.assemble(who, " · ", "$•••" if private else money(account.credit))


def freshness(state: MarketState | None, now: float) -> Content:
    """How old the rows are: a green dot, amber when a refresh is overdue, red when it failed."""
    if state is None or state.as_of is None:
        searching = state is not None and state.searching
        return Content.styled("◐ loading" if searching else "○ no data", "$text-muted")
    seconds = max(0.0, now - state.as_of)
    if state.error is not None:
        word = "stale" if seconds > STALE_AFTER else "retrying"
        return Content.styled(f"✖ {word} {age(seconds)}", "$text-error")
    return Content.styled(f"● {age(seconds)}", "$text-success")


def switches(choice: Choice, view: str, sort: str) -> tuple[Content, Content]:
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


def sort_words(keys: Sequence[tuple[str, bool]], titles: Mapping[str, str]) -> str:
    """`sort eff$/h ▲ then DLP/$ ▼`."""
    words = [f"{titles.get(key, key)} {'▼' if down else '▲'}" for key, down in keys]
    return "sort " + " then ".join(words) if words else ""


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


FILTER_KEYS: Sequence[tuple[str, str, str]] = (
    ("f1", "help", "app.help"),
    ("enter", "keep", ""),
    ("esc", "clear", ""),
    ("tab", "complete", ""),
    ("↑↓", "rows", ""),
    ("^p", "all", "app.palette"),
)


def key_entries(keymap: Keymap) -> list[tuple[str, str, str]]:
    """The key bar over the table: key, word and the action of a click."""
    entries = []
    for action in by_rank(("offers", "app")):
        target = "app" if action.scope == "app" else "screen"
        entries.append((keymap.spelled(action.id), action.label, f"{target}.{action.action}"))
        if action.id == "offers.sort_left":
            both = f"{keymap.spelled(action.id)} {keymap.spelled('offers.sort_right')}"
            entries[-1] = (both, action.label, "screen.sort_by")
    return entries


def hint(completions: Sequence[str], width: int) -> Content:
    """The line under the filter when all is well: completions, or a rule."""
    if not completions:
        return Content("─" * width)
    first, *others = completions
    return Content.assemble(
        "   ", ("tab", "bold $text-accent"), " ", (first, "bold $foreground"), "  ",
        ("  ".join(others), "$text-muted"),
    )  # fmt: skip


def tabs(names: Sequence[str], current: str, keys: str) -> Content:
    """The tabs of the details, the current one in brackets."""
    parts = [
        clickable(f"[{name}]" if name == current else f" {name} ", f"screen.show_tab('{name}')")
        for name in names
    ]
    return Content.assemble(*parts, f" {keys} ")


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
    explanation: Explanation, in_hand: Callable[[Rule], bool]
) -> tuple[list[Suspect], Content]:
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
        suspects.append(Suspect(one.rule.label, effect))
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


def key_facts(row: Listing, usage: Usage) -> Content:
    """One line about an offer, where there is no room for details."""
    offer = row.offer
    text = (
        f" {offer.country or UNKNOWN} {count(offer.cpu_cores_effective)} vCPU "
        f"{gigabytes(offer.ram_share)}G · ↓{count(offer.inet_down)} ↑{count(offer.inet_up)} Mb · "
        f"${hourly(row.price)}/h · {usage.hours:g} h = "
        f"{money(None if row.eff is None else row.eff * usage.hours)}"
    )
    return Content(text)


def too_small(size: Size) -> Content:
    """What to say on a terminal without room for a table."""
    return Content(
        f"vasttui needs 60×16, this is {size.width}×{size.height}. q quits; nothing is lost."
    )
