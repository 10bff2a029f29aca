"""What a rental of an offer comes to: its price, its ports, and what is agreed to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from vasttui.models.instance import Instance
from vasttui.models.money import RentalType, Usage, cost
from vasttui.models.offer import Offer
from vasttui.models.rent import Agreed, Launch, VolumeRequest
from vasttui.models.ssh_address import direct_address

_SSH, _JUPYTER = "22/tcp", "8080/tcp"


def price(offer: Offer, disk: float, bid: float | None) -> float:
    """$/h while running, with `disk` GB; `bid` is $/h, None for on-demand."""
    rental: RentalType = "on-demand" if bid is None else "bid"
    priced = cost(offer, Usage(disk=disk), rental)
    return (priced.gpu if bid is None else bid) + priced.disk


def ports_needed(ports: Iterable[str], launch: Launch | None) -> int:
    """How many ports of the host a direct connection takes: 22 for SSH, 8080 for Jupyter (docs:
    "networking"), and those asked for."""
    wanted = {_SSH, *map(_inside, ports)}
    return len(wanted | {_JUPYTER} if launch is Launch.JUPYTER else wanted)


def is_direct(offer: Offer, launch: Launch | None, ports: Iterable[str]) -> bool | None:
    """Whether the host has the ports for a direct connection; None: unknown, or there is no SSH.

    With `launch` None, as the template says, Jupyter's port is not counted."""
    if offer.direct_port_count is None or launch is Launch.ARGS:
        return None
    return ports_needed(ports, launch) <= offer.direct_port_count


def _inside(port: str) -> str:
    """The container's side of `8080`, `8080:80`, `6100/udp`."""
    number, _, protocol = port.partition("/")
    return f"{number.rpartition(':')[2]}/{protocol or 'tcp'}"


def volume_price(offer: Offer, volume: VolumeRequest | None) -> float | None:
    """$/h of a new volume beside this offer; None: unknown, or none is asked for. One that exists
    costs nothing more."""
    if volume is None or not volume.create or offer.avail_vol_dph is None:
        return None
    return offer.avail_vol_dph * (volume.size or 0.0)


def agreed_to(
    offer: Offer,
    disk: float,
    bid: float | None,
    direct: bool | None,
    volume: VolumeRequest | None = None,
) -> Agreed:
    """What is agreed to by renting this offer as it is: with `disk` GB, for `bid` $/h (None:
    on-demand), with a direct connection or not (None: it does not matter), with this volume."""
    new = volume is not None and volume.create
    room = offer.avail_vol_size or 0.0
    return Agreed(
        price=price(offer, disk, bid), gpu_name=offer.gpu_name, num_gpus=offer.num_gpus,
        disk=disk, is_bid=bid is not None, machine=offer.machine_id, gpu_ram=offer.gpu_ram,
        cuda=offer.cuda_max_good, host=offer.host_id, compute_cap=offer.compute_cap,
        cpu_arch=offer.cpu_arch, vcpus=offer.cpu_cores_effective, ram=offer.ram_share,
        place=offer.geolocation, datacenter=_is_datacenter(offer.hosting_type),
        verification=offer.verification, reliability=offer.reliability, end_date=offer.end_date,
        storage_cost=offer.storage_cost, inet_down_cost=offer.inet_down_cost,
        inet_up_cost=offer.inet_up_cost, static_ip=offer.static_ip, direct=direct,
        volume_price=volume_price(offer, volume),
        volume_fits=room >= (volume.size or 0.0) if new and volume is not None else None,
    )  # fmt: skip


def received(agreed: Agreed, got: Instance, *, mapped: bool = False) -> Agreed:
    """What came, where that and what was agreed are known; the rest, and the price, as agreed. The
    compute capability follows from the GPU, whose name is compared. `mapped`: a port that it does
    not have by now it does not get."""
    known: dict[str, Any] = {
        "gpu_name": got.gpu_name, "num_gpus": got.num_gpus, "disk": got.disk_space,
        "is_bid": got.is_bid, "machine": got.machine_id, "gpu_ram": got.gpu_ram,
        "cuda": got.cuda_max_good, "host": got.host_id,
        "vcpus": got.cpu_cores_effective, "place": got.geolocation,
        "datacenter": _is_datacenter(got.hosting_type), "verification": got.verification,
        "reliability": got.reliability2, "end_date": got.end_date,
        "storage_cost": got.storage_cost, "inet_down_cost": got.inet_down_cost,
        "inet_up_cost": got.inet_up_cost, "static_ip": got.static_ip,
        "direct": direct_address(got) is not None if got.ports or mapped else None,
    }  # fmt: skip
    both = {
        name: one for name, one in known.items()
        if one is not None and getattr(agreed, name) is not None
    }  # fmt: skip
    return replace(agreed, **both)


def _is_datacenter(hosting_type: int | None) -> bool | None:
    return None if hosting_type is None else hosting_type == 1
