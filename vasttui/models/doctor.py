"""What the state of an instance means, how long it usually takes, and what helps.

The usual times are those of the service's own documentation (docs: "manage instances",
"troubleshooting").
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vasttui.models.bill import Bill
from vasttui.models.instance import Instance
from vasttui.models.ssh_address import direct_address, proxy_address
from vasttui.models.status import Phase

MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0
SLOW_AFTER = 5 * MINUTE
"""Seconds that loading usually takes at most."""
STUCK_AFTER = 20 * MINUTE
"""Seconds of loading after which another machine is the better choice."""
TAKEN_AFTER = 30.0
"""Seconds of scheduling after which the GPU is surely taken."""
ENDS_SOON = 3 * DAY
FULL_DISK = 0.9


@dataclass(frozen=True, slots=True)
class Advice:
    """What a state means. `usual` says how long it takes, `cause` what is probably behind it.

    `action_id` is the one key that helps, `action_text` what it does; both may be empty.
    """

    meaning: str
    usual: str = ""
    cause: str = ""
    action_id: str = ""
    action_text: str = ""
    urgent: bool = False


_LOGS = ("instances.logs", "shows the log")
_HOST_LOG = ("instances.logs", "shows the log; h there is the host's")
_START = ("instances.toggle", "starts it")
_STOP = ("instances.toggle", "stops it")
_REBOOT = ("instances.reboot", "reboots it")
_BID = ("instances.bid", "changes the bid")
_TEST = ("instances.doctor", "tests the SSH login")

_CAUSES = (
    (r"manifest.*not found|manifest unknown", "The image or its tag does not exist."),
    (r"pull access denied|repository does not exist", "The image is private or misspelt."),
    (r"unauthorized|authentication required", "The registry wants a login for this image."),
    (r"no space left|disk quota", "The disk is too small for the image."),
    (r"cdi devices|nvidia-container|driver/library version", "The host's GPU driver is broken."),
    (r"toomanyrequests|rate limit", "The registry refuses so many downloads: try again later."),
    (r"port is already allocated|address already in use", "A port is taken on the host."),
    (r"oci runtime|failed to create task|failed to start", "The container does not start."),
    (r"dockerfile|docker_build", "The image could not be prepared on the host."),
    (r"timeout|timed out|connection reset|tls handshake", "The host's network is poor."),
)


def cause_of(instance: Instance) -> str:
    """What the host's last message tells, in a plain sentence; empty for nothing known."""
    message = instance.status_msg or ""
    for pattern, sentence in _CAUSES:
        if re.search(pattern, message, re.IGNORECASE):
            return sentence
    return ""


def advise(
    instance: Instance, phase: Phase, since: float, exact: bool, now: float
) -> Advice | None:
    """What to say about an instance; None when it runs and all is well.

    `since` and `now` are epoch seconds; not `exact`, when the state may have begun earlier.
    """
    passed = max(0.0, now - since)
    if phase is Phase.RUNNING:
        return _running(instance, now)
    if phase in (Phase.LOADING, Phase.PROVISIONING):
        return _loading(instance, phase, passed)
    if phase is Phase.SCHEDULING:
        return _scheduling(passed)
    if phase is Phase.STOPPED:
        return _stopped(instance, now)
    if phase is Phase.OUTBID:
        return _outbid(instance)
    if phase is Phase.UNREADABLE:
        return _unreadable(instance)
    return _FIXED[phase](instance, passed)


def _running(instance: Instance, now: float) -> Advice | None:
    if direct_address(instance) is None and proxy_address(instance) is None:
        return Advice("it runs, but the service gives no SSH address.", "", "", *_LOGS)
    used, size = instance.disk_used, instance.disk_space
    if used is not None and size and used > FULL_DISK * size:
        text = f"the disk is {used / size * 100:.0f} % full. It cannot grow: copy data away."
        return Advice(text, "", "", *("instances.execute", "runs du or rm there"), urgent=True)
    if instance.end_date is not None and instance.end_date - now < ENDS_SOON:
        return Advice("the contract ends soon, and with it the disk. Copy your data away.")
    return None


def _loading(instance: Instance, phase: Phase, passed: float) -> Advice:
    loading = phase is Phase.LOADING
    meaning = "the host fetches and starts the image." if loading else "the contract was just made."
    usual = "Five minutes are usual; GPU time is free until it runs, the disk is billed."
    message = instance.status_msg or ""
    if passed > STUCK_AFTER:
        text = "After 20 minutes another machine is the better choice: destroy it and rent anew."
        return Advice(meaning, usual, text, *_HOST_LOG, urgent=True)
    cause = "Slower than usual: a large image or a slow host." if passed > SLOW_AFTER else ""
    return Advice(meaning, usual, cause or (f"It says: {message}." if message else ""), *_HOST_LOG)


def _scheduling(passed: float) -> Advice:
    meaning = "it shall run, but its GPU is not free."
    cause = "Somebody else uses the GPU; it starts when they leave." if passed > TAKEN_AFTER else ""
    return Advice(
        meaning, "Over 30 seconds means the GPU is taken.", cause, "instances.toggle",
        "stops waiting", urgent=passed > TAKEN_AFTER,
    )  # fmt: skip


def _stopped(instance: Instance, now: float) -> Advice:
    meaning = "only the disk is billed, until it is destroyed."
    soon = instance.end_date is not None and instance.end_date - now < ENDS_SOON
    cause = "The contract ends soon, and with it the disk." if soon else ""
    return Advice(meaning, "", cause, *_START, urgent=soon)


