"""Whether an instance is a case for another machine, and what is wrong with it as far as it is
known."""

from __future__ import annotations

from vasttui.models.advice import SLOW_AFTER
from vasttui.models.instance import Instance
from vasttui.models.ssh_address import has_ssh
from vasttui.models.status import Phase
from vasttui.units import HOUR, MINUTE
from vasttui.words import hours_words

NO_LOGIN_AFTER = 3 * MINUTE
"""Seconds of running after which a login should have been possible."""

_ENDED = {
    Phase.FAILED: "failed to start",
    Phase.EXITED: "its container exited",
    Phase.OFFLINE: "its host is offline",
    Phase.NO_SIGNAL: "its host sends no signal",
}


def trouble_of(
    instance: Instance, phase: Phase, passed: float, *, exact: bool, login_seen: bool
) -> str:
    """What is wrong, in a clause: `loading for 22 min`; empty if nothing is known to be.

    `passed` is the seconds in this phase; unless `exact`, it may have begun earlier. `login_seen`:
    an SSH login worked at some time.
    """
    if phase in _ENDED:
        return _ENDED[phase]
    longer = "" if exact else " or longer"
    so_long = f"for {hours_words(max(0.0, passed) / HOUR)}{longer}"
    if phase.traits.is_new and passed >= SLOW_AFTER:
        return f"{phase.value} {so_long}"
    waits = phase is Phase.RUNNING and has_ssh(instance) and not login_seen
    if waits and passed >= NO_LOGIN_AFTER:
        return f"running {so_long}, and no SSH login was seen"
    return ""
