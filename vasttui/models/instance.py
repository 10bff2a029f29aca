"""One rented instance, as the service describes it.

Field names and units are those of the wire (docs: "show instances"; client 1.9.1
`data/instance.py`). Only the fields listed here are decoded: the service also sends secrets.
"""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from vasttui.models.place import country_of

WITNESS = "VASTTUI_INTENT"
"""The environment variable that identifies a rental, in case its label is lost."""

_SAME = 0.02
"""Two shares of a disk that differ by less are the same."""

_FULL = 1.05
"""The largest share: a disk may hold a little more than its size."""

_MARK = re.compile(r"(?:^| )vt-[a-z2-7]{10}\Z")


class PortMapping(Struct, frozen=True):
    """A container port and the host port it is mapped to."""

    inside: int
    protocol: str
    outside: int

    def __str__(self) -> str:
        return f"{self.inside}/{self.protocol}"


class AttachedVolume(Struct, frozen=True):
    """A volume that an instance uses. Sizes are GB."""

    id: int
    label: str | None = None
    total_space: float | None = None
    avail_space: float | None = None

    @property
    def name(self) -> str:
        """`V.5 data`: its id, and its name if it has one."""
        return f"V.{self.id} {self.label or ''}".rstrip()

    def __str__(self) -> str:
        """`V.5 data, 40.5 of 100 GB free`, as far as it is known."""
        if self.total_space is None or self.avail_space is None:
            return self.name
        return f"{self.name}, {self.avail_space:g} of {self.total_space:g} GB free"


