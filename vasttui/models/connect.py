"""SSH commands, URLs and other ways to connect to an instance. None ends with a newline."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from vasttui.models.instance import Instance, PortMapping
from vasttui.models.ssh_address import USER, SshAddress, SshWay, is_host, is_port, ssh_addresses

CONSOLE = "https://cloud.vast.ai/instances/"
PORTAL = 1111
_JUPYTER = 8080
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_ASKED = re.compile(r"-p\s*(?:[0-9.]+:)?(?:[0-9]+:)?([0-9]{1,6})(?:/([a-z]+))?")
_WEB = {80, 443, 1111, 3000, 5000, 6006, 7500, 7860, 8000, 8080, 8081, 8188, 8384, 8443, 8888, 9000}


def alias_of(instance_id: int) -> str:
    """The name an instance's host keys are stored under, because ports are reused."""
    return f"vast-{instance_id}"


def ssh_command(address: SshAddress, forwards: Sequence[str] = ()) -> str:
    """`ssh -p 20544 root@host -L 8080:localhost:8080`."""
    parts = ["ssh", "-p", str(address.port), *_identity(address), f"{USER}@{address.host}"]
    for forward in forwards:
        parts += ["-L", forward]
    return shlex.join(parts)


def ssh_argv(
    instance_id: int, address: SshAddress, known_hosts: str, forwards: Sequence[str] = ()
) -> list[str]:
    """The ssh command to run: host keys stored per instance, no agent forwarding to the host."""
    argv = ssh_program(instance_id, address, known_hosts)
    for forward in forwards:
        argv += ["-L", forward]
    return [*argv, "--", f"{USER}@{address.host}"]


def ssh_program(instance_id: int, address: SshAddress, known_hosts: str) -> list[str]:
    """The same without the host, for a program that adds it."""
    argv = ["ssh", "-p", str(address.port), *_identity(address)]
    return argv + _host_key_options(instance_id, known_hosts)


def _identity(address: SshAddress) -> list[str]:
    """The options to offer one key only: servers end the login after a few wrong ones."""
    return ["-i", address.identity, "-o", "IdentitiesOnly=yes"] if address.identity else []


def _host_key_options(instance_id: int, known_hosts: str) -> list[str]:
    return [
        "-o", f"HostKeyAlias={alias_of(instance_id)}",
        "-o", f'UserKnownHostsFile="{known_hosts}"',
        "-o", "StrictHostKeyChecking=accept-new",
        "-o", "ForwardAgent=no",
    ]  # fmt: skip


def host_name(instance: Instance) -> str:
    """The name of an instance in an SSH configuration."""
    slug = re.sub(r"[^a-z0-9]+", "-", instance.title.lower()).strip("-")[:40]
    return f"vast-{slug}-{instance.id}" if slug else alias_of(instance.id)


def config_block(instance: Instance, address: SshAddress, forwards: Sequence[str] = ()) -> str:
    """A `Host` block for ~/.ssh/config."""
    lines = [
        f"Host {host_name(instance)}",
        f"    HostName {address.host}",
        f"    Port {address.port}",
        f"    User {USER}",
        f"    HostKeyAlias {alias_of(instance.id)}",
    ]
    if address.identity:
        lines += [f'    IdentityFile "{address.identity}"', "    IdentitiesOnly yes"]
    for forward in forwards:
        *bind, host, port = forward.split(":")
        lines.append(f"    LocalForward {':'.join(bind)} {host}:{port}")
    return "\n".join(lines)


def connect_options(
    instance: Instance,
    forwards: Sequence[str] = (),
    known_hosts: str | None = None,
    way: SshWay | None = None,
) -> list[tuple[str, str]]:
    """All the ways to connect: name and text; the one that answered last comes first.

    With the file `known_hosts`, the command of `ssh_argv` is included.
    """
    options: list[tuple[str, str]] = []
    addresses = ssh_addresses(instance, way)
    for address in addresses:
        options.append(
            (f"ssh ({'direct' if address.direct else 'proxy'})", ssh_command(address, forwards))
        )
    if addresses:
        if known_hosts is not None:
            argv = ssh_argv(instance.id, addresses[0], known_hosts, forwards)
            options.append(("ssh (strict)", shlex.join(argv)))
        options += _forms(instance, addresses[0], forwards)
    options.append(("vastai", f"vastai ssh-url {instance.id}"))
    return options


