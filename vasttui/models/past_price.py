"""Prices as the user's own searches showed them, by day. All are all-in, for one usage."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct


class DayPrices(Struct, frozen=True):
    """What was seen of a kind on one UTC day (days since 1970-01-01), each offer once, at its last
    price: `low` to `nine_tenths` in $/h. `spot_low` and `spot_median` are minimum bids in $/h
    without the rest. Not `whole`: no search of that day had all offers, so the dear ones are
    missing."""

    day: int
    low: float
    quarter: float
    median: float
    three_quarters: float
    nine_tenths: float
    offers: int
    gpus: int
    searches: int
    spot_low: float | None
    spot_median: float | None
    whole: bool


class MachineDay(Struct, frozen=True):
    """What one machine's offer cost on one UTC day: its lowest and its last price in $/h, and its
    last minimum bid."""

    day: int
    low: float
    last: float
    spot: float | None


class PastPrices(Struct, frozen=True):
    """What is remembered of one offer, its machine and its kind, up to `today`, for so many days.
    `absent_here` are searches that did not show it, since it was first seen; None: not known.
    `ahead`: seconds by which the newest price is from the future."""

    days: int
    today: int
    here: Sequence[MachineDay] = ()
    kind: Sequence[DayPrices] = ()
    searches_here: int = 0
    first_seen: float | None = None
    ahead: float = 0.0
    absent_here: int | None = None
