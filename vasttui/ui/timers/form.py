"""Reads the dialog of timers: what is to be set, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from vasttui.models.scheduled_job import Act
from vasttui.models.timer import Idle
from vasttui.models.timer_time import nearest_hour, refusal
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.ui.timers.when import PAST, read_hours, read_time
from vasttui.units import MINUTE

_EARLIER = 15.0 * MINUTE

_NOBODY = "Tick who is to do it."
_NOBODY_ACTS = {
    Act.STOP: "Tick who stops it: Vast.ai or the instance. Or choose: only tell me.",
    Act.DESTROY: "Tick Vast.ai: nobody else can destroy it. Or choose: only tell me.",
}
_ENDS = "The contract ends before that."


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerTyped:
    """The dialog as it is filled in: what happens, when (`at`, or `after` so many hours), who does
    it, and when a GPU counts as idle."""

    act: Act = Act.STOP
    at: str = ""
    after: str = ""
    job: bool = True
    inside: bool = False
    tell: bool = True
    idle: bool = False
    percent: str = "5"
    minutes: str = "20"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerOrder:
    """What to set, at `at` (epoch seconds, None where only idleness is watched): `job` by Vast.ai,
    `inside` by the instance, `tell` by vasttui, also `before` s earlier."""

    act: Act
    at: float | None
    job: bool
    inside: bool
    tell: bool
    idle: Idle | None
    before: float = 0.0

    @property
    def destroys(self) -> bool:
        """Whether anything is destroyed."""
        return self.act is Act.DESTROY and self.job

    @property
    def count(self) -> int:
        """How many timers it is for each instance."""
        return self.job + self.inside + self.tell + (self.idle is not None)


@dataclass(frozen=True, slots=True)
class TimerReading:
    """What was typed: the time, None while it is refused, the order, or what is wrong by field;
    `choices` are times that Vast.ai could do it, where it cannot at that one. `rounded`: it is the
    full hour nearest to what was typed."""

    at: float | None
    order: TimerOrder
    wrong: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[float, ...] = ()
    rounded: bool = False


def read_timers(
    typed: TimerTyped, rows: Sequence[FleetRow], now: float, since: float | None = None
) -> TimerReading:
    """Read the dialog for these instances. Hours count from `since`, when they were typed; Vast.ai
    does it at the full hour that is nearest then."""
    wrong: dict[str, str] = {}
    choices: tuple[float, ...] = ()
    at, rounded = None, False
    acts = typed.act is not Act.TELL
    order = TimerOrder(
        act=typed.act, at=None, job=acts and typed.job,
        inside=typed.act is Act.STOP and typed.inside,
        tell=typed.tell, idle=_idle(typed, wrong),
    )  # fmt: skip
    if order.job or order.inside or order.tell:
        began = now if since is None else since
        counts = bool(typed.after.strip())
        at, problem = read_hours(typed.after, began) if counts else read_time(typed.at, now)
        if at is not None and counts and order.job:
            at, exact = nearest_hour(at, began), at
            rounded = at != exact
        if at is not None and at <= now:
            problem = PAST
        if problem:
            wrong["when"] = problem
    ends = min((one for row in rows if (one := row.instance.end_date) is not None), default=None)
    if at is not None and order.job and (refused := refusal(at, now, ends)) is not None:
        wrong["when"], choices = refused.text, refused.choices
    elif at is not None and ends is not None and at >= ends:
        wrong["when"] = _ENDS
    if acts and not (order.job or order.inside):
        wrong["who"] = _NOBODY_ACTS[typed.act]
    elif not order.count:
        wrong["who"] = _NOBODY
    if "when" in wrong:
        at = None
    before = 0.0
    if at is not None and order.tell and (order.job or order.inside):
        before = earlier(at, now)
    return TimerReading(at, replace(order, at=at, before=before), wrong, choices, rounded)


def earlier(at: float, now: float) -> float:
    """How many seconds before `at` vasttui tells of it, too; 0 where that is over."""
    return _EARLIER if at - _EARLIER > now else 0.0


def _idle(typed: TimerTyped, wrong: dict[str, str]) -> Idle | None:
    if not typed.idle:
        return None
    try:
        idle = Idle(float(typed.percent), float(typed.minutes))
    except ValueError:
        idle = Idle(0, 0)
    if 0 < idle.percent <= 100 and 1 <= idle.minutes <= 24 * 60:
        return idle
    wrong["idle"] = "Needs % from 1 to 100, and minutes from 1 to 1440."
    return None
