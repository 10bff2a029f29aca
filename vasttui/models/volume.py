"""A volume of the account, and the room that hosts rent out for new ones (docs: "volumes")."""

from __future__ import annotations

import re

from msgspec import Struct

from vasttui.models.place import country_of
from vasttui.units import HOURS_PER_MONTH

IN_USE = "in-use"
"""Status of a volume that an instance has; `created` otherwise."""

LEAST_SIZE = 1
"""GB of the smallest volume (docs: "rent volume")."""

MOST_NAME = 64
_NAME = re.compile(rf"[A-Za-z0-9_]{{1,{MOST_NAME}}}")


class Volume(Struct, frozen=True, kw_only=True):
    """One volume; `None` means the service sent no value, or an unreadable one (`unread`).

    `label` is the name it was given, `disk_space` its size in GB, `storage_total_cost` $/h,
    `inet_*` Mb/s. `instances` are the ids of those that have it. Times are epoch seconds.
    """

    id: int
    label: str | None = None
    status: str | None = None
    type: str | None = None
    machine_id: int | None = None
    host_id: int | None = None
    disk_space: float | None = None
    disk_name: str | None = None
    inet_up: float | None = None
    inet_down: float | None = None
    reliability2: float | None = None
    verification: str | None = None
    geolocation: str | None = None
    storage_total_cost: float | None = None
    start_date: float | None = None
    end_date: float | None = None
    instances: tuple[int, ...] | None = None
    unread: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its name, else its id as the service writes it."""
        return self.label or f"V.{self.id}"

    @property
    def country(self) -> str:
        """The two-letter country code, or an empty string."""
        return country_of(self.geolocation)

    @property
    def monthly(self) -> float | None:
        """$ for a month of 720 h; None if unknown."""
        cost = self.storage_total_cost
        return None if cost is None else cost * HOURS_PER_MONTH

    @property
    def in_use(self) -> bool | None:
        """Whether an instance has it, or had it until just now; None if that is not known."""
        if self.status == IN_USE or self.instances:
            return True
        return False if self.status == "created" and self.instances is not None else None

    @property
    def is_local(self) -> bool:
        """Whether it is on a machine; the other kind, on a network, was withdrawn in July 2026."""
        return self.type in (None, "machine")


class VolumeList(Struct, frozen=True):
    """All volumes; `bad` rows could not be read, `reasons` says why of a few."""

    volumes: tuple[Volume, ...] = ()
    bad: int = 0
    reasons: tuple[str, ...] = ()


class Space(Struct, frozen=True, kw_only=True):
    """Room for volumes on a machine: an offer that may become several volumes, until it is full.

    `storage_cost` is $/GB/month, `disk_space` GB free, `disk_bw` MB/s, `inet_*` Mb/s,
    `reliability2` 0-1, `end_date` epoch seconds.
    """

    id: int
    storage_cost: float
    machine_id: int | None = None
    host_id: int | None = None
    disk_space: float | None = None
    disk_name: str | None = None
    disk_bw: float | None = None
    inet_up: float | None = None
    inet_down: float | None = None
    reliability2: float | None = None
    verification: str | None = None
    geolocation: str | None = None
    end_date: float | None = None

    @property
    def country(self) -> str:
        """The two-letter country code, or an empty string."""
        return country_of(self.geolocation)

    def hourly(self, size: float) -> float:
        """$/h of a volume of `size` GB."""
        return self.storage_cost * size / HOURS_PER_MONTH

    def monthly(self, size: float) -> float:
        """$ for a month of 720 h of a volume of `size` GB."""
        return self.storage_cost * size


def wrong_name(name: str) -> str:
    """What is wrong with the name of a new volume; empty if nothing is (docs: "create volume")."""
    if _NAME.fullmatch(name):
        return ""
    return f"Letters, digits and _ only, at most {MOST_NAME}."


def wrong_size(text: str, room: float | None) -> str:
    """What is wrong with the size of a new volume, where `room` GB are free; empty if nothing."""
    if not text.isascii() or not text.isdecimal() or len(text) > 7 or int(text) < LEAST_SIZE:
        return f"Needs a number: whole GB, at least {LEAST_SIZE}."
    if room is not None and int(text) > room:
        return f"This machine has {int(room)} GB free."
    return ""
