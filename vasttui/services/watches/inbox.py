"""What watches leave in the inbox."""

from __future__ import annotations

from vasttui.models.inbox import InboxItem
from vasttui.services.watches.looker import WatchBook
from vasttui.services.watches.watch import Hit, Watch, gone_words, price_words
from vasttui.units import DAY, HOUR

_KIND = "watch"
_STANDS, _GONE_STANDS = DAY, HOUR
"""Seconds that a hit is listed, and one that is gone."""


def watch_items(book: WatchBook, now: float) -> list[InboxItem]:
    """The newest hit of each watch that is set so; `now` is epoch seconds."""
    found = []
    for watch in book.watches:
        hits = book.seen[watch.id].hits
        if watch.inbox and hits and _is_listed(hits[0], now):
            key = f"{_KIND}-{watch.id}"
            text = _words(hits[0])
            found.append(InboxItem(key, "info", text, name=watch.name, since=hits[0].at))
    return found


def hit_of(book: WatchBook, item: InboxItem) -> tuple[Watch, Hit] | None:
    """What a thing of the inbox is about; None if it is no hit, or that watch is deleted."""
    kind, _, id = item.key.partition("-")
    watch = next((one for one in book.watches if one.id == id), None) if kind == _KIND else None
    hits = () if watch is None else book.seen[watch.id].hits
    return (watch, hits[0]) if watch is not None and hits else None


def _is_listed(hit: Hit, now: float) -> bool:
    if hit.gone is not None:
        return now - hit.gone < _GONE_STANDS
    return now - hit.at < _STANDS


def _words(hit: Hit) -> str:
    if hit.gone is not None:
        return gone_words(hit)
    new = ", not seen before" if hit.is_new else ""
    return f"{price_words(hit.price)} $/h: {hit.about}{new}."