class Instance(Struct, frozen=True, kw_only=True):
    """A contract for GPUs of a machine, and what runs there.

    `None` means the service sent no value, or a zero that means none (`models.measured`). An
    unreadable field is None too, and named in `unread`: an unreadable status or price is never
    taken for a missing one.

    Money is $/h: `dph_base` GPUs (the bid, where `is_bid`), `storage_total_cost` disk,
    `dph_total` both while running; `storage_cost` is $/GB/month, `inet_*_cost` $/GB. What is left
    of a deposit is `credit_balance` in $, its discount `credit_discount`, 0 to 1. `gpu_ram`,
    `gpu_totalram` and `cpu_ram` are MB, `vmem_usage`, `mem_*` and `disk_space` GB, `gpu_util` is
    0-100 %, `inet_*` Mb/s; of `disk_usage`, `disk_util` and `cpu_util` the unit is uncertain, see
    `disk_shares` and `cpu_percent`. Dates are epoch seconds: `start_date` of the contract, not of
    the current run.
    """

    id: int
    machine_id: int | None = None
    host_id: int | None = None
    label: str | None = None
    endpoint_id: int | None = None
    """The endpoint that it is a worker of."""
    workergroup_id: int | None = None

    actual_status: str | None = None
    cur_state: str | None = None
    next_state: str | None = None
    intended_status: str | None = None
    status_msg: str | None = None

    template_id: int | None = None
    template_hash_id: str | None = None
    template_name: str | None = None
    image_uuid: str | None = None
    image_runtype: str | None = None
    env_names: tuple[str, ...] = ()
    """The names in `extra_env`, which also has `-p 8080:8080`; the values may be secrets."""
    intent: str | None = None
    """The nonce of the rental that created it, from `extra_env`."""
    onstart: bool | None = None
    """Whether there is an on-start script; its text may contain secrets."""
    stops_after: float | None = None
    """Hours after each start of the container at which its on-start script stops it, if that is in
    it as vasttui writes it."""
    jupyter_token: str | None = None

    public_ipaddr: str | None = None
    ssh_host: str | None = None
    ssh_port: int | None = None
    ports: tuple[PortMapping, ...] = ()
    direct_port_count: int | None = None
    static_ip: bool | None = None
    geolocation: str | None = None
    hosting_type: int | None = None
    verification: str | None = None
    reliability2: float | None = None

    start_date: float | None = None
    end_date: float | None = None

    num_gpus: int | None = None
    gpu_name: str | None = None
    gpu_frac: float | None = None
    gpu_ram: int | None = None
    gpu_totalram: int | None = None
    gpu_util: float | None = None
    gpu_temp: float | None = None
    vmem_usage: float | None = None
    cuda_max_good: float | None = None
    driver_version: str | None = None
    compute_cap: int | None = None
    cpu_name: str | None = None
    cpu_cores_effective: float | None = None
    cpu_util: float | None = None
    cpu_ram: int | None = None
    mem_limit: float | None = None
    mem_usage: float | None = None
    disk_space: float | None = None
    disk_usage: float | None = None
    disk_util: float | None = None
    disk_name: str | None = None
    inet_up: float | None = None
    inet_down: float | None = None
    inet_up_cost: float | None = None
    inet_down_cost: float | None = None

    is_bid: bool | None = None
    min_bid: float | None = None
    dph_base: float | None = None
    dph_total: float | None = None
    storage_cost: float | None = None
    storage_total_cost: float | None = None
    credit_balance: float | None = None
    credit_discount: float | None = None
    credit_discount_max: float | None = None

    volume_info: tuple[AttachedVolume, ...] = ()

    unread: tuple[str, ...] = ()
    """Names of the fields that could not be read."""

    def __repr__(self) -> str:
        return f"Instance(id={self.id})"  # no token in a log or a crash report

    @property
    def is_reserved(self) -> bool:
        """Whether it is paid out of a deposit, at a discount."""
        if self.credit_balance is None:
            return bool(self.credit_discount)
        return self.credit_balance > 0

    @property
    def bills_traffic(self) -> bool:
        """Whether its traffic is billed, or may be: a price that is not known may be one."""
        return self.inet_down_cost != 0 or self.inet_up_cost != 0

    @property
    def ram_share(self) -> float | None:
        """Its part of the machine's memory, in MB, in every state (docs: "search offers"); else its
        limit, which is sent only while it runs. None: unknown."""
        if self.cpu_ram is not None and self.gpu_frac is not None:
            return self.cpu_ram * min(1.0, self.gpu_frac)
        return None if self.mem_limit is None else self.mem_limit * 1024

    @property
    def title(self) -> str:
        """The label as the user wrote it, without the mark that identifies a rental."""
        return _MARK.sub("", self.label or "")

    @property
    def name(self) -> str:
        """Its name on screen: the label, or else the id."""
        return self.title or str(self.id)

    @property
    def full_name(self) -> str:
        """Its label with the id behind it, or the id alone."""
        return f"{self.title} ({self.id})" if self.title else str(self.id)

    @property
    def country(self) -> str:
        """The two-letter country code at the end of `geolocation`, or an empty string."""
        return country_of(self.geolocation)

    @property
    def vram(self) -> int | None:
        """Total VRAM of its GPUs in MB."""
        if self.gpu_totalram is not None:
            return self.gpu_totalram
        if self.gpu_ram is None or self.num_gpus is None:
            return None
        return self.gpu_ram * self.num_gpus

    @property
    def cpu_percent(self) -> float | None:
        """CPU utilization from 0 to 100; `cpu_util` is a fraction (docs: "show instance"), but
        percentages were seen too."""
        if self.cpu_util is None:
            return None
        return self.cpu_util * 100 if self.cpu_util <= 1 else self.cpu_util

    @property
    def disk_shares(self) -> tuple[float, ...]:
        """The shares of its disk that may be in use, the smallest first; none if unknown.

        The unit of `disk_usage` and `disk_util` is uncertain, see `models.measured`. One share if
        they agree, two if they can be read either way.
        """
        return _shares(self.disk_space, self.disk_usage, self.disk_util)

    @property
    def disk_used(self) -> float | None:
        """Disk space in use in GB; None if unknown or uncertain."""
        shares = self.disk_shares
        return shares[0] * self.disk_space if len(shares) == 1 and self.disk_space else None

    def same_contract(self, other: Instance) -> bool:
        """Whether this is the same rental: same id and, where known, same machine and start."""
        pairs = (
            (self.machine_id, other.machine_id),
            (self.start_date, other.start_date),
        )
        return self.id == other.id and all(
            mine == theirs for mine, theirs in pairs if mine is not None and theirs is not None
        )

    def renews(self, before: Instance) -> bool:
        """Whether this is the same rental with a later start date, as its container may have been
        made anew."""
        began, begins = before.start_date, self.start_date
        same = self.id == before.id and self.machine_id == before.machine_id is not None
        return same and began is not None and begins is not None and begins > began


@lru_cache(maxsize=512)  # cell, details, inbox and history ask with each reading
def _shares(size: float | None, usage: float | None, util: float | None) -> tuple[float, ...]:
    shares = set[float]()
    usage = usage if usage is not None and usage >= 0 else None
    util = util if util is not None and util >= 0 else None
    if not size:
        return ()
    if util is None and usage is not None and usage <= _FULL:
        util = usage
    if usage is not None and usage <= size * _FULL:
        shares.add(usage / size)
    if util is not None and util <= _FULL:
        shares.add(util)
    if util is not None and util > 1:
        shares.add(util / 100)
    found: list[float] = []
    for share in sorted(shares):
        if not found or share - found[-1] >= _SAME:
            found.append(share)
    return tuple(found)


class InstanceList(Struct, frozen=True):
    """The instances of one page, or of all pages of a reading.

    `bad` counts rows without a readable id, `reasons` are a few sentences about them. Rows with
    other unreadable fields are among the `instances` (see `Instance.unread`).
    """

    instances: tuple[Instance, ...]
    bad: int = 0
    reasons: tuple[str, ...] = ()
