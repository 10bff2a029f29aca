"""The real program and its terminal: stops, garbage, a terminal that goes away."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import termios
from pathlib import Path

import pytest

from tests.e2e.test_instances import at_instances, cursor, put_on
from tests.e2e.test_program import rows
from tests.support.program import KEY, online, quit_cleanly, simulator
from tests.support.terminal import Terminal, vasttui

pytestmark = pytest.mark.e2e


def modes_on(output: bytes | bytearray) -> set[int]:
    """The terminal modes that are on after this output; those of the keyboard are negative."""
    on: dict[int, bool] = {}
    for numbers, way in re.findall(rb"\x1b\[\?([\d;]+)([hl])", output):
        on |= {int(number): way == b"h" for number in numbers.split(b";")}
    keyboards = len(re.findall(rb"\x1b\[>\d+u", output)) - len(re.findall(rb"\x1b\[<u", output))
    assert keyboards in (0, 1)
    return {number for number, is_on in on.items() if is_on and number not in (7, 25)} | (
        {-1} if keyboards else set()
    )


def go_down(terminal: Terminal) -> None:
    """The next row takes the cursor: keys are read."""

    def cursor() -> list[int]:
        return [number for number, line in enumerate(terminal.lines) if line.startswith(" ▶ ")]

    terminal.wait(lambda: len(cursor()) == 1)
    [at] = cursor()
    terminal.send("down")
    terminal.wait(lambda: cursor() == [at + 1])


def shown(terminal: Terminal, before: list[str]) -> None:
    """Wait until exactly these rows are on the screen, after it was emptied."""
    terminal.wait(lambda: rows(terminal) == before and "[1 Offers]" in terminal.text)
    assert any("▶" in row for row in before)


def paused(terminal: Terminal) -> list[str]:
    """The rows, which no longer change."""
    terminal.wait_for("✓")
    terminal.send("p")
    terminal.wait_for("Paused")
    return terminal.wait_steady(lambda: rows(terminal))


def test_ctrl_z_and_fg_bring_back_the_whole_screen() -> None:
    with Terminal(["bash", "--norc", "-i"], env={"PS1": "> ", "HISTFILE": ""}) as terminal:
        terminal.send(" ".join(vasttui("--demo")), "enter")
        before, on = paused(terminal), modes_on(terminal.output)
        terminal.send("ctrl+z")
        terminal.wait_for("Stopped")
        assert modes_on(terminal.output) <= {2004}  # the shell's own
        terminal.send("stty -a; bg; clear; echo stopped", "enter")
        terminal.wait(lambda: "stopped" in terminal.lines)
        assert b" icanon" in terminal.output
        terminal.send("fg", "enter")
        shown(terminal, before)
        terminal.wait(lambda: modes_on(terminal.output) == on)
        terminal.send("ctrl+q")
        terminal.wait(lambda: modes_on(terminal.output) <= {2004})
        terminal.send("exit", "enter")
        assert terminal.finish() == 0
        assert terminal.modes == terminal.modes_before


def test_a_stop_from_outside_is_survived_and_the_line_settings_come_back() -> None:
    with Terminal(vasttui("--demo")) as terminal:
        before, raw = paused(terminal), terminal.modes
        terminal.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, terminal.process.pid, os.WSTOPPED)
        termios.tcsetattr(terminal.slave, termios.TCSANOW, terminal.modes_before)
        terminal.blank()
        assert rows(terminal) == []
        terminal.process.send_signal(signal.SIGCONT)
        shown(terminal, before)
        assert terminal.modes == raw
        go_down(terminal)
        quit_cleanly(terminal)
        assert modes_on(terminal.output) == set()


def test_where_nobody_could_continue_it_ctrl_z_does_not_stop_it() -> None:
    with Terminal(vasttui("--demo")) as terminal:
        before, seen = paused(terminal), len(terminal.output)
        terminal.send("ctrl+z")
        terminal.wait(lambda: b"\x1b[?1049h" in terminal.output[seen:])
        terminal.blank()
        terminal.send("ctrl+l")
        shown(terminal, before)
        quit_cleanly(terminal)


def test_enter_counts_before_the_start_and_ctrl_l_draws_over_what_another_program_wrote() -> None:
    with Terminal(vasttui("--demo")) as terminal:
        terminal.send("/", "n<9", "enter")  # the terminal makes a line feed of that Enter
        terminal.wait_for("/ n<9")
        terminal.wait_for("✓")

        def is_written_over() -> bool:
            terminal.output += b"\x1b[1;1H" + b"BROADCAST " * 80
            return "BROADCAST" in terminal.text

        for key, words in {"p": "Paused", "?": "Help", "/": "esc clear"}.items():
            terminal.send(key)
            terminal.wait_for(words)  # the list, a dialog, an input
            terminal.wait(is_written_over)  # again, where the program was still drawing
            terminal.send("ctrl+l")
            terminal.wait(
                lambda words=words: (  # type: ignore[misc]
                    "BROADCAST" not in terminal.text
                    and "[1 Offers]" in terminal.text
                    and words in terminal.text
                )
            )
            if words == "Help":
                terminal.send("esc")
                terminal.wait(lambda: "Help" not in terminal.text)


SLOW = """
import sys, time
from vasttui.cli import main
from vasttui.ui.terminal import output

