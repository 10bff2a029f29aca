"""Where SSH is: recorded addresses, the proxy's next port, and invalid addresses."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from vasttui.models.instance import Instance, PortMapping
from vasttui.models.ssh_address import (
    SshAddress,
    has_ssh,
    is_host,
    is_port,
    no_address_reason,
    ssh_addresses,
)
from vasttui.models.status import Phase

SSH = PortMapping(22, "tcp", 30022)
ONE = Instance(
    id=33402296,
    public_ipaddr="65.130.162.74",
    ports=(PortMapping(8081, "tcp", 33526), PortMapping(22, "udp", 1), SSH),
    ssh_host="ssh5.vast.ai",
    ssh_port=12296,
    image_runtype="ssh_direc ssh_proxy",
)
DIRECT = SshAddress("65.130.162.74", 30022, direct=True)
PROXY = SshAddress("ssh5.vast.ai", 12296, direct=False)
HOSTILE = (
    "", " ", "-oProxyCommand=x", "-p", "a.b@evil", "root@evil", "host\n", "\nhost", "a b", "a;b",
    "$(id)", "`id`", "a\x1b[201~b", "a/b", "a:22", "[::1]", "fe80::1%eth0", "fe80::1%$(id)",
    "1.2.3.4\n", "1.2.3", "1.2.3.4.5", "300.1.1.1", "2130706433", ".a", "a.", "a..b", "-a.b",
    "a-.b", "a_b.c", "hôst", "ａ.b", "a" * 64, ".".join(["a" * 60] * 5), "a'b", 'a"b', "a\\b", "*",
)  # fmt: skip
HOSTS = (
    "ssh5.vast.ai", "SSH5.vast.ai", "localhost", "a", "a-b.c", "xn--hst-sna.de", "a" * 63,
    "65.130.162.74", "2001:db8::1", "::1",
)  # fmt: skip


def test_the_machine_itself_is_better_than_the_proxy() -> None:
    assert ssh_addresses(ONE) == (DIRECT, PROXY)


@pytest.mark.parametrize(
    ("number", "port", "runtype", "expected"),
    [
        (33402296, 12296, "ssh_proxy", 12296),
        (33933782, 13782, "ssh_proxy", 13782),
        (35120540, 10540, "ssh_proxy", 10540),
        (32361950, 11950, "ssh", 11950),
        (43053585, 13584, "ssh", 13584),
        (48333887, 13886, "ssh_direc ssh_proxy", 13886),
        (883, 10882, None, 10882),
        (48394592, 34592, "jupyter_direc ssh_direc ssh_proxy", 34593),
        (1, 34592, "jupyter", 34593),
    ],
)
def test_recorded_proxy_ports(number: int, port: int, runtype: str | None, expected: int) -> None:
    one = replace(ONE, id=number, ports=(), ssh_port=port, image_runtype=runtype)
    assert ssh_addresses(one) == (SshAddress("ssh5.vast.ai", expected, direct=False),)


@pytest.mark.parametrize(
    ("runtype", "ssh"),
    [(None, True), ("ssh_proxy", True), ("jupyter", True), ("args", False)],
)
def test_what_was_launched_without_ssh_has_no_proxy(runtype: str | None, ssh: bool) -> None:
    one = replace(ONE, ports=(), image_runtype=runtype)
    assert has_ssh(one) is ssh
    assert bool(ssh_addresses(one)) is ssh


@pytest.mark.parametrize(
    "changes",
    [
        {"ports": ()},
        {"ports": (PortMapping(22, "udp", 30022),)},
        {"ports": (PortMapping(22, "tcp", 0),)},
        {"ports": (PortMapping(22, "tcp", 65_536),)},
        {"public_ipaddr": None},
    ],
)
def test_without_a_mapped_port_there_is_the_proxy(changes: dict[str, object]) -> None:
    assert ssh_addresses(replace(ONE, **changes)) == (PROXY,)


@pytest.mark.parametrize(
    "changes",
    [
        {"ssh_port": -1},
        {"ssh_port": 0},
        {"ssh_port": None},
        {"ssh_port": 65_536},
        {"ssh_port": 65_535, "image_runtype": "jupyter"},
        {"ssh_host": None},
    ],
)
def test_without_a_proxy_there_is_the_machine(changes: dict[str, object]) -> None:
    assert ssh_addresses(replace(ONE, **changes)) == (DIRECT,)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_hosts_are_no_address(text: str) -> None:
    assert not is_host(text)
    assert ssh_addresses(replace(ONE, public_ipaddr=text, ssh_host=text)) == ()


@pytest.mark.parametrize("text", HOSTS)
def test_plain_hosts_are(text: str) -> None:
    assert is_host(text)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=40))
def test_a_host_holds_nothing_that_a_shell_reads(text: str) -> None:
    assert not is_host(text) or re.fullmatch(r"[A-Za-z0-9:][A-Za-z0-9.:-]*", text)


@pytest.mark.parametrize(
    ("number", "fine"), [(0, False), (1, True), (65_535, True), (65_536, False)]
)
def test_ports(number: int, fine: bool) -> None:
    assert is_port(number) is fine


@pytest.mark.parametrize("phase", Phase)
def test_every_state_says_why_there_is_no_way_in(phase: Phase) -> None:
    reason = no_address_reason(ONE, phase)
    assert reason[0].isupper()
    assert reason.endswith(".")
    assert ("unavailable" in reason) is (phase is not Phase.RUNNING)
    assert phase is Phase.RUNNING or phase.value in reason or phase.clause in reason


def test_what_was_launched_without_ssh_says_so() -> None:
    for phase in (Phase.RUNNING, Phase.STOPPED, Phase.LOADING):
        assert "without SSH" in no_address_reason(replace(ONE, image_runtype="args"), phase)
    assert "no usable SSH address" in no_address_reason(ONE, Phase.RUNNING)
