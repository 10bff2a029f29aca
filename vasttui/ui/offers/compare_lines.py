"""What is compared between offers, and which of them is best at it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from vasttui.lists.compared import Compared, Property, compared
from vasttui.models.money import PricedOffer
from vasttui.models.offer import Offer, vram_gb
from vasttui.ui.format import count, decimal, gigabytes, percent, private_cell, span, speed, whole
from vasttui.ui.offers.columns import OfferCells
from vasttui.words import UNKNOWN, hourly, per_gb

Text = Callable[[float | None], str]
Value = Callable[[PricedOffer], float | None]


def compare(rows: Sequence[PricedOffer], cells: OfferCells) -> list[Compared]:
    """All properties of these offers.

    What is unknown is never best. Offers that read the same are equally good.
    """
    return [compared(one, rows) for one in _properties(cells)]


def _properties(cells: OfferCells) -> list[Property[PricedOffer]]:
    def contract(row: PricedOffer) -> float | None:
        end = row.offer.end_date
        return end - cells.now() if end else None

    return [
        _plain("GPUs", lambda o: f"{o.num_gpus}×"),
        _low("$/h", lambda row: row.price, hourly),
        _low("eff$/h, all-in", lambda row: row.eff, hourly),
        _low("GPU $/h each", lambda row: row.offer.dph_base / max(1, row.offer.num_gpus), hourly),
        _low("disk $/GB/month", lambda row: row.offer.storage_cost, _per_gb),
        _low("traffic ↓ $/GB", lambda row: row.offer.inet_down_cost, _per_gb),
        _low("traffic ↑ $/GB", lambda row: row.offer.inet_up_cost, _per_gb),
        _low("minimum bid $/h", lambda row: row.offer.min_bid, partial(hourly, up=True)),
        _high("VRAM GB each", lambda row: _vram(row.offer), count),
        _high("GPU memory GB/s", lambda row: row.offer.gpu_mem_bw, speed),
        _high("CUDA", lambda row: row.offer.cuda_max_good, decimal),
        _high("DLPerf", lambda row: row.offer.dlperf, decimal),
        _high("DLPerf per $/h", lambda row: row.value, speed),
        _high("TFLOPS", lambda row: row.offer.total_flops, decimal),
        _high("TFLOPS per $/h", _flops_per_dollar, speed),
        _high("vCPU", lambda row: row.offer.cpu_cores_effective, speed),
        _high("RAM GB", lambda row: row.offer.ram_share, gigabytes),
        _high("disk free GB", lambda row: row.offer.disk_space, whole),
        _high("disk MB/s", lambda row: row.offer.disk_bw, speed),
        _high("PCIe GB/s", lambda row: row.offer.pcie_bw, decimal),
        _high("download Mb/s", lambda row: row.offer.inet_down, speed),
        _high("upload Mb/s", lambda row: row.offer.inet_up, speed),
        _high("ports", lambda row: row.offer.direct_port_count, count),
        _high("reliability %", lambda row: row.offer.reliability, percent),
        _high("contract ends in", contract, span),
        _plain("verification", lambda o: o.verification or UNKNOWN),
        _plain("datacenter", _datacenter),
        _plain("country", lambda o: o.country or UNKNOWN),
        _plain("CPU", lambda o: o.cpu_name or UNKNOWN),
        Property("offer", lambda row: private_cell(row.offer.id, cells.private)[0]),
        Property("machine", lambda row: private_cell(row.offer.machine_id, cells.private)[0]),
        Property("host", lambda row: private_cell(row.offer.host_id, cells.private)[0]),
        Property("flags", lambda row: " ".join(cells.flag_words(row)) or "-"),
    ]


def _high(title: str, value: Value, text: Text) -> Property[PricedOffer]:
    return Property(title, lambda row: text(value(row)), value, max)


def _low(title: str, value: Value, text: Text) -> Property[PricedOffer]:
    return Property(title, lambda row: text(value(row)), value, min)


def _plain(title: str, text: Callable[[Offer], str]) -> Property[PricedOffer]:
    return Property(title, lambda row: text(row.offer))


def _vram(offer: Offer) -> float | None:
    return None if offer.gpu_ram is None else vram_gb(offer.gpu_ram)


def _flops_per_dollar(row: PricedOffer) -> float | None:
    flops = row.offer.total_flops
    return None if flops is None or not row.eff else flops / row.eff


def _datacenter(offer: Offer) -> str:
    return UNKNOWN if offer.hosting_type is None else "yes" if offer.datacenter else "no"


def _per_gb(dollars: float | None) -> str:
    return per_gb(dollars).removeprefix("$")