write = output._write

def slowly(file, data):
    time.sleep(len(data) / 20_000)
    return write(file, data)

output._write = slowly
sys.exit(main(["--demo"]))
"""
"""The program in a terminal that takes 20 kB a second."""


def test_a_slow_terminal_shows_the_last_frame() -> None:
    with Terminal([*vasttui()[:1], "-c", SLOW]) as terminal:
        paused(terminal)
        terminal.send("g")
        at = terminal.wait_steady(lambda: cursor(terminal))
        for _ in range(9):
            terminal.send("j", "j")
            terminal.settle(0.05, 0.05)
            terminal.send("j", "k", "k")
        terminal.wait(lambda: cursor(terminal) == at + 9)
        quit_cleanly(terminal)


GARBAGE = (
    "\x1b[<32;NaN;NaNM", "\x1b[<35;10", ";5M", "\x1b[97;1:3u", "\x1b[1;1:3B", "\x1b[20;1:3~",
    "\x1b]11;rgb:2222/2222/2222\x1b\\", "\x1bP>|term\x1b\\", "\x1b[?62;c", "\x1b[u", "\x1b[;;u",
    "\x1b[9999999999u", "\x1b[32;NaN;NaNM",
)  # fmt: skip


def test_garbage_opens_nothing_and_types_nothing() -> None:
    with Terminal(vasttui("--demo")) as terminal:
        terminal.wait_for("✓")
        terminal.send("/")
        terminal.wait_for("esc clear")
        terminal.send("gpu:", *GARBAGE, "4090", *GARBAGE, "enter")
        terminal.wait_for("/ gpu:4090 ")
        terminal.wait(lambda: "esc clear" not in terminal.text)
        terminal.send(*GARBAGE)
        go_down(terminal)
        quit_cleanly(terminal)


def test_garbage_does_nothing_to_instances_and_in_a_dialog() -> None:
    with Terminal(vasttui("--demo")) as terminal:
        at_instances(terminal)
        put_on(terminal, "train-a")
        terminal.send(*GARBAGE)
        put_on(terminal, "old-c")  # no dialog is open, and keys are read
        put_on(terminal, "train-a")
        terminal.send("L")
        terminal.wait_for("Leave empty to remove the label")
        terminal.send(*GARBAGE, "typed", *GARBAGE, "enter")
        terminal.wait_for("label train-a: changed")  # else it would ask before it quits
        terminal.wait_for("─ typed · ")
        terminal.send("X")
        terminal.wait_for("The image is pulled again")
        terminal.send(*GARBAGE)
        terminal.send("esc")
        terminal.wait(lambda: "The image is pulled again" not in terminal.text)
        terminal.wait_for("─ typed · ")
        assert "recreating" not in terminal.text
        quit_cleanly(terminal)


def test_ctrl_keys_of_other_layouts_work() -> None:
    with Terminal(vasttui("--demo")) as terminal:
        terminal.wait_for("✓")
        assert b"\x1b[>29u" in terminal.output
        terminal.send("\x1b[1081::113;5u")
        assert terminal.finish() == 0


FAULTY = """
import sys
from vasttui.cli import main
from vasttui.ui.terminal.pieces import Pieces

def feed(self, text):
    raise ValueError("unreadable")

Pieces.feed = feed
sys.exit(main(["--demo"]))
"""


def test_a_fault_in_reading_keys_is_a_crash_with_its_traceback(tmp_path: Path) -> None:
    argv = [*vasttui()[:1], "-c", FAULTY]
    with Terminal(argv, columns=60, env={"TMPDIR": str(tmp_path)}) as terminal:
        terminal.wait_for("✓")
        terminal.send("j")
        assert terminal.finish() == 1
        assert terminal.modes == terminal.modes_before
        [report] = tmp_path.iterdir()
        assert f"vasttui crashed (ValueError). Report: {report}".encode() in terminal.output
        assert "in feed" in report.read_text()
        assert "unreadable" in report.read_text()


@pytest.mark.parametrize("controls", [True, False])
def test_a_terminal_that_goes_away_ends_it_with_129(controls: bool, tmp_path: Path) -> None:
    take = f"import os; os.setsid(); os.open(os.ttyname(0), 2) if {controls} else 0\n"
    run = "import sys; from vasttui.cli import main; sys.exit(main([]))"
    with simulator() as address:
        master, slave = pty.openpty()
        process = subprocess.Popen(
            [*vasttui()[:1], "-c", take + run], stdin=slave, stdout=slave, stderr=slave,
            env={"PATH": os.environ["PATH"], "TERM": "xterm", "HOME": str(tmp_path),
                 **online(address)},
        )  # fmt: skip
        os.close(slave)
        seen = b""
        while b"$42." not in seen:
            seen += os.read(master, 65536)
        assert KEY.encode() not in seen
        os.close(master)
        assert process.wait(timeout=10) == 129


def test_it_draws_in_utf_8_whatever_the_environment_says() -> None:
    env = {"PYTHONIOENCODING": "latin-1", "LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0",
           "PYTHONCOERCECLOCALE": "0"}  # fmt: skip
    with Terminal(vasttui("--demo"), env=env) as terminal:
        terminal.wait_for("✓")
        terminal.wait_for("───")
        assert "\\u2" not in terminal.text
        quit_cleanly(terminal)
