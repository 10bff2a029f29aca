"""Texts to copy and commands to run: exact, and free of strangers' text."""

from __future__ import annotations

import re
import shlex

import pytest
from msgspec.structs import replace

from vasttui.models.connect import (
    CONSOLE,
    config_block,
    connect_options,
    host_name,
    jupyter_url,
    port_lines,
    ssh_argv,
    ssh_command,
    unmapped_ports,
    web_url,
)
from vasttui.models.instance import Instance, PortMapping
from vasttui.models.ssh_address import SshAddress, SshWay, ssh_addresses

HOSTILE = (
    "-oProxyCommand=x", "a.b@evil", "host\n", "a\x1b[201~b", "a;reboot", "$(id)", "`id`", "a b",
    "fe80::1%eth0", "a'b", "a/b", "",
)  # fmt: skip
TOKEN = "0123456789abcdef" * 4
FORWARDS = ("8080:localhost:8080", "6006:localhost:6006")
DIRECT = SshAddress("65.130.162.74", 20544, direct=True)
SIX = SshAddress("2001:db8::1", 20544, direct=True)
ONE = Instance(
    id=26712204,
    label="train-a",
    public_ipaddr="65.130.162.74",
    ports=(
        PortMapping(8081, "tcp", 33526),
        PortMapping(22, "tcp", 20544),
        PortMapping(9000, "udp", 33600),
    ),
    ssh_host="ssh5.vast.ai",
    ssh_port=12204,
    image_runtype="ssh_direc ssh_proxy",
)
JUPYTER = replace(
    ONE,
    image_runtype="jupyter_direc ssh_direc ssh_proxy",
    ports=(*ONE.ports, PortMapping(8080, "tcp", 33527)),
    jupyter_token=TOKEN,
)


def options(instance: Instance, known_hosts: str | None = None) -> dict[str, str]:
    """The options by name; names are unique."""
    pairs = connect_options(instance, FORWARDS, known_hosts)
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def test_the_command() -> None:
    assert ssh_command(DIRECT) == "ssh -p 20544 root@65.130.162.74"
    assert ssh_command(DIRECT, FORWARDS) == (
        "ssh -p 20544 root@65.130.162.74 -L 8080:localhost:8080 -L 6006:localhost:6006"
    )


def test_one_key_only_wherever_there_is_a_command() -> None:
    way = SshWay(direct=False, identity="/my keys/work")
    pairs = dict(connect_options(ONE, (), "/keys/hosts", way))
    assert next(iter(pairs)) == "ssh (proxy)"
    for name in ("ssh (proxy)", "ssh (direct)", "ssh (strict)", "scp upload", "sftp"):
        words = shlex.split(pairs[name])
        assert words[words.index("-i") + 1 :][:3] == ["/my keys/work", "-o", "IdentitiesOnly=yes"]
    remote = shlex.split(pairs["rsync download"])[3]
    assert shlex.split(remote)[3:] == ["-i", "/my keys/work", "-o", "IdentitiesOnly=yes"]
    block = pairs["ssh config"].splitlines()
    assert '    IdentityFile "/my keys/work"' in block
    assert "    IdentitiesOnly yes" in block
    assert "    HostName ssh5.vast.ai" in block


def test_the_way_that_answered_comes_first() -> None:
    first = {way: ssh_addresses(ONE, SshWay(way))[0].direct for way in (None, True, False)}
    assert first == {None: True, True: True, False: False}
    only_direct = replace(ONE, ssh_host=None)
    assert [one.direct for one in ssh_addresses(only_direct, SshWay(direct=False))] == [True]


def test_what_is_run_pins_the_host_key_to_the_instance() -> None:
    assert ssh_argv(26712204, DIRECT, "/keys/my hosts", FORWARDS[:1]) == [
        "ssh", "-p", "20544",
        "-o", "HostKeyAlias=vast-26712204",
        "-o", 'UserKnownHostsFile="/keys/my hosts"',
        "-o", "StrictHostKeyChecking=accept-new",
        "-o", "ForwardAgent=no",
        "-L", "8080:localhost:8080",
        "--", "root@65.130.162.74",
    ]  # fmt: skip


