"""Completion and manual: of every option there is, in the shells themselves."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import structs

from tests.support.fleet_rows import PLAIN, fleet_row
from tests.support.source import ROOT
from vasttui.cli import main
from vasttui.cli.grammar import commands_of
from vasttui.cli.parser import command_parser
from vasttui.paths import user_paths
from vasttui.services.fleet.snapshot import Fleet
from vasttui.state.kept_fleet import KeptFleet

Captured = pytest.CaptureFixture[str]

_ASK_BASH = """
source "$1"; shift
COMP_WORDS=(vasttui "$@"); COMP_CWORD=$#
_vasttui
printf '%s\\n' "${COMPREPLY[@]}"
"""


def script(shell: str, folder: Path, capsys: Captured) -> Path:
    assert main(["completion", shell]) == 0
    file = folder / f"_vasttui.{shell}"
    file.write_text(capsys.readouterr().out)
    return file


def by_bash(file: Path, words: list[str]) -> set[str]:
    return set(asked("bash", "-c", _ASK_BASH, "-", str(file), *words).split())


def by_fish(file: Path, words: list[str]) -> set[str]:
    line = " ".join(["vasttui", *words])
    out = asked("fish", "-N", "-c", f"source {file}; complete -C '{line}'")
    return {one.partition("\t")[0] for one in out.splitlines()}


def asked(*argv: str) -> str:
    done = subprocess.run(argv, capture_output=True, text=True, timeout=30, cwd=ROOT)
    assert done.stderr == ""
    return done.stdout


ASK: dict[str, Callable[[Path, list[str]], set[str]]] = {
    "bash": by_bash, "fish": by_fish,
}  # fmt: skip
INSTALLED = [shell for shell in ("bash", "zsh", "fish") if shutil.which(shell) is not None]


@pytest.mark.parametrize("shell", INSTALLED)
def test_the_shell_can_read_its_script(shell: str, tmp_path: Path, capsys: Captured) -> None:
    assert asked(shell, "-n", str(script(shell, tmp_path, capsys))) == ""


@pytest.mark.parametrize("shell", sorted(ASK.keys() & INSTALLED))
@pytest.mark.parametrize(
    ("words", "some"),
    [
        (["wa"], {"wait", "watch"}),
        (["offers", "--type", ""], {"on-demand", "bid", "reserved"}),
        (["wait", "--st"], {"--state"}),
    ],
)
def test_the_shell_completes_commands_options_and_choices(
    shell: str, words: list[str], some: set[str], tmp_path: Path, capsys: Captured
) -> None:
    found = ASK[shell](script(shell, tmp_path, capsys), words)
    assert found == some or (len(some) == 1 and some <= {one.split("=")[0] for one in found})


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["--query", "offers", "instan"], {"instances"}),
        (["offers", "--disk", ""], set()),
        (["offers", "--type", "=", "b"], {"bid"}),
        (["--key-file", "READ"], {"README.md"}),
        (["completion", ""], {"bash", "zsh", "fish"}),
        (["ssh", "box", "--", "cat", "READ"], {"README.md"}),
        (["watch", "x", "--exec", "cat", "READ"], {"README.md"}),
        (["offers", "--", ""], set()),
    ],
)
def test_bash_knows_which_words_are_values(
    words: list[str], found: set[str], tmp_path: Path, capsys: Captured
) -> None:
    assert by_bash(script("bash", tmp_path, capsys), words) == found


def test_the_instances_are_those_that_the_dashboard_listed_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    assert main(["completion", "--names"]) == 0
    assert capsys.readouterr().out == ""
    boxes = [structs.replace(PLAIN, id=7, label="my box"), structs.replace(PLAIN, id=8, label=None)]
    rows = tuple(structs.replace(fleet_row(), instance=one) for one in boxes)
    file = KeptFleet(user_paths().instances_file, lambda job: job())
    file.see(Fleet(rows=rows, number=1, as_of=0.0, as_of_wall=1.0), "somebody", 0.0)
    assert main(["completion", "--names"]) == 0
    assert capsys.readouterr() == ("my box\n8\n", "")


def test_every_option_is_in_every_script_and_in_the_manual(capsys: Captured) -> None:
    commands = commands_of(command_parser())
    flags = {flag for one in commands for option in one.options for flag in option.flags}
    assert {"--help", "--max-price", "--search-cap", "--state"} <= flags
    names = {one.name for one in commands} - {""}
    assert {"offers", "instances", "ssh", "wait", "watch", "completion", "man"} <= names
    for words in (["completion", "bash"], ["completion", "zsh"], ["completion", "fish"], ["man"]):
        assert main(words) == 0
        out = capsys.readouterr().out
        assert out.isascii()
        plain = out.replace("\\-", "-").replace("-l ", "--").replace("-s ", "-")
        assert [flag for flag in flags | names if flag not in plain] == []


def test_the_manual_is_that_of_these_options_and_roff_has_no_complaint(capsys: Captured) -> None:
    assert main(["man"]) == 0
    page = capsys.readouterr().out
    assert (ROOT / "man" / "vasttui.1").read_text() == page, "make man"
    assert "%(" not in page
    assert [line for line in page.splitlines() if line.startswith("'")] == []
    if shutil.which("groff") is not None:
        done = subprocess.run(
            ["groff", "-man", "-ww", "-Tascii"], input=page, capture_output=True, text=True
        )
        assert done.stderr == ""
        text = re.sub(r"\x1b\[[0-9;]*m|.\x08", "", done.stdout)
        assert "vasttui wait [options] LABEL|ID" in text
        assert "Options for --demo" in text
        assert "VASTTUI_GPU" in text
        assert "the time is up" in " ".join(text.split())
