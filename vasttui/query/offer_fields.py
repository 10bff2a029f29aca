"""The fields of an offer: their names, units, and where their values come from.

Names, aliases and multipliers of the official command line are from client 1.9.1 `api/query.py`
(`offers_fields`, `offers_alias`, `offers_mult`), further columns and aliases that the server
accepts from its `data/query.py`. The rest are vasttui's own.
"""

from __future__ import annotations

from vasttui.models.money import PricedOffer
from vasttui.query.fields import Field, FieldSet, Unit
from vasttui.query.machine_sets import MACHINE_FIELDS, MACHINES
from vasttui.query.shown import COUNTRIES, GIGABYTES
from vasttui.units import DAY

_KNOWN = frozenset({"id", "gpu_name", "num_gpus", "dph_base", "dph_total", "storage_cost"})


def _number(
    name: str,
    help: str,
    *aliases: str,
    scale: float = 1.0,
    unit: Unit = "",
    example: str = ">=1",
    at: str = "",
    wire: str = "",
    words: str = "",
) -> Field:
    attribute = at or name
    return Field(
        name=name,
        kind="number",
        help=help,
        aliases=aliases,
        expr=f"o.{attribute}",
        wire=wire or name,
        scale=scale,
        unit=unit,
        example=example,
        known=attribute in _KNOWN,
        words=words,
    )


def _bool(name: str, help: str, *aliases: str, at: str = "", bare: bool = False) -> Field:
    return Field(
        name=name,
        kind="bool",
        help=help,
        aliases=aliases,
        expr=at or f"o.{name}",
        wire=name,
        example="=true",
        bare=bare,
        cost=1 if at else 0,
        absent=False if name == "external" else None,
        virtual=bool(at),
    )


def _text(
    name: str, help: str, *aliases: str, at: str = "", expr: str = "", example: str = ":amd"
) -> Field:
    return Field(
        name=name,
        kind="text",
        help=help,
        aliases=aliases,
        expr=expr or f"o.{at or name}",
        wire=name,
        example=example,
        known=name in _KNOWN,
    )


_SHARE = "None if o.cpu_ram is None or o.gpu_frac is None else"
_OWN = (
    Field(
        name="gpu", kind="gpu", help="GPU model, any part of its name", expr="r.gpu",
        wire="gpu_name", example=":4090", known=True,
    ),
    Field(
        name="vram", kind="number", help="VRAM per GPU, GB", unit="memory",
        expr="gb[o.gpu_ram]", wire="gpu_ram", example=">=24",
    ),
    Field(
        name="eff", kind="number", help="all-in price for your usage, $/h", expr="r.eff",
        example="<0.60",
    ),
    Field(
        name="price", kind="number", help="GPU and disk price, $/h", expr="r.price",
        example="<0.50", known=True,
    ),
    Field(
        name="value", kind="number", help="DLPerf per all-in $/h", aliases=("dlp",),
        expr="r.value", example=">=300",
    ),
    Field(
        name="rel", kind="number", help="reliability, 0 to 1 or in %", unit="share",
        expr="o.reliability", wire="reliability", example=">=.98",
    ),
    Field(
        name="ram", kind="number", help="RAM included in the offer, GB", unit="memory",
        expr=f"({_SHARE} round(o.cpu_ram * (o.gpu_frac if o.gpu_frac < 1 else 1.0) / 1024))",
        example=">=64", cost=1,
    ),
    Field(
        name="ends", kind="number", help="time until the offer ends, days",
        expr="(o.duration if o.end_date is None else o.end_date - now)", wire="duration",
        scale=DAY, unit="days", example=">30d", cost=1,
    ),
    Field(
        name="driver", kind="version", help="NVIDIA or AMD driver version, e.g. 550 or 550.54.15",
        expr="o.driver_vers", wire="driver_version", example=">=550",
    ),
    Field(
        name="cc", kind="place", help="country, two-letter code", aliases=("country",),
        expr="cc[o.geolocation]", wire="geolocation", example=":DE,NL",
    ),
    Field(
        name="place", kind="text", help="location, any part of its name", aliases=("region",),
        expr="o.geolocation", example=":bavaria",
    ),
    Field(
        name="text", kind="text", help="text in GPU, location, CPU, machine or host",
        expr="r.text", example=":epyc", known=True, cost=2,
    ),
    Field(
        name="cheap", kind="number", example="<-20", expr="r.cheap", cost=2,
        help="all-in price against your own median of 30 days, %: -20 is a fifth less",
    ),
    Field(
        name="seen", kind="number", help="time since you first saw the machine, days", scale=DAY,
        unit="days", expr="(None if r.first_seen is None else now - r.first_seen)",
        example=">=30d", cost=2,
    ),
)  # fmt: skip

