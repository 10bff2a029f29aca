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
    """What the user agreed to, to compare with what they get.

    `price` is $/h while running, disk included; `gpu_ram` is MB per GPU, `disk` GB.
    """

    price: float
    gpu_name: str
    num_gpus: int
    disk: float
    is_bid: bool
    machine: int | None = None
    gpu_ram: int | None = None
    cuda: float | None = None


@dataclass(frozen=True, slots=True)
class RentOrder:
    """What the user agreed to rent, its SSH keys, and the hours until a reminder (None: none)."""

    request: RentRequest
    agreed: Agreed
    keys: tuple[SshKey, ...] = ()
    remind: float | None = None
