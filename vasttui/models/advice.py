"""What the state of an instance means, how long it usually takes, and what helps.

The times for loading and scheduling are from the service's documentation (docs: "manage
instances", "troubleshooting"); for the others it only says that they may take minutes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct

from vasttui.models.bill import Bill, counts_gpu
from vasttui.models.cause import cause_note, cause_of
from vasttui.models.offer import ENDS_SOON
from vasttui.models.ssh_address import direct_address, has_ssh, is_direct_missing, proxy_address
from vasttui.models.status import Phase
from vasttui.units import DAY, HOUR, MINUTE
from vasttui.words import hourly, money, per_hour

if TYPE_CHECKING:
    from vasttui.models.instance import Instance

SLOW_AFTER = 5 * MINUTE
"""Seconds that loading usually takes, at most."""
STUCK_AFTER = 20 * MINUTE
"""Seconds of loading after which it is better to rent another machine."""
TAKEN_AFTER = 30.0
"""Seconds of scheduling after which the GPU must be in use."""
OVERDUE_AFTER = 10 * MINUTE
"""Seconds after which starting, stopping and the like take unusually long."""
FULL_DISK = 0.9

_EXIT_CODE = re.compile(r"\bexit(?:ed|s)?\b[a-z :=(]{0,16}([0-9]{1,3})\b", re.IGNORECASE)


class Advice(Struct, frozen=True):
    """What a state means. `usual` says how long it takes, `cause` what probably caused it.

    `meaning` follows the name of the state and a colon. `action_id` is the action that helps,
    `action_text` what its key does; both may be empty.
    """

    meaning: str
    usual: str = ""
    cause: str = ""
    action_id: str = ""
    action_text: str = ""
    urgent: bool = False


_LOGS = ("instances.logs", "shows the log")
_HOST_LOG = ("instances.logs", "shows the container and host logs")
_START = ("instances.toggle", "starts it")
_STOP = ("instances.toggle", "stops it")
_STOP_WAITING = ("instances.toggle", "stops waiting")
_BID = ("instances.bid", "changes the bid")
_TEST = ("instances.doctor", "tests the SSH login")
_BACK_UP = ("instances.copy_as", "copies an rsync or scp command")
_CLEAN_UP = ("instances.execute", "runs du or rm on it")
_DESTROY = ("instances.destroy", "destroys it")
_ANOTHER = ("instances.another", "destroys it and rents another machine")
_GIVE_UP = ("instances.destroy", "destroys it, if you cannot wait")
_MINUTES = "This can take minutes."
_OVERDUE = "It is taking longer than usual: the log may say why."


def advise(
    instance: Instance, phase: Phase, since: float, exact: bool, now: float
) -> Advice | None:
    """Advice on an instance; None if it is running and all is well.

    `since` and `now` are epoch seconds; unless `exact`, the state may have begun earlier.
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
    """Whether over 90 % of the disk is in use."""
    return min(instance.disk_shares, default=0.0) > FULL_DISK


def may_be_full(instance: Instance) -> bool:
    """Whether over 90 % of the disk is in use, or may be."""
    return max(instance.disk_shares, default=0.0) > FULL_DISK


def disk_words(instance: Instance) -> str:
    """How much of the disk is in use: `63 %`, `2 % or 96 %` if uncertain, or an empty string."""
    return " or ".join(f"{share * 100:.0f} %" for share in instance.disk_shares)


def wins_now(instance: Instance) -> str:
    """A sentence with the lowest winning bid, with a space before it; empty if unknown."""
    least = instance.min_bid
    return "" if least is None else f" {per_hour(least, up=True)} wins now."


def ends_soon(instance: Instance, now: float) -> bool:
    """Whether the contract ends within three days."""
    return instance.end_date is not None and instance.end_date - now < ENDS_SOON


def _running(instance: Instance, now: float) -> Advice | None:
    if is_full(instance):
        return Advice(
            f"the disk is {disk_words(instance)} full and cannot grow.",
            "", "Back up or delete data.", *_CLEAN_UP, urgent=True,
        )  # fmt: skip
    if may_be_full(instance):
        return Advice(
            f"the disk is {disk_words(instance)} full: the service's figures mean either.",
            "", "Look at it with df.", *_CLEAN_UP,
        )  # fmt: skip
    if ends_soon(instance, now):
        return Advice(
            "the contract ends soon, and the disk is deleted with it.",
            "", "Back up your data.", *_BACK_UP, urgent=True,
        )  # fmt: skip
    if has_ssh(instance) and direct_address(instance) is None and proxy_address(instance) is None:
        return Advice("the service sent no usable SSH address.", "", "", *_LOGS)
    return None


