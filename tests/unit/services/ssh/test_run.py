from __future__ import annotations

import asyncio
import os
import pty
import select
import signal
import subprocess
import sys
import termios
from typing import Any

import pytest

from vasttui.errors import VastError
from vasttui.services.ssh import run as ssh_run
from vasttui.services.ssh.run import TERMINAL_RESET, run_ssh


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


async def test_the_code_of_the_command_comes_back() -> None:
    assert (await run_ssh(python("import sys; sys.exit(7)"))).code == 7
    assert (await run_ssh(python("import os; os.kill(os.getpid(), 15)"))).code == -15


async def test_nothing_reads_the_arguments_but_the_command() -> None:
    code = "import sys; sys.exit(sys.argv[1] != '$(id); rm -rf x')"
    assert (await run_ssh([*python(code), "$(id); rm -rf x"])).code == 0


async def test_a_missing_program_is_a_sentence_with_a_way_out() -> None:
    with pytest.raises(VastError, match="no-such-ssh is not installed here") as caught:
        await run_ssh(["no-such-ssh", "-p", "22"])
    assert "Copy the command" in caught.value.hint


async def test_a_program_that_may_not_run_is_a_sentence() -> None:
    with pytest.raises(VastError, match="could not be run: Permission denied"):
        await run_ssh([os.devnull])


async def test_its_own_words_are_passed_on_and_kept(capfd: pytest.CaptureFixture[str]) -> None:
    code = (
        "import sys; say = sys.stderr.write\n"
        "say('Authenticated to h ([::1]:22) using \"publickey\".\\n')\n"
        "say('Warning: mind the step\\n')\n"
        "say('Transferred: sent 1, received 2 bytes, in 3 seconds\\n')"
    )
    finished = await run_ssh(python(code))
    assert "Authenticated to h" in finished.err
    assert capfd.readouterr().err == "Warning: mind the step\n"


async def test_everything_else_goes_on_meanwhile() -> None:
    turned = 0

    async def turn() -> None:
        nonlocal turned
        while True:
            await asyncio.sleep(0)
            turned += 1

    turning = asyncio.create_task(turn())
    await run_ssh(python("pass"))
    turning.cancel()
    assert turned > 1


@pytest.mark.parametrize("number", ["SIGSTOP", "SIGTSTP"])
async def test_a_command_that_suspends_itself_goes_on(number: str) -> None:
    code = f"import os, signal, sys; os.kill(os.getpid(), signal.{number}); sys.exit(5)"
    assert (await run_ssh(python(code))).code == 5


@pytest.mark.parametrize("action", [signal.SIG_DFL, signal.SIG_IGN])
async def test_the_command_ends_with_the_program(
    action: signal.Handlers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the request to, or by force."""
    started: list[int] = []
    popen = subprocess.Popen

    def noting(argv: list[str], **more: Any) -> subprocess.Popen[bytes]:
        def obey() -> None:
            signal.signal(signal.SIGTERM, action)

        process = popen(argv, preexec_fn=obey, **more)
        started.append(process.pid)
        return process

    monkeypatch.setattr(subprocess, "Popen", noting)
    running = asyncio.create_task(run_ssh(python("import time; time.sleep(60)")))
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    with pytest.raises(ProcessLookupError):
        os.kill(started[0], 0)


async def test_line_modes_are_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    master, slave = pty.openpty()
    with os.fdopen(slave) as terminal:
        monkeypatch.setattr(sys, "__stdin__", terminal)
        before = termios.tcgetattr(terminal)
        code = f"import tty; tty.setraw(open('{os.ttyname(slave)}').fileno())"
        await run_ssh(python(code))
        assert termios.tcgetattr(terminal) == before
    os.close(master)


async def test_a_key_typed_before_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    master, slave = pty.openpty()
    with os.fdopen(slave) as terminal:
        monkeypatch.setattr(sys, "__stdin__", terminal)
        before = termios.tcgetattr(terminal)
        os.write(master, b"early\n")
        select.select([terminal], [], [])
        read, taken = os.read, []

        def noted(handle: int, most: int) -> bytes:
            taken.append(read(handle, most))
            return taken[-1]

        monkeypatch.setattr(os, "read", noted)
        waiting = asyncio.create_task(ssh_run.any_key())
        await asyncio.sleep(0)
        assert not termios.tcgetattr(terminal)[3] & termios.ICANON
        os.write(master, b"\x03")
        await waiting
        assert taken == [b"\x03"]
        assert termios.tcgetattr(terminal) == before
    os.close(master)


@pytest.mark.parametrize("mode", ["1000", "1002", "1003", "1006", "2004", "1004", "1049"])
def test_the_reset_turns_off_what_a_remote_tmux_leaves_on(mode: str) -> None:
    assert f"\x1b[?{mode}l" in TERMINAL_RESET


def test_the_reset_shows_the_cursor_and_wraps_lines() -> None:
    assert "\x1b[?25h" in TERMINAL_RESET
    assert "\x1b[?7h" in TERMINAL_RESET


def test_the_reset_leaves_the_cursor_where_it_is() -> None:
    """Leaving the alternate screen and setting the scroll region move it."""
    save, leave, region, restore = map(
        TERMINAL_RESET.index, ("\x1b7", "\x1b[?1049l", "\x1b[r", "\x1b8")
    )
    assert save < leave < region < restore
    assert TERMINAL_RESET.count("\x1b7") == TERMINAL_RESET.count("\x1b8") == 1
