"""What state an instance is in, read from the fields in which the service says so.

The words and their order follow docs: "show instances" and the status table of client 1.9.1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from vasttui.models.instance import Instance

Tone = Literal["good", "warn", "bad", "dim"]
"""How good a state is."""


class Phase(Enum):
    """The state of an instance in one word; the value is that word on the screen."""

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

    @property
    def traits(self) -> Traits:
        """What goes for every instance in this state."""
        return TRAITS[self]

    @property
    def rank(self) -> int:
        """Its place among the states, the one that most needs somebody first."""
        return _RANKS[self]


@dataclass(frozen=True, slots=True)
class Traits:
    """What goes for every instance in one state.

    `glyph` is its sign, so that colour is never the only one; `note` what matters most about it,
    where that is always the same.
    """

    glyph: str
    tone: Tone
    note: str = ""
    settles: bool = False
    """It will soon be something else: worth looking more often."""
    is_new: bool = False
    """The instance is on its way for the first time."""
    wants_gpu: bool = False
    """It runs or is meant to: stopping it is what changes something."""
    came_up: bool = False
    """What a start that was taken looks like."""
    halted: bool = False
    """It does not go on by itself."""
    restarts: bool = False
    """There is a container that can be restarted."""
    bills_gpu: bool = False
    """The GPU is billed, or counted as billed where nobody knows (docs: "billing")."""
    has_clock: bool = True
    """It matters since when it is so."""


TRAITS: Mapping[Phase, Traits] = {
    Phase.FAILED: Traits("✖", "bad", halted=True, restarts=True),
    Phase.OUTBID: Traits("✖", "bad", halted=True),
    Phase.OFFLINE: Traits("✖", "bad", "host lost, no billing"),
    Phase.NO_SIGNAL: Traits("✖", "bad", "no signal: billed?"),
    Phase.UNREADABLE: Traits(
        "✖", "bad", "state cannot be read", restarts=True, bills_gpu=True, has_clock=False,
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
        "◐", "warn", "asked to start: minutes",
        settles=True, wants_gpu=True, came_up=True, restarts=True,
    ),
    Phase.SCHEDULING: Traits(
        "◐", "warn", "waits: the GPU is taken", wants_gpu=True, came_up=True,
    ),
    Phase.REBOOTING: Traits(
        "◐", "warn", "restarts on the same GPU",
        settles=True, wants_gpu=True, restarts=True, bills_gpu=True,
    ),
    Phase.RECYCLING: Traits(
        "◐", "warn", "made anew from its image", settles=True, wants_gpu=True, restarts=True,
    ),
    Phase.STOPPING: Traits(
        "◐", "warn", "GPU billed until stopped", settles=True, bills_gpu=True,
    ),
    Phase.RUNNING: Traits(
        "●", "good",
        wants_gpu=True, came_up=True, restarts=True, bills_gpu=True, has_clock=False,
    ),
    Phase.STOPPED: Traits("○", "dim", halted=True),
}  # fmt: skip
"""The states, the one that most needs somebody first."""

_RANKS = {phase: rank for rank, phase in enumerate(TRAITS)}


_FIELDS = {"actual_status", "cur_state", "next_state", "intended_status"}
_FAILURE = re.compile(
    r"\berror\b|\bfailed\b|\bfailure\b|\bexception\b|traceback|oci runtime|permission denied"
    r"|access denied|unauthorized",
    re.IGNORECASE,
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
    """The state that all fields together mean.

    Nothing but the word "running" makes an instance run; a word that is not known, or cannot be
    read, makes it unreadable. An instance that was asked to start says the same as one whose
    container ended by itself: only the state it was in `before` tells them apart.
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
    """Whether the bid is below what wins now. Nobody says so, but the prices do."""
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
    """Whether the host's last message tells of a failure (client 1.9.1 `machines.py`)."""
    message = instance.status_msg or ""
    return not message.startswith("success") and _FAILURE.search(message) is not None
