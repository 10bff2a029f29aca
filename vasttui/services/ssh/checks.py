"""What the SSH doctor finds: the links between this computer and a shell, and what mends them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from vasttui.models.ssh_address import SshAddress
from vasttui.services.ssh.local_keys import LocalKey

INSTANCE = "instance"
LOCAL_KEY = "key on this computer"
ON_ACCOUNT = "key on the account"
ON_INSTANCE = "key on the instance"
DIRECT = "direct port"
PROXY = "proxy port"
LOGIN = "login"

PROPAGATION = 15.0
"""Seconds after which an attached key works, as a rule."""

_KEYS = {LOCAL_KEY, ON_ACCOUNT, ON_INSTANCE}
_PORTS = {DIRECT, PROXY}


class CheckState(Enum):
    """Whether a link holds."""

    OK = "ok"
    BAD = "broken"
    UNKNOWN = "unknown"
    SKIPPED = "not tested"


class FixKind(Enum):
    """What can be done about a broken link."""

    START = "start the instance"
    GENERATE = "make a key"
    MAKE_PRIVATE = "chmod 600"
    ADD_TO_ACCOUNT = "add the key to the account"
    ATTACH = "attach the key"
    FORGET_HOST_KEY = "remove the saved host key"
    WAIT = "test again in 15 s"
    USE_PROXY = "use the proxy"


@dataclass(frozen=True, slots=True)
class Fix:
    """One thing to do. `label` is for a button, `sentence` says what it does and why.

    `key` is the one to attach or to add, `path` the private half to restrict or to make,
    `address` where to connect instead.
    """

    kind: FixKind
    label: str
    sentence: str
    key: LocalKey | None = None
    path: Path | None = None
    address: SshAddress | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A link that was looked at. Only a broken one has a fix, and not every one."""

    name: str
    state: CheckState
    sentence: str
    fix: Fix | None = None


def broken_link(checks: Sequence[Check]) -> Check | None:
    """The first broken link. A login that works proves right whatever it went over.

    The keys, that is, and the ports if none seemed to answer: then the user's own configuration of
    ssh knows another way.
    """
    proven: set[str] = set()
    if any(check.name == LOGIN and check.state is CheckState.OK for check in checks):
        proven = _KEYS
        if not any(check.name in _PORTS and check.state is CheckState.OK for check in checks):
            proven = _KEYS | _PORTS
    broken = (check for check in checks if check.state is CheckState.BAD)
    return next((check for check in broken if check.name not in proven), None)


def verdict(checks: Sequence[Check]) -> str:
    """One sentence about the whole chain, once all checks are in."""
    broken = broken_link(checks)
    if broken is not None:
        help_ = f" {broken.fix.sentence}" if broken.fix is not None else ""
        return f"The broken link is the {broken.name}. {broken.sentence}{help_}"
    if any(check.name == LOGIN and check.state is CheckState.OK for check in checks):
        return "Every link holds: the login works."
    return "No broken link was found, but the login was not seen to work."


def attach(key: LocalKey) -> Fix:
    """Give the key to this instance."""
    return Fix(
        FixKind.ATTACH, "Attach the key",
        f"Attach {key.name} to this instance; it works after about {PROPAGATION:.0f} s.", key=key,
    )  # fmt: skip


def add_to_account(key: LocalKey) -> Fix:
    """Give the key to the account."""
    return Fix(
        FixKind.ADD_TO_ACCOUNT, "Add to the account",
        f"Add {key.name} to the account: the proxy looks for keys there.", key=key,
    )  # fmt: skip


def make_private(key: LocalKey) -> Fix:
    """Let the owner alone read the private half."""
    path = key.private_path
    return Fix(
        FixKind.MAKE_PRIVATE, "chmod 600",
        f"Let you alone read {path.name if path else key.name}: ssh uses no other keys.",
        key=key, path=path,
    )  # fmt: skip


def make_key(path: Path) -> Fix:
    """Make the key that is missing."""
    return Fix(
        FixKind.GENERATE, "Make a key", f"Make {path.name} with ssh-keygen, without a passphrase.",
        path=path,
    )  # fmt: skip


def wait(why: str) -> Fix:
    """Try the same again."""
    return Fix(FixKind.WAIT, f"Test again in {PROPAGATION:.0f} s", why)


def use_proxy(address: SshAddress) -> Fix:
    """Go through the service's proxy."""
    return Fix(
        FixKind.USE_PROXY, "Use the proxy",
        f"Connect through the proxy: ssh -p {address.port} root@{address.host}", address=address,
    )  # fmt: skip


FORGET_HOST_KEY = Fix(
    FixKind.FORGET_HOST_KEY, "Remove the saved key",
    "If the instance was recycled or made anew, that is why: remove the saved key. If not, somebody"
    " else may be answering: do not log in.",
)  # fmt: skip

START = Fix(FixKind.START, "Start it", "Start the instance: its GPU must still be free.")
