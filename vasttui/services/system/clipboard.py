"""Copies text by the best means this computer has.

OSC 52 works through SSH, but is unconfirmed and ignored by many terminals; so programs, whose
failure is noticed, come first, and the user is told what was used.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from vasttui.errors import VastError
from vasttui.services.system.private_file import write_private

LARGEST = 65_536
SECONDS = 2.0
OSC52 = "OSC 52"
TMUX = "tmux"

Run = Callable[[Sequence[str], bytes], Awaitable[bool]]
"""Runs a program with this input; returns whether it succeeded."""


class CopyResult(Struct, frozen=True):
    """How a text was copied, and whether a failure would have been noticed."""

    route: str
    certain: bool

    @property
    def sentence(self) -> str:
        """The message for the user."""
        if self.certain:
            return f"Copied with {self.route}"
        if self.route == TMUX:
            return "Copied to tmux, which passes it to the terminal"
        return "Sent to the terminal (OSC 52); if nothing arrives, select it with Shift held"


async def run_program(argv: Sequence[str], text: bytes) -> bool:
    """Run a program without a shell, for two seconds at most. Its output goes nowhere: xclip and
    wl-copy leave a child behind that would hold a pipe open."""
    try:
        process = await asyncio.create_subprocess_exec(
            *argv,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,  # the child left behind outlives a Ctrl-C
        )
    except OSError:
        return False
    try:
        async with asyncio.timeout(SECONDS):
            await process.communicate(text)
    except TimeoutError:
        return False
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode == 0


class Clipboard:
    """Copies by the means of this computer, and to the file `last_copy` if given."""

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        which: Callable[[str], str | None] = shutil.which,
        run: Run = run_program,
        last_copy: Path | None = None,
    ) -> None:
        self._environ, self._which, self._run, self._last_copy = environ, which, run, last_copy

    @property
    def route(self) -> str:
        """What will be tried first."""
        programs = self._programs()
        return programs[0][0] if programs else OSC52

    async def copy(
        self, text: str, osc52: Callable[[str], None], *, secret: bool = False
    ) -> CopyResult:
        """Copy a text; `osc52` sends it to the terminal. A `secret` is kept in no file. Raises
        VastError if empty or too long."""
        data = text.encode("utf-8", "replace")
        if not data:
            raise VastError("There is nothing to copy.")
        if len(data) > LARGEST:
            raise VastError(f"Too much to copy: {len(data):,} bytes, {LARGEST:,} at most.")
        if self._last_copy is not None and not secret:
            await asyncio.to_thread(_keep, self._last_copy, data)
        for argv in self._programs():
            if await self._run(argv, _encoded(argv[0], data)):
                return CopyResult(argv[0], certain=argv[0] != TMUX)
        osc52(data.decode())
        return CopyResult(OSC52, certain=False)

    def _programs(self) -> list[list[str]]:
        """The installed programs that fit the environment, best first."""
        environ = self._environ
        tmux = [[TMUX, "load-buffer", "-w", "-"]] if environ.get("TMUX") else []
        if environ.get("SSH_TTY") or environ.get("SSH_CONNECTION"):
            return self._found(tmux)  # other programs would fill the remote clipboard
        local: list[list[str]] = []
        if environ.get("WAYLAND_DISPLAY"):
            local.append(["wl-copy"])
        if environ.get("DISPLAY"):
            local += [["xclip", "-selection", "clipboard"], ["xsel", "--clipboard", "--input"]]
        local.append(["pbcopy"])
        if environ.get("WSL_DISTRO_NAME") or environ.get("WSL_INTEROP"):
            local.append(["clip.exe"])
        return self._found(local + tmux)

    def _found(self, programs: list[list[str]]) -> list[list[str]]:
        return [argv for argv in programs if self._which(argv[0])]


def _encoded(program: str, data: bytes) -> bytes:
    """The text as the program reads it: Windows takes other bytes for its old code page."""
    if program == "clip.exe" and not data.isascii():
        return data.decode().encode("utf-16-le")
    return data


def _keep(path: Path, data: bytes) -> None:
    try:
        write_private(path, data)
    except OSError:
        return  # the file is only a fallback
