"""The real program crashes with a key in memory."""

from __future__ import annotations

import stat
import sys
import textwrap
from pathlib import Path

import pytest

from tests.support.terminal import Terminal

KEY = "0123456789abcdef0123456789abcdef"
PROGRAM = """
import sys
from vasttui.cli import main
from vasttui.ui.offers.screen import OffersScreen

def faulty(self):
    secret = "KEY"
    raise ValueError(f"header Bearer {secret}")

OffersScreen.on_mount = faulty
sys.exit(main(ARGUMENTS))
"""


@pytest.mark.e2e
@pytest.mark.parametrize("demo", [False, True])
def test_it_ends_with_one_sentence_a_private_report_and_code_one(
    demo: bool, tmp_path: Path
) -> None:
    home, temporary = tmp_path / "home", tmp_path / "tmp"
    home.mkdir()
    temporary.mkdir()
    state = home / ".local" / "state" / "vasttui"
    if not demo:
        state.mkdir(parents=True)
        (state / "preferences.json").write_text("[{")
    arguments = ["--demo"] if demo else []
    program = textwrap.dedent(PROGRAM).replace("KEY", KEY).replace("ARGUMENTS", repr(arguments))
    environ = {"VAST_API_KEY": KEY, "VAST_URL": "http://127.0.0.1:9", "TMPDIR": str(temporary)}
    argv = [sys.executable, "-c", program]
    with Terminal(argv, home=home, env=environ, columns=200) as terminal:
        assert terminal.finish() == 1
        assert terminal.modes == terminal.modes_before
        assert "vasttui crashed (ValueError). Report: " in terminal.text
        assert KEY.encode() not in terminal.output
        assert b"Traceback" not in terminal.output
    [report] = temporary.iterdir() if demo else [state / "crash.txt"]
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    assert "faulty" in report.read_text()
    assert not any(KEY in path.read_text() for path in (*home.rglob("*"), report) if path.is_file())
    said = "Your preferences could not be read"
    assert demo or said in (state / "vasttui.log").read_text()  # it is read before all else
    assert not demo or list(home.iterdir()) == []
