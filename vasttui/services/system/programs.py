"""Runs other programs, without a shell and with a time limit."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

from msgspec import Struct

from vasttui.errors import VastError

_MOST_OUTPUT = 65_536
_SECONDS_TO_END = 1.0


class Finished(Struct, frozen=True):
    """The exit code and output of a program: the last 64 KB of each stream, not cleaned."""

    code: int
    out: str = ""
    err: str = ""


class ProgramMissing(VastError):
    """The program is not on this computer, or cannot be started."""


Run = Callable[[Sequence[str], float], Awaitable[Finished]]
"""Runs a program with a limit in seconds. Raises ProgramMissing if it cannot be started and
TimeoutError if it was killed at the limit."""


async def run_program(argv: Sequence[str], seconds: float) -> Finished:
    """The default `Run`. The program's children end with it."""
    async with _running(argv) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        async with asyncio.timeout(seconds):
            out, err, code = await asyncio.gather(
                _last_part(process.stdout), _last_part(process.stderr), process.wait()
            )
    return Finished(code, out, err)


async def follow_program(argv: Sequence[str], take: Callable[[str], None]) -> Finished:
    """Run a program until it ends or this is cancelled, which ends it and its children. `take` gets
    each line of its output, not cleaned; a carriage return ends one too. Raises ProgramMissing."""
    async with _running(argv) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        _, err, code = await asyncio.gather(
            _lines(process.stdout, take), _last_part(process.stderr), process.wait()
        )
    return Finished(code, err=err)


async def run_unheard(
    argv: Sequence[str],
    environment: Mapping[str, str],
    seconds: float,
    output: int = asyncio.subprocess.DEVNULL,
) -> int:
    """Run a program in this environment; its output goes nowhere, or to the open file `output`.
    Returns its exit code, at which what it started may go on. Raises ProgramMissing, and
    TimeoutError if it was killed, with what it started, at the limit."""
    async with _running(argv, output, environment) as process:
        async with asyncio.timeout(seconds):
            return await process.wait()


@contextlib.asynccontextmanager
async def _running(
    argv: Sequence[str],
    output: int = asyncio.subprocess.PIPE,
    environment: Mapping[str, str] | None = None,
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A program in a session of its own, ended when the body ends early: first asked, as rsync
    then keeps what is half there, a second later killed."""
    try:
        process = await asyncio.create_subprocess_exec(
            *argv,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=environment,
            start_new_session=True,  # no terminal to ask for passwords at
        )
    except OSError as error:
        raise ProgramMissing(f"{argv[0]} cannot be run here: {error.strerror}.") from None
    except ValueError:
        raise ProgramMissing(f"{argv[0]!r} cannot be run here: it is no name.") from None
    try:
        yield process
    except BaseException:
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_SECONDS_TO_END):
                    await process.wait()
        await process.wait()
        raise


async def _lines(stream: asyncio.StreamReader, take: Callable[[str], None]) -> None:
    rest = b""
    while chunk := await stream.read(_MOST_OUTPUT):
        *lines, rest = re.split(rb"[\r\n]+", rest + chunk)
        for line in lines:
            take(line.decode("utf-8", "replace"))
        rest = rest[-_MOST_OUTPUT:]  # a line without end
    if rest:
        take(rest.decode("utf-8", "replace"))


async def _last_part(stream: asyncio.StreamReader) -> str:
    """Read it all, so that the program never blocks, and keep the end."""
    kept = bytearray()
    while chunk := await stream.read(_MOST_OUTPUT):
        kept += chunk
        del kept[:-_MOST_OUTPUT]
    return kept.decode("utf-8", "replace")
