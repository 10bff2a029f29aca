"""What there is to say about one timer."""

from __future__ import annotations

import time
from collections.abc import Sequence

from vasttui.lists.resource import Fact, raw_facts
from vasttui.models.bill import bill_of, counts_gpu
from vasttui.models.scheduled_job import Act
from vasttui.models.status import Phase
from vasttui.models.timer import Checked, Doer, Timer
from vasttui.models.timer_time import local_words
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.ui.format import span
from vasttui.ui.timers.resource import TimerRow, what, when
from vasttui.ui.timers.when import both_clocks
from vasttui.units import HOUR
from vasttui.words import UNKNOWN, money, per_hour

NOT_SURE = (
    "no: the service promises no punctuality. Hourly jobs were seen up to 3 h early; weekly ones "
    "nobody reported"
)
_BY = {
    Doer.VASTTUI: "vasttui, while it is open; opened later, it tells you then",
    Doer.INSTANCE: "the instance itself, from inside, with a key that works for it alone",
}
_CHECKED = {
    Checked.SAME: "all as sent ✓", Checked.MISSING: "not found: do not count on it",
    Checked.UNREAD: "not read back yet", Checked.REPLACED: "being replaced",
}  # fmt: skip
_DOES = {
    Act.DESTROY: "destroys it: the instance AND its disk, no undo", Act.START: "starts it",
    Act.REBOOT: "reboots it: all processes are restarted",
    Act.TELL: "you are told: inbox, bell, desktop notice. Nothing is stopped",
}  # fmt: skip


def title(row: TimerRow, now: float) -> str:
    """`notebook · instance 54548702 · stop today 18:00`."""
    return f"{row.name} · instance {row.timer.instance_id or UNKNOWN} · " + (
        f"{what(row.timer, None)} {when(row.timer, now)}"
    )


def overview(row: TimerRow, now: float, keys: Sequence[str]) -> Sequence[Fact]:
    """The facts of a timer; `keys` are those for it with what they do, `e changes it`."""
    timer = row.timer
    if row.is_waiting:
        return [Fact("Does", _does(row)), Fact("Off", "it is being set again", "warn")]
    if row.off:
        off = "It is kept until vasttui ends, and does nothing meanwhile"
        return [Fact("Does", _does(row)), Fact("Off", ". ".join((*keys, off)), "warn")]
    facts = [Fact("Does", _does(row)), Fact("By", _by(timer))]
    if timer.job is not None:
        facts.append(Fact("Sent as", _sent(timer, now), "bad" if timer.differing else ""))
    sure = NOT_SURE if timer.doer is Doer.VAST else timer.doer.guarantee
    facts.append(Fact("Certain?", sure))
    if timer.stray:
        gone = "; ".join(("its instance is gone. It does nothing there", *keys))
        return [*facts, Fact("Left", gone, "warn")]
    until = _until(row, now, ", ".join(keys))
    is_due = row.at is not None and row.at <= now
    return [*facts, Fact("Due" if is_due else "Until", until)] if until else facts


def _does(row: TimerRow) -> str:
    timer, instance = row.timer, row.row
    if timer.idle is not None:
        idle = timer.idle
        return (
            f"you are told once the GPU was under {idle.percent:g} % for {idle.minutes:g} min, as "
            "far as vasttui measured it. Nothing is stopped"
        )
    if timer.act is Act.STOP:
        return (
            f"stops it: GPU billing ends, the disk stays{stopped_price(instance)}; others may "
            "take the GPU"
        )
    if timer.act is Act.BID:
        return f"changes the bid: {what(timer, None)}"
    return _DOES.get(timer.act, what(timer, None))


def stopped_price(row: FleetRow | None) -> str:
    """` and bills $0.024/h ($0.58/day)`; empty where the instance is not known."""
    price = None if row is None else bill_of(row.instance, Phase.STOPPED).hourly
    return "" if price is None else f" and bills {per_hour(price)} ({money(price * 24)}/day)"


def _by(timer: Timer) -> str:
    if timer.doer is not Doer.VAST:
        return _BY[timer.doer]
    if timer.job is None:
        return f"Vast.ai's own clock, if at all: {_CHECKED.get(timer.checked, UNKNOWN)}"
    return (
        f"Vast.ai's own clock, job {timer.job.id}: also when vasttui and this computer are off, "
        "and when the container hangs"
    )


def _sent(timer: Timer, now: float) -> str:
    """How the service has it, and what came of reading it back."""
    job = timer.job
    assert job is not None
    span_ = f", from {_minute(job.start_time)} to {_minute(job.end_time)}"
    times = ", so once" if job.is_once else ", so it repeats"
    here = "" if timer.set_here else " · not set from here"
    read = "" if timer.checked_at is None else f"read back {span(now - timer.checked_at)} ago, "
    said = "; ".join(timer.differing) or _CHECKED.get(timer.checked, "")
    return f"{job.schedule_words}{span_} UTC{times}{here} · {read}{said}".rstrip(" ·,")


def _minute(at: float | None) -> str:
    return UNKNOWN if at is None else time.strftime("%d %b %H:%M", time.gmtime(at))


def _until(row: TimerRow, now: float, keys: str) -> str:
    at = row.at
    if at is None:
        return keys
    if at <= now:
        return f"since {both_clocks(at, now)} · {keys}".rstrip(" ·")
    bills = row.row is not None and _rate(row.row)
    cost = f"it costs {more_cost([row.row], at, now)}" if row.row is not None and bills else ""
    return f"{both_clocks(at, now)} {' · '.join(filter(None, (cost, keys)))}".rstrip(" ·")


def more_cost(rows: Sequence[FleetRow], at: float, now: float) -> str:
    """`$2.54 more at $0.671/h`, until then; for what will run soon, the price while it runs."""
    prices = [_rate(row) for row in rows]
    price = sum(one or 0.0 for one in prices)
    if None in prices:
        return "what it costs until then is unknown"
    soon = ", once it runs" if any(map(_will_run, rows)) else ""
    return f"{money(price * max(0.0, at - now) / HOUR)} more at {per_hour(price)}{soon}"


def _rate(row: FleetRow) -> float | None:
    """What is billed in $/h until then."""
    return bill_of(row.instance, Phase.RUNNING).hourly if _will_run(row) else row.bill.hourly


def _will_run(row: FleetRow) -> bool:
    """Whether it is on its way to running, so that its GPU is billed soon."""
    counts = counts_gpu(row.instance, row.phase)
    return row.phase.traits.wants_gpu and not counts and not row.gone


def raw(row: TimerRow) -> Sequence[Fact]:
    """Each field of the job as the service has it; of others all that is kept here."""
    return raw_facts(row.timer.job if row.timer.job is not None else row.timer)


def short(timer: Timer, now: float) -> str:
    """`stop today 18:00 (Vast.ai)`, for the lines of an instance."""
    if timer.act is Act.TELL:
        return f"{when(timer, now)} tells you ({timer.doer.value})"
    at = local_words(timer.at, now) if timer.at is not None else when(timer, now)
    return f"{what(timer, None)} {at} ({timer.doer.value})"
