"""What the account has rented: contracts, their states over time and what they cost so far.

A contract carries its own future: a list of changes with the times at which they happen. Settling
it applies the changes that are due and charges for the time in between, so that the same times and
requests always give the same answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from math import inf

from vasttui.simulator.account.bids import least_bid, lost_at
from vasttui.simulator.account.copy_progress import Said
from vasttui.simulator.account.meter import Meter
from vasttui.simulator.account.shelf import Mount, Shelf, StoredVolume
from vasttui.simulator.market.machines import Chunk
from vasttui.units import HOUR, HOURS_PER_MONTH

AWAY = ("offline", "unknown")
"""Statuses of an instance whose host does not respond."""

_STOP_LAG = 8.0
_MORE_PER_HOUR = 0.9  # GB that a training job writes
_FULL = 0.98
_NOTHING = 1e-6  # $: below what a fleet costs within the clock's resolution
_LEAST_STEP = 0.001  # seconds
_GPU_CHARGED = ("running", "frozen", "rebooting", "recycling")


@dataclass(frozen=True, slots=True)
class State:
    """The status fields of a contract (docs: "show instances")."""

    actual: str | None
    cur: str = "running"
    next: str = "running"
    intended: str = "running"
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A state that begins at `at` (epoch seconds)."""

    at: float
    state: State


@dataclass(frozen=True, slots=True)
class AttachedKey:
    """A public key of an instance; `ready_at` is when it has reached the container."""

    id: int
    text: str
    ready_at: float


@dataclass(frozen=True, slots=True)
class Pushed:
    """A snapshot of a container: `image` is its name in the registry, `ready_at` when it is there
    (epoch seconds)."""

    image: str
    ready_at: float


@dataclass(slots=True)
class Contract:
    """One rental.

    `price` is the GPU price in $/h (the bid if `is_bid`), `rival` a competing bid, `disk` GB. `env`
    is as requested, ports included; `args` go to the image's entrypoint. `defect` is the host's
    error instead of a started container. `load` names how busy the GPUs are, `full` the share of
    the disk in use when it last started or stopped. With `gpu_taken` others get the GPUs as soon
    as it stops, until `gpu_free_at`. `run_since` is when the container last started, `ran_until`
    when it last ended. `meter` has the charges. `gpus` is a bit mask of the machine's GPUs it
    holds, `said` what is said of copies since its state changed. Times are epoch seconds.
    """

    id: int
    chunk: Chunk
    disk: float
    price: float
    start_date: float
    end_date: float
    state: State
    label: str | None = None
    image: str = "vastai/pytorch:2.8.0-cuda-12.9.1-py312-24.04"
    runtype: str = "ssh_direc ssh_proxy"
    env: dict[str, str] = field(default_factory=dict)
    onstart: str | None = None
    args: list[str] = field(default_factory=list)
    template_id: int | None = None
    template_hash: str | None = None
    template_name: str | None = None
    is_bid: bool = False
    is_outbid: bool = False
    rival: float = 0.0
    defect: str | None = None
    load: str = "training"
    full: float = 0.3
    run_since: float | None = None
    ran_until: float | None = None
    gpu_taken: bool = False
    gpu_free_at: float = inf
    keys: list[AttachedKey] = field(default_factory=list)
    mounts: list[Mount] = field(default_factory=list)
    removed_files: set[str] = field(default_factory=set)
    pushed: list[Pushed] = field(default_factory=list)
    future: list[Change] = field(default_factory=list)
    meter: Meter = field(default_factory=Meter)
    gpus: int = 0
    said: list[Said] = field(default_factory=list)

    @property
    def storage_cost(self) -> float:
        """Storage price in $/GB/month."""
        return self.chunk.machine.listing.storage_cost

    @property
    def disk_price(self) -> float:
        """Disk price in $/h."""
        return self.storage_cost * self.disk / HOURS_PER_MONTH

    @property
    def hourly(self) -> tuple[float, float]:
        """What its current state is charged: $/h for the GPUs, $/h for the disk."""
        actual = self.state.actual
        if actual == "offline":
            return 0.0, 0.0
        charged = actual in _GPU_CHARGED or (actual == "unknown" and self.is_wanted)
        return self.price if charged else 0.0, self.disk_price

    @property
    def charged(self) -> float:
        """Total charged so far, in $."""
        return self.meter.charged

    @property
    def is_running(self) -> bool:
        """Whether the container is running."""
        return self.state.actual == "running"

    @property
    def is_wanted(self) -> bool:
        """Whether it is meant to run."""
        return self.state.intended == "running"

    @property
    def has_direct_ports(self) -> bool:
        """Whether container ports are reachable on the host's own address."""
        return "direc" in self.runtype

    def least_bid(self, now: float) -> float:
        """The lowest winning bid for its GPUs at that time, in $/h."""
        return least_bid(self._usual_bid, self.id, now)

    def can_run(self, now: float) -> bool:
        """Whether it can have its GPUs at that time."""
        free = not self.gpu_taken or now >= self.gpu_free_at
        return free and (not self.is_bid or self.price >= self.least_bid(now))

    def disk_used(self, now: float) -> float:
        """GB in use; grows while a training job writes checkpoints."""
        used = self.disk * self.full
        if self.is_running and self.run_since is not None and self.load == "training":
            used += _MORE_PER_HOUR * max(0.0, now - self.run_since) / HOUR
        return min(self.disk * max(self.full, _FULL), used)

    def settle(self, now: float) -> None:
        """Apply changes and charges up to that time."""
        while (change := self._next_change(now)) is not None:
            self._charge(change.at)
            self._enter(change)
        self._charge(now)

    def next_change_at(self, until: float) -> float:
        """When its state changes next; a lost bid is only looked for up to `until`."""
        planned = self.future[0].at if self.future else inf
        lost = self._outbid_at(min(planned, until))
        return planned if lost is None else lost

    def follow(self, changes: Iterable[Change]) -> None:
        """Replace its future with these changes."""
        self.future = sorted(changes, key=lambda change: change.at)

    def stop(self, now: float) -> None:
        """Record a stop at once; the container ends a little later, if the host responds."""
        self.is_outbid = False
        asked = replace(self.state, next="stopped", intended="stopped")
        if asked.actual in AWAY:
            self.follow([Change(now, asked)])
        elif asked.cur == "stopped":
            self.follow([Change(now, halted(self.state.message))])
        else:
            ended = Change(now + _STOP_LAG, halted(self.state.message))
            self.follow([Change(now, asked), ended])
        self.settle(now)

    @property
    def _usual_bid(self) -> float:
        listing = self.chunk.machine.listing
        usual = self.chunk.size * listing.mills / 1000 / listing.share * listing.bid_share
        return max(usual, self.rival)

    def _next_change(self, now: float) -> Change | None:
        """The next change that is due, removed from the future."""
        due = self.future[0].at if self.future else inf
        lost = self._outbid_at(min(due, now))
        if lost is not None:
            self.future.clear()
            self.is_outbid = True
            return Change(lost, halted(self.state.message))
        return self.future.pop(0) if due <= now else None

    def _outbid_at(self, until: float) -> float | None:
        state = self.state
        safe = not self.is_bid or state.actual in AWAY
        if safe or state.cur != "running" or not self.is_wanted:
            return None
        return lost_at(self.price, self._usual_bid, self.id, self.meter.until, until)

    def _enter(self, change: Change) -> None:
        ran = self.is_running
        if ran:
            self.full = self.disk_used(change.at) / self.disk
        self.state = change.state
        self.said = [one for one in self.said if one.at > change.at]
        if ran and self.is_running:
            self.run_since = max(change.at, self.run_since or change.at)
        elif self.is_running:
            self.run_since = change.at
        elif ran:
            self.ran_until = change.at

    def _charge(self, until: float) -> None:
        self.meter.charge(until, *self.hourly)


