"""The script that stops an instance from inside: in its on-start script, or started over SSH."""

from __future__ import annotations

import re
import shlex

from vasttui.units import HOUR

NAME = "vasttui-stop"
"""How the waiting process is called in the instance."""

PID, ALIVE, KILLED, NO_KEY, NO_CURL, NOT_THERE = (
    "@pid", "@alive", "@killed", "@no-key", "@no-curl", "@not-there",
)  # fmt: skip
"""What the scripts that are run over SSH answer, on a line of its own."""

_VARIABLES = "CONTAINER_API_KEY|CONTAINER_ID|VAST_CONTAINERLABEL"
_STOP = (
    "curl -fsS --retry 9 --retry-delay 60 -X PUT "
    '-H "Authorization: Bearer $CONTAINER_API_KEY" -H "Content-Type: application/json" '
    """-d '{"state":"stopped"}' """
    '"https://console.vast.ai/api/v0/instances/${CONTAINER_ID:-${VAST_CONTAINERLABEL#C.}}/"'
)
"""Stops the instance with the API key that its container has for itself alone (docs: "instances:
API key of a container")."""

_LINE = re.compile(
    r"^\(sleep (\d{1,8}); curl .*\"state\":\"stopped\".*\) >/dev/null.*\n?", re.MULTILINE
)


def stop_after(hours: float) -> str:
    """A line of an on-start script that stops the instance `hours` after each start."""
    return f"(sleep {round(hours * HOUR)}; {_STOP}) >/dev/null 2>&1 &"


def hours_in(onstart: str) -> float | None:
    """The hours of such a line in an on-start script, the earliest; None if there is none."""
    return min((int(found[1]) / HOUR for found in _LINE.finditer(onstart)), default=None)


def without_stop(onstart: str) -> str:
    """The on-start script without such lines."""
    return _LINE.sub("", onstart)


def with_stop(onstart: str, hours: float | None) -> str:
    """The on-start script with such a line; as it is with None."""
    if hours is None:
        return onstart
    timer = stop_after(hours)
    return f"{timer}\n{onstart}" if onstart.strip() else timer


def start_waiting(seconds: float) -> str:
    """The command for a shell inside that waits so long, then stops the instance; it answers with
    PID and the number of the process. A login has not the variables of the container's first
    process, which has the key."""
    sleeps = f"sleep {max(0, round(seconds))} & wait $!"
    waits = shlex.quote(f"trap 'kill $! 2>/dev/null; exit' TERM; {sleeps}; {_STOP}")
    return _shell(
        f'[ -n "$CONTAINER_API_KEY" ] || export $(tr "\\0" "\\n" </proc/1/environ 2>/dev/null '
        f'| grep -E "^({_VARIABLES})="); '
        f'[ -n "$CONTAINER_API_KEY" ] || {{ echo {NO_KEY}; exit 3; }}; '
        f"command -v curl >/dev/null || {{ echo {NO_CURL}; exit 4; }}; "
        f"nohup sh -c {waits} {NAME} </dev/null >/dev/null 2>&1 & "
        f"echo {PID} $!"
    )


def ask_waiting(pid: int, *, end: bool) -> str:
    """The command that answers whether that process still waits, and with `end` ends it."""
    there = f"tr '\\0' ' ' </proc/{pid}/cmdline 2>/dev/null | grep -q {NAME}"
    done = f"kill {pid} && echo {KILLED}" if end else f"echo {ALIVE}"
    return _shell(f"if {there}; then {done}; else echo {NOT_THERE}; fi")


def _shell(script: str) -> str:
    return f"exec sh -c {shlex.quote(script)}"
