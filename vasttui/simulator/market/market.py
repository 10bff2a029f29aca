"""The offers at a moment: which GPUs are taken and what their hosts charge.

The state of a machine is a pure function of the seed and the time. Time is divided into periods; a
hash of the period number decides who rents the machine and at what price. So everyone who looks at
the same time sees the same market, however often they look.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import NamedTuple
from zlib import crc32

from vasttui.simulator.market.machines import Chunk, Machine, MachineMaker
from vasttui.units import DAY

_GROW_STEP = 60  # machines made per slice: about 2 ms
_SETTLE_STEP = 300
_BUSY_SHARE = 0.17  # share of periods in which part of the machine is rented
_LEAST_CONTRACT = 500_000.0
_FIRST_DAY = 1_790_000_000.0  # epoch seconds: on this day prices are as listed
_MASK = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Moment:
    """A machine's state until `until` (epoch seconds): taken GPUs as bits, mills per GPU."""

    busy: int
    mills: int
    since: float
    end_date: float
    until: float


class Ask(NamedTuple):
    """One offer at a moment."""

    chunk: Chunk
    moment: Moment
    block: int
    rentable: bool

    @property
    def id(self) -> int:
        """The offer id, which an instance is created from."""
        return self.chunk.first_id + 2 * self.block

    @property
    def gpu_ids(self) -> list[int]:
        """The offer's GPUs; offers of the same machine share them."""
        first = self.chunk.machine.first_gpu + self.block * self.chunk.size
        return list(range(first, first + self.chunk.size))


