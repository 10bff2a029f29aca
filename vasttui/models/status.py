"""The state of an instance, derived from the service's status fields.

Status words and their precedence follow docs: "show instances" and the status table of client
1.9.1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from vasttui.models.instance import Instance

Tone = Literal["good", "warn", "bad", "dim"]
"""How good a state is, as a color."""


class Phase(Enum):
    """The state of an instance; the value is the word shown on screen."""

    RUNNING = "running"
    PROVISIONING = "creating"
    LOADING = "loading"
    STARTING = "starting"
    SCHEDULING = "scheduling"
    STOPPING = "stopping"
    STOPPED = "stopped"
    OUTBID = "outbid"
    REBOOTING = "rebooting"
    RECYCLING = "recycling"
    FROZEN = "frozen"
    EXITED = "exited"
    FAILED = "failed"
    OFFLINE = "offline"
    NO_SIGNAL = "no signal"
    UNREADABLE = "unreadable"

    __hash__ = object.__hash__
    """That of an enumeration is ten times as slow, and states are looked up and counted often."""

    @property
    def traits(self) -> Traits:
        """What applies to every instance in this state."""
        return TRAITS[self]

    @property
    def clause(self) -> str:
        """What is to be said of an instance in this state: `is being created`."""
        return _CLAUSES.get(self, f"is {self.value}")

    @property
    def rank(self) -> int:
        """Its place in order of urgency, most urgent first."""
        return _RANKS[self]


class Traits(Struct, frozen=True):
    """What applies to every instance in a state.

    `glyph` is its sign, so that color is never the only one; `note` is the short note, if it is
    always the same.
    """

    glyph: str
    tone: Tone
    note: str = ""
    settles: bool = False
    """It will change soon, so it is worth polling more often."""
    is_new: bool = False
    """The instance is being created."""
    wants_gpu: bool = False
    """It is running or meant to run, so that it can be stopped."""
    came_up: bool = False
    """The state of an instance after a start was accepted."""
    halted: bool = False
    """It will not continue on its own."""
    restarts: bool = False
    """It has a container that can be restarted."""
    bills_gpu: bool = False
    """The GPU is billed, or counted as billed if unknown (docs: "billing")."""
    has_clock: bool = True
    """The time in this state is shown."""


TRAITS: Mapping[Phase, Traits] = {
    Phase.FAILED: Traits("✖", "bad", halted=True, restarts=True),
    Phase.OUTBID: Traits("✖", "bad", halted=True),
    Phase.OFFLINE: Traits("✖", "bad", "offline, not billed"),
    Phase.NO_SIGNAL: Traits("✖", "bad", "host silent: billed?"),
    Phase.UNREADABLE: Traits(
        "✖", "bad", "state is unreadable", restarts=True, bills_gpu=True, has_clock=False,
    ),
    Phase.EXITED: Traits("✖", "bad", halted=True, restarts=True),
    Phase.FROZEN: Traits(
        "●", "warn", "paused, GPU is billed",
        wants_gpu=True, halted=True, restarts=True, bills_gpu=True,
    ),
    Phase.LOADING: Traits(
        "◐", "warn", settles=True, is_new=True, wants_gpu=True, came_up=True, restarts=True,
    ),
    Phase.PROVISIONING: Traits(
        "◌", "warn", settles=True, is_new=True, wants_gpu=True, came_up=True,
    ),
    Phase.STARTING: Traits(
        "◐", "warn", "start can take minutes",
        settles=True, wants_gpu=True, came_up=True, restarts=True,
    ),
    Phase.SCHEDULING: Traits(
        "◐", "warn", "waiting: GPU is taken", wants_gpu=True, came_up=True,
    ),
    Phase.REBOOTING: Traits(
        "◐", "warn", "restarting, same GPU",
        settles=True, wants_gpu=True, restarts=True, bills_gpu=True,
    ),
    Phase.RECYCLING: Traits(
        "◐", "warn", "recreating from image", settles=True, wants_gpu=True, restarts=True,
    ),
    Phase.STOPPING: Traits(
        "◐", "warn", "stopping, GPU billed", settles=True, bills_gpu=True,
    ),
    Phase.RUNNING: Traits(
        "●", "good",
        wants_gpu=True, came_up=True, restarts=True, bills_gpu=True, has_clock=False,
    ),
    Phase.STOPPED: Traits("○", "dim", halted=True),
}  # fmt: skip
"""The states, most urgent first."""

_CLAUSES = {
    Phase.PROVISIONING: "is being created",
    Phase.SCHEDULING: "is waiting for its GPU",
    Phase.RECYCLING: "is being recreated",
    Phase.OUTBID: "was outbid",
    Phase.EXITED: "has exited",
    Phase.FAILED: "has failed",
    Phase.NO_SIGNAL: "gives no signal",
    Phase.UNREADABLE: "has a state that cannot be read",
}
_RANKS = {phase: rank for rank, phase in enumerate(TRAITS)}


_FIELDS = {"actual_status", "cur_state", "next_state", "intended_status"}
_FAILURE = (
    r"(?i)\berror\b|\bfailed\b|\bfailure\b|\bexception\b|traceback|oci runtime|permission denied"
    r"|access denied|unauthorized"
)
_SIMPLE = {
    "frozen": Phase.FROZEN,
    "rebooting": Phase.REBOOTING,
    "restarting": Phase.REBOOTING,
    "recycling": Phase.RECYCLING,
    "offline": Phase.OFFLINE,
    "unknown": Phase.NO_SIGNAL,
}
_NOT_PLACED = {"stopped", "unloaded"}
_STARTS_FROM = {Phase.STARTING, Phase.STOPPED, Phase.SCHEDULING, Phase.OUTBID}


def phase_of(instance: Instance, before: Phase | None = None) -> Phase:
    """The state that all status fields add up to.

    Only the word "running" means running; an unknown or unreadable word makes the state unreadable.
    An instance that was asked to start has the same fields as one whose container exited on its
    own: only the state `before` distinguishes them.
    """
    phase = _present(instance)
    return Phase.STARTING if phase is Phase.EXITED and before in _STARTS_FROM else phase


def _present(instance: Instance) -> Phase:
    actual = instance.actual_status
    if _FIELDS & set(instance.unread):
        return Phase.UNREADABLE
    if actual in _SIMPLE:
        return _SIMPLE[actual]
    if actual == "running":
        return Phase.STOPPING if _stops(instance) else Phase.RUNNING
    if actual in ("stopped", "exited"):
        return _halted(instance)
    if actual in (None, "created", "scheduling", "loading"):
        return _coming(instance)
    return Phase.UNREADABLE


def _stops(instance: Instance) -> bool:
    return "stopped" in (instance.intended_status, instance.next_state)


def _halted(instance: Instance) -> Phase:
    wanted = instance.intended_status == "running"
    halted = instance.cur_state in _NOT_PLACED
    if instance.cur_state == "running" and _stops(instance):
        return Phase.STOPPING
    if not halted and (wanted or instance.cur_state == "running"):
        return Phase.FAILED if has_failed(instance) else Phase.EXITED
    if instance.is_bid and halted and (wanted or _is_outbid(instance)):
        return Phase.OUTBID
    if wanted:
        return Phase.SCHEDULING
    return Phase.FAILED if has_failed(instance) else Phase.STOPPED


def _is_outbid(instance: Instance) -> bool:
    """Whether the bid is below the winning bid. No field says so, but the prices do."""
    bid, least = instance.dph_base, instance.min_bid
    return bid is not None and least is not None and bid < least


def _coming(instance: Instance) -> Phase:
    if has_failed(instance):
        return Phase.FAILED
    if instance.cur_state in _NOT_PLACED:
        if instance.intended_status != "running":
            return Phase.STOPPED
        return Phase.OUTBID if instance.is_bid else Phase.SCHEDULING
    if instance.actual_status == "scheduling":
        return Phase.SCHEDULING
    return Phase.LOADING if instance.actual_status == "loading" else Phase.PROVISIONING


def has_failed(instance: Instance) -> bool:
    """Whether the host's last message reports a failure (client 1.9.1 `machines.py`). That of a
    copy is none of the instance."""
    # start-up: only where instances are known
    from vasttui.models.copy_words import report_in

    message = instance.status_msg or ""
    if "failed" in (report_in(message), report_in(message, cloud=True)):
        return False
    return not message.startswith("success") and re.search(_FAILURE, message) is not None
