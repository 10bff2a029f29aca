"""Runs the command.

Only what is needed is imported: `--help` and `doctor` do not load Textual, and the dashboard loads
no HTTP until its first frame is drawn.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from vasttui import streams
from vasttui.cli import dashboard
from vasttui.cli.exit_codes import INTERRUPTED, code_of
from vasttui.errors import VastError

if TYPE_CHECKING:
    import argparse

_SILENT = ("dashboard", "ssh", "wait")
"""Commands that print nothing on standard output."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code, see `EXIT_CODES`."""
    can_print = streams.prepare()
    try:
        given = sys.argv[1:] if arguments is None else arguments
        if not given:
            return dashboard.show()
        # Start-up: most starts are without arguments, and reading them takes 8 ms.
        from vasttui.cli.parser import parse_arguments

        options = parse_arguments(given)
        if not can_print and options.command not in _SILENT:
            raise VastError("standard output is closed")
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    except VastError as error:
        streams.tell(f"vasttui: {error}")
        if error.hint:
            streams.tell(textwrap.indent(error.hint, " " * len("vasttui: ")))
        return code_of(error)
    except KeyboardInterrupt:
        return INTERRUPTED
    finally:
        streams.settle()
