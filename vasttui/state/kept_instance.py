"""An instance as a row of plain values, without what is secret."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from msgspec.structs import replace

from vasttui.models.instance import AttachedVolume, Instance, PortMapping

NAMES = tuple(name for name in Instance.__struct_fields__ if name != "jupyter_token")
_VALUES: Callable[[Instance], tuple[Any, ...]] = attrgetter(*NAMES)


def plain(instance: Instance) -> Sequence[Any]:
    """The values of `NAMES`."""
    ports = [(port.inside, port.protocol, port.outside) for port in instance.ports]
    volumes = [
        (one.id, one.label, one.total_space, one.avail_space) for one in instance.volume_info
    ]
    return _VALUES(replace(instance, ports=ports, volume_info=volumes))


def instance_of(kept: Sequence[Any]) -> Instance:
    """The instance of these values."""
    values = dict(zip(NAMES, kept, strict=True))
    values["ports"] = tuple(PortMapping(*one) for one in values["ports"])
    values["volume_info"] = tuple(AttachedVolume(*one) for one in values["volume_info"])
    for name in ("env_names", "unread"):
        values[name] = tuple(values[name])
    return Instance(**values)
