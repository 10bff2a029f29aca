"""`vasttui man`: the manual page."""

from __future__ import annotations

import argparse

from vasttui.cli.options import Commands
from vasttui.cli.output import write_out


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "man",
        help="print the manual page",
        description="Print the manual page, for man: vasttui man > vasttui.1; man ./vasttui.1",
        allow_abbrev=False,
    )
    parser.set_defaults(command="man", run=run)


def run(options: argparse.Namespace) -> int:
    """Print the page."""
    # Start-up: no other command needs it.
    from vasttui.cli.manual import manual

    write_out(manual(options.parser))
    return 0
