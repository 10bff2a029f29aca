"""Host entries for other programs, in a file of our own that `~/.ssh/config` includes.

`ssh vast-my-job-26712204`, scp, rsync and editors then know every running instance. Written only
when the user asks.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from vasttui.errors import VastError
from vasttui.files import read_regular
from vasttui.models.connect import config_block
from vasttui.models.instance import Instance
from vasttui.models.ssh_address import SshWay, ssh_addresses
from vasttui.models.status import Phase, phase_of
from vasttui.services.system.private_file import write_private
from vasttui.text import clean

_HEAD = "# Written by vasttui, which overwrites this file: your changes are lost.\n"
_MOST = 4_000_000
"""Bytes of a configuration of ssh."""

_NOT_IN_PATHS = frozenset('"*?[]\\%$')
"""Characters that ssh treats specially in paths and that cannot be escaped."""


@dataclass(frozen=True, slots=True)
class HostEntries:
    """What was written where. `included`: the user's configuration reads it; if not, `line` must
    become the first line of `~/.ssh/config`."""

    path: Path
    count: int
    line: str
    included: bool


def write_host_entries(
    config: Path,
    instances: Iterable[Instance],
    ssh_folder: Path,
    way_of: Callable[[int], SshWay] = lambda instance_id: SshWay(),
) -> HostEntries:
    """Write an entry for every running instance that has an address, and drop all others. `config`
    is vasttui's settings directory, `way_of` what is known of the way into an instance. Blocks.
    Raises VastError."""
    path = entries_file(config)
    line = include_line(config)
    blocks = []
    for instance in sorted(instances, key=lambda one: one.id):
        running = phase_of(instance) is Phase.RUNNING
        addresses = ssh_addresses(instance, way_of(instance.id)) if running else ()
        if addresses:
            blocks.append(f"{config_block(instance, addresses[0])}\n{_options(config)}")
    try:
        write_private(path, "\n".join([_HEAD, *blocks]).encode())
    except OSError as error:
        raise VastError(f"{_shown(path)} cannot be written: {error.strerror}.") from None
    return HostEntries(path, len(blocks), line, is_included(config, ssh_folder))


def entries_file(config: Path) -> Path:
    """The file of host entries."""
    return config / "ssh_config"


def include_line(config: Path) -> str:
    """The line that makes ssh read our file. Raises VastError if its path cannot be written."""
    return f'Include "{_spelled(entries_file(config))}"'


def is_included(config: Path, ssh_folder: Path) -> bool:
    """Whether `~/.ssh/config` reads our file for every host. Raises VastError."""
    return _includes(_read(_real(ssh_folder)), entries_file(config), ssh_folder)


def include_host_entries(config: Path, ssh_folder: Path) -> Path | None:
    """Put the line at the top of `~/.ssh/config`, unless it is there.

    Returns the path of a backup next to it, None if there was nothing to back up. Symbolic links
    are followed. Blocks. Raises VastError and then changes nothing.
    """
    line = include_line(config)
    real = _real(ssh_folder)
    before = _read(real)
    if _includes(before, entries_file(config), ssh_folder):
        return None
    copy = real.with_name(f"{real.name}.before-vasttui") if before else None
    try:
        if copy is not None:
            write_private(copy, before)
        write_private(real, f"{line}\n".encode() + (b"\n" + before if before else b""))
    except OSError as error:
        raise VastError(
            f"{_shown(real)} cannot be written: {error.strerror}.", hint=f"Add this line: {line}"
        ) from None
    return copy


def _options(config: Path) -> str:
    """As in our own commands: separate host keys, no agent forwarding."""
    return (
        f'    UserKnownHostsFile "{_spelled(config / "known_hosts")}"\n'
        "    StrictHostKeyChecking accept-new\n"
        "    ForwardAgent no\n"
    )


def _spelled(path: Path) -> str:
    text = str(path.absolute())
    if not text.isprintable() or _NOT_IN_PATHS & set(text):
        raise VastError(f"ssh cannot include a file in {_shown(path.parent)}: special characters.")
    return text


def _real(ssh_folder: Path) -> Path:
    """The user's configuration, links resolved."""
    return Path(os.path.realpath(ssh_folder / "config"))


def _read(path: Path) -> bytes:
    try:
        return read_regular(path, _MOST)
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise VastError(f"{_shown(path)} cannot be read: {error.strerror}.") from None


def _includes(content: bytes, wanted: Path, ssh_folder: Path) -> bool:
    """Whether our file is included before the first `Host` or `Match`, so for every host."""
    for raw in content.decode("utf-8", "replace").splitlines():
        keyword, *rest = [*raw.replace("=", " ", 1).split(maxsplit=1), ""]
        if keyword.lower() in ("host", "match"):
            return False
        if keyword.lower() == "include" and wanted.absolute() in _paths(rest[0], ssh_folder):
            return True
    return False


def _paths(rest: str, ssh_folder: Path) -> set[Path]:
    """The files of an `Include`, with or without quotes, relative to `~/.ssh`."""
    quoted = rest.split('"')
    plain = [word for part in quoted[::2] for word in part.split()]
    named = (*plain, *quoted[1::2])
    return {ssh_folder.absolute() / os.path.expanduser(word) for word in named if word}


def _shown(path: Path) -> str:
    return clean(str(path))
