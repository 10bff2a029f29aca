"""Why sshd refuses a login: it says so in the container's log only."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vasttui.errors import VastError
from vasttui.models.log import LogRequest
from vasttui.services.log_watch import LogSource
from vasttui.text import clean

_REASONS = tuple(
    (re.compile(pattern, re.IGNORECASE), meaning)
    for pattern, meaning in (
        (r"Authentication refused: bad ownership or modes",
         "sshd ignores keys in files that others may change: `chmod go-w ~; chown -R root: ~/.ssh;"
         " chmod 700 ~/.ssh; chmod 600 ~/.ssh/*` as on-start script mends it."),
        (r"ROOT LOGIN REFUSED",
         "The image's sshd lets root in nowhere: its sshd_config must say `PermitRootLogin yes`."),
        (r"User \S+ not allowed because account is locked|Account \S+ has expired",
         "The account is locked or has expired in the image."),
        (r"User \S+ (?:from \S+ )?not allowed because",
         "The image's sshd does not let this user in: mend what it names."),
        (r"Could not open .{0,200}authorized_keys|authorized_keys.{0,40}No such file",
         "There is no list of keys in the container."),
        (r"(?:key|signature|pubkey) (?:type|algorithm) .{1,60}not in ",
         "The image's sshd does not take keys of that type: attach another, such as ed25519."),
        (r"maximum authentication attempts exceeded|Too many authentication failures",
         "ssh offered too many other keys first."),
        (r"no hostkeys available|Missing privilege separation",
         "The image's sshd is not set up."),
    )
)  # fmt: skip
_ACCEPTED = "Accepted publickey"
_LINES = 1000


async def reason_in_log(api: LogSource, instance_id: int) -> tuple[str, bool]:
    """What the container's log says of refused logins, and whether that is a reason."""
    try:
        answer = await api.logs(instance_id, LogRequest(tail=_LINES))
    except VastError as error:
        return f"The container's log could not be read: {error}", False
    reason = sshd_reason(answer.lines)
    return reason or "The container's log gives no reason.", bool(reason)


def sshd_reason(lines: Sequence[str]) -> str:
    """The last line in which sshd says why, and what that means; empty if there is none since the
    last login that worked."""
    for line in reversed(lines):
        if _ACCEPTED in line:
            return ""
        for pattern, meaning in _REASONS:
            if pattern.search(line):
                return f"The container's log says: {clean(line, cap=200)}. {meaning}"
    return ""
