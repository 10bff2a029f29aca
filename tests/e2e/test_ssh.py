"""ssh in the real program: it gets the terminal, and whatever happens the screen comes back."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.e2e.test_instances import at_instances, put_on
from tests.support.program import (
    KEY,
    control,
    ledger,
    online,
    quit_cleanly,
    simulator,
    simulator_process,
)
from tests.support.terminal import Terminal, vasttui

pytestmark = pytest.mark.e2e


@contextmanager
def ssh_is(script: str, home: Path) -> Iterator[tuple[Terminal, str]]:
    """The program on its instances, where `ssh` is this script; none without one."""
    with simulator() as address, where_ssh_is(script, home, address) as terminal:
        yield terminal, address


@contextmanager
def where_ssh_is(script: str, home: Path, address: str) -> Iterator[Terminal]:
    """The same on a service that is there already."""
    tools = home / "bin"
    tools.mkdir()
    if script:
        write_ssh(script, home)
    path = f"{tools}{os.pathsep}/usr/bin{os.pathsep}/bin" if script else str(tools)
    with Terminal(vasttui(), env=online(address, PATH=path), home=home) as terminal:
        at_instances(terminal)
        put_on(terminal, "train-a")
        yield terminal


def write_ssh(script: str, home: Path) -> None:
    program = home / "bin" / "ssh"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def polls(address: str) -> int:
    """How often the instances were asked for."""
    return sum(one["operation"] == "instances" for one in ledger(address))


class Shared:
    """The program on its instances, for all tests that leave it as it was: one in which something
    went wrong is not used again."""

    def __init__(self, homes: pytest.TempPathFactory) -> None:
        self._homes = homes
        self._open: tuple[ExitStack, Terminal, Path] | None = None

    @contextmanager
    def where_ssh_is(self, script: str) -> Iterator[Terminal]:
        """With this script as `ssh`. After that it must take keys, with the terminal as before."""
        stack, terminal, home = self._open or self._started()
        self._open = None
        with ExitStack() as closing:
            closing.push(stack)
            write_ssh(script, home)
            put_on(terminal, "train-a")
            terminal.forget()
            modes = terminal.modes
            yield terminal
            put_on(terminal, "old-c")
            assert terminal.modes == modes
            closing.pop_all()
        self._open = stack, terminal, home

    def quit(self) -> None:
        if self._open is not None:
            stack, terminal, _ = self._open
            with stack:
                quit_cleanly(terminal)

    def _started(self) -> tuple[ExitStack, Terminal, Path]:
        stack, home = ExitStack(), self._homes.mktemp("home")
        terminal, _ = stack.enter_context(ssh_is("exit 0", home))
        return stack, terminal, home


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    programs = Shared(tmp_path_factory)
    yield programs
    programs.quit()


def raw(terminal: Terminal) -> str:
    """All output so far, or since it was forgotten."""
    return bytes(terminal.output).decode(errors="replace")


def test_without_ssh_the_screen_stays_and_says_so(tmp_path: Path) -> None:
    with ssh_is("", tmp_path) as (terminal, _):
        terminal.send("s")
        terminal.wait_for("ssh is not installed here")
        put_on(terminal, "old-c")
        quit_cleanly(terminal)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo 'root@h: Permission denied (publickey).' >&2; exit 255",
         "ssh could not log in to train-a: The login was refused."),
        ("echo 'Authenticated to h ([192.0.2.1]:22).' >&2; sleep 0.1;"
         "echo 'client_loop: send disconnect: Broken pipe' >&2; exit 255",
         "The session on train-a broke off: The connection was lost."),
        ("kill -9 $$", "The session on train-a ended: ssh was ended by signal 9."),
    ],
)  # fmt: skip
def test_what_ssh_said_stays_until_a_key(script: str, words: str, shared: Shared) -> None:
    with shared.where_ssh_is(script) as terminal:
        terminal.send("s")
        terminal.wait_for("Press any key")
        shown = raw(terminal).rpartition("Connecting to train-a directly: root@")[2]
        assert "ssh gives up after 15 s" in shown
        assert "Authenticated" not in shown
        if "echo" in script:
            assert script.split("echo '")[-1].partition("'")[0] in shown
        terminal.wait(lambda: words in " ".join(terminal.text.split()))
        terminal.settle(0.5)
        assert "Press any key" in terminal.text
        terminal.send("x")
        terminal.wait_for("1 Offers")
        terminal.wait_for(words.partition(":")[0])


def test_an_ordinary_end_needs_no_key(shared: Shared) -> None:
    with shared.where_ssh_is("exit 3") as terminal:
        terminal.send("s")
        terminal.wait(lambda: "Connecting to" in raw(terminal))
        put_on(terminal, "old-c")
        assert "Press any key" not in raw(terminal)


def test_the_program_goes_on_behind_ssh_and_tells_what_happened(tmp_path: Path) -> None:
    with ssh_is("echo SHELL; read line", tmp_path) as (terminal, address):
        number = int(terminal.wait_match(r"─ train-a · .*instance (\d+) ·"))
        terminal.send("s")
        terminal.wait(lambda: "SHELL\r\n" in raw(terminal))
        control(address, "instances", {"id": number, "become": "offline"})
        drawn, polled = len(terminal.output), polls(address)
        terminal.wait(lambda: polls(address) >= polled + 2)  # the first of them was answered
        assert len(terminal.output) == drawn
        terminal.send("enter")
        terminal.wait_for("While ssh was open: train-a running → offline")
        quit_cleanly(terminal)


def test_a_rental_is_finished_behind_ssh(tmp_path: Path) -> None:
    with ssh_is("echo SHELL; read line", tmp_path) as (terminal, address):
        before = set(instances(address))
        terminal.send("1")
        terminal.wait_match(r"([1-9]\d*) shown")
        terminal.send("n")
        terminal.wait_for("available ✓")
        terminal.send("tab", "enter")
        terminal.wait(
            lambda: open_intents(tmp_path, "rent") == 1 and len(instances(address)) > len(before)
        )
        [new] = set(instances(address)) - before
        control(address, "instances", {"id": new, "become": "stuck"})
        terminal.send("esc", "2")
        terminal.wait_for("2 loading")  # its row stays where it is
        put_on(terminal, "train-a")
        terminal.send("s")
        terminal.wait(lambda: "SHELL\r\n" in raw(terminal))
        assert open_intents(tmp_path, "rent") == 1
        control(address, "instances", {"id": new, "become": "running"})
        terminal.wait(lambda: open_intents(tmp_path, "rent") == 0)
        terminal.send("enter")
        terminal.wait_for("While ssh was open: ")
        assert [one["operation"] for one in ledger(address)].count("rent") == 1
        quit_cleanly(terminal)


def test_the_check_before_a_request_goes_on_behind_ssh_and_that_of_a_dialog_ends_with_it(
    tmp_path: Path,
) -> None:
    with (
        simulator_process() as (address, service),
        where_ssh_is("echo SHELL; read line", tmp_path, address) as terminal,
    ):
        [doomed] = [number for number, label in instances(address).items() if label == "old-c"]
        terminal.send("1")
        terminal.wait_match(r"([1-9]\d*) shown")
        terminal.send("n")
        terminal.wait_for("available ✓")
        service.send_signal(signal.SIGSTOP)
        terminal.send("tab", "enter")
        terminal.wait_for("Checking price and availability")
        terminal.send("s")  # no key of the dialog
        terminal.send("esc", "2")
        put_on(terminal, "old-c")
        terminal.send("D")
        terminal.wait_for("Type old-c to destroy")
        terminal.settle(0.5)
        terminal.send("old-c")
        terminal.wait_for("go to Destroy")
        terminal.send("enter", "enter")
        terminal.wait(lambda: "Type old-c" not in terminal.text)
        put_on(terminal, "train-a")
        terminal.send("s")
        terminal.wait(lambda: "SHELL\r\n" in raw(terminal))
        assert open_intents(tmp_path, "destroy") == 0
        service.send_signal(signal.SIGCONT)
        terminal.wait(lambda: doomed not in instances(address))
        terminal.wait(lambda: open_intents(tmp_path, "destroy") == 0)
        terminal.send("enter")
        terminal.wait_for("While ssh was open: old-c is not listed any more")
        steps = [one["operation"] for one in ledger(address)]
        assert steps.index("instance") < steps.index("destroy")
        assert (steps.count("destroy"), steps.count("rent")) == (1, 0)
        quit_cleanly(terminal)


def instances(address: str) -> dict[int, str]:
    """The instances of the account, with their labels."""
    request = Request(f"{address}/api/v1/instances/", headers={"Authorization": f"Bearer {KEY}"})
    with urlopen(request, timeout=10) as answer:
        return {row["id"]: row["label"] or "" for row in json.load(answer)["instances"]}


def open_intents(home: Path, kind: str) -> int:
    """The rows of this kind in the journal that are not finished; none while it is not made."""
    file = next(home.rglob("journal.sqlite3"), None)
    if file is None:
        return 0
    with (
        closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as journal,
        suppress(sqlite3.OperationalError),  # no tables yet
    ):
        [(number,)] = journal.execute(
            "SELECT count(*) FROM intents WHERE kind = ? AND open", (kind,)
        )
        return int(number)
    return 0


def test_a_signal_ends_ssh_as_well(tmp_path: Path) -> None:
    script = (
        f"echo $$ > {tmp_path}/pid; trap 'exit 255' TERM; echo SHELL; while :; do sleep 0.1; done"
    )
    with ssh_is(script, tmp_path) as (terminal, _):
        terminal.send("s")
        terminal.wait(lambda: "SHELL" in raw(terminal))
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.finish() == 128 + signal.SIGTERM
        assert terminal.modes == terminal.modes_before
        with pytest.raises(ProcessLookupError):
            os.kill(int((tmp_path / "pid").read_text()), 0)


def test_ssh_that_suspends_itself_goes_on(shared: Shared) -> None:
    with shared.where_ssh_is("echo SHELL; kill -STOP $$; echo WOKEN; read line") as terminal:
        terminal.send("s")
        terminal.wait(lambda: "WOKEN" in raw(terminal))
        terminal.send("enter")


def test_ctrl_c_is_for_ssh(shared: Shared) -> None:
    script = "trap 'echo CAUGHT' INT; echo SHELL; until [ \"$line\" = x ]; do read line; done"
    with shared.where_ssh_is(script) as terminal:
        terminal.send("s")
        terminal.wait(lambda: "SHELL" in raw(terminal))
        terminal.send("ctrl+c")
        terminal.wait(lambda: "CAUGHT" in raw(terminal))
        terminal.send("x", "enter")


def test_ssh_inherits_no_api_key(shared: Shared) -> None:
    with shared.where_ssh_is("env | grep -c VAST_API_KEY; read line") as terminal:
        terminal.send("s")
        terminal.wait(lambda: "sooner.\r\n0" in raw(terminal))
        terminal.send("enter")


GPU = "0, GPU-a, RTX 4090, 97, 21504, 24564, 71, 402.5, 450.0"


def test_the_live_gpu_view_ends_with_its_ssh(tmp_path: Path) -> None:
    script = f'echo $$ >> {tmp_path}/pids; for last; do :; done; eval "$last"'
    with ssh_is(script, tmp_path) as (terminal, _):
        smi = tmp_path / "bin" / "nvidia-smi"
        smi.write_text(
            f"#!/bin/sh\ncase $1 in *gpu=*) echo '{GPU}';; *) echo GPU-a, 7, train.py, 512;; esac\n"
        )
        smi.chmod(0o755)
        terminal.send("enter")
        terminal.wait_for("2 Instances › train-a")
        terminal.send("M")
        terminal.wait_for("GPU 0 · RTX 4090")
        terminal.wait_for("97 %")
        for words in ("21.0 of 24.0 GB", "402 of 450 W", "train.py"):
            terminal.wait_for(words)
        terminal.send("]")
        terminal.wait_for("Timeline")
        [pid] = (tmp_path / "pids").read_text().split()
        terminal.wait(lambda: gone(int(pid)))
        terminal.send("M")
        terminal.wait_for("GPU 0 · RTX 4090")
        terminal.send("q", "q")
        assert terminal.finish() == 0
        assert all(gone(int(one)) for one in (tmp_path / "pids").read_text().split())


def gone(pid: int) -> bool:
    """Whether a process has ended."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False
