"""What the account has rented: its contracts and volumes, and the credit they use up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import inf

from vasttui.simulator.account.contract import Contract
from vasttui.simulator.account.meter import Flow
from vasttui.simulator.account.shelf import Shelf, StoredVolume
from vasttui.units import HOUR

_NOTHING = 1e-6  # $: below what a fleet costs within the clock's resolution
_LEAST_STEP = 0.001  # seconds


class Contracts:
    """The account's contracts by id, and the credit they use up."""

    def __init__(
        self,
        first: Callable[[], Iterable[Contract]] = tuple,
        *,
        credit: float = inf,
        start: float = 0.0,
        first_volumes: Callable[[Iterable[Contract]], Iterable[StoredVolume]] = lambda made: (),
        former: Callable[[], Iterable[Contract]] = tuple,
        traffic: bool = False,
    ) -> None:
        """`first` makes the contracts that exist at `start` (epoch seconds), on first use,
        `former` those that are gone by then, and `first_volumes` the volumes, some of which belong
        to the first. With `traffic` what is rented later has some.

        `credit` is the credit left at `start`, in $.
        """
        self._first: Callable[[], Iterable[Contract]] | None = first
        self._first_volumes, self._former = first_volumes, former
        self._traffic = traffic
        self._known: dict[int, Contract] = {}
        self._credit = credit
        self._now = start
        self._gone: list[Contract] = []
        self.shelf = Shelf()
        self.on_removed: Callable[[Contract], None] = lambda contract: None
        self.on_refund: Callable[[Contract, float, float], None] = lambda contract, dollars, at: (
            None
        )
        self._next_key = 900_001
        self._paid_first = 0.0

    def all(self, now: float) -> list[Contract]:
        """All contracts as of that time, by id."""
        self._move_to(now)
        return [self._known[number] for number in sorted(self._known)]

    def get(self, number: int, now: float) -> Contract | None:
        """One contract as of that time; None if there is none."""
        self._move_to(now)
        return self._known.get(number)

    def add(self, contract: Contract) -> None:
        """Add a new contract."""
        if self._traffic:
            contract.flow = usual_flow(contract)
        self._by_id[contract.id] = contract

    def remove(self, number: int, now: float) -> Contract | None:
        """Destroy a contract; what it cost stays charged, and the rest of a deposit comes back."""
        self._move_to(now)
        contract = self._known.pop(number, None)
        if contract is not None:
            if back := contract.give_back():
                self.pay(back)
                self.on_refund(contract, back, now)
            contract.meter.close()
            self._gone.append(contract)
            self.shelf.release(number, now)
            self.on_removed(contract)
        return contract

    def gone(self) -> list[Contract]:
        """Destroyed contracts as they were then, oldest first."""
        return list(self._gone)

    def credit(self, now: float) -> float:
        """Credit left in $. When it runs out, every contract is stopped (docs: "billing")."""
        self._move_to(now)
        return self._left()

    def charged(self, now: float) -> float:
        """What everything has cost so far, in $."""
        self._move_to(now)
        return self.shelf.charged + sum(one.charged for one in self._ever())

    @property
    def paid_first(self) -> float:
        """What had been paid in at the start, in $: the credit, and what was charged by then."""
        assert self._by_id is not None
        return self._paid_first

    def pay(self, dollars: float) -> None:
        """Add to the credit, or take from it."""
        self._credit += dollars

    def new_id(self) -> int:
        """A contract id greater than all before."""
        known = (*self._by_id, *(contract.id for contract in self._gone))
        return max(known, default=30_000_000) + 7

    def new_key_id(self) -> int:
        """A new id for an attached key."""
        self._next_key += 1
        return self._next_key

    def snapshot(self, now: float) -> tuple[float, list[Contract], list[Contract], int]:
        """The state at that time: credit paid in ($), current and destroyed contracts, last key
        id."""
        current = self.all(now)
        return self._credit, current, list(self._gone), self._next_key

    def restore(
        self, paid: float, current: Iterable[Contract], gone: Iterable[Contract], key: int,
        at: float,
    ) -> None:  # fmt: skip
        """Restore a `snapshot` of that time."""
        self._first = None
        self._known = {contract.id: contract for contract in current}
        self._gone = list(gone)
        self._credit, self._next_key, self._now = paid, key, at

    @property
    def _by_id(self) -> dict[int, Contract]:
        if self._first is not None:
            first, self._first = self._first, None
            made = list(first())
            self._known |= {contract.id: contract for contract in made}
            for volume in self._first_volumes(made):
                self.shelf.add(volume)
            self._gone = [*self._former(), *self._gone]
            self._credit += sum(one.charged for one in (*made, *self._gone)) + self.shelf.charged
            self._paid_first = self._credit
        return self._known

    def _ever(self) -> tuple[Contract, ...]:
        return (*self._by_id.values(), *self._gone)

    def _left(self) -> float:
        taken = sum(contract.taken for contract in self._ever())
        return self._credit - taken - self.shelf.charged

    def _move_to(self, now: float) -> None:
        """Settle all contracts at that time; they stop the moment the credit runs out, those with
        a deposit when that does."""
        contracts = self._by_id.values()
        while self._now < now:
            left, until = self._left(), now
            if left > _NOTHING:
                until = min(now, self._affordable_until(left, now))
            else:
                for contract in contracts:
                    if contract.is_wanted and contract.deposit is None:
                        contract.stop(self._now)
                until = min(now, *(contract.deposit_ends_at for contract in contracts))
            for contract in contracts:
                contract.settle(until)
            self.shelf.settle(until, self._away())
            self._now = until

    def _away(self) -> set[int]:
        """The machines that are offline."""
        everything = self._by_id.values() if self.shelf.rate else ()
        return {
            contract.chunk.machine.machine_id
            for contract in everything
            if contract.state.actual == "offline"
        }

    def _affordable_until(self, left: float, now: float) -> float:
        """A time up to which the credit certainly lasts; the exact end once that is near."""
        contracts = self._by_id.values()
        most = self.shelf.rate
        most += sum(one.price + one.disk_price + one.flow.hourly for one in contracts)
        sure = self._now + left / most * HOUR if most else inf
        if sure >= now:
            return sure
        rate = self.shelf.rate + sum(contract.drain for contract in contracts)
        spent = self._now + left / rate * HOUR if rate else inf
        change = min((contract.next_change_at(now) for contract in contracts), default=inf)
        return max(sure, min(spent, change), self._now + _LEAST_STEP)


_FLOWS = {"training": (0.3, 0.05), "serving": (0.1, 0.9)}
"""GB/h down and up, by what a container does."""


def usual_flow(contract: Contract) -> Flow:
    """The traffic of what it does, at the machine's prices."""
    network = contract.chunk.machine.network
    down, up = _FLOWS.get(contract.load, (0.0, 0.0))
    return Flow(down, up, network.down_cost, network.up_cost)
