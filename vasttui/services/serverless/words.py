"""Serverless in words: what it is, does and costs. A figure and its sentence come from here."""

from __future__ import annotations

import math
from collections.abc import Sequence

from vasttui.models.instance import Instance
from vasttui.models.serverless import Deployment, Endpoint, LeftWorkers, Worker, WorkerGroup
from vasttui.models.worker_search import ANY
from vasttui.models.worker_state import Kind
from vasttui.services.serverless.costs import Cost, Worst, is_doubtful, most_of, worker_price
from vasttui.services.serverless.rows import EndpointRow, GroupRow, Load
from vasttui.units import DAY, HOUR
from vasttui.words import (
    UNKNOWN,
    at_least,
    hourly,
    hours_words,
    per_hour,
    plural,
    short_money,
)

ANY_PRICE = "any!"
UNITS = "perf units/s"
"""The service's name of what loads and performances are in (client 1.9.1 "create endpoint")."""

NO_GROUP = "no worker group, so no worker starts"
_GLYPHS = {"active": "●", "suspended": "‖", "stopped": "○"}
_DAY_HOURS = DAY // HOUR


def state_words(row: EndpointRow) -> str:
    """`● active`; a word of the service that is not known stands as it was written."""
    if not row.listed:
        return "◐ not listed"
    state = row.endpoint.state
    word = state if state in _GLYPHS else row.endpoint.endpoint_state or "not said"
    return f"{_GLYPHS.get(state, '?')} {word}"


def deployment_state(one: Deployment, state: str) -> str:
    """`● active`, `no endpoint`, `?` where no list tells; a word that is not known stands as the
    service wrote it."""
    if one.endpoint_id is None:
        return "no endpoint"
    return f"{_GLYPHS.get(state.lower(), UNKNOWN)} {state}" if state else UNKNOWN


def counts(rows: Sequence[EndpointRow]) -> str:
    """`2 endpoints, 3 groups: 2 ready, 1 starting, 2 off`; a part is called one."""
    groups = sum(len(row.groups) for row in rows)
    more = "" if all(row.groups_known for row in rows) else " or more"
    what = f"{plural(len(rows), 'endpoint')}, {plural(groups, 'group')}{more}"
    unknown = sum(row.workers is None for row in rows)
    if unknown == len(rows):
        return f"{what}: workers not known" if rows else what
    words = (
        (Kind.READY, "ready"), (Kind.STARTING, "starting"), (Kind.OFF, "off"),
        *((kind, kind.value) for kind in (Kind.BROKEN, Kind.GOING, Kind.UNKNOWN)),
    )  # fmt: skip
    found = [(sum(row.of(kind) or 0 for row in rows), word) for kind, word in words]
    shown = [f"{number} {word}" for number, word in found[:3]]
    shown += [f"{number} {word}" for number, word in found[3:] if number]
    shown += [f"{bad} unreadable"] if (bad := sum(row.bad for row in rows)) else []
    part = f" (of {plural(unknown, 'endpoint')} not known)" if unknown else ""
    return f"{what}: {', '.join(shown)}{part}"


def workers_words(row: EndpointRow) -> str:
    """`2 ready, 1 starting, 2 inactive`, or why the workers are not known."""
    if row.workers is None:
        return "workers not known" if row.error or not row.said else "no workers yet"
    parts = [*((row.of(kind) or 0, kind.value) for kind in Kind), (row.bad, "unreadable")]
    return ", ".join(f"{number} {word}" for number, word in parts if number) or "no workers"


def no_workers(row: EndpointRow, waited: float | None = None) -> str:
    """Why there are no workers to show; empty if there are some. They are asked for since `waited`
    seconds."""
    if row.workers:
        return ""
    if row.workers is None:
        if row.error is not None:
            return f"The workers are not known: {row.error}"
        if row.said:
            return f"No workers yet: “{row.said}”. Normal in the first minutes."
        seconds = f" {int(waited)}s." if waited is not None and waited >= 1 else ""
        return f"Asking for the workers…{seconds} A new endpoint answers after up to 60 s."
    if row.bad:
        return _unread_words(row)
    if row.group_comes:
        return "Its worker group was asked for, and is not listed yet."
    if row.lacks_group:
        return f"{row.name} has no worker group: it cannot start a worker."
    if row.endpoint.endpoint_state in ("suspended", "stopped"):
        return f"It is {row.endpoint.endpoint_state}: it starts no workers."
    return "It has no workers now."


def _unread_words(row: EndpointRow) -> str:
    what = "it does" if row.bad == 1 else "they do"
    return f"{plural(row.bad, 'worker')} of {row.name} cannot be read: what {what} is not known."


def load_cell(load: Load) -> str:
    """`140/375`: load of what the ready workers can; a part has a question mark."""
    if not load.ready:
        return "-"
    if load.unknown == load.ready:
        return UNKNOWN
    return f"{load.current:,.0f}/{load.can:,.0f}{UNKNOWN if load.unknown else ''}"


