"""What it means to set an endpoint active, suspended or stopped."""

from __future__ import annotations

from vasttui.models.worker_search import ANY
from vasttui.models.worker_state import Kind
from vasttui.services.serverless.costs import Cost
from vasttui.services.serverless.rows import EndpointRow, worst_case
from vasttui.services.serverless.words import rowless_words
from vasttui.words import UNKNOWN, at_least, per_hour, plural


def started(row: EndpointRow) -> int:
    """How many workers are started at least while it is active, without any load: the inactive that
    are wanted and missing, one where some load is always to be served or it never goes to zero
    (docs: serverless "parameters"). 0 also where that is not known."""
    one = row.endpoint
    if row.workers is None or row.lacks_group:
        return 0
    awake = row.of(Kind.READY, Kind.STARTING) or 0
    there = awake + (row.of(Kind.OFF, Kind.UNKNOWN) or 0) + row.bad
    serves = (one.min_load or 0) > 0 or (one.inactivity_timeout or 0) < 0
    most, cold = one.max_workers, one.cold_workers or 0
    kept = cold if most is None else min(cold, most)
    return max(0, kept - there, int(serves and not awake and most != 0))


def _start_words(row: EndpointRow) -> str:
    """` At least 2 workers are started and bill, at most $0.500/h each.`; empty for none."""
    begin, limit = started(row), worst_case(1, row.limits())
    if not begin:
        return ""
    if limit is None:
        price = "at a price that is not known"
    else:
        price = "at any price" if limit == ANY else f"at most {per_hour(limit, up=True)} each"
    are, bill = ("is", "bills") if begin == 1 else ("are", "bill")
    return f" At least {plural(begin, 'worker')} {are} started and {bill}, {price}."


def state_choice(state: str, cost: Cost | None, row: EndpointRow) -> str:
    """What setting this endpoint to this state would cost, as far as is known now."""
    if cost is None:
        return UNKNOWN
    now = at_least(cost.known, cost.mark)
    if state == "active" and (begin := started(row)):
        start = f"{begin} or more start"
        return start if cost == Cost() else f"{now}, {start}"
    if state == "stopped":
        return at_least(cost.disk, "+?" if cost.rowless else cost.mark)
    return f"{now}, nothing saved" if state == "suspended" and cost != Cost() else now


def after_state(state: str, cost: Cost | None, row: EndpointRow | None) -> str:
    """What goes on billing after this endpoint was set to this state; None: it is not listed."""
    if state == "active":
        begins = "" if row is None else _start_words(row)
        return f"Active: requests are served, workers come and go with the load.{begins}"
    if cost is None:
        return f"{state.capitalize()}: what goes on billing is not known."
    if cost == Cost():
        what = "no worker runs" if state == "stopped" else "requests are refused"
        return f"{state.capitalize()}: {what}; nothing of it bills now."
    more = f" {rowless_words(cost)} now, may go on." if cost.rowless else ""
    workers = plural(cost.running, "worker")
    if state == "stopped":
        go = "goes" if cost.running == 1 else "go"
        left = at_least(cost.disk, "+?" if more else cost.mark)
        return f"Stopped: {workers} {go} inactive; what is left is {left} of disk.{more}"
    left, running = at_least(cost.known, cost.mark), cost.running + cost.rowless_running
    of = "" if cost.doubtful else " of disk"
    if not running:
        return f"Suspended: requests are refused; {left}{of} goes on.{more}"
    return (
        f"Suspended: requests are refused, and {_who_bills(cost)} on billing {left}. "
        f"Stopped is what saves.{more}"
    )


def _who_bills(cost: Cost) -> str:
    """`1 worker with GPU and 3 disks go`: all that the sum is for."""
    running = cost.running + cost.rowless_running
    disks = cost.idle + len(cost.rowless) - cost.rowless_running
    parts = [plural(running, "worker") + " with GPU"]
    if disks:
        parts.append(plural(disks, "disk"))
    if cost.doubtful:
        parts.append(f"{cost.doubtful} in doubt")
    goes = "goes" if (running, len(parts)) == (1, 1) else "go"
    return f"{', '.join(parts[:-1])}{' and ' if parts[1:] else ''}{parts[-1]} {goes}"
