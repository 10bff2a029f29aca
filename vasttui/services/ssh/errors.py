"""What ssh says when a login fails, in plain words (OpenSSH 7 to 10, English like ssh itself)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from vasttui.services.system.programs import Finished
from vasttui.text import clean

NEVER_IN = 255
"""The exit code of ssh itself; any other is that of the remote command."""


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
    UNREACHABLE = "no way there"
    NOT_SPOKEN = "no common language"
    CLOSED = "connection closed"
    BAD_SETTING = "bad configuration"
    OTHER = "something else"


@dataclass(frozen=True, slots=True)
class Login:
    """How a login went: the sentence is for the user, safe to show."""

    trouble: Trouble
    sentence: str


_TABLE: tuple[tuple[str, Trouble, str], ...] = (
    (r"REMOTE HOST IDENTIFICATION HAS CHANGED|Host key for \S+ has changed",
     Trouble.HOST_KEY_CHANGED,
     "The machine shows another host key than the one that was saved for this instance."),
    (r"Bad configuration option|Bad owner or permissions on|terminating, \d+ bad config"
     r"|keyword .{1,80} extra arguments|Missing argument",
     Trouble.BAD_SETTING, "ssh refuses your own SSH configuration."),
    (r"Could not resolve hostname|Name or service not known|nodename nor servname",
     Trouble.NO_NAME, "The name of the host is not known: check your network and DNS."),
    (r"Connection refused", Trouble.REFUSED,
     "The connection was refused: no SSH server runs behind that port."),
    (r"(?:Connection|Operation) timed out|Connection to \S+ port \d+ timed out",
     Trouble.TIMED_OUT, "There was no answer in time: a firewall, or the machine is gone."),
    (r"No route to host|Network is (?:unreachable|down)|Host is down",
     Trouble.UNREACHABLE, "There is no way to that address from this network."),
    (r"Unable to negotiate|no matching .{1,40} found|Protocol major versions differ"
     r"|no hostkey alg|Bad protocol|message authentication code incorrect",
     Trouble.NOT_SPOKEN, "This ssh and the server have no common way to encrypt: one is too old."),
    (r"Host key verification failed|No .{1,20} host key is known",
     Trouble.HOST_KEY_REFUSED, "The host key could not be checked, so ssh went no further."),
    (r"UNPROTECTED PRIVATE KEY FILE|Load key .{1,300}: bad permissions",
     Trouble.OPEN_PRIVATE_KEY, "ssh ignores a private key that others may read."),
    (r"Too many authentication failures", Trouble.TOO_MANY_KEYS,
     "ssh offered too many other keys before the right one."),
    (r"Permission denied", Trouble.KEY_REFUSED, "The server takes none of your keys."),
    (r"kex_exchange_identification|Connection (?:closed|reset) by|ssh_exchange_identification"
     r"|Connection to \S+ closed|Broken pipe",
     Trouble.CLOSED, "The server closed the connection: it may still be starting."),
)  # fmt: skip

_PATTERNS = tuple((re.compile(pattern), trouble, text) for pattern, trouble, text in _TABLE)
_DEBUG = re.compile(r"debug\d: ")
_ACCEPTED = re.compile(r"^debug1: Server accepts key: ", re.MULTILINE)
_LOCKED = "The server takes your key, but it needs its passphrase or token, which no test may use."


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
    return Login(Trouble.OTHER, f"ssh says: {words}" if words else "ssh ended without a word.")
