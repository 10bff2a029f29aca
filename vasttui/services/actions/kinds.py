"""What can be done to an instance, each with how to ask for it and how to see that it was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, Literal

from vasttui.api.outcome import Outcome
from vasttui.models.status import Phase
from vasttui.services.actions.client import ActionClient
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.text import clean

Journaled = Literal["no", "if possible", "always"]
"""Whether a row in the journal comes first; `always` means that nothing is sent without one."""


Aspect = Literal["state", "label", "bid", "increase", "existence"]
"""What of an instance an action is about; of one aspect only the newest wish counts."""


class Action:
    """Something to do.

    `absolute` actions ask for a state and may be asked for again; the others do something once
    more each time, so they are never repeated. `persists`: it is tried again by itself when the
    service could not be reached. `shared`: it is enough that another window does it.
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
        """What the journal has to keep, so that another window understands it."""
        return {}

    @property
    def promise(self) -> str:
        """What to say when it was done."""
        raise NotImplementedError

    async def send(self, api: ActionClient, instance_id: int) -> Outcome:
        """Ask the service, once."""
        raise NotImplementedError

    def achieved(self, before: FleetRow | None, now: FleetRow) -> bool:
        """Whether a reading shows that it was done; `before` is from before it was asked for,
        None where nobody knows."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Start(Action):
    """Have it run."""

    what = "start"
    absolute = True
    shared = True
    promise = "asked to start; that can take minutes"

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
    """Have it not run; its disk stays."""

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
    """Call it something else; an empty text takes the label away."""

    text: str
    what = "label"
    aspect = "label"
    absolute = True
    persists = True
    journaled = "no"

    @property
    def promise(self) -> str:
        return "has the new label" if self.text else "has no label any more"

    async def send(self, api: ActionClient, instance_id: int) -> Outcome:
        return await api.instances.set_label(instance_id, self.text)

    def achieved(self, before: FleetRow | None, now: FleetRow) -> bool:
        return (now.instance.label or "") == clean(self.text)


@dataclass(frozen=True, slots=True)
class Bid(Action):
    """Bid that many $/h for all its GPUs."""

    price: float
    what = "bid"
    aspect = "bid"
    absolute = True
    promise = "has the new bid"

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
    """Make the container anew from its image."""

    what = "recycle"
    journaled = "if possible"
    promise = "being made anew"

    async def send(self, api: ActionClient, instance_id: int) -> Outcome:
        return await api.instances.recycle(instance_id)

    def achieved(self, before: FleetRow | None, now: FleetRow) -> bool:
        return _turned(Phase.RECYCLING, before, now)


@dataclass(frozen=True, slots=True)
class Destroy(Action):
    """Delete it and its disk for ever. Done when a whole reading no longer has it."""

    what = "destroy"
    aspect = "existence"
    absolute = True
    journaled = "if possible"
    promise = "destroyed: it is not listed any more, and not billed"

    async def send(self, api: ActionClient, instance_id: int) -> Outcome:
        return await api.instances.destroy(instance_id)

    def achieved(self, before: FleetRow | None, now: FleetRow) -> bool:
        return False  # as long as there is a row


def _turned(phase: Phase, before: FleetRow | None, now: FleetRow) -> bool:
    """Whether it came into that state since."""
    return now.phase is phase and before is not None and before.phase is not phase


@dataclass(frozen=True, slots=True)
class AnswerIncrease(Action):
    """Accept or reject the host's wish for more money."""

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
        return "costs the new price from now on" if self.accept else "keeps its price"

    async def send(self, api: ActionClient, instance_id: int) -> Outcome:
        return await api.price_increases.answer(self.increase_id, accept=self.accept)

    def achieved(self, before: FleetRow | None, now: FleetRow) -> bool:
        return False  # the instance does not say; only the service's answer does


ACCEPT, REJECT = "accept the price of", "reject the price of"
JOURNALED = ("start", "bid", "reboot", "recycle", "destroy", ACCEPT, REJECT)
"""What the actions that are written down call themselves."""


def written_action(what: str, details: Mapping[str, str]) -> Action | None:
    """The action that a row of the journal is about; None for what cannot be understood."""
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


class Step(Enum):
    """How far an action is."""

    WAITING = "waiting"
    SENDING = "sending"
    CHECKING = "checking"
    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unconfirmed"
    GONE = "gone"
    SKIPPED = "skipped"


OVER = frozenset({Step.DONE, Step.REFUSED, Step.UNKNOWN, Step.GONE, Step.SKIPPED})


@dataclass(frozen=True, slots=True)
class ActionState:
    """How an action on one instance goes; `sentence` says it to the user."""

    instance_id: int
    name: str
    what: str
    step: Step
    sentence: str

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self.step in OVER