class Market:
    """All machines, brought up to date by `settle`.

    `size` is the number of GPU offers, identical ones counted once. Work is done by iterators that
    pause every few milliseconds, because a user interface may share the event loop.
    """

    def __init__(self, size: int, seed: int) -> None:
        self._maker = MachineMaker(seed)
        self._size = size
        self._disks_wanted = max(2, size // 100)
        self._chunks: list[Chunk] = []
        self._disks: list[Chunk] = []
        self._machines: list[Machine] = []
        self._moments: dict[int, Moment] = {}
        self._changes: list[tuple[float, int]] = []
        self._stale: list[int] = []
        self._now = float("-inf")
        self._taken: dict[int, int] = {}
        self.volumes: Callable[[], Mapping[int, float]] = dict
        """Tells the GB of volumes on machines, by machine."""

    def settle(self, now: float) -> Iterator[None]:
        """Make missing machines and bring all of them to `now`; pauses between steps."""
        yield from self._grow()
        if now < self._now:
            self._changes.clear()
            self._stale = list(range(len(self._machines)))
        self._now = now
        steps = 0
        while (index := self._next_stale(now)) is not None:
            self._move(index, now)
            steps += 1
            if steps % _SETTLE_STEP == 0:
                yield

    def chunks(self, *, disks: bool = False) -> list[Chunk]:
        """Every chunk with GPUs, and with `disks` the disk-only ones too."""
        return self._chunks + self._disks if disks else self._chunks

    def ask(self, chunk: Chunk) -> Ask:
        """The chunk's first free block, or its first block when all are taken."""
        moment = self._moments[chunk.machine.machine_id]
        busy = self._busy(chunk, moment)
        if not busy:
            return Ask(chunk, moment, 0, True)
        for block in range(chunk.blocks):
            if not busy & _bits(chunk.size, block):
                return Ask(chunk, moment, block, True)
        return Ask(chunk, moment, 0, False)

    def asks(self, chunk: Chunk) -> list[Ask]:
        """Every block of the chunk, as an unbundled search lists them."""
        moment = self._moments[chunk.machine.machine_id]
        busy = self._busy(chunk, moment)
        return [
            Ask(chunk, moment, block, not busy & _bits(chunk.size, block))
            for block in range(chunk.blocks)
        ]

    def find(self, number: int) -> Ask | None:
        """The offer with that id, rentable or not; None if there is none."""
        for chunk in self._chunks:
            block, odd = divmod(number - chunk.first_id, 2)
            if not odd and 0 <= block < chunk.blocks:
                return self.asks(chunk)[block]
        return None

    def take(self, ask: Ask) -> int:
        """Mark its GPUs as rented; returns them as bits."""
        machine, bits = ask.chunk.machine.machine_id, _bits(ask.chunk.size, ask.block)
        self._taken[machine] = self._taken.get(machine, 0) | bits
        return bits

    def release(self, machine: int, bits: int) -> None:
        """Make these GPUs of a machine rentable again."""
        self._taken[machine] = self._taken.get(machine, 0) & ~bits

    @property
    def taken(self) -> dict[int, int]:
        """The GPUs rented here as bits, by machine id."""
        return dict(self._taken)

    def restore(self, taken: dict[int, int]) -> None:
        """Restore saved state."""
        self._taken = dict(taken)

    def _busy(self, chunk: Chunk, moment: Moment) -> int:
        return moment.busy | self._taken.get(chunk.machine.machine_id, 0)

    def _grow(self) -> Iterator[None]:
        while len(self._chunks) < self._size:
            for _ in range(_GROW_STEP):
                room = self._size - len(self._chunks)
                if room <= 0:
                    break
                self._add(self._maker.gpu_machine()[:room], self._chunks)
            yield
        while len(self._disks) < self._disks_wanted and self._size:
            self._add(self._maker.disk_machine(), self._disks)

    def _add(self, made: tuple[Chunk, ...], to: list[Chunk]) -> None:
        to.extend(made)
        self._stale.append(len(self._machines))
        self._machines.append(made[0].machine)

    def _next_stale(self, now: float) -> int | None:
        if self._stale:
            return self._stale.pop()
        if self._changes and self._changes[0][0] <= now:
            return heappop(self._changes)[1]
        return None

    def _move(self, index: int, now: float) -> None:
        machine = self._machines[index]
        moment = moment_of(machine, now)
        self._moments[machine.machine_id] = moment
        heappush(self._changes, (moment.until, index))


def moment_of(machine: Machine, now: float) -> Moment:
    """The machine's state at that time (epoch seconds)."""
    rhythm = machine.rhythm
    shifted = now + rhythm.phase
    number = int(shifted // rhythm.rent_period)
    price_number = int(shifted // rhythm.price_period)
    day = int((now - _FIRST_DAY) // DAY)
    usual = round(machine.listing.mills * _trend(machine, day))
    contract = int((shifted + _LEAST_CONTRACT) // rhythm.contract) + 1
    return Moment(
        busy=_busy(machine.gpu_count, _mix(rhythm.salt, number)),
        mills=_mills(usual, _mix(rhythm.salt ^ 0x5DEECE66D, price_number)),
        since=number * rhythm.rent_period - rhythm.phase,
        end_date=float(round(contract * rhythm.contract - rhythm.phase)),
        until=min(
            (number + 1) * rhythm.rent_period - rhythm.phase,
            (price_number + 1) * rhythm.price_period - rhythm.phase,
            contract * rhythm.contract - _LEAST_CONTRACT - rhythm.phase,
            _FIRST_DAY + (day + 1) * DAY,
        ),
    )


def _trend(machine: Machine, day: int) -> float:
    """By what the usual price of a machine is multiplied on a day: it moves over weeks, with that
    of all machines of the model, and a little on its own."""
    if machine.gpu is None:
        return 1.0
    model = crc32(machine.gpu.name.encode()) % 100 / 100
    together = 0.10 * math.sin(day * (0.08 + 0.1 * model))
    alone = 0.04 * math.sin(day * (0.05 + (machine.rhythm.salt & 0xFF) / 1024))
    return 1.0 + (together if model < 0.4 else -together) + alone


def _busy(count: int, noise: int) -> int:
    if count == 0 or (noise & 0xFFFF) / 0x10000 >= _BUSY_SHARE:
        return 0
    sizes = [size for size in (1, 2, 4, 8, 16) if size < count] + [count]
    size = sizes[(noise >> 16) % len(sizes)]
    return _bits(size, (noise >> 24) % (count // size))


def _mills(usual: int, noise: int) -> int:
    """Half of the time the usual price, else up to 6 % off it, in whole cents if it was."""
    if noise & 1 or usual == 0:
        return usual
    step = 10 if usual % 10 == 0 else 1
    moved = usual * (1 + ((noise >> 8) % 13 - 6) / 100)
    return max(step, round(moved / step) * step)


def _bits(size: int, block: int) -> int:
    return ((1 << size) - 1) << (block * size)


def _mix(salt: int, number: int) -> int:
    """A good 64-bit hash of two numbers, far faster than a seeded generator (splitmix64)."""
    value = (salt + number * 0x9E3779B97F4A7C15) & _MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)
