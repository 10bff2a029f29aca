"""The machines of the synthetic market: what stays the same while prices and renters change."""

from __future__ import annotations

import zlib
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

from vasttui.simulator.market.catalogue import (
    AMD_DRIVER,
    ARM,
    DISKS,
    DRIVERS,
    GPUS,
    OS_VERSIONS,
    PLACES,
    PROCESSORS,
    STORAGE_PRICES,
    TRAFFIC_PRICES,
    GpuModel,
    Processor,
)
from vasttui.units import DAY, MINUTE

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Hardware:
    """The whole machine's hardware. `ram` in MB, `disk_space` in GB, `disk_bw` in MB/s."""

    processor: Processor
    board: str
    threads: int | None
    ram: int
    disk_name: str
    disk_space: float
    disk_bw: float
    pcie_bw: float
    lanes: int
    gpu_max_temp: float
    display: bool
    dlperf: float
    driver: str
    cuda: float | None
    os_version: str


@dataclass(frozen=True, slots=True)
class Network:
    """Speeds in Mb/s, prices in $/GB."""

    up: float
    down: float
    up_cost: float
    down_cost: float
    ports: int
    static_ip: bool
    address: str
    place: str | None
    geolocode: int | None


@dataclass(frozen=True, slots=True)
class Listing:
    """The host's prices and the service's rating of the host.

    `mills` is the host's usual price in 0.1 cent per GPU-hour; the renter pays that divided by
    `share`. `storage_cost` is what the renter pays, in $/GB/month.
    """

    mills: int
    share: float
    bid_share: float
    storage_cost: float
    discount_max: float
    discount_rate: float | None
    verification: str
    hosting_type: int | None
    external: bool | None
    reliability: float
    vms: bool
    cluster_id: int | None
    disk_network: tuple[int, int, int] | None
    volume_size: float | None
    dated: bool


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often this machine changes hands and price, and how long it is offered. In seconds."""

    salt: int
    rent_period: float
    price_period: float
    contract: float
    phase: float


@dataclass(frozen=True, slots=True, eq=False)
class Machine:
    """One host's computer. With `gpu_count` 0 it only offers its disk."""

    machine_id: int
    host_id: int
    gpu: GpuModel | None
    gpu_count: int
    first_gpu: int
    hardware: Hardware
    network: Network
    listing: Listing
    rhythm: Rhythm


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """GPUs of a machine that are offered together.

    A machine of 4 GPUs offers them as 1, 2 or 4. A chunk of 1 stands for four identical offers
    ("blocks"), one for each GPU; block `n` has the id `first_id + 2 * n`.
    """

    machine: Machine
    size: int
    first_id: int
    bundle_id: int

    @property
    def blocks(self) -> int:
        """How many identical offers this chunk stands for."""
        return self.machine.gpu_count // self.size if self.size else 1


class WeightedChoice(Generic[T]):
    """Picks weighted values; faster than `random.choices` for single picks."""

    def __init__(self, pairs: Iterable[tuple[T, float]]) -> None:
        values, weights = zip(*pairs, strict=True)
        self._values: Sequence[T] = values
        self._bounds = list(accumulate(weights))

    def pick(self, random: Random) -> T:
        """One of the values."""
        bound = random.random() * self._bounds[-1]
        return self._values[min(bisect(self._bounds, bound), len(self._values) - 1)]


_GPU = WeightedChoice((gpu, gpu.weight) for gpu in GPUS)
_SERVERS = tuple(processor for processor in PROCESSORS if processor.server)
_DRIVER = WeightedChoice(((name, cuda), weight) for name, cuda, weight in DRIVERS)
_OS = WeightedChoice(OS_VERSIONS)
_PLACE = WeightedChoice(PLACES)
_STORAGE = WeightedChoice(STORAGE_PRICES)
_TRAFFIC = WeightedChoice(TRAFFIC_PRICES)
_VERIFICATION = WeightedChoice((("verified", 61), ("unverified", 34), ("deverified", 5)))
_SERVER_VERIFICATION = WeightedChoice((("verified", 78), ("unverified", 18), ("deverified", 4)))
_EXTERNAL: WeightedChoice[bool | None] = WeightedChoice(((None, 80), (False, 18), (True, 2)))
_MEMORY_GB = (16, 32, 64, 96, 128, 192, 256, 384, 512, 768, 1024)
_PORTS = (12, 25, 25, 98, 98, 249, 249, 499, 1001)


