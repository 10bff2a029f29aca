"""Reads the dialog of watches: what is to be watched, or what is wrong with it."""

from __future__ import annotations

import math
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from msgspec.structs import replace

from vasttui.errors import VastError
from vasttui.models.money import PricedOffer
from vasttui.models.search import SearchOptions
from vasttui.services.watches.command import command_of
from vasttui.services.watches.watch import SHORTEST, Ends, Rings, Watch, price_words
from vasttui.ui.context import IN_READ_ONLY
from vasttui.ui.format import plain_number
from vasttui.units import DAY
from vasttui.words import plural

NAME_MOST = 32
_DEAREST, _MOST_DAYS = 10_000.0, 365.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchTyped:
    """The dialog as it is filled in."""

    name: str = ""
    limit: str = ""
    rings: str = "new"
    bell: bool = True
    desktop: bool = True
    inbox: bool = True
    opens: bool = False
    command: str = ""
    every: str = "60"
    ends: str = "never"
    days: str = "3"


@dataclass(frozen=True, slots=True)
class WatchReading:
    """The watch, or what is wrong by field."""

    watch: Watch
    wrong: Mapping[str, str] = field(default_factory=dict)


def typed_from(watch: Watch) -> WatchTyped:
    """The dialog filled in as a watch is."""
    return WatchTyped(
        name=watch.name, limit="" if watch.limit is None else plain_number(watch.limit),
        rings=watch.rings, bell=watch.bell, desktop=watch.desktop, inbox=watch.inbox,
        opens=watch.opens, command=watch.command, every=plain_number(watch.every),
        ends=watch.ends, days=plain_number(watch.days),
    )  # fmt: skip


def new_watch(
    id: str, text: str, options: SearchOptions, now: float, *, of: str = ""
) -> Watch:  # fmt: skip
    """A watch of a filter, with what is usual; `now` is epoch seconds. The name begins with what it
    is `of`, if that is said, as a long filter is cut in it."""
    text = " ".join(text.split())
    name = text
    if len(name) > NAME_MOST and of:
        name = f"{of}: {name}"
    if len(name) > NAME_MOST:
        name = f"{name[: NAME_MOST - 1].rstrip()}…"
    return Watch(id=id, name=name or "every offer", text=text, options=options, began=now)


def read_watch(typed: WatchTyped, watch: Watch, now: float, *, read_only: bool) -> WatchReading:
    """The watch as it is filled in. One with another price or another rule begins anew, as what was
    within the old one says nothing about it."""
    wrong: dict[str, str] = {}
    name = " ".join(typed.name.split())
    if not name:
        wrong["name"] = "A watch needs a name."
    limit = _limit(typed, wrong)
    every = _number(typed.every)
    if every is None or not SHORTEST <= every <= DAY:
        wrong["every"] = f"From {SHORTEST:g} s, as all searches share a limit, to {DAY} s."
    days = _number(typed.days)
    if typed.ends == "days" and (days is None or not 0 < days <= _MOST_DAYS):
        wrong["days"] = f"More than 0 days, and at most {_MOST_DAYS:g}."
    command = typed.command.strip()
    if command:
        try:
            command_of(command)
        except VastError as error:
            wrong["command"] = error.sentence
        if read_only:
            wrong["command"] = f"No command is run in {IN_READ_ONLY}."
    if wrong:
        return WatchReading(watch, wrong)
    read = replace(
        watch, name=name, limit=limit, rings=cast(Rings, typed.rings), bell=typed.bell,
        desktop=typed.desktop, inbox=typed.inbox, opens=typed.opens, command=command,
        every=every or SHORTEST, ends=cast(Ends, typed.ends), days=days or watch.days,
    )  # fmt: skip
    anew = (read.limit, read.rings, read.ends) != (watch.limit, watch.rings, watch.ends)
    return WatchReading(replace(read, began=now) if anew else read)


def _limit(typed: WatchTyped, wrong: dict[str, str]) -> float | None:
    text = typed.limit.strip().removeprefix("$")
    limit = _number(text) if text else None
    if text and (limit is None or not 0 < limit <= _DEAREST):
        wrong["limit"] = "A price in $/h, such as 0.26; empty for every price."
    elif limit is None and typed.rings == "below":
        wrong["limit"] = "At most which price? The watch rings each time one gets that cheap."
    return limit


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def command_line(watch: Watch) -> str:
    """The command that watches the same without the screen, and ends and runs what it does."""
    usage = watch.options.usage
    given = {"disk": usage.disk, "down": usage.down, "up": usage.up, "hours": usage.hours}
    limit = "" if watch.limit is None else f" --max-price {plain_number(watch.limit)}"
    switches = f"--type {watch.options.rental} --hosts {watch.options.trust}"
    use = " ".join(f"--{name} {plain_number(number)}" for name, number in given.items())
    more = f" --every {plain_number(watch.every)}" if watch.every != SHORTEST else ""
    more += " --once" if watch.ends == "hit" else ""
    more += f" --timeout {watch.days * DAY:.0f}" if watch.ends == "days" else ""
    more += f" --exec {shlex.quote(watch.command)}" if watch.command else ""
    text = f" {watch.text}" if watch.text.startswith("-") else watch.text  # it is no option
    return f"vasttui watch {shlex.quote(text)}{limit} {switches} {use}{more}"


def lowest_each(rows: Sequence[PricedOffer], *, whole: bool) -> str:
    """`The lowest per GPU is 1.099: 2.198 for an offer with 2 GPUs`, as the limit is for an offer;
    empty where all offers have one GPU. Not `whole`: there are more offers."""
    found = [(row.eff / row.offer.num_gpus, row) for row in rows if row.eff is not None]
    if not found or all(row.offer.num_gpus == 1 for _, row in found):
        return ""
    each, row = min(found, key=lambda pair: pair[0])
    lowest = "The lowest per GPU" if whole else "The lowest per GPU of these"
    offer = f"an offer with {plural(row.offer.num_gpus, 'GPU')}"
    return f"{lowest} is {price_words(each)}: {price_words(row.eff)} for {offer}"


def option_words(options: SearchOptions) -> str:
    """`on-demand, verified, 60 GB, 50↓ 5↑ GB, 8 h`: what the switches say."""
    usage = options.usage
    traffic = f"{usage.down:g}↓ {usage.up:g}↑ GB" if usage.down or usage.up else ""
    trust = "any host" if options.trust == "any" else options.trust
    words = (options.rental, trust, f"{usage.disk:g} GB", traffic, f"{usage.hours:g} h")
    return ", ".join(filter(None, words))
