"""One offer in the market, as the service describes it.

Field names and units are those of the wire (docs: "search offers"; client 1.9.1 `data/query.py`).
20,000 of them must fit in memory and be filtered within a frame.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Annotated

from msgspec import Meta, Struct

from vasttui.models.place import country_of
from vasttui.units import DAY

Id = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Whole = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
Count = Annotated[int, Meta(ge=0, lt=2**31)]
Price = Annotated[float, Meta(ge=0)]
"""What a field may be: decoders leave out an offer whose identity or price is anything else."""

ENDS_SOON = 3 * DAY
"""A contract is flagged this many seconds before its end."""


class Offer(Struct, frozen=True, kw_only=True, eq=False, gc=False):
    """An offer ("ask"). `None` means the service sent no value, or an unreadable one.

    Money is US dollars: `dph_*` and `min_bid` in $/h for the whole offer (all its GPUs),
    `storage_cost` in $/GB/month of 720 h, `inet_*_cost` in $/GB. `gpu_ram`, `gpu_total_ram` and
    `cpu_ram` are MB, `disk_space` GB, `inet_up/down` Mb/s, `disk_bw` MB/s, `gpu_mem_bw`,
    `pcie_bw` and `bw_nvlink` GB/s. `end_date` and `start_date` are epoch seconds. `rn` is the row
    number in the answer that it came in.
    """

    # identity and price: an offer without these is not shown
    id: Id
    gpu_name: str
    num_gpus: Count
    dph_base: Price
    dph_total: Price
    storage_cost: Price

    # changes with every answer, so it is ignored when an offer is compared with its older self
    duration: float | None = None
    score: float | None = None
    rn: Whole | None = None

    ask_contract_id: Id | None = None
    bundle_id: Id | None = None
    bundled_results: Whole | None = None
    machine_id: Id | None = None
    host_id: Id | None = None
    cluster_id: Whole | None = None
    resource_type: str | None = None
    is_bid: bool | None = None
    min_bid: Price | None = None
    rentable: bool | None = None
    rented: bool | None = None
    external: bool | None = None
    verification: str | None = None
    vericode: Whole | None = None
    hosting_type: Whole | None = None
    hostname: str | None = None
    webpage: str | None = None
    logo: str | None = None

    gpu_arch: str | None = None
    gpu_frac: float | None = None
    gpu_ids: tuple[Whole, ...] | None = None
    gpu_ram: Whole | None = None
    gpu_total_ram: Whole | None = None
    gpu_lanes: Whole | None = None
    gpu_mem_bw: float | None = None
    gpu_max_power: float | None = None
    gpu_max_temp: float | None = None
    gpu_display_active: bool | None = None
    bw_nvlink: float | None = None
    compute_cap: Whole | None = None
    cuda_max_good: float | None = None
    driver_version: str | None = None
    driver_vers: Whole | None = None
    total_flops: float | None = None
    dlperf: float | None = None
    dlperf_per_dphtotal: float | None = None
    flops_per_dphtotal: float | None = None
    vram_costperhour: float | None = None

    cpu_name: str | None = None
    cpu_arch: str | None = None
    cpu_cores: Whole | None = None
    cpu_cores_effective: float | None = None
    cpu_ghz: float | None = None
    cpu_ram: Whole | None = None
    has_avx: Whole | None = None
    mobo_name: str | None = None
    os_version: str | None = None
    pci_gen: float | None = None
    pcie_bw: float | None = None
    disk_name: str | None = None
    disk_space: float | None = None
    disk_bw: float | None = None
    vms_enabled: bool | None = None
    is_vm_deverified: bool | None = None

    inet_up: float | None = None
    inet_down: float | None = None
    inet_up_cost: Price | None = None
    inet_down_cost: Price | None = None
    direct_port_count: Whole | None = None
    static_ip: bool | None = None
    public_ipaddr: str | None = None
    geolocation: str | None = None
    geolocode: Whole | None = None
    nw_disk_min_bw: float | None = None
    nw_disk_avg_bw: float | None = None
    nw_disk_max_bw: float | None = None

    reliability: float | None = None
    reliability_mult: float | None = None
    expected_reliability: float | None = None
    sla_r_claim: float | None = None
    sla_sigma_x: float | None = None
    sla_broker_rate: float | None = None
    time_remaining: str | None = None
    time_remaining_isbid: str | None = None
    start_date: float | None = None
    end_date: float | None = None

    storage_total_cost: float | None = None
    dph_total_adj: float | None = None
    discount_rate: float | None = None
    credit_discount_max: float | None = None
    discounted_hourly: float | None = None
    discounted_dph_total: Price | None = None

    avail_vol_ask_id: Whole | None = None
    avail_vol_size: float | None = None
    avail_vol_dph: float | None = None

    # as sent, where it is not what is shown: the service compares the blanks around it, too
    sent_cpu_name: str | None = None
    sent_address: str | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Offer) and _lasting(self) == _lasting(other)

    def __hash__(self) -> int:
        return hash(self.id)

    @property
    def country(self) -> str:
        """The two-letter country code at the end of `geolocation`, or an empty string."""
        return country_of(self.geolocation)

    @property
    def region(self) -> str:
        """The location without its country code, possibly empty."""
        place = self.geolocation or ""
        return place.rpartition(",")[0].strip() if self.country else place

    @property
    def datacenter(self) -> bool:
        """Whether it is hosted in a datacenter ("secure cloud")."""
        return self.hosting_type == 1

    @property
    def ram_share(self) -> float | None:
        """RAM included in this offer in MB: the machine's RAM times the share of its GPUs."""
        if self.cpu_ram is None or self.gpu_frac is None:
            return None
        return self.cpu_ram * min(1.0, self.gpu_frac)


