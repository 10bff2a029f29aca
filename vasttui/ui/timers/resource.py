"""The list of timers: its rows, columns, filter fields and words."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from vasttui.lists.columns import Cell, Column
from vasttui.models.bill import bill_of
from vasttui.models.scheduled_job import Act
from vasttui.models.status import Phase
from vasttui.models.timer import Checked, Doer, Timer
from vasttui.models.timer_time import local_words
from vasttui.query.fields import Field, FieldSet
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.ui.format import span
from vasttui.ui.timers.when import until
from vasttui.words import UNKNOWN, per_hour, plural

_WHO = {
    Doer.VASTTUI: "vasttui, while open", Doer.INSTANCE: "the instance itself",
    Doer.VAST: "Vast.ai, on the hour",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TimerRow:
    """A timer, what its instance is called, its row where it is still listed, and whether the
    timer is turned off."""

    timer: Timer
    name: str
    row: FleetRow | None
    off: bool = False

    @property
    def key(self) -> str:
        """Identifies it among all: a job that runs once by what it does and when, which it keeps
        when it is turned off and on, or is not listed yet."""
        timer = self.timer
        if timer.repeats:
            return timer.key
        at = timer.at if timer.job is None else timer.job.first_run
        kind = "idle" if timer.idle is not None else timer.act.value
        return f"{kind}-{timer.doer.name}-{timer.instance_id}-{at}"

    @property
    def is_waiting(self) -> bool:
        """Whether one that was off is being set again."""
        return self.off and self.timer.checked is Checked.UNREAD

    @property
    def job_id(self) -> int | None:
        """The id of the job at Vast.ai."""
        return None if self.timer.job is None else self.timer.job.id

    @property
    def at(self) -> float | None:
        """When it comes next, epoch seconds."""
        return self.timer.at


FIELDS = FieldSet(
    fields=(
        Field(name="by", kind="text", help="who does it", expr="o.doer.value", example=":vast.ai"),
        Field(name="does", kind="text", help="what happens", expr="does(r)", example=":stop"),
        Field(name="instance", kind="text", help="its instance", expr="r.name",
              example=":notebook"),
        Field(name="left", kind="bool", help="left over: its instance is gone", expr="o.stray",
              example="=true", bare=True),
        Field(name="here", kind="bool", help="set on this computer", expr="o.set_here",
              example="=true", bare=True),
        Field(name="id", kind="number", help="id of the instance", expr="(o.instance_id or -1)",
              example="=104812", known=True),
        Field(name="text", kind="text", help="words anywhere", known=True, cost=2,
              expr="words(r)", example=":stop"),
    ),
    record="r.timer", seen={"by": "o.doer.value", "does": "does(r)", "instance": "r.name"},
    scope={"does": lambda row: what(row.timer, None), "words": lambda row: _words(row)},
    price=lambda row: 0.0, example="id=104812",
)  # fmt: skip


def _words(row: TimerRow) -> str:
    timer = row.timer
    parts = (row.name, timer.doer.value, what(timer, None), timer.checked.value)
    return "\n".join(parts).lower()


def what(timer: Timer, row: FleetRow | None) -> str:
    """`stop: disk stays $0.024/h`, `destroy`, `you are told`."""
    if timer.act is Act.TELL:
        return "you are told"
    words = timer.job.act_words if timer.job is not None else timer.act.value
    if timer.act is not Act.STOP or row is None:
        return words
    return f"{words}: disk stays {per_hour(bill_of(row.instance, Phase.STOPPED).hourly)}"


def when(timer: Timer, now: float) -> str:
    """`today 18:00`, `Tue 08:00 weekly`, `6 h after start`, `idle 20 min`."""
    if timer.idle is not None:
        return f"idle {timer.idle.minutes:g} min"
    if timer.after_start is not None:
        return f"{timer.after_start:g} h after start"
    again = f" {(timer.job.frequency or UNKNOWN).lower()}" if timer.job and timer.repeats else ""
    if timer.at is None:
        return f"{UNKNOWN}{again}"
    return f"{local_words(timer.at, now)}{again}"


def checked(row: TimerRow, now: float) -> Cell:
    """`✓ 2m ago`: read back, and the same."""
    timer = row.timer
    if row.off:
        return "-", "dim"
    ago = "" if timer.checked_at is None else f" {span(now - timer.checked_at)} ago"
    return {
        Checked.HERE: ("-", "dim"), Checked.SAME: (f"✓{ago}", "good"),
        Checked.DIFFERS: (f"✖ differs{ago}", "bad"), Checked.MISSING: (f"? not found{ago}", "warn"),
        Checked.UNREAD: ("not yet", "warn"), Checked.UNSEEN: ("cannot be", "dim"),
        Checked.THEIRS: ("-", "dim"), Checked.REPLACED: ("not yet", "warn"),
    }[timer.checked]  # fmt: skip


def note(row: TimerRow) -> Cell:
    """What is worth knowing of it, in a few words."""
    timer = row.timer
    if row.off:
        return "being set" if row.is_waiting else "off", "warn"
    if timer.stray:
        return "! left", "warn"
    if timer.checked is Checked.REPLACED:
        return "being replaced", "warn"
    if timer.differing:
        return timer.differing[0], "bad"
    if timer.doer is Doer.VAST and not timer.set_here:
        return "not set here" + (", repeats" if timer.repeats else ""), "warn"
    if row.row is not None and row.row.phase is not Phase.RUNNING:
        return row.row.phase.value, "dim"
    return "", ""


def columns(now: Callable[[], float], narrow: Callable[[], bool]) -> Sequence[Column[TimerRow]]:
    """The columns; `now` is the clock of the service, `narrow` says whether words are short."""

    def who(row: TimerRow) -> Cell:
        doer = row.timer.doer
        return (doer.value if narrow() else _WHO[doer]), ""

    def job(read: Callable[[Any], object]) -> Callable[[TimerRow], Cell]:
        return lambda row: _known(None if row.timer.job is None else read(row.timer.job))

    return (
        Column("when", "When", 15, lambda r: (when(r.timer, now()), ""), "when, local time", 0,
               left=True, most=24, value=lambda r: r.at),
        Column("in", "In", 6, lambda r: _left(r.timer, now()), "how long until then", 4, most=7,
               value=lambda r: r.at),
        Column("instance", "Instance", 12, _instance, "its instance; ! is gone", 1, left=True,
               most=24, value=lambda r: r.name.casefold()),
        Column("does", "What happens", 26, lambda r: _what(r, narrow=narrow()), "what happens", 2,
               left=True, most=30, value=lambda r: r.timer.act.value),
        Column("who", "Who does it", 20, who, "who does it", 3, left=True, most=21,
               value=lambda r: r.timer.doer.value),
        Column("checked", "Checked", 12, lambda r: checked(r, now()),
               "read back, and as it was set?", 5, left=True, most=18,
               value=lambda r: r.timer.checked.value),
        Column("note", "Note", 12, note, "what is worth knowing", 6, left=True, grows=True,
               value=lambda r: note(r)[0]),
        Column("job", "Job", 7, job(lambda one: one.id), "id of the job at Vast.ai", 20,
               value=lambda r: r.job_id),
        Column("utc", "UTC", 16, lambda r: (_utc(r.at), ""), "when, UTC", 21, left=True,
               value=lambda r: r.at),
        Column("ran", "Last ran", 16, job(lambda one: _utc(one.last_run)),
               "when it last ran, UTC", 22, left=True,
               value=lambda r: None if r.timer.job is None else r.timer.job.last_run),
        Column("ends", "Ends", 16, job(lambda one: _utc(one.end_time)),
               "end of its span, UTC", 23, left=True,
               value=lambda r: None if r.timer.job is None else r.timer.job.end_time),
    )  # fmt: skip


FIRST_COLUMNS = ("when", "in", "instance", "does", "who", "checked", "note")


def _known(value: object) -> Cell:
    return ("-", "dim") if value is None else (str(value), "")


def _utc(at: float | None) -> str:
    return "-" if at is None else time.strftime("%Y-%m-%d %H:%M", time.gmtime(at))


def _instance(row: TimerRow) -> Cell:
    return (f"! {row.name}", "warn") if row.timer.stray else (row.name, "")


def _left(timer: Timer, now: float) -> Cell:
    if timer.idle is not None:
        return "-", "dim"
    if timer.at is None:
        return UNKNOWN, "dim"
    left = until(timer.at, now)
    return left, "warn" if left == "due" else ""


def _what(row: TimerRow, *, narrow: bool) -> Cell:
    words = what(row.timer, None if narrow else row.row)
    return words, "bad" if row.timer.act is Act.DESTROY else ""


def counts(rows: Sequence[TimerRow]) -> str:
    """`4 timers on 3 instances; 1 left over`. Not each instance that is not in the list is gone."""
    if not rows:
        return "no timers"
    there = [row.timer.instance_id for row in rows if row.row is not None]
    left = sum(row.timer.stray for row in rows)
    other = len(rows) - len(there) - left
    if not there and not left:
        return plural(other, "timer")
    on = f"{plural(len(there), 'timer')} on {plural(len(set(there)), 'instance')}"
    words = [on] * bool(there) + [f"{left} left over"] * bool(left)
    return "; ".join([*words, *[f"{other} of an unknown instance"] * bool(other)])
