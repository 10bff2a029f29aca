"""The columns of the offer table."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter

from vasttui.lists.columns import Cell, Column
from vasttui.lists.resource import Resource
from vasttui.models.machine_memory import MachinesKnown
from vasttui.models.money import PricedOffer
from vasttui.models.offer import AS_SENT, ENDS_SOON, Offer, vram_gb
from vasttui.models.place import place_words
from vasttui.query.offer_fields import OFFERS
from vasttui.ui.format import (
    HIDDEN,
    PRIVATE_FIELDS,
    count,
    decimal,
    fit,
    gigabytes,
    percent,
    private_cell,
    raw_value,
    signed_percent,
    span,
    speed,
    whole,
)
from vasttui.ui.offers.machine_columns import machine_columns, signs
from vasttui.words import UNKNOWN, hourly

SLOW = 200.0
"""Mb/s of download below which the line is flagged as slow."""

FLAGS = (
    ("★", "a machine you starred"),
    ("✖avoid", "a machine you avoid"),
    ("3× ✓", "rented 3 times, all went well"),
    ("✖1 slow", "1 of your rentals failed or was slow (slow, lost, stuck, bad, never)"),
    ("?2 rep", "2 reports by others, as far as they were asked for"),
    ("new", "a machine not seen before this start"),
    ("vol", "a volume of yours is there"),
    ("✖ver", "Vast.ai took its verification back"),
    ("?ver", "not verified by Vast.ai"),
    ("!end", "the contract ends within three days"),
    ("!bw", f"downloads with less than {SLOW:g} Mb/s"),
    ("dc", "in a datacenter"),
    ("↓4%", "cheaper by so much than when you saw it last, noticed within an hour"),
    ("↑4%", "dearer by so much"),
)
"""The words in the column of that name, and what they mean."""


class OfferCells:
    """What the cells need to know besides the offer: the time, the user's lists, privacy."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.now = now
        self.starred: frozenset[int] = frozenset()
        self.avoided: frozenset[int] = frozenset()
        self.volumes: frozenset[int] = frozenset()
        """The machines with a volume of the user's, as far as they were read."""
        self.known = MachinesKnown()
        self.reports: Callable[[int | None], int] = lambda machine: 0
        self.private = False

    def _vram(self, row: PricedOffer) -> Cell:
        ram = row.offer.gpu_ram
        return (f"{vram_gb(ram)}G" if ram else UNKNOWN), ""

    def _eff(self, row: PricedOffer) -> Cell:
        return hourly(row.eff), "good" if row.eff is not None else "dim"

    def _cheap(self, row: PricedOffer) -> Cell:
        cheap = row.cheap
        return signed_percent(cheap), "dim" if cheap is None else "good" if cheap <= -20 else ""

    def _down(self, row: PricedOffer) -> Cell:
        down = row.offer.inet_down
        return speed(down), "warn" if down and down < SLOW else ""

    def _reliability(self, row: PricedOffer) -> Cell:
        value = row.offer.reliability
        return percent(value), "warn" if value and value < 0.98 else ""

    def _ends(self, row: PricedOffer) -> Cell:
        end = row.offer.end_date
        if not end:
            return UNKNOWN, "dim"
        left = end - self.now()
        return span(left), "warn" if left < ENDS_SOON else ""

    def _flags(self, row: PricedOffer) -> Cell:
        words = self.flag_words(row)
        troubled = any(word.startswith(("!", "✖", "?")) for word in words)
        return " ".join(words), "warn" if troubled else "good" if words else ""

    def flag_words(self, row: PricedOffer) -> list[str]:
        """The short words behind an offer: `★ 3× ✓ new vol dc !end !bw ?ver ✖ver`."""
        offer, words = row.offer, []
        if offer.machine_id in self.starred:
            words.append("★")
        if offer.machine_id in self.avoided:
            words.append("✖avoid")
        words += signs(self.known, offer.machine_id, self.reports(offer.machine_id))
        words += ["vol"] if offer.machine_id in self.volumes else []
        if offer.verification == "deverified":
            words.append("✖ver")
        elif offer.verification not in (None, "verified"):
            words.append("?ver")
        if offer.end_date and offer.end_date - self.now() < ENDS_SOON:
            words.append("!end")
        if offer.inet_down and offer.inet_down < SLOW:
            words.append("!bw")
        if offer.datacenter:
            words.append("dc")
        if (moved := row.moved) is not None and abs(moved) >= 0.5:
            words.append(f"{'↓' if moved < 0 else '↑'}{abs(moved):.0f}%")
        return words

    def _hidden(self, read: Callable[[Offer], object]) -> Callable[[PricedOffer], Cell]:
        return lambda row: private_cell(read(row.offer), self.private)

    def columns(self) -> list[Column[PricedOffer]]:
        """Every column there is, in the order of the chooser."""
        named = [
            Column("gpu", "GPU", 15, _plain(lambda o: o.gpu_name), "GPU model", 0, left=True,
                   most=20, value=attrgetter("offer.gpu_name")),
            Column("n", "N", 2, _plain(lambda o: count(o.num_gpus)), "number of GPUs", 1,
                   value=attrgetter("offer.num_gpus")),
            Column("vram", "VRAM", 4, self._vram, "memory of one GPU", 6,
                   value=attrgetter("offer.gpu_ram"), best_first=True),
            Column("cuda", "CUDA", 4, _plain(lambda o: decimal(o.cuda_max_good)), "CUDA version", 7,
                   value=attrgetter("offer.cuda_max_good"), best_first=True),
            Column("price", "$/h", 6, lambda r: (hourly(r.price), ""), "GPU and my disk, $/h", 10,
                   value=attrgetter("price")),
            Column("eff", "eff$/h", 7, self._eff, "all-in $/h: GPU, my disk, my traffic", 2,
                   value=attrgetter("eff")),
            Column("value", "DLP/$", 5, lambda r: (speed(r.value), ""), "DLPerf per all-in $/h", 8,
                   value=attrgetter("value"), best_first=True),
            Column("cheap", "cheap", 6, self._cheap, "% against your median (from five days on)",
                   5, value=attrgetter("cheap"), remembered=True),
            Column("vcpu", "vCPU", 4, _plain(lambda o: speed(o.cpu_cores_effective)), "vCPUs", 11,
                   value=attrgetter("offer.cpu_cores_effective"), best_first=True),
            Column("ram", "RAM", 4, _plain(lambda o: gigabytes(o.ram_share)), "memory, GB",
                   12, value=attrgetter("offer.ram_share"), best_first=True),
            Column("disk", "Disk", 5, _plain(lambda o: whole(o.disk_space)), "free disk, GB", 13,
                   value=attrgetter("offer.disk_space"), best_first=True),
            Column("down", "↓Mb", 5, self._down, "download, Mb/s", 14,
                   value=attrgetter("offer.inet_down"), best_first=True),
            Column("up", "↑Mb", 5, _plain(lambda o: speed(o.inet_up)), "upload, Mb/s", 15,
                   value=attrgetter("offer.inet_up"), best_first=True),
            Column("rel", "Rel", 4, self._reliability, "reliability, %", 3,
                   value=attrgetter("offer.reliability"), best_first=True),
            Column("ends", "Ends", 4, self._ends, "contract ends in", 9,
                   value=attrgetter("offer.end_date"), best_first=True),
            Column("cc", "CC", 2, _plain(lambda o: o.country or UNKNOWN), "country", 4, left=True,
                   value=lambda r: r.offer.country or None),
            Column("mach", "Mach", 6, self._hidden(lambda o: o.machine_id), "machine id", 16,
                   value=attrgetter("offer.machine_id")),
            Column("flags", "Flags", 12, self._flags, "★ star, dc, ! ? ✖ warnings", 5, left=True,
                   most=30, value=attrgetter("offer.hosting_type")),
            Column("host", "Host", 6, self._hidden(lambda o: o.host_id), "host id", 20,
                   value=attrgetter("offer.host_id")),
            *machine_columns(lambda: self.known, self.now),
            Column("dlperf", "DLPerf", 6, _plain(lambda o: decimal(o.dlperf)), "DLPerf score", 21,
                   value=attrgetter("offer.dlperf"), best_first=True),
            Column("ports", "Ports", 5, _plain(lambda o: count(o.direct_port_count)), "ports", 22,
                   value=attrgetter("offer.direct_port_count"), best_first=True),
            Column("pcie", "PCIe", 4, _plain(lambda o: decimal(o.pcie_bw)), "PCIe, GB/s", 23,
                   value=attrgetter("offer.pcie_bw")),
            Column("driver", "Driver", 11, _plain(lambda o: o.driver_version or UNKNOWN),
                   "driver version", 24, left=True, value=attrgetter("offer.driver_vers")),
            Column("place", "Place", 22, _plain(lambda o: place_words(o.geolocation) or UNKNOWN),
                   "location", 60, left=True, value=attrgetter("offer.geolocation")),
            Column("cpu", "CPU", 30, _plain(lambda o: o.cpu_name or UNKNOWN),
                   "CPU model", 60, left=True, value=attrgetter("offer.cpu_name")),
            Column("id", "Offer", 9, self._hidden(lambda o: o.id), "offer id", 60,
                   value=attrgetter("offer.id")),
            Column("ip", "Address", 16, self._hidden(lambda o: o.public_ipaddr), "public address",
                   60, left=True, value=attrgetter("offer.public_ipaddr")),
        ]  # fmt: skip
        return named + [_raw_column(name, self) for name in _RAW]


