"""The autoscaler: starts and stops workers with the load, every half minute."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from vasttui.simulator.account.contract import Change, Contract
from vasttui.simulator.account.contracts import Contracts
from vasttui.simulator.serverless.book import Book, Endpoint, Rollout
from vasttui.simulator.serverless.hiring import Hiring
from vasttui.simulator.serverless.load import load_of
from vasttui.simulator.serverless.workers import (
    COMING,
    OFF,
    READY,
    born,
    capacity,
    go,
    is_updating,
    put_off,
    state,
    status,
    total,
    updated,
    woken,
)
from vasttui.units import MINUTE

TICK = 30.0
_MOST_TICKS = 24
_LEAVES = 20.0
_STAYS, _KEPT = 6 * MINUTE, 30 * MINUTE
_ROOM = 1.15
_AT_ONCE = 2
_LOOKS_AGAIN = 5 * MINUTE


class Scaling:
    """Brings the workers up to date; nothing happens between two ticks."""

    def __init__(self, book: Book, contracts: Contracts, hiring: Hiring, curve: str) -> None:
        """`curve` is a name in `load.CURVES`."""
        self.book, self._contracts, self._hiring = book, contracts, hiring
        self.curve = curve

    def settle(self, now: float) -> bool:
        """Do what is due; returns whether anything was. A long time is passed in fewer steps."""
        book = self.book
        if not book.endpoints and not book.removals:
            book.ticked = now
            return False
        step = max(TICK, (now - book.ticked) / _MOST_TICKS)
        any_due = book.ticked + step <= now
        while book.ticked + step <= now:
            book.ticked += step
            self._tick(book.ticked)
        return any_due

    def workers_of(self, endpoint_id: int, now: float) -> list[Contract]:
        """The workers of an endpoint, by id."""
        return [one for one in self._contracts.all(now) if one.endpoint_id == endpoint_id]

    def _tick(self, now: float) -> None:
        self._remove(now)
        paid = self._contracts.credit(now) > 0
        for endpoint in self.book.endpoints:
            self._scale(endpoint, self.workers_of(endpoint.id, now), now, paid=paid)
        for rollout in list(self.book.rollouts):
            self._roll(rollout, now)

    def _remove(self, now: float) -> None:
        book = self.book
        for worker in self._contracts.all(now):
            if worker.workergroup_id is not None and status(worker) == "destroying":
                book.removals.setdefault(worker.id, now + _LEAVES)
        due = [number for number, at in book.removals.items() if at <= now]
        for number in due:
            del book.removals[number]
            gone = self._contracts.remove(number, now)
            if gone is not None and gone.endpoint_id is not None:
                book.note(now, 0, gone.endpoint_id, gone.workergroup_id, f"worker {number} gone")

    def _scale(
        self, endpoint: Endpoint, workers: Sequence[Contract], now: float, *, paid: bool
    ) -> None:
        if endpoint.state == "stopped":
            for worker in workers:
                if status(worker) in (READY, "model_loading", "starting", "loading"):
                    self._stop(worker, now, "endpoint stopped")
        if endpoint.state != "active" or not paid:
            return
        load = load_of(endpoint, self.curve, now)
        if load:
            endpoint.asked_at = now
        wanted = max(endpoint.limit("min_load"), load / (endpoint.limit("target_util") or 1.0))
        ready = [one for one in workers if status(one) == READY]
        coming = [one for one in workers if status(one) in COMING]
        off = [one for one in workers if status(one) == OFF]
        have = total((*ready, *coming))
        is_short = have < wanted or (self._never_off(endpoint) and not ready and not coming)
        if is_short and len(coming) < _AT_ONCE:
            if off:
                self._start(off[0], now, f"load {load:g}, capacity {have:g} < {wanted:g}")
            elif len(workers) < endpoint.limit("max_workers"):
                self._hire(endpoint, now)
        elif not coming and ready:
            self._less(endpoint, ready, have, wanted, now)
        self._reserve(endpoint, workers, off, wanted, now)

    def _less(
        self, endpoint: Endpoint, ready: Sequence[Contract], have: float, wanted: float, now: float
    ) -> None:
        """Stop the slowest that is not needed any more."""
        spare = min(ready, key=capacity)
        stays = endpoint.limit("inactivity_timeout") or _STAYS
        is_last = len(ready) == 1
        if is_last and (self._never_off(endpoint) or now - endpoint.asked_at < stays):
            return
        old = now - (spare.run_since or now) >= _STAYS
        if old and have - capacity(spare) >= wanted * _ROOM:
            self._stop(spare, now, f"capacity {have:g} is more than {wanted:g}")

    def _reserve(
        self, endpoint: Endpoint, workers: Sequence[Contract], off: Sequence[Contract],
        wanted: float, now: float,
    ) -> None:  # fmt: skip
        """Keep as many inactive ones as are asked for, and no more than are allowed in all."""
        mean = total(workers) / len(workers) if workers else 100.0
        reserve = ceil(max(0.0, (endpoint.limit("cold_mult") - 1) * wanted) / mean)
        least = max(endpoint.limit("cold_workers"), reserve)
        making = sum(status(one) in COMING for one in workers)
        most = endpoint.limit("max_workers")
        if len(off) + making < least and len(workers) < most and not making:
            self._hire(endpoint, now)
        elif len(workers) > most or len(off) > least + 1:
            old = [one for one in off if now - (one.ran_until or now) >= _KEPT]
            ends = off if len(workers) > most else old
            if ends:
                self._end(ends[0], now)

    @staticmethod
    def _never_off(endpoint: Endpoint) -> bool:
        return endpoint.limit("inactivity_timeout") < 0

    def _hire(self, endpoint: Endpoint, now: float) -> None:
        """A new worker, in the group that has the fewest."""
        counts = {group.id: 0 for group in self.book.groups_of(endpoint)}
        for one in self.workers_of(endpoint.id, now):
            if one.workergroup_id in counts:
                counts[one.workergroup_id] += 1
        group = self.book.group(min(counts, key=lambda number: counts[number], default=None))
        if group is None or now < group.looks_at:
            return
        worker = self._hiring.hire(group, now)
        if worker is None:
            group.looks_at = now + _LOOKS_AGAIN
            self.book.note(now, 1, endpoint.id, group.id, "no offer found for the search")
            return
        go(worker, born(worker, now), now)
        price = f"${worker.price:.3f}/h"
        self.book.note(now, 0, endpoint.id, group.id, f"worker {worker.id} created, {price}")

    def _start(self, worker: Contract, now: float, why: str) -> None:
        go(worker, woken(worker, now), now)
        self._note(worker, now, f"worker {worker.id} starting: {why}")

    def _stop(self, worker: Contract, now: float, why: str) -> None:
        go(worker, put_off(worker, now), now)
        self._note(worker, now, f"worker {worker.id} stopping: {why}")

    def _end(self, worker: Contract, now: float) -> None:
        go(worker, [Change(now, state("destroying"))], now)
        self._note(worker, now, f"worker {worker.id} destroyed: not needed")

    def _note(self, worker: Contract, now: float, text: str) -> None:
        if worker.endpoint_id is not None:
            self.book.note(now, 1, worker.endpoint_id, worker.workergroup_id, text)

    def _roll(self, rollout: Rollout, now: float) -> None:
        """The next worker of a rolling update, once the one before is done."""
        group = self.book.group(rollout.group_id)
        everything = self._contracts.all(now)
        workers = {one.id: one for one in everything if one.workergroup_id == rollout.group_id}
        if group is None or any(is_updating(one) for one in workers.values()):
            return
        done = rollout.count - len(rollout.left)
        words = f"update: {done} of {rollout.count} workers done"
        self.book.note(now, 0, group.endpoint_id, group.id, words)
        while rollout.left:
            one = workers.get(rollout.left.pop(0))
            if one is not None and status(one) in (READY, OFF):
                one.template_hash, one.template_id = group.template_hash, group.template_id
                go(one, updated(one, now), now)
                return
        self.book.rollouts.remove(rollout)
