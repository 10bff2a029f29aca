"""What the dialog of timers says."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from vasttui.models.bill import bill_of
from vasttui.models.scheduled_job import Act
from vasttui.models.status import Phase
from vasttui.models.timer import Doer
from vasttui.models.timer_time import utc_words
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.ui.format import day_words, span, spent_words
from vasttui.ui.timers.details import more_cost
from vasttui.ui.timers.form import TimerOrder, TimerReading
from vasttui.ui.timers.when import both_clocks, clock, until
from vasttui.words import per_hour, plural

_TWO = "Two are better than one: if Vast.ai's job does not come, the instance or you are there."
MANAGED = "! A serverless worker: its endpoint manages it, and may stop or destroy it."
_NOT_FREE = "Stopping is not free: the disk bills, and others may take the GPU."
JOB_SHORT = "by Vast.ai's clock: works with everything off"
INSIDE_SHORT = "from inside: not if the container hangs or restarts"
TELL_SHORT = "only while vasttui is open"

PROMISES = (
    ("reminder", Doer.VASTTUI.guarantee), ("self-stop", Doer.INSTANCE.guarantee),
    ("job", Doer.VAST.guarantee),
    ("none of them", "protects from a price that is too high meanwhile, or from the credit running "
     "out: that stops all."),
)  # fmt: skip
"""What can be relied on, by the kind of timer."""

_JOB = (
    "at the full hour{when}. Works with vasttui and this computer off, and when the container "
    "hangs. Not proven to be on time: hourly jobs came up to 3 h early, so it is sent for this one "
    "hour of this day and read back. If it came early, unsaved work would be lost."
)
_INSIDE = (
    "to the minute, from inside, with a key that works for it alone. Not if the container "
    "stops, restarts or hangs before: then this timer is gone. Started over ssh, now."
)
_TELL = (
    "tells you{when} (inbox, bell, desktop notice), only while open. Opened later, it tells you "
    "then. It stops nothing."
)
_IDLE = "tells you when the GPU stays idle, as vasttui measures it, only while it is open."


def choices(rows: Sequence[FleetRow], left: Sequence[str]) -> list[tuple[Act, str]]:
    """What can happen, with what stays; `left` are the volumes that outlive them, a clause each."""
    it = "it" if len(rows) == 1 else "them"
    prices = [bill_of(row.instance, Phase.STOPPED).hourly for row in rows]
    known = [price for price in prices if price is not None]
    price = per_hour(sum(known)) if len(known) == len(rows) else "at an unknown price"
    disk = "the disk stays" if len(rows) == 1 else "the disks stay"
    stays = {0: "nothing stays", 1: "a volume stays and bills"}.get(
        len(left), "volumes stay and bill"
    )
    return [
        (Act.STOP, f"stop {it}: {disk}, {price}"),
        (Act.DESTROY, f"destroy {it}: {stays}"),
        (Act.TELL, "only tell me"),
    ]


def about(rows: Sequence[FleetRow], timers: str, now: float) -> list[Content]:
    """What runs, what it costs, when the contract ends, which `timers` there are."""
    if len(rows) > 1:
        names = ", ".join(row.instance.name for row in rows[:6])
        more = f" and {len(rows) - 6} more" if len(rows) > 6 else ""
        first = [Content(f"{names}{more}: the same for all of them")]
        workers = sum(bool(row.worker_of) for row in rows)
        said = f"! {plural(workers, 'serverless worker')}: endpoints may stop or destroy them."
        return first + [Content.styled(said, "$text-warning")] * bool(workers)
    [row] = rows
    managed = [Content.styled(MANAGED, "$text-warning")] * bool(row.worker_of)
    end = row.instance.end_date
    ends = "contract end unknown"
    if end is not None:
        ends = f"contract ends {day_words(end)} ({span(end - now)})"
    return [Content(f"{_costs(row, now)} · {ends} · timers now: {timers}"), *managed]


def _costs(row: FleetRow, now: float) -> str:
    """`running 2h at $0.671/h, $1.34 so far`."""
    since = f" {span(now - row.since)}" if row.exact else ""
    spent = "" if row.spent is None else f", {spent_words(row.spent, now)} so far"
    return f"{row.phase.value}{since} at {per_hour(row.bill.hourly)}{spent}"


def then(reading: TimerReading, rows: Sequence[FleetRow], now: float) -> Content:
    """When that is, in local and UTC time, and what it costs until then; or what is wrong."""
    if "when" in reading.wrong:
        return Content.styled(f"✖ {reading.wrong['when']}", "$text-error")
    at = reading.at
    if at is None:
        return Content("")
    rounded = ", the nearest full hour" if reading.rounded else ""
    when = f"{both_clocks(at, now)}{rounded}, in {until(at, now)}"
    words = f"{when} · until then {more_cost(rows, at, now)}"
    return Content.styled(words, "$text-muted")


def danger(order: TimerOrder, rows: Sequence[FleetRow], left: Sequence[str]) -> Content:
    """What a job that destroys does, or that there is nothing to stop; empty for all else. `left`:
    see `choices`."""
    if order.act is Act.STOP and not any(row.phase.traits.wants_gpu for row in rows):
        idle = "! Nothing runs now: a stop changes nothing unless it is started before."
        return Content.styled(idle, "$text-warning")
    if not order.destroys:
        return Content("")
    sizes = [row.instance.disk_space for row in rows]
    size = f", {sum(one or 0.0 for one in sizes):.0f} GB" if None not in sizes else ""
    what = "the instance AND its disk" if len(rows) == 1 else "the instances AND their disks"
    about_then = "that time" if order.at is None else f"about {clock(order.at)}"
    return Content.styled(
        f"! {what}{size}, no undo. It is done by Vast.ai at {about_then} whatever runs then, "
        "without asking anybody. It may come early." + "".join(f" V{one[1:]}." for one in left),
        "bold $text-error",
    )


def advice(order: TimerOrder) -> str:
    """What to think of before a stop; empty for all else."""
    if order.act is not Act.STOP:
        return ""
    return f"{_TWO}\n{_NOT_FREE}" if order.job else _NOT_FREE


def ticks(reading: TimerReading, denied: str) -> dict[str, tuple[str, str]]:
    """What each line to tick means at the time that was typed: in a few words, and whole. `denied`:
    why the key may not set jobs, as far as was seen."""
    at = reading.at
    when, told = ("", "") if at is None else (f"at {clock(at)}", f" at {clock(at)}")
    hour = f", {clock(at)} ({utc_words(at)})" if at is not None else ""
    if at is not None and reading.order.before:
        told = f" at {clock(at - reading.order.before)} and {clock(at)}"
    job = f"{when}, {JOB_SHORT}".lstrip(", "), _JOB.format(when=hour)
    return {
        "job": (denied, denied) if denied else job,
        "inside": (f"{when}, {INSIDE_SHORT}".lstrip(", "), f"{when} {_INSIDE}".lstrip()),
        "tell": (f"tells you{told}, {TELL_SHORT}", _TELL.format(when=told)),
        "idle": (f"tells you when its GPU is idle, {TELL_SHORT}", _IDLE),
    }


def why_not(act: Act, *, refused: str, no_login: str, denied: str) -> dict[str, str]:
    """Why a line cannot be ticked; empty where it can. `refused`: why nothing may be sent,
    `no_login`: why nothing can be started inside; `denied`: see `ticks`."""
    found = {"job": "", "inside": "", "tell": "", "idle": ""}
    if refused:
        found["job"] = found["inside"] = refused
    elif act is Act.TELL:
        found["inside"] = "Only vasttui tells you; this stops or destroys."
        found["job"] = denied or found["inside"]
    elif act is Act.DESTROY:
        found["inside"] = "From inside it can only be stopped."
    else:
        found["inside"] = no_login
    return found


def confirm_label(count: int) -> str:
    """`[ Set 2 timers ]`."""
    return f"[ Set {plural(count, 'timer')} ]" if count > 1 else "[ Set timer ]"
