"""Gives the terminal to ssh and takes it back."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from textual.app import App, SuspendNotSupported

from vasttui.errors import VastError
from vasttui.services.ssh.run import TERMINAL_RESET, run_ssh


def run_here(app: App[Any], argv: Sequence[str]) -> int:
    """Run ssh in this terminal and return its exit code; nothing else happens meanwhile.

    Raises VastError when it cannot be run.
    """
    try:
        with app.suspend():
            try:
                return run_ssh(argv)
            finally:
                sys.stdout.write(TERMINAL_RESET)
                sys.stdout.flush()
    except SuspendNotSupported:
        raise VastError("ssh cannot run in this terminal: copy the command instead.") from None
