"""Gives the terminal to another program and takes it back."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from textual.app import App, SuspendNotSupported

from vasttui.errors import VastError

SSH_FAILED = 255
"""What ssh returns when it could not log in; anything else comes from the other side."""

_RESET = "\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[?1049l\x1b[0m\x1b[?25h"
"""Mouse and paste reports off, main screen, cursor on: what a remote program may have left."""


def run_here(app: App[Any], argv: Sequence[str]) -> int:
    """Run a program in this terminal, without a shell, and return its exit code.

    Nothing else happens meanwhile. Raises VastError when it cannot be run.
    """
    if shutil.which(argv[0]) is None:
        raise VastError(f"{argv[0]} is not installed here: copy the command instead.")
    try:
        with app.suspend():
            code = subprocess.call(list(argv))
            sys.stdout.write(_RESET)
            sys.stdout.flush()
    except SuspendNotSupported:
        raise VastError("This terminal cannot be handed over: copy the command instead.") from None
    except OSError as error:
        raise VastError(f"{argv[0]} could not be run: {error.strerror}.") from None
    return code
