"""What is to be rented, and how it is to be started."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from vasttui.models.ssh_key import SshKey


class Launch(Enum):
    """What runs in the container besides the image's own programs."""

    SSH = "SSH"
    JUPYTER = "Jupyter + SSH"
    ARGS = "entrypoint"


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeRequest:
    """A volume to mount at `path`: one's own (`id`), or a new one of `size` GB from the volume
    offer `id` (`create`)."""

    id: int
    path: str
    create: bool = False
    size: float | None = None
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RentRequest:
    """Everything that one rental is asked for with (docs: "create instance").

    `ask` is the id of the offer, `machine` the machine it is on. `image` may be empty where a
    `template` (its hash id) names one; without a `launch` it is started as the template says.
    `disk` is GB and never changes afterwards. `bid` is $/h for the whole offer and makes the
    instance interruptible; None is on-demand. `env` holds plain variables, `ports` are `8080`,
    `8080:80`, `6100/udp`; `args` go to the image's entrypoint.
    `env`, `login` (docker login flags) and `onstart` may hold secrets and are in no repr.
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
    """What the user agreed to, to be compared with what they get.

    `price` is $/h while running, disk included; `gpu_ram` MB of one GPU, `disk` GB.
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
    """What the user agreed to rent, with the keys for it and the hours until they are reminded."""

    request: RentRequest
    agreed: Agreed
    keys: tuple[SshKey, ...] = ()
    remind: float | None = None
