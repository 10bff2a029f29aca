"""Which keys fit a timer: the key bar leaves out those that would only say no.

In read-only mode a timer of this program alone may still be changed: nothing is sent for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vasttui.models.scheduled_job import Act
from vasttui.models.timer import Doer
from vasttui.ui.context import IN_READ_ONLY
from vasttui.ui.timers.resource import TimerRow

_CHANGED_HERE = (Act.STOP, Act.DESTROY, Act.TELL)


def why_no_change(action_id: str, rows: Sequence[TimerRow], now: float, read_only: bool) -> str:
    """Why an action is not for these timers; empty when it is. `now` is epoch seconds."""
    first = rows[0]
    if action_id == "timers.of":
        return "" if first.row is not None else "its instance is gone: no timer is set for it"
    if action_id == "timers.edit":
        return _no_edit(first, read_only)
    if action_id == "timers.delete":
        away = any(row.timer.doer is not Doer.VASTTUI and not row.off for row in rows)
        return IN_READ_ONLY if away and read_only else ""
    if action_id == "timers.toggle":
        why = [_no_toggle(row, now, read_only) for row in rows]
        return why[0] if all(why) else ""
    return ""


def fitting_keys(row: TimerRow, now: float, read_only: bool) -> Iterator[tuple[str, str]]:
    """The actions that its details name, with what each does."""
    toggle, edit = ("timers.toggle", "sets it again"), ("timers.edit", "changes it")
    named = (toggle,) if row.off else (edit, ("timers.delete", "takes it back"))
    for action_id, does in named:
        if not why_no_change(action_id, [row], now, read_only):
            yield action_id, does


def _no_edit(row: TimerRow, read_only: bool) -> str:
    if read_only and row.timer.doer is not Doer.VASTTUI:
        return IN_READ_ONLY
    if row.row is None:
        return "its instance is gone: this can only be taken back"
    if row.timer.act not in _CHANGED_HERE:
        return "only what stops, destroys or tells you is changed here; this can be taken back"
    return ""


def _no_toggle(row: TimerRow, now: float, read_only: bool) -> str:
    timer = row.timer
    if row.is_waiting:
        return "it is being set, and not read back yet"
    if timer.doer is not Doer.VASTTUI and read_only:
        return IN_READ_ONLY
    if row.off:
        if timer.idle is None and (timer.at is None or timer.at <= now):
            return "its time is past"
        return _no_edit(row, read_only) if timer.act is Act.DESTROY else ""
    if timer.doer is Doer.INSTANCE:
        return "what waits inside an instance is not turned off: take it back"
    if timer.doer is Doer.VAST and (timer.job is None or timer.repeats):
        return "only a job that is listed and runs once is turned off: take it back"
    return ""
