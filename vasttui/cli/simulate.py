"""`vasttui simulate`: a simulated service."""

from __future__ import annotations

import argparse
from pathlib import Path

from vasttui.cli.options import Commands, add_market, number, world_options
from vasttui.cli.output import write_out


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    simulate = commands.add_parser(
        "simulate",
        help="run a simulated Vast.ai API on this computer",
        description="Run a simulated Vast.ai API on this computer until SIGINT or SIGTERM. "
        "The first line of output is its address.",
        allow_abbrev=False,
    )
    simulate.set_defaults(command="simulate", run=run)
    simulate.add_argument(
        "--host", default="127.0.0.1", help="loopback address to listen on (%(default)s)"
    )
    simulate.add_argument(
        "--port",
        type=number(0, 65535),
        default=0,
        help="port to listen on; 0, the default, picks a free one",
    )
    simulate.add_argument(
        "--live-port",
        type=number(0, 65535),
        metavar="PORT",
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
    add_market(simulate, "simulated market")


def run(options: argparse.Namespace) -> int:
    """Serve until a signal."""
    # Start-up: asyncio and the simulator take 60 ms to import.
    from vasttui.simulate import run_simulator

    return run_simulator(
        host=options.host,
        port=options.port,
        live_port=options.live_port,
        world=world_options(options)
        | {name: getattr(options, name) for name in ("api_key", "rate_limits")},
        state=options.state,
        tell=write_out,
    )