def _outbid(instance: Instance) -> Advice:
    least = "" if instance.min_bid is None else f" ${instance.min_bid:.3f}/h wins now."
    mine = "" if instance.dph_base is None else f" You bid ${instance.dph_base:.3f}/h."
    return Advice(
        f"somebody bid more, so it was stopped; the disk keeps billing.{mine}{least}",
        "", "", *_BID, urgent=True,
    )  # fmt: skip


def _unreadable(instance: Instance) -> Advice:
    fields = ", ".join(instance.unread) or f"state {instance.actual_status!r}"
    return Advice(
        f"the service says something vasttui does not understand ({fields}).",
        "It is counted as running, which is the dearer case.",
        "", "instances.logs", "shows the log; the Raw tab shows what came",
    )  # fmt: skip


_FIXED = {
    Phase.STARTING: lambda one, passed: Advice(
        "it was asked to start.", "That can take minutes.", "", *_HOST_LOG
    ),
    Phase.STOPPING: lambda one, passed: Advice(
        "it was asked to stop; the GPU is billed until it has.", "A minute is usual."
    ),
    Phase.REBOOTING: lambda one, passed: Advice(
        "the container restarts on the same GPU.", "A minute is usual.", "", *_LOGS
    ),
    Phase.RECYCLING: lambda one, passed: Advice(
        "the container is made anew from its image.", "A few minutes are usual.", "", *_HOST_LOG
    ),
    Phase.FROZEN: lambda one, passed: Advice(
        "it is paused with its memory kept; the GPU is billed.", "", "", *_STOP, urgent=True
    ),
    Phase.EXITED: lambda one, passed: Advice(
        "the container ended by itself; it was not asked to stop.",
        "",
        cause_of(one) or "Its program ended or crashed: the log says why.",
        *_LOGS,
        urgent=True,
    ),
    Phase.FAILED: lambda one, passed: Advice(
        "the container could not be started, and that does not heal by itself.",
        "",
        cause_of(one) or f"It says: {one.status_msg}.",
        *_HOST_LOG,
        urgent=True,
    ),
    Phase.OFFLINE: lambda one, passed: Advice(
        "the host is not connected. Nothing is billed meanwhile.",
        "",
        "Power or network of the host." if passed < DAY else "It may not come back.",
        urgent=True,
    ),
    Phase.LOST: lambda one, passed: Advice(
        "the host has not been heard of lately; nobody knows whether it runs.",
        "A short loss is harmless; it is counted as billed.",
        "",
        *_TEST,
        urgent=passed > HOUR,
    ),
}


def note_of(
    instance: Instance, phase: Phase, bill: Bill, since: float, exact: bool, now: float
) -> str:
    """The most important thing about an instance in a few words."""
    passed = max(0.0, now - since)
    if phase is Phase.RUNNING:
        return _running_note(instance, now)
    if phase in (Phase.LOADING, Phase.PROVISIONING):
        if passed > STUCK_AFTER:
            return "stuck: try another machine"
        return "slow: 5 min is usual" if passed > SLOW_AFTER else _progress(instance)
    if phase is Phase.STOPPED:
        return _stopped_note(instance, bill, passed, now)
    if phase is Phase.OUTBID:
        least = instance.min_bid
        return "outbid" if least is None else f"outbid: ${least:.3f} wins now"
    if phase in (Phase.FAILED, Phase.EXITED):
        return cause_of(instance) or instance.status_msg or "ended by itself"
    return _NOTES.get(phase, "")


_NOTES = {
    Phase.SCHEDULING: "waits: the GPU is taken",
    Phase.STARTING: "asked to start",
    Phase.STOPPING: "GPU billed until it stops",
    Phase.REBOOTING: "same GPU, a minute",
    Phase.RECYCLING: "made anew, minutes",
    Phase.FROZEN: "paused, GPU is billed",
    Phase.OFFLINE: "host lost, no billing",
    Phase.LOST: "no signal: billed?",
    Phase.UNREADABLE: "state cannot be read",
}


def _progress(instance: Instance) -> str:
    return instance.status_msg or "GPU free until it runs"


def _running_note(instance: Instance, now: float) -> str:
    used, size = instance.disk_used, instance.disk_space
    if used is not None and size and used > FULL_DISK * size:
        return f"disk {used / size * 100:.0f} % full"
    if instance.end_date is not None and instance.end_date - now < ENDS_SOON:
        return f"ends in {_left(instance.end_date - now)}"
    if direct_address(instance) is not None:
        return "ssh direct"
    return "ssh by proxy" if proxy_address(instance) is not None else "no ssh address"


def _stopped_note(instance: Instance, bill: Bill, passed: float, now: float) -> str:
    if instance.end_date is not None and instance.end_date - now < ENDS_SOON:
        return f"ends in {_left(instance.end_date - now)}, disk too"
    if bill.disk is None:
        return "disk bills"
    if passed < DAY:
        return f"disk bills ${bill.disk * 24:.2f}/day"
    return f"disk cost ${bill.disk * passed / HOUR:.2f} since"


def _left(seconds: float) -> str:
    if seconds <= 0:
        return "a moment"
    return f"{seconds / DAY:.0f} d" if seconds >= DAY else f"{seconds / HOUR:.0f} h"
