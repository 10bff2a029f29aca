"""`vasttui offers`: the market without the screen."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from msgspec.structs import replace

from vasttui.cli.exit_codes import DONE, code_of
from vasttui.cli.options import Commands, add_form, add_search, add_source
from vasttui.errors import VastError
from vasttui.streams import tell
from vasttui.words import plural

if TYPE_CHECKING:
    from vasttui.cli.connection import Connection
    from vasttui.lists.offer_browse import OfferBrowse
    from vasttui.models.offer import Offer
    from vasttui.services.market.state import MarketState

_MOST_BLAMED = 3


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "offers",
        help="list offers as a table, CSV or JSON",
        description="List the offers that match a filter, with your all-in price. The filter, the "
        "prices and the defaults are those of the dashboard. How many of how many, and what is "
        "missing, is said on standard error.",
        allow_abbrev=False,
    )
    parser.set_defaults(command="offers", run=run)
    parser.add_argument("filter", nargs="?", metavar="QUERY", help="a filter: 'gpu:4090 n=1'")
    add_search(parser)
    parser.add_argument("--all", action="store_true", help="list machines that you avoid, too")
    add_form(parser)
    add_source(parser)


def run(options: argparse.Namespace) -> int:
    """List the offers."""
    # Start-up: HTTP, validation and what lists are take 200 ms to import.
    from vasttui.cli.connection import with_service

    return with_service(options, lambda connection: _list(options, connection))


async def _list(options: argparse.Namespace, connection: Connection) -> int:
    # Start-up: as above.
    from vasttui.cli.offer_list import offer_list, preferences, tell_of_demo
    from vasttui.cli.rows import print_rows, read_columns, read_filter, read_sort

    kept = preferences(connection)
    browse, values, _, avoided = await offer_list(options, kept, connection)
    if not options.all:
        browse.set_avoided(avoided)
    columns = read_columns(browse.resource, options.columns)
    browse.set_sort(read_sort(browse.resource, options.sort))
    read_filter(browse, options.filter or options.query)
    state = await _search(browse, connection)
    if state.error is not None and not state.rows:
        raise state.error
    browse.set_market(state)
    rows = browse.rows[: options.limit]
    print_rows(options, browse.resource, columns, rows, values)
    tell(_summary(browse, state, len(rows), connection.settings.market.max_pages))
    tell_of_demo(connection)
    if not browse.rows:
        for line in _why_empty(browse, state):
            tell(f"vasttui: {line}")
    if state.error is None:
        return DONE
    tell(f"vasttui: {state.error.sentence}")
    return code_of(state.error)


async def _search(browse: OfferBrowse, connection: Connection) -> MarketState:
    """All offers for this filter, within the allowed rate and the pages of the settings. After an
    error, those that came before it."""
    # Start-up: as above.
    from vasttui.cli.offer_list import gpu_names
    from vasttui.cli.patient_search import PatientSearch
    from vasttui.services.market.budget import SearchBudget
    from vasttui.services.market.state import MarketState
    from vasttui.services.market.walk import Market

    clock = connection.clock
    api = PatientSearch(connection.client.offers, clock=clock, rng=connection.rng, tell=tell)
    market = Market(api, SearchBudget(clock, per_minute=connection.searches_per_minute))
    found: dict[int, Offer] = {}
    state = MarketState(number=1, as_of=clock.monotonic())
    try:
        browse.know_gpu_names(await gpu_names(connection))
        _, query = browse.queries(browse.gpu_names)
        async for news in market.search(query, max_pages=connection.settings.market.max_pages):
            found.update((offer.id, offer) for offer in news.new)
            state = replace(
                state, query=query, pages=news.pages, fetched=news.fetched, bad=news.bad,
                complete=news.complete,
            )  # fmt: skip
    except VastError as error:
        state = replace(state, error=error, complete=False)
    return replace(state, rows=tuple(found.values()))


def _why_empty(browse: OfferBrowse, state: MarketState) -> list[str]:
    """Which rules hide what was fetched."""
    # Start-up: as above.
    from vasttui.cli.watching import NO_OFFER_CAN

    if state.query is not None and state.query.nothing:
        return [f"{NO_OFFER_CAN}: nothing was asked"]
    blames = [one for one in browse.explain().blames if one.seen]
    return [
        f"without {one.rule.label} there would be {plural(one.seen, 'offer')}"
        for one in blames[:_MOST_BLAMED]
    ]


def _summary(browse: OfferBrowse, state: MarketState, printed: int, most: int) -> str:
    """`12 of 214 offers, of 640 fetched in 10 pages; more exist; on-demand, 10 GB for 8 h`."""
    hits = len(browse.rows)
    words = plural(hits, "offer") if printed == hits else f"{printed:,} of {plural(hits, 'offer')}"
    words += f", of {state.fetched:,} fetched in {plural(state.pages, 'page')}"
    if state.error is not None:
        words += "; the rest is missing"
    elif not state.complete:
        more = f"; more exist: max_pages = {most} in the configuration ends the search"
        words += more if state.pages >= most else "; more may exist"
    if browse.list.left_out.count:
        words += f"; {plural(browse.list.left_out.count, 'offer')} of machines you avoid left out"
    if browse.list.unfit_count:
        disk = f"{browse.choice.usage.disk:g} GB"
        words += f"; {plural(browse.list.unfit_count, 'offer')} without {disk} of disk left out"
    if state.bad:
        words += f"; {plural(state.bad, 'offer')} could not be read"
    # Start-up: as above.
    from vasttui.query.defaults import trust_in_force

    usage, trust = browse.choice.usage, trust_in_force(browse.query, browse.choice)
    hosts = "" if trust in (None, "any") else f", {trust} hosts"
    traffic = f", {usage.down:g}↓ {usage.up:g}↑ GB" if usage.down or usage.up else ""
    return (
        f"{words}; {browse.choice.rental}{hosts}, {usage.disk:g} GB{traffic} for {usage.hours:g} h"
    )