class MachineMaker:
    """Makes machines without end, the same ones in the same order for the same seed.

    They never change, so that all makers of a seed share them. Those with GPUs come first.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._taken = 0
        self._disks = 0

    def gpu_machine(self) -> tuple[Chunk, ...]:
        """The offers of the next machine with GPUs."""
        self._taken += 1
        return _with_gpus(self._seed).upto(self._taken)

    def disk_machine(self) -> tuple[Chunk, ...]:
        """The offer of the next disk-only machine."""
        self._disks += 1
        return _disks_after(self._seed, self._taken).upto(self._disks)


class _Line:
    """Machines that were made, and those that follow."""

    def __init__(self, maker: _Maker, following: Callable[[_Maker], tuple[Chunk, ...]]) -> None:
        self.maker = maker
        self.made: list[tuple[Chunk, ...]] = []
        self._following = following

    def upto(self, count: int) -> tuple[Chunk, ...]:
        """The one with that number, from 1."""
        while len(self.made) < count:
            self.made.append(self._following(self.maker))
        return self.made[count - 1]


@lru_cache(maxsize=32)
def _with_gpus(seed: int) -> _Line:
    return _Line(_Maker(seed), _Maker.gpu_machine)


@lru_cache(maxsize=32)
def _disks_after(seed: int, count: int) -> _Line:
    """Disk-only machines, made after so many with GPUs."""
    line = _with_gpus(seed)
    if len(line.made) == count:
        return _Line(deepcopy(line.maker), _Maker.disk_machine)
    again = _Line(_Maker(seed), _Maker.gpu_machine)
    if count:
        again.upto(count)
    return _Line(again.maker, _Maker.disk_machine)


class _Maker:
    """Makes machines, each from where the one before left its random numbers."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._next_id = 44_000_000 + self._random.randrange(1_000_000)
        self._next_gpu = 80_000 + self._random.randrange(5_000)
        self._machine_id = 2_000 + self._random.randrange(100)

    def gpu_machine(self) -> tuple[Chunk, ...]:
        gpu = _GPU.pick(self._random)
        return self._chunks(self._machine(gpu, self._random.choice(gpu.counts)))

    def disk_machine(self) -> tuple[Chunk, ...]:
        return self._chunks(self._machine(None, 0))

    def _machine(self, gpu: GpuModel | None, count: int) -> Machine:
        random = self._random
        self._machine_id += random.randrange(1, 14)
        first_gpu, self._next_gpu = self._next_gpu, self._next_gpu + count + random.randrange(30)
        server = gpu is None or gpu.server or count > 4
        datacenter = random.random() < (0.38 if server else 0.13)
        return Machine(
            machine_id=self._machine_id,
            host_id=int(random.random() ** 1.6 * 409_998) + 2,
            gpu=gpu,
            gpu_count=count,
            first_gpu=first_gpu,
            hardware=_hardware(random, gpu, count, server),
            network=_network(random, datacenter),
            listing=_listing(random, gpu, datacenter),
            rhythm=_rhythm(random),
        )

    def _chunks(self, machine: Machine) -> tuple[Chunk, ...]:
        chunks = []
        for size in _sizes(self._random, machine.gpu_count):
            bundle = self._random.randrange(300_000_000, 2_000_000_000)
            chunk = Chunk(machine, size, self._next_id, bundle)
            self._next_id += 2 * chunk.blocks + self._random.randrange(9)
            chunks.append(chunk)
        return tuple(chunks)


def _sizes(random: Random, count: int) -> Iterator[int]:
    whole_only = count > 1 and random.random() < 0.15
    size = 1
    while size < count and not whole_only:
        yield size
        size *= 2
    yield count


