"""What a bid means: against the minimum bid, what it costs, how long the balance lasts."""

from __future__ import annotations

import math
from collections.abc import Sequence

from vasttui.models.bill import Burn, hours_left
from vasttui.models.rent_checks import LEAST_BID, MOST_BID_PER_GPU
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.words import UNKNOWN, hourly, hours_words, money, per_hour

HIGH = 2.0
"""A bid above this many times the minimum bid is asked about."""


def bid_problem(text: str, gpus: int | None) -> str:
    """What is wrong with a bid in $/h for that many GPUs (None: unknown), empty when nothing is."""
    try:
        price = float(text)
    except ValueError:
        return "A bid is a number of dollars per hour, such as 0.25."
    most = math.inf if gpus is None else MOST_BID_PER_GPU * gpus
    if not math.isfinite(price) or not LEAST_BID <= price <= most:
        return f"A bid is at least ${LEAST_BID}/h, and at most ${MOST_BID_PER_GPU:g}/h per GPU."
    return ""


def times_least(price: float, least: float | None) -> str:
    """A bid as a multiple of the minimum bid (both $/h), e.g. `1.5 times the minimum bid`;
    empty when that is unknown."""
    if not least:
        return ""
    times = price / least
    if times < 0.001:
        return "less than 0.001 times the minimum bid"
    digits = 0 if times >= 10 else 2 if times >= 0.1 else 3
    if times < 1:  # never as much as 1.00
        times = math.floor(times * 10**digits + 1e-9) / 10**digits
    return f"{times:.{digits}f} times the minimum bid"


def is_low(price: float | None, least: float | None) -> bool:
    """Whether what is bid is known to be too little to run (both $/h; None: no bid, unknown)."""
    return price is not None and least is not None and price < least


def usual_bid(rows: Sequence[FleetRow]) -> str:
    """The bid to start from when it is changed: the one there is, or the minimum where that is
    more; empty where the bids differ, or nothing is known."""
    bids = {row.instance.dph_base for row in rows}
    least = max((row.instance.min_bid or 0.0 for row in rows), default=0.0)
    if len(bids) > 1:
        return ""
    bid = next(iter(bids), None) or 0.0
    if bid < least:
        return hourly(least, up=True)
    return f"{bid:.10g}" if bid else ""


def bid_doubt(price: float, leasts: Sequence[float | None]) -> str:
    """Why a bid should be thought over, given the minimum bid for each offer or instance ($/h;
    None: unknown); empty when it is neither below one nor above twice one."""
    known = [least for least in leasts if least]
    low = [least for least in known if price < least]
    high = [least for least in known if price > HIGH * least]
    if low:
        return (
            f"{per_hour(price)} is below the minimum bid now, {per_hour(max(low), up=True)}"
            f"{_of(low, leasts)}: that stops, or stays stopped."
        )
    if high:
        return (
            f"{per_hour(price)} is {times_least(price, min(high))}, {per_hour(min(high), up=True)}"
            f"{_of(high, leasts)}; what is bid is what is paid."
        )
    return ""


def _of(some: Sequence[float], leasts: Sequence[float | None]) -> str:
    return f", for {len(some)} of {len(leasts)}" if len(leasts) > 1 else ""


def bid_lines(price: float, rows: Sequence[FleetRow], credit: float | None, burn: Burn) -> str:
    """What this bid for each of these instances means: two lines, for `credit` in $ and all that is
    billed now."""
    leasts = [row.instance.min_bid for row in rows]
    known = [least for least in leasts if least]
    times = times_least(price, max(known)) if known else "the minimum bid is unknown"
    low = any(is_low(price, least) for least in leasts)
    if low:
        times += ": too low to win now"
    disks = [row.instance.storage_total_cost for row in rows]
    if None in disks:
        return f"{times} · {UNKNOWN} $/h with disk: its price is unknown"
    running = sum(price + (disk or 0.0) for disk in disks)
    now = sum(row.bill.hourly or 0.0 for row in rows)
    after = Burn(gpu=max(0.0, burn.total - now) + running)
    hours = hours_left(credit, after)
    lasts = "" if hours is None or low else f"{money(credit)} lasts {hours_words(hours)} with it"
    if hours is not None and burn.unknown:
        lasts = lasts.replace("lasts", "lasts at most")
    cost = f"{per_hour(running)} with disk, while running"
    return f"{times}\n{f'{cost} · {lasts}' if lasts else cost}"
