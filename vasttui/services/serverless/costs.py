"""What workers cost: the prices are those of their instances (docs: serverless "pricing")."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from vasttui.models.bill import bill_of, counts_gpu
from vasttui.models.instance import Instance
from vasttui.models.serverless import Worker
from vasttui.models.status import phase_of
from vasttui.models.worker_search import ANY
from vasttui.models.worker_state import Bills, Kind
from vasttui.services.serverless.rows import EndpointRow, GroupRow, WorkerRow


@dataclass(frozen=True, slots=True)
class Cost:
    """What workers cost together, in $/h: `known` now, `disk` of it for their disks. `running` of
    them bill GPU and disk, `idle` their disk alone. Of `unknown` ones the price is not known, so
    that the sums are least sums; `doubtful` ones count with what their instances show.

    `rowless` are the ids of instances of the endpoint that the service does not list as workers;
    they cost `rowless_known` of the sum, and `rowless_running` of them bill their GPUs.

    `full` is what each of all these costs while its GPU bills, as far as that is known."""

    known: float = 0.0
    disk: float = 0.0
    running: int = 0
    idle: int = 0
    unknown: int = 0
    doubtful: int = 0
    rowless: tuple[int, ...] = ()
    rowless_known: float = 0.0
    rowless_running: int = 0
    full: tuple[float, ...] = field(default=(), compare=False)

    @property
    def mark(self) -> str:
        """What stands after the sums: `+?` if they are least sums, `?` if a part is in doubt."""
        return "+?" if self.unknown else "?" if self.doubtful else ""


@dataclass(frozen=True, slots=True)
class Worst:
    """The most that something may cost, in $/h, with so many `workers`: `ANY` without a limit, None
    if that is not known. It is more than its limits allow where `kept` workers, which there are
    already, cost more: a limit is of those that are started from then on."""

    hourly: float | None
    workers: int | None
    kept: int = 0


def worst_with(limits: float | None, workers: int | None, cost: Cost | None) -> Worst:
    """The worst case of so many workers, which by their `limits` would cost so many $/h, see
    `rows.worst_case`, and of those that there are, which `cost` is of."""
    if limits is None or workers is None or cost is None or limits == ANY:
        return Worst(limits, workers)
    each = limits / workers if workers else 0.0
    dearest = sorted((max(price, each) for price in cost.full), reverse=True)[:workers]
    most = round(max(cost.known, sum(dearest) + (workers - len(dearest)) * each), 9)
    if most <= limits:
        return Worst(limits, workers)
    return Worst(most, workers, cost.running + cost.idle + cost.doubtful + len(cost.rowless))


def most_of(row: EndpointRow | GroupRow, cost: Cost | None) -> Worst:
    """The worst case of an endpoint or a group, whose workers `cost` is of."""
    if isinstance(row, GroupRow):
        return worst_with(row.worst, row.max_workers, cost)
    return worst_with(row.worst, row.endpoint.max_workers, cost)


def worker_price(worker: Worker, instance: Instance | None) -> float | None:
    """$/h of a worker now, by the prices of its instance; None if that is not known. Where its
    state does not tell, or the instance shows otherwise, it is what the instance shows."""
    bills = worker.state.bills
    if instance is None:
        return 0.0 if bills is Bills.NOTHING else None
    if bills not in (Bills.ALL, Bills.DISK) or _is_late(worker, instance):
        return _shown(instance)
    disk = _disk(instance)
    return disk if bills is Bills.DISK or disk is None else _full(instance)


def is_doubtful(worker: Worker, instance: Instance | None) -> bool:
    """Whether its price is what its instance shows, and its state does not say the same."""
    bills, price = worker.state.bills, worker_price(worker, instance)
    if bills in (Bills.ALL, Bills.DISK):
        return instance is not None and _is_late(worker, instance)
    return bills is Bills.UNKNOWN or (bills is Bills.NOTHING and price != 0)


def billed(worker: Worker, instance: Instance | None) -> str:
    """What is billed for it: `GPU + disk`, with a question mark where its instance tells alone."""
    if instance is None or not is_doubtful(worker, instance):
        return worker.state.bills.value
    bill = bill_of(instance, phase_of(instance))
    if bill.hourly is None:
        return Bills.UNKNOWN.value
    return f"{(Bills.ALL if bill.gpu else Bills.DISK if bill.disk else Bills.NOTHING).value}?"


def cost_of(
    workers: Iterable[WorkerRow],
    instances: Mapping[int, Instance],
    rowless: Iterable[Instance] = (),
) -> Cost:
    """What these workers cost now, and instances without a row; `instances` are those of the
    account, by id."""
    known = disks = 0.0
    full = list[float]()
    running = idle = unknown = doubtful = 0
    for row in workers:
        instance, bills = instances.get(row.id), row.worker.state.bills
        price = worker_price(row.worker, instance)
        in_doubt = price is not None and is_doubtful(row.worker, instance)
        running += bills is Bills.ALL and not in_doubt
        idle += bills is Bills.DISK and not in_doubt
        unknown += price is None
        known += price or 0.0
        doubtful += in_doubt
        if instance is not None and (bills in (Bills.ALL, Bills.DISK) or in_doubt):
            disks += min(_disk(instance) or 0.0, price or 0.0)
            full.append(max(price or 0.0, _full(instance) or 0.0))
    cost = Cost(known, disks, running, idle, unknown, doubtful, full=tuple(full))
    return _with_rowless(cost, rowless)


def rowless_of(
    rows: Iterable[EndpointRow], instances: Mapping[int, Instance]
) -> Mapping[int, Sequence[Instance]]:
    """The instances that say they are of an endpoint, by its id, and that no endpoint lists as a
    worker: it is being updated, late, or the service was not reached."""
    listed = {one.id for row in rows for one in row.workers or ()}
    found: dict[int, list[Instance]] = {}
    for one in instances.values():
        if one.endpoint_id is not None and one.id not in listed:
            found.setdefault(one.endpoint_id, []).append(one)
    return found


def whole_cost(
    row: EndpointRow, group: GroupRow | None, instances: Mapping[int, Instance],
    rowless: Mapping[int, Sequence[Instance]],
) -> Cost | None:  # fmt: skip
    """What an endpoint, or a `group` of it, costs now with its instances without a row; None if
    that is not known."""
    workers, others = row.workers, rowless.get(row.id, ())
    if group is not None:
        only = group.id if len(row.groups) == 1 else None
        workers = group.workers
        others = [one for one in others if (one.workergroup_id or only) == group.id]
    if workers is None and (row.workers is not None or not others):
        return None
    return cost_of(workers or (), instances, others)


def _with_rowless(cost: Cost, rowless: Iterable[Instance]) -> Cost:
    ids, known, disks, running, unknown = list[int](), 0.0, 0.0, 0, 0
    full = list(cost.full)
    for one in rowless:
        bill = bill_of(one, phase_of(one))
        ids.append(one.id)
        known += (bill.gpu or 0.0) + (bill.disk or 0.0)
        disks += bill.disk or 0.0
        running += bill.gpu != 0
        unknown += bill.hourly is None
        full.append(max(bill.hourly or 0.0, _full(one) or 0.0))
    return replace(
        cost, known=cost.known + known, disk=cost.disk + disks, unknown=cost.unknown + unknown,
        rowless=tuple(sorted(ids)), rowless_known=known, rowless_running=running,
        full=tuple(full),
    )  # fmt: skip


def _is_late(worker: Worker, instance: Instance) -> bool:
    """Whether its state tells of its GPU otherwise than the list of instances: one of them is
    older. One that starts is billed before its instance shows it."""
    phase = phase_of(instance)
    if worker.state.bills is Bills.DISK:
        return counts_gpu(instance, phase)
    starts, traits = worker.state.kind is Kind.STARTING, phase.traits
    return not starts and traits.halted and not traits.bills_gpu


def _shown(instance: Instance) -> float | None:
    """$/h of a worker as the list of instances shows it."""
    return bill_of(instance, phase_of(instance), is_worker=True).hourly


def _full(instance: Instance) -> float | None:
    """$/h with GPU and disk."""
    unread, disk = set(instance.unread), _disk(instance)
    if instance.dph_total is not None and "dph_total" not in unread:
        return instance.dph_total
    if instance.dph_base is None or disk is None or "dph_base" in unread:
        return None
    return instance.dph_base + disk


def _disk(instance: Instance) -> float | None:
    return None if "storage_total_cost" in instance.unread else instance.storage_total_cost
