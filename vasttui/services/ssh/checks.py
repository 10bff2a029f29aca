"""What the SSH doctor checks between this computer and a shell, and the fixes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from vasttui.models.connect import ssh_command
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
"""Seconds after which an attached key usually works."""

_KEYS = {LOCAL_KEY, ON_ACCOUNT, ON_INSTANCE}
_PORTS = {DIRECT, PROXY}


class CheckState(Enum):
    """The result of a check."""

    OK = "ok"
    BAD = "broken"
    UNKNOWN = "unknown"
    SKIPPED = "not tested"


class FixKind(Enum):
    """What can be done about a failed check."""

    START = "start the instance"
    GENERATE = "make a key"
    MAKE_PRIVATE = "chmod 600"
    ADD_TO_ACCOUNT = "add the key to the account"
    ATTACH = "attach the key"
    FORGET_HOST_KEY = "remove the saved host key"
    WAIT = "test again in 15 s"
    USE_PROXY = "use the proxy"
    USE_KEY = "use this key only"


@dataclass(frozen=True, slots=True)
class Fix:
    """One thing to do; `label` is for a button, `sentence` says what it does and why.

    `key` is to be attached or added, `path` is the private half to restrict, create or use,
    `address` is where to connect instead.
    """

    kind: FixKind
    label: str
    sentence: str
    key: LocalKey | None = None
    path: Path | None = None
    address: SshAddress | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One check. Only a failed one may have a fix. A login that worked names its `address`."""

    name: str
    state: CheckState
    sentence: str
    fix: Fix | None = None
    address: SshAddress | None = None


def failed_check(checks: Sequence[Check]) -> Check | None:
    """The first failed check. A login that works overrules the checks of the keys, and of the ports
    if none answered: then the user's SSH configuration has another route. One that fails where a
    port answered is what is wrong, not the other port."""
    proven: set[str] = set()
    login = next((check.state for check in checks if check.name == LOGIN), None)
    answers = any(check.name in _PORTS and check.state is CheckState.OK for check in checks)
    if login is CheckState.OK:
        proven = _KEYS if answers else _KEYS | _PORTS
    elif login is CheckState.BAD and answers:
        proven = _PORTS
    broken = (check for check in checks if check.state is CheckState.BAD)
    return next((check for check in broken if check.name not in proven), None)


def verdict(checks: Sequence[Check]) -> str:
    """The result of all checks together."""
    broken = failed_check(checks)
    if broken is not None:
        help_ = f" {broken.fix.sentence}" if broken.fix is not None else ""
        return f"The problem is the {broken.name}. {broken.sentence}{help_}"
    if any(check.name == LOGIN and check.state is CheckState.OK for check in checks):
        return "Every check passed: the login works."
    return "No problem was found, but the login is not confirmed."


def attach(key: LocalKey) -> Fix:
    """Attach the key to this instance."""
    return Fix(
        FixKind.ATTACH, "Attach the key",
        f"Attach {key.name} to this instance; it works after about {PROPAGATION:.0f} s.", key=key,
    )  # fmt: skip


def add_to_account(key: LocalKey) -> Fix:
    """Add the key to the account."""
    return Fix(
        FixKind.ADD_TO_ACCOUNT, "Add to the account",
        f"Add {key.name} to the account: the proxy looks for keys there.", key=key,
    )  # fmt: skip


def make_private(key: LocalKey) -> Fix:
    """Make the private half readable by its owner only."""
    path = key.private_path
    return Fix(
        FixKind.MAKE_PRIVATE, "chmod 600",
        f"Make {path.name if path else key.name} readable only by you: ssh ignores it otherwise.",
        key=key, path=path,
    )  # fmt: skip


def make_key(path: Path) -> Fix:
    """Create the missing key."""
    return Fix(
        FixKind.GENERATE, "Make a key", f"Make {path.name} with ssh-keygen, without a passphrase.",
        path=path,
    )  # fmt: skip


def wait(why: str) -> Fix:
    """Test again later."""
    return Fix(FixKind.WAIT, f"Test again in {PROPAGATION:.0f} s", why)


def use_key(key: LocalKey) -> Fix:
    """Offer this key and no other."""
    path = key.private_path
    return Fix(
        FixKind.USE_KEY, "Use this key only",
        f"Log in with -i {path} -o IdentitiesOnly=yes: ssh, the copied commands and the written"
        " configuration then use that key.", key=key, path=path,
    )  # fmt: skip


def use_proxy(address: SshAddress) -> Fix:
    """Connect through the service's proxy."""
    return Fix(
        FixKind.USE_PROXY, "Use the proxy",
        f"Connect through the proxy: {ssh_command(address)}", address=address,
    )  # fmt: skip


FORGET_HOST_KEY = Fix(
    FixKind.FORGET_HOST_KEY, "Remove the saved key",
    "If the instance was recycled, that explains it: remove the saved key. If not, somebody"
    " else may be answering: do not log in.",
)  # fmt: skip

START = Fix(FixKind.START, "Start it", "Start the instance: its GPU must still be free.")
