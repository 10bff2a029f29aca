"""The credit in lines: what is left, what is spent, who is warned, what only waits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from vasttui.lists.waiting import Waits, idle_of, waiting
from vasttui.models.account import Account
from vasttui.models.bill import CRITICAL_HOURS, LOW_HOURS, runway_of
from vasttui.services.fleet.snapshot import Fleet, FleetRow
from vasttui.ui.account.profile_lines import (
    AUTO_CHARGE,
    WARNING,
    Line,
    auto_charge_words,
    charged_words,
    threshold_words,
)
from vasttui.ui.billing.money_lines import burn_words, lasts_words
from vasttui.ui.format import span
from vasttui.ui.header import TONES
from vasttui.words import money, per_hour

_AT_ZERO = (
    "disks and volumes go on billing, below zero; after a while, without a card, instances are "
    "deleted with their data: how long that takes is Vast.ai's to decide"
)
_TONES = {"bold $text-warning": "warn", "bold $text-error": "bad"}


def credit_lines(account: Account, fleet: Fleet, now: float, monotonic: float) -> Sequence[Line]:
    """All lines, the money first. `now` is epoch seconds."""
    waits = waiting(fleet, monotonic)
    lines = [
        *_money(account, fleet, now), *_watched(account),
        Line("At $0", "At $0", "all instances are stopped at once", _AT_ZERO),
        *(_waits(one, now) for one in waits),
    ]  # fmt: skip
    if waits:
        idle = idle_of(waits)
        total = f"{money(idle.monthly)}{'+?' if idle.unknown else ''}/month"
        lines.append(Line("idle", "In all", total, "for nothing that runs", "warn"))
    return [replace(line, place=place) for place, line in enumerate(lines)]


def _money(account: Account, fleet: Fleet, now: float) -> Iterator[Line]:
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
    lasts = lasts_words(hours, burn, now)
    price = "nothing" if not burn.total and not burn.unknown else per_hour(burn.total)
    split = burn_words(burn)
    yield Line(
        "Spending", "Spending now", f"{price}{'+?' if burn.unknown else ''}", split,
        _TONES.get(TONES[runway], ""), more=f"lasts {lasts}" if lasts else "",
    )  # fmt: skip


def _watched(account: Account) -> Iterator[Line]:
    yield Line(
        WARNING, "Warn me", threshold_words(account), "Vast.ai's own warning, each time the credit "
        "falls below it",
    )  # fmt: skip
    card = charged_words(account)
    web = "card and amount: on the web"
    yield Line(
        AUTO_CHARGE, "Charge my card", auto_charge_words(account), f"{card}; {web}" if card else web
    )
    yield Line(
        "First line", "First line", f"amber below {LOW_HOURS:g} h left",
        f"red below {CRITICAL_HOURS:g} h",
    )  # fmt: skip


def _waits(one: Waits, now: float) -> Line:
    held = one.held
    state = held.phase.value if isinstance(held, FleetRow) else f"volume, {held.state}"
    if isinstance(held, FleetRow) and held.exact:
        state += f" {span(now - held.since)}"
    size = "" if one.size is None else f"{one.size:.0f} GB, "
    kind = "volume" if one.is_volume else "instance"
    return Line(
        f"{kind} {one.id}", "Waits", f"{one.name}, {state}",
        f"{size}{money(one.monthly)}/month",
    )  # fmt: skip
