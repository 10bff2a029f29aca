"""Where the SSH server of an instance is (client 1.9.1 `cli/commands/misc.py`, "ssh-url").

Hosts and ports come from strangers and end up in commands: what is not a plain host name, an IP
address or a port is no address.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from vasttui.models.instance import Instance
from vasttui.models.status import Phase

USER = "root"

_NAME = re.compile(
    r"(?=.{1,253}\Z)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
)


@dataclass(frozen=True, slots=True)
class SshAddress:
    """A host and a port; `direct` when it is the machine itself, not the service's proxy."""

    host: str
    port: int
    direct: bool


def ssh_addresses(instance: Instance) -> tuple[SshAddress, ...]:
    """All addresses, the best first. Only a running instance answers at them."""
    found = (direct_address(instance), proxy_address(instance))
    return tuple(address for address in found if address is not None)


def direct_address(instance: Instance) -> SshAddress | None:
    """The machine's own address with the port that leads to 22 of the container."""
    host = instance.public_ipaddr
    port = next(
        (one.outside for one in instance.ports if one.inside == 22 and one.protocol == "tcp"), None
    )
    if host is None or port is None or not is_host(host) or not is_port(port):
        return None
    return SshAddress(host, port, direct=True)


def proxy_address(instance: Instance) -> SshAddress | None:
    """The service's proxy. With Jupyter its own proxy has the port, and SSH the next one."""
    host, port = instance.ssh_host, instance.ssh_port
    if host is None or port is None or not is_host(host) or not is_port(port):
        return None
    port += "jupyter" in (instance.image_runtype or "")
    return SshAddress(host, port, direct=False) if is_port(port) else None


def has_ssh(instance: Instance) -> bool:
    """Whether it was launched with SSH, as far as is known."""
    return "ssh" in (instance.image_runtype or "ssh")


_NO_WAY_IN = {
    Phase.SCHEDULING: "There is no way in while it is scheduling: it waits for its GPU.",
    Phase.STOPPING: "There is no way in while it is stopping: start it again to get in.",
    Phase.STOPPED: "There is no way in while it is stopped: start it first.",
    Phase.OUTBID: "There is no way in while it is outbid: raise the bid first.",
    Phase.FROZEN: "There is no way in while it is frozen: nothing runs there.",
    Phase.EXITED: "There is no way in: its container has exited, and the log says why.",
    Phase.FAILED: "There is no way in: its container has failed, and the log says why.",
    Phase.OFFLINE: "There is no way in while its host is offline: wait until it is back.",
    Phase.NO_SIGNAL: "There is no way in while its host gives no signal: wait until it is back.",
    Phase.UNREADABLE: "There is no way in: its state is unreadable. The Raw tab shows it.",
}


def no_address_reason(instance: Instance, phase: Phase) -> str:
    """Why there is no way in, and what to do."""
    if phase in _NO_WAY_IN:
        return _NO_WAY_IN[phase]
    if phase.traits.settles:
        return f"There is no way in yet: it is {phase.value}. Wait until it runs."
    if not has_ssh(instance):
        return "It was launched without SSH: rent again with it to get in."
    return "The service gives no SSH address that can be used: refresh, or reboot the instance."


def is_host(text: str) -> bool:
    """Whether this is a host name or an IP address and nothing else."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return _NAME.fullmatch(text) is not None and not text.rpartition(".")[2].isdecimal()
    return "%" not in text


def is_port(number: int) -> bool:
    """Whether this is a port."""
    return 1 <= number <= 65_535
