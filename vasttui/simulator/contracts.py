"""What the account has rented: contracts, their states on the clock and what they cost so far.

A contract carries its own future: a list of changes with the times at which they happen. Bringing
it to a time applies those that are due and charges for the time in between, so that the same times
and requests always give the same answers.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from vasttui.simulator.machines import Chunk

_HOUR = 3600.0
HOURS_PER_MONTH = 720.0


@dataclass(frozen=True, slots=True)
class State:
    """The words in which the service says how a contract is (docs: "show instances")."""

    actual: str | None
    cur: str = "running"
    next: str = "running"
    intended: str = "running"
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A state from `at` (epoch seconds) on."""

    at: float
    state: State


@dataclass(frozen=True, slots=True)
class AttachedKey:
    """A public key in the container; `ready_at` is when it has arrived there."""

    id: int
    text: str
    ready_at: float


@dataclass(slots=True)
class Contract:
    """One rental.

    `price` is $/h of the GPUs (the bid, where `is_bid`), `disk` GB. `env` is as it was asked for,
    ports included. `load` names how busy its GPUs are, `full` how full its disk was at the start.
    `gpu_charged` and `disk_charged` are $ up to `charged_until` (epoch seconds).
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
    template_id: int | None = None
    template_hash: str | None = None
    template_name: str | None = None
    is_bid: bool = False
    load: str = "training"
    full: float = 0.3
    run_since: float | None = None
    gpu_taken: bool = False
    keys: list[AttachedKey] = field(default_factory=list)
    removed_files: set[str] = field(default_factory=set)
    future: list[Change] = field(default_factory=list)
    charged_until: float = 0.0
    gpu_charged: float = 0.0
    disk_charged: float = 0.0

    @property
    def storage_cost(self) -> float:
        """$/GB/month."""
        return self.chunk.machine.listing.storage_cost

    @property
    def disk_price(self) -> float:
        """$/h."""
        return self.storage_cost * self.disk / HOURS_PER_MONTH

    @property
    def is_running(self) -> bool:
        """Whether the container runs."""
        return self.state.actual == "running"

    @property
    def has_direct_ports(self) -> bool:
        """Whether ports of the container are reachable on the host's own address."""
        return "direc" in self.runtype

    def settle(self, now: float) -> None:
        """Bring it to that time."""
        while self.future and self.future[0].at <= now:
            change = self.future.pop(0)
            self._charge(change.at)
            self._enter(change)
        self._charge(now)

    def follow(self, changes: Iterable[Change]) -> None:
        """From now on this is its future, whatever it was before."""
        self.future = sorted(changes, key=lambda change: change.at)

    def _enter(self, change: Change) -> None:
        ran = self.is_running
        self.state = change.state
        if self.is_running and not ran:
            self.run_since = change.at

    def _charge(self, until: float) -> None:
        hours = max(0.0, until - self.charged_until) / _HOUR
        self.charged_until = max(until, self.charged_until)
        if self.state.actual in ("offline", "unknown"):
            return
        self.disk_charged += hours * self.disk_price
        if self.state.actual in ("running", "frozen"):
            self.gpu_charged += hours * self.price


class Contracts:
    """The contracts of the account, by id."""

    def __init__(self, first: Callable[[], Iterable[Contract]] = tuple) -> None:
        """`first` makes those of the start, when somebody asks for them."""
        self._first: Callable[[], Iterable[Contract]] | None = first
        self._known: dict[int, Contract] = {}
        self._gone_charges = 0.0
        self._next_key = 900_001

    def all(self, now: float) -> list[Contract]:
        """All of them as they are at that time, by id."""
        for contract in self._by_id.values():
            contract.settle(now)
        return [self._by_id[number] for number in sorted(self._by_id)]

    def get(self, number: int, now: float) -> Contract | None:
        """One of them as it is at that time; None when there is no such contract."""
        contract = self._by_id.get(number)
        if contract is not None:
            contract.settle(now)
        return contract

    def add(self, contract: Contract) -> None:
        """Rent one more."""
        self._by_id[contract.id] = contract

    def remove(self, number: int, now: float) -> Contract | None:
        """Destroy one; what it cost stays charged."""
        contract = self.get(number, now)
        if contract is not None:
            del self._by_id[number]
            self._gone_charges += contract.gpu_charged + contract.disk_charged
        return contract

    @property
    def _by_id(self) -> dict[int, Contract]:
        if self._first is not None:
            first, self._first = self._first, None
            self._known |= {contract.id: contract for contract in first()}
        return self._known

    def charged(self, now: float) -> float:
        """$ that all of them have cost by that time."""
        return self._gone_charges + sum(
            contract.gpu_charged + contract.disk_charged for contract in self.all(now)
        )

    def new_key_id(self) -> int:
        """A number for a key that is attached."""
        self._next_key += 1
        return self._next_key


def with_message(state: State, message: str | None) -> State:
    """The same state with another message."""
    return replace(state, message=message)


def token_of(number: int) -> str:
    """Where the next page begins, as the service spells it."""
    text = f'{{"values": {{"id": {number}}}, "os_page": 0}}'
    return base64.b64encode(text.encode()).decode()


def wire_env(env: Mapping[str, str]) -> list[list[str]]:
    """The environment as the service lists it: pairs."""
    return [[name, value] for name, value in env.items()]
