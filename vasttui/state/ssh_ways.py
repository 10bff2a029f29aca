"""The way that answered into each instance, and the key that it needs."""

from __future__ import annotations

from pathlib import Path

from msgspec import structs

from vasttui.models.ssh_address import SshAddress, SshWay
from vasttui.state.json_file import JsonFile, Write


class SshWays:
    """What was learned about logging in. With `path` None it lasts for this run only. Nothing is
    known until it is loaded."""

    def __init__(self, path: Path | None, write: Write) -> None:
        self._file = JsonFile(path, write)
        self._all: dict[int, SshWay] = {}

    def load(self) -> None:
        """Read what earlier runs learned. Blocks."""
        read = {key: _way(value) for key, value in self._file.load().items() if key.isdecimal()}
        self._all = {int(key[:18]): way for key, way in read.items() if way is not None}

    def of(self, instance_id: int) -> SshWay:
        """What is known about this instance."""
        return self._all.get(instance_id, SshWay())

    def answered(self, instance_id: int, address: SshAddress) -> None:
        """A login worked there."""
        self._learn(instance_id, structs.replace(self.of(instance_id), direct=address.direct))

    def use_key(self, instance_id: int, identity: str) -> None:
        """Log in with this private key only; empty: with any."""
        self._learn(instance_id, structs.replace(self.of(instance_id), identity=identity))

    def _learn(self, instance_id: int, way: SshWay) -> None:
        if self.of(instance_id) != way:
            self._all[instance_id] = way
            self._save()

    def drop(self, instance_id: int) -> None:
        """Forget an instance."""
        if self._all.pop(instance_id, None) is not None:
            self._save()

    def _save(self) -> None:
        self._file.save({str(id): [way.direct, way.identity] for id, way in self._all.items()})


def _way(value: object) -> SshWay | None:
    if not isinstance(value, list) or len(value) != 2:
        return None
    direct, identity = value
    if not (direct is None or isinstance(direct, bool)) or not isinstance(identity, str):
        return None
    return SshWay(direct, identity if identity.isprintable() else "")