def test_every_form() -> None:
    assert options(ONE) == {
        "ssh (direct)": ssh_command(DIRECT, FORWARDS),
        "ssh (proxy)": (
            "ssh -p 12204 root@ssh5.vast.ai -L 8080:localhost:8080 -L 6006:localhost:6006"
        ),
        "scp upload": "scp -P 20544 -r FILE root@65.130.162.74:/workspace/",
        "scp download": "scp -P 20544 -r root@65.130.162.74:/workspace/FILE .",
        "sftp": "sftp -P 20544 root@65.130.162.74",
        "rsync upload": (
            "rsync -avzP -e 'ssh -p 20544' FOLDER/ root@65.130.162.74:/workspace/FOLDER/"
        ),
        "rsync download": (
            "rsync -avzP -e 'ssh -p 20544' root@65.130.162.74:/workspace/FOLDER/ FOLDER/"
        ),
        "ssh config": config_block(ONE, DIRECT, FORWARDS),
        "VS Code": "vscode://vscode-remote/ssh-remote+root@65.130.162.74:20544/root",
        "code": ("code --folder-uri vscode-remote://ssh-remote+root@65.130.162.74:20544/root"),
        "ssh URL": "ssh://root@65.130.162.74:20544",
        "vastai": "vastai ssh-url 26712204",
    }


def test_the_strict_form_is_what_is_run() -> None:
    strict = options(ONE, "/keys/my hosts")["ssh (strict)"]
    assert shlex.split(strict) == ssh_argv(ONE.id, DIRECT, "/keys/my hosts", FORWARDS)


def test_addresses_of_six_are_bracketed_where_a_colon_follows() -> None:
    six = options(replace(ONE, public_ipaddr="2001:db8::1"))
    assert six["ssh (direct)"].startswith("ssh -p 20544 root@2001:db8::1 ")
    assert six["ssh URL"] == "ssh://root@[2001:db8::1]:20544"
    assert shlex.split(six["scp upload"])[-1] == "root@[2001:db8::1]:/workspace/"
    assert "HostName 2001:db8::1" in six["ssh config"]


def test_without_an_address_there_is_only_vastai() -> None:
    assert options(replace(ONE, ports=(), ssh_host=None)) == {"vastai": "vastai ssh-url 26712204"}


@pytest.mark.parametrize("host", HOSTILE)
def test_hostile_hosts_reach_no_text(host: str) -> None:
    bad = replace(JUPYTER, public_ipaddr=host, ssh_host=host)
    assert options(bad, "/tmp/hosts") == {"vastai": "vastai ssh-url 26712204"}
    assert port_lines(bad) == []
    assert jupyter_url(bad) is None
    assert web_url(bad) == CONSOLE


@pytest.mark.parametrize(
    "label", ["$(reboot)", "a\nProxyCommand x", "../..", "*", "ünï", "", None, "x" * 500, "-o"]
)
def test_labels_reach_no_text_but_as_plain_words(label: str | None) -> None:
    labelled = replace(ONE, label=label)
    assert re.fullmatch(r"vast-(?:[a-z0-9-]{1,40}-)?26712204", host_name(labelled))
    for name, text in options(labelled, "/tmp/hosts").items():
        assert text == text.strip()
        assert text.isprintable() or name == "ssh config"
        assert "ProxyCommand" not in text


def test_the_host_block() -> None:
    assert config_block(ONE, DIRECT, ("8080:localhost:8081", "127.0.0.1:6006:db:6007")) == (
        "Host vast-train-a-26712204\n"
        "    HostName 65.130.162.74\n"
        "    Port 20544\n"
        "    User root\n"
        "    HostKeyAlias vast-26712204\n"
        "    LocalForward 8080 localhost:8081\n"
        "    LocalForward 127.0.0.1:6006 db:6007"
    )
    assert config_block(replace(ONE, label=None), SIX).startswith("Host vast-26712204\n")


