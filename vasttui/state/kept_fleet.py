"""The last list of instances, shown at the start until the service has answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

from vasttui.clock import Clock
from vasttui.models.instance import AttachedVolume, Instance, PortMapping
from vasttui.services.fleet.snapshot import Fleet
from vasttui.state.json_file import Write
from vasttui.state.kept_rows import Kept, KeptRows

MOST = 100
"""Instances that are kept; more would delay the first frame."""

_NAMES = tuple(field.name for field in fields(Instance) if field.name != "jupyter_token")
_VALUES: Callable[[Instance], tuple[Any, ...]] = attrgetter(*_NAMES)


class Listed(NamedTuple):
    """Instances as they were listed at that time, epoch seconds."""

    instances: tuple[Instance, ...]
    at: float


class KeptFleet:
    """Keeps the instances of one account, without what is secret; with `path` None none."""

    def __init__(self, path: Path | None, write: Write) -> None:
        self._file = KeptRows(path, write, _NAMES)
        self.save = self._file.save

    def load(self, identity: Callable[[], str], clock: Clock) -> Listed | None:
        """The list as it was; None if none is kept for this account, or from a time to come.
        `identity` makes a digest of the service and the key."""
        kept = self._file.load()
        if kept is None or kept.head.get("identity") != (identity() or "nobody"):
            return None
        at = float(kept.head.get("saved_at", 0.0))
        return None if at > clock.now() else Listed(tuple(map(_instance, kept.rows)), at)

    def instances(self) -> tuple[Instance, ...]:
        """The instances that were listed last, of whichever account."""
        kept = self._file.load()
        return () if kept is None else tuple(map(_instance, kept.rows))

    def see(self, fleet: Fleet, identity: str, now: float) -> None:
        """Keep a complete reading of the account's instances, now (monotonic seconds) or soon."""
        if not fleet.number or fleet.as_of_wall is None or not identity:
            return
        rows = [row.instance for row in fleet.rows[:MOST] if not row.gone]
        head = {"identity": identity, "saved_at": fleet.as_of_wall}
        self._file.see(lambda: Kept(head, [_plain(instance) for instance in rows]), now)


def _plain(instance: Instance) -> Sequence[Any]:
    ports = [(port.inside, port.protocol, port.outside) for port in instance.ports]
    volumes = [
        (one.id, one.label, one.total_space, one.avail_space) for one in instance.volume_info
    ]
    return _VALUES(replace(instance, ports=ports, volume_info=volumes))  # type: ignore[arg-type]


def _instance(kept: Sequence[Any]) -> Instance:
    values = dict(zip(_NAMES, kept, strict=True))
    values["ports"] = tuple(PortMapping(*one) for one in values["ports"])
    values["volume_info"] = tuple(AttachedVolume(*one) for one in values["volume_info"])
    for name in ("env_names", "unread"):
        values[name] = tuple(values[name])
    return Instance(**values)
