"""What can be done to an instance, each with how to ask for it and how to see that it was done."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal, Protocol

from vasttui.api.protocol import Outcome, VastAPI
from vasttui.models.status import Phase
from vasttui.services.fleet import Fleet, FleetRow

Journaled = Literal["no", "if possible", "always"]
"""Whether a row in the journal comes first; `always` means that nothing is sent without one."""


class Action(Protocol):
    """Something to do.

    `absolute` actions ask for a state and may be asked for again; the others do something once
    more each time, so they are never repeated. `promise` is what to say when the service agreed.
    """

    @property
    def what(self) -> str:
        """The verb."""

    @property
    def absolute(self) -> bool:
        """Whether asking twice is the same as asking once."""

    @property
    def journaled(self) -> Journaled:
        """Whether it is written down first."""

    @property
    def promise(self) -> str:
        """What to say when it was done."""

    async def send(self, api: VastAPI, instance_id: int) -> Outcome:
        """Ask the service, once."""

    def achieved(self, row: FleetRow, fleet: Fleet) -> bool:
        """Whether a reading shows that it was done."""


_COMING = {
    Phase.RUNNING, Phase.LOADING, Phase.PROVISIONING, Phase.STARTING, Phase.SCHEDULING,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Start:
    """Have it run."""

    what: str = "start"
    absolute: bool = True
    journaled: Journaled = "always"
    promise: str = "asked to start; that can take minutes"

    async def send(self, api: VastAPI, instance_id: int) -> Outcome:
        return await api.set_state(instance_id, "running")

    def achieved(self, row: FleetRow, fleet: Fleet) -> bool:
        return row.instance.intended_status == "running" or row.phase in _COMING


@dataclass(frozen=True, slots=True)
class Stop:
    """Have it not run; its disk stays."""

    what: str = "stop"
    absolute: bool = True
    journaled: Journaled = "no"
    promise: str = "stopping; its disk stays and is billed"

    async def send(self, api: VastAPI, instance_id: int) -> Outcome:
        return await api.set_state(instance_id, "stopped")

    def achieved(self, row: FleetRow, fleet: Fleet) -> bool:
        instance = row.instance
        return "stopped" in (instance.intended_status, instance.cur_state, instance.next_state)


@dataclass(frozen=True, slots=True)
class Rename:
    """Call it something else; an empty text takes the label away."""

    text: str
    what: str = "label"
    absolute: bool = True
    journaled: Journaled = "no"
    promise: str = "has the new label"

    async def send(self, api: VastAPI, instance_id: int) -> Outcome:
        return await api.set_label(instance_id, self.text)

    def achieved(self, row: FleetRow, fleet: Fleet) -> bool:
        return (row.instance.label or "") == self.text


@dataclass(frozen=True, slots=True)
class Bid:
    """Bid that many $/h for all its GPUs."""

    price: float
    what: str = "bid"
    absolute: bool = True
    journaled: Journaled = "always"
    promise: str = "has the new bid"

    async def send(self, api: VastAPI, instance_id: int) -> Outcome:
        return await api.change_bid(instance_id, self.price)

    def achieved(self, row: FleetRow, fleet: Fleet) -> bool:
        bid = row.instance.dph_base
        return bid is not None and abs(bid - self.price) < 1e-6 * max(1.0, self.price)


@dataclass(frozen=True, slots=True)
class Reboot:
    """Stop and start the container on the same GPU."""

    what: str = "reboot"
    absolute: bool = False
    journaled: Journaled = "if possible"
    promise: str = "rebooting"

    async def send(self, api: VastAPI, instance_id: int) -> Outcome:
        return await api.reboot(instance_id)

    def achieved(self, row: FleetRow, fleet: Fleet) -> bool:
        return True  # a reading after the service agreed; the state may have passed already


@dataclass(frozen=True, slots=True)
class Recycle:
    """Make the container anew from its image."""

    what: str = "recycle"
    absolute: bool = False
    journaled: Journaled = "if possible"
    promise: str = "being made anew"

    async def send(self, api: VastAPI, instance_id: int) -> Outcome:
        return await api.recycle(instance_id)

    def achieved(self, row: FleetRow, fleet: Fleet) -> bool:
        return True  # a reading after the service agreed; the state may have passed already


@dataclass(frozen=True, slots=True)
class AnswerIncrease:
    """Accept or reject the host's wish for more money."""

    increase_id: int
    accept: bool
    absolute: bool = False
    journaled: Journaled = "always"

    @property
    def what(self) -> str:
        return "accept the price of" if self.accept else "reject the price of"

    @property
    def promise(self) -> str:
        return "costs the new price from now on" if self.accept else "keeps its price"

    async def send(self, api: VastAPI, instance_id: int) -> Outcome:
        return await api.answer_price_increase(self.increase_id, accept=self.accept)

    def achieved(self, row: FleetRow, fleet: Fleet) -> bool:
        return True  # the service agreed; the list of wishes is read less often


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
