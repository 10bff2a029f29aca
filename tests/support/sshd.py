"""A real sshd on loopback and a real rsync, for tests of what goes between them.

Where one of the programs is not installed, apt fetches them into a folder that is kept, and they
run from there: nothing is installed, but root's sshd needs a user of its name, which is made. Where
that cannot be, the tests say so: they are skipped, but fail where `CI` is set.
"""

from __future__ import annotations

import fcntl
import getpass
import os
import pwd
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

_PROGRAMS = ("rsync", "ssh", "ssh-keygen", "sshd")
_PACKAGES = ("openssh-client", "openssh-server", "rsync")
_SECONDS = 100


@dataclass(frozen=True)
class Place:
    """A server that lets one in, and the environment in which `rsync` and `ssh` are found."""

    address: SshAddress
    known_hosts: str
    environment: dict[str, str]


@contextmanager
def sshd(folder: Path, kept: Path) -> Iterator[Place]:
    """A server with its files in `folder`, for the time of a test; `kept` is for its programs."""
    environment = _with_programs(kept)
    _let_in(folder, environment)
    for name in ("host", "user"):
        _run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{folder / name}",
             environment=environment)  # fmt: skip
    server = shutil.which("sshd", path=environment["PATH"])
    assert server is not None
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    passed = " ".join(f'"{name}={value}"' for name, value in environment.items())
    (folder / "config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder / 'host'}\nPidFile none\n"
        f"AuthorizedKeysFile {folder / 'user.pub'}\nStrictModes no\nUsePAM no\nSetEnv {passed}\n"
        f"{_helpers(server)}"
    )
    process = subprocess.Popen(
        [server, "-D", "-e", "-f", f"{folder / 'config'}"],
        env=os.environ | environment, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
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


def _with_programs(kept: Path) -> dict[str, str]:
    """The environment with all programs, which are fetched if need be, by one process for all."""
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"))
    lacking = [name for name in _PROGRAMS if shutil.which(name, path=path) is None]
    if not lacking:
        return {"PATH": path}
    if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
        _cannot(f"{' and '.join(lacking)}, or apt to fetch them")
    root = kept / "root"
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not root.is_dir():
            try:
                _fetch(kept / "fetched", root)
            except (subprocess.SubprocessError, OSError):
                _cannot(f"{' and '.join(lacking)}, or a mirror to fetch them from")
    folders = {f"{library.parent}" for library in root.glob("usr/lib/*/*.so.*")}
    return {
        "PATH": os.pathsep.join((f"{root / 'usr/bin'}", f"{root / 'usr/sbin'}", path)),
        "LD_LIBRARY_PATH": os.pathsep.join(sorted(folders)),
    }


def _fetch(fetched: Path, root: Path) -> None:
    """Unpack the programs, and what they need that is not installed, into `root`."""
    shutil.rmtree(fetched, ignore_errors=True)
    for name in ("lists/partial", "archives/partial", "root"):
        (fetched / name).mkdir(parents=True)
    apt = [
        "apt-get", "-qq", "-o", f"Dir::State::Lists={fetched / 'lists'}",
        "-o", f"Dir::Cache::Archives={fetched / 'archives'}", "-o", "Debug::NoLocking=1",
        "-o", "APT::Sandbox::User=root", "-o", "Acquire::Retries=0",
        "-o", "Acquire::http::Timeout=10",
    ]  # fmt: skip
    _run(*apt, "update")
    how = ("--download-only", "--reinstall", "--yes", "--no-install-recommends")
    _run(*apt, "install", *how, *_PACKAGES)
    packages = list((fetched / "archives").glob("*.deb"))
    if not packages:
        raise FileNotFoundError("apt knows of no package")
    for package in packages:
        _run("dpkg", "-x", f"{package}", f"{fetched / 'root'}")
    (fetched / "root").rename(root)
    shutil.rmtree(fetched)


def _helpers(server: str) -> str:
    """Where the programs are that a newer `server` starts: beside it, wherever it was unpacked."""
    helpers = {"SshdSessionPath": "sshd-session", "SshdAuthPath": "sshd-auth"}
    folder = Path(server).parents[1] / "lib" / "openssh"
    found = {option: folder / name for option, name in helpers.items()}
    return "".join(f'{option} "{path}"\n' for option, path in found.items() if path.exists())


def _let_in(folder: Path, environment: dict[str, str]) -> None:
    """Make what root's sshd wants to be there. Anybody else's lets in nobody else, so ssh is to
    log in with that name."""
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
        if not any(user.pw_name == "sshd" for user in pwd.getpwall()):
            try:
                _run("useradd", "--system", "--shell", "/usr/sbin/nologin", "sshd")
            except (subprocess.SubprocessError, OSError):
                _cannot("a user named sshd, or a way to make one")
        return
    ssh = folder / "bin" / "ssh"
    ssh.parent.mkdir()
    real = shutil.which("ssh", path=environment["PATH"])
    ssh.write_text(f'#!/bin/sh\nexec "{real}" -o User={getpass.getuser()} "$@"\n')
    ssh.chmod(0o700)
    environment["PATH"] = f"{ssh.parent}{os.pathsep}{environment['PATH']}"


def _run(*argv: str, environment: dict[str, str] | None = None) -> None:
    subprocess.run(
        argv, env=os.environ | (environment or {}), check=True, capture_output=True,
        timeout=_SECONDS,
    )  # fmt: skip


def _cannot(lacks: str) -> NoReturn:
    """Say that a test of the real ssh or rsync cannot be made here."""
    said = f"the real ssh and rsync cannot be tested: this computer lacks {lacks}"
    if os.environ.get("CI"):
        pytest.fail(said)
    pytest.skip(said)
