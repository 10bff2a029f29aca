"""`vasttui ssh`: logs in to an instance by its label or id."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from vasttui.cli.exit_codes import NEVER
from vasttui.cli.options import INSTANCE, Commands, add_source
from vasttui.errors import NoLogin, VastError
from vasttui.streams import settle, tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vasttui.cli.connection import Connection


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "ssh",
        help="log in to an instance, or run a command there",
        usage="vasttui ssh [options] LABEL|ID [-- COMMAND ...]",
        description="Log in to a running instance the way that s in the dashboard does. ssh passes "
        "the command behind -- to a shell there. The exit code is that of ssh.",
        allow_abbrev=False,
    )
    parser.set_defaults(command="ssh", run=run, runs=True)
    parser.add_argument("called", metavar=INSTANCE, help="which instance")
    add_source(parser)


def run(options: argparse.Namespace) -> int:
    """Become ssh. Returns only if that cannot be."""
    # Start-up: HTTP and validation take 140 ms to import.
    from vasttui.cli.connection import with_service

    argv: list[str] = []

    async def find(connection: Connection) -> int:
        argv.extend(await _argv(options.called, options.remote, connection))
        return 0

    with_service(options, find)
    if options.demo:
        tell(f"vasttui: the demo has nothing behind {argv[-1]}")
        return NEVER
    settle()
    try:
        os.execvp(argv[0], argv)  # noqa: S606 - no shell here
    except OSError as error:
        raise VastError(f"{argv[0]} cannot be run here: {error.strerror}.") from None


async def _argv(called: str, command: Sequence[str], connection: Connection) -> list[str]:
    """The ssh command. Raises VastError, NoLogin if the instance takes no logins now."""
    # Start-up: as above.
    from vasttui.cli.instances import ways_of
    from vasttui.files import make_folder
    from vasttui.models.connect import ssh_argv
    from vasttui.models.ssh_address import no_address_reason, ssh_addresses
    from vasttui.models.status import Phase, phase_of
    from vasttui.services.fleet.find import find_instance
    from vasttui.services.ssh.run import PATIENCE_OPTIONS

    connection.need_key()
    instance = find_instance(await connection.client.instances.list(), called)
    phase, way = phase_of(instance), ways_of(connection).of(instance.id)
    addresses = ssh_addresses(instance, way) if phase is Phase.RUNNING else ()
    if not addresses:
        raise NoLogin(no_address_reason(instance, phase))
    forwards: Sequence[str] = ()
    known_hosts = "/dev/null"
    if connection.paths is not None:
        make_folder(connection.paths.config)  # ssh keeps host keys there, and makes no folder
        known_hosts = str(connection.paths.config / "known_hosts")
        forwards = connection.settings.ssh.forwards.split() if not command else ()
    argv = ssh_argv(instance.id, addresses[0], known_hosts, forwards)
    return [argv[0], *PATIENCE_OPTIONS, *argv[1:], *command]
