"""Explains how an SSH login or session ended (OpenSSH 7 to 10, in English)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from vasttui.services.system.programs import Finished
from vasttui.text import clean

NEVER_IN = 255
"""The exit code of ssh itself; any other comes from the remote command."""


class Trouble(Enum):
    """Why ssh could not log in."""

    NONE = "logged in"
    HOST_KEY_CHANGED = "host key changed"
    HOST_KEY_REFUSED = "host key refused"
    OPEN_PRIVATE_KEY = "private key open to others"
    LOCKED = "key needs its passphrase"
    TOO_MANY_KEYS = "too many keys offered"
    KEY_REFUSED = "key refused"
    REFUSED = "connection refused"
    TIMED_OUT = "timed out"
    NO_NAME = "no such host"
    UNREACHABLE = "unreachable"
    NOT_SPOKEN = "no common language"
    CLOSED = "connection closed"
    BAD_SETTING = "bad configuration"
    OTHER = "something else"


@dataclass(frozen=True, slots=True)
class Login:
    """The result of a login; `sentence` is safe to show."""

    trouble: Trouble
    sentence: str


_TABLE: tuple[tuple[str, Trouble, str], ...] = (
    (r"REMOTE HOST IDENTIFICATION HAS CHANGED|Host key for \S+ has changed",
     Trouble.HOST_KEY_CHANGED,
     "The machine has a different host key from the one saved for this instance."),
    (r"Bad configuration option|Bad owner or permissions on|terminating, \d+ bad config"
     r"|keyword .{1,80} extra arguments|Missing argument",
     Trouble.BAD_SETTING, "ssh rejects your SSH configuration."),
    (r"Could not resolve hostname|Name or service not known|nodename nor servname",
     Trouble.NO_NAME, "The host name is unknown: check your network and DNS."),
    (r"Connection refused", Trouble.REFUSED,
     "The connection was refused: no SSH server runs behind that port."),
    (r"(?:Connection|Operation) timed out|Connection to \S+ port \d+ timed out",
     Trouble.TIMED_OUT, "There was no answer in time: a firewall, or the machine is gone."),
    (r"No route to host|Network is (?:unreachable|down)|Host is down",
     Trouble.UNREACHABLE, "That address is unreachable from this network."),
    (r"Unable to negotiate|no matching .{1,40} found|Protocol major versions differ"
     r"|no hostkey alg|Bad protocol|message authentication code incorrect",
     Trouble.NOT_SPOKEN, "ssh and the server share no encryption method: one is too old."),
    (r"Host key verification failed|No .{1,20} host key is known",
     Trouble.HOST_KEY_REFUSED, "The host key could not be checked, so ssh stopped."),
    (r"UNPROTECTED PRIVATE KEY FILE|Load key .{1,300}: bad permissions",
     Trouble.OPEN_PRIVATE_KEY, "ssh ignores a private key that other users can read."),
    (r"Too many authentication failures", Trouble.TOO_MANY_KEYS,
     "ssh offered too many other keys before the right one."),
    (r"Permission denied", Trouble.KEY_REFUSED, "The server accepts none of your keys."),
    (r"kex_exchange_identification|Connection (?:closed|reset) by|ssh_exchange_identification"
     r"|Connection to \S+ closed|Broken pipe",
     Trouble.CLOSED, "The server closed the connection: it may still be starting."),
)  # fmt: skip

_PATTERNS = tuple((re.compile(pattern), trouble, text) for pattern, trouble, text in _TABLE)
_DEBUG = re.compile(r"debug\d: ")
_ACCEPTED = re.compile(r"^debug1: Server accepts key: ", re.MULTILINE)
_LOCKED = "The server accepts your key, but it needs a passphrase or token: the test stops here."


def read_login(finished: Finished) -> Login:
    """What a run of `ssh -v` means."""
    if finished.code != NEVER_IN:
        return Login(Trouble.NONE, "The login works.")
    lines = [line for line in finished.err.splitlines() if not _DEBUG.match(line)]
    said = "\n".join(lines)
    for pattern, trouble, sentence in _PATTERNS:
        if pattern.search(said):
            if trouble is Trouble.KEY_REFUSED and _ACCEPTED.search(finished.err):
                return Login(Trouble.LOCKED, _LOCKED)
            return Login(trouble, sentence)
    last = next((line for line in reversed(lines) if line.strip()), "")
    words = clean(last, cap=200)
    return Login(Trouble.OTHER, f"ssh says: {words}" if words else "ssh ended without a message.")


class Ending(Enum):
    """How a session in this terminal ended."""

    OVER = "over"
    LOST = "lost"
    NO_LOGIN = "no login"
    UNKNOWN = "unknown"


_WAS_IN = re.compile(r"^(?:Authenticated to|Shared connection to) ", re.MULTILINE)
_LOST = re.compile(
    r"^Connection to .{1,300} closed by remote host|^client_loop: |^Read from remote host "
    r"|^Timeout, server .{1,300} not responding|^(?:Write failed|packet_write)",
    re.MULTILINE,
)
_LEFT = re.compile(r"^Connection to .{1,300} closed\.", re.MULTILINE)
"""What ssh says when it was told to end, as by `~.`."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a session ended; `sentence` is safe to show, and empty after an ordinary end."""

    ending: Ending
    sentence: str = ""


def logged_in(finished: Finished) -> bool:
    """Whether a session in this terminal began."""
    return finished.code != NEVER_IN or _WAS_IN.search(finished.err) is not None


def read_ending(finished: Finished) -> Ended:
    """What a run of ssh in this terminal means."""
    if finished.code < 0:
        return Ended(Ending.UNKNOWN, f"ssh was ended by signal {-finished.code}.")
    if finished.code != NEVER_IN:
        return Ended(Ending.OVER)
    was_in, left = _WAS_IN.search(finished.err), _LEFT.search(finished.err)
    if _LOST.search(finished.err) or (was_in and not left):
        return Ended(Ending.LOST, "The connection was lost.")
    if was_in:
        return Ended(Ending.OVER)
    if not finished.err.strip():
        return Ended(Ending.UNKNOWN, f"ssh ended with code {NEVER_IN}.")
    login = read_login(finished)
    refused = login.trouble is Trouble.KEY_REFUSED  # or its passphrase was not entered
    return Ended(Ending.NO_LOGIN, "The login was refused." if refused else login.sentence)
