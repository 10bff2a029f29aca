"""Instances, in the real program in a real terminal."""

from __future__ import annotations

import json
import os
import re
import signal
from pathlib import Path

import pytest

from tests.support.program import control, ledger, online, plan, quit_cleanly, simulator
from tests.support.terminal import Terminal, vasttui

pytestmark = pytest.mark.e2e


def at_instances(terminal: Terminal) -> None:
    """Go to the instances and wait until they are loaded."""
    terminal.wait_for("RTX")
    terminal.send("2")
    terminal.wait_for("train-a")


def put_on(terminal: Terminal, label: str) -> None:
    """Move the cursor to an instance, and wait until the pane below is that one's."""
    terminal.send("g")
    terminal.wait(lambda: cursor(terminal) == first_row(terminal))
    for _ in range(12):
        here = cursor(terminal)
        if label in terminal.lines[here]:
            terminal.wait_for(f"─ {label} · ")
            return
        terminal.send("down")
        terminal.wait(lambda here=here: cursor(terminal) == here + 1)  # type: ignore[misc]
    raise AssertionError(f"no {label} in\n{terminal.text}")


def first_row(terminal: Terminal) -> int:
    """The number of the line below the titles of the table; 0 while there is none."""
    titles = (at for at, line in enumerate(terminal.lines, 1) if line.startswith("   State"))
    return next(titles, 0)


def cursor(terminal: Terminal) -> int:
    """The number of the line with the cursor; -1 while there is none."""
    return next((at for at, line in enumerate(terminal.lines) if line.startswith(" ▶")), -1)


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
def test_the_demo_shows_instances_and_leaves_nothing_behind(
    size: tuple[int, int], tmp_path: Path
) -> None:
    with Terminal(vasttui("--demo"), columns=size[0], rows=size[1], home=tmp_path) as terminal:
        at_instances(terminal)
        terminal.wait_for("loading")
        put_on(terminal, "train-a")
        terminal.send("y")
        terminal.wait_for("root@")
        terminal.send("l")
        terminal.wait_for(" step ")
        terminal.send("esc")
        terminal.wait_for("1 loading")
        quit_cleanly(terminal)
    assert list(tmp_path.iterdir()) == []


def test_stop_and_start_over_tcp(tmp_path: Path) -> None:
    with (
        simulator() as address,
        Terminal(vasttui(), env=online(address), home=tmp_path) as terminal,
    ):
        at_instances(terminal)
        put_on(terminal, "train-a")
        terminal.send("t")
        terminal.wait_for("Stop train-a")
        terminal.send("right", "enter")
        terminal.wait_for("stopping; its disk stays")
        terminal.send("r")
        terminal.wait(lambda: any("stopped" in one and "train-a" in one for one in terminal.lines))
        bodies = [one["body"] for one in ledger(address) if one["operation"] == "manage"]
        assert [json.loads(body) for body in bodies] == [{"state": "stopped"}]
        quit_cleanly(terminal)


def test_an_outage_is_told_and_its_end_is_seen_within_seconds(tmp_path: Path) -> None:
    with (
        simulator() as address,
        Terminal(vasttui(), env=online(address), home=tmp_path) as terminal,
    ):
        at_instances(terminal)
        plan(address, instances=["http:503"] * 6)
        terminal.send("r")
        outage = re.compile("! .*503")
        terminal.wait_match(outage.pattern)
        terminal.wait_for("train-a")
        terminal.wait(lambda: not outage.search(terminal.text) and "train-a" in terminal.text)
        quit_cleanly(terminal)


def test_what_changes_elsewhere_is_seen(tmp_path: Path) -> None:
    with (
        simulator("--endpoints", "0") as address,
        Terminal(vasttui(), env=online(address), home=tmp_path) as terminal,
    ):
        at_instances(terminal)
        put_on(terminal, "train-a")
        terminal.send("enter")
        number = int(terminal.wait_match(r"2 Instances › train-a \((\d+)\)"))
        control(address, "instances", {"id": number, "become": "offline"})
        terminal.wait_for("✖ offline")
        control(address, "instances", {"id": number, "become": "gone"})
        terminal.wait_for("✖ gone")
        terminal.send("t")
        terminal.settle(0.3)
        assert not [one for one in ledger(address) if one["operation"] == "manage"]
        terminal.send("esc")
        terminal.wait_for("3 instances")
        quit_cleanly(terminal)


def test_ssh_runs_in_this_terminal_and_comes_back(tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    ssh = tools / "ssh"
    ssh.write_text('#!/bin/sh\nprintf "SHELL OF %s" "$*"\nprintf "\\033[?1003h"\nread line\n')
    ssh.chmod(0o755)
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    with (
        simulator() as address,
        Terminal(vasttui(), env=online(address, PATH=path), home=tmp_path) as terminal,
    ):
        at_instances(terminal)
        put_on(terminal, "train-a")
        terminal.send("s")
        terminal.wait(lambda: b"\x1b[?1003h" in terminal.output.partition(b"SHELL OF ")[2])
        command = bytes(terminal.output).decode(errors="replace").rpartition("SHELL OF ")[2]
        assert "HostKeyAlias=vast-" in command
        assert "ForwardAgent=no" in command
        terminal.send("enter")
        terminal.wait_for("train-a")
        put_on(terminal, "old-c")
        quit_cleanly(terminal)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_on_the_instances_gives_the_terminal_back(number: signal.Signals) -> None:
    with Terminal(vasttui("--demo")) as terminal:
        at_instances(terminal)
        terminal.process.send_signal(number)
        assert terminal.finish() == 128 + number
        assert terminal.modes == terminal.modes_before


def test_states_are_remembered_over_the_end_of_the_program(tmp_path: Path) -> None:
    with simulator() as address:
        for _ in range(2):
            with Terminal(vasttui(), env=online(address), home=tmp_path) as terminal:
                at_instances(terminal)
                terminal.settle(0.5)
                quit_cleanly(terminal)
        files = [one for one in tmp_path.rglob("phases.json")]
        assert len(files) == 1
        assert "OFFLINE" in files[0].read_text()
        assert files[0].stat().st_mode & 0o777 == 0o600
