"""What the state of an instance means, how long it usually takes, and what helps.

The times for loading and scheduling are those of the service's own documentation (docs: "manage
instances", "troubleshooting"); of the others it only says that they may take minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vasttui.models.bill import Bill, counts_gpu
from vasttui.models.cause import cause_note, cause_of
from vasttui.models.instance import Instance
from vasttui.models.offer import ENDS_SOON
from vasttui.models.ssh_address import direct_address, has_ssh, proxy_address
from vasttui.models.status import Phase
from vasttui.units import DAY, HOUR, MINUTE
from vasttui.words import hourly, money, per_hour

SLOW_AFTER = 5 * MINUTE
"""Seconds that loading usually takes at most."""
STUCK_AFTER = 20 * MINUTE
"""Seconds of loading after which another machine is the better choice."""
TAKEN_AFTER = 30.0
"""Seconds of scheduling after which the GPU is surely taken."""
OVERDUE_AFTER = 10 * MINUTE
"""Seconds after which starting, stopping and the like deserve a look at the log."""
FULL_DISK = 0.9


@dataclass(frozen=True, slots=True)
class Advice:
    """What a state means. `usual` says how long it takes, `cause` what is probably behind it.

    `meaning` goes on after the name of the state and a colon. `action_id` is the one key that
    helps, `action_text` what it does; both may be empty.
    """

    meaning: str
    usual: str = ""
    cause: str = ""
    action_id: str = ""
    action_text: str = ""
    urgent: bool = False


_LOGS = ("instances.logs", "shows the log")
_HOST_LOG = ("instances.logs", "shows the log, also the host's")
_START = ("instances.toggle", "starts it")
_STOP = ("instances.toggle", "stops it")
_STOP_WAITING = ("instances.toggle", "stops waiting")
_BID = ("instances.bid", "changes the bid")
_TEST = ("instances.doctor", "tests the SSH login")
_COPY_AWAY = ("instances.copy_as", "copies an rsync or scp command")
_CLEAN_UP = ("instances.execute", "runs du or rm there")
_CONSOLE = ("instances.open", "opens Vast.ai's page, where it can be destroyed")
_MINUTES = "That can take minutes."
_OVERDUE = "It takes longer than usual: the log may say why."


def advise(
    instance: Instance, phase: Phase, since: float, exact: bool, now: float
) -> Advice | None:
    """What to say about an instance; None when it runs and all is well.

    `since` and `now` are epoch seconds; not `exact`, when the state may have begun earlier.
    """
    passed = max(0.0, now - since)
    if phase is Phase.RUNNING:
        return _running(instance, now)
    if phase.traits.is_new:
        return _loading(instance, phase, passed, exact)
    if phase is Phase.STOPPED:
        return _stopped(instance, now)
    return _BY_PHASE[phase](instance, passed)


def is_full(instance: Instance) -> bool:
    """Whether over nine tenths of the disk are in use."""
    used, size = instance.disk_used, instance.disk_space
    return used is not None and size is not None and size > 0 and used > FULL_DISK * size


def wins_now(instance: Instance) -> str:
    """The least bid that would let it run, as a sentence with a blank before it; empty when that
    is not known."""
    least = instance.min_bid
    return "" if least is None else f" {per_hour(least, up=True)} wins now."


def ends_soon(instance: Instance, now: float) -> bool:
    """Whether the contract ends within three days."""
    return instance.end_date is not None and instance.end_date - now < ENDS_SOON


def _running(instance: Instance, now: float) -> Advice | None:
    if is_full(instance):
        return Advice(
            f"the disk is {_share(instance):.0f} % full and cannot grow.",
            "", "Copy data away, or delete what is not needed.", *_CLEAN_UP, urgent=True,
        )  # fmt: skip
    if ends_soon(instance, now):
        return Advice(
            "the contract ends soon, and the disk is deleted with it.",
            "", "Copy your data away.", *_COPY_AWAY, urgent=True,
        )  # fmt: skip
    if has_ssh(instance) and direct_address(instance) is None and proxy_address(instance) is None:
        return Advice("the service gives no SSH address that can be used.", "", "", *_LOGS)
    return None


def _loading(instance: Instance, phase: Phase, passed: float, exact: bool) -> Advice:
    loading = phase is Phase.LOADING
    meaning = "the host fetches and starts the image." if loading else "the contract was just made."
    usual = "Five minutes are usual; GPU time is free until it runs, the disk is billed."
    message = instance.status_msg
    if passed > STUCK_AFTER:
        text = "After 20 minutes another machine is the better choice: destroy it and rent anew."
        text = f"{cause_of(instance)} {text}".lstrip()
        return Advice(meaning, usual, text, *_CONSOLE, urgent=True)
    cause = cause_of(instance)
    if not cause and passed > SLOW_AFTER:
        cause = "Slower than usual: a large image or a slow host."
    elif not cause and message:
        cause = f"The host says: {message}"
    if not exact:
        cause = f"{cause} It may have begun before vasttui was started.".lstrip()
    return Advice(meaning, usual, cause, *_HOST_LOG)


def _scheduling(_: Instance, passed: float) -> Advice:
    taken = passed > TAKEN_AFTER
    cause = "Somebody else uses the GPU: wait until they leave, or rent another." if taken else ""
    return Advice(
        "it is meant to run, but its GPU is not free; the disk is billed.",
        "Over 30 seconds means that the GPU is taken.", cause, *_STOP_WAITING, urgent=taken,
    )  # fmt: skip


def _stopped(instance: Instance, now: float) -> Advice:
    meaning = "only the disk is billed, until the instance is destroyed."
    if ends_soon(instance, now):
        cause = "The contract ends soon, and the disk is deleted: start it and copy your data away."
        return Advice(meaning, "", cause, *_START, urgent=True)
    return Advice(meaning, "", "", *_START)


def _outbid(instance: Instance, _: float) -> Advice:
    mine = "" if instance.dph_base is None else f" You bid {per_hour(instance.dph_base)}."
    return Advice(
        f"somebody bids more, so it cannot run; the disk keeps billing.{mine}{wins_now(instance)}",
        "", "Raise the bid, or wait until the price falls.", *_BID, urgent=True,
    )  # fmt: skip


def _unreadable(instance: Instance, _: float) -> Advice:
    fields = ", ".join(instance.unread) or f"state {instance.actual_status!r}"
    return Advice(
        f"the service says something vasttui does not understand ({fields}).",
        "It is counted as running, the dearer case.",
        "A newer vasttui may understand it; the Raw tab shows what came.", *_LOGS,
    )  # fmt: skip


def _starting(_: Instance, passed: float) -> Advice:
    late = "It should run by now: the log may say why it does not."
    cause = late if passed > OVERDUE_AFTER else ""
    return Advice("it was asked to start; only the disk is billed.", _MINUTES, cause, *_HOST_LOG)


def _stopping(_: Instance, passed: float) -> Advice:
    meaning = "it was asked to stop; the GPU counts as billed until it has."
    return _changing(meaning, passed)


def _rebooting(_: Instance, passed: float) -> Advice:
    return _changing("the container restarts on the same GPU.", passed)


def _recycling(_: Instance, passed: float) -> Advice:
    return _changing("the container is made anew from its image, on the same GPU.", passed)


def _changing(meaning: str, passed: float) -> Advice:
    overdue = passed > OVERDUE_AFTER
    return Advice(meaning, _MINUTES, _OVERDUE if overdue else "", *_HOST_LOG, urgent=overdue)


def _frozen(_: Instance, __: float) -> Advice:
    meaning = "it is paused with its memory kept; the GPU is billed all the same."
    return Advice(meaning, "", "Stopped, only its disk is billed.", *_STOP, urgent=True)


def _exited(instance: Instance, _: float) -> Advice:
    return Advice(
        "the container has ended, though nobody asked it to; it does not start by itself.",
        "If it was just started, give it a few minutes.",
        cause_of(instance) or "Its program ended or crashed: the log says why.",
        *_LOGS, urgent=True,
    )  # fmt: skip


def _failed(instance: Instance, _: float) -> Advice:
    message = instance.status_msg
    said = f"The host says: {message}" if message else "The log says why."
    return Advice(
        "the host reports a failure, and that does not heal by itself.",
        "", cause_of(instance) or said, *_HOST_LOG, urgent=True,
    )  # fmt: skip


def _offline(_: Instance, passed: float) -> Advice:
    meaning = "the host is not connected; nothing is billed meanwhile."
    if passed < DAY:
        return Advice(meaning, "", "Its power or network is down: wait for the host.", urgent=True)
    text = "It may not come back: do not count on the data there."
    return Advice(meaning, "", text, *_CONSOLE, urgent=True)


def _lost(instance: Instance, passed: float) -> Advice:
    counted = "running, the dearer case" if counts_gpu(instance, Phase.NO_SIGNAL) else "stopped"
    return Advice(
        "the host has not been heard of lately; nobody knows whether it runs.",
        "A short loss is harmless.", f"Until it is back, it is counted as {counted}.",
        *_TEST, urgent=passed > HOUR,
    )  # fmt: skip


_BY_PHASE: dict[Phase, Callable[[Instance, float], Advice]] = {
    Phase.STARTING: _starting,
    Phase.SCHEDULING: _scheduling,
    Phase.STOPPING: _stopping,
    Phase.OUTBID: _outbid,
    Phase.REBOOTING: _rebooting,
    Phase.RECYCLING: _recycling,
    Phase.FROZEN: _frozen,
    Phase.EXITED: _exited,
    Phase.FAILED: _failed,
    Phase.OFFLINE: _offline,
    Phase.NO_SIGNAL: _lost,
    Phase.UNREADABLE: _unreadable,
}


def note_of(
    instance: Instance, phase: Phase, bill: Bill, since: float, exact: bool, now: float
) -> str:
    """The most important thing about an instance in a few words.

    Two dozen cells hold all of it but for the host's own words.
    """
    passed = max(0.0, now - since)
    if phase is Phase.RUNNING:
        return _running_note(instance, now)
    if phase.traits.is_new:
        return _loading_note(instance, passed)
    if phase is Phase.STOPPED:
        return _stopped_note(instance, bill, passed, exact, now)
    if phase is Phase.OUTBID:
        least = instance.min_bid
        return "outbid" if least is None else f"outbid: ${hourly(least, up=True)} wins now"
    if phase in (Phase.FAILED, Phase.EXITED):
        return cause_note(instance) or (_ended(instance, phase))
    if phase is Phase.SCHEDULING and passed <= TAKEN_AFTER:
        return "waits for its GPU"
    return phase.traits.note


def _ended(instance: Instance, phase: Phase) -> str:
    """The host's words, unless they are left over from when it ran."""
    said = instance.status_msg or ""
    if said and not said.startswith("success"):
        return said
    return "ended by itself: see log" if phase is Phase.EXITED else "failed: see log"