def load_words(load: Load, endpoint: Endpoint) -> str:
    """`140 of 375 perf units/s = 37 % of what 2 ready workers can · wanted: 90 % · 4 requests`."""
    if not load.ready:
        return "no worker is ready"
    if load.unknown == load.ready:
        return f"{plural(load.ready, 'ready worker')}: the load is not known"
    share = "" if load.share is None else f" = {load.share:.0%}".replace("%", " %")
    part = f"; {load.unknown} more not known" if load.unknown else ""
    ready = plural(load.ready - load.unknown, "ready worker")
    words = f"{load.current:,.0f} of {load.can:,.0f} {UNITS}{share} of what {ready} can{part}"
    wanted = endpoint.target_util
    target = "" if wanted is None else f" · wanted: {wanted * 100:.3g} %"
    return f"{words}{target} · {plural(load.requests, 'request')}"


def queue_words(endpoint: Endpoint, *, short: bool = False) -> str:
    """How long requests may wait and when workers go off; in fewer words if it is to be `short`."""
    off = endpoint.inactivity_timeout
    waits = (
        ("wait at most" if short else "longest wait allowed", endpoint.max_queue_time, 30),
        ("wished", endpoint.target_queue_time, 10),
    )
    words = [
        f"{what} {usual if seconds is None else seconds:g} s"
        f"{' (the usual)' if seconds is None and not short else ''}"
        for what, seconds, usual in waits
    ]
    if off is None:
        goes = "goes off as the service likes" if short else "when it goes off is up to the service"
    elif off > 0:
        goes = f"off after {off:g} s" if short else f"goes off after {off:g} s without a request"
    else:
        goes = "does not go off unasked" if off == 0 else "never goes to zero"
    return f"{', '.join(words)} · {goes}"


def kept_words(endpoint: Endpoint) -> str:
    """`2 or more inactive`: how many workers stay so."""
    cold = endpoint.cold_workers
    return f"{UNKNOWN if cold is None else cold} or more inactive"


def cost_cell(cost: Cost | None) -> str:
    """$/h now without its unit; a least sum has `+?`, one with a part in doubt `?`; what is not
    known at all is `?`."""
    if cost is None or (cost.mark and not cost.known):
        return UNKNOWN
    return f"{hourly(cost.known)}{cost.mark}"


def cost_words(cost: Cost | None) -> str:
    """`$1.097/h now: 3 with GPU and disk, 2 with disk`."""
    if cost is None:
        return "what it costs now is not known"
    part = unsure_words(cost).replace("in doubt", "in doubt, as on Instances")
    least = at_least(cost.known, cost.mark)
    return f"{least} now: {cost.running} with GPU and disk, {cost.idle} with disk{part}"


def unsure_words(cost: Cost) -> str:
    """`, 1 not known, 2 in doubt, +1 without a row, $0.449/h`: what makes a sum unsure; empty if it
    is sure."""
    parts = [
        (cost.unknown, f"{cost.unknown} not known"), (cost.doubtful, f"{cost.doubtful} in doubt"),
        (cost.rowless, f"+{rowless_words(cost)}"),
    ]  # fmt: skip
    return "".join(f", {words}" for there, words in parts if there)


def rowless_words(cost: Cost) -> str:
    """`1 without a row, $0.449/h`: instances of the endpoint that are not among its workers."""
    return f"{len(cost.rowless)} without a row, {at_least(cost.rowless_known, '')}"


def unlisted_words(cost: Cost | None) -> str:
    """`Not among its workers now: instance 7, $0.449/h.`; empty where all are among them."""
    if cost is None or not cost.rowless:
        return ""
    ids = ", ".join(map(str, cost.rowless))
    what = "instance" if len(cost.rowless) == 1 else "instances"
    return f"Not among its workers now: {what} {ids}, {at_least(cost.rowless_known, '')}."


def bills_words(worker: Worker, instance: Instance | None, known: str) -> str:
    """What a worker bills, in a sentence: `known`, or that only its instance tells."""
    price = worker_price(worker, instance)
    if price is None or not is_doubtful(worker, instance):
        return known
    return f"What it bills is in doubt: its instance shows {per_hour(price)}."


def worst_cell(worst: float | None) -> str:
    """$/h in the worst case without its unit, rounded up; `any!` without a limit."""
    return ANY_PRICE if worst == ANY else hourly(worst, up=True)


def most_cell(row: EndpointRow | GroupRow, cost: Cost | None) -> str:
    """`worst_cell` of an endpoint or a group that costs so much now; `no group` without one."""
    if isinstance(row, EndpointRow) and row.lacks_group:
        return "no group"
    return worst_cell(most_of(row, cost).hourly)


def most_words(row: EndpointRow | GroupRow, cost: Cost | None) -> str:
    """What an endpoint or a group, which costs so much now, may cost at most."""
    worst = worst_words(most_of(row, cost))
    if isinstance(row, GroupRow):
        return worst
    if row.lacks_group:
        return NO_GROUP
    most, cold = row.endpoint.max_workers, row.endpoint.cold_workers
    more = f", plus the disks of {cold} inactive" if inactive_words(most, cold) else ""
    return f"{worst}{more}"


