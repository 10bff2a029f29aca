"""The market as it is known at one moment."""

from __future__ import annotations

from dataclasses import dataclass

from vasttui.models.offer import Offer
from vasttui.query.wire import ServerQuery
from vasttui.services.snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketState(Snapshot[Offer]):
    """The offers, and how they were found.

    `query` is that of the last search. `rows` are the offers it brought and, for a while, some from
    before that its filter leaves out; the first `stable` of them are those of the snapshot before.
    `fetched` counts what it brought in `pages`, `took` seconds; `patched` the rows with an
    unreadable detail, shown as unknown. `complete` says that this is everything there is for
    `query`, `covered` that everything is in hand for what is wanted now. `quota_resets_at` is epoch
    seconds.
    """

    query: ServerQuery | None = None
    stable: int = 0
    pages: int = 0
    fetched: int = 0
    patched: int = 0
    complete: bool = False
    covered: bool = False
    took: float = 0.0
    quota_resets_at: float | None = None
