"""`vasttui ssh` and `vasttui wait`: what they start, and the codes they end with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.served import served
from tests.support.simulator import KEY, demo_world
from vasttui.cli import main
from vasttui.clock import SystemClock
from vasttui.simulator.world import World

_SSH = f"""#!{sys.executable}
import json, os, sys
print(json.dumps([sys.argv[1:], sorted(name for name in os.environ if "VAST" in name)]))
sys.exit(42)
"""


@pytest.fixture
def world() -> World:
    return demo_world(clock=SystemClock())


@pytest.fixture
def environ(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, str]]:
    """An environment with a served world, a key, and an `ssh` that prints what it was given."""
    program = tmp_path / "bin" / "ssh"
    program.parent.mkdir()
    program.write_text(_SSH)
    program.chmod(0o755)
    with served(world) as address:
        values = {
            "HOME": str(tmp_path), "VAST_URL": address, "VAST_API_KEY": KEY,
            "PATH": f"{program.parent}:{os.environ['PATH']}",
        }  # fmt: skip
        for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "VASTAI_API_KEY"):
            monkeypatch.delenv(name, raising=False)
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        yield values


@pytest.mark.parametrize("command", [[], ["sh", "-c", "echo -- $HOME"]])
def test_it_becomes_ssh_with_the_way_that_answered_and_without_the_key(
    command: list[str], environ: dict[str, str], world: World, tmp_path: Path
) -> None:
    [box] = [one for one in world.contracts.all(world.clock.now()) if one.label == "train-a"]
    ways = tmp_path / ".local" / "state" / "vasttui" / "ssh_ways.json"
    ways.parent.mkdir(parents=True)
    ways.write_text(json.dumps({str(box.id): [False, "/keys/mine"]}))
    config = tmp_path / ".config" / "vasttui" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('[ssh]\nforwards = "8080:localhost:8080"\n')
    done = subprocess.run(
        [sys.executable, "-m", "vasttui", "ssh", "train-a", *(["--", *command] if command else [])],
        env=environ, text=True, capture_output=True,
    )  # fmt: skip
    assert done.returncode == 42, done.stderr
    argv, left = json.loads(done.stdout)
    at = argv.index("--")
    assert argv[at + 1].startswith("root@ssh")
    assert ("-L" in argv) is not bool(command)
    assert argv[at + 2 :] == command
    assert argv[argv.index("-i") + 1] == "/keys/mine"
    assert f"HostKeyAlias=vast-{box.id}" in argv
    assert f'UserKnownHostsFile="{config.parent}/known_hosts"' in argv
    assert left == ["VAST_URL"]


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ("ssh nobody", 3, "There is no instance nobody."),
        ("ssh old-c", 5, "SSH is unavailable while stopped: start it first."),
        ("--demo ssh train-a", 5, "the demo has nothing behind root@"),
        ("wait train-a", 0, "train-a is running"),
        (
            "wait train-a --state stopped --timeout 0",
            4,
            "vasttui: train-a is not stopped after 0 s",
        ),
        ("wait train-a --state gone --timeout 0", 4, "vasttui: train-a is not gone after 0 s"),
        ("wait old-c --timeout 0", 4, "vasttui: old-c is not running after 0 s"),
        ("wait old-c --state login --timeout 0", 4, "vasttui: old-c has no login after 0 s"),
        ("wait 1 --state gone", 0, "1 is gone"),
        ("wait nobody --state gone", 3, "There is no instance nobody."),
        ("--demo wait train-a --state login", 5, "The demo has nothing to log in to."),
        ("wait train-a --state login", 0, "train-a is running, and ssh gets in"),
    ],
)
def test_each_ends_with_the_code_that_says_why(
    words: str, code: int, sentence: str, environ: dict[str, str],
    capsys: pytest.CaptureFixture[str], tmp_path: Path,
) -> None:  # fmt: skip
    (tmp_path / "bin" / "ssh").write_text("#!/bin/sh\nexit 0\n")
    if "--demo" in words:
        del os.environ["VAST_API_KEY"]
    assert main(words.split()) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert sentence in err
    assert KEY not in err


def test_two_of_one_name_are_listed_and_none_is_taken(
    environ: dict[str, str], world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    for contract in world.contracts.all(world.clock.now()):
        contract.label = "twin"
    assert main(["ssh", "twin"]) == 3
    err = capsys.readouterr().err
    assert "instances are called twin: name one by its id." in err
    assert err.count("  twin\n") >= 2
    assert err.splitlines()[2].startswith(" " * 9)


def test_a_refused_key_and_no_answer_differ(
    environ: dict[str, str], world: World, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    world.plan("instances", ["http:401"])
    assert main(["wait", "train-a"]) == 6
    monkeypatch.setenv("VAST_API_KEY", KEY)
    monkeypatch.setenv("VAST_URL", "http://127.0.0.1:9")
    assert main(["wait", "train-a", "--timeout", "0"]) == 1
    monkeypatch.delenv("VAST_API_KEY", raising=False)
    assert main(["wait", "train-a"]) == 6
    assert "This needs an API key." in capsys.readouterr().err
