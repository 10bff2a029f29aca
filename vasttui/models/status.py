"""What state an instance is in, read from the fields in which the service says so.

The words and their order follow docs: "show instances" and the status table of client 1.9.1.
"""

from __future__ import annotations

import re
from enum import Enum

from vasttui.models.instance import Instance


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
_SETTLING = {
    Phase.PROVISIONING, Phase.LOADING, Phase.STARTING, Phase.STOPPING, Phase.REBOOTING,
    Phase.RECYCLING,
}  # fmt: skip


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


def is_settling(phase: Phase) -> bool:
    """Whether it will be something else soon, so that it is worth looking more often."""
    return phase in _SETTLING


def glyph(phase: Phase) -> str:
    """A sign for the state, so that colour is never the only one."""
    if phase in (Phase.RUNNING, Phase.FROZEN):
        return "●"
    if phase is Phase.PROVISIONING:
        return "◌"
    if phase in _SETTLING or phase is Phase.SCHEDULING:
        return "◐"
    return "○" if phase is Phase.STOPPED else "✖"


def tone(phase: Phase) -> str:
    """How good the state is: "good", "warn", "bad" or "dim"."""
    if phase is Phase.RUNNING:
        return "good"
    if phase is Phase.STOPPED:
        return "dim"
    return "warn" if phase in _SETTLING or phase in (Phase.SCHEDULING, Phase.FROZEN) else "bad"
