"""`vasttui instances`: the account's instances without the screen."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import structs
from msgspec.structs import replace

from vasttui.cli.exit_codes import DONE
from vasttui.cli.options import Commands, add_form, add_source
from vasttui.streams import tell
from vasttui.words import plural

if TYPE_CHECKING:
    from vasttui.cli.connection import Connection
    from vasttui.lists.resource import Resource
    from vasttui.models.ssh_address import SshAddress
    from vasttui.services.fleet.snapshot import Fleet, FleetRow
    from vasttui.state.ssh_ways import SshWays
    from vasttui.ui.instances.columns import InstanceCells

    _Read = Callable[[FleetRow], object]

_SHOWN = (
    "state", "label", "id", "gpu", "util", "price", "spent", "age", "ends", "ssh", "note",
)  # fmt: skip


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "instances",
        help="list your instances as a table, CSV or JSON",
        description="List your instances: state, $/h billed now, and how to log in. When they were "
        "read is said on standard error, and in JSON as read_at.",
        allow_abbrev=False,
    )
    parser.set_defaults(command="instances", run=run)
    parser.add_argument("filter", nargs="?", metavar="QUERY", help="a filter: 'state:running'")
    add_form(parser)
    add_source(parser)


def run(options: argparse.Namespace) -> int:
    """List the instances."""
    # Start-up: HTTP, validation and what lists are take 200 ms to import.
    from vasttui.cli.connection import with_service

    return with_service(options, lambda connection: _list(options, connection))


async def _list(options: argparse.Namespace, connection: Connection) -> int:
    # Start-up: as above.
    from vasttui.cli.rows import print_rows, read_columns, read_filter, read_sort
    from vasttui.lists.browse import Browse
    from vasttui.ui.instances.columns import InstanceCells

    connection.need_key()
    now = connection.clock.now
    cells = InstanceCells(now)
    resource = _resource(cells, ways_of(connection), now)
    browse = Browse(resource, now)
    columns = read_columns(resource, options.columns)
    browse.set_sort(read_sort(resource, options.sort))
    read_filter(browse, options.filter or options.query)
    fleet = await read_fleet(connection)
    browse.list.set_rows(fleet.rows)
    rows = browse.rows[: options.limit]
    print_rows(options, resource, columns, rows, _values(resource, fleet, now()))
    tell(_summary(browse.counts(), fleet, len(rows) if len(rows) < len(browse.rows) else None))
    return DONE


def _resource(cells: InstanceCells, ways: SshWays, now: Callable[[], float]) -> Resource[FleetRow]:
    """The list of the dashboard, with states in words, and the command that logs in."""
    # Start-up: as above.
    from vasttui.lists.columns import Cell, Column
    from vasttui.models.connect import ssh_command
    from vasttui.ui.instances.columns import instances_resource, state_words

    def state(row: FleetRow) -> Cell:
        return state_words(row, now()).removeprefix(row.phase.traits.glyph).strip(), ""

    def ssh(row: FleetRow) -> Cell:
        found = addresses_of(row, ways)
        return ssh_command(found[0]) if found else "-", ""

    whole = instances_resource(cells)
    own: dict[str, dict[str, Any]] = {
        "state": {"cell": state}, "id": {"rank": 1}, "label": {"rank": 1}, "gpu": {"rank": 2},
    }  # fmt: skip
    columns = [structs.replace(one, **own.get(one.key, {})) for one in whole.columns]
    more: list[Column[FleetRow]] = [
        Column("ssh", "SSH", 30, ssh, "the command that logs in", 3, left=True),
        Column("read_at", "Read", 8, lambda row: ("", ""), "when this was read", 70),
    ]
    return replace(whole, columns=[*columns, *more], shown=_SHOWN)


def _values(resource: Resource[FleetRow], fleet: Fleet, now: float) -> Mapping[str, _Read]:
    """What JSON has for columns that are ordered by something else than they show."""

    def age(row: FleetRow) -> float | None:
        start = row.instance.start_date
        return None if start is None else now - start

    def ssh(row: FleetRow) -> str | None:
        words = resource.by_key["ssh"].cell(row)[0]
        return None if words == "-" else words

    return {
        "state": lambda row: row.phase.value,
        "label": lambda row: row.instance.label,
        "note": lambda row: resource.by_key["note"].cell(row)[0],
        "type": lambda row: resource.by_key["type"].cell(row)[0],
        "driver": lambda row: row.instance.driver_version,
        "age": age,
        "ssh": ssh,
        "read_at": lambda row: fleet.as_of_wall,
    }


def addresses_of(row: FleetRow, ways: SshWays) -> tuple[SshAddress, ...]:
    """Where it takes logins now, best first, as the dashboard would try them."""
    # Start-up: as above.
    from vasttui.models.ssh_address import ssh_addresses
    from vasttui.models.status import Phase

    return ssh_addresses(row.instance, ways.of(row.id)) if row.phase is Phase.RUNNING else ()


def ways_of(connection: Connection) -> SshWays:
    """What the dashboard learnt about logging in; nothing is written."""
    # Start-up: as above.
    from vasttui.state.ssh_ways import SshWays

    paths = connection.paths
    ways = SshWays(paths.ssh_ways_file if paths else None, lambda job: None)
    ways.load()
    return ways


async def read_fleet(connection: Connection) -> Fleet:
    """The instances as they are now, with what the dashboard knows of their past."""
    # Start-up: as above.
    from vasttui.services.fleet.store import FleetStore
    from vasttui.state.phase_memory import PhaseFile

    paths, clock = connection.paths, connection.clock
    phases = PhaseFile(paths.phases_file if paths else None, lambda job: None)
    store = FleetStore(lambda fleet: None, clock, phases)
    started = clock.monotonic()
    await store.fetched(await connection.client.instances.list(), started)
    return store.fleet


def _summary(counts: str, fleet: Fleet, printed: int | None) -> str:
    """`4 instances: 1 running, 3 stopped; read at 14:05:50`."""
    words = counts if printed is None else f"{printed} printed of {counts}"
    words += f"; read at {time.strftime('%H:%M:%S', time.localtime(fleet.as_of_wall))}"
    if fleet.bad:
        words += f"; {plural(fleet.bad, 'instance')} could not be read"
    return words