class Contracts:
    """The account's contracts by id, and the credit they use up."""

    def __init__(
        self,
        first: Callable[[], Iterable[Contract]] = tuple,
        *,
        credit: float = inf,
        start: float = 0.0,
        first_volumes: Callable[[Iterable[Contract]], Iterable[StoredVolume]] = lambda made: (),
    ) -> None:
        """`first` makes the contracts that exist at `start` (epoch seconds), on first use, and
        `first_volumes` the volumes, some of which belong to them.

        `credit` is the credit left at `start`, in $.
        """
        self._first: Callable[[], Iterable[Contract]] | None = first
        self._first_volumes = first_volumes
        self._known: dict[int, Contract] = {}
        self._credit = credit
        self._now = start
        self._gone: list[Contract] = []
        self.shelf = Shelf()
        self.on_removed: Callable[[Contract], None] = lambda contract: None
        self._next_key = 900_001

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
        self._by_id[contract.id] = contract

    def remove(self, number: int, now: float) -> Contract | None:
        """Destroy a contract; what it cost stays charged."""
        self._move_to(now)
        contract = self._known.pop(number, None)
        if contract is not None:
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
        left = self.credit(now)
        return self._credit - left

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
            self._credit += sum(contract.charged for contract in made) + self.shelf.charged
        return self._known

    def _left(self) -> float:
        everything = (*self._by_id.values(), *self._gone)
        return self._credit - sum(contract.charged for contract in everything) - self.shelf.charged

    def _move_to(self, now: float) -> None:
        """Settle all contracts at that time; they stop the moment the credit runs out."""
        contracts = self._by_id.values()
        while self._now < now:
            left, until = self._left(), now
            if left > _NOTHING:
                until = min(now, self._affordable_until(left, now))
            else:
                for contract in contracts:
                    if contract.is_wanted:
                        contract.stop(self._now)
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
        most += sum(contract.price + contract.disk_price for contract in contracts)
        sure = self._now + left / most * HOUR if most else inf
        if sure >= now:
            return sure
        rate = self.shelf.rate + sum(sum(contract.hourly) for contract in contracts)
        spent = self._now + left / rate * HOUR if rate else inf
        change = min((contract.next_change_at(now) for contract in contracts), default=inf)
        return max(sure, min(spent, change), self._now + _LEAST_STEP)


def halted(message: str | None) -> State:
    """The state of a stopped contract; its last message stays."""
    return State("exited", "stopped", "stopped", "stopped", message)
