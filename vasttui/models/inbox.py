"""What needs the user's attention, worked out from what is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from vasttui.models.account import Account
from vasttui.models.bill import Burn, Runway, runway_of
from vasttui.models.doctor import DAY, ENDS_SOON, FULL_DISK, HOUR, STUCK_AFTER, cause_of
from vasttui.models.instance import Instance
from vasttui.models.price_increase import PriceIncrease
from vasttui.models.status import Phase

Level = Literal["urgent", "warn", "info"]
_ORDER: dict[Level, int] = {"urgent": 0, "warn": 1, "info": 2}


@dataclass(frozen=True, slots=True)
class InboxItem:
    """One thing to look at. `key` stays the same as long as it is the same thing.

    `instance_id` is None for what concerns the account.
    """

    key: str
    level: Level
    text: str
    instance_id: int | None = None
    increase: PriceIncrease | None = None


def inbox_of(
    rows: Iterable[tuple[Instance, Phase, float]],
    increases: Sequence[PriceIncrease],
    account: Account | None,
    burn: Burn,
    now: float,
) -> list[InboxItem]:
    """The list, most urgent first. `rows` are instances with their state and since when."""
    items = _money(account, burn)
    for increase in increases:
        items.append(_increase(increase))
    for instance, phase, since in rows:
        items += _state(instance, phase, max(0.0, now - since))
        items += _limits(instance, now)
    return sorted(items, key=lambda item: _ORDER[item.level])


def _money(account: Account | None, burn: Burn) -> list[InboxItem]:
    if account is None:
        return []
    runway, hours = runway_of(account.credit, burn)
    if runway is Runway.FINE or hours is None:
        return []
    text = f"The money lasts about {hours:.0f} h more at ${burn.total:.2f}/h; then all stops."
    return [InboxItem("money", "urgent" if runway is Runway.CRITICAL else "warn", text)]


def _increase(increase: PriceIncrease) -> InboxItem:
    old, new = increase.old_hourly, increase.new_hourly
    text = "The host wants another price. Accept or reject it."
    if old is not None and new is not None:
        more = f", {(new / old - 1) * 100:+.0f} %" if old > 0 else ""
        text = f"The host wants ${new:.3f}/h instead of ${old:.3f}/h{more}. Accept or reject it."
    number = increase.pending_price_increase_id
    return InboxItem(f"increase-{number}", "warn", text, increase.contract_id, increase)


def _state(instance: Instance, phase: Phase, passed: float) -> list[InboxItem]:
    found: tuple[Level, str] | None = None
    if phase is Phase.OUTBID:
        least = "" if instance.min_bid is None else f" ${instance.min_bid:.3f}/h wins now."
        found = "warn", f"Outbid and stopped; the disk keeps billing.{least}"
    elif phase in (Phase.FAILED, Phase.EXITED):
        why = cause_of(instance) or instance.status_msg or "its log says why."
        found = "urgent", f"It does not run: {why}"
    elif phase is Phase.OFFLINE:
        found = "warn", "Its host is not connected. Nothing is billed meanwhile."
    elif phase is Phase.LOST and passed > HOUR:
        found = "warn", "Its host has not been heard of for an hour."
    elif phase in (Phase.LOADING, Phase.PROVISIONING) and passed > STUCK_AFTER:
        found = "urgent", "Loading for over 20 minutes: another machine is the better choice."
    elif phase is Phase.UNREADABLE:
        found = "info", "What the service says about it cannot be read."
    if found is None:
        return []
    return [InboxItem(f"{phase.name.lower()}-{instance.id}", *found, instance.id)]


def _limits(instance: Instance, now: float) -> list[InboxItem]:
    items: list[InboxItem] = []
    if instance.end_date is not None and instance.end_date - now < ENDS_SOON:
        left = max(0.0, instance.end_date - now)
        words = f"{left / DAY:.0f} days" if left >= 1.5 * DAY else f"{left / HOUR:.0f} hours"
        level: Level = "urgent" if left < DAY else "warn"
        text = f"The contract ends in {words}; the disk is deleted with it. Copy your data away."
        items.append(InboxItem(f"ends-{instance.id}", level, text, instance.id))
    used, size = instance.disk_used, instance.disk_space
    if used is not None and size and used > FULL_DISK * size:
        share = used / size * 100
        text = f"The disk is {share:.0f} % full ({used:.0f} of {size:.0f} GB) and cannot grow."
        items.append(InboxItem(f"disk-{instance.id}", "warn", text, instance.id))
    return items
