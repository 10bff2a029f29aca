"""A stop that waits inside an instance: the script in a real shell, the login made up."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from vasttui.clock import VirtualClock
from vasttui.errors import VastError
from vasttui.models.self_stop import NAME, ask_waiting, start_waiting, stop_after
from vasttui.models.ssh_address import SshAddress
from vasttui.services.system.programs import Finished, run_program
from vasttui.services.timers.inside import InsideStops, inside_words
from vasttui.services.timers.kept import KeptStop

PROXY = SshAddress("ssh5.vast.ai", 10600, direct=False)
NOW = VirtualClock().now()


class Login:
    """Ssh that runs the command in a shell of this computer, or answers as told."""

    def __init__(self, answer: Finished | None = None) -> None:
        self.answer = answer
        self.calls: list[list[str]] = []

    async def __call__(self, argv: Sequence[str], seconds: float) -> Finished:
        self.calls.append(list(argv))
        if self.answer is not None:
            return self.answer
        return await run_program(["sh", "-c", argv[-1]], seconds)


def stops(answer: Finished | None = None) -> tuple[InsideStops, Login]:
    login = Login(answer)
    return InsideStops(PROXY, "known_hosts", VirtualClock(), login), login


@pytest.fixture
def container(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a shell in a container sees: its key, and a curl that writes down what it is asked."""
    heard = tmp_path / "heard"
    os.mkfifo(heard)
    curl = tmp_path / "curl"
    curl.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >{heard}\n')
    curl.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("CONTAINER_API_KEY", "own-key")
    monkeypatch.setenv("VAST_CONTAINERLABEL", "C.42")
    monkeypatch.delenv("CONTAINER_ID", raising=False)
    return heard


async def test_it_stops_its_own_instance_with_its_own_key(container: Path) -> None:
    made, login = stops()
    stop = await made.set(42, NOW)
    assert (stop.instance_id, stop.at) == (42, NOW)
    asked = container.read_text().splitlines()  # waits until curl is called
    assert asked[-1] == "https://console.vast.ai/api/v0/instances/42/"
    assert "Authorization: Bearer own-key" in asked
    assert asked[asked.index("-X") + 1] == "PUT"
    assert asked[asked.index("-d") + 1] == '{"state":"stopped"}'
    [argv] = login.calls
    assert argv[0] == "ssh"
    assert "BatchMode=yes" in argv
    assert "own-key" not in " ".join(argv)


def told_by_sleep(folder: Path) -> Path:
    """Where a sleep that is called writes its process."""
    told, sleep = folder / "told", folder / "sleep"
    os.mkfifo(told)
    sleep.write_text(f'#!/bin/sh\necho $$ >{told}\nexec {shutil.which("sleep")} "$@"\n')
    sleep.chmod(0o755)
    return told


async def ended(handle: int) -> None:
    """Return when a process is over."""
    over, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.add_reader(handle, over.set)
    async with asyncio.timeout(10):
        await over.wait()
    loop.remove_reader(handle)
    os.close(handle)


async def test_one_that_waits_is_seen_and_can_be_taken_back(container: Path) -> None:
    told = told_by_sleep(container.parent)
    made, _ = stops()
    stop = await made.set(42, NOW + 3_600)
    sleep = os.pidfd_open(int(told.read_text()))
    assert NAME in Path(f"/proc/{stop.pid}/cmdline").read_text()
    assert await made.is_there(stop)
    assert await made.take_back(stop)
    await ended(sleep)
    assert not await made.is_there(KeptStop(42, stop.at, os.getpid()))  # another process
    assert not await made.take_back(KeptStop(42, stop.at, os.getpid()))


async def test_without_a_key_or_curl_it_says_so(
    container: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CONTAINER_API_KEY")
    made, _ = stops()
    with pytest.raises(VastError, match="no key of its own"):
        await made.set(42, NOW)
    made, _ = stops(Finished(4, "@no-curl\n"))
    with pytest.raises(VastError, match="the image has no curl"):
        await made.set(42, NOW)
    made, _ = stops(Finished(0, "Welcome to vast.ai.\n@pid x\n"))
    with pytest.raises(VastError, match="was not started from inside"):
        await made.set(42, NOW)


async def test_a_login_that_does_not_work_is_explained() -> None:
    made, _ = stops(Finished(255, err="ssh: connect to host x port 1: Connection refused"))
    with pytest.raises(VastError, match=r"The SSH login does not work .*refused"):
        await made.set(42, NOW)

    async def endless(argv: Sequence[str], seconds: float) -> Finished:
        raise TimeoutError

    made = InsideStops(PROXY, "known_hosts", VirtualClock(), endless)
    with pytest.raises(VastError, match="not known whether it was done"):
        await made.is_there(KeptStop(42, NOW, 7))


def test_what_was_set_is_said_with_its_process() -> None:
    assert "4121" in inside_words(KeptStop(42, NOW, 4121))
    assert "&& echo @killed" in ask_waiting(4121, end=True)


def test_on_start_it_is_the_same_request() -> None:
    line = stop_after(0.5)
    assert line.startswith("(sleep 1800; curl ")
    assert line.endswith(">/dev/null 2>&1 &")
    request = line.split("; ", 1)[1].split(") >", 1)[0].split('"https', 1)[1]
    assert request in start_waiting(5)
