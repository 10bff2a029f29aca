"""What workers cost: the prices are those of their instances (docs: serverless "pricing")."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vasttui.models.instance import Instance
from vasttui.models.serverless import Worker
from vasttui.models.worker_state import Bills
from vasttui.services.serverless.rows import WorkerRow


@dataclass(frozen=True, slots=True)
class Cost:
    """What workers cost together, in $/h: `known` now, `disk` of it for their disks. `running` of
    them bill GPU and disk, `idle` their disk alone. Of `unknown` ones the price is not known, so
    that the sums are least sums."""

    known: float = 0.0
    disk: float = 0.0
    running: int = 0
    idle: int = 0
    unknown: int = 0


def worker_price(worker: Worker, instance: Instance | None) -> float | None:
    """$/h of a worker now, by the prices of its instance; None if that is not known."""
    bills = worker.state.bills
    if bills is Bills.NOTHING:
        return 0.0
    if instance is None or bills is Bills.UNKNOWN:
        return None
    disk = _disk(instance)
    if bills is Bills.DISK or disk is None:
        return disk
    unread = set(instance.unread)
    if instance.dph_total is not None and "dph_total" not in unread:
        return instance.dph_total
    return None if instance.dph_base is None or "dph_base" in unread else instance.dph_base + disk


def cost_of(workers: Iterable[WorkerRow], instances: Mapping[int, Instance]) -> Cost:
    """What these workers cost now; `instances` are those of the account, by id."""
    known = disks = 0.0
    running = idle = unknown = 0
    for row in workers:
        instance, bills = instances.get(row.id), row.worker.state.bills
        price = worker_price(row.worker, instance)
        running += bills is Bills.ALL
        idle += bills is Bills.DISK
        unknown += price is None
        known += price or 0.0
        if instance is not None and bills in (Bills.ALL, Bills.DISK):
            disks += _disk(instance) or 0.0
    return Cost(known, disks, running, idle, unknown)


def _disk(instance: Instance) -> float | None:
    return None if "storage_total_cost" in instance.unread else instance.storage_total_cost
