"""The command `vasttui`: its arguments, and what they start.

Only what is needed is imported: `--help` and `doctor` do not load Textual, and the dashboard loads
no HTTP until its first frame is drawn.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

from vasttui import __version__, streams
from vasttui.errors import NetworkError, VastError
from vasttui.startup import hold_garbage

_USAGE_ERROR = 2
_PIPE_CLOSED = 128 + 13
"""As if ended by SIGPIPE: whoever read the output has seen enough."""

_WORLD = (
    "offers", "instances", "volumes", "seed", "search_cap", "second_factor", "team_key",
    "narrow_key", "early_jobs", "machines", "charge_lag", "endpoints", "serverless_load",
)  # fmt: skip
"""Options of a simulated market."""

_EXAMPLES = """\
examples:
  vasttui                               browse the live market; no API key needed
  vasttui --demo                        the same with a simulated market, offline
  vasttui --query 'gpu:4090 n=1'        start with a filter
  vasttui doctor                        check configuration, key and terminal
"""


_VOLUMES, _ENDPOINTS = 3, 2
"""Volumes and serverless endpoints of a simulated account."""

_LOADS = ("day", "steady", "bursts", "growing", "none")
"""How the load of its endpoints may change."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code.

    That is 0, 1 after a crash, 2 for invalid arguments or settings, 128 + n after signal n.
    """
    can_print = streams.prepare()
    try:
        options = parse_arguments(arguments)
        if not can_print and options.command != "dashboard":
            raise VastError("standard output is closed")
        return _commands()[options.command](options)
    except VastError as error:
        streams.tell(f"vasttui: {error}")
        if error.hint:
            streams.tell(f"         {error.hint}")
        return 1 if isinstance(error, NetworkError) else _USAGE_ERROR
    finally:
        streams.settle()


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The options. Exits with code 2 and a message if they are invalid."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command == "dashboard" and not options.demo:
        for name in _WORLD:
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
    parser.set_defaults(command="dashboard")
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
    _add_source(parser, default=None, demo_default=False)
    _add_market(parser, "options for --demo", default=None)
    commands = parser.add_subparsers(title="other commands", metavar="command")
    _add_simulate(commands)
    _add_doctor(commands)
    return parser


def _add_simulate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    simulate = commands.add_parser(
        "simulate",
        help="run a simulated Vast.ai API on this computer",
        description="Run a simulated Vast.ai API on this computer until SIGINT or SIGTERM. "
        "The first line of output is its address.",
        allow_abbrev=False,
    )
    simulate.set_defaults(command="simulate")
    simulate.add_argument(
        "--host", default="127.0.0.1", help="loopback address to listen on (%(default)s)"
    )
    simulate.add_argument(
        "--port",
        type=_number(0, 65535),
        default=0,
        help="port to listen on; 0, the default, picks a free one",
    )
    simulate.add_argument(
        "--live-port",
        type=_number(0, 65535),
        default=0,
        help="port of its serverless router, which the service has at run.vast.ai; 0, the default, "
        "picks a free one",
    )
    simulate.add_argument(
        "--api-key", default="", metavar="KEY", help="accept only this API key (default: any)"
    )
    simulate.add_argument(
        "--rate-limits", action="store_true", help="enforce the documented rate limits"
    )
    simulate.add_argument(
        "--state",
        type=Path,
        metavar="FILE",
        help="save the simulated world to this file and resume from it",
    )
    _add_market(simulate, "simulated market")


def _add_doctor(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    doctor = commands.add_parser(
        "doctor",
        help="check configuration, key and terminal",
        description="Show the configuration, key source, service address, terminal, clipboard "
        "and ssh that vasttui finds. Sends requests only with --service; never shows the key.",
        allow_abbrev=False,
    )
    doctor.set_defaults(command="doctor")
    doctor.add_argument(
        "--print-config",
        action="store_true",
        help="print a configuration file with all settings and their defaults",
    )
    doctor.add_argument(
        "--service",
        action="store_true",
        help="read everything once, slowly, and say what differs from what vasttui expects; "
        "changes nothing",
    )
    doctor.add_argument(
        "--report",
        type=Path,
        metavar="FILE",
        help="with --service: write its report, names and types without values, to this file "
        "(default: service-report.txt in the state folder; none with --demo)",
    )
    _add_source(doctor)


def _add_source(
    parser: argparse.ArgumentParser,
    default: str | None = argparse.SUPPRESS,
    demo_default: bool | str = argparse.SUPPRESS,
) -> None:
    """Where offers come from. A suppressed default keeps options given before the command."""
    parser.add_argument(
        "--key-file",
        type=Path,
        metavar="F",
        default=default,
        help="read the API key from this file",
    )
    parser.add_argument(
        "--demo",
        action="store_true",
        default=demo_default,
        help="use a simulated market: no key, no network, only files that you name are read",
    )


def _add_market(
    parser: argparse.ArgumentParser, title: str, default: str | None = argparse.SUPPRESS
) -> None:
    group = parser.add_argument_group(title)
    for name, least, most, about in (
        ("--offers", 0, 200_000, "number of offers (600)"),
        ("--instances", 0, 10_000, "number of rented instances (4)"),
        ("--volumes", 0, 3, f"number of volumes, at most 3 ({_VOLUMES})"),
        ("--machines", 0, 1_000, "number of machines that the account hosts (0)"),
        ("--endpoints", 0, 2, f"number of serverless endpoints, at most 2 ({_ENDPOINTS})"),
        ("--charge-lag", 0, 172_800, "seconds that charges come late (0)"),
        ("--seed", 0, 2**32, "random seed (1)"),
        ("--search-cap", 1, 200_000, "maximum offers per search answer (64)"),
    ):
        group.add_argument(
            name, type=_number(least, most), metavar="N", default=default, help=about
        )
    group.add_argument(
        "--serverless-load", choices=_LOADS, default=default,
        help="how what is asked of its endpoints changes (day)",
    )  # fmt: skip
    for name, about in (
        ("--second-factor", "an account that only takes the session key of a two-factor login"),
        ("--team-key", "the key of a team, which has no SSH keys"),
        ("--narrow-key", "a key that may only see offers and instances"),
        ("--early-jobs", "scheduled jobs that run an hour before their time"),
    ):
        group.add_argument(name, action="store_true", default=default, help=about)


def _number(least: int, most: int) -> Callable[[str], int]:
    def whole_number(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(
                f"{text!r} is not a whole number from {least} to {most}"
            )
        return int(text)

    return whole_number


def _commands() -> dict[str, Callable[[argparse.Namespace], int]]:
    return {"dashboard": _dashboard, "simulate": _simulate, "doctor": _doctor}


def _dashboard(options: argparse.Namespace) -> int:
    if find_spec("termios") is None:
        raise VastError("vasttui needs Linux or macOS", hint="On Windows, run it in WSL.")
    hold_garbage()
    # Start-up: these take 150 ms to import and no other command needs them.
    from vasttui.run import forget_debug_settings, why_no_screen

    if problem := why_no_screen():
        raise VastError(problem)
    forget_debug_settings()
    # Start-up as above; only now, because Textual reads the environment when imported.
    from vasttui.dashboard import run_dashboard

    return run_dashboard(
        demo=options.demo,
        world=_world_options(options),
        key_file=options.key_file,
        read_only=options.read_only,
        query=options.query,
        ascii_only=options.ascii,
    )


def _simulate(options: argparse.Namespace) -> int:
    # Start-up: asyncio and the simulator take 60 ms to import.
    from vasttui.simulate import run_simulator

    return run_simulator(
        host=options.host,
        port=options.port,
        live_port=options.live_port,
        world=_world_options(options)
        | {name: getattr(options, name) for name in ("api_key", "rate_limits")},
        state=options.state,
        tell=_print,
    )


def _doctor(options: argparse.Namespace) -> int:
    # Start-up: takes 60 ms to import.
    from vasttui.doctor import examine
    from vasttui.services.system.credentials import forget_environment
    from vasttui.settings import default_config
    from vasttui.ui.key_table import ACTIONS

    if options.print_config:
        _print(default_config((one.id, one.keys, one.about) for one in ACTIONS))
        return 0
    if options.service:
        return _check_service(options)
    environ = dict(os.environ)
    forget_environment(os.environ)
    findings = examine(environ, home=Path.home(), demo=options.demo, key_file=options.key_file)
    _print("".join(f"{finding}\n" for finding in findings))
    return _USAGE_ERROR if any(finding.wrong for finding in findings) else 0


def _check_service(options: argparse.Namespace) -> int:
    # Start-up: HTTP and validation take 140 ms to import.
    from vasttui.checkup.run import check_demo, check_live
    from vasttui.endpoint import find_service
    from vasttui.paths import user_paths

    def tell(text: str) -> None:
        _print(text + "\n")

    if options.demo:
        right = check_demo(_world_options(options), tell, options.report)
    else:
        service = find_service(os.environ, Path.home(), options.key_file)
        right = check_live(service, tell, options.report or user_paths().service_report_file)
    return 0 if right else _USAGE_ERROR


def _world_options(options: argparse.Namespace) -> dict[str, object]:
    """The options given for the simulated market, which has some volumes and endpoints unless told
    otherwise, a past, and traffic; the rest keep their defaults."""
    given = {name: value for name in _WORLD if (value := getattr(options, name)) is not None}
    return {
        "volumes": _VOLUMES, "endpoints": _ENDPOINTS, "past": True, "traffic": True, **given,
    }  # fmt: skip


def _print(text: str) -> None:
    """Write to standard output at once. Raises VastError."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        sys.exit(_PIPE_CLOSED)
    except OSError as error:
        raise VastError(f"cannot write to standard output: {error.strerror}") from None
