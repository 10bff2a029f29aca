from __future__ import annotations

import asyncio
import os
import stat
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from vasttui.errors import VastError
from vasttui.services.system import clipboard
from vasttui.services.system.clipboard import LARGEST, Clipboard, run_program

ALL = ("wl-copy", "xclip", "xsel", "pbcopy", "clip.exe", "tmux")
DESKTOP = {"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}


class Computer:
    """Programs that work or not, and a terminal; records what each received."""

    def __init__(self, *installed: str, broken: Sequence[str] = ()) -> None:
        self.installed = installed
        self.broken = broken
        self.calls: list[tuple[Sequence[str], bytes]] = []
        self.terminal: list[str] = []

    def which(self, name: str) -> str | None:
        return f"/usr/bin/{name}" if name in self.installed else None

    async def run(self, argv: Sequence[str], data: bytes) -> bool:
        self.calls.append((argv, data))
        return argv[0] not in self.broken

    def clipboard(self, last_copy: Path | None = None, /, **environ: str) -> Clipboard:
        return Clipboard(environ, which=self.which, run=self.run, last_copy=last_copy)


@pytest.mark.parametrize(
    ("environ", "installed", "route"),
    [
        (DESKTOP, ALL, "wl-copy"),
        ({"DISPLAY": ":0"}, ALL, "xclip"),
        ({"DISPLAY": ":0"}, ("xsel", "tmux"), "xsel"),
        ({}, ("pbcopy", "tmux"), "pbcopy"),
        ({"WSL_DISTRO_NAME": "Debian"}, ("clip.exe",), "clip.exe"),
        ({"WSL_INTEROP": "/run/WSL/8_interop"}, ("clip.exe",), "clip.exe"),
        ({"TMUX": "/tmp/tmux-0/default,1,0"}, ("tmux",), "tmux"),
        ({}, ("wl-copy", "xclip", "xsel", "clip.exe", "tmux"), "OSC 52"),
        (DESKTOP, (), "OSC 52"),
        ({**DESKTOP, "SSH_TTY": "/dev/pts/1"}, ALL, "OSC 52"),
        ({**DESKTOP, "SSH_CONNECTION": "::1 1 ::1 22"}, ALL, "OSC 52"),
        ({**DESKTOP, "SSH_TTY": "/dev/pts/1", "TMUX": "/tmp/t"}, ALL, "tmux"),
    ],
)
async def test_the_best_way_is_taken(
    environ: dict[str, str], installed: Sequence[str], route: str
) -> None:
    computer = Computer(*installed)
    board = computer.clipboard(**environ)
    result = await board.copy("text", computer.terminal.append)
    assert (board.route, result.route) == (route, route)
    assert computer.terminal == (["text"] if route == "OSC 52" else [])


async def test_a_way_that_fails_gives_way_to_the_next() -> None:
    computer = Computer(*ALL, broken=("wl-copy", "xclip"))
    result = await computer.clipboard(**DESKTOP).copy("text", computer.terminal.append)
    assert [argv[0] for argv, _ in computer.calls] == ["wl-copy", "xclip", "xsel"]
    assert (result.route, result.sentence) == ("xsel", "Copied with xsel")
    assert computer.terminal == []


async def test_at_last_the_terminal_is_told_and_nothing_promised() -> None:
    computer = Computer(*ALL, broken=ALL)
    board = computer.clipboard(TMUX="/tmp/t", **DESKTOP)
    result = await board.copy("text", computer.terminal.append)
    assert [argv[0] for argv, _ in computer.calls] == ["wl-copy", "xclip", "xsel", "pbcopy", "tmux"]
    assert computer.terminal == ["text"]
    assert not result.certain
    assert "if nothing arrives, select it with Shift held" in result.sentence


async def test_tmux_is_asked_to_hand_the_text_on() -> None:
    computer = Computer("tmux")
    result = await computer.clipboard(TMUX="/tmp/t").copy("text", computer.terminal.append)
    assert computer.calls == [(["tmux", "load-buffer", "-w", "-"], b"text")]
    assert not result.certain
    assert "tmux" in result.sentence


async def test_the_text_is_input_and_never_an_argument() -> None:
    computer = Computer("xclip")
    text = "-rf $(id) 'é'"
    await computer.clipboard(DISPLAY=":0").copy(text, computer.terminal.append)
    assert computer.calls == [(["xclip", "-selection", "clipboard"], text.encode())]


@pytest.mark.parametrize(
    ("text", "given"), [("RTX 4090", b"RTX 4090"), ("é", "é".encode("utf-16-le"))]
)
async def test_windows_gets_text_as_it_reads_it(text: str, given: bytes) -> None:
    computer = Computer("clip.exe")
    await computer.clipboard(WSL_DISTRO_NAME="Debian").copy(text, computer.terminal.append)
    assert computer.calls == [(["clip.exe"], given)]


async def test_broken_characters_are_replaced(tmp_path: Path) -> None:
    computer = Computer()
    last_copy = tmp_path / "last-copy.txt"
    await computer.clipboard(last_copy).copy("a\ud800b", computer.terminal.append)
    assert computer.terminal == ["a?b"]
    assert last_copy.read_text() == "a?b"
    await computer.clipboard(last_copy).copy("token", computer.terminal.append, secret=True)
    assert last_copy.read_text() == "a?b"


@pytest.mark.parametrize("text", ["", "x" * (LARGEST + 1), "é" * (LARGEST // 2 + 1)])
async def test_nothing_and_too_much_are_refused(text: str, tmp_path: Path) -> None:
    computer = Computer(*ALL)
    last_copy = tmp_path / "last-copy.txt"
    with pytest.raises(VastError):
        await computer.clipboard(last_copy, **DESKTOP).copy(text, computer.terminal.append)
    assert (computer.calls, computer.terminal, last_copy.exists()) == ([], [], False)


async def test_the_largest_text_is_copied() -> None:
    computer = Computer()
    await computer.clipboard().copy("x" * LARGEST, computer.terminal.append)
    assert computer.terminal == ["x" * LARGEST]


async def test_the_last_text_is_kept_for_its_owner(tmp_path: Path) -> None:
    computer, last_copy = Computer(), tmp_path / "state" / "last-copy.txt"
    for text in ("first", "second"):
        await computer.clipboard(last_copy).copy(text, computer.terminal.append)
    assert last_copy.read_text() == "second"
    assert stat.S_IMODE(last_copy.stat().st_mode) == 0o600


async def test_a_file_that_cannot_be_written_stops_no_copy(tmp_path: Path) -> None:
    computer = Computer()
    (tmp_path / "state").write_text("")
    board = computer.clipboard(tmp_path / "state" / "last-copy.txt")
    await board.copy("text", computer.terminal.append)
    assert computer.terminal == ["text"]


async def test_a_program_reads_its_input(tmp_path: Path) -> None:
    copied = tmp_path / "copied"
    script = f"import sys; open({str(copied)!r}, 'wb').write(sys.stdin.buffer.read())"
    assert await run_program([sys.executable, "-c", script], b"some text")
    assert copied.read_bytes() == b"some text"


async def test_a_program_that_fails_or_is_missing_is_no_success(tmp_path: Path) -> None:
    assert not await run_program([sys.executable, "-c", "raise SystemExit(1)"], b"x")
    assert not await run_program([str(tmp_path / "missing")], b"x")


async def test_a_program_that_reads_nothing_still_counts_by_its_end() -> None:
    assert await run_program([sys.executable, "-c", "pass"], b"x" * LARGEST)


class Hanging:
    """A program that reports its process id and then waits forever."""

    def __init__(self, folder: Path) -> None:
        self._pid = folder / "pid"
        os.mkfifo(self._pid)
        script = f"import os, signal; open({str(self._pid)!r}, 'w').write(str(os.getpid()))"
        self.argv = [sys.executable, "-c", f"{script}; signal.pause()"]

    async def started(self) -> int:
        """Its process id, once it is running."""
        return int(await asyncio.to_thread(self._pid.read_text))


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_a_program_that_hangs_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clipboard, "SECONDS", 0.05)
    program = Hanging(tmp_path)
    # at the latest, the pipe that nobody reads blocks it
    assert not await run_program(program.argv, b"x")


async def test_a_copy_that_is_given_up_leaves_no_program_behind(tmp_path: Path) -> None:
    program = Hanging(tmp_path)
    copying = asyncio.create_task(run_program(program.argv, b"x"))
    pid = await program.started()
    assert is_running(pid)
    copying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await copying
    assert not is_running(pid)
