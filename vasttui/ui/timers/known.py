"""The timers that are known at this moment, as lists and lines show them."""

from __future__ import annotations

from collections.abc import Sequence

from vasttui.models.scheduled_job import Act
from vasttui.models.timer import Timer
from vasttui.models.timer_time import local_words
from vasttui.ui.context import AppContext
from vasttui.ui.timers.resource import TimerRow
from vasttui.words import UNKNOWN


def all_timers(app: AppContext) -> Sequence[Timer]:
    """Those of the account and of this computer."""
    if app.live is None:
        return ()
    return app.live.timers.all(app.session.clock.now(), app.session.reminders.all)


def rows_of(app: AppContext) -> list[TimerRow]:
    """All of them with their instances, and those that are turned off."""
    off = () if app.live is None else app.live.timers_off
    rows = [_row(app, timer, off=True) for timer in off]
    rows += [_row(app, timer) for timer in all_timers(app)]
    return [*{row.key: row for row in rows}.values()]


def _row(app: AppContext, timer: Timer, *, off: bool = False) -> TimerRow:
    row = None if timer.instance_id is None else app.fleet.row(timer.instance_id)
    name = app.fleet.called(row) if row is not None else str(timer.instance_id or UNKNOWN)
    return TimerRow(timer, name, row, off)


def timers_of(app: AppContext, instance_id: int) -> list[Timer]:
    """Those of one instance, the next first."""
    found = [one for one in all_timers(app) if one.instance_id == instance_id]
    return sorted(found, key=lambda one: one.at or float("inf"))


def next_act(app: AppContext, instance_id: int) -> str:
    """`stop 18:00`: what happens next to an instance, in the fewest words; empty if nothing."""
    now = app.session.clock.now()
    for one in timers_of(app, instance_id):
        if one.act not in (Act.TELL, Act.OTHER) and one.at is not None and one.at > now:
            return f"{one.act.value} {local_words(one.at, now).removeprefix('today ')}"
    return ""
