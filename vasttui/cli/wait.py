"""`vasttui wait`: waits until an instance is in a state."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from vasttui.cli.exit_codes import DONE, NEVER, TIMED_OUT
from vasttui.cli.options import INSTANCE, Commands, add_source, real_number
from vasttui.streams import tell

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from vasttui.cli.connection import Connection
    from vasttui.models.instance import Instance

_GOALS = ("running", "stopped", "gone", "login")
_GRACE = 1.0
"""Seconds that a last request may take beyond the time."""

_YEAR = 31_536_000


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "wait",
        help="wait until an instance is running, stopped, gone, or takes a login",
        description="Read the instances, as often as the dashboard does, until this one is in the "
        "state. What changes is said on standard error.",
        allow_abbrev=False,
    )
    parser.set_defaults(command="wait", run=run)
    parser.add_argument("called", metavar=INSTANCE, help="which instance")
    parser.add_argument(
        "--state", choices=_GOALS, default="running",
        help="what to wait for (%(default)s); login: it is running, and ssh gets in",
    )  # fmt: skip
    parser.add_argument(
        "--timeout", type=real_number(0, _YEAR), metavar="S", help="wait at most S seconds"
    )
    add_source(parser)


def run(options: argparse.Namespace) -> int:
    """Wait."""
    # Start-up: HTTP and validation take 140 ms to import.
    from vasttui.cli.connection import with_service

    return with_service(options, lambda connection: _wait(options, connection))


async def _wait(options: argparse.Namespace, connection: Connection) -> int:
    # Start-up: as above.
    from asyncio import timeout

    # Start-up: as above.
    from vasttui.services.fleet.reach import Arrival, Wait

    connection.need_key()
    wait = Wait(
        connection.client.instances, options.called, options.state, clock=connection.clock,
        rng=connection.rng, tell=tell, log_in=_login(connection),
    )  # fmt: skip
    most: float | None = options.timeout
    known = ""
    try:
        async with timeout(None if most is None else most + _GRACE):
            arrival = await wait.until(most)
    except TimeoutError:
        arrival, known = Arrival.TIMED_OUT, "known to be "  # it was being looked at
    if arrival is Arrival.TIMED_OUT:
        not_yet = "has no login" if options.state == "login" else f"is not {known}{options.state}"
        tell(f"vasttui: {options.called} {not_yet} after {most:g} s")
    return {Arrival.REACHED: DONE, Arrival.NEVER: NEVER, Arrival.TIMED_OUT: TIMED_OUT}[arrival]


def _login(connection: Connection) -> Callable[[Instance], Awaitable[str]]:
    """Tries to log in, each way there is."""
    # Start-up: as above.
    from vasttui.cli.instances import ways_of
    from vasttui.models.ssh_address import has_ssh, ssh_addresses
    from vasttui.services.fleet.reach import CannotLogIn
    from vasttui.services.ssh.errors import Trouble
    from vasttui.services.ssh.logins import told, try_logins
    from vasttui.services.system.programs import run_program

    ways = ways_of(connection)

    async def log_in(instance: Instance) -> str:
        if connection.paths is None:
            raise CannotLogIn("The demo has nothing to log in to.")
        if not has_ssh(instance):
            raise CannotLogIn(f"{instance.name} was launched without SSH.")
        addresses = ssh_addresses(instance, ways.of(instance.id))
        if not addresses:
            return "the service has sent no address"
        known_hosts = str(connection.paths.config / "known_hosts")
        tries = await try_logins(instance.id, addresses, known_hosts, run_program)
        return "" if tries[-1].login.trouble is Trouble.NONE else told(tries)

    return log_in