def _loading(instance: Instance, phase: Phase, passed: float, exact: bool) -> Advice:
    loading = phase is Phase.LOADING
    meaning = "the host is pulling the image." if loading else "the contract was just created."
    billed = "until it is running, only the disk is billed."
    if counts_gpu(instance, phase):
        billed = "a worker of an endpoint counts as billed while it loads."
    usual = f"Usually up to five minutes; {billed}"
    cause = cause_of(instance)
    if passed > STUCK_AFTER:
        text = "After 20 minutes it is better to destroy it and rent another machine."
        return Advice(meaning, usual, _joined(cause, _said(instance), text), *_ANOTHER, urgent=True)
    if not cause and passed > SLOW_AFTER:
        cause = "Slower than usual: a large image or a slow host."
    older = "" if exact else "It may have begun before vasttui started."
    return Advice(meaning, usual, _joined(cause, older, _said(instance)), *_HOST_LOG)


def _said(instance: Instance) -> str:
    """The host's last message as it is, with its exit codes and pull progress, unless it is left
    over from when the instance was running."""
    said = instance.status_msg or ""
    return f"Host message: {said}" if said and not said.startswith("success") else ""


def _code(instance: Instance) -> str:
    """` (exit code 137)`, if the host's message has one."""
    found = _EXIT_CODE.search(_said(instance))
    return f" (exit code {found[1]})" if found else ""


def _joined(*sentences: str) -> str:
    """The sentences that there are, each but the last with its full stop."""
    *others, last = [*filter(None, sentences)] or [""]
    return " ".join([*(one if one[-1] in ".!?" else f"{one}." for one in others), last])


def _scheduling(_: Instance, passed: float) -> Advice:
    taken = passed > TAKEN_AFTER
    cause = "Someone else is using the GPU: wait, or rent another machine." if taken else ""
    return Advice(
        "it is waiting for its GPU; only the disk is billed.",
        "Over 30 seconds means the GPU is in use.", cause, *_STOP_WAITING, urgent=taken,
    )  # fmt: skip


def _stopped(instance: Instance, now: float) -> Advice:
    meaning = "only the disk is billed, until the instance is destroyed."
    if ends_soon(instance, now):
        cause = "The contract ends soon, and the disk is deleted: start it and back up your data."
        return Advice(meaning, "", cause, *_START, urgent=True)
    return Advice(meaning, "", "", *_START)


def _outbid(instance: Instance, _: float) -> Advice:
    mine = "" if instance.dph_base is None else f" You bid {per_hour(instance.dph_base)}."
    return Advice(
        f"someone bids more, so it cannot run; the disk is still billed.{mine}{wins_now(instance)}",
        "", "Raise the bid, or wait until the price falls.", *_BID, urgent=True,
    )  # fmt: skip


def _unreadable(instance: Instance, _: float) -> Advice:
    fields = ", ".join(instance.unread) or f"state {instance.actual_status!r}"
    return Advice(
        f"the service sent something vasttui does not understand ({fields}).",
        "It is counted as running, the more expensive case.",
        "A newer vasttui may understand it; the Raw tab shows what was sent.", *_LOGS,
    )  # fmt: skip


def _starting(_: Instance, passed: float) -> Advice:
    late = "It should be running by now: the log may say why it is not."
    cause = late if passed > OVERDUE_AFTER else ""
    return Advice("the start was requested; only the disk is billed.", _MINUTES, cause, *_HOST_LOG)


def _changing(meaning: str) -> Callable[[Instance, float], Advice]:
    def advice(_: Instance, passed: float) -> Advice:
        overdue = passed > OVERDUE_AFTER
        return Advice(meaning, _MINUTES, _OVERDUE if overdue else "", *_HOST_LOG, urgent=overdue)

    return advice


def _frozen(_: Instance, __: float) -> Advice:
    meaning = "it is paused with its memory kept; the GPU is still billed."
    return Advice(meaning, "", "Once stopped, only its disk is billed.", *_STOP, urgent=True)


def _exited(instance: Instance, _: float) -> Advice:
    return Advice(
        f"the container exited on its own{_code(instance)}, and will not restart on its own.",
        "If it was just started, give it a few minutes.",
        _joined(
            cause_of(instance) or "Its program finished or crashed: the log says why.",
            _said(instance),
        ),
        *_LOGS, urgent=True,
    )  # fmt: skip


def _failed(instance: Instance, _: float) -> Advice:
    why = _joined(cause_of(instance), _said(instance)) or "The log says why."
    return Advice(
        f"the host reports a failure{_code(instance)}, which will not fix itself.",
        "", why, *_HOST_LOG, urgent=True,
    )  # fmt: skip


