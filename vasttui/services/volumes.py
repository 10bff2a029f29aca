"""Makes, clones and deletes volumes. What costs money is sent once, and looked for in the list."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Protocol

from vasttui.api.outcome import Fate, Outcome, new_volume
from vasttui.clock import Clock
from vasttui.errors import VastError
from vasttui.models.rent import Agreed
from vasttui.models.volume import Space, Volume, VolumeList
from vasttui.services.confirmed_write import ConfirmedWrite
from vasttui.services.renting.diff import worse
from vasttui.services.volume_order import KIND, VolumeOrder, order_from
from vasttui.store.intent import Intent, JournalUnwritable
from vasttui.store.journal import Journal
from vasttui.words import money

EVERY = 5.5
"""Seconds between two readings of the list (docs: "list volumes")."""

RELEASE = 30.0
"""Seconds that a volume stays in use after its instance is gone."""

_READINGS = 12
"""Readings of the list after an unknown outcome: about a minute."""

_LOOK, _GIVE_UP = 60.0, 600.0
"""Seconds between two looks after that, and after which one that is not listed is given up."""

_DAMAGED = (
    "A volume was asked for before vasttui ended, but its row in the journal is damaged: look "
    "whether the list has one that you do not know."
)


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


@dataclass(slots=True)
class _Lost:
    """Something asked for and not seen yet; `due` is when to look again, monotonic seconds."""

    intent: Intent
    order: VolumeOrder
    due: float


class VolumeKeeper:
    """Changes the volumes of one account. What is made is in the journal first."""

    def __init__(self, api: VolumeService, clock: Clock, journal: Journal) -> None:
        self._api, self._clock, self._journal = api, clock, journal
        self._under_way: list[VolumeOrder] = []
        self._lost: list[_Lost] = []

    @property
    def unfinished(self) -> list[str]:
        """What may still come, a sentence each."""
        return [
            f"Making {order.what}: not seen yet. The next start looks for it."
            for order in self._orders
        ]

    @property
    def _orders(self) -> list[VolumeOrder]:
        return [*self._under_way, *(lost.order for lost in self._lost)]

    async def check(self, shown: Space, size: int) -> Checked:
        """Read room and the volumes again. Raises VastError."""
        found = await self._api.search(size, machine=shown.machine_id, verified=False)
        now = next((one for one in found if one.id == shown.id), None)
        before = await self._api.list()
        return Checked(now, () if now is None else compare(shown, now, size), before)

    def wrong_name(self, name: str, before: VolumeList) -> str:
        """Why no new volume can have this name; empty if it can."""
        if any(order.source is None and order.name == name for order in self._orders):
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
        order = order_of(checked, size, name)
        return await self._make(order, lambda: self._api.create(space_id, size, name))

    async def clone(self, checked: Checked, volume: Volume) -> Volume:
        """Make a copy of a volume in room that was just checked; returns it as it is listed. It is
        sent once. Raises VastError, Unconfirmed if nobody can say whether it was made."""
        space = checked.space
        assert space is not None
        assert volume.disk_space is not None
        order = replace(order_of(checked, volume.disk_space, volume.name), source=volume.id)
        if any(one.target == order.target and one.source is not None for one in self._orders):
            raise VastError("That copy was asked for and may still come: each one bills.")
        return await self._make(order, lambda: self._api.clone(volume.id, space.id))

    async def _make(self, order: VolumeOrder, send: Callable[[], Awaitable[Outcome]]) -> Volume:
        """Write it down, send it once and find it among the volumes that were not there before."""
        found: list[Volume] = []
        outcomes: list[Outcome] = []

        async def sent() -> Outcome:
            outcomes.append(await send())
            return outcomes[-1]

        async def is_done() -> bool:
            known = replace(order, number=new_volume(outcomes[-1]))
            one = known.find((await self._api.list()).volumes)
            found[:] = [] if one is None else [one]
            return bool(found)

        self._under_way.append(order)
        try:
            intent = await self._journal.open(
                KIND, order.target, order.details, now=self._clock.now()
            )
            write = ConfirmedWrite(
                sent, is_done, _not_listed(order.what), sends=1, readings=_READINGS, between=EVERY
            )
            try:
                await write.make(self._clock)
            except VastError:
                if outcomes and outcomes[-1].fate in (Fate.OK, Fate.UNKNOWN):
                    seen = replace(order, number=new_volume(outcomes[-1]))
                    self._lost.append(_Lost(intent, seen, self._clock.monotonic() + _LOOK))
                else:
                    await self._settle(intent, "refused")  # nothing can come of it
                raise
            await self._settle(intent, "made")
        finally:
            self._under_way.remove(order)
        return found[0]

    async def look(self) -> list[tuple[str, bool]]:
        """Look for what was asked for and not seen, here or by a run of the program that ended;
        what became known, in sentences, and whether that is as it should be. Raises
        JournalUnwritable. Sends nothing that changes anything."""
        said = await self._take_over()
        now = self._clock.monotonic()
        due = [one for one in self._lost if one.due <= now]
        if not due:
            return said
        for one in due:
            one.due = now + _LOOK
        try:
            listed = await self._api.list()
        except VastError:
            return said
        for one in due:
            volume = one.order.find(listed.volumes)
            is_old = self._clock.now() - one.intent.opened_at >= _GIVE_UP
            if volume is not None:
                words, is_right = one.order.came(volume)
                said.append((f"{_asked(one)} It is made: {words}", is_right))
            elif is_old and not listed.bad:
                said.append((f"{_asked(one)} It is not listed: it was probably not made.", False))
            else:
                continue
            self._lost.remove(one)
            await self._settle(one.intent, "not seen" if volume is None else "made")
        return said

    async def _take_over(self) -> list[tuple[str, bool]]:
        """Take over what ended runs left, unless it is another account's."""
        journal, said = self._journal, list[tuple[str, bool]]()
        for intent in await journal.left_behind(KIND):
            if journal.owner().owns(intent.owner) and await journal.claim(intent):
                order = order_from(intent.details)
                if order is None:
                    said.append((_DAMAGED, False))
                    await self._settle(intent, "damaged")
                else:
                    self._lost.append(_Lost(intent, order, self._clock.monotonic()))
        return said

    async def _settle(self, intent: Intent, state: str) -> None:
        with suppress(JournalUnwritable):  # then it is looked for once more than needed
            await self._journal.settle(intent, state)

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


def order_of(checked: Checked, size: float, name: str) -> VolumeOrder:
    """A volume in room that was just checked."""
    space = checked.space
    assert space is not None
    return VolumeOrder(
        name=name, size=size, monthly=space.monthly(size), machine=space.machine_id,
        before=frozenset(one.id for one in checked.before.volumes),
    )  # fmt: skip


def _asked(lost: _Lost) -> str:
    what = lost.order.what
    return f"{what[:1].upper()}{what[1:]} was asked for, and no answer confirmed it."


def _not_listed(what: str) -> VastError:
    return VastError(
        f"The service accepted {what}, but does not list it after a minute.",
        hint="It may bill already: look again before you make another.",
    )
