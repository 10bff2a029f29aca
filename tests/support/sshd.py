"""A real sshd on loopback and a real rsync, for tests of what goes between them.

rsync is fetched with apt into a temporary folder where it is not installed. Where there is neither,
the tests say so: they are skipped, but fail where `CI` is set.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import NoReturn

import pytest

from vasttui.models.ssh_address import SshAddress

_PACKAGES = ("rsync", "libpopt0", "libxxhash0")
_SECONDS = 60


@dataclass(frozen=True)
class Place:
    """A server that lets root in, and the environment in which `rsync` and `ssh` are found."""

    address: SshAddress
    known_hosts: str
    environment: dict[str, str]


@contextmanager
def sshd(folder: Path) -> Iterator[Place]:
    """A server for the time of a test."""
    server = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin:/usr/local/sbin")
    if server is None or os.geteuid() != 0:
        _cannot("sshd, and root to run it")
    environment = _with_rsync(folder)
    for name in ("host", "user"):
        _run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{folder / name}")
    Path("/run/sshd").mkdir(exist_ok=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    passed = " ".join(f"{name}={value}" for name, value in environment.items())
    (folder / "config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder / 'host'}\nPidFile none\n"
        f"AuthorizedKeysFile {folder / 'user.pub'}\nStrictModes no\nUsePAM no\nSetEnv {passed}\n"
    )
    process = subprocess.Popen(
        [server, "-D", "-e", "-f", f"{folder / 'config'}"], stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    said = iter(process.stderr.readline, "")
    assert any("listening" in line for line in said), "sshd did not start"
    drained = Thread(target=process.stderr.read)
    drained.start()
    try:
        address = SshAddress("127.0.0.1", port, direct=True, identity=f"{folder / 'user'}")
        yield Place(address, f"{folder / 'hosts of ours' / 'known'}", environment)
    finally:
        process.terminate()
        process.wait()
        drained.join()
        process.stderr.close()


def _with_rsync(folder: Path) -> dict[str, str]:
    """The environment with rsync, which is fetched if need be."""
    path = os.environ.get("PATH", os.defpath)
    if shutil.which("rsync"):
        return {"PATH": path}
    if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
        _cannot("rsync, or apt to fetch it")
    fetched, root = folder / "packages", folder / "root"
    fetched.mkdir()
    try:
        _run("apt-get", "download", *_PACKAGES, cwd=fetched)
    except (subprocess.SubprocessError, OSError):
        _cannot("rsync, or a mirror to fetch it from")
    for package in fetched.glob("*.deb"):
        _run("dpkg", "-x", f"{package}", f"{root}")
    libraries = next(root.glob("usr/lib/*/libpopt.so.0")).parent
    return {"PATH": f"{root / 'usr/bin'}{os.pathsep}{path}", "LD_LIBRARY_PATH": f"{libraries}"}


def _run(*argv: str, cwd: Path | None = None) -> None:
    subprocess.run(argv, cwd=cwd, check=True, capture_output=True, timeout=_SECONDS)


def _cannot(lacks: str) -> NoReturn:
    """Say that a test of the real rsync cannot be made here."""
    said = f"the real rsync cannot be tested: this computer lacks {lacks}"
    if os.environ.get("CI"):
        pytest.fail(said)
    pytest.skip(said)