def _hardware(random: Random, gpu: GpuModel | None, count: int, server: bool) -> Hardware:
    arm = gpu is not None and gpu.name.startswith("GH200")
    processor = ARM if arm else random.choice(_SERVERS if server else PROCESSORS)
    disk_name, disk_bw = random.choice(DISKS)
    driver, cuda = (AMD_DRIVER, None) if gpu and gpu.arch == "amd" else _DRIVER.pick(random)
    wanted = max(1, count) * random.choice((16, 32, 32, 64, 64, 128))
    memory = next((size for size in _MEMORY_GB if size >= wanted), _MEMORY_GB[-1])
    lanes = random.choice((16, 16, 16, 8, 8, 4))
    speed = (
        (13.1 if processor.pci_gen < 4 else 26.3 if processor.pci_gen < 5 else 53.4) * lanes / 16
    )
    return Hardware(
        processor=processor,
        board=random.choice(processor.boards),
        threads=None if random.random() < 0.005 else processor.threads * (1 + (count > 4)),
        ram=0 if gpu is None else memory * 1007 - random.randrange(1100),
        disk_name=disk_name,
        disk_space=round(max(1, count) * random.uniform(90, 900), 3),
        disk_bw=round(disk_bw * random.uniform(0.86, 1.05), 1),
        pcie_bw=round(speed * random.uniform(0.84, 1.0), 1),
        lanes=lanes,
        gpu_max_temp=float(random.randrange(55, 93)) if random.random() > 0.04 else 19.0,
        display=not server and random.random() < 0.12,
        dlperf=random.uniform(0.93, 1.03),
        driver=driver,
        cuda=cuda,
        os_version=_OS.pick(random),
    )


def _network(random: Random, datacenter: bool) -> Network:
    down = random.uniform(900, 8500) if datacenter else random.lognormvariate(6.4, 0.6)
    place = None if random.random() < 0.008 else _PLACE.pick(random)
    octets = (random.randrange(20, 220), *(random.randrange(1, 255) for _ in range(3)))
    traffic = _TRAFFIC.pick(random) / 1024 / 0.75
    same = random.random() < 0.8
    return Network(
        up=round(down * random.uniform(0.3, 1.05), 1),
        down=round(max(40.0, down), 1),
        up_cost=traffic,
        down_cost=traffic if same else _TRAFFIC.pick(random) / 1024 / 0.75,
        ports=1 if random.random() < 0.02 else random.choice(_PORTS),
        static_ip=datacenter or random.random() < 0.6,
        address=".".join(map(str, octets)) + random.choice(("", "", "", "", " ", "\n")),
        place=place,
        geolocode=None if place is None else zlib.crc32(place.encode()) & 0x3FFF_FFFF,
    )


def _listing(random: Random, gpu: GpuModel | None, datacenter: bool) -> Listing:
    share = 0.85 if datacenter and random.random() < 0.5 else 0.75
    trust = (_SERVER_VERIFICATION if datacenter else _VERIFICATION).pick(random)
    known = trust == "verified"
    trouble = random.lognormvariate(-5.3, 0.85) if known else random.lognormvariate(-3.6, 1.1)
    return Listing(
        mills=_mills(random, gpu, share),
        share=share,
        bid_share=random.uniform(0.45, 1.0) if random.random() < 0.9 else 1.0,
        storage_cost=_STORAGE.pick(random) / 0.75,
        discount_max=random.choice((0.0, 0.1, 0.2, 0.3, 0.4, 0.4)),
        discount_rate=random.choice((None, 0.0)),
        verification=trust,
        hosting_type=None if random.random() < 0.02 else int(datacenter),
        external=_EXTERNAL.pick(random),
        reliability=round(1 - min(max(trouble, 0.0002), 0.05 if known else 0.4), 7),
        vms=random.random() < 0.25,
        cluster_id=random.randrange(1, 60) if datacenter and random.random() < 0.08 else None,
        disk_network=(210, 480, 930) if datacenter and random.random() < 0.1 else None,
        volume_size=float(random.randrange(60, 3000)) if random.random() < 0.7 else None,
        dated=random.random() > 0.1,
    )


def _mills(random: Random, gpu: GpuModel | None, share: float) -> int:
    if gpu is None:
        return 0
    renter = random.triangular(gpu.low, gpu.high, gpu.typical)
    step = 1 if random.random() < 0.06 else 10 if renter < 1 else 50
    return max(10, round(renter * share * 1000 / step) * step)


def _rhythm(random: Random) -> Rhythm:
    return Rhythm(
        salt=random.getrandbits(60),
        rent_period=random.uniform(4 * MINUTE, 60 * MINUTE),
        price_period=random.uniform(45 * MINUTE, 480 * MINUTE),
        contract=random.uniform(9 * DAY, 155 * DAY),
        phase=random.uniform(0, 155 * DAY),
    )
