"""The market as the dashboard lists it: its columns, prices and choices."""

from __future__ import annotations

import argparse
from typing import NamedTuple

from msgspec import structs

from vasttui.cli.connection import Connection
from vasttui.cli.rows import Values
from vasttui.errors import Rejected
from vasttui.lists.offer_browse import OfferBrowse
from vasttui.models.machine_memory import MachinesKnown
from vasttui.models.price_book import PriceBook
from vasttui.models.search import PricesFor, SearchOptions
from vasttui.query.defaults import prices_for
from vasttui.query.machine_sets import MACHINES
from vasttui.query.parse import parse
from vasttui.services.memory.memory import Memory
from vasttui.services.memory.prices import PriceMemory
from vasttui.state.preferences import Preferences, PreferenceStore
from vasttui.store.machines import TABLES, Loaded, known_from, load
from vasttui.store.memory_file import MemoryUnkept
from vasttui.streams import tell
from vasttui.ui.offers.columns import OfferCells, offers_resource


class OfferList(NamedTuple):
    """An empty list with search options, what JSON has for its columns, what the prices are
    compared with, and the machines that are avoided."""

    browse: OfferBrowse
    values: Values
    book: PriceBook
    avoided: frozenset[int]


async def offer_list(
    options: argparse.Namespace, kept: Preferences, connection: Connection
) -> OfferList:
    """The list for these options."""
    choice = choice_of(options, kept, connection)
    query = parse(options.filter or options.query).query
    loaded, book = await remembered(connection, prices_for(query, choice))
    known = MachinesKnown() if loaded is None else known_from(loaded)
    cells = OfferCells(connection.clock.now)
    has_lists = loaded is not None and loaded.has_lists
    starred, avoided = known.lists if has_lists else (kept.starred, kept.avoided)
    cells.known, cells.starred, cells.avoided = known, starred, avoided
    for name, machines in {**known.sets, "starred": starred, "avoided": avoided}.items():
        MACHINES.set(name, machines)
    browse = OfferBrowse(offers_resource(cells), choice, connection.clock.now, book)
    values: Values = {
        "flags": cells.flag_words,
        "driver": lambda row: row.offer.driver_version,
    }
    return OfferList(browse, values, book, avoided)


async def remembered(connection: Connection, wanted: PricesFor) -> tuple[Loaded | None, PriceBook]:
    """What this computer remembers of machines, and of prices for this; None and nothing where that
    was never kept."""
    paths, book = connection.paths, PriceBook()
    if paths is None or not paths.memory_file.exists():
        return None, book
    memory = Memory(
        paths.memory_file, connection.clock, lambda sentence: tell(f"vasttui: {sentence}"),
        sets_aside=False,
    )  # fmt: skip
    prices = PriceMemory(memory, connection.clock, book, lambda: None)
    prices.compare(wanted)
    try:
        loaded = await memory.do(TABLES, load)
        await prices.read_book()
    except MemoryUnkept as error:
        tell(f"vasttui: {error}")
        return None, book
    finally:
        await memory.aclose()
    return loaded, book


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
    store = PreferenceStore(paths.preferences_file if paths else None, lambda job: None)
    for sentence in store.lost():
        tell(f"vasttui: {sentence}")
    return store.current


def choice_of(
    options: argparse.Namespace, kept: Preferences, connection: Connection
) -> SearchOptions:
    """The search options that were given, else those of the dashboard."""
    choice = kept.choice or connection.settings.market.choice
    given = {name: getattr(options, name) for name in ("disk", "down", "up", "hours")}
    usage = structs.replace(
        choice.usage, **{name: one for name, one in given.items() if one is not None}
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
