"""The SSH addresses of an instance (client 1.9.1 `cli/commands/misc.py`, "ssh-url").

Hosts and ports come from strangers and end up in commands, so only plain host names, IP addresses
and ports are accepted.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from vasttui.models.status import Phase

if TYPE_CHECKING:
    from vasttui.models.instance import Instance

USER = "root"

_PORTS_AFTER = 7.0
"""Seconds of running after which ports that are not told are missing: longer than one reading."""

_NAME = (
    r"(?=.{1,253}\Z)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
)


class SshAddress(Struct, frozen=True):
    """A host and a port; `direct` if it is the machine itself, not the service's proxy. With the
    path of a private key as `identity`, ssh is to offer that key and no other."""

    host: str
    port: int
    direct: bool
    identity: str = ""

    @property
    def way(self) -> str:
        """How it is reached, in a sentence."""
        return "directly" if self.direct else "through the proxy"


class SshWay(Struct, frozen=True):
    """What is known of the way into an instance: whether it was `direct`, if one has answered, and
    the private key to use, if ssh has to be told."""

    direct: bool | None = None
    identity: str = ""


def ssh_addresses(instance: Instance, way: SshWay | None = None) -> tuple[SshAddress, ...]:
    """All SSH addresses, best first: the way that answered last, else the direct one. They only
    work while the instance is running."""
    way = way or SshWay()
    found = (direct_address(instance), proxy_address(instance))
    known = [structs.replace(one, identity=way.identity) for one in found if one is not None]
    return tuple(sorted(known, key=lambda one: one.direct is not (way.direct is not False)))


def direct_address(instance: Instance) -> SshAddress | None:
    """The machine's own address and the port mapped to port 22 of the container."""
    host = instance.public_ipaddr
    port = next((p.outside for p in instance.ports if p.inside == 22 and p.protocol == "tcp"), None)
    if host is None or port is None or not is_host(host) or not is_port(port):
        return None
    return SshAddress(host, port, direct=True)


def is_direct_missing(instance: Instance, ran: float) -> bool:
    """Whether it was launched for a direct connection and has none, after it `ran` s: its ports are
    told a little later than that it runs."""
    asked = "ssh_direc" in (instance.image_runtype or "")
    told = bool(instance.ports) or ran >= _PORTS_AFTER
    return asked and told and direct_address(instance) is None


def proxy_address(instance: Instance) -> SshAddress | None:
    """The service's SSH proxy, for an instance with SSH. With Jupyter, it is on the next port."""
    host, port = instance.ssh_host, instance.ssh_port
    if not has_ssh(instance):
        return None
    if host is None or port is None or not is_host(host) or not is_port(port):
        return None
    port += "jupyter" in (instance.image_runtype or "")
    return SshAddress(host, port, direct=False) if is_port(port) else None


def has_ssh(instance: Instance) -> bool:
    """Whether it was launched with SSH, which Jupyter includes; True if unknown."""
    runtype = instance.image_runtype or "ssh"
    return "ssh" in runtype or "jupyter" in runtype


_UNAVAILABLE = {
    Phase.SCHEDULING: "SSH is unavailable while scheduling: it is waiting for its GPU.",
    Phase.STOPPING: "SSH is unavailable while stopping: start it again first.",
    Phase.STOPPED: "SSH is unavailable while stopped: start it first.",
    Phase.OUTBID: "SSH is unavailable while outbid: raise the bid first.",
    Phase.FROZEN: "SSH is unavailable while frozen: nothing is running.",
    Phase.EXITED: "SSH is unavailable: the container has exited. The log says why.",
    Phase.FAILED: "SSH is unavailable: the container has failed. The log says why.",
    Phase.OFFLINE: "SSH is unavailable while the host is offline: wait until it is back.",
    Phase.NO_SIGNAL: "SSH is unavailable: there is no signal from the host. Wait until it is back.",
    Phase.UNREADABLE: "SSH is unavailable: the state is unreadable. The Raw tab shows it.",
}


def no_address_reason(instance: Instance, phase: Phase) -> str:
    """Why SSH is unavailable, and what to do."""
    if not has_ssh(instance):
        return "It was launched without SSH: rent again with SSH to log in."
    if phase in _UNAVAILABLE:
        return _UNAVAILABLE[phase]
    if phase.traits.settles:
        return f"SSH is unavailable: it {phase.clause}. Wait until it is running."
    return "The service sent no usable SSH address: refresh, or reboot the instance."


def is_host(text: str) -> bool:
    """Whether this is a plain host name or IP address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return re.fullmatch(_NAME, text) is not None and not text.rpartition(".")[2].isdecimal()
    return "%" not in text


def is_port(number: int) -> bool:
    """Whether this is a valid port number."""
    return 1 <= number <= 65_535
