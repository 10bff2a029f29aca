"""The market as it is known at one moment."""

from __future__ import annotations

from dataclasses import dataclass

from vasttui.errors import VastError
from vasttui.models.offer import Offer
from vasttui.query.wire import ServerQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketState:
    """A snapshot of the offers and of how they were come by.

    `number` counts searches, `query` is that of the last one. `offers` are those it brought and,
    for a while, some from before that its filter leaves out; the first `stable` of them are those
    of the snapshot before. `fetched` counts what it brought. `complete` says that this is
    everything there is for `query`, `covered` that everything is in hand for what is wanted now.
    `as_of` and `next_try` are monotonic seconds; `as_of_wall`, `failing_since` and
    `quota_resets_at` epoch seconds. Without a `next_try` after an error only the user tries again.
    """

    number: int = 0
    query: ServerQuery | None = None
    offers: tuple[Offer, ...] = ()
    stable: int = 0
    pages: int = 0
    fetched: int = 0
    bad: int = 0
    patched: int = 0
    reasons: tuple[str, ...] = ()
    complete: bool = False
    covered: bool = False
    searching: bool = False
    as_of: float | None = None
    as_of_wall: float | None = None
    took: float = 0.0
    error: VastError | None = None
    failures: int = 0
    failing_since: float | None = None
    next_try: float | None = None
    quota_resets_at: float | None = None
