from __future__ import annotations

import os
import pty
import signal
import socket
import sys
import termios

import pytest

from vasttui.errors import VastError
from vasttui.services.ssh.run import TERMINAL_RESET, run_ssh


def test_the_code_of_the_command_comes_back() -> None:
    assert run_ssh([sys.executable, "-c", "import sys; sys.exit(7)"]) == 7
    assert run_ssh([sys.executable, "-c", "import os; os.kill(os.getpid(), 15)"]) == -15


def test_nothing_reads_the_arguments_but_the_command() -> None:
    code = "import sys; sys.exit(sys.argv[1] != '$(id); rm -rf x')"
    assert run_ssh([sys.executable, "-c", code, "$(id); rm -rf x"]) == 0


def test_a_missing_program_is_a_sentence_with_a_way_out() -> None:
    with pytest.raises(VastError, match="no-such-ssh is not installed here") as caught:
        run_ssh(["no-such-ssh", "-p", "22"])
    assert "Copy the command" in caught.value.hint


def test_a_program_that_may_not_run_is_a_sentence() -> None:
    def refuse(argv: list[str]) -> int:
        raise PermissionError(13, "Permission denied")

    with pytest.raises(VastError, match="ssh could not be run: Permission denied"):
        run_ssh(["ssh"], refuse)


def interrupted(argv: list[str]) -> int:
    signal.raise_signal(signal.SIGINT)
    return 130


def test_ctrl_c_is_for_the_command_alone() -> None:
    """No exception here, and no byte that makes an event loop end the program later."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        for end in (ours, theirs):
            end.setblocking(False)
        outer = signal.set_wakeup_fd(theirs.fileno())
        handler = signal.getsignal(signal.SIGINT)
        try:
            assert run_ssh(["ssh"], interrupted) == 130
            with pytest.raises(BlockingIOError):
                ours.recv(1)
        finally:
            assert signal.set_wakeup_fd(outer) == theirs.fileno()
    assert signal.getsignal(signal.SIGINT) is handler


def test_ctrl_c_still_ends_the_command() -> None:
    code = "import signal, sys; sys.exit(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)"
    assert run_ssh([sys.executable, "-c", code]) == 0


def test_line_modes_are_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    master, slave = pty.openpty()
    with os.fdopen(slave) as terminal:
        monkeypatch.setattr(sys, "__stdin__", terminal)
        before = termios.tcgetattr(terminal)

        def leave_raw(argv: list[str]) -> int:
            modes = termios.tcgetattr(terminal)
            modes[3] &= ~(termios.ECHO | termios.ICANON | termios.ISIG)
            termios.tcsetattr(terminal, termios.TCSANOW, modes)
            return 255

        assert run_ssh(["ssh"], leave_raw) == 255
        assert termios.tcgetattr(terminal) == before
    os.close(master)


@pytest.mark.parametrize("mode", ["1000", "1002", "1003", "1006", "2004", "1004", "1049"])
def test_the_reset_turns_off_what_a_remote_tmux_leaves_on(mode: str) -> None:
    assert f"\x1b[?{mode}l" in TERMINAL_RESET


def test_the_reset_shows_the_cursor_and_wraps_lines() -> None:
    assert "\x1b[?25h" in TERMINAL_RESET
    assert "\x1b[?7h" in TERMINAL_RESET
