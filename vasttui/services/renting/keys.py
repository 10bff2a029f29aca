"""Attaches SSH keys to an instance until the service lists them."""

from __future__ import annotations

from collections.abc import Sequence

from vasttui.api.outcome import Fate
from vasttui.clock import Clock
from vasttui.errors import AuthRejected, NotFound, PermissionDenied, VastError
from vasttui.models.ssh_key import SshKey
from vasttui.services.renting.context import InstanceKeys
from vasttui.services.renting.rental import KeyTrouble
from vasttui.services.ssh.local_keys import fingerprint

_FIRST_PAUSE, _LONGEST_PAUSE = 2.0, 30.0
_LETTERS = 20
"""Characters of a fingerprint, as many as the dialogs show."""


class KeyDelivery:
    """Attaches the SSH keys of a rental to one instance.

    A key counts as attached when the service lists it, not when it accepts it: the account's keys
    may be there from the start, and an answer may get lost. A refused key is not sent again;
    another key that appears there later replaces it.

    `trouble` is None once all keys are known to be there.
    """

    def __init__(
        self, api: InstanceKeys, clock: Clock, instance_id: int, keys: Sequence[SshKey]
    ) -> None:
        self.trouble: KeyTrouble | None = None
        self._api, self._clock = api, clock
        self._instance_id = instance_id
        self._chosen = {key.blob: key for key in keys}
        self._missing = dict(self._chosen)
        self._refused: set[str] = set()
        self._said: dict[str, str] = {}
        self._first: frozenset[str] | None = None
        self._pause = _FIRST_PAUSE
        self._due = clock.monotonic()

    @property
    def is_settled(self) -> bool:
        """Whether every key is listed there or was refused."""
        return self._missing.keys() <= self._refused

    @property
    def has_one(self) -> bool:
        """Whether at least one key is listed there, or there were none to attach."""
        return not self._missing or len(self._missing) < len(self._chosen)

    async def advance(self) -> None:
        """Read the instance's keys and send missing ones, unless the last try is recent."""
        if not self._missing or self._clock.monotonic() < self._due:
            return
        try:
            listed = await self._api.attached(self._instance_id)
        except VastError as error:
            self.trouble = KeyTrouble(
                f"It is not known whether {self._names} is on it",
                f"Its keys could not be read: {error}",
            )
        else:
            await self._compare(frozenset(key.blob for key in listed))
        self._due = self._clock.monotonic() + self._pause
        self._pause = min(2 * self._pause, _LONGEST_PAUSE)

    async def _compare(self, present: frozenset[str]) -> None:
        """Compare with the blobs of the keys that are on it now."""
        self._first = present if self._first is None else self._first
        self._missing = {
            blob: key
            for blob, key in self._missing.items()
            if blob not in present or not key.is_whole
        }
        if self.is_settled and present - self._first - self._chosen.keys():
            self._missing = {}
        for key in [key for blob, key in self._missing.items() if blob not in self._refused]:
            await self._attach(key)
        self.trouble = self._what_is_missing() if self._missing else None

    async def _attach(self, key: SshKey) -> None:
        if not key.is_whole:
            self._refused.add(key.blob)
            self._said[key.blob] = "It is damaged, so it was not sent."
            return
        outcome = await self._api.attach(self._instance_id, key.text)
        error = outcome.error
        passing = NotFound | AuthRejected | PermissionDenied  # while it is being created
        if outcome.fate is Fate.REJECTED and not isinstance(error, passing):
            self._refused.add(key.blob)
            self._said[key.blob] = f"Vast.ai refused it: {error}"
        elif error is not None:
            self._said[key.blob] = f"{error}"
        else:
            self._said[key.blob] = "Vast.ai accepted it."

    def _what_is_missing(self) -> KeyTrouble:
        verb = "is" if len(self._missing) == 1 else "are"
        how = "not on it" if self.is_settled else "not listed on it yet"
        said = dict.fromkeys(self._said[blob] for blob in self._missing)
        return KeyTrouble(f"{self._names} {verb} {how}", " ".join(said))

    @property
    def _names(self) -> str:
        return " and ".join(map(_name, self._missing.values()))


def _name(key: SshKey) -> str:
    """A key's kind and the start of its fingerprint."""
    return f"SSH key {key.type} {fingerprint(key.text)[:_LETTERS]}…"