def inactive_words(most: int | None, cold: int | None) -> str:
    """That more inactive workers are kept than there may be at all (docs: serverless "parameters":
    the limit is of active and inactive ones); empty if that is not so."""
    if most is None or cold is None or cold <= most:
        return ""
    return (
        f"{cold} inactive do not fit in at most {plural(most, 'worker')}, active and inactive: "
        "if the service keeps them, their disks bill as well."
    )


def worst_words(most: Worst) -> str:
    """`at most 2 workers: $0.911/h, $21.87/day, as the 4 it has keep their prices`."""
    worst, kept = most.hourly, most.kept
    many = "?" if most.workers is None else plural(most.workers, "worker")
    if worst is None:
        return f"at most {many}: the worst case is not known"
    if math.isinf(worst):
        return f"at most {many}, at any price: a group has no limit"
    daily = short_money(round(worst * _DAY_HOURS, 6), up=True)
    keep = "the one it has keeps its price" if kept == 1 else f"the {kept} it has keep their prices"
    why = f", as {keep}" if kept else ""
    return f"at most {many}: {per_hour(worst, up=True)}, {daily}/day{why}"


def limit_words(group: WorkerGroup) -> str:
    """`at most $0.45/h`, `no price limit`, `price limit not known`."""
    limit = group.price_limit
    if limit is None:
        return "price limit not known"
    return "no price limit" if limit == ANY else f"at most {per_hour(limit, up=True)}"


def each_and_all(group: WorkerGroup, most: int | None) -> str:
    """`at most $0.450/h each, $7.200/h in all (16 workers)`, of so many workers at most."""
    limit, words = group.price_limit, limit_words(group)
    if limit is None or limit == ANY:
        return words
    if most is None:
        return f"{words} each; how many workers it may have is not known"
    return f"{words} each, {per_hour(limit * most, up=True)} in all ({plural(most, 'worker')})"


def deleted_words(name: str, left: LeftWorkers) -> str:
    """What became of something that was deleted, and of its workers."""
    if left.failed:
        ids = ", ".join(map(str, left.failed))
        some = plural(len(left.failed), "worker")
        goes = "goes" if len(left.failed) == 1 else "go"
        return f"{name}: deleted; {some} could not be deleted and {goes} on billing: {ids}."
    if left.deleted is None:
        return f"{name}: deleted. The service does not say what became of its workers."
    if not left.deleted:
        return f"{name}: deleted. It had no workers."
    return f"{name}: deleted with {plural(len(left.deleted), 'worker')}."


def left_over(name: str, cost: Cost) -> str:
    """What is still there of something that was deleted: the instances without a row of a cost."""
    ids = cost.rowless
    price, which = at_least(cost.known, cost.mark), ", ".join(map(str, ids))
    are, bill = ("one", "is still there and bills") if len(ids) == 1 else (
        f"{len(ids)}", "are still there and bill")  # fmt: skip
    return f"{name} is deleted; {are} of its instances {bill} {price}: {which}."


def none_left(name: str) -> str:
    """The end of a deletion."""
    return f"{name} is deleted, and none of its instances is listed any more."


def maybe_deleted(name: str) -> str:
    """That something may have been deleted."""
    return f"Nobody knows yet whether {name} was deleted; it bills until it is. It is looked for."


def still_listed(name: str, what: Sequence[str]) -> str:
    """What of something that was deleted is still in the lists."""
    are, they = ("is", "it") if len(what) == 1 else ("are", "they")
    return f"{', '.join(what)} {are} still listed after the deletion of {name}: {they} may bill."


def deletion_words(endpoint: Endpoint) -> str:
    """When the service deletes an endpoint by itself; empty if it does not."""
    seconds = endpoint.auto_delete_in_seconds
    if seconds is None:
        within = " within 24 h" if endpoint.auto_delete_due_24h else ""
    else:
        within = f" in {hours_words(seconds / HOUR)}"
    return f"{endpoint.name} will be deleted by the service{within}." if within else ""


def notes(row: EndpointRow) -> list[str]:
    """What is to be warned of, as sentences, the most urgent first."""
    found = [words] if (words := deletion_words(row.endpoint)) else []
    if row.is_old:
        found.append(f"{row.name} is listed no more, or unreadable: what stands here is old.")
    if row.bad:
        found.append(_unread_words(row))
    if not row.groups_known:
        found.append("A worker group cannot be read: what it may cost at most is not known.")
    found += [
        f"Group {one.id} takes any price." for one in row.groups if one.group.price_limit == ANY
    ]
    if words := inactive_words(row.endpoint.max_workers, row.endpoint.cold_workers):
        found.append(words)
    if row.twins:
        ids = ", ".join(map(str, row.twins))
        found.append(
            f"Another endpoint is called {row.endpoint.name}, too ({ids}): "
            "each bills its own workers."
        )
    if row.lacks_group:
        found.append(f"{row.name} has no worker group: it cannot start a worker.")
    return found
