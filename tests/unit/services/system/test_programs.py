from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from vasttui.services.system.programs import Finished, ProgramMissing, follow_program, run_program


async def test_a_program_is_run_without_a_shell() -> None:
    code = "import sys; print(sys.argv[1]); print('why', file=sys.stderr); sys.exit(3)"
    done = await run_program([sys.executable, "-c", code, "$(id); a b"], 20)
    assert done == Finished(3, "$(id); a b\n", "why\n")


async def test_it_has_nothing_to_read_and_no_terminal_to_ask_at() -> None:
    code = "import os, sys; print(repr(sys.stdin.read()), os.getsid(0) == os.getpid())"
    assert (await run_program([sys.executable, "-c", code], 20)).out == "'' True\n"


async def test_only_the_end_of_a_long_output_is_kept() -> None:
    code = "import sys; sys.stderr.write('x' * 300_000 + 'end')"
    done = await run_program([sys.executable, "-c", code], 20)
    assert len(done.err) == 65_536
    assert done.err.endswith("end")


async def test_a_missing_program_is_named() -> None:
    with pytest.raises(ProgramMissing, match="no-such-program cannot be run here"):
        await run_program(["no-such-program"], 5)


async def test_a_slow_program_is_ended() -> None:
    with pytest.raises(TimeoutError):
        await run_program([sys.executable, "-c", "import signal; signal.pause()"], 0.05)


async def test_a_program_ends_with_all_that_it_started(tmp_path: Path) -> None:
    started, ended = asyncio.Event(), asyncio.Event()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(2)
        started.set()
        await reader.read()  # until the end, which comes with that of the last process
        ended.set()
        writer.close()

    path = str(tmp_path / "line")
    code = (
        "import os, socket, sys\n"
        "line = socket.socket(socket.AF_UNIX)\n"
        "line.connect(sys.argv[1])\n"
        "os.fork()\n"
        "line.send(b'x')\n"
        "line.recv(1)"
    )
    async with await asyncio.start_unix_server(listen, path), asyncio.timeout(20):
        task = asyncio.create_task(run_program([sys.executable, "-c", code, path], 60))
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await ended.wait()


async def test_lines_are_given_as_they_come_and_one_without_end_is_dropped() -> None:
    lines: list[str] = []
    code = "import sys; print('one'); print('x' * 300_000); print('two'); sys.exit('why')"
    done = await follow_program([sys.executable, "-c", code], lines.append)
    assert (lines[0], lines[-1], done) == ("one", "two", Finished(1, err="why\n"))
    with pytest.raises(ProgramMissing):
        await follow_program(["no-such-program"], lines.append)


async def test_a_program_that_is_followed_ends_when_nobody_follows() -> None:
    pids: list[int] = []
    came = asyncio.Event()

    def take(line: str) -> None:
        pids.append(int(line))
        came.set()

    code = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
    following = asyncio.create_task(follow_program([sys.executable, "-c", code], take))
    await came.wait()
    following.cancel()
    with pytest.raises(asyncio.CancelledError):
        await following
    with pytest.raises(ProcessLookupError):
        os.kill(pids[0], 0)
