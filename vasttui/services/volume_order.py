"""A volume that was asked for: as it is written in the journal, found in the list, and compared."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from vasttui.models.volume import Volume
from vasttui.words import money

KIND = "volume"
"""Of its rows in the journal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeOrder:
    """A volume of `size` GB for `monthly` $, called `name`; or the copy of the volume `source` with
    that name. `before` are the ids that were listed before it was asked for, `number` is its own if
    an answer named it."""

    name: str
    size: float
    monthly: float
    machine: int | None
    source: int | None = None
    before: frozenset[int] = field(default_factory=frozenset)
    number: int | None = None

    @property
    def what(self) -> str:
        """`a volume called weights`."""
        return f"a volume called {self.name}" if self.source is None else f"the copy of {self.name}"

    @property
    def target(self) -> str:
        """What tells it from others that are under way."""
        return self.name if self.source is None else f"{self.source} on {self.machine}"

    @property
    def details(self) -> Mapping[str, str]:
        """Its row in the journal."""
        return {
            "name": self.name, "size": f"{self.size}", "monthly": f"{self.monthly}",
            "machine": json.dumps(self.machine), "source": json.dumps(self.source),
            "before": json.dumps(sorted(self.before)),
        }  # fmt: skip

    def find(self, volumes: Iterable[Volume]) -> Volume | None:
        """It among these; of two like it the one that began last, should another program make
        one."""
        new = [one for one in volumes if one.id not in self.before]
        mine = [one for one in new if self._is_it(one)]
        return max(mine, key=lambda one: one.start_date or 0.0, default=None)

    def _is_it(self, one: Volume) -> bool:
        if self.number is not None:
            return one.id == self.number
        if self.source is None:
            return one.label == self.name
        return (one.machine_id, one.disk_space) == (self.machine, self.size)

    def came(self, volume: Volume) -> tuple[str, bool]:
        """What it is, and whether that is what was asked for."""
        size, price = _gb(volume.disk_space), f"{money(volume.monthly)}/month"
        wanted, agreed = _gb(self.size), f"{money(self.monthly)}/month"
        others = []
        if volume.disk_space is not None and size != wanted:
            others.append(f"{size} instead of {wanted}")
        if volume.monthly is not None and price != agreed:
            others.append(f"{price} instead of {agreed}")
        if others:
            return f"V.{volume.id}, but not as asked for: {' · '.join(others)}", False
        seen = None not in (volume.disk_space, volume.monthly)
        return f"V.{volume.id}, {size}, {price}{' ✓' if seen else ''}", True


def order_from(details: Mapping[str, str]) -> VolumeOrder | None:
    """The order in a row of the journal; None if the row is damaged."""
    try:
        return VolumeOrder(
            name=details["name"], size=float(details["size"]), monthly=float(details["monthly"]),
            machine=_number(details["machine"]), source=_number(details["source"]),
            before=frozenset(map(int, json.loads(details["before"]))),
        )  # fmt: skip
    except (KeyError, ValueError, TypeError, RecursionError):
        return None


def _number(text: str) -> int | None:
    number = json.loads(text)
    return None if number is None else int(number)


def _gb(size: float | None) -> str:
    return "? GB" if size is None else f"{size:g} GB"
