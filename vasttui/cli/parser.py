"""The arguments of the command."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from vasttui import __version__
from vasttui.cli import dashboard, doctor, simulate
from vasttui.cli.options import WORLD, add_market, add_source

_EXAMPLES = """\
examples:
  vasttui                               browse the live market; no API key needed
  vasttui --demo                        the same with a simulated market, offline
  vasttui --query 'gpu:4090 n=1'        start with a filter
  vasttui doctor                        check configuration, key and terminal
"""


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The options. Exits with code 2 and a message if they are invalid."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command == "dashboard" and not options.demo:
        for name in WORLD:
            if getattr(options, name) is not None:
                parser.error(f"--{name.replace('_', '-')} needs --demo")
    if options.command == "simulate" and (options.demo or options.key_file is not None):
        parser.error("simulate cannot be combined with --demo or --key-file")
    if options.demo and options.key_file is not None:
        parser.error("--demo cannot be combined with --key-file")
    return options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="vasttui",
        description="The terminal dashboard for the Vast.ai GPU marketplace.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.set_defaults(command="dashboard", run=dashboard.run)
    parser.add_argument("--version", action="version", version=f"vasttui {__version__}")
    parser.add_argument(
        "--query", default="", metavar="Q", help="start with this filter, e.g. 'gpu:4090 n=1'"
    )
    parser.add_argument(
        "--read-only", action="store_true", help="block every request that would change something"
    )
    parser.add_argument(
        "--ascii", action="store_true", help="draw signs, lines and bars in ASCII only"
    )
    add_source(parser, default=None, demo_default=False)
    add_market(parser, "options for --demo", default=None)
    commands = parser.add_subparsers(title="other commands", metavar="command")
    simulate.add(commands)
    doctor.add(commands)
    return parser
