"""The credit in lines: what is left, what is spent, who is warned, what only waits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from vasttui.lists.waiting import volumes_of, waiting_in
from vasttui.models.account import Account
from vasttui.models.bill import CRITICAL_HOURS, LOW_HOURS, runway_of
from vasttui.models.forecast import End, Forecast, forecast, hours_with
from vasttui.services.fleet.snapshot import Fleet
from vasttui.ui.account.profile_lines import (
    WARNING,
    auto_charge_line,
    threshold_words,
)
from vasttui.ui.billing.money_lines import burn_words, lasts_words
from vasttui.ui.format import span, time_words
from vasttui.ui.header import TONES
from vasttui.ui.lists.lines_screen import Line
from vasttui.words import money, per_hour, plural

_AT_ZERO = (
    "disks and volumes go on billing, below zero; after a while, without a card, instances are "
    "deleted with their data: how long that takes is Vast.ai's to decide"
)
_TONES = {"bold $text-warning": "warn", "bold $text-error": "bad"}


def credit_lines(
    account: Account, fleet: Fleet, read: float, now: float, ends: Sequence[End] = ()
) -> Sequence[Line]:
    """All lines, the money first. The account was `read` at that time; that and `now` are epoch
    seconds. `ends` are what Vast.ai's timers end."""
    lines = [
        *_money(account, fleet, read, now), *_with_timers(account, fleet, read, ends),
        *_watched(account),
        Line("At $0", "At $0", "all instances stop at once", _AT_ZERO),
        *_waits(fleet, now),
    ]  # fmt: skip
    return [replace(line, place=place) for place, line in enumerate(lines)]


def _money(account: Account, fleet: Fleet, read: float, now: float) -> Iterator[Line]:
    hosts = "" if account.balance is None else f"balance, for hosts: {money(account.balance)}"
    yield Line(
        "Credit", "Credit now", money(account.credit), "prepaid money that is left",
        secret=True, more=hosts,
    )  # fmt: skip
    if fleet.as_of is None:
        yield Line("Spending", "Spending now", "? unknown", "the instances were not read yet")
        return
    burn = fleet.burn
    runway, hours = runway_of(account.credit, burn)
    lasts = lasts_words(hours, burn, read)
    price = "nothing" if not burn.total and not burn.unknown else per_hour(burn.total)
    split = burn_words(burn)
    yield Line(
        "Spending", "Spending now", f"{price}{'+?' if burn.unknown else ''}", "",
        _TONES.get(TONES[runway], ""), secret=True,
        more=" · ".join(filter(None, (split, lasts and f"lasts {lasts}"))),
    )  # fmt: skip
    if account.credit is not None:
        yield from _left(forecast(account.credit, burn, read, now), now)


def _with_timers(
    account: Account, fleet: Fleet, read: float, ends: Sequence[End]
) -> Iterator[Line]:
    """How long the credit lasts if Vast.ai's timers come. The first line does not count on them."""
    if account.credit is None or fleet.as_of is None or not ends:
        return
    hours = hours_with(ends, account.credit, fleet.burn, read)
    value = lasts_words(hours, fleet.burn, read) or "nothing bills after that"
    what = plural(len(ends), "instance")
    yield Line(
        "timers", "With timers", value,
        f"if Vast.ai's timers end {what} as set, which it does not promise; the first line does "
        "not count on that", secret=True,
    )  # fmt: skip


def _left(then: Forecast, now: float) -> Iterator[Line]:
    """What is left at the ends of day, week and month."""
    most = "at most " if then.is_most else ""
    left = (then.today, then.week, then.month)
    for name, dollars, end in zip(("today", "week", "month"), left, then.ends, strict=True):
        below = ": stopped at $0, disks go on below it" if dollars < 0 else ""
        style = "bad" if dollars < 0 else ""
        yield Line(
            f"left {name}", f"End of {name}", f"{most}{money(dollars)}",
            f"left at this rate, {time_words(end, now)}{below}", style, secret=True,
        )  # fmt: skip


def _watched(account: Account) -> Iterator[Line]:
    yield Line(
        WARNING, "Warn me", threshold_words(account), "Vast.ai's own warning, each time the credit "
        "falls below it",
    )  # fmt: skip
    yield auto_charge_line(account, "Charge my card", "card and amount: on the web")
    yield Line(
        "First line", "First line", f"amber below {LOW_HOURS:g} h left",
        f"red below {CRITICAL_HOURS:g} h",
    )  # fmt: skip


def _waits(fleet: Fleet, now: float) -> Iterator[Line]:
    """What only waits, the dearest first, and what it costs in all."""
    waits, volumes = waiting_in(fleet), volumes_of(fleet)
    for number, monthly in _dearest_first(waits.instances):
        row = fleet.row(number)
        if row is not None:
            since = f" {span(now - row.since)}" if row.exact else ""
            yield _wait(
                f"instance {number}", row.instance.name, f"{row.phase.value}{since}",
                row.instance.disk_space, monthly,
            )  # fmt: skip
    for number, monthly in _dearest_first(waits.volumes):
        volume = volumes[number]
        yield _wait(f"volume {number}", volume.name, "volume, free", volume.disk_space, monthly)
    if waits.total or waits.unknown:
        total = f"{money(waits.total)}{'+?' if waits.unknown else ''}/month"
        yield Line("idle", "Waits in all", total, "for nothing that runs", "warn", secret=True)


def _dearest_first(monthly: Mapping[int, float]) -> list[tuple[int, float]]:
    return sorted(monthly.items(), key=lambda one: -one[1])


def _wait(id: str, name: str, state: str, size: float | None, monthly: float) -> Line:
    room = "" if size is None else f", {size:.0f} GB"
    about = f"{state}{room}; enter goes there"
    return Line(id, f"Waits: {name}", f"{money(monthly)}/month", about, secret=True)