def _offline(_: Instance, passed: float) -> Advice:
    meaning = "the host is disconnected; nothing is billed meanwhile."
    if passed < DAY:
        return Advice(meaning, "", "Wait for the host to come back.", *_GIVE_UP, urgent=True)
    text = "It may not come back: do not rely on the data there."
    return Advice(meaning, "", text, *_DESTROY, urgent=True)


def _no_signal(instance: Instance, passed: float) -> Advice:
    counted = (
        "running, the more expensive case" if counts_gpu(instance, Phase.NO_SIGNAL) else "stopped"
    )
    return Advice(
        "the host is silent; it is not known whether the instance is running.",
        "A short silence is harmless.", f"Until it is back, it is counted as {counted}.",
        *_TEST, urgent=passed > HOUR,
    )  # fmt: skip


_BY_PHASE: dict[Phase, Callable[[Instance, float], Advice]] = {
    Phase.STARTING: _starting,
    Phase.SCHEDULING: _scheduling,
    Phase.STOPPING: _changing("the stop was requested; the GPU counts as billed until then."),
    Phase.OUTBID: _outbid,
    Phase.REBOOTING: _changing("the container is restarting on the same GPU."),
    Phase.RECYCLING: _changing("the container is being recreated from its image, on the same GPU."),
    Phase.FROZEN: _frozen,
    Phase.EXITED: _exited,
    Phase.FAILED: _failed,
    Phase.OFFLINE: _offline,
    Phase.NO_SIGNAL: _no_signal,
    Phase.UNREADABLE: _unreadable,
}


def note_of(
    instance: Instance, phase: Phase, bill: Bill, since: float, exact: bool, now: float
) -> str:
    """The most important thing about an instance in a few words.

    It fits in 22 cells, unless it is the host's own message.
    """
    passed = max(0.0, now - since)
    if phase is Phase.RUNNING:
        return _running_note(instance, passed, now)
    if phase.traits.is_new:
        return _loading_note(instance, phase, passed)
    if phase is Phase.STOPPED:
        return _stopped_note(instance, bill, passed, exact, now)
    if phase is Phase.OUTBID:
        least = instance.min_bid
        return "outbid" if least is None else f"outbid: ${hourly(least, up=True)} wins"
    if phase in (Phase.FAILED, Phase.EXITED):
        return cause_note(instance) or _ended(instance, phase)
    if phase is Phase.SCHEDULING and passed <= TAKEN_AFTER:
        return "waiting for its GPU"
    return phase.traits.note


def _ended(instance: Instance, phase: Phase) -> str:
    """The host's message, unless it is left over from when it was running."""
    said = instance.status_msg or ""
    if said and not said.startswith("success"):
        return said
    return "exited: see log" if phase is Phase.EXITED else "failed: see log"


def _loading_note(instance: Instance, phase: Phase, passed: float) -> str:
    if passed > STUCK_AFTER:
        return "stuck: rent another"
    if passed > SLOW_AFTER:
        return "slow: usually 5 min"
    billed = "billed" if counts_gpu(instance, phase) else "not billed yet"
    return cause_note(instance) or instance.status_msg or f"GPU {billed}"


def _running_note(instance: Instance, passed: float, now: float) -> str:
    if is_full(instance):
        return f"disk {disk_words(instance)} full"
    if may_be_full(instance):
        return f"disk {disk_words(instance)}?"
    if instance.end_date is not None and ends_soon(instance, now):
        return f"ends in {_left(instance.end_date - now)}"
    if direct_address(instance) is not None:
        return "ssh direct"
    if proxy_address(instance) is not None:
        missing = is_direct_missing(instance, passed)
        return "ssh: proxy, not direct" if missing else "ssh via proxy"
    return "no ssh address" if has_ssh(instance) else "launched without ssh"


def _stopped_note(instance: Instance, bill: Bill, passed: float, exact: bool, now: float) -> str:
    if instance.end_date is not None and ends_soon(instance, now):
        return f"disk gone in {_left(instance.end_date - now)}"
    if bill.disk is None:
        return "disk is billed"
    if passed < DAY:
        return f"disk costs {money(bill.disk * 24)}/day"
    return f"disk {'' if exact else '≥'}{money(bill.disk * passed / HOUR)} so far"


def _left(seconds: float) -> str:
    """The remaining time, rounded down."""
    if seconds < HOUR:
        return "under 1 h"
    return f"{seconds // DAY:.0f} d" if seconds >= DAY else f"{seconds // HOUR:.0f} h"
