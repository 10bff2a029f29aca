"""Tries what the API key in use may read; nothing is changed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from vasttui.clock import Clock
from vasttui.errors import PermissionDenied, VastError
from vasttui.models.rights import RIGHTS
from vasttui.units import DAY


class _Account(Protocol):
    async def current(self) -> object:
        """Needs user_read."""


class _Billing(Protocol):
    async def transfers(self, since: float, until: float) -> object:
        """Needs billing_read."""


class _Instances(Protocol):
    async def list(self) -> object:
        """Needs instance_read."""


class _Volumes(Protocol):
    async def search(self, size: int, *, verified: bool) -> object:
        """Needs misc."""


class Readings(Protocol):
    """One reading for each right that can be tried. Each raises VastError."""

    @property
    def account(self) -> _Account:
        """The account."""

    @property
    def billing(self) -> _Billing:
        """Its invoices."""

    @property
    def instances(self) -> _Instances:
        """Its instances."""

    @property
    def volumes(self) -> _Volumes:
        """Room for volumes, which is a search."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A right, whether the key has it (None: not known), and why that is said."""

    right: str
    may: bool | None
    why: str


async def try_rights(api: Readings, clock: Clock) -> list[Tried]:
    """Every right in turn. Other rights than those to read are not tried."""
    now = clock.now()
    readings: Mapping[str, Callable[[], Awaitable[object]]] = {
        "instance_read": api.instances.list,
        "user_read": api.account.current,
        "billing_read": lambda: api.billing.transfers(now - DAY, now),
        "misc": lambda: api.volumes.search(1, verified=True),
    }
    tried = []
    for right in RIGHTS:
        reading = readings.get(right)
        if reading is not None:
            tried.append(await _tried(right, reading))
        elif right.endswith("_write"):
            tried.append(Tried(right, None, "not tried: that would change something"))
        else:
            tried.append(Tried(right, None, "not tried: nothing here reads these"))
    return tried


async def _tried(right: str, reading: Callable[[], Awaitable[object]]) -> Tried:
    try:
        await reading()
    except PermissionDenied as error:
        return Tried(right, False, f"refused: {error}")
    except VastError as error:
        return Tried(right, None, f"not known: {error}")
    return Tried(right, True, "answered")