_RAM_ALIASES: tuple[tuple[str, str, str, float, Unit], ...] = (
    ("gpu_totalram", "total VRAM, MB", "gpu_total_ram", 1.0, ""),
    ("gpu_total_ram_GB", "total VRAM, in 1000 MB", "gpu_total_ram", 1000.0, "megabytes"),
    ("gpu_totalram_GB", "total VRAM, in 1000 MB", "gpu_total_ram", 1000.0, "megabytes"),
    ("cpu_ram_GB", "machine RAM, in 1000 MB", "cpu_ram", 1000.0, "megabytes"),
    ("gpu_ram_GB", "VRAM per GPU, in 1000 MB", "gpu_ram", 1000.0, "megabytes"),
)
_CPU = "(o.cpu_name if o.sent_cpu_name is None else o.sent_cpu_name)"
_ADDRESS = "(o.public_ipaddr if o.sent_address is None else o.sent_address)"
_VERIFIED = "(None if o.verification is None else o.verification == 'verified')"
_DATACENTER = "(None if o.hosting_type is None else o.hosting_type == 1)"
_OFFICIAL = (
    _number("num_gpus", "number of GPUs", "n", "gpus", example="=1"),
    _text("gpu_name", "GPU model, exact name", example="=RTX_4090"),
    _number("gpu_ram", "VRAM per GPU, in 1000 MB", scale=1000.0, unit="megabytes"),
    _number("gpu_total_ram", "total VRAM, in 1000 MB", scale=1000.0, unit="megabytes"),
    _number("cuda_max_good", "highest CUDA version", "cuda", "cuda_vers", example=">=12.4"),
    _number("dph_total", "GPU and disk price, $/h", "dph", example="<0.5"),
    _number("reliability", "reliability, 0 to 1", unit="share", example=">=0.98"),
    Field(
        name="geolocation", kind="text", help="country, two-letter code",
        expr="cc[o.geolocation]", wire="geolocation", example="=SE",
    ),
    Field(
        name="duration", kind="number", help="time until the offer ends, days",
        expr="(o.duration if o.end_date is None else o.end_date - now)", wire="duration",
        scale=DAY, unit="days", example=">30", cost=1,
    ),
    Field(
        name="driver_version", kind="version", help="driver version, e.g. 535.86.05 or 535086005",
        expr="o.driver_vers", wire="driver_version", example=">=535.86.05",
    ),
    _bool("datacenter", "in a datacenter", "dc", at=_DATACENTER, bare=True),
    _bool("verified", "machine verified by Vast.ai", at=_VERIFIED, bare=True),
    _text("verification", "verified, unverified or deverified", example="=verified"),
    _bool("static_ip", "static IP address", "static", bare=True),
    _number("disk_space", "available disk space, GB", "disk", unit="disk", example=">=100"),
    _number("inet_down", "download speed, Mb/s", "down", unit="rate", example=">=500"),
    _number("inet_up", "upload speed, Mb/s", "up", unit="rate", example=">=100"),
    _number(
        "cpu_cores_effective", "vCPUs included in the offer", "vcpu", "cpu",
        example=">=16", words="cpu_name",
    ),
    _number("direct_port_count", "open ports", "ports", example=">=2"),
    _number("machine_id", "machine id", "mach", "machine", "m", example=":25991"),
    _number("host_id", "host id", "host", "h", example=":81204"),
    _number("id", "offer id", wire="ask_contract_id", example="=11384201"),
    _number("dlperf", "DLPerf score", example=">=100"),
    _number(
        "dlperf_per_dphtotal", "DLPerf per $/h for GPU and disk", "dlperf_usd", example=">=200"
    ),
    _number("total_flops", "total TFLOPS of the GPUs", "flops", "tflops", example=">=80"),
    _number("flops_per_dphtotal", "TFLOPS per $/h", "flops_usd", example=">=100"),
    _number("min_bid", "minimum bid, $/h", "bid", example="<0.3"),
    _number("storage_cost", "storage price, $/GB/month", "storage", example="<0.2"),
    _number("inet_down_cost", "download price, $/GB", "down_cost", example="<0.01"),
    _number("inet_up_cost", "upload price, $/GB", "up_cost", example="<0.01"),
    _number("pcie_bw", "PCIe bandwidth, GB/s", "pcie", example=">=12"),
    _number("pci_gen", "PCIe generation", example=">=4"),
    _number("bw_nvlink", "NVLink bandwidth, GB/s", "nvlink", example=">0"),
    _number("gpu_mem_bw", "GPU memory bandwidth, GB/s", "gpu_bw", example=">=900"),
    _number("disk_bw", "disk bandwidth, MB/s", example=">=1000"),
    _text("gpu_arch", "nvidia or amd", "arch", example=":nvidia"),
    _text("cpu_arch", "amd64 or arm64", example="=amd64"),
    _number("compute_cap", "CUDA compute capability x 100, e.g. 890", example=">=800"),
    _number("cpu_cores", "vCPUs in the whole machine", example=">=32"),
    _number("cpu_ghz", "CPU clock, GHz", "ghz", example=">=3"),
    _number("cpu_ram", "machine RAM, in 1000 MB", scale=1000.0, unit="megabytes"),
    _bool("has_avx", "CPU has AVX", "avx"),
    _bool("gpu_display_active", "a display is attached", "display_active"),
    _number("gpu_frac", "share of the machine's GPUs, 0 to 1", unit="share", example="=1"),
    _number("gpu_max_power", "GPU power limit, W", example=">=300"),
    _number("gpu_max_temp", "GPU temperature limit, °C", example="<90"),
    _bool("external", "external offer"),
    _bool("rentable", "can be rented now"),
    _bool("rented", "already rented by you"),
    _bool("vms_enabled", "can run virtual machines", "vm"),
    _text("mobo_name", "motherboard", "mobo", example=":h12ssl"),
    _text("ubuntu_version", "Ubuntu version", "ubuntu", at="os_version", example="=22.04"),
    _number("cluster_id", "cluster id"),
)  # fmt: skip

