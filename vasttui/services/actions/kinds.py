"""The actions on an instance: how each is sent, and how a reading shows its effect."""

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
"""Whether it is journaled before it is sent; `always`: it is not sent without."""

Aspect = Literal["state", "label", "bid", "increase", "existence"]
"""What an action changes; a newer action on the same aspect of an instance replaces it."""


class Action:
    """Something to do to an instance, with safe defaults.

    `what` is the verb, and the kind of the journal row. `absolute` actions ask for a state and may
    be sent twice; the others act each time, so they are sent once. `persists`: it is retried if the
    service was not reached. `shared`: it is enough if another window does it.
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
        """What the journal row keeps for the next start."""
        return {}

    @property
    def promise(self) -> str:
        """Said when it took effect."""
        raise NotImplementedError

    async def send(self, api: ActionClient, instance_id: int) -> Outcome:
        """Send one request."""
        raise NotImplementedError

    def achieved(self, before: FleetRow | None, now: FleetRow) -> bool:
        """Whether a reading shows its effect; `before` is the row before it was sent, if known."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Start(Action):
    """Start the instance."""

    what = "start"
    absolute = True
    shared = True
    promise = "starting; that can take minutes"

    async def send(self, api: ActionClient, instance_id: int) -> Outcome:
        """Ask for the running state."""
        return await api.instances.set_state(instance_id, "running")

    def achieved(self, before: FleetRow | None, now: FleetRow) -> bool:
        """It came up, or is meant to run and was not before: an exited container always is."""
        return now.phase.traits.came_up or (_runs(now) and (before is None or not _runs(before)))


def _runs(row: FleetRow) -> bool:
    """Whether its target state is running."""
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
        """Ask for the stopped state."""
        return await api.instances.set_state(instance_id, "stopped")

    def achieved(self, before: FleetRow | None, now: FleetRow) -> bool:
        """Its target state is stopped: one that waits for a GPU will cost money again."""
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
        """Whether the label was changed or removed."""
        return "label changed" if self.text else "label removed"

    async def send(self, api: ActionClient, instance_id: int) -> Outcome:
        """Set the label."""
        return await api.instances.set_label(instance_id, self.text)

    def achieved(self, before: FleetRow | None, now: FleetRow) -> bool:
        """The label is the new one."""
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
        """The bid in $/h."""
        return {"price": repr(self.price)}

    async def send(self, api: ActionClient, instance_id: int) -> Outcome:
        """Change the bid."""
        return await api.instances.change_bid(instance_id, self.price)

    def achieved(self, before: FleetRow | None, now: FleetRow) -> bool:
        """The bid is the new one, but for rounding."""
        bid = now.instance.dph_base
        return bid is not None and abs(bid - self.price) < 1e-6 * max(1.0, self.price)


@dataclass(frozen=True, slots=True)
class Reboot(Action):
    """Stop and start the container on the same GPU."""

    what = "reboot"
    journaled = "if possible"
    promise = "rebooting"

    async def send(self, api: ActionClient, instance_id: int) -> Outcome:
        """Request a reboot."""
        return await api.instances.reboot(instance_id)

    def achieved(self, before: FleetRow | None, now: FleetRow) -> bool:
        """It has begun to reboot."""
        return _turned(Phase.REBOOTING, before, now)


@dataclass(frozen=True, slots=True)
class Recycle(Action):
    """Recreate the container from its image."""

    what = "recycle"
    journaled = "if possible"
    promise = "recreating its container"

    async def send(self, api: ActionClient, instance_id: int) -> Outcome:
        """Request a recycle."""
        return await api.instances.recycle(instance_id)

    def achieved(self, before: FleetRow | None, now: FleetRow) -> bool:
        """It has begun to recycle."""
        return _turned(Phase.RECYCLING, before, now)


@dataclass(frozen=True, slots=True)
class Destroy(Action):
    """Delete the instance and its disk. Done when a reading no longer lists it."""

    what = "destroy"
    aspect = "existence"
    absolute = True
    journaled = "if possible"
    promise = "destroyed: no longer listed or billed"

    async def send(self, api: ActionClient, instance_id: int) -> Outcome:
        """Request the deletion."""
        return await api.instances.destroy(instance_id)

    def achieved(self, before: FleetRow | None, now: FleetRow) -> bool:
        """Never while there is a row."""
        return False


def _turned(phase: Phase, before: FleetRow | None, now: FleetRow) -> bool:
    """Whether it has entered this phase since."""
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
        """The verb."""
        return ACCEPT if self.accept else REJECT

    @property
    def details(self) -> Mapping[str, str]:
        """The id of the increase."""
        return {"increase": str(self.increase_id)}

    @property
    def promise(self) -> str:
        """Whether it was accepted or rejected."""
        return "price increase accepted" if self.accept else "price increase rejected"

    async def send(self, api: ActionClient, instance_id: int) -> Outcome:
        """Answer the increase."""
        return await api.price_increases.answer(self.increase_id, accept=self.accept)

    def achieved(self, before: FleetRow | None, now: FleetRow) -> bool:
        """Unknown: the instance does not show it."""
        return False


JOURNALED = ("start", "bid", "reboot", "recycle", "destroy", ACCEPT, REJECT)
"""The kinds of journal rows about actions."""


def action_from(what: str, details: Mapping[str, str]) -> Action | None:
    """The action of a journal row; None if unreadable."""
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
