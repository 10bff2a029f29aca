"""What needs attention, the most urgent first."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from vasttui.clock import Clock, ServiceClock
from vasttui.models.bill import Burn
from vasttui.services.fleet.snapshot import Fleet, FleetRow
from vasttui.state.reminders import Reminder
from vasttui.ui.context import AppContext
from vasttui.ui.format import age, spent_words
from vasttui.units import MINUTE
from vasttui.words import per_hour

if TYPE_CHECKING:
    from vasttui.models.inbox import InboxItem

_LONG = 20.0
"""Seconds that a reminder is shown."""


def inbox_items(fleet: Fleet, reminders: Sequence[Reminder], now: float) -> list[InboxItem]:
    """What needs attention, the most urgent first. `now` is epoch seconds."""
    if not fleet.rows and not fleet.increases and fleet.account is None:
        return []
    # start-up: nothing is known before the first frame
    from vasttui.models.inbox import InboxItem, inbox_of

    rows = [(row.instance, row.phase, row.since) for row in fleet.rows]
    items = inbox_of(rows, fleet.increases, fleet.account, fleet.burn, now)
    for one in reminders:
        if (row := fleet.row(one.instance_id)) is not None:
            words = reminder_words(row, one, now)
            items.append(InboxItem(f"remind-{row.id}", "info", words, row.id, since=one.at))
    return items


def sorted_out(app: AppContext) -> tuple[list[InboxItem], list[InboxItem]]:
    """What needs attention, and what of it was dismissed or waits until later."""
    now, session = app.session.clock.now(), app.session
    hushed = session.preferences.current.hushed
    shown: list[InboxItem] = []
    hidden: list[InboxItem] = []
    fleet = read_in_this_run(app.fleet)
    items = inbox_items(fleet, session.reminders.due(now), now)
    if app.live is not None:
        # start-up: not needed for the first frame
        from vasttui.models.inbox import by_urgency
        from vasttui.services.watches.inbox import watch_items

        timers = app.live.timers.items(now)
        app.veil.learn_names(item.name for item in timers)
        instances = [row.instance for row in fleet.rows if not row.gone]
        left = app.live.serverless.items(instances) if app.live.has("serverless") else []
        items = by_urgency([*items, *timers, *left])
        items += watch_items(session.watches, now)
    if wrong := clock_words(session.clock):
        # start-up: the clock is known to be wrong by an answer
        from vasttui.models.inbox import InboxItem

        items.append(InboxItem("clock", "warn", wrong, name="clock"))
    for item in items:
        (hidden if hushed.get(item.mark, 0.0) > now else shown).append(item)
    return shown, hidden


def read_in_this_run(fleet: Fleet) -> Fleet:
    """Without the instances of an earlier run: what needed attention then may be over."""
    return replace(fleet, rows=(), burn=Burn()) if fleet.is_kept else fleet


def clock_words(clock: Clock) -> str:
    """What is wrong with this computer's clock; empty if nothing is known to be."""
    ahead = clock.ahead if isinstance(clock, ServiceClock) else 0.0
    minutes = round(abs(ahead) / MINUTE)
    way = "ahead of" if ahead > 0 else "behind"
    by = f"This computer's clock is {age(minutes * MINUTE)} {way} Vast.ai's"
    return f"{by}. All times here are by Vast.ai's." if minutes else ""


def forget_what_is_over(app: AppContext) -> None:
    """Forget that things were dismissed which are over: the next time they are new."""
    preferences = app.session.preferences
    hushed = preferences.current.hushed
    if not hushed or not app.fleet.number or app.fleet.account is None:
        return  # not all is known yet
    there = {item.mark for item in sorted_out(app)[1]}
    # Increases are read later, and never come back under the same number.
    left = {mark: at for mark, at in hushed.items() if mark in there or " increase-" in mark}
    preferences.change(hushed=left)


def inbox_count(app: AppContext) -> int:
    """How many things need the user: rentals that do not go on by themselves, failures, items."""
    rentals = sum(state.needs_user for state in app.renting.values())
    return rentals + len(app.news.unread) + len(sorted_out(app)[0])


def remind(app: AppContext, fleet: Fleet) -> None:
    """Show the reminders that are due."""
    reminders, now = app.session.reminders, app.session.clock.now()
    news = reminders.news(now)
    for reminder in news:
        row = fleet.row(reminder.instance_id)
        if row is not None:
            words = reminder_words(row, reminder, now)
            app.notify(words, title=row.instance.name, timeout=_LONG, markup=False)
    if news:
        app.app_changed.publish("timers")


def reminder_words(row: FleetRow, reminder: Reminder, now: float) -> str:
    """The text of a reminder."""
    clock = time.strftime("%H:%M", time.localtime(reminder.at))
    head = f"Reminder after {reminder.hours:g} h" if reminder.hours else f"Reminder for {clock}"
    spent = "" if row.spent is None else f", {spent_words(row.spent, now)} so far"
    price = "" if row.bill.hourly is None else f" at {per_hour(row.bill.hourly)}{spent}"
    return f"{head}: {row.phase.value}{price}."
