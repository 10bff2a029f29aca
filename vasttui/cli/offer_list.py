"""The market as the dashboard lists it: its columns, prices and choices."""

from __future__ import annotations

import argparse
from dataclasses import replace

from vasttui.cli.connection import Connection
from vasttui.cli.rows import Values
from vasttui.errors import Rejected
from vasttui.lists.offer_browse import OfferBrowse
from vasttui.models.machine_memory import MachinesKnown
from vasttui.models.search import SearchOptions
from vasttui.query.machine_sets import MACHINES
from vasttui.state.preferences import Preferences, PreferenceStore
from vasttui.store.machines import TABLES, known_from, load
from vasttui.store.memory_file import MemoryFile, MemoryUnkept
from vasttui.streams import tell
from vasttui.ui.offers.columns import OfferCells, offers_resource


def offer_list(
    options: argparse.Namespace, kept: Preferences, connection: Connection
) -> tuple[OfferBrowse, Values]:
    """An empty list with these search options, and what JSON has for its columns."""
    cells = OfferCells(connection.clock.now)
    cells.starred, cells.avoided = kept.starred, kept.avoided
    MACHINES.set("starred", kept.starred)
    MACHINES.set("avoided", kept.avoided)
    cells.known = remembered(connection)
    for name, machines in cells.known.sets.items():
        MACHINES.set(name, machines)
    choice = choice_of(options, kept, connection)
    browse = OfferBrowse(offers_resource(cells), choice, connection.clock.now)
    values: Values = {
        "flags": cells.flag_words,
        "driver": lambda row: row.offer.driver_version,
    }
    return browse, values


def remembered(connection: Connection) -> MachinesKnown:
    """What this computer remembers of machines; nothing where that was never kept."""
    paths = connection.paths
    if paths is None or not paths.memory_file.exists():
        return MachinesKnown()
    file = MemoryFile(paths.memory_file, connection.clock.now)
    try:
        return known_from(file.do(TABLES, load))
    except MemoryUnkept as error:
        tell(f"vasttui: {error}")
        return MachinesKnown()
    finally:
        for sentence in file.news():
            tell(f"vasttui: {sentence}")
        file.close()


def preferences(connection: Connection) -> Preferences:
    """What was chosen in the dashboard; nothing is written."""
    paths = connection.paths
    return PreferenceStore(paths.preferences_file if paths else None, lambda job: None).current


def choice_of(
    options: argparse.Namespace, kept: Preferences, connection: Connection
) -> SearchOptions:
    """The search options that were given, else those of the dashboard."""
    choice = kept.choice or connection.settings.market.choice
    usage = replace(
        choice.usage,
        disk=choice.usage.disk if options.disk is None else options.disk,
        hours=choice.usage.hours if options.hours is None else options.hours,
    )
    return SearchOptions(
        rental=options.type or choice.rental, trust=options.hosts or choice.trust, usage=usage
    )


async def gpu_names(connection: Connection) -> tuple[str, ...]:
    """The names of GPUs, by which words of the filter are known for one; none if the key may not
    read them. Raises VastError."""
    try:
        return await connection.client.offers.gpu_names()
    except Rejected:
        return ()
