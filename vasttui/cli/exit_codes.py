"""The exit codes of the command: one table for the program, its help, manual and README."""

from __future__ import annotations

from typing import NamedTuple

from vasttui.errors import (
    AuthRejected,
    BrokenAnswer,
    NetworkError,
    NoLogin,
    NoSuchInstance,
    NotSignedIn,
    PermissionDenied,
    RateLimited,
    Rejected,
    VastError,
)

DONE, FAILED, USAGE, NOT_FOUND, TIMED_OUT, NEVER, KEY, LIMIT, COMMAND = range(9)
INTERRUPTED, PIPE_CLOSED = 128 + 2, 128 + 13
"""As if ended by SIGINT; by SIGPIPE: whoever read the output has seen enough."""


class ExitCode(NamedTuple):
    """A code as people write it, and what it means."""

    code: str
    meaning: str


EXIT_CODES = (
    ExitCode("0", "done; wait: the state is reached; watch --once: an offer was found"),
    ExitCode("1", "the service was not reached or gave no usable answer; or vasttui crashed"),
    ExitCode("2", "wrong arguments, filter, settings, key file or output; doctor: a fault"),
    ExitCode("3", "ssh, wait: no instance is called so, or several are"),
    ExitCode("4", "wait, watch: the time is up"),
    ExitCode("5", "wait: it will not get there by itself; ssh: it has no login now"),
    ExitCode("6", "the API key is missing, was refused, or may not do this"),
    ExitCode("7", "the service allows no more requests now; the message says until when"),
    ExitCode("8", "watch --once: an offer was found, and the command for it failed"),
    ExitCode("128+n", "ended by signal n: 130 by Ctrl-C, 141 where nobody reads the output"),
)
"""`ssh` ends with the code of ssh once that has started: 255 where the login failed."""


def code_of(error: VastError) -> int:
    """The exit code after this error."""
    if isinstance(error, NotSignedIn | AuthRejected | PermissionDenied):
        return KEY
    if isinstance(error, NoLogin):
        return NEVER
    if isinstance(error, NoSuchInstance):
        return NOT_FOUND
    if isinstance(error, RateLimited):
        return LIMIT
    if isinstance(error, NetworkError | BrokenAnswer | Rejected):
        return FAILED
    return USAGE


def table() -> str:
    """All codes, a line each."""
    return "\n".join(f"  {code:<6} {meaning}" for code, meaning in EXIT_CODES)
