"""What counts as changed between what was shown and what is there, and what is harmless drift."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pytest
from msgspec.structs import replace

from tests.support.offer_rows import row
from vasttui.models.instance import Instance, PortMapping
from vasttui.models.rent import Agreed, RentRequest, VolumeRequest
from vasttui.models.rent_terms import agreed_to
from vasttui.services.renting.diff import differences, worse
from vasttui.services.renting.precheck import check_offer

OFFER = replace(
    row().offer, gpu_name="RTX 3090", num_gpus=2, gpu_ram=24_576, dph_base=0.4, storage_cost=0.3,
    compute_cap=860, cuda_max_good=12.8, cpu_arch="amd64", cpu_cores_effective=16.0,
    cpu_ram=131_072, gpu_frac=0.5, geolocation="Norway, NO", hosting_type=1,
    verification="verified", reliability=0.995, end_date=1_800_000_000.0, inet_down_cost=0.002,
    inet_up_cost=0.003, static_ip=True, machine_id=9, host_id=7,
)  # fmt: skip


def changes(**now: Any) -> tuple[str, ...]:
    """What is said of the offer, after these fields changed."""
    before = agreed_to(OFFER, 10.0, None, direct=True)
    after = agreed_to(replace(OFFER, **now), 10.0, None, direct=True)
    return tuple(f"{one.what}: {one.now}; {one.before} was shown." for one in worse(before, after))


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        ({"gpu_name": "RTX 5060 Ti"}, "GPU: 2× RTX 5060 Ti; 2× RTX 3090 was shown."),
        ({"num_gpus": 1}, "GPU: 1× RTX 3090; 2× RTX 3090 was shown."),
        ({"num_gpus": 4}, "GPU: 4× RTX 3090; 2× RTX 3090 was shown."),
        ({"gpu_ram": 12_288}, "GPU memory: 12288 MB; 24576 MB was shown."),
        ({"gpu_ram": None}, "GPU memory: unknown; 24576 MB was shown."),
        ({"compute_cap": 750}, "Compute capability: 7.5; 8.6 was shown."),
        ({"cuda_max_good": 12.4}, "CUDA: 12.4; 12.8 was shown."),
        ({"cpu_arch": "arm64"}, "CPU: arm64; amd64 was shown."),
        ({"cpu_cores_effective": 8.0}, "vCPUs: 8; 16 was shown."),
        ({"cpu_ram": 65_536}, "RAM: 32768 MB; 65536 MB was shown."),
        ({"machine_id": 10}, "Machine: 10; 9 was shown."),
        ({"host_id": 8}, "Host: 8; 7 was shown."),
        ({"geolocation": "Quebec, CA"}, "Place: Quebec, CA; Norway, NO was shown."),
        ({"geolocation": None}, "Place: unknown; Norway, NO was shown."),
        ({"hosting_type": 0}, "Datacenter: no; yes was shown."),
        ({"verification": "unverified"}, "Verification: unverified; verified was shown."),
        ({"verification": "deverified"}, "Verification: deverified; verified was shown."),
        ({"verification": "pending"}, "Verification: pending; verified was shown."),
        ({"reliability": 0.6}, "Reliability: 60.0 %; 99.5 % was shown."),
        ({"storage_cost": 0.6}, "Disk price: $0.60/GB/month; $0.30/GB/month was shown."),
        ({"inet_down_cost": 0.9}, "Download: $0.90/GB; $0.002/GB was shown."),
        ({"inet_up_cost": 0.9}, "Upload: $0.90/GB; $0.003/GB was shown."),
        ({"inet_up_cost": None}, "Upload: unknown; $0.003/GB was shown."),
        ({"static_ip": False}, "Fixed address: no; yes was shown."),
    ],
)
def test_each_change_for_the_worse_is_named(now: dict[str, Any], sentence: str) -> None:
    assert changes(**now) == (sentence,)


def test_a_contract_that_ends_sooner_is_named_with_both_dates() -> None:
    [sentence] = changes(end_date=1_800_000_000.0 - 86_400)
    assert sentence.startswith("Contract end: 2027-01-")
    assert sentence.endswith(" was shown.")


@pytest.mark.parametrize(
    "now",
    [
        {"reliability": 0.986},
        {"end_date": 1_800_000_000.0 - 599},
        {"inet_down_cost": 0.00203, "inet_up_cost": 0.003, "storage_cost": 0.303},
        {"gpu_ram": 24_564, "cpu_cores_effective": 15.8, "cpu_ram": 130_000},
        {"geolocation": "NO"},
        {"disk_space": 1.0, "direct_port_count": 0, "inet_down": 1.0, "dlperf": 1.0},
    ],
)
def test_drift_does_not_stop(now: dict[str, Any]) -> None:
    assert changes(**now) == ()


def test_what_got_better_does_not_stop() -> None:
    better: dict[str, Any] = {
        "gpu_ram": 49_152, "compute_cap": 890, "cuda_max_good": 13.0, "cpu_cores_effective": 32.0,
        "cpu_ram": 262_144, "reliability": 1.0, "end_date": 1_900_000_000.0, "storage_cost": 0.0,
        "inet_down_cost": 0.0, "inet_up_cost": 0.0,
    }  # fmt: skip
    assert changes(**better) == ()
    poor = replace(OFFER, hosting_type=0, verification="unverified", static_ip=False)
    before, after = (agreed_to(one, 10.0, None, direct=None) for one in (poor, OFFER))
    assert worse(before, after) == ()


def test_what_was_unknown_is_not_missed_but_for_the_price_of_traffic() -> None:
    names = (
        "gpu_ram", "compute_cap", "cuda_max_good", "cpu_arch", "geolocation", "verification",
        "reliability", "end_date", "inet_down_cost", "static_ip", "hosting_type", "host_id",
    )  # fmt: skip
    nothing: dict[str, Any] = dict.fromkeys(names)
    before = agreed_to(replace(OFFER, **nothing), 10.0, None, direct=None)
    after = agreed_to(OFFER, 10.0, None, direct=False)
    assert list(map(str, worse(before, after))) == ["Download unknown → $0.002/GB"]


def test_prices_of_a_gb_that_read_the_same_are_the_same() -> None:
    assert changes(inet_down_cost=0.00204) == ()
    assert changes(inet_down_cost=0.00206) == ("Download: $0.00206/GB; $0.002/GB was shown.",)


def test_what_came_is_compared_with_the_same_record() -> None:
    agreed = agreed_to(OFFER, 10.0, None, direct=True)
    got = Instance(
        id=1, gpu_name="RTX 5060 Ti", geolocation="Quebec, CA", reliability2=0.6,
        inet_down_cost=0.9, verification="unverified", ports=(PortMapping(8080, "tcp", 40_000),),
    )  # fmt: skip
    assert [one.partition(":")[0] for one in differences(agreed, got)] == [
        "GPU", "Place", "Verification", "Reliability", "Download", "Connection",
    ]  # fmt: skip
    mapped = (PortMapping(22, "tcp", 40_022),)
    assert differences(agreed, Instance(id=1, ports=mapped, public_ipaddr="198.51.100.7")) == ()
    assert differences(agreed, Instance(id=1)) == ()


def test_a_journal_row_of_an_older_version_is_still_read() -> None:
    old: dict[str, Any] = {
        "price": 0.3,
        "gpu_name": "RTX 4090",
        "num_gpus": 1,
        "disk": 60.0,
        "is_bid": False,
    }
    agreed = Agreed(**old)
    assert differences(agreed, Instance(id=1, storage_cost=0.3, inet_up_cost=0.1)) == ()
    whole = agreed_to(OFFER, 60.0, None, direct=True)
    assert Agreed(**json.loads(json.dumps(asdict(whole)))) == whole


class Market:
    """Has one offer."""

    def __init__(self, **now: Any) -> None:
        self.offer = replace(OFFER, **now)

    async def get(self, ask_id: int, *, disk: float, bid: bool) -> Any:
        return self.offer


ROOM: dict[str, Any] = {"avail_vol_ask_id": 42, "avail_vol_size": 300.0, "avail_vol_dph": 0.0005}
NEW = VolumeRequest(id=42, path="/data", create=True, size=200.0, name="weights")


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ({}, ""),
        ({"avail_vol_dph": 0.0006}, "New volume: $0.120/h; $0.100/h was agreed."),
        ({"avail_vol_dph": None}, "New volume: unknown; $0.100/h was agreed."),
        ({"avail_vol_size": 100.0}, "Room for the volume: no; yes was agreed."),
        ({"avail_vol_size": None}, "Room for the volume: no; yes was agreed."),
    ],
)
async def test_a_request_is_not_sent_again_if_its_new_volume_is_not_as_agreed(
    now: dict[str, Any], words: str
) -> None:
    request = RentRequest(ask=1, volume=NEW, direct=False)
    agreed = agreed_to(replace(OFFER, **ROOM), 10.0, None, direct=None, volume=NEW)
    failed = await check_offer(Market(**{**ROOM, **now}), request, agreed)
    assert (failed.sentence if failed is not None else "").endswith(words)
    assert (failed is None) is (words == "")


def test_what_an_earlier_version_wrote_down_asks_nothing_of_a_volume() -> None:
    old = {name: one for name, one in asdict(agreed_to(OFFER, 10.0, None, direct=True)).items()
           if not name.startswith("volume")}  # fmt: skip
    assert worse(Agreed(**old), agreed_to(OFFER, 10.0, None, direct=True)) == ()
