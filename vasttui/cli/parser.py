"""The arguments of the command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from vasttui import __version__
from vasttui.cli import dashboard
from vasttui.cli.options import WORLD, add_ascii, add_market, add_source

_EXAMPLES = """\
examples:
  vasttui                               browse the live market; no API key needed
  vasttui --demo                        the same with a simulated market, offline
  vasttui --query 'gpu:4090 n=1'        start with a filter
  vasttui offers 'gpu:4090 n=1' --json  the same without the screen
  vasttui watch 'gpu:4090' --once       wait for an offer
  vasttui ssh train-a -- nvidia-smi     run a command on an instance
  vasttui doctor                        check configuration, key and terminal

exit codes:
"""


_FILTERED = ("offers", "instances", "watch")
"""Commands that take a filter, which may begin with -."""

_SWITCHES = frozenset({"--demo", "--read-only", "--ascii"})
"""With these alone the dashboard is wanted, and nothing is said of other commands."""


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The options. Exits with code 2 and a message if they are invalid."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = dashboard_parser() if _SWITCHES.issuperset(given) else command_parser()
    given, rest = _cut(given)
    options, unknown = parser.parse_known_args(given)
    if unknown:
        where = "; a command goes behind --" if options.command == "ssh" else ""
        options.own.error(f"unrecognized arguments: {' '.join(unknown)}{where}")
    if options.command == "ssh":
        options.remote, rest = rest, []
    elif getattr(options, "exec", None) == []:
        options.exec, rest = rest, []
    elif options.command in _FILTERED and len(rest) == 1 and options.filter is None:
        options.filter, rest = rest[0], []
    if rest:
        options.own.error(f"unrecognized arguments: {' '.join(rest)}")
    if options.command != "simulate" and not options.demo:
        for name in WORLD:
            if getattr(options, name) is not None:
                options.own.error(f"--{name.replace('_', '-')} needs --demo")
    if options.command == "simulate" and (options.demo or options.key_file is not None):
        options.own.error("simulate cannot be combined with --demo or --key-file")
    if options.demo and options.key_file is not None:
        options.own.error("--demo cannot be combined with --key-file")
    return options


def _cut(given: list[str]) -> tuple[list[str], list[str]]:
    """The arguments before and behind the first `--` or `--exec`."""
    at = next((at for at, word in enumerate(given) if word in ("--", "--exec")), len(given))
    kept = given[: at + 1] if given[at : at + 1] == ["--exec"] else given[:at]
    return kept, given[at + 1 :]


def command_parser() -> argparse.ArgumentParser:
    """The parser of the whole command."""
    # Start-up: the dashboard alone needs none of the other commands.
    from vasttui.cli import completion, doctor, instances, man, offers, simulate, ssh, wait, watch
    from vasttui.cli.exit_codes import table

    parser = dashboard_parser()
    parser.epilog = _EXAMPLES + table()
    commands = parser.add_subparsers(title="other commands", metavar="command")
    for one in (offers, instances, ssh, wait, watch, simulate, doctor, completion, man):
        one.add(commands)
    for own in commands.choices.values():
        own.set_defaults(own=own)
    return parser


def dashboard_parser() -> argparse.ArgumentParser:
    """The same without other commands, which is made sooner."""
    parser = argparse.ArgumentParser(
        prog="vasttui",
        description="The terminal dashboard for the Vast.ai GPU marketplace.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.set_defaults(command="dashboard", run=dashboard.run, parser=parser, own=parser)
    parser.add_argument("--version", action="version", version=f"vasttui {__version__}")
    parser.add_argument(
        "--query", default="", metavar="Q", help="start with this filter, e.g. 'gpu:4090 n=1'"
    )
    add_ascii(parser)
    add_source(parser, default=None, demo_default=False)
    add_market(parser, "options for --demo", default=None)
    return parser
