"""Instances as fleet rows, for tests of filtering, sorting and showing them."""

from __future__ import annotations

from msgspec.structs import replace

from vasttui.models.bill import Bill, Spent
from vasttui.models.instance import Instance, PortMapping
from vasttui.models.status import Phase
from vasttui.services.fleet.snapshot import Fleet, FleetRow

NOW = 1_800_000_000.0
HOUR = 3_600.0
DAY = 86_400.0

PLAIN = Instance(
    id=26712204,
    machine_id=25991,
    host_id=81204,
    label="train-a",
    status_msg="success, running",
    template_name="PyTorch",
    image_uuid="vastai/pytorch:2.7.1-cuda-12.8.1",
    public_ipaddr="65.130.162.74",
    ports=(PortMapping(22, "tcp", 33526), PortMapping(8080, "tcp", 33527)),
    geolocation="Sweden, SE",
    hosting_type=0,
    verification="verified",
    reliability2=0.995,
    start_date=NOW - 8 * HOUR,
    end_date=NOW + 40 * DAY,
    num_gpus=1,
    gpu_name="RTX 4090",
    gpu_ram=24564,
    gpu_totalram=24564,
    gpu_util=97.0,
    gpu_temp=71.0,
    cuda_max_good=12.8,
    driver_version="570.124.04",
    disk_space=60.0,
    disk_usage=38.0,
    is_bid=False,
)


def fleet_row(
    id: int = PLAIN.id,
    phase: Phase = Phase.RUNNING,
    *,
    since: float = NOW - HOUR,
    bill: Bill = Bill(gpu=0.274, disk=0.013),  # noqa: B008 - a frozen value
    spent: Spent | None = Spent(2.31, exact=False),  # noqa: B008 - a frozen value
    **changes: object,
) -> FleetRow:
    """A running RTX 4090 in Sweden with these changes."""
    instance = replace(PLAIN, id=id, **changes)
    return FleetRow(instance=instance, phase=phase, since=since, exact=True, bill=bill, spent=spent)


def unknown_row(id: int = 1) -> FleetRow:
    """An instance about which the service reports nothing but its id."""
    return FleetRow(
        instance=Instance(id=id),
        phase=Phase.UNREADABLE,
        since=NOW,
        exact=False,
        bill=Bill(gpu=None, disk=None),
    )


def fleet_of(*rows: FleetRow) -> Fleet:
    """A complete reading of these rows."""
    return Fleet(rows=rows, number=1)
