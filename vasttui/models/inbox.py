"""What needs the user's attention."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from vasttui.models.advice import (
    STUCK_AFTER,
    disk_words,
    ends_soon,
    is_full,
    may_be_full,
    wins_now,
)
from vasttui.models.bill import Burn, Runway, runway_of
from vasttui.models.cause import cause_of
from vasttui.models.status import Phase
from vasttui.units import DAY, HOUR, HOURS_PER_MONTH
from vasttui.words import distinct_prices, hours_words, per_gb, per_hour, plural

if TYPE_CHECKING:
    from vasttui.models.account import Account
    from vasttui.models.instance import Instance
    from vasttui.models.price_increase import PriceIncrease

Level = Literal["urgent", "warn", "info"]
_ORDER: dict[Level, int] = {"urgent": 0, "warn": 1, "info": 2}


class InboxItem(Struct, frozen=True):
    """One thing that needs attention. `key`, its kind and what it is about, identifies it as long
    as it lasts; `since` (epoch seconds, or 0) tells it from an earlier one.

    `instance_id` is None if it concerns the account, or a rental called `name`.
    """

    key: str
    level: Level
    text: str
    instance_id: int | None = None
    increase: PriceIncrease | None = None
    name: str = ""
    since: float = 0.0

    @property
    def kind(self) -> str:
        """What it has in common with others."""
        return self.key.partition("-")[0]

    @property
    def mark(self) -> str:
        """Identifies it until it gets worse."""
        return f"{self.level} {self.key} {self.since:.0f}"


def inbox_of(
    rows: Iterable[tuple[Instance, Phase, float]],
    increases: Sequence[PriceIncrease],
    account: Account | None,
    burn: Burn,
    now: float,
) -> list[InboxItem]:
    """The list, most urgent first. `rows` are instances, their states and since when.

    The order does not depend on the order in which the service lists them.
    """
    items = money_items(account, burn)
    for increase in sorted(increases, key=lambda it: it.pending_price_increase_id):
        items.append(_increase(increase))
    for instance, phase, since in sorted(rows, key=lambda row: row[0].id):
        items += state_items(instance, phase, since, now)
        items += _limits(instance, now)
    return by_urgency(items)


def by_urgency(items: Iterable[InboxItem]) -> list[InboxItem]:
    """The most urgent first, else as they are."""
    return sorted(items, key=lambda item: _ORDER[item.level])


def money_items(account: Account | None, burn: Burn) -> list[InboxItem]:
    """Whether the credit is short."""
    if account is None:
        return []
    runway, hours = runway_of(account.credit, burn)
    if runway is Runway.FINE or hours is None:
        return []
    lasts = f"Credit lasts {hours_words(hours)} at {per_hour(burn.total)}."
    text = f"{lasts} Add some, or everything stops."
    if hours <= 0:
        text = "Out of credit. Add some: instances stop, and their disks are deleted later."
    return [InboxItem("money", "urgent" if runway is Runway.CRITICAL else "warn", text)]


def _increase(increase: PriceIncrease) -> InboxItem:
    number = increase.pending_price_increase_id
    text = f"{_requested(increase)} Accept or reject it."
    return InboxItem(f"increase-{number}", "warn", text, increase.contract_id, increase)


def _requested(increase: PriceIncrease) -> str:
    """The price the host requests, for the GPUs, or for the disk if only that one changes."""
    old, new = increase.old_hourly, increase.new_hourly
    if old is not None and new is not None and new != old:
        wanted, now = distinct_prices(new, old)
        return f"The host wants {wanted} instead of {now}{_more(old, new)}."
    old, new = increase.old_disk_ram_costpersec, increase.new_disk_ram_costpersec
    if old is not None and new is not None and new != old:
        month = HOURS_PER_MONTH * HOUR
        prices = f"{per_gb(new * month)}/GB/month for the disk instead of {per_gb(old * month)}"
        return f"The host wants {prices}{_more(old, new)}."
    return "The host wants a different price."


def _more(old: float, new: float) -> str:
    return f", {(new / old - 1) * 100:+.0f} %" if old > 0 else ""


def state_items(instance: Instance, phase: Phase, since: float, now: float) -> list[InboxItem]:
    """What is wrong with a state that lasts since then (epoch seconds)."""
    key, passed = phase.name.lower(), max(0.0, now - since)
    found: tuple[Level, str] | None = None
    if phase is Phase.OUTBID:
        least = wins_now(instance)
        found = (
            "warn",
            f"Outbid: it cannot run, and the disk is still billed.{least} Raise the bid.",
        )
    elif phase in (Phase.FAILED, Phase.EXITED):
        found = "urgent", f"Not running. {_why(instance)}"
    elif phase is Phase.OFFLINE:
        found = (
            "warn",
            "The host is offline; nothing is billed meanwhile. Wait for it to come back.",
        )
    elif phase is Phase.NO_SIGNAL and passed > HOUR:
        found = "warn", "The host has been silent for over an hour. Test the SSH login."
    elif phase.traits.is_new and passed > STUCK_AFTER:
        key = "stuck"
        found = "urgent", "Loading for over 20 minutes: better rent another machine."
    elif phase is Phase.UNREADABLE:
        found = "info", "Its state is unreadable. The Raw tab shows what the service sent."
    if found is None:
        return []
    return [InboxItem(f"{key}-{instance.id}", *found, instance.id, since=since)]


def _why(instance: Instance) -> str:
    said = instance.status_msg or ""
    if not said or said.startswith("success"):
        return "The log says why."
    return cause_of(instance) or f"Host message: {said}"


def _limits(instance: Instance, now: float) -> list[InboxItem]:
    items: list[InboxItem] = []
    if instance.end_date is not None and ends_soon(instance, now):
        left = instance.end_date - now
        level: Level = "urgent" if left < DAY else "warn"
        when = f"The contract ends in {_hours(left / HOUR)}"
        if left <= 0:
            when = "The contract has ended"
        text = f"{when}; the disk is deleted with it. Back up your data."
        items.append(InboxItem(f"ends-{instance.id}", level, text, instance.id))
    if may_be_full(instance):
        full = f"The disk is {disk_words(instance)} full"
        if is_full(instance):
            used, size = instance.disk_used or 0.0, instance.disk_space or 0.0
            text = f"{full} ({used:.0f} of {size:.0f} GB) and cannot grow. Free up some space."
        else:
            text = f"{full}: the service's figures mean either. Look at it with df."
        items.append(InboxItem(f"disk-{instance.id}", "warn", text, instance.id))
    return items


def _hours(hours: float) -> str:
    """The remaining time, rounded down."""
    if hours < 1:
        return "less than an hour"
    if hours >= 48:
        return f"{hours // 24:.0f} days"
    return plural(int(hours), "hour")
