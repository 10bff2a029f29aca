"""`vasttui simulate`: prints its address, answers, exits when asked to."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from vasttui.cli import main


@contextmanager
def simulator(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running simulator and its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "vasttui", "simulate", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        assert process.stdout is not None
        first = process.stdout.readline()
        assert first.startswith("listening on http://127.0.0.1:")
        try:
            yield process, first.removeprefix("listening on ").strip()
        finally:
            process.kill()


def search(address: str, key: str = "") -> list[dict[str, object]]:
    request = urllib.request.Request(
        f"{address}/api/v0/bundles/", data=b'{"limit": 500}', method="POST"
    )
    if key:
        request.add_header("Authorization", f"Bearer {key}")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=20) as answer:
        offers: list[dict[str, object]] = json.load(answer)["offers"]
        return offers


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_a_signal_and_ends_well(number: signal.Signals) -> None:
    with simulator("--offers", "20") as (process, address):
        assert len(search(address)) > 0
        process.send_signal(number)
        assert process.wait(timeout=10) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_accounts_that_may_not_do_everything_are_served() -> None:
    for switch, words in (
        ("--second-factor", "Two Factor"), ("--narrow-key", "api.ssh_GET"), ("--team-key", "Team"),
    ):  # fmt: skip
        with simulator("--offers", "20", switch) as (_, address):
            request = urllib.request.Request(f"{address}/api/v0/ssh/")
            request.add_header("Authorization", "Bearer any-key-will-do-here")
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(request, timeout=20)
            assert words in refused.value.read().decode()


def test_the_size_and_the_cap_are_those_asked_for() -> None:
    with simulator("--offers", "300", "--search-cap", "7") as (_, address):
        assert len(search(address)) == 7


def test_the_same_seed_makes_the_same_market() -> None:
    seen = []
    for seed in ("5", "5", "6"):
        with simulator("--offers", "40", "--seed", seed) as (_, address):
            seen.append({offer["machine_id"] for offer in search(address)})
    assert seen[0] == seen[1] != seen[2]


def test_only_the_given_key_is_let_in() -> None:
    with simulator("--api-key", "k" * 32) as (_, address):
        assert len(search(address, key="k" * 32)) > 0
        with pytest.raises(urllib.error.HTTPError) as refused:
            search(address, key="x" * 32)
        refused.value.close()
    assert 400 <= refused.value.code < 500


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.org"])
def test_it_only_listens_on_this_computer(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--host", host]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "only listens on localhost" in err


def test_a_port_in_use_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["simulate", "--port", str(port)]) == 2
    assert f"cannot listen on 127.0.0.1:{port}: Address already in use\n" in capsys.readouterr().err


def test_the_live_side_listens_on_a_port_of_its_own() -> None:
    """The router is not at the address of the account (run.vast.ai)."""
    with simulator("--offers", "20", "--endpoints", "1") as (process, address):
        assert process.stdout is not None
        live = process.stdout.readline().removeprefix("serverless (run.vast.ai) on ").strip()
        assert live.startswith("http://127.0.0.1:")
        assert live != address
        request = urllib.request.Request(
            f"{live}/get_endpoint_workers/", data=b'{"id": 19392}', method="POST",
            headers={"Authorization": "Bearer any-key-will-do"},
        )  # fmt: skip
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=20) as answer:
            assert len(json.load(answer)) == 5
        with pytest.raises(urllib.error.HTTPError, match="404"):
            opener.open(f"{live}/api/v0/endptjobs/", timeout=20)