_SERVER = (
    _number("reliability2", "reliability, 0 to 1", at="reliability", wire="reliability"),
    _number("dphtotal", "GPU and disk price, $/h", at="dph_total", wire="dph_total"),
    _text("os_version", "Ubuntu version", example="=22.04"),
    *(
        _number(name, help, at=at, wire=at, scale=scale, unit=unit)
        for name, help, at, scale, unit in _RAM_ALIASES
    ),
    Field(
        name="allocated_storage", kind="number", help="disk needed, GB", expr="o.disk_space",
        wire="disk_space", unit="disk", example=">=60", at_least=True,
    ),
    Field(
        name="target_reliability", kind="number", help="minimum expected reliability, 0 to 1",
        expr="o.expected_reliability", wire="expected_reliability", unit="share", example=">=0.9",
        at_least=True,
    ),
    _number("ask_contract_id", "offer id", at="id"),
    _number("bundle_id", "group of identical offers"),
    _number("expected_reliability", "expected reliability, 0 to 1", unit="share",
            example=">=0.9"),
    _number("reliability_mult", "reliability factor in the score"),
    _number("score", "Vast.ai's score, its default order"),
    _number("dph_base", "GPU price, $/h", example="<0.5"),
    _number("storage_total_cost", "disk price, $/h", example="<0.05"),
    _number("dph_total_adj", "GPU and disk price plus the price of 1 GB down and up, $/h"),
    _number("discounted_dph_total", "GPU and disk price when reserved, $/h", example="<0.5"),
    _number("discounted_hourly", "discount when reserved, $/h"),
    _number("discount_rate", "current prepay discount, 0 to 1", unit="share", example=">=0.2"),
    _number("vram_costperhour", "VRAM price, $/GB/h", example="<0.02"),
    _number("credit_discount_max", "maximum prepay discount, 0 to 1", unit="share",
            example=">=0.2"),
    _number("start_date", "start of the offer, epoch seconds"),
    _number("end_date", "end of the offer, epoch seconds"),
    _number("geolocode", "location code"),
    _number("vericode", "verification code"),
    _number("hosting_type", "1 in a datacenter, otherwise 0", example="=1"),
    _number("driver_vers", "driver version as a number, e.g. 535086005"),
    _number("gpu_lanes", "PCIe lanes", example=">=16"),
    _number("avail_vol_ask_id", "volume offer id"),
    _number("avail_vol_size", "available volume size, GB", unit="disk"),
    _number("avail_vol_dph", "volume price, $/GB/h", example="<0.001"),
    _number("nw_disk_min_bw", "network disk bandwidth, minimum, MiB/s"),
    _number("nw_disk_avg_bw", "network disk bandwidth, average, MiB/s"),
    _number("nw_disk_max_bw", "network disk bandwidth, maximum, MiB/s"),
    _number("bundled_results", "offers that this one stands for"),
    _number("sla_r_claim", "r_claim of the service level"),
    _number("sla_sigma_x", "sigma_x of the service level"),
    _number("sla_broker_rate", "broker rate of the service level"),
    _number("rn", "row number in the answer of the service", example="<=10"),
    _bool("is_bid", "interruptible offer"),
    _bool("is_vm_deverified", "deverified for virtual machines"),
    _text("cpu_name", "CPU model", expr=_CPU, example=":epyc"),
    _text("disk_name", "disk model", example=":nvme"),
    _text("hostname", "name of the host", example=":gpu"),
    _text("webpage", "web page of the host", example=":example.com"),
    _text("logo", "logo of the host", example=":vastai"),
    _text("time_remaining", "time left, as the service words it", example="!=null"),
    _text("time_remaining_isbid", "time left of a bid, as the service words it",
          example="!=null"),
    _text("resource_type", "gpu or disk", example="=gpu"),
    _text("public_ipaddr", "IP address", "ip", expr=_ADDRESS, example=":65.130"),
    *(
        _number(f"internet_{way}_cost_per_tb", f"{way}load price, $/TB", at=f"inet_{way}_cost",
                wire=f"inet_{way}_cost", scale=1 / 1024, example="<5")
        for way in ("up", "down")
    ),
)  # fmt: skip

_SEEN = {
    "gpu_name": "o.gpu_name",
    "geolocation": "cc[o.geolocation]",
    "cpu_name": _CPU,
    "cpu_arch": "o.cpu_arch",
    "gpu_arch": "o.gpu_arch",
    "num_gpus": "o.num_gpus",
    "cuda_max_good": "o.cuda_max_good",
    "driver_version": "o.driver_version",
    "verification": "o.verification",
    "mobo_name": "o.mobo_name",
    "ubuntu_version": "o.os_version",
}


def row_price(row: PricedOffer | None) -> float:
    """The price in $/h to compare rows by: all-in, or without traffic if its price is unknown."""
    if row is None:
        return float("inf")
    return row.price if row.eff is None else row.eff


OFFERS = FieldSet(
    fields=(*_OWN, *MACHINE_FIELDS, *_OFFICIAL, *_SERVER),
    record="r.offer",
    scope={"gb": GIGABYTES, "cc": COUNTRIES, "mem": MACHINES},
    seen=_SEEN,
    price=row_price,
    example="eff<0.60",
)
"""The market: rows are `PricedOffer`; `now` is epoch seconds."""
