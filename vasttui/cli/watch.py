"""`vasttui watch`: looks at the market again and again, and prints what matches."""

from __future__ import annotations

import argparse
import shutil
from typing import TYPE_CHECKING

from vasttui.cli.options import Commands, add_search, add_source, real_number
from vasttui.cli.output import write_out
from vasttui.errors import VastError
from vasttui.streams import tell

if TYPE_CHECKING:
    from vasttui.cli.connection import Connection
    from vasttui.models.money import PricedOffer

_SHORTEST, _LONGEST, _USUAL = 6.0, 86_400, 60.0
"""Seconds between two looks: ten searches a minute are allowed."""

_DEAREST, _YEAR = 10_000, 31_536_000
_STDERR = 2


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "watch",
        help="watch the market, and print or act on what matches",
        usage="vasttui watch [options] [QUERY] [--exec COMMAND ...]",
        description="Look at the cheapest offers for a filter again and again. Each offer that "
        "matches is printed once, and again when it gets cheaper: one line of JSON, as in vasttui "
        "offers --json. A broken network is outlasted; why it ended is the exit code.",
        allow_abbrev=False,
    )
    parser.set_defaults(command="watch", run=run)
    parser.add_argument("filter", metavar="QUERY", nargs="?", help="a filter: 'gpu:4090 n=1'")
    parser.add_argument(
        "--max-price", type=real_number(0, _DEAREST), metavar="P",
        help="only offers of at most P $/h, all-in",
    )  # fmt: skip
    parser.add_argument(
        "--once", action="store_true", help="end with the first match, the cheapest"
    )
    parser.add_argument(
        "--every", type=real_number(_SHORTEST, _LONGEST), metavar="S", default=_USUAL,
        help="seconds between two looks (%(default)g)",
    )  # fmt: skip
    parser.add_argument(
        "--timeout", type=real_number(0, _YEAR), metavar="S", help="end after S seconds"
    )
    parser.add_argument(
        "--exec", nargs=argparse.REMAINDER, metavar="COMMAND",
        help="run this, all that follows (or one quoted text), for each line: not in a shell, with "
        "VASTTUI_OFFER_ID, VASTTUI_PRICE, VASTTUI_GPU and more in its environment; {id} is the "
        "offer's id",
    )  # fmt: skip
    parser.add_argument(
        "--exec-timeout", type=real_number(0.1, _LONGEST), metavar="S", default=60.0,
        help="seconds after which such a command is killed (%(default)g)",
    )  # fmt: skip
    add_search(parser)
    add_source(parser)


def run(options: argparse.Namespace) -> int:
    """Watch until a match, the time, a signal or a refused key ends it."""
    # Start-up: HTTP, validation and what lists are take 200 ms to import.
    from vasttui.cli.connection import with_service
    from vasttui.cli.signals import until_signal

    return with_service(options, lambda connection: until_signal(_watch(options, connection)))


async def _watch(options: argparse.Namespace, connection: Connection) -> int:
    # Start-up: as above.
    from vasttui.cli.offer_list import gpu_names, offer_list, preferences, tell_of_demo
    from vasttui.cli.rows import json_object, read_filter
    from vasttui.cli.watching import Watching
    from vasttui.query.machine_sets import left_out
    from vasttui.services.watches.look import Look, Wanted, look

    command = _command(options)
    kept, offers = preferences(connection), connection.client.offers
    browse, values, book, avoids = await offer_list(options, kept, connection)
    text = options.filter or options.query
    read_filter(browse, text)
    tell_of_demo(connection)
    avoided = left_out(browse.query, avoids)
    wanted = Wanted(text, browse.choice, options.max_price)
    names: tuple[str, ...] = ()

    async def look_again() -> Look:
        nonlocal names
        names = names or await gpu_names(connection)
        now = connection.clock.now()
        return await look(offers, wanted, names, now, avoided=avoided, book=book)

    async def report(row: PricedOffer) -> bool:
        at = {"seen_at": connection.clock.now()}
        write_out(json_object(browse.resource.columns, row, values, at) + "\n")
        return await _done(command, row, text, options.exec_timeout) if command else True

    watching = Watching(look_again, report, clock=connection.clock, rng=connection.rng, tell=tell)
    return await watching.until(options.timeout, every=options.every, once=options.once)


def _command(options: argparse.Namespace) -> str:
    """The command for each match; empty for none. Raises VastError if it cannot be run at all."""
    if options.exec is None:
        return ""
    # Start-up: what runs other programs is only needed here.
    from shlex import join

    # Start-up: as above.
    from vasttui.services.watches.command import command_of
    from vasttui.text import clean

    words: list[str] = options.exec
    whole = len(words) == 1 and shutil.which(words[0]) is None
    command = words[0] if whole else join(words)
    program = command_of(command)[0]
    if shutil.which(program) is None:
        raise VastError(f"{clean(program)} is no program that can be run here.")
    return command


async def _done(command: str, row: PricedOffer, text: str, seconds: float) -> bool:
    """Run it, with what it prints on standard error; whether that went well."""
    # Start-up: as above.
    from functools import partial

    # Start-up: as above.
    from vasttui.services.system.programs import run_unheard
    from vasttui.services.watches.command import run_command

    run = partial(run_unheard, output=_STDERR)
    problem = await run_command(command, row, text, seconds=seconds, run=run)
    if problem:
        tell(f"vasttui: {problem}")
    return not problem
