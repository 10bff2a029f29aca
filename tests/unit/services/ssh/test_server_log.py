"""What sshd writes into the container's log of a refused login, and what it means."""

from __future__ import annotations

import pytest

from vasttui.services.ssh.server_log import sshd_reason


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        ("Authentication refused: bad ownership or modes for directory /root", "chmod go-w"),
        ("ROOT LOGIN REFUSED FROM 192.0.2.1 port 50122", "PermitRootLogin yes"),
        ("User root not allowed because account is locked", "account is locked"),
        ("Account root has expired", "account is locked or has expired"),
        (
            "User root from 192.0.2.1 not allowed because not listed in AllowUsers",
            "does not let this user in",
        ),
        (
            "User root from 192.0.2.1 not allowed because listed in DenyUsers",
            "does not let this user in",
        ),
        (
            "User root not allowed because shell /bin/zsh does not exist",
            "does not let this user in",
        ),
        ("sshd: no hostkeys available -- exiting.", "not set up"),
        ("error: Received disconnect: Too many authentication failures [preauth]", "too many"),
    ],
)
def test_what_sshd_says_is_told_with_its_meaning(line: str, meaning: str) -> None:
    told = sshd_reason(["Server listening on 0.0.0.0 port 22.", line, "[preauth]"])
    assert told.startswith(f"The container's log says: {line}")
    assert meaning in told.removeprefix(f"The container's log says: {line}")
    assert ("PermitRootLogin" in told) is ("ROOT LOGIN" in line)


@pytest.mark.parametrize(
    "line",
    [
        "+ sed -i s/#PermitRootLogin.*/PermitRootLogin yes/ /etc/ssh/sshd_config",
        "error: Could not load host key: /etc/ssh/ssh_host_dsa_key",
        "wandb: your account is locked, see the billing page",
        "User root logged in; downloads are not allowed",
    ],
)
def test_other_lines_that_speak_of_such_things_are_no_reason(line: str) -> None:
    assert sshd_reason([line]) == ""