def _forms(
    instance: Instance, address: SshAddress, forwards: Sequence[str]
) -> list[tuple[str, str]]:
    target, port = f"{USER}@{bracketed(address.host)}", str(address.port)
    key = _identity(address)
    remote, copy = shlex.join(["ssh", "-p", port, *key]), ["scp", "-P", port, *key, "-r"]
    return [
        ("scp upload", shlex.join([*copy, "FILE", f"{target}:/workspace/"])),
        ("scp download", shlex.join([*copy, f"{target}:/workspace/FILE", "."])),
        ("sftp", shlex.join(["sftp", "-P", port, *key, target])),
        ("rsync upload",
         shlex.join(["rsync", "-avzP", "-e", remote, "FOLDER/", f"{target}:/workspace/FOLDER/"])),
        ("rsync download",
         shlex.join(["rsync", "-avzP", "-e", remote, f"{target}:/workspace/FOLDER/", "FOLDER/"])),
        ("ssh config", config_block(instance, address, forwards)),
        ("VS Code", f"vscode://vscode-remote/ssh-remote+{target}:{port}/root"),
        ("code", shlex.join(
            ["code", "--folder-uri", f"vscode-remote://ssh-remote+{target}:{port}/root"])),
        ("ssh URL", f"ssh://{target}:{port}"),
    ]  # fmt: skip


def bracketed(host: str) -> str:
    """The host as needed in URLs: IPv6 addresses in brackets."""
    return f"[{host}]" if ":" in host else host


def port_lines(instance: Instance) -> list[tuple[str, str]]:
    """`65.130.162.74:33526 -> 8081/tcp` for every mapped port, and its URL or an empty string."""
    host = instance.public_ipaddr
    if host is None or not is_host(host):
        return []
    ports = sorted(instance.ports, key=lambda port: (port.inside, port.protocol))
    return [
        (f"{bracketed(host)}:{port.outside} -> {port}", _url(instance, host, port))
        for port in ports
    ]


def unmapped_ports(instance: Instance) -> list[str]:
    """The ports asked for with `-p` that are not mapped: `8080/tcp`. Numbers above 65,535 ask for
    any port, the same inside and outside (docs: "docker create options")."""
    mapped = {str(port) for port in instance.ports}
    found = (_ASKED.fullmatch(name) for name in instance.env_names)
    asked = {(int(one[1]), one[2] or "tcp") for one in found if one is not None}
    wanted = [f"{number}/{how}" for number, how in sorted(asked) if is_port(number)]
    return [port for port in wanted if port not in mapped]


def _url(instance: Instance, host: str, port: PortMapping) -> str:
    if port.protocol != "tcp" or port.inside == 22:
        return ""
    secure = port.inside in (443, 8443) or (port.inside == _JUPYTER and _has_jupyter(instance))
    return f"{'https' if secure else 'http'}://{bracketed(host)}:{port.outside}/"


def _has_jupyter(instance: Instance) -> bool:
    return "jupyter" in (instance.image_runtype or "")


def jupyter_url(instance: Instance) -> str | None:
    """Jupyter's URL; None if it has none. It contains the password: never show it on screen."""
    if not _has_jupyter(instance) or instance.jupyter_token is None:
        return None
    url = _web_port(instance, {_JUPYTER})
    return f"{url}?token={_escaped(instance.jupyter_token)}" if url else None


def _escaped(text: str) -> str:
    """Percent-encoded except for unreserved characters."""
    plain = (chr(byte) for byte in text.encode())
    return "".join(char if _UNRESERVED.fullmatch(char) else f"%{ord(char):02X}" for char in plain)


def web_url(instance: Instance) -> str:
    """The instance portal, else the first web port, else the console page."""
    return _web_port(instance, {PORTAL}) or _web_port(instance, _WEB) or CONSOLE


def _web_port(instance: Instance, wanted: set[int]) -> str:
    host = instance.public_ipaddr
    if host is None or not is_host(host):
        return ""
    ports = sorted(instance.ports, key=lambda port: port.inside)
    found = (port for port in ports if port.inside in wanted)
    return next((url for url in (_url(instance, host, port) for port in found) if url), "")
