"""What the user wanted to be told about an instance they rented."""

from __future__ import annotations

from vasttui.services.fleet import FleetRow
from vasttui.state.reminders import Reminder
from vasttui.ui.format import hourly, money


def reminder_words(row: FleetRow, reminder: Reminder, now: float) -> str:
    """What the user wanted to be told about an instance."""
    spent = "" if row.spent is None else f", {money(row.spent.by(now))} so far"
    price = "" if row.bill.hourly is None else f" at ${hourly(row.bill.hourly)}/h{spent}"
    return f"You wanted to be told after {reminder.hours:g} h: it is {row.phase.value}{price}."
