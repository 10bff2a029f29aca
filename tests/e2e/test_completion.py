"""Completion in the shells themselves: what they offer is what the command then gets."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.terminal import Terminal
from vasttui.cli import main

pytestmark = pytest.mark.e2e

STUB = """#!/bin/sh
if [ "$*" = "completion --names" ]; then exec cat "$HOME/names"; fi
for word in "$@"; do printf '%s\\t' "$word"; done >>"$HOME/calls"; echo >>"$HOME/calls"
echo "called $(wc -l <"$HOME/calls") times"
"""

HOSTILE = (
    "a$(touch PWNED)", "b`touch PWNED`", "c'd\"e", "d:e=f:", "e!!", "f*", "g;touch PWNED|h&i",
    "h{a,b}", "i\\back\\", "j [x]", "k%s%d", "lünï 猫", "m #c", "n~", "o<p>q", "p  q", "q$HOME",
    "r^A^B", "s?", "t@u", "u --state", "v(w)", "w\\$(touch PWNED)", "x'$(touch PWNED)'", "y/z",
)  # fmt: skip

SHELLS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], ""),
    "zsh": (["zsh", "-f", "-i"], "autoload -Uz compinit; compinit -D -u; "),
    "fish": (["fish", "-N", "-i"], ""),
}
INSTALLED = [shell for shell in SHELLS if shutil.which(shell) is not None]


@contextmanager
def typing(shell: str, home: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Terminal]:
    """A shell that completes the command; the command writes down what it is called with."""
    assert main(["completion", shell]) == 0
    (home / "script").write_text(capsys.readouterr().out)
    stub = home / "bin" / "vasttui"
    stub.parent.mkdir()
    stub.write_text(STUB)
    stub.chmod(0o755)
    (home / "names").write_text("".join(f"{name}\n" for name in (*HOSTILE, "zed-1", "zed-2")))
    argv, first = SHELLS[shell]
    env = {"PATH": f"{stub.parent}:{os.environ['PATH']}", "PS1": "> ", "HISTFILE": ""}
    with Terminal(argv, env=env, home=home, columns=200) as terminal:
        terminal.settle(0.2)
        terminal.send(f"cd {home}; {first}source ./script; echo rea''dy", "enter")
        terminal.wait_for("ready")
        yield terminal


def calls(home: Path) -> list[list[str]]:
    """The words of each call."""
    file = home / "calls"
    text = file.read_text() if file.exists() else ""
    return [line.split("\t")[:-1] for line in text.splitlines()]


@pytest.mark.parametrize("shell", INSTALLED)
def test_a_hostile_label_is_completed_to_one_word_that_is_the_label(
    shell: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [f"vasttui ssh {name[0]}\t" for name in HOSTILE]
    lines += ['vasttui ssh "p\t', "vasttui wait --state=running z\t1"]
    lines += ["vasttui wait --state running z\t2", "vasttui ssh zed-1 z\t"]
    with typing(shell, tmp_path, capsys) as terminal:
        for at, line in enumerate(lines, 1):
            terminal.send(line, "enter")
            terminal.wait_for(f"called {at} times")
    found = calls(tmp_path)
    assert found[: len(HOSTILE)] == [["ssh", name] for name in HOSTILE]
    assert found[len(HOSTILE) :] == [
        ["ssh", "p  q"],
        ["wait", "--state=running", "zed-1"],
        ["wait", "--state", "running", "zed-2"],
        ["ssh", "zed-1", "z"],
    ]
    assert not (tmp_path / "PWNED").exists()


@pytest.mark.parametrize("shell", INSTALLED)
def test_commands_options_choices_and_files_are_completed_as_they_are_typed(
    shell: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = {
        "instan\t": ["instances"],
        "--read\toffers --type b\t": ["--read-only", "offers", "--type", "bid"],
        "watch --onc\tgpu:4090 --hosts dat\t": ["watch", "--once", "gpu:4090", "--hosts",
                                                "datacenter"],
        "doctor --report nam\t": ["doctor", "--report", "names"],
        "completion z\t": ["completion", "zsh"],
        "ssh zed-1 --read\t-- printen\t--help": ["ssh", "zed-1", "--read-only", "--", "printenv",
                                                  "--help"],
    }  # fmt: skip
    with typing(shell, tmp_path, capsys) as terminal:
        for at, line in enumerate(typed, 1):
            terminal.send(f"vasttui {line}", "enter")
            terminal.wait_for(f"called {at} times")
    assert calls(tmp_path) == list(typed.values())
