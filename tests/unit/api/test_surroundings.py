"""Proxies and certificates of the environment: what is wrong with them is said."""

from __future__ import annotations

import os
import random
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from vasttui.api.client import open_client
from vasttui.api.surroundings import check_certificates, check_proxies, proxy_of
from vasttui.clock import SystemClock
from vasttui.errors import NetworkError, TlsError, VastError

NAMES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "ssl_cert_file", "ssl_cert_dir")


@pytest.fixture(autouse=True)
def _no_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("ALL_PROXY", "socks5://me:hunter2@127.0.0.1:9", "names a SOCKS proxy"),
        ("all_proxy", "socks5h://127.0.0.1", "names a SOCKS proxy"),
        ("HTTPS_PROXY", "socks4://127.0.0.1:9", "of an unknown kind: socks4://"),
        ("http_proxy", "quic://me:hunter2@proxy", "of an unknown kind: quic://"),
        ("HTTPS_PROXY", "http://", "names no proxy that can be read"),
        ("HTTPS_PROXY", "http://proxy:hunter2", "names no proxy that can be read"),
        ("HTTPS_PROXY", "proxy:99999", "names no proxy that can be read"),
    ],
)
async def test_a_proxy_that_cannot_be_used_is_named(
    variable: str, value: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    error = await error_of_a_request()
    assert isinstance(error, NetworkError)
    assert f"${variable} " in str(error)
    assert words in str(error)
    assert "hunter2" not in error.sentence


@pytest.mark.parametrize("value", ["", "http://proxy:3128", "proxy:3128", "https://me:x@proxy"])
def test_a_proxy_that_can_be_used_is_no_problem(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", value)
    check_proxies()


def test_no_proxy_at_all_is_no_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1")
    monkeypatch.setenv("NO_PROXY", "*")
    check_proxies()


@pytest.mark.parametrize(
    ("variable", "name", "why"),
    [
        ("SSL_CERT_FILE", "missing", "there is no such file"),
        ("SSL_CERT_FILE", "text", "it holds no certificate"),
        ("SSL_CERT_FILE", "pipe", "it is not a regular file"),
        ("SSL_CERT_FILE", "folder", "it is not a regular file"),
        ("SSL_CERT_DIR", "missing", "there is no such folder"),
    ],
)
async def test_certificates_that_cannot_be_read_are_named(
    variable: str, name: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "text").write_text("hello")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setenv(variable, f"{tmp_path / name}")
    error = await error_of_a_request()
    assert isinstance(error, TlsError)
    assert f"${variable} names {tmp_path / name}: {why}." in str(error)


def test_the_usual_certificates_are_no_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    import certifi

    monkeypatch.setenv("SSL_CERT_FILE", certifi.where())
    check_certificates()


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


async def test_a_proxy_that_refuses_is_named_and_not_the_service(
    closed_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:hunter2@127.0.0.1:{closed_port}")
    error = await error_of_a_request()
    assert str(error) == f"The proxy 127.0.0.1:{closed_port} ($HTTPS_PROXY) refused the connection."
    assert "hunter2" not in error.sentence


async def error_of_a_request() -> VastError:
    """The error of a request to a service that is not on this computer."""
    client = open_client(
        "https://service.invalid", None, clock=SystemClock(), rng=random.Random(1),
        documented_limits=False,
    )  # fmt: skip
    with pytest.raises(VastError) as caught:
        await client.offers.gpu_names()
    await client.aclose()
    return caught.value


def test_which_proxy_is_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    assert proxy_of("https", "console.vast.ai") == ""
    monkeypatch.setenv("ALL_PROXY", "http://first:1")
    assert proxy_of("https", "console.vast.ai") == "first:1 ($ALL_PROXY)"
    monkeypatch.setenv("https_proxy", "second")
    assert proxy_of("https", "console.vast.ai") == "second ($https_proxy)"
    monkeypatch.setenv("NO_PROXY", "vast.ai")
    assert proxy_of("https", "console.vast.ai") == ""
