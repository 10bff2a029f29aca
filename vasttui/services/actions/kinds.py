"""The actions on an instance: how each is sent, and how a reading shows its effect."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from vasttui.api.outcome import Outcome
from vasttui.models.status import Phase
from vasttui.services.actions.context import ActionClient
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.text import clean

Journaled = Literal["no", "if possible", "always"]
"""Whether it is journaled before it is sent; `always`: it is not sent without."""

Aspect = Literal["state", "label", "bid", "increase", "existence"]
"""What an action changes; a newer action on the same aspect of an instance replaces it."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do to an instance, with safe defaults.

    `what` is the verb, and the kind of the journal row, which keeps `details` for the next start;
    `promise` is said behind the verb and the name when it took effect, `promises` of several where
    that is another sentence. `send` sends one request about the instance with that id. `achieved`
    tells whether a reading shows the effect, from the row before it was sent, if known, and the row
    now. `absolute` actions ask for a state and may be sent twice; the others act
    each time, so they are sent once. `persists`: it is retried if the service was not reached, and
    sent though another window does it. `shared`: it is enough if another window does it.
    """

    what: str
    promise: str
    send: Callable[[ActionClient, int], Awaitable[Outcome]] = field(compare=False)
    achieved: Callable[[FleetRow | None, FleetRow], bool] = field(compare=False)
    promises: str = ""
    aspect: Aspect = "state"
    absolute: bool = False
    persists: bool = False
    shared: bool = False
    journaled: Journaled = "always"
    details: Mapping[str, str] = field(default_factory=dict)


def _runs(row: FleetRow) -> bool:
    """Whether its target state is running."""
    return row.instance.intended_status == "running"


def _started(before: FleetRow | None, now: FleetRow) -> bool:
    """It came up, or is meant to run and was not before: an exited container always is."""
    return now.phase.traits.came_up or (_runs(now) and (before is None or not _runs(before)))


def _turned(phase: Phase) -> Callable[[FleetRow | None, FleetRow], bool]:
    """Whether it has entered this phase since."""
    return lambda before, now: (
        now.phase is phase and before is not None and before.phase is not phase
    )


START = Action(
    "start", "starting; that can take minutes",
    lambda api, instance: api.instances.set_state(instance, "running"), _started,
    absolute=True, shared=True,
)  # fmt: skip

STOP = Action(
    "stop", "stopping; its disk stays and is billed",
    lambda api, instance: api.instances.set_state(instance, "stopped"),
    # The state to be: one that waits for a GPU will cost money again.
    lambda before, now: now.instance.intended_status == "stopped",
    promises="stopping; their disks stay and are billed",
    absolute=True, persists=True, journaled="if possible",
)  # fmt: skip
"""Its disk stays."""

REBOOT = Action(
    "reboot", "restarting on the same GPU", lambda api, instance: api.instances.reboot(instance),
    _turned(Phase.REBOOTING), journaled="if possible",
)  # fmt: skip
"""Stop and start the container on the same GPU."""

RECYCLE = Action(
    "recycle", "recreating its container", lambda api, instance: api.instances.recycle(instance),
    _turned(Phase.RECYCLING), promises="recreating their containers", journaled="if possible",
)  # fmt: skip
"""Recreate the container from its image."""

DESTROY = Action(
    "destroy", "no longer listed or billed",
    lambda api, instance: api.instances.destroy(instance),
    lambda before, now: False,  # done when a reading no longer lists it
    aspect="existence", absolute=True, journaled="if possible",
)  # fmt: skip
"""Delete the instance and its disk."""


def rename(label: str) -> Action:
    """Change the label; an empty text removes it."""
    return Action(
        "label", "changed" if label else "removed",
        lambda api, instance: api.instances.set_label(instance, label),
        lambda before, now: (now.instance.label or "") == clean(label),
        aspect="label", absolute=True, persists=True, journaled="no", details={"label": label},
    )  # fmt: skip


def bid(price: float) -> Action:
    """Change the bid to `price` $/h for all its GPUs."""

    def achieved(before: FleetRow | None, now: FleetRow) -> bool:
        """The bid is the new one, but for rounding."""
        new = now.instance.dph_base
        return new is not None and abs(new - price) < 1e-6 * max(1.0, price)

    return Action(
        "bid", "changed", lambda api, instance: api.instances.change_bid(instance, price),
        achieved, aspect="bid", absolute=True, details={"price": repr(price)},
    )  # fmt: skip


ACCEPT, REJECT = "accept the price of", "reject the price of"


def answer_increase(increase: int, *, accept: bool) -> Action:
    """Accept or reject the pending price increase with that id."""
    return Action(
        ACCEPT if accept else REJECT, "done",
        lambda api, instance: api.price_increases.answer(increase, accept=accept),
        lambda before, now: False,  # the instance does not show it
        aspect="increase", details={"increase": str(increase)},
    )  # fmt: skip


_PLAIN = {action.what: action for action in (START, STOP, REBOOT, RECYCLE, DESTROY)}

JOURNALED = (*_PLAIN, "bid", ACCEPT, REJECT)
"""The kinds of journal rows about actions."""


def action_from(what: str, details: Mapping[str, str]) -> Action | None:
    """The action of a journal row; None if unreadable."""
    if what in (ACCEPT, REJECT):
        number = details.get("increase", "")
        accept = what == ACCEPT
        return answer_increase(int(number), accept=accept) if number.isdecimal() else None
    if what == "bid":
        try:
            return bid(float(details["price"]))
        except (KeyError, ValueError):
            return None
    return _PLAIN.get(what)
