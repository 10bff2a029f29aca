"""A job of Vast.ai's scheduler, and one to be set (client 1.9.1 `api/auth.py`, `cli/util.py`).

The service promises no punctuality. Jobs were seen to run at minute 0 of an hour; hourly ones also
hours before their `start_time`, so none is ever set.
"""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from msgspec import Struct

from vasttui.text import clean
from vasttui.units import DAY, HOUR
from vasttui.words import UNKNOWN, per_hour

DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
"""By `day_of_the_week`."""

SPAN = 3540.0
"""Seconds from the start to the end of a job that is to run once: its hour, and no second one."""

FIELDS = (
    "start_time", "end_time", "api_endpoint", "request_method", "request_body", "day_of_the_week",
    "hour_of_the_day", "frequency", "instance_id",
)  # fmt: skip
"""What is sent of a job, always as a whole; `min_of_the_hour` is left alone: jobs with one never
ran."""

_PERIODS = {"HOURLY": HOUR, "DAILY": DAY, "WEEKLY": 7 * DAY}
_FIRST_SUNDAY = 3 * DAY  # the epoch began on a Thursday
_PATH = re.compile(r"/?(?:api/v\d/)?instances/(?:([a-z_]+)/)?([1-9]\d{0,17})/?")
_WHEN = frozenset(
    {
        "frequency", "start_time", "end_time", "day_of_the_week", "hour_of_the_day",
        "min_of_the_hour",
    }
)  # fmt: skip


class Act(Enum):
    """What a timer does to its instance."""

    TELL = "tell"
    STOP = "stop"
    DESTROY = "destroy"
    START = "start"
    REBOOT = "reboot"
    BID = "bid"
    OTHER = "other"


_STATES = {"stopped": Act.STOP, "running": Act.START}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledJob:
    """A job as the service has it. `None` means null, or an unreadable value, which `unread` names.

    Times are epoch seconds, day (0 = Sunday) and hour are UTC; a `last_executed_around` of 0 means
    never. `status` is the service's word: PENDING, IN-PROGRESS and unknown ones.
    """

    id: int
    instance_id: int | None = None
    api_endpoint: str | None = None
    request_method: str | None = None
    request_body: Mapping[str, object] | None = field(default=None, hash=False)
    start_time: float | None = None
    end_time: float | None = None
    frequency: str | None = None
    day_of_the_week: int | None = None
    hour_of_the_day: int | None = None
    min_of_the_hour: int | None = None
    last_executed_around: float | None = None
    status: str | None = None
    unread: tuple[str, ...] = ()

    @property
    def target(self) -> int | None:
        """The instance it acts on: the one in its path, whatever `instance_id` says."""
        found = _PATH.fullmatch(self.api_endpoint or "")
        return int(found[2]) if found is not None else self.instance_id

    @property
    def act(self) -> Act:
        """What it does."""
        found = _PATH.fullmatch(self.api_endpoint or "")
        method, body = (self.request_method or "").upper(), self.request_body or {}
        if found is None:
            return Act.OTHER
        if found[1] is None and method == "DELETE":
            return Act.DESTROY
        if method != "PUT":
            return Act.OTHER
        if found[1] is None:
            state = body.get("state")
            return _STATES.get(state, Act.OTHER) if isinstance(state, str) else Act.OTHER
        return {"reboot": Act.REBOOT, "bid_price": Act.BID}.get(found[1], Act.OTHER)

    @property
    def price(self) -> float | None:
        """The bid it sets, $/h; None for other jobs."""
        price = (self.request_body or {}).get("price")
        if self.act is not Act.BID or isinstance(price, bool) or not isinstance(price, int | float):
            return None
        return float(price) if math.isfinite(price) else None

    @property
    def act_words(self) -> str:
        """`stop`, `bid $0.200/h`; the request itself where that is not known."""
        if self.act is Act.BID:
            return f"bid {per_hour(self.price)}"
        if self.act is not Act.OTHER:
            return f"{self.act.value}"
        return f"{self.request_method or UNKNOWN} {self.api_endpoint or UNKNOWN}"

    @property
    def fields(self) -> dict[str, object]:
        """The whole body that sets it again."""
        return {name: getattr(self, name) for name in FIELDS}

    @property
    def period(self) -> int | None:
        """Seconds between two runs; None if unknown."""
        return _PERIODS.get(self.frequency or "")

    @property
    def first_run(self) -> float | None:
        """The first time it is set for, epoch seconds."""
        return None if self.start_time is None else self.run_after(self.start_time)

    @property
    def is_once(self) -> bool:
        """Whether its span ends before a second run."""
        first, end = self.first_run, self.end_time
        return first is not None and end is not None and first + (self.period or 0) > end

    @property
    def last_run(self) -> float | None:
        """When it ran last, epoch seconds; None if never, or unknown."""
        return self.last_executed_around or None

    def run_after(self, now: float) -> float | None:
        """The next time at or after `now` that it is set for, epoch seconds; None if there is none,
        or if that is not known."""
        slot = self._slot()
        if slot is None or self.start_time is None or self.period is None:
            return None
        zero = _FIRST_SUNDAY + slot
        periods = math.ceil((max(now, self.start_time) - zero) / self.period)
        run = float(zero + periods * self.period)
        return None if self.end_time is not None and run > self.end_time else run

    def _slot(self) -> int | None:
        """Seconds from the start of its period (of the week, of the day) to its run."""
        day, hour = self.day_of_the_week, self.hour_of_the_day
        if _WHEN & set(self.unread) or self.min_of_the_hour:
            return None
        if self.frequency == "HOURLY":
            return 0
        if self.frequency == "DAILY":
            return None if hour is None else hour * HOUR
        return None if hour is None or day is None else day * DAY + hour * HOUR

    @property
    def schedule_words(self) -> str:
        """`weekly, Tuesday 16 h UTC`."""
        hour = UNKNOWN if self.hour_of_the_day is None else f"{self.hour_of_the_day}"
        if self.frequency == "WEEKLY":
            day = self.day_of_the_week
            return f"weekly, {UNKNOWN if day is None else DAYS[day]} {hour} h UTC"
        if self.frequency == "DAILY":
            return f"daily, {hour} h UTC"
        return (self.frequency or UNKNOWN).lower()


