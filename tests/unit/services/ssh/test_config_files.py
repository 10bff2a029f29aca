from __future__ import annotations

import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from vasttui.errors import VastError
from vasttui.models.instance import Instance, PortMapping
from vasttui.models.ssh_address import SshWay
from vasttui.services.ssh import config_files as ssh_files
from vasttui.services.ssh.config_files import (
    entries_file,
    include_host_entries,
    include_line,
    is_included,
    write_host_entries,
)
from vasttui.services.system.private_file import write_private

ONE = Instance(
    id=7, label="My job!\n", actual_status="running", cur_state="running",
    intended_status="running", public_ipaddr="192.0.2.45", ports=(PortMapping(22, "tcp", 30022),),
    ssh_host="ssh5.vast.ai", ssh_port=10600, image_runtype="ssh",
)  # fmt: skip
STOPPED = replace(ONE, id=8, actual_status="exited", cur_state="stopped", intended_status="stopped")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "my config"


@pytest.fixture
def ssh(tmp_path: Path) -> Path:
    return tmp_path / ".ssh"


def test_an_entry_takes_the_way_and_the_key_that_are_known(config: Path, ssh: Path) -> None:
    way = SshWay(direct=False, identity="/keys/work")
    text = write_host_entries(config, [ONE], ssh, {7: way}.__getitem__).path.read_text()
    assert "    HostName ssh5.vast.ai\n" in text
    assert '    IdentityFile "/keys/work"\n    IdentitiesOnly yes\n' in text


def test_every_running_instance_gets_an_entry(config: Path, ssh: Path) -> None:
    other = replace(ONE, id=9, label=None, ports=())
    written = write_host_entries(config, [other, STOPPED, ONE], ssh)

    assert written.count == 2
    assert written.path == config / "ssh_config"
    assert written.path.stat().st_mode & 0o777 == 0o600
    assert written.path.read_text() == (
        "# Written by vasttui, which overwrites this file: your changes are lost.\n"
        "\n"
        "Host vast-my-job-7\n"
        "    HostName 192.0.2.45\n"
        "    Port 30022\n"
        "    User root\n"
        "    HostKeyAlias vast-7\n"
        f'    UserKnownHostsFile "{config}/known_hosts"\n'
        "    StrictHostKeyChecking accept-new\n"
        "    ForwardAgent no\n"
        "\n"
        "Host vast-9\n"
        "    HostName ssh5.vast.ai\n"
        "    Port 10600\n"
        "    User root\n"
        "    HostKeyAlias vast-9\n"
        f'    UserKnownHostsFile "{config}/known_hosts"\n'
        "    StrictHostKeyChecking accept-new\n"
        "    ForwardAgent no\n"
    )


def test_what_is_gone_vanishes_and_what_is_hostile_never_comes(config: Path, ssh: Path) -> None:
    write_host_entries(config, [ONE], ssh)
    hostile = replace(
        ONE, id=9, label="x\n    ProxyCommand id", public_ipaddr="h\nProxyCommand id",
        ssh_host="-oProxyCommand=id",
    )  # fmt: skip
    written = write_host_entries(config, [STOPPED, hostile], ssh)
    assert written.count == 0
    assert "Host " not in written.path.read_text()
    write_host_entries(config, [replace(hostile, public_ipaddr="192.0.2.1")], ssh)
    assert "ProxyCommand" not in written.path.read_text()


def test_writing_entries_leaves_the_users_own_file_alone(config: Path, ssh: Path) -> None:
    ssh.mkdir()
    (ssh / "config").write_text("Host x\n")
    written = write_host_entries(config, [ONE], ssh)
    assert not written.included
    assert written.line == f'Include "{config}/ssh_config"'
    assert (ssh / "config").read_text() == "Host x\n"
    assert [path.name for path in ssh.iterdir()] == ["config"]


