"""The market as known at one moment."""

from __future__ import annotations

from typing import NamedTuple

from vasttui.models.offer import Offer
from vasttui.query.wire import ServerQuery
from vasttui.services.snapshot import Snapshot


class Arrived(NamedTuple):
    """What a search under way has brought: answers, and the offers in them."""

    pages: int
    offers: int


class MarketState(Snapshot[Offer], frozen=True, kw_only=True):
    """The offers and how they were found.

    `query` is the last search. `rows` are its offers and, for a while, older ones outside its
    filter; the first `stable` are those of the last snapshot. The search got `fetched` offers in
    `pages` and `took` s; `patched` counts rows with an unreadable field, shown as unknown.
    `complete`: these are all offers for `query`; `covered`: all for the current request.
    `quota_resets_at` is epoch seconds. `kept`: the rows are of an earlier run of the program, the
    first of the `fetched` ones that it had, and none of this one's searches has ended. `arrived`:
    what a search after a failed one has brought so far; None before its first answer.
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
    kept: bool = False
    arrived: Arrived | None = None

    @property
    def was_read(self) -> bool:
        """Whether there are, or were, offers at all: else nothing is known of any machine."""
        return bool(self.rows) or self.as_of is not None

    @property
    def has_more(self) -> bool:
        """Whether the service has, or may have, offers beside these for the current request."""
        return not (self.complete and self.covered)
