"""Makes, clones and deletes volumes. What costs money is sent once, and looked for in the list."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from vasttui.api.outcome import Fate, Outcome, new_volume
from vasttui.clock import Clock
from vasttui.errors import VastError
from vasttui.models.rent import Agreed
from vasttui.models.volume import Space, Volume, VolumeList
from vasttui.services.confirmed_write import ConfirmedWrite
from vasttui.services.renting.diff import worse
from vasttui.words import money

EVERY = 5.5
"""Seconds between two readings of the list (docs: "list volumes")."""

RELEASE = 30.0
"""Seconds that a volume stays in use after its instance is gone."""

_READINGS = 12
"""Readings of the list after an unknown outcome: about a minute."""


class VolumeService(Protocol):
    """The part of the client that volumes use. Reads raise VastError, changes nothing."""

    async def list(self) -> VolumeList:
        """The account's volumes."""

    async def search(
        self, size: int, *, verified: bool = True, machine: int | None = None
    ) -> tuple[Space, ...]:
        """Room for a volume of that many GB, the cheapest first."""

    async def create(self, space_id: int, size: int, name: str) -> Outcome:
        """Rent room for a volume."""

    async def delete(self, volume_id: int) -> Outcome:
        """Delete a volume."""

    async def clone(self, volume_id: int, space_id: int) -> Outcome:
        """Rent room for a copy of a volume."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Room as it is now (None: it is gone), what is not as it was shown, in sentences, and the
    volumes that are there before anything is sent."""

    space: Space | None
    changes: tuple[str, ...]
    before: VolumeList


def compare(shown: Space, now: Space, size: int) -> tuple[str, ...]:
    """What has to be agreed to again before room for `size` GB is rented: the price if it is not
    the one shown, all else if it is worse."""
    changes = []
    before, after = money(shown.monthly(size)), money(now.monthly(size))
    if before != after:
        changes.append(f"The price changed from {before} to {after} a month.")
    if now.disk_space is not None and now.disk_space < size:
        changes.append(f"This machine has {int(now.disk_space)} GB free.")
    if others := worse(_agreed(shown, size), _agreed(now, size)):
        changes.append(f"Changed since it was shown: {' · '.join(map(str, others))}.")
    return tuple(changes)


def _agreed(space: Space, size: int) -> Agreed:
    return Agreed(
        price=space.hourly(size), gpu_name="", num_gpus=0, disk=size, is_bid=False,
        machine=space.machine_id, host=space.host_id, place=space.geolocation,
        verification=space.verification, reliability=space.reliability2, end_date=space.end_date,
    )  # fmt: skip


class VolumeKeeper:
    """Changes the volumes of one account."""

    def __init__(self, api: VolumeService, clock: Clock) -> None:
        self._api, self._clock = api, clock
        self._asked: set[str] = set()
        """What is under way, or was sent and never seen: it may still come."""
        self._under_way: list[str] = []

    @property
    def unfinished(self) -> list[str]:
        """What is being made at this moment, a sentence each."""
        return [
            f"Making {what}: not seen yet. The list of volumes shows whether it was made."
            for what in self._under_way
        ]

    async def check(self, shown: Space, size: int) -> Checked:
        """Read room and the volumes again. Raises VastError."""
        found = await self._api.search(size, machine=shown.machine_id, verified=False)
        now = next((one for one in found if one.id == shown.id), None)
        before = await self._api.list()
        return Checked(now, () if now is None else compare(shown, now, size), before)

    def wrong_name(self, name: str, before: VolumeList) -> str:
        """Why no new volume can have this name; empty if it can."""
        if name in self._asked:
            return (
                f"A volume called {name} was asked for and may still come. Choose another name: "
                "each one bills."
            )
        if any(one.label == name for one in before.volumes):
            return (
                f"You have a volume called {name} already: two with one name cannot be told "
                "apart. Choose another."
            )
        return ""

    async def create(self, checked: Checked, size: int, name: str) -> Volume:
        """Make a volume in room that was just checked; returns it as it is listed. It is sent once.
        Raises VastError, Unconfirmed if nobody can say whether it was made."""
        assert checked.space is not None
        space_id = checked.space.id
        if wrong := self.wrong_name(name, checked.before):
            raise VastError(wrong)
        return await self._make(
            lambda: self._api.create(space_id, size, name), checked.before,
            lambda one: one.label == name, f"a volume called {name}", name,
        )  # fmt: skip

    async def clone(self, checked: Checked, volume: Volume) -> Volume:
        """Make a copy of a volume in room that was just checked; returns it as it is listed. It is
        sent once. Raises VastError, Unconfirmed if nobody can say whether it was made."""
        space = checked.space
        assert space is not None
        hold = f"{volume.id} on {space.machine_id}"
        if hold in self._asked:
            raise VastError("That copy was asked for and may still come: each one bills.")
        return await self._make(
            lambda: self._api.clone(volume.id, space.id), checked.before,
            lambda one: (one.machine_id, one.disk_space) == (space.machine_id, volume.disk_space),
            f"the copy of {volume.name}", hold,
        )  # fmt: skip

    async def _make(
        self,
        send: Callable[[], Awaitable[Outcome]],
        before: VolumeList,
        is_it: Callable[[Volume], bool],
        what: str,
        hold: str,
    ) -> Volume:
        """Send it once and find it among the volumes that were not there `before`."""
        known = {one.id for one in before.volumes}
        found: list[Volume] = []
        outcomes: list[Outcome] = []

        async def sent() -> Outcome:
            outcomes.append(await send())
            return outcomes[-1]

        async def is_done() -> bool:
            number = new_volume(outcomes[-1])
            new = [one for one in (await self._api.list()).volumes if one.id not in known]
            mine = [one for one in new if (is_it(one) if number is None else one.id == number)]
            # Should another program make one like it, the one that began last is taken.
            found[:] = sorted(mine, key=lambda one: one.start_date or 0.0)[-1:]
            return bool(found)

        self._asked.add(hold)
        write = ConfirmedWrite(
            sent, is_done, _not_listed(what), sends=1, readings=_READINGS, between=EVERY
        )
        self._under_way.append(what)
        try:
            await write.make(self._clock)
        except VastError:
            if not outcomes or outcomes[-1].fate not in (Fate.OK, Fate.UNKNOWN):
                self._asked.discard(hold)  # nothing can come of it
            raise
        finally:
            self._under_way.remove(what)
        self._asked.discard(hold)
        return found[0]

    async def delete(self, volume: Volume) -> None:
        """Delete a volume and its data; one that is gone already counts as deleted. Raises
        VastError."""

        async def is_done() -> bool:
            return all(one.id != volume.id for one in (await self._api.list()).volumes)

        unseen = VastError(
            f"{volume.name} is still listed although the service accepted its deletion.",
            hint="It bills until it is gone: look again.",
        )
        write = ConfirmedWrite(
            lambda: self._api.delete(volume.id), is_done, unseen, between=EVERY
        )  # fmt: skip
        await write.make(self._clock)


def _not_listed(what: str) -> VastError:
    return VastError(
        f"The service accepted {what}, but does not list it after a minute.",
        hint="It may bill already: look again before you make another.",
    )