_SHOWN = (
    "gpu", "n", "vram", "cuda", "price", "eff", "cheap", "value", "vcpu", "ram", "disk", "down",
    "up", "rel", "ends", "cc", "mach", "flags", "host", "dlperf", "ports", "pcie", "driver",
)  # fmt: skip

_COVERED = {
    "id", "gpu_name", "num_gpus", "cuda_max_good", "cpu_cores_effective", "disk_space",
    "inet_down", "inet_up", "reliability", "machine_id", "host_id", "dlperf", "public_ipaddr",
    "direct_port_count", "pcie_bw", "driver_version", "geolocation", "cpu_name", "ask_contract_id",
    "rn",  # of one answer each
}  # fmt: skip

_RAW = tuple(one for one in Offer.__struct_fields__ if one not in _COVERED | AS_SENT)


def offers_resource(cells: OfferCells) -> Resource[PricedOffer]:
    """The market as a list."""
    return Resource(
        name="offers",
        noun="offer",
        id=attrgetter("offer.id"),
        columns=cells.columns(),
        fields=OFFERS,
        sort=(("eff", False), ("value", True)),
        shown=_SHOWN,
        hints=("type to filter: gpu:4090", "n=1", "eff<0.60", "-cc:CN"),
    )


def _plain(read: Callable[[Offer], str]) -> Callable[[PricedOffer], Cell]:
    return lambda row: (read(row.offer), "")


def _raw_column(name: str, cells: OfferCells) -> Column[PricedOffer]:
    title = fit(name, min(len(name), 14)).strip()
    width = max(8, len(title) + 1)

    def cell(row: PricedOffer) -> Cell:
        hidden = cells.private and name in PRIVATE_FIELDS
        return (HIDDEN if hidden else raw_value(getattr(row.offer, name))), "dim"

    return Column(
        name, title, width, cell, f"{name}, raw value", 70,
        value=attrgetter(f"offer.{name}"), best_first=name in _BEST_FIRST,
    )  # fmt: skip


_BEST_FIRST = {"total_flops", "flops_per_dphtotal", "dlperf_per_dphtotal", "gpu_mem_bw", "score"}
