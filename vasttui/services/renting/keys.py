"""Puts public keys on an instance until the service lists them there."""

from __future__ import annotations

from collections.abc import Sequence

from vasttui.api.outcome import Fate
from vasttui.clock import Clock
from vasttui.errors import AuthRejected, NotFound, PermissionDenied, VastError
from vasttui.models.ssh_key import SshKey
from vasttui.services.renting.context import InstanceKeys

_FIRST_PAUSE, _LONGEST_PAUSE = 2.0, 30.0


class KeyDelivery:
    """Some keys on their way to one instance.

    A key counts as delivered when it was read there, not when the service agreed: what the account
    has may be there from the start, and an answer may get lost. `trouble` is a sentence while
    there is any. Keys that the service will not have are not sent again.
    """

    def __init__(
        self, api: InstanceKeys, clock: Clock, instance_id: int, keys: Sequence[SshKey]
    ) -> None:
        self.trouble = ""
        self._api, self._clock = api, clock
        self._instance_id = instance_id
        self._missing = {key.blob: key for key in keys}
        self._refused: dict[str, str] = {}
        self._pause = _FIRST_PAUSE
        self._due = clock.monotonic()

    @property
    def is_done(self) -> bool:
        """Whether every key was seen there, or refused."""
        return all(blob in self._refused for blob in self._missing)

    async def advance(self) -> None:
        """Look, and send what is missing; nothing when it is too early for that."""
        if self.is_done or self._clock.monotonic() < self._due:
            return
        try:
            present = {key.blob for key in await self._api.attached(self._instance_id)}
        except VastError as error:
            self._later(f"Its keys could not be read: {error}")
            return
        for blob in present & self._missing.keys():
            del self._missing[blob]
        for key in [key for blob, key in self._missing.items() if blob not in self._refused]:
            await self._attach(key)
        if self.is_done:
            self.trouble = " ".join(dict.fromkeys(self._refused.values()))

    async def _attach(self, key: SshKey) -> None:
        outcome = await self._api.attach(self._instance_id, key.text)
        error = outcome.error
        passing = NotFound | AuthRejected | PermissionDenied
        if outcome.fate is Fate.REJECTED and not isinstance(error, passing):
            self._refused[key.blob] = f"The service refused a key: {error} Press a to try another."
        elif error is not None:
            self._later(f"A key is not on it yet: {error}")
        else:
            self._later("The service took a key, but does not list it yet.")

    def _later(self, trouble: str) -> None:
        self.trouble = trouble
        self._due = self._clock.monotonic() + self._pause
        self._pause = min(2 * self._pause, _LONGEST_PAUSE)
