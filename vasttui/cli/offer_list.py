"""The market as the dashboard lists it: its columns, prices and choices."""

from __future__ import annotations

import argparse
from dataclasses import replace

from vasttui.cli.connection import Connection
from vasttui.cli.rows import Values
from vasttui.errors import Rejected
from vasttui.lists.offer_browse import OfferBrowse
from vasttui.models.machine_memory import MachinesKnown
from vasttui.models.price_book import PriceBook
from vasttui.models.search import SearchOptions
from vasttui.query.machine_sets import MACHINES
from vasttui.services.memory.memory import Memory
from vasttui.services.memory.prices import PriceMemory
from vasttui.state.preferences import Preferences, PreferenceStore
from vasttui.store.machines import TABLES, known_from, load
from vasttui.store.memory_file import MemoryUnkept
from vasttui.streams import tell
from vasttui.ui.offers.columns import OfferCells, offers_resource


async def offer_list(
    options: argparse.Namespace, kept: Preferences, connection: Connection
) -> tuple[OfferBrowse, Values, PriceBook]:
    """An empty list with these search options, what JSON has for its columns, and what the prices
    are compared with."""
    choice = choice_of(options, kept, connection)
    known, book = await remembered(connection, choice)
    cells = OfferCells(connection.clock.now)
    cells.known, cells.starred, cells.avoided = known, kept.starred, kept.avoided
    for name, machines in {
        **known.sets, "starred": kept.starred, "avoided": kept.avoided,
    }.items():  # fmt: skip
        MACHINES.set(name, machines)
    browse = OfferBrowse(offers_resource(cells), choice, connection.clock.now, book)
    values: Values = {
        "flags": cells.flag_words,
        "driver": lambda row: row.offer.driver_version,
    }
    return browse, values, book


async def remembered(
    connection: Connection, choice: SearchOptions
) -> tuple[MachinesKnown, PriceBook]:
    """What this computer remembers of machines, and of prices for these search options; nothing
    where that was never kept."""
    paths, book = connection.paths, PriceBook()
    if paths is None or not paths.memory_file.exists():
        return MachinesKnown(), book
    memory = Memory(
        paths.memory_file, connection.clock, lambda sentence: tell(f"vasttui: {sentence}")
    )
    prices = PriceMemory(memory, connection.clock, book, lambda: None)
    prices.compare(choice.rental, choice.usage)
    try:
        known = known_from(await memory.do(TABLES, load))
        await prices.read_book()
    except MemoryUnkept as error:
        tell(f"vasttui: {error}")
        return MachinesKnown(), book
    finally:
        await memory.aclose()
    return known, book


def tell_of_demo(connection: Connection) -> None:
    """Say what the demo has not, unlike its dashboard."""
    if connection.demo:
        tell(
            "vasttui: unlike its dashboard, the demo remembers nothing here: cheap is unknown, and "
            "no machine is mine, failed or starred"
        )


def preferences(connection: Connection) -> Preferences:
    """What was chosen in the dashboard; nothing is written."""
    paths = connection.paths
    return PreferenceStore(paths.preferences_file if paths else None, lambda job: None).current


def choice_of(
    options: argparse.Namespace, kept: Preferences, connection: Connection
) -> SearchOptions:
    """The search options that were given, else those of the dashboard."""
    choice = kept.choice or connection.settings.market.choice
    given = {name: getattr(options, name) for name in ("disk", "down", "up", "hours")}
    usage = replace(choice.usage, **{name: one for name, one in given.items() if one is not None})
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
