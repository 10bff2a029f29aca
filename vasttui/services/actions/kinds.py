"""What can be done to an instance, each with how to ask for it and how to see that it was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal, Protocol

from vasttui.api.protocol import Outcome, VastAPI
from vasttui.models.status import Phase
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.text import clean

Journaled = Literal["no", "if possible", "always"]
"""Whether a row in the journal comes first; `always` means that nothing is sent without one."""


Aspect = Literal["state", "label", "bid", "increase", "existence"]
"""What of an instance an action is about; of one aspect only the newest wish counts."""


class Action(Protocol):
    """Something to do.

    `absolute` actions ask for a state and may be asked for again; the others do something once
    more each time, so they are never repeated. `promise` is what to say when the service agreed.
    """

    @property
    def what(self) -> str:
        """The verb."""

    @property
    def aspect(self) -> Aspect:
        """What of the instance it changes."""

    @property
    def absolute(self) -> bool:
        """Whether asking twice is the same as asking once."""

    @property
    def persists(self) -> bool:
        """Whether it is tried again by itself when the service could not be reached."""

    @property
    def shared(self) -> bool:
        """Whether it is enough that another window does it."""

    @property
    def journaled(self) -> Journaled:
        """Whether it is written down first."""

    @property
    def details(self) -> Mapping[str, str]:
        """What the journal has to keep, so that another window understands it."""

    @property
    def promise(self) -> str:
        """What to say when it was done."""

    async def send(self, api: VastAPI, instance_id: int) -> Outcome:
        """Ask the service, once."""

    def achieved(self, before: FleetRow | None, now: FleetRow) -> bool:
        """Whether a reading shows that it was done; `before` is from before it was asked for,
        None where nobody knows."""


_COMING = {
    Phase.RUNNING, Phase.LOADING, Phase.PROVISIONING, Phase.STARTING, Phase.SCHEDULING,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Start:
    """Have it run."""

    what: str = "start"
    aspect: Aspect = "state"
    absolute: bool = True
    persists: bool = False
    shared: bool = True
    journaled: Journaled = "always"
    details: Mapping[str, str] = field(default_factory=dict)
    promise: str = "asked to start; that can take minutes"

    async def send(self, api: VastAPI, instance_id: int) -> Outcome:
        return await api.set_state(instance_id, "running")

    def achieved(self, before: FleetRow | None, now: FleetRow) -> bool:
        # A container that ended by itself is meant to run all along: that says nothing.
        return now.phase in _COMING or (_runs(now) and (before is None or not _runs(before)))


def _runs(row: FleetRow) -> bool:
    """Whether the service means it to run."""
    return row.instance.intended_status == "running"


@dataclass(frozen=True, slots=True)
class Stop:
    """Have it not run; its disk stays."""

    what: str = "stop"
    aspect: Aspect = "state"
    absolute: bool = True
    persists: bool = True
    shared: bool = False
    journaled: Journaled = "no"
    details: Mapping[str, str] = field(default_factory=dict)
    promise: str = "stopping; its disk stays and is billed"

    async def send(self, api: VastAPI, instance_id: int) -> Outcome:
        return await api.set_state(instance_id, "stopped")

    def achieved(self, before: FleetRow | None, now: FleetRow) -> bool:
        # What is halted but meant to run waits for a GPU, and will cost money again.
        return now.instance.intended_status == "stopped"


@dataclass(frozen=True, slots=True)
class Rename:
    """Call it something else; an empty text takes the label away."""

    text: str
    what: str = "label"
    aspect: Aspect = "label"
    absolute: bool = True
    persists: bool = True
    shared: bool = False
    journaled: Journaled = "no"
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def promise(self) -> str:
        return "has the new label" if self.text else "has no label any more"

    async def send(self, api: VastAPI, instance_id: int) -> Outcome:
        return await api.set_label(instance_id, self.text)

    def achieved(self, before: FleetRow | None, now: FleetRow) -> bool:
        return (now.instance.label or "") == clean(self.text)


@dataclass(frozen=True, slots=True)
class Bid:
    """Bid that many $/h for all its GPUs."""

    price: float
    what: str = "bid"
    aspect: Aspect = "bid"
    absolute: bool = True
    persists: bool = False
    shared: bool = False
    journaled: Journaled = "always"
    promise: str = "has the new bid"

    @property
    def details(self) -> Mapping[str, str]:
        return {"price": repr(self.price)}

    async def send(self, api: VastAPI, instance_id: int) -> Outcome:
        return await api.change_bid(instance_id, self.price)

    def achieved(self, before: FleetRow | None, now: FleetRow) -> bool:
        bid = now.instance.dph_base
        return bid is not None and abs(bid - self.price) < 1e-6 * max(1.0, self.price)


@dataclass(frozen=True, slots=True)
class Reboot:
    """Stop and start the container on the same GPU."""

    what: str = "reboot"
    aspect: Aspect = "state"
    absolute: bool = False
    persists: bool = False
    shared: bool = False
    journaled: Journaled = "if possible"
    details: Mapping[str, str] = field(default_factory=dict)
    promise: str = "rebooting"

    async def send(self, api: VastAPI, instance_id: int) -> Outcome:
        return await api.reboot(instance_id)

    def achieved(self, before: FleetRow | None, now: FleetRow) -> bool:
        return _turned(Phase.REBOOTING, before, now)


@dataclass(frozen=True, slots=True)
class Recycle:
    """Make the container anew from its image."""

    what: str = "recycle"
    aspect: Aspect = "state"
    absolute: bool = False
    persists: bool = False
    shared: bool = False
    journaled: Journaled = "if possible"
    details: Mapping[str, str] = field(default_factory=dict)
    promise: str = "being made anew"

    async def send(self, api: VastAPI, instance_id: int) -> Outcome:
        return await api.recycle(instance_id)

    def achieved(self, before: FleetRow | None, now: FleetRow) -> bool:
        return _turned(Phase.RECYCLING, before, now)


@dataclass(frozen=True, slots=True)
class Destroy:
    """Delete it and its disk for ever. Done when a whole reading no longer has it."""

    what: str = "destroy"
    aspect: Aspect = "existence"
    absolute: bool = True
    persists: bool = False
    shared: bool = False
    journaled: Journaled = "if possible"
    details: Mapping[str, str] = field(default_factory=dict)
    promise: str = "destroyed: it is not listed any more, and not billed"

    async def send(self, api: VastAPI, instance_id: int) -> Outcome:
        return await api.destroy(instance_id)

    def achieved(self, before: FleetRow | None, now: FleetRow) -> bool:
        return False  # as long as there is a row


def _turned(phase: Phase, before: FleetRow | None, now: FleetRow) -> bool:
    """Whether it came into that state since."""
    return now.phase is phase and before is not None and before.phase is not phase


@dataclass(frozen=True, slots=True)
class AnswerIncrease:
    """Accept or reject the host's wish for more money."""

    increase_id: int
    accept: bool
    aspect: Aspect = "increase"
    absolute: bool = False
    persists: bool = False
    shared: bool = False
    journaled: Journaled = "always"

    @property
    def what(self) -> str:
        return ACCEPT if self.accept else REJECT

    @property
    def details(self) -> Mapping[str, str]:
        return {"increase": str(self.increase_id)}

    @property
    def promise(self) -> str:
        return "costs the new price from now on" if self.accept else "keeps its price"

    async def send(self, api: VastAPI, instance_id: int) -> Outcome:
        return await api.answer_price_increase(self.increase_id, accept=self.accept)

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
    """How an action on one instance goes; `sentence` says it to the user. `is_recovered` says that
    another run of the program began it."""

    instance_id: int
    name: str
    what: str
    step: Step
    sentence: str
    is_recovered: bool = False

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self.step in OVER
