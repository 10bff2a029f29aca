"""Writes results to standard output."""

from __future__ import annotations

import sys

from vasttui.cli.exit_codes import PIPE_CLOSED
from vasttui.errors import VastError


def write_out(text: str) -> None:
    """Write to standard output at once. Raises VastError; ends the program where nobody reads."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        sys.exit(PIPE_CLOSED)
    except OSError as error:
        raise VastError(f"cannot write to standard output: {error.strerror}") from None