def test_the_line_comes_first_and_only_once(config: Path, ssh: Path) -> None:
    ssh.mkdir()
    mine = b"# caf\xe9\r\nHost x\n    Port 2\n"
    (ssh / "config").write_bytes(mine)

    copy = include_host_entries(config, ssh)
    assert copy is not None
    assert copy.read_bytes() == mine
    after = (ssh / "config").read_bytes()
    assert after == f"{include_line(config)}\n\n".encode() + mine
    assert (ssh / "config").stat().st_mode & 0o777 == 0o600
    assert write_host_entries(config, [ONE], ssh).included

    assert include_host_entries(config, ssh) is None
    assert (ssh / "config").read_bytes() == after
    assert copy.read_bytes() == mine


def test_a_configuration_is_made_where_there_is_none(config: Path, ssh: Path) -> None:
    assert include_host_entries(config, ssh) is None
    assert (ssh / "config").read_text() == f"{include_line(config)}\n"
    assert ssh.stat().st_mode & 0o777 == 0o700
    assert is_included(config, ssh)


def test_a_configuration_kept_elsewhere_stays_there(config: Path, ssh: Path) -> None:
    dotfiles = ssh.parent / "dotfiles"
    dotfiles.mkdir()
    ssh.mkdir()
    (dotfiles / "ssh").write_text("Host x\n")
    (ssh / "config").symlink_to(dotfiles / "ssh")
    include_host_entries(config, ssh)
    assert (ssh / "config").is_symlink()
    assert (dotfiles / "ssh").read_text().startswith("Include ")


@pytest.mark.parametrize(
    ("text", "included"),
    [
        ('Include "{file}"\n', True),
        ("include {plain}\n", True),
        ("\tINCLUDE\t{plain}\n", True),
        ("Include={plain}\n", True),
        ("Include ~/other {plain} more\n", True),
        ("Include ~/plain/ssh_config\n", True),
        ("Include ../plain/ssh_config\n", False),
        ("# Include {plain}\n", False),
        ("Host *\n    Include {plain}\n", False),
        ("Match all\nInclude {plain}\n", False),
        ("Include {plain}.old\n", False),
        ("Include ~nobody-of-that-name/x\n", False),
        ("Include\n", False),
        ("", False),
    ],
)
def test_whether_the_line_is_there(
    tmp_path: Path, ssh: Path, monkeypatch: pytest.MonkeyPatch, text: str, included: bool
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    ssh.mkdir()
    config = tmp_path / "plain"
    path = entries_file(config)
    (ssh / "config").write_text(text.format(file=path, plain=path))
    assert is_included(config, ssh) is included


@pytest.mark.parametrize("name", ['a"b', "a*", "a\nb", "a%h", "${HOME}", "[a]"])
def test_a_folder_that_ssh_cannot_be_told_of(tmp_path: Path, ssh: Path, name: str) -> None:
    config = tmp_path / name
    for write in (
        lambda: write_host_entries(config, [ONE], ssh),
        lambda: include_host_entries(config, ssh),
    ):
        with pytest.raises(VastError, match="special characters"):
            write()
    assert not config.exists()
    assert not ssh.exists()


def test_a_write_that_fails_changes_nothing_and_says_what_to_add(
    config: Path, ssh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ssh.mkdir()
    (ssh / "config").write_text("Host x\n")

    def full(path: Path, data: bytes) -> None:
        if path.name == "config":
            raise OSError(28, "No space left on device")
        write_private(path, data)

    monkeypatch.setattr(ssh_files, "write_private", full)
    with pytest.raises(VastError, match="No space left") as caught:
        include_host_entries(config, ssh)
    assert include_line(config) in caught.value.hint
    assert (ssh / "config").read_text() == "Host x\n"


def test_a_configuration_that_cannot_be_read_is_not_replaced(config: Path, ssh: Path) -> None:
    ssh.mkdir()
    (ssh / "config").symlink_to(ssh / "config")
    with pytest.raises(VastError, match="cannot be read"):
        include_host_entries(config, ssh)
    assert os.readlink(ssh / "config") == str(ssh / "config")
