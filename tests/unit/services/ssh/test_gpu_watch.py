from __future__ import annotations

import asyncio
import os
import shlex
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from vasttui.clock import VirtualClock
from vasttui.models.ssh_address import SshAddress
from vasttui.services.ssh import gpu_watch
from vasttui.services.ssh.gpu_watch import GpuWatch
from vasttui.services.system.programs import Finished, ProgramMissing

GPU = "0, GPU-a, RTX 4090, 97, 21504, 24564, 71, 402.5, 450.0"
FRAME = ["@gpus", GPU, "@processes", "GPU-a, 7, python, 512", "@end"]
PROXY = SshAddress("ssh5.vast.ai", 10600, direct=False, identity="/keys/work")


async def watched(
    monkeypatch: pytest.MonkeyPatch, lines: Sequence[str], finished: Finished
) -> tuple[GpuWatch, list[list[str]], int]:
    """A watch over what ssh prints, the command, and how often a change was told."""
    calls: list[list[str]] = []
    changes = 0

    async def follow(argv: Sequence[str], take: Callable[[str], None]) -> Finished:
        calls.append(list(argv))
        for line in lines:
            take(line)
        return finished

    def changed() -> None:
        nonlocal changes
        changes += 1

    monkeypatch.setattr(gpu_watch, "follow_program", follow)
    watch = GpuWatch(PROXY)
    await watch.run(7, "/keys/hosts", VirtualClock(), changed)
    return watch, calls, changes


async def test_every_answer_is_a_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ["Welcome", "@end", *FRAME, "@gpus", GPU, *FRAME, "@gpus"]
    watch, [argv], changes = await watched(monkeypatch, lines, Finished(255))
    assert [len(reading.gpus) for reading in watch.readings] == [1, 1]
    assert watch.readings[0].processes[0].name == "python"
    assert watch.as_of is not None
    assert watch.over == "The connection was lost."
    assert changes == 3
    assert argv[-2] == "root@ssh5.vast.ai"
    assert "BatchMode=yes" in argv
    assert "HostKeyAlias=vast-7" in argv
    assert argv[argv.index("-i") + 1] == "/keys/work"


@pytest.mark.parametrize(
    ("finished", "words"),
    [
        (Finished(255, err="Permission denied (publickey)."), "accepts none of your keys"),
        (
            Finished(255, err="debug1: Server accepts key: x\nPermission denied (publickey)."),
            "needs its passphrase",
        ),
        (Finished(127, err="sh: not found"), "ended with code 127"),
    ],
)
async def test_why_there_is_nothing(
    finished: Finished, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch, _, _ = await watched(monkeypatch, [], finished)
    assert words in watch.over
    assert watch.as_of is None


async def test_without_ssh(monkeypatch: pytest.MonkeyPatch) -> None:
    async def missing(argv: Sequence[str], take: Callable[[str], None]) -> Finished:
        raise ProgramMissing("ssh cannot be run here: No such file or directory.")

    monkeypatch.setattr(gpu_watch, "follow_program", missing)
    watch = GpuWatch(PROXY)
    await watch.run(7, "/keys/hosts", VirtualClock(), lambda: None)
    assert "cannot be run here" in watch.over


async def test_the_command_there_ends_with_its_reader(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What runs on the instance is a plain shell: here it runs without ssh."""
    _, [argv], _ = await watched(monkeypatch, [], Finished(255))
    smi = tmp_path / "nvidia-smi"
    smi.write_text(
        f"#!/bin/sh\ncase $1 in *gpu=*) echo '{GPU}';; *) echo GPU-a, 7, python, 5;; esac\n"
    )
    smi.chmod(0o755)
    env = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    command = argv[-1].replace("sleep 2", "sleep 0")
    assert shlex.split(command)[:3] == ["exec", "sh", "-c"]

    def run() -> tuple[list[str], int]:
        with subprocess.Popen(["sh", "-c", command], stdout=subprocess.PIPE, env=env) as process:
            assert process.stdout is not None
            lines = [process.stdout.readline().decode().strip() for _ in range(10)]
            process.stdout.close()
            return lines, process.wait()

    lines, code = await asyncio.to_thread(run)
    assert lines == [*FRAME[:3], "GPU-a, 7, python, 5", "@end"] * 2
    assert code != 0
