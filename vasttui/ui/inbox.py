"""What needs attention, the most urgent first."""

from __future__ import annotations

from collections.abc import Sequence

from vasttui.models.inbox import InboxItem, inbox_of
from vasttui.services.fleet.snapshot import Fleet, FleetRow
from vasttui.state.reminders import Reminder
from vasttui.ui.context import AppContext
from vasttui.ui.format import spent_words
from vasttui.words import per_hour


def inbox_items(fleet: Fleet, reminders: Sequence[Reminder], now: float) -> list[InboxItem]:
    """What needs attention, the most urgent first. `now` is epoch seconds."""
    rows = [(row.instance, row.phase, row.since) for row in fleet.rows]
    items = inbox_of(rows, fleet.increases, fleet.account, fleet.burn, now)
    for one in reminders:
        if (row := fleet.row(one.instance_id)) is not None:
            words = reminder_words(row, one, now)
            items.append(InboxItem(f"remind-{row.id}", "info", words, row.id))
    return items


def inbox_count(app: AppContext) -> int:
    """How many things the inbox holds: rentals under way or gone wrong, and the items."""
    now = app.session.clock.now()
    return len(app.renting) + len(inbox_items(app.fleet, app.session.reminders.due(now), now))


def reminder_words(row: FleetRow, reminder: Reminder, now: float) -> str:
    """The text of a reminder."""
    spent = "" if row.spent is None else f", {spent_words(row.spent, now)} so far"
    price = "" if row.bill.hourly is None else f" at {per_hour(row.bill.hourly)}{spent}"
    return f"Reminder after {reminder.hours:g} h: {row.phase.value}{price}."