def _loading_note(instance: Instance, passed: float) -> str:
    if passed > STUCK_AFTER:
        return "stuck: change machine"
    if passed > SLOW_AFTER:
        return "slow: 5 min is usual"
    return cause_note(instance) or instance.status_msg or "GPU free until it runs"


def _running_note(instance: Instance, now: float) -> str:
    if is_full(instance):
        return f"disk {_share(instance):.0f} % full"
    if instance.end_date is not None and ends_soon(instance, now):
        return f"ends in {_left(instance.end_date - now)}"
    if direct_address(instance) is not None:
        return "ssh direct"
    if proxy_address(instance) is not None:
        return "ssh by proxy"
    return "no ssh address" if has_ssh(instance) else "launched without ssh"


def _stopped_note(instance: Instance, bill: Bill, passed: float, exact: bool, now: float) -> str:
    if instance.end_date is not None and ends_soon(instance, now):
        return f"ends in {_left(instance.end_date - now)}, disk too"
    if bill.disk is None:
        return "disk bills"
    if passed < DAY:
        return f"disk bills {money(bill.disk * 24)}/day"
    return f"disk {'' if exact else '≥'}{money(bill.disk * passed / HOUR)} since stop"


def _share(instance: Instance) -> float:
    """Per cent of the disk that are in use."""
    return (instance.disk_used or 0.0) / (instance.disk_space or 1.0) * 100


def _left(seconds: float) -> str:
    """Time that is left, never more than there is."""
    if seconds < HOUR:
        return "under 1 h"
    return f"{seconds // DAY:.0f} d" if seconds >= DAY else f"{seconds // HOUR:.0f} h"
