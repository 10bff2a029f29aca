"""One rental of the account: its state over time, and what it is charged.

A contract carries its own future: a list of changes with the times at which they happen. Settling
it applies the changes that are due and charges for the time in between, so that the same times and
requests always give the same answers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from math import inf

from vasttui.simulator.account.bids import least_bid, lost_at
from vasttui.simulator.account.copy_progress import Said
from vasttui.simulator.account.deposit import Deposit
from vasttui.simulator.account.meter import NO_FLOW, Flow, Meter
from vasttui.simulator.account.shelf import Mount
from vasttui.simulator.account.worker_states import bills
from vasttui.simulator.market.machines import Chunk
from vasttui.units import HOUR, HOURS_PER_MONTH

AWAY = ("offline", "unknown")
"""Statuses of an instance whose host does not respond."""

_STOP_LAG = 8.0
_TAKEN = 6 * HOUR
_MORE_PER_HOUR = 0.9  # GB that a training job writes
_FULL = 0.98
_GPU_CHARGED = ("running", "frozen", "rebooting", "recycling")


@dataclass(frozen=True, slots=True)
class State:
    """The status fields of a contract (docs: "show instances"), and the state of a `worker`."""

    actual: str | None
    cur: str = "running"
    next: str = "running"
    intended: str = "running"
    message: str | None = None
    worker: str | None = None


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
    holds, `said` what is said of copies since its state changed. `covered` is what its deposits
    have paid in $; with `deverified` all that is left of one comes back. `flow` is its traffic
    while it runs. A worker belongs to an endpoint and a worker group. Times are epoch seconds.
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
    deposit: Deposit | None = None
    covered: float = 0.0
    deverified: bool = False
    flow: Flow = NO_FLOW
    endpoint_id: int | None = None
    workergroup_id: int | None = None

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
        actual, worker = self.state.actual, self.state.worker
        if actual == "offline":
            return 0.0, 0.0
        gpu = actual in _GPU_CHARGED or (actual == "unknown" and self.is_wanted)
        gpu, disk = (gpu, True) if worker is None else bills(worker)
        part = 1.0 if self.deposit is None else 1 - self.deposit.rate
        return self.price * part * gpu, self.disk_price * part * disk

    @property
    def rate(self) -> float:
        """What its current state is charged in all, in $/h."""
        return sum(self.hourly) + self._traffic.hourly

    @property
    def _traffic(self) -> Flow:
        return self.flow if self.is_running else NO_FLOW

    @property
    def drain(self) -> float:
        """What its current state takes from the credit, in $/h."""
        return self.rate if self.deposit is None else 0.0

    @property
    def taken(self) -> float:
        """What it has taken from the credit so far, in $."""
        return self.meter.charged - self.covered

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
        planned = min(self.future[0].at if self.future else inf, self.deposit_ends_at)
        lost = self._outbid_at(min(planned, until))
        return planned if lost is None else lost

    @property
    def deposit_ends_at(self) -> float:
        """When nothing is left of its deposit, in its current state."""
        if self.deposit is None:
            return inf
        return self.deposit.ends_at(self.meter.until, self.rate)

    def follow(self, changes: Iterable[Change]) -> None:
        """Replace its future with these changes."""
        self.future = sorted(changes, key=lambda change: change.at)

    def stop(self, now: float) -> None:
        """Record a stop at once; the container ends a little later, if the host responds. The
        GPUs of a reserved one go to others at once (docs: "reserved instances")."""
        self.is_outbid = False
        if self.deposit is not None:
            self.gpu_taken, self.gpu_free_at = True, now + _TAKEN
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

    def give_back(self) -> float:
        """End its deposit; returns what of it comes back, in $. What is kept counts as charged."""
        deposit, self.deposit = self.deposit, None
        if deposit is None:
            return 0.0
        back = deposit.back(whole=self.deverified)
        self.meter.fee(deposit.left - back)
        self.covered += deposit.left - back
        return back

    def _charge(self, until: float) -> None:
        deposit, ends = self.deposit, self.deposit_ends_at
        if deposit is not None:
            before = self.meter.charged
            self.meter.charge(min(until, ends), *self.hourly, self._traffic)
            self.covered += self.meter.charged - before
            deposit.use(self.meter.charged - before)
            if ends <= until:
                self.deposit = None
        self.meter.charge(until, *self.hourly, self._traffic)


def halted(message: str | None) -> State:
    """The state of a stopped contract; its last message stays."""
    return State("exited", "stopped", "stopped", "stopped", message)
