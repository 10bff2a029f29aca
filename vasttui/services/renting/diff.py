"""Compares what was agreed to with what is offered now, and with the instance that came."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter, ne
from typing import Any

from vasttui.models.connect import unmapped_ports
from vasttui.models.instance import Instance
from vasttui.models.rent import Agreed
from vasttui.models.rent_terms import received
from vasttui.units import MINUTE
from vasttui.words import distinct_prices, per_gb, per_hour

DEARER = 1.02
"""A price above this many times the agreed one is dearer."""

_SMALLER = 0.98
_LESS_RELIABLE = 0.01
_SOONER = 10 * MINUTE
_TRUST = {"deverified": 0, "unverified": 1, "verified": 2}


def differences(agreed: Agreed, got: Instance, *, mapped: bool = False) -> tuple[str, ...]:
    """What is not as agreed, a sentence each. Unknown values are skipped; `mapped` as in
    `received`."""
    changes = worse(agreed, received(agreed, got, mapped=mapped))
    missing = ", ".join(unmapped_ports(got)) if mapped else ""
    ports = f"Ports: {missing} asked, not mapped." if missing else ""
    found = _price(agreed, got), *(change.sentence for change in changes), ports
    return tuple(sentence for sentence in found if sentence)


@dataclass(frozen=True, slots=True)
class Change:
    """A value that got worse, in words."""

    what: str
    before: str
    now: str

    @property
    def sentence(self) -> str:
        """The change as a difference from what was agreed to."""
        return f"{self.what}: {self.now}; {self.before} was agreed."

    def __str__(self) -> str:
        """The change in few words."""
        return f"{self.what} {self.before} → {self.now}"


def worse(before: Agreed, now: Agreed) -> tuple[Change, ...]:
    """What has changed to the renter's disadvantage, except the price.

    What an offer is must stay the same: GPU model and count, type of rental, machine, host, place,
    CPU architecture. Amounts may drift and improve: prices may rise by 2 %, sizes shrink by 2 %,
    reliability fall by one percentage point, the contract end ten minutes sooner; versions,
    verification, datacenter, fixed address and direct connection may only improve. A value that is
    unknown now was relied on; one that was unknown before was not, except that traffic has a price.
    """
    return tuple(
        Change(fact.what, fact.show(fact.read(before)), fact.show(fact.read(now)))
        for fact in _FACTS
        if _is_worse(fact, fact.read(before), fact.read(now))
    )


def is_dearer(agreed: float, price: float) -> bool:
    """Whether a price is clearly above the agreed one (in the same unit)."""
    return price > agreed * DEARER


def _price(agreed: Agreed, got: Instance) -> str:
    if "dph_total" in got.unread:
        return f"Price: cannot be read; {per_hour(agreed.price)} was agreed."
    price = got.dph_total
    if price is None or not is_dearer(agreed.price, price):
        return ""
    now, then = distinct_prices(price, agreed.price)
    return f"Price: {now}; {then} was agreed."


@dataclass(frozen=True, slots=True)
class _Fact:
    """`is_worse` compares the value before with the one now, where both are known."""

    what: str
    read: Callable[[Agreed], Any]
    is_worse: Callable[[Any, Any], bool]
    words: Callable[[Any], str] = str

    def show(self, value: Any) -> str:
        """The value in words."""
        return "unknown" if value in (None, "") else self.words(value)


def _is_worse(fact: _Fact, before: Any, now: Any) -> bool:
    if before in (None, ""):
        return fact.is_worse is _is_pricier and bool(now)
    return now in (None, "") or fact.is_worse(before, now)


def _is_smaller(before: float, now: float) -> bool:
    return now < before * _SMALLER


def _is_lower(before: float, now: float) -> bool:
    return now < before


def _is_pricier(before: float, now: float) -> bool:
    """Whether a GB is dearer, in the digits that are shown."""
    return is_dearer(before, now) and per_gb(before) != per_gb(now)


def _is_moved(before: str, now: str) -> bool:
    """Whether it is another place; one may be named more exactly."""
    return before != now and not before.endswith(now) and not now.endswith(before)


def _is_less_trusted(before: str, now: str) -> bool:
    return before != now and _TRUST.get(now, -1) <= _TRUST.get(before, 0)


def _gpus(agreed: Agreed) -> str:
    return f"{agreed.num_gpus}× {agreed.gpu_name}" if agreed.gpu_name else ""


_FACTS = (
    _Fact("GPU", _gpus, ne),
    _Fact("GPU memory", attrgetter("gpu_ram"), _is_smaller, "{} MB".format),
    _Fact("Compute capability", attrgetter("compute_cap"), _is_lower, lambda cap: f"{cap / 100:g}"),
    _Fact("CUDA", attrgetter("cuda"), _is_lower, "{:g}".format),
    _Fact("CPU", attrgetter("cpu_arch"), ne),
    _Fact("vCPUs", attrgetter("vcpus"), _is_smaller, "{:g}".format),
    _Fact("RAM", attrgetter("ram"), _is_smaller, "{:.0f} MB".format),
    _Fact("Disk", attrgetter("disk"), _is_smaller, "{:g} GB".format),
    _Fact("Type", attrgetter("is_bid"), ne, lambda bid: "interruptible" if bid else "on-demand"),
    _Fact("Machine", attrgetter("machine"), ne),
    _Fact("Host", attrgetter("host"), ne),
    _Fact("Place", attrgetter("place"), _is_moved),
    _Fact("Datacenter", attrgetter("datacenter"), _is_lower, lambda yes: "yes" if yes else "no"),
    _Fact("Verification", attrgetter("verification"), _is_less_trusted),
    _Fact("Reliability", attrgetter("reliability"),
          lambda before, now: now < before - _LESS_RELIABLE, lambda part: f"{part * 100:.1f} %"),
    _Fact("Contract end", attrgetter("end_date"), lambda before, now: now < before - _SOONER,
          lambda end: time.strftime("%Y-%m-%d %H:%M", time.localtime(end))),
    _Fact("Disk price", attrgetter("storage_cost"), _is_pricier, lambda p: f"{per_gb(p)}/GB/month"),
    _Fact("Download", attrgetter("inet_down_cost"), _is_pricier, lambda p: f"{per_gb(p)}/GB"),
    _Fact("Upload", attrgetter("inet_up_cost"), _is_pricier, lambda p: f"{per_gb(p)}/GB"),
    _Fact("Fixed address", attrgetter("static_ip"), _is_lower, lambda yes: "yes" if yes else "no"),
    _Fact("New volume", attrgetter("volume_price"), is_dearer, per_hour),
    _Fact("Room for the volume", attrgetter("volume_fits"), _is_lower,
          lambda yes: "yes" if yes else "no"),
    _Fact("Connection", attrgetter("direct"), _is_lower,
          lambda direct: "direct" if direct else "through Vast.ai's proxy"),
)  # fmt: skip
