"""Standard streams that are closed, piped away, full, or not UTF-8: a sentence and an exit code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.terminal import python, vasttui

NO_TERMINAL = "vasttui: vasttui needs a terminal: input and output cannot be redirected\n"
CLOSED = "vasttui: standard output is closed\n"


def shell(command: str, *arguments: str, **env: str) -> tuple[int, str, str]:
    """Run the program in a shell, where "$@" is its command line; code, output and errors."""
    done = subprocess.run(
        ["bash", "-c", command, "bash", *vasttui(*arguments)], capture_output=True, text=True,
        stdin=subprocess.DEVNULL, timeout=30,
        env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", **env},
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("how", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-", "| cat", "2> /dev/null"])
def test_the_dashboard_without_a_terminal(how: str) -> None:
    code, out, err = shell(f'set -o pipefail; "$@" {how}', "--demo")
    assert (code, out) == (2, "")
    assert err == ("" if "2>" in how else NO_TERMINAL)


@pytest.mark.parametrize("arguments", [("simulate", "--port", "0"), ("doctor",),
                                       ("doctor", "--print-config"),
                                       ("--demo", "offers")])  # fmt: skip
def test_a_command_that_has_nowhere_to_print(arguments: tuple[str, ...]) -> None:
    assert shell('"$@" >&-', *arguments) == (2, "", CLOSED)
    assert shell('"$@" >&- 2>&-', *arguments) == (2, "", "")


def test_a_full_disk_and_a_reader_that_left() -> None:
    full = "vasttui: cannot write to standard output: No space left on device\n"
    assert shell('"$@" > /dev/full', "doctor") == (2, "", full)
    code, out, err = shell('"$@" | true; exit ${PIPESTATUS[0]}', "doctor", "--print-config")
    assert (code in (0, 141), out, err) == (True, "", "")
    assert shell('"$@" > /dev/full 2> /dev/full', "--demo")[0] == 2


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("doctor", "--help")])
def test_help_with_nobody_to_read_it_is_no_traceback(arguments: tuple[str, ...]) -> None:
    for how in (">&-", "| true", "> /dev/full", ">&- 2>&-"):
        code, _, err = shell(f'set -o pipefail; "$@" {how}', *arguments)
        assert code in (0, 141)
        assert "Traceback" not in err
        assert "Exception" not in err


def test_a_closed_input_does_not_matter_where_none_is_read() -> None:
    code, out, err = shell('"$@" <&-', "doctor")
    assert (code, err) == (0, "")
    assert "service" in out


def test_no_file_takes_the_place_of_a_closed_stream(tmp_path: Path) -> None:
    program = (
        "import os\nfrom vasttui import streams\nstreams.prepare()\n"
        f"print(os.open({str(tmp_path / 'journal')!r}, os.O_CREAT | os.O_WRONLY) > 2)\n"
        "os.write(2, b'lost'); streams.tell('lost')"
    )
    for how in ("2>&-", "<&- 2>&-"):
        done = subprocess.run(
            ["bash", "-c", f'"$@" {how}', "bash", sys.executable, "-c", program],
            capture_output=True, text=True, timeout=30,
        )  # fmt: skip
        assert done.stdout == "True\n"
        assert (tmp_path / "journal").read_bytes() == b""


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_letters_that_the_encoding_lacks_are_escaped(encoding: str) -> None:
    home = {"HOME": "/nonexistent/ю", "PYTHONUTF8": "0", "PYTHONIOENCODING": encoding}
    code, out, err = shell('"$@"', "doctor", **home)
    assert code in (0, 2)
    assert "\\u044e" in out
    assert "Traceback" not in err


def test_a_computer_without_terminals_is_told_what_is_needed() -> None:
    program = (
        "import sys\nfor name in ('termios', 'tty', 'pty', 'fcntl', 'resource', 'pwd', 'grp'):\n"
        "    sys.modules[name] = None\n"
        "from vasttui.cli import main\nsys.exit(main(['--demo']))"
    )
    done = subprocess.run(
        [*python("vasttui")[:1], "-c", program], capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 2
    assert done.stderr == (
        "vasttui: vasttui needs Linux or macOS\n         On Windows, run it in WSL.\n"
    )
