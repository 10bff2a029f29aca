"""A rental request: what to rent, and how to start it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from vasttui.models.ssh_key import SshKey


class Launch(Enum):
    """How the container is started."""

    SSH = "SSH"
    JUPYTER = "Jupyter + SSH"
    ARGS = "entrypoint"


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeRequest:
    """A volume to mount at `path`: an existing one (`id`), or with `create` a new one of `size` GB
    from the volume offer `id`."""

    id: int
    path: str
    create: bool = False
    size: float | None = None
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RentRequest:
    """All parameters of one rental (docs: "create instance").

    `ask` is the id of the offer, `machine` its machine. `image` may be empty if a `template` (a
    hash id) has one; with `launch` None it is started as the template says. `disk` is GB and cannot
    be resized later. `bid` is $/h for the whole offer and makes the instance interruptible; None is
    on-demand. `env` has plain variables, `ports` are `8080`, `8080:80`, `6100/udp`; `args` go to
    the image's entrypoint. `env`, `login` (docker login flags) and `onstart` may contain secrets
    and are excluded from the repr.
    """

    ask: int
    machine: int | None = None
    image: str = ""
    template: str | None = None
    disk: float = 10.0
    launch: Launch | None = Launch.SSH
    direct: bool = True
    bid: float | None = None
    label: str = ""
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    ports: tuple[str, ...] = ()
    onstart: str = field(default="", repr=False)
    args: tuple[str, ...] = ()
    login: str = field(default="", repr=False)
    volume: VolumeRequest | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """What the user agreed to, as it was shown, to compare with what is offered and what comes.

    `price` is $/h while running, disk included; `disk` GB, `gpu_ram` MB per GPU, `ram` MB; `cuda`
    and `compute_cap` as the service counts them. `storage_cost` is $/GB/month, `inet_*_cost` $/GB,
    `reliability` 0-1, `end_date` epoch seconds. `direct`: the host has the ports for the direct
    connection that was asked for. `volume_price` is $/h of a new volume, which is not part of
    `price`; `volume_fits`: the machine has room for it. None: unknown, or not asked for.
    """

    price: float
    gpu_name: str
    num_gpus: int
    disk: float
    is_bid: bool
    machine: int | None = None
    gpu_ram: int | None = None
    cuda: float | None = None
    host: int | None = None
    compute_cap: int | None = None
    cpu_arch: str | None = None
    vcpus: float | None = None
    ram: float | None = None
    place: str | None = None
    datacenter: bool | None = None
    verification: str | None = None
    reliability: float | None = None
    end_date: float | None = None
    storage_cost: float | None = None
    inet_down_cost: float | None = None
    inet_up_cost: float | None = None
    static_ip: bool | None = None
    direct: bool | None = None
    volume_price: float | None = None
    volume_fits: bool | None = None


@dataclass(frozen=True, slots=True)
class RentOrder:
    """What the user agreed to rent, its SSH keys, the hours until a reminder and the time at which
    Vast.ai is to stop it, in epoch seconds (None: none)."""

    request: RentRequest
    agreed: Agreed
    keys: tuple[SshKey, ...] = ()
    remind: float | None = None
    stop_at: float | None = None
