"""`vasttui ssh` with the real ssh, over a real sshd that stands for an instance."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.support.served import served
from tests.support.simulator import KEY, demo_world
from tests.support.sshd import Place, sshd
from tests.support.terminal import Terminal, vasttui
from vasttui.clock import SystemClock
from vasttui.simulator.account import instance_object

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[Place]:
    assert pytestconfig.cache is not None
    with sshd(tmp_path_factory.mktemp("sshd"), pytestconfig.cache.mkdir("sshd")) as found:
        yield found


@dataclass(frozen=True)
class Box:
    """The instance train-a, whose SSH server is the real one, and the user's home."""

    id: int
    home: Path
    environment: dict[str, str]

    @property
    def known_hosts(self) -> Path:
        return self.home / ".config" / "vasttui" / "known_hosts"

    def use_key(self, path: str) -> None:
        """Let ssh offer this key only."""
        ways = self.home / ".local" / "state" / "vasttui" / "ssh_ways.json"
        ways.parent.mkdir(parents=True, exist_ok=True)
        ways.write_text(json.dumps({str(self.id): [True, path]}))

    def run(self, *words: str, text: str = "") -> tuple[int, str, str]:
        """Run a command there; its code and what it printed."""
        done = subprocess.run(
            vasttui("ssh", *words), env=self.environment, input=text, text=True,
            capture_output=True, timeout=60,
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr


@pytest.fixture
def box(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Box]:
    world = demo_world(clock=SystemClock())
    [one] = [one for one in world.contracts.all(world.clock.now()) if one.label == "train-a"]
    machine = one.chunk.machine
    network = replace(machine.network, address=place.address.host)
    one.chunk = replace(one.chunk, machine=replace(machine, network=network))
    monkeypatch.setattr(
        instance_object, "outside_ports", lambda contract: {"22/tcp": place.address.port}
    )
    with served(world) as address:
        environment = {"HOME": str(tmp_path), "VAST_URL": address, "VAST_API_KEY": KEY,
                       "TERM": "xterm", **place.environment}  # fmt: skip
        made = Box(one.id, tmp_path, environment)
        made.use_key(place.address.identity)
        yield made


def test_a_command_gets_its_words_and_input_and_its_code_comes_back(box: Box) -> None:
    code, out, err = box.run(
        "train-a", "--", "cat; echo 'a  b' \"$((6 * 7))\"; exit 42", text="in\n"
    )
    assert (code, out) == (42, "in\na  b 42\n"), err
    assert box.run(str(box.id), "--", "printf", "'%s|'", "--", "'$HOME'", "x")[:2] == (
        0,
        "--|$HOME|x|",
    )
    assert "ssh-ed25519" in box.known_hosts.read_text()
    assert KEY not in err


def test_a_login_has_the_terminal(box: Box) -> None:
    with Terminal(vasttui("ssh", "train-a"), env=box.environment, home=box.home) as terminal:
        terminal.settle(1)
        terminal.send("test -t 0 && echo TTY$((6 * 7)); stty size; exit 3", "enter")
        assert terminal.finish() == 3
        assert "TTY42" in terminal.text
        assert "36 120" in terminal.text


def test_a_wrong_key_and_another_host_are_told_by_ssh(box: Box, tmp_path: Path) -> None:
    assert box.run("train-a", "--", "true")[0] == 0
    first = box.known_hosts.read_text()
    wrong = tmp_path / "wrong"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(wrong)], check=True)
    other = wrong.with_suffix(".pub").read_text().split()[:2]
    box.known_hosts.write_text(f"vast-{box.id} {' '.join(other)}\n")
    code, out, err = box.run("train-a", "--", "echo in")
    assert (code, out) == (255, "")
    assert "HOST IDENTIFICATION HAS CHANGED" in err
    box.known_hosts.write_text(first)
    box.use_key(str(wrong))
    code, out, err = box.run("train-a", "--", "echo in")
    assert (code, out) == (255, "")
    assert "Permission denied" in err