def test_ports_and_their_urls() -> None:
    mapped = replace(JUPYTER, ports=(*JUPYTER.ports, PortMapping(8443, "tcp", 33530)))
    assert port_lines(mapped) == [
        ("65.130.162.74:20544 -> 22/tcp", ""),
        ("65.130.162.74:33527 -> 8080/tcp", "https://65.130.162.74:33527/"),
        ("65.130.162.74:33526 -> 8081/tcp", "http://65.130.162.74:33526/"),
        ("65.130.162.74:33530 -> 8443/tcp", "https://65.130.162.74:33530/"),
        ("65.130.162.74:33600 -> 9000/udp", ""),
    ]
    plain = replace(ONE, public_ipaddr="2001:db8::1", ports=(PortMapping(8080, "tcp", 1),))
    assert port_lines(plain) == [("[2001:db8::1]:1 -> 8080/tcp", "http://[2001:db8::1]:1/")]


@pytest.mark.parametrize(
    ("asked", "missing"),
    [
        (("-p 8080:8080",), ["8080/tcp"]),
        (("-p 8081:8081", "-p 9000:9000/udp", "-p 2222:22"), []),
        (("-p 8081:8081/udp", "-p 9000:9000"), ["8081/udp", "9000/tcp"]),
        (("-p 7860", "-p 0.0.0.0:81:80"), ["80/tcp", "7860/tcp"]),
        (("-p8080:8080", "-p 8080:8080/tcp"), ["8080/tcp"]),
        (("-p 70000:70000", "-p x:y", "-p", "PORT", "-e 8080:8080"), []),
    ],
)
def test_a_port_that_was_asked_for_and_is_not_mapped(
    asked: tuple[str, ...], missing: list[str]
) -> None:
    assert unmapped_ports(replace(ONE, env_names=asked)) == missing


def test_jupyter_is_https_with_its_password() -> None:
    assert jupyter_url(JUPYTER) == f"https://65.130.162.74:33527/?token={TOKEN}"
    assert TOKEN not in web_url(JUPYTER)
    assert TOKEN not in "".join(options(JUPYTER).values())
    assert TOKEN not in repr(JUPYTER)


def test_a_token_stays_within_its_part_of_the_url() -> None:
    odd = jupyter_url(replace(JUPYTER, jupyter_token="a&b#c/d?e%f\nü"))
    assert odd == "https://65.130.162.74:33527/?token=a%26b%23c%2Fd%3Fe%25f%0A%C3%BC"


@pytest.mark.parametrize(
    "changes",
    [{"jupyter_token": None}, {"image_runtype": "ssh_direc"}, {"image_runtype": None},
     {"ports": ()}],
)  # fmt: skip
def test_without_jupyter_there_is_no_url_of_it(changes: dict[str, object]) -> None:
    assert jupyter_url(replace(JUPYTER, **changes)) is None


@pytest.mark.parametrize(
    ("ports", "url"),
    [
        ((PortMapping(443, "tcp", 1), PortMapping(1111, "tcp", 2)), "http://65.130.162.74:2/"),
        ((PortMapping(8888, "tcp", 1), PortMapping(3000, "tcp", 2)), "http://65.130.162.74:2/"),
        ((PortMapping(443, "tcp", 3),), "https://65.130.162.74:3/"),
        ((PortMapping(22, "tcp", 1), PortMapping(12345, "tcp", 2)), CONSOLE),
        ((PortMapping(8080, "udp", 1),), CONSOLE),
        ((), CONSOLE),
    ],
)
def test_the_page_to_open(ports: tuple[PortMapping, ...], url: str) -> None:
    assert web_url(replace(ONE, ports=ports)) == url


@pytest.mark.parametrize(
    ("inside", "scheme"),
    [
        *((port, "http") for port in (80, 1111, 3000, 5000, 6006, 7500, 7860, 8000, 8080, 8081,
                                      8188, 8384, 8888, 9000)),
        (443, "https"), (8443, "https"),
        *((port, None) for port in (22, 1, 8082, 6007, 3306, 5432, 27017)),
    ],
)  # fmt: skip
def test_which_ports_are_taken_for_web_pages(inside: int, scheme: str | None) -> None:
    one = replace(ONE, ports=(PortMapping(inside, "tcp", 40_000),))
    assert web_url(one) == (CONSOLE if scheme is None else f"{scheme}://65.130.162.74:40000/")
    assert web_url(replace(one, ports=(PortMapping(inside, "udp", 40_000),))) == CONSOLE
