"""Runs the command.

Only what is needed is imported: `--help` and `doctor` do not load Textual, and the dashboard loads
no HTTP until its first frame is drawn.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from vasttui import streams
from vasttui.cli.exit_codes import USAGE
from vasttui.cli.parser import parse_arguments
from vasttui.errors import NetworkError, VastError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code.

    That is 0, 1 after a crash, 2 for invalid arguments or settings, 128 + n after signal n.
    """
    can_print = streams.prepare()
    try:
        options = parse_arguments(arguments)
        if not can_print and options.command != "dashboard":
            raise VastError("standard output is closed")
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    except VastError as error:
        streams.tell(f"vasttui: {error}")
        if error.hint:
            streams.tell(f"         {error.hint}")
        return 1 if isinstance(error, NetworkError) else USAGE
    finally:
        streams.settle()
