"""How the process exits: exit code and restored terminal, each in its own pty."""

from __future__ import annotations

import asyncio
import os
import pty
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from tests.support.terminal import Terminal, vasttui
from vasttui.run import draw_soon, forget_debug_settings, run_app, why_no_screen

PROGRAM = """
import sys
from textual.app import App
from textual.widgets import Static
from vasttui.run import run_app
from vasttui.ui.crash import CrashSafe

class Small(CrashSafe, App[None]):
    def compose(self):
        yield Static("ready")

    def on_key(self, event):
        if event.key == "x":
            self.exit(return_code=7)
        if event.key == "f":
            raise ValueError("fault")
        if event.key == "b":
            self.query_one(Static).update("blocking")
            self.call_after_refresh(self.block)

    def block(self):
        while True:
            pass

sys.exit(run_app(Small()))
"""
ARGV = [sys.executable, "-c", textwrap.dedent(PROGRAM)]
LEFT_ALT_SCREEN = b"\x1b[?1049l"


def _assert_restored(terminal: Terminal) -> None:
    assert terminal.modes == terminal.modes_before
    assert LEFT_ALT_SCREEN in terminal.output
    for mode in (b"1000", b"1003", b"2004", b"1004"):
        off = terminal.output.rfind(b"\x1b[?" + mode + b"l")
        assert off > terminal.output.rfind(b"\x1b[?" + mode + b"h")


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)]
)
def test_a_signal_ends_it_in_order(number: signal.Signals, code: int) -> None:
    with Terminal(ARGV) as terminal:
        terminal.wait_for("ready")
        terminal.process.send_signal(number)
        assert terminal.finish(seconds=3) == code
        _assert_restored(terminal)


@pytest.mark.e2e
def test_a_signal_ends_the_dashboard_in_order(tmp_path: Path) -> None:
    with Terminal(vasttui("--demo"), home=tmp_path) as terminal:
        terminal.wait_for("RTX")
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.finish(seconds=3) == 143
        _assert_restored(terminal)


def test_a_signal_ends_a_program_whose_loop_is_stuck() -> None:
    with Terminal(ARGV) as terminal:
        terminal.wait_for("ready")
        terminal.send("b")
        terminal.wait_for("blocking")
        terminal.settle()
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.finish(seconds=5) == 143
        _assert_restored(terminal)


@pytest.mark.parametrize(("key", "code"), [("x", 7), ("f", 1), ("ctrl+q", 0)])
def test_the_exit_code_is_the_applications(key: str, code: int) -> None:
    with Terminal(ARGV) as terminal:
        terminal.wait_for("ready")
        terminal.send(key)
        assert terminal.finish() == code
        _assert_restored(terminal)


def test_closing_the_terminal_window_ends_it() -> None:
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", f"import os; os.setsid(); os.open({os.ttyname(slave)!r}, 2)\n"
         + textwrap.dedent(PROGRAM)],
        stdin=slave, stdout=slave, stderr=slave,
    )  # fmt: skip
    os.close(slave)
    seen = b""
    while b"ready" not in seen:
        seen += os.read(master, 65536)
    os.close(master)
    assert process.wait(timeout=5) == 129


class Eager:
    """An application that asks for eager tasks, as Textual does where Python has them."""

    return_code = 5

    def __init__(self) -> None:
        self.order: list[str] = []

    async def run_async(self) -> None:
        factory: Any = getattr(asyncio, "eager_task_factory", None)
        asyncio.get_running_loop().set_task_factory(factory)
        task = asyncio.create_task(self.work("task"))
        self.order.append("starter")
        await task

    async def work(self, name: str) -> None:
        self.order.append(name)

    def exit(self, result: None = None, return_code: int = 0) -> None:
        """Never called here."""


def test_tasks_start_in_the_same_order_on_every_python() -> None:
    app = Eager()
    assert run_app(app) == 5
    assert app.order == ["starter", "task"]


@pytest.mark.parametrize("name", ["TEXTUAL", "TEXTUAL_LOG", "TEXTUAL_DEBUG"])
def test_debug_settings_of_the_environment_are_dropped(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "x")
    forget_debug_settings()
    assert name not in os.environ


def test_changes_are_drawn_soon_unless_the_user_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TEXTUAL_FPS", "30")
    draw_soon()
    assert os.environ["TEXTUAL_FPS"] == "30"
    monkeypatch.delenv("TEXTUAL_FPS")
    draw_soon()
    script = "from textual.screen import UPDATE_PERIOD as seconds; print(seconds < 0.01)"
    assert subprocess.check_output([sys.executable, "-c", script], text=True) == "True\n"


def test_what_is_no_terminal_is_told_apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    master, slave = pty.openpty()
    with open(slave, "w") as terminal, open(tmp_path / "file", "w") as file:
        for stream in ("stdin", "stdout", "stderr"):
            monkeypatch.setattr(sys, stream, terminal)
        monkeypatch.setenv("TERM", "xterm")
        assert why_no_screen() == ""
        monkeypatch.setenv("TERM", "dumb")
        assert "TERM=dumb" in why_no_screen()
        monkeypatch.setattr(sys, "stdout", file)
        assert "redirected" in why_no_screen()
    os.close(master)
