"""Which instances have which SSH keys. The service tells it of one instance at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from vasttui.clock import Clock
from vasttui.errors import VastError
from vasttui.services.ssh.doctor import KeyLists

OLD = 120.0
"""Seconds after which the keys of an instance are read again."""

BETWEEN = 3.0
"""Seconds between two requests, which share the account's limit with all others."""


class KeyUse:
    """`attached` has the blobs of the keys on each instance that could be read, `failed` are those
    whose last reading failed."""

    def __init__(self, api: KeyLists, clock: Clock) -> None:
        self.attached: dict[int, frozenset[str]] = {}
        self.failed: set[int] = set()
        self._api, self._clock = api, clock
        self._read_at: dict[int, float] = {}

    async def read(
        self, instances: Iterable[int], changed: Callable[[], None], wanted: Callable[[], bool]
    ) -> None:
        """Read what is new or old, one after the other, while it is `wanted`."""
        for number in instances:
            if self._clock.monotonic() - self._read_at.get(number, -math.inf) < OLD:
                continue
            if not wanted():
                return
            await self._read(number)
            changed()
            await self._clock.sleep(BETWEEN)

    async def _read(self, number: int) -> None:
        try:
            keys = await self._api.attached(number)
        except VastError:
            self.attached.pop(number, None)
            self.failed.add(number)
        else:
            self.failed.discard(number)
            self.attached[number] = frozenset(key.blob for key in keys)
        self._read_at[number] = self._clock.monotonic()

    def forget_age(self) -> None:
        """Read all anew the next time."""
        self._read_at.clear()
