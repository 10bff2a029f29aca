"""What came of a job of Vast.ai, judged by when it ran and by the instance's own state."""

from __future__ import annotations

import time
from enum import Enum

from msgspec import Struct

from vasttui.models.scheduled_job import Act
from vasttui.models.status import Phase
from vasttui.models.timer_time import local_words
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.services.timers.kept import KeptJob
from vasttui.units import HOUR, MINUTE
from vasttui.words import per_hour

SOON = 15 * MINUTE
"""Seconds before its time in which it is said that it comes."""

LATE = 6 * MINUTE
"""Seconds after its time when it should have come: jobs were seen 14 s after the hour."""

EARLY = 1 * MINUTE
"""Seconds before its time that are early."""

_STOPPED = {Phase.STOPPED, Phase.STOPPING}
_DONE = {
    Act.STOP: "Stopped", Act.DESTROY: "Destroyed", Act.START: "Started", Act.REBOOT: "Rebooted",
    Act.BID: "The bid was changed",
}  # fmt: skip
_COMES = {
    Act.STOP: "It stops", Act.DESTROY: "It is destroyed", Act.START: "It starts",
    Act.REBOOT: "It is rebooted", Act.BID: "Its bid changes",
}  # fmt: skip
_SHOULD = {
    Act.STOP: "stopped", Act.DESTROY: "been destroyed", Act.START: "started",
    Act.REBOOT: "been rebooted", Act.BID: "had its bid changed",
}  # fmt: skip


class Came(Enum):
    """How far a job is."""

    WAITS = "its time has not come"
    SOON = "it comes soon"
    DONE = "it ran at its time"
    EARLY = "it ran before its time"
    LATE = "it should have run"
    NO_EFFECT = "it ran, and the instance is not as it should be"
    MOOT = "it did not run, and is not needed"


class Verdict(Struct, frozen=True):
    """How far it is; the sentence is empty while it waits. `open`: the instance is as the job was
    to make it, and it is not known that it ran."""

    came: Came
    sentence: str = ""
    open: bool = False


def judge(
    kept: KeptJob, row: FleetRow | None, *, gone: bool, seen: float, read: float | None, now: float
) -> Verdict:
    """What came of it. `row` is its instance; `gone`: it is certainly not there any more. It is as
    of `seen`, the list of jobs as of `read`; all times are epoch seconds."""
    done = _is_done(kept.plan.act, row, gone=gone)
    if kept.ran is not None:
        return _ran(kept, kept.ran, row, seen=seen, now=now, done=done)
    act, at = kept.plan.act, kept.plan.at
    if gone or (done and now >= at):
        return Verdict(Came.MOOT, open=True)
    if now < at:
        if at - now > SOON or done:
            return Verdict(Came.WAITS, open=bool(done))
        minutes = max(1, round((at - now) / MINUTE))
        by = f"by Vast.ai's job {kept.id}"
        words = f"{_COMES[act]} at {_clock(at)}, in {minutes} min, {by}."
        return Verdict(Came.SOON, words)
    looked = seen if done is False else (read or 0.0)
    if looked < at + LATE:
        return Verdict(Came.WAITS)
    if done is not None:
        return Verdict(Came.LATE, late_words(_SHOULD[act], at, row, seen, now))
    words = f"It should have {_SHOULD[act]} at {day_clock(at, now)}, but job {kept.id} had not run"
    return Verdict(Came.LATE, f"{words} by {day_clock(looked, now)}.")


def late_words(what: str, at: float, row: FleetRow | None, seen: float, now: float) -> str:
    """`It should have stopped at 18:00 and runs at 18:06: $0.671/h.`"""
    state = f"{_state(row)} at {day_clock(seen, now)}{_price(row)}"
    return f"It should have {what} at {day_clock(at, now)} and {state}."


def _ran(
    kept: KeptJob, ran: float, row: FleetRow | None, *, seen: float, now: float, done: bool | None
) -> Verdict:
    job, before = f"Vast.ai's job {kept.id}", kept.plan.at - ran
    early = f", {_before(before)} before its time," if before > EARLY else ""
    if done is False and seen >= ran + LATE:
        words = f"{job} ran at {day_clock(ran, now, seconds=True)}{early.rstrip(',')}"
        state = f"{_state(row)} at {day_clock(seen, now)}{_price(row)}"
        return Verdict(Came.NO_EFFECT, f"{words}, but it {state}.")
    if done is False:
        return Verdict(Came.WAITS)
    words = f"{_DONE[kept.plan.act]} at {day_clock(ran, now, seconds=True)}{early} by {job}."
    return Verdict(Came.EARLY if early else Came.DONE, words)


def _is_done(act: Act, row: FleetRow | None, *, gone: bool) -> bool | None:
    """Whether the instance is as the job was to make it; None if its state does not tell."""
    if act is Act.DESTROY:
        return gone
    if act not in (Act.STOP, Act.START) or row is None:
        return None
    stopped = is_stopped(row)
    if act is Act.STOP:
        return stopped
    return None if stopped and row.instance.intended_status is None else not stopped


def is_stopped(row: FleetRow) -> bool:
    """Whether it is stopped, or is to be."""
    word = row.instance.intended_status
    return row.phase in _STOPPED or (word is not None and word != "running")


def _state(row: FleetRow | None) -> str:
    if row is None:
        return "is there"
    return "runs" if row.phase is Phase.RUNNING else row.phase.clause


def _price(row: FleetRow | None) -> str:
    hourly = None if row is None else row.bill.hourly
    return f": {per_hour(hourly)}" if hourly else ""


def _before(seconds: float) -> str:
    minutes = round(seconds / MINUTE)
    if 55 <= minutes <= 65:
        return "an hour"
    return f"{minutes} min" if minutes < 120 else f"{round(seconds / HOUR)} hours"


def _clock(at: float, *, seconds: bool = False) -> str:
    return time.strftime("%H:%M:%S" if seconds else "%H:%M", time.localtime(at))


def day_clock(at: float, now: float, *, seconds: bool = False) -> str:
    """The local time as `18:00`, with its day where that is not today."""
    day = local_words(at, now).rpartition(" ")[0]
    return _clock(at, seconds=seconds) if day == "today" else f"{_clock(at, seconds=seconds)} {day}"