class JobList(Struct, frozen=True):
    """All jobs; `bad` rows could not be read, `reasons` says why of a few."""

    jobs: tuple[ScheduledJob, ...] = ()
    bad: int = 0
    reasons: tuple[str, ...] = ()


class JobPlan(Struct, frozen=True):
    """A job to set: `act` on an instance at `at` (epoch seconds, a full hour of UTC), once.

    It is sent as a weekly job of that day and hour whose span is that hour. `price` is the bid,
    $/h.
    """

    instance_id: int
    act: Act
    at: float
    price: float | None = None

    @property
    def fields(self) -> dict[str, object]:
        """The whole body to send."""
        hours = int(self.at - _FIRST_SUNDAY) // HOUR
        method, path, body = self._request
        return {
            "start_time": self.at,
            "end_time": self.at + SPAN,
            "api_endpoint": f"/api/v0/instances/{path}{self.instance_id}/",
            "request_method": method,
            "request_body": body,
            "day_of_the_week": hours // 24 % 7,
            "hour_of_the_day": hours % 24,
            "frequency": "WEEKLY",
            "instance_id": self.instance_id,
        }

    @property
    def _request(self) -> tuple[str, str, dict[str, object]]:
        """Method, part of the path, and body, as the official client schedules them."""
        number = {"instance_id": self.instance_id}
        match self.act:
            case Act.STOP:
                return "PUT", "", {"state": "stopped"}
            case Act.START:
                return "PUT", "", {"state": "running"}
            case Act.DESTROY:
                return "DELETE", "", {}
            case Act.REBOOT:
                return "PUT", "reboot/", dict(number)
            case Act.BID:
                return "PUT", "bid_price/", {"client_id": "me", "price": self.price, **number}
        raise ValueError(f"Vast.ai cannot be set to {self.act.value}")

    @property
    def schedule_words(self) -> str:
        """`weekly, Tuesday 16 h UTC`."""
        day, hour = self.fields["day_of_the_week"], self.fields["hour_of_the_day"]
        assert isinstance(day, int)
        return f"weekly, {DAYS[day]} {hour} h UTC"

    def differences(self, job: ScheduledJob) -> tuple[str, ...]:
        """What the job has otherwise, field by field: `hour_of_the_day 17 instead of 16`."""
        found = [
            f"{name} {_shown(getattr(job, name), name)} instead of {_shown(wanted, name)}"
            for name, wanted in self.fields.items()
            if not _same(getattr(job, name), wanted)
        ]
        if job.min_of_the_hour or "min_of_the_hour" in job.unread:
            found.append(f"min_of_the_hour {_shown(job.min_of_the_hour)} instead of 0")
        return tuple(found)


def _same(shown: object, wanted: object) -> bool:
    if isinstance(wanted, float) and isinstance(shown, float):
        return abs(shown - wanted) < 1
    if isinstance(wanted, str) and isinstance(shown, str):
        return shown.rstrip("/").lower() == wanted.rstrip("/").lower()
    if wanted == {}:
        return shown is None or shown == wanted
    return shown == wanted


def _shown(value: object, name: str = "") -> str:
    if value is None:
        return UNKNOWN
    if isinstance(value, float) and name.endswith("_time"):
        return time.strftime("%d %b %H:%M:%S UTC", time.gmtime(value))
    if isinstance(value, float):
        return f"{value:.0f}"
    return value if isinstance(value, str) else clean(json.dumps(value, default=str))
