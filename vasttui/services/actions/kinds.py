"""The actions on an instance: how each is sent, and how a reading shows its effect."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from vasttui.api.outcome import Outcome
from vasttui.models.remake import Remake
from vasttui.models.snapshot import SnapshotRequest
from vasttui.models.status import Phase
from vasttui.services.actions.context import ActionClient
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.text import clean

Journaled = Literal["if possible", "always"]
"""Whether it is journaled before it is sent; `always`: it is not sent without."""

Aspect = Literal["state", "label", "bid", "increase", "snapshot", "existence"]
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
    `must_show`: being accepted is not enough. `renews`: the instance may get a new start date.
    `holds_secrets`: they are in `send`, which is dropped once it is over. `check` says what to look
    at before it is repeated.
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
    must_show: bool = False
    renews: bool = False
    holds_secrets: bool = False
    check: str = "Check its state before you repeat it"

    @property
    def over(self) -> Action:
        """The same when nothing is sent any more, without what it held for that."""
        return replace(self, send=_nothing) if self.holds_secrets else self


async def _nothing(api: ActionClient, instance: int) -> Outcome:
    raise AssertionError("it is over")


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

_NOT_TO_STOP = {Phase.STOPPING, Phase.STOPPED, Phase.OUTBID, Phase.OFFLINE}


def can_stop(row: FleetRow) -> bool:
    """Whether there is anything to stop, and its host is not known to be away."""
    return row.phase not in _NOT_TO_STOP and not STOP.achieved(None, row)


REBOOT = Action(
    "reboot", "restarting on the same GPU", lambda api, instance: api.instances.reboot(instance),
    _turned(Phase.REBOOTING), journaled="if possible",
)  # fmt: skip
"""Stop and start the container on the same GPU."""


def _made_anew(before: FleetRow | None, now: FleetRow) -> bool:
    """It is being recreated, or has a later start date."""
    if before is not None and now.instance.renews(before.instance):
        return True
    return _turned(Phase.RECYCLING)(before, now)


RECYCLE = Action(
    "recycle", "recreating its container", lambda api, instance: api.instances.recycle(instance),
    _made_anew, promises="recreating their containers", journaled="if possible", renews=True,
)  # fmt: skip
"""Recreate the container from its image."""

DESTROY = Action(
    "destroy", "no longer listed or billed",
    lambda api, instance: api.instances.destroy(instance),
    lambda before, now: False,  # done when a reading no longer lists it
    aspect="existence", absolute=True, journaled="if possible",
)  # fmt: skip
"""Delete the instance and its disk."""


def snapshot(request: SnapshotRequest) -> Action:
    """Push a snapshot of the container. Only the registry shows what became of it."""
    repository = request.repository
    return Action(
        "snapshot",
        f"accepted. In 5 to 10 minutes, or later, look in {repository}: nothing else tells of it",
        lambda api, instance: api.instances.snapshot(instance, request),
        lambda before, now: False,  # the instance does not show it
        aspect="snapshot", journaled="if possible", details={"repository": repository},
        holds_secrets=True,
        check=f"Look in {repository} before you repeat it: each snapshot pushes another tag",
    )  # fmt: skip


def remake(change: Remake) -> Action:
    """Recreate the container with other settings."""
    shown = {"image": change.image, "template": change.template_hash}
    names = None  # a template adds its own
    if change.env is not None and change.template_hash is None:
        names = frozenset(change.env)
    return replace(
        _remake({name: text for name, text in shown.items() if text}, names),
        send=lambda api, instance: api.instances.update(instance, change),
    )


def _remake(shown: Mapping[str, str], names: frozenset[str] | None = None) -> Action:
    """Without its request. It has taken effect when the instance has this image, this template, and
    variables of these names; if it has had them all along, when it is recreated."""

    def has_all(row: FleetRow) -> bool:
        has = row.instance
        return (
            shown.get("image", has.image_uuid) == has.image_uuid
            and shown.get("template", has.template_hash_id) == has.template_hash_id
            and (names is None or names == frozenset(has.env_names))
        )

    def achieved(before: FleetRow | None, now: FleetRow) -> bool:
        if not has_all(now):
            return False
        had = not shown if before is None else has_all(before)
        return not had or _made_anew(before, now)

    return Action(
        "update", "it has the new settings", _nothing,
        achieved, journaled="if possible", details=shown, must_show=True, renews=True,
        holds_secrets=True,
    )  # fmt: skip


def rename(label: str) -> Action:
    """Change the label; an empty text removes it."""
    return Action(
        "label", "changed" if label else "removed",
        lambda api, instance: api.instances.set_label(instance, label),
        lambda before, now: (now.instance.label or "") == clean(label),
        aspect="label", absolute=True, persists=True, journaled="if possible",
        details={"label": label},
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

JOURNALED = (*_PLAIN, "label", "bid", "snapshot", "update", ACCEPT, REJECT)
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
    if what == "label":
        return rename(details["label"]) if "label" in details else None
    if what == "snapshot":
        return snapshot(SnapshotRequest(details.get("repository", "?"), "", ""))
    return _remake(details) if what == "update" else _PLAIN.get(what)
