"""The actions on an instance: how each is sent, and how a reading shows that it took effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from vasttui.api.outcome import Outcome
from vasttui.models.status import Phase
from vasttui.services.actions.client import ActionClient
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.text import clean

Journaled = Literal["no", "if possible", "always"]
"""Whether a row is written to the journal first; `always` means that nothing is sent without."""


Aspect = Literal["state", "label", "bid", "increase", "existence"]
"""What an action changes; only the newest action on each aspect of an instance counts."""


class Action:
    """Something to do to an instance. The defaults are the safe ones.

    `what` is the verb, for journaled actions also the kind of the row. `absolute` actions ask for
    a state and may be sent twice; the others do something each time they are sent, so they are
    sent once. `persists`: it is tried again when the service could not be reached. `shared`: it is
    enough that another window does it.
    """

    aspect: ClassVar[Aspect] = "state"
    absolute: ClassVar[bool] = False
    persists: ClassVar[bool] = False
    shared: ClassVar[bool] = False
    journaled: ClassVar[Journaled] = "always"

    @property
    def what(self) -> str:
        """The verb."""
        raise NotImplementedError

    @property
    def details(self) -> Mapping[str, str]:
        """What the row in the journal keeps, for another run of the program."""
        return {}

    @property
    def promise(self) -> str:
        """What to say when it took effect."""
        raise NotImplementedError

    async def send(self, api: ActionClient, instance_id: int) -> Outcome:
        """Send one request."""
        raise NotImplementedError

    def achieved(self, before: FleetRow | None, now: FleetRow) -> bool:
        """Whether a reading shows that it took effect; `before` is the row before it was sent, None
        when unknown."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Start(Action):
    """Start the instance."""

    what = "start"
    absolute = True
    shared = True
    promise = "starting; that can take minutes"

    async def send(self, api: ActionClient, instance_id: int) -> Outcome:
        return await api.instances.set_state(instance_id, "running")

    def achieved(self, before: FleetRow | None, now: FleetRow) -> bool:
        # A container that ended by itself is meant to run all along: that says nothing.
        return now.phase.traits.came_up or (_runs(now) and (before is None or not _runs(before)))


def _runs(row: FleetRow) -> bool:
    """Whether the service means it to run."""
    return row.instance.intended_status == "running"


@dataclass(frozen=True, slots=True)
class Stop(Action):
    """Stop the instance; its disk stays."""

    what = "stop"
    absolute = True
    persists = True
    journaled = "no"
    promise = "stopping; its disk stays and is billed"

    async def send(self, api: ActionClient, instance_id: int) -> Outcome:
        return await api.instances.set_state(instance_id, "stopped")

    def achieved(self, before: FleetRow | None, now: FleetRow) -> bool:
        # What is halted but meant to run waits for a GPU, and will cost money again.
        return now.instance.intended_status == "stopped"


@dataclass(frozen=True, slots=True)
class Rename(Action):
    """Change the label; an empty text removes it."""

    text: str
    what = "label"
    aspect = "label"
    absolute = True
    persists = True
    journaled = "no"

    @property
    def promise(self) -> str:
        return "label changed" if self.text else "label removed"

    async def send(self, api: ActionClient, instance_id: int) -> Outcome:
        return await api.instances.set_label(instance_id, self.text)

    def achieved(self, before: FleetRow | None, now: FleetRow) -> bool:
        return (now.instance.label or "") == clean(self.text)


@dataclass(frozen=True, slots=True)
class Bid(Action):
    """Change the bid to `price` $/h for all its GPUs."""

    price: float
    what = "bid"
    aspect = "bid"
    absolute = True
    promise = "bid changed"

    @property
    def details(self) -> Mapping[str, str]:
        return {"price": repr(self.price)}

    async def send(self, api: ActionClient, instance_id: int) -> Outcome:
        return await api.instances.change_bid(instance_id, self.price)

    def achieved(self, before: FleetRow | None, now: FleetRow) -> bool:
        bid = now.instance.dph_base
        return bid is not None and abs(bid - self.price) < 1e-6 * max(1.0, self.price)


@dataclass(frozen=True, slots=True)
class Reboot(Action):
    """Stop and start the container on the same GPU."""

    what = "reboot"
    journaled = "if possible"
    promise = "rebooting"

    async def send(self, api: ActionClient, instance_id: int) -> Outcome:
        return await api.instances.reboot(instance_id)

    def achieved(self, before: FleetRow | None, now: FleetRow) -> bool:
        return _turned(Phase.REBOOTING, before, now)


@dataclass(frozen=True, slots=True)
class Recycle(Action):
    """Recreate the container from its image."""

    what = "recycle"
    journaled = "if possible"
    promise = "recreating its container"

    async def send(self, api: ActionClient, instance_id: int) -> Outcome:
        return await api.instances.recycle(instance_id)

    def achieved(self, before: FleetRow | None, now: FleetRow) -> bool:
        return _turned(Phase.RECYCLING, before, now)


@dataclass(frozen=True, slots=True)
class Destroy(Action):
    """Delete the instance and its disk. Done when a whole reading no longer lists it."""

    what = "destroy"
    aspect = "existence"
    absolute = True
    journaled = "if possible"
    promise = "destroyed: no longer listed or billed"

    async def send(self, api: ActionClient, instance_id: int) -> Outcome:
        return await api.instances.destroy(instance_id)

    def achieved(self, before: FleetRow | None, now: FleetRow) -> bool:
        return False  # as long as there is a row


def _turned(phase: Phase, before: FleetRow | None, now: FleetRow) -> bool:
    """Whether it has entered that phase since."""
    return now.phase is phase and before is not None and before.phase is not phase


ACCEPT, REJECT = "accept the price of", "reject the price of"


@dataclass(frozen=True, slots=True)
class AnswerIncrease(Action):
    """Accept or reject a pending price increase."""

    increase_id: int
    accept: bool
    aspect = "increase"

    @property
    def what(self) -> str:
        return ACCEPT if self.accept else REJECT

    @property
    def details(self) -> Mapping[str, str]:
        return {"increase": str(self.increase_id)}

    @property
    def promise(self) -> str:
        return "price increase accepted" if self.accept else "price increase rejected"

    async def send(self, api: ActionClient, instance_id: int) -> Outcome:
        return await api.price_increases.answer(self.increase_id, accept=self.accept)

    def achieved(self, before: FleetRow | None, now: FleetRow) -> bool:
        return False  # the instance does not say; only the service's answer does


JOURNALED = ("start", "bid", "reboot", "recycle", "destroy", ACCEPT, REJECT)
"""The kinds of rows in the journal that are about actions."""


def action_from(what: str, details: Mapping[str, str]) -> Action | None:
    """The action of a row in the journal; None for one that cannot be understood."""
    if what in (ACCEPT, REJECT):
        number = details.get("increase", "")
        return AnswerIncrease(int(number), what == ACCEPT) if number.isdecimal() else None
    if what == "bid":
        try:
            return Bid(float(details["price"]))
        except (KeyError, ValueError):
            return None
    plain: dict[str, Action] = {
        "start": Start(), "reboot": Reboot(), "recycle": Recycle(), "destroy": Destroy(),
    }  # fmt: skip
    return plain.get(what)
