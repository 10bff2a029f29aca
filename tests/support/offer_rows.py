"""Priced rows for tests of the filter language."""

from __future__ import annotations

from hypothesis import strategies as st
from msgspec.structs import replace

from vasttui.models.money import PricedOffer, Usage, price_offer
from vasttui.models.offer import Offer

NOW = 1_800_000_000.0
USAGE = Usage(disk=60.0, down=50.0, up=5.0, hours=8.0)

PLAIN = Offer(
    id=1,
    ask_contract_id=1,
    gpu_name="RTX 4090",
    num_gpus=1,
    dph_base=0.28,
    dph_total=0.29,
    storage_cost=0.12,
    gpu_ram=24564,
    gpu_total_ram=24564,
    gpu_frac=0.25,
    cpu_ram=257_000,
    cpu_name="AMD EPYC 7642 48-Core Processor",
    cpu_cores=96,
    cpu_cores_effective=24.0,
    cuda_max_good=12.8,
    driver_version="570.124.04",
    driver_vers=570124004,
    reliability=0.995,
    geolocation="Sweden, SE",
    machine_id=25991,
    host_id=81204,
    hosting_type=0,
    verification="verified",
    vericode=1,
    rentable=True,
    rented=False,
    inet_down=800.0,
    inet_up=640.0,
    inet_down_cost=0.002,
    inet_up_cost=0.003,
    disk_space=420.0,
    dlperf=97.0,
    duration=41 * 86_400.0,
    end_date=NOW + 41 * 86_400.0,
    static_ip=True,
    has_avx=1,
    gpu_arch="nvidia",
    os_version="22.04",
)


def row(usage: Usage = USAGE, /, **changes: object) -> PricedOffer:
    """A row: a verified RTX 4090 in Sweden with these changes."""
    return price_offer(replace(PLAIN, **changes), usage, "on-demand")


def _maybe(*values: object) -> st.SearchStrategy[object]:
    return st.sampled_from([None, *values])


def rows() -> st.SearchStrategy[PricedOffer]:
    """Rows with values at and around the bounds that filters use."""
    changes = st.fixed_dictionaries(
        {
            "gpu_name": st.sampled_from(
                [
                    "RTX 4090",
                    "RTX 4090D",
                    "RTX 3090 Ti",
                    "RTX A4000",
                    "A100 SXM4",
                    "A10",
                    "H100 SXM",
                ]
            ),
            "num_gpus": st.sampled_from([1, 2, 4, 8]),
            "dph_base": st.sampled_from([0.1, 0.25, 0.5, 0.59, 1.0]),
            "gpu_ram": _maybe(24064, 24564, 24576, 25088, 49140, 81559),
            "cpu_ram": _maybe(31_197, 65_536, 257_000),
            "gpu_frac": _maybe(0.125, 0.5, 1.0),
            "cuda_max_good": _maybe(12.2, 12.4, 12.8, 13.0),
            "driver_vers": _maybe(535086005, 535183001, 550054015, 570124004),
            "reliability": _maybe(0.6, 0.98, 0.995, 1.0),
            "geolocation": _maybe(
                "Sweden, SE", ", US", "Norway", "Guangdong, CN", "Bács-Kiskun, HU"
            ),
            "hosting_type": _maybe(0, 1),
            "verification": _maybe("verified", "unverified", "deverified"),
            "external": _maybe(True, False),
            "rentable": _maybe(True, False),
            "static_ip": _maybe(True, False),
            "inet_down": _maybe(100.0, 500.0, 1000.0),
            "inet_down_cost": _maybe(0.0, 0.01),
            "dlperf": _maybe(20.0, 97.0, 200.0),
            "end_date": _maybe(NOW + 86_400.0, NOW + 30 * 86_400.0, NOW + 60 * 86_400.0),
            "disk_space": _maybe(50.0, 100.0, 420.0),
            "cpu_name": _maybe("AMD EPYC 7642", "Xeon® W-3225"),
            "machine_id": _maybe(25991, 7),
        }
    )
    return changes.map(lambda values: _listed(row(**values)))


def _listed(priced: PricedOffer) -> PricedOffer:
    """The row with the totals the service would list for its prices."""
    offer = priced.offer
    duration = None if offer.end_date is None else offer.end_date - NOW
    total = offer.dph_base + offer.storage_cost * USAGE.disk / 720
    offer = replace(offer, dph_total=total, duration=duration, id=offer.num_gpus)
    return price_offer(offer, USAGE, "on-demand")