AS_SENT = frozenset({"sent_cpu_name", "sent_address"})
"""The fields that are only compared, and not shown."""

_lasting = attrgetter(
    *(name for name in Offer.__struct_fields__ if name not in {"duration", "score", "rn"})
)


class OfferBatch(Struct, frozen=True):
    """Some offers of one answer, in wire order.

    `bad` counts rows that were skipped because their identity or price is unreadable, `patched`
    rows with an unreadable detail, shown as unknown. `reasons` are a few sentences about both.
    """

    offers: tuple[Offer, ...]
    bad: int = 0
    patched: int = 0
    reasons: tuple[str, ...] = ()


class OfMachines:
    """Lets offers share the values of their machine, and those of one offer that mean the same: a
    seventh less memory for each offer of a large market."""

    def __init__(self) -> None:
        self._first: dict[int | None, Offer] = {}

    def share(self, offer: Offer, before: Offer | None) -> None:
        """Let it share what is equal with itself `before` it changed, or else with the first offer
        of its machine."""
        if offer.ask_contract_id == offer.id:
            _put_ask(offer, offer.id)
        if offer.discounted_dph_total == offer.dph_total:
            _put_discounted(offer, offer.dph_total)
        like = before or self._first.setdefault(offer.machine_id, offer)
        values = _values_of_machine(like)
        if like is not offer and values == _values_of_machine(offer):
            for put, value in zip(_PUTS, values, strict=True):
                put(offer, value)


_OF_MACHINE = (
    "machine_id", "host_id", "cpu_ram", "disk_bw", "inet_up", "inet_down", "reliability",
    "reliability_mult", "expected_reliability", "duration", "start_date", "end_date",
    "avail_vol_size",
)  # fmt: skip
_values_of_machine = attrgetter(*_OF_MACHINE)


def _put(name: str) -> Callable[[Offer, object], None]:
    """Replaces the value of a field by an equal one, which is no change of a frozen offer."""
    put: Callable[[Offer, object], None] = getattr(Offer, name).__set__
    return put


_PUTS = tuple(map(_put, _OF_MACHINE))
_put_ask, _put_discounted = _put("ask_contract_id"), _put("discounted_dph_total")


def vram_gb(megabytes: int) -> int:
    """VRAM in GB as usually quoted: 24564 MB and 24576 MB are both 24 GB."""
    return round(megabytes / 1024)
