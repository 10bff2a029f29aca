"""The timers that are known at this moment, as lists and lines show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vasttui.models.forecast import End
from vasttui.models.scheduled_job import Act
from vasttui.models.timer import Checked, Doer, Timer
from vasttui.models.timer_time import local_words
from vasttui.services.fleet.snapshot import Fleet
from vasttui.ui.context import AppContext
from vasttui.ui.timers.resource import TimerRow
from vasttui.words import UNKNOWN


def all_timers(app: AppContext) -> Sequence[Timer]:
    """Those of the account and of this computer."""
    if app.live is None:
        return ()
    return app.live.timers.all(app.session.clock.now(), app.session.reminders.waiting)


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


def ends_of(timers: Iterable[Timer], fleet: Fleet) -> list[End]:
    """The first stop or destroy of each instance by Vast.ai's jobs that were read back as set;
    none of one with a job that starts it or that repeats: how long it bills is not known. The next
    timer comes first."""
    jobs = [one for one in timers if one.doer is Doer.VAST]
    unclear = {one.instance_id for one in jobs if one.repeats or one.act is Act.START}
    found: dict[int, End] = {}
    for one in jobs:
        row = None if one.instance_id is None else fleet.row(one.instance_id)
        sure = one.checked is Checked.SAME and one.act in (Act.STOP, Act.DESTROY)
        if row is None or one.at is None or not sure or one.instance_id in unclear:
            continue
        found.setdefault(row.id, End(one.at, row.bill, destroyed=one.act is Act.DESTROY))
    return [*found.values()]


def count(app: AppContext) -> str:
    """How many there are; empty before the jobs were read."""
    is_read = app.live is not None and app.live.timers.book.reading.as_of is not None
    return f"{len(rows_of(app))}" if is_read else ""


class NextActs:
    """What happens next to each instance, in the fewest words: worked out once a second, however
    many rows ask."""

    def __init__(self, app: AppContext) -> None:
        self._app = app
        self._words: dict[int, str] = {}
        self._until = 0.0

    def of(self, instance_id: int) -> str:
        """`stop 18:00`; empty if nothing."""
        now = self._app.session.clock.monotonic()
        if now >= self._until:
            self._words, self._until = _next_acts(self._app), now + 1
        return self._words.get(instance_id, "")

    def forget(self) -> None:
        """A timer changed."""
        self._until = 0.0


def _next_acts(app: AppContext) -> dict[int, str]:
    now = app.session.clock.now()
    acts = [
        one for one in all_timers(app)
        if one.at is not None and one.at > now and one.act not in (Act.TELL, Act.OTHER)
    ]  # fmt: skip
    return {
        one.instance_id: f"{one.act.value} {local_words(one.at, now).removeprefix('today ')}"
        for one in sorted(acts, key=lambda one: -(one.at or 0.0))
        if one.instance_id is not None and one.at is not None
    }
