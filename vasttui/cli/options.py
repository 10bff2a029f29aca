"""Options that several commands have."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, get_args


class Commands(Protocol):
    """Where a command adds its parser."""

    def add_parser(self, name: str, **options: Any) -> argparse.ArgumentParser:
        """The parser of a new command."""


INSTANCE = "LABEL|ID"
"""How an argument is called that names an instance."""

WORLD = (
    "offers", "instances", "volumes", "seed", "search_cap", "second_factor", "team_key",
    "narrow_key", "early_jobs", "machines", "charge_lag", "endpoints", "serverless_load",
)  # fmt: skip
"""Options of a simulated market."""

_VOLUMES, _ENDPOINTS = 3, 2
"""Volumes and serverless endpoints of a simulated account."""

LOADS = ("day", "steady", "bursts", "growing", "none")
"""How the load of its endpoints may change."""


_MOST_DISK, _MOST_TRAFFIC, _MOST_HOURS = 1_000_000, 1_000_000, 87_600


def add_source(
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
    parser.add_argument(
        "--read-only",
        action="store_true",
        default=demo_default,
        help="block every request that would change something",
    )


def add_market(
    parser: argparse.ArgumentParser, title: str, default: str | None = argparse.SUPPRESS
) -> None:
    """Options of a simulated market."""
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
        group.add_argument(name, type=number(least, most), metavar="N", default=default, help=about)
    group.add_argument(
        "--serverless-load", choices=LOADS, default=default,
        help="how what is asked of its endpoints changes (day)",
    )  # fmt: skip
    for name, about in (
        ("--second-factor", "an account that only takes the session key of a two-factor login"),
        ("--team-key", "the key of a team, which has no SSH keys"),
        ("--narrow-key", "a key that may only see offers and instances"),
        ("--early-jobs", "scheduled jobs that run an hour before their time"),
    ):
        group.add_argument(name, action="store_true", default=default, help=about)


def add_search(parser: argparse.ArgumentParser) -> None:
    """Options of a search, which otherwise are those chosen in the dashboard."""
    # Start-up: the dashboard has no such options.
    from vasttui.models.money import RentalType
    from vasttui.models.search import Trust

    parser.add_argument(
        "--disk", type=real_number(1, _MOST_DISK), metavar="GB", help="disk that prices include"
    )
    for name, about in (("--down", "downloaded"), ("--up", "uploaded")):
        parser.add_argument(
            name, type=real_number(0, _MOST_TRAFFIC), metavar="GB",
            help=f"traffic that prices include, {about} in all those hours",
        )  # fmt: skip
    parser.add_argument(
        "--hours", type=real_number(0.1, _MOST_HOURS), metavar="H",
        help="hours of use, over which the price of traffic is spread",
    )  # fmt: skip
    parser.add_argument("--type", choices=get_args(RentalType), help="how it is rented")
    parser.add_argument("--hosts", choices=get_args(Trust), help="whose machines")


def add_ascii(parser: argparse.ArgumentParser, default: bool | str = False) -> None:
    """Without other letters."""
    parser.add_argument(
        "--ascii", action="store_true", default=default,
        help="draw signs, lines and bars in ASCII only",
    )  # fmt: skip


def add_form(parser: argparse.ArgumentParser) -> None:
    """How a list is printed."""
    add_ascii(parser, argparse.SUPPRESS)
    parser.add_argument(
        "--sort",
        metavar="KEY[,KEY]",
        help="order by these columns, their best values first; KEY+ the smallest, KEY- the largest",
    )
    parser.add_argument("--columns", metavar="KEY[,KEY]", help="print these columns only")
    parser.add_argument(
        "--limit", type=number(0, 1_000_000), metavar="N", help="print at most N rows"
    )
    form = parser.add_mutually_exclusive_group()
    for name, about in (
        ("table", "a table, without colors (the default)"),
        ("csv", "CSV, as ctrl+s saves it; nothing in it is a formula"),
        ("json", "an array, one object per line: all columns, not rounded; MB, epoch seconds"),
    ):
        form.add_argument(f"--{name}", dest="form", action="store_const", const=name, help=about)


def number(least: int, most: int) -> Callable[[str], int]:
    """A reader of whole numbers from `least` to `most`."""

    def whole_number(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(
                f"{text!r} is not a whole number from {least} to {most}"
            )
        return int(text)

    return whole_number


def real_number(least: float, most: float) -> Callable[[str], float]:
    """A reader of numbers from `least` to `most`."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(
                f"{text!r} is not a number from {least:g} to {most:.12g}"
            )
        return value

    return read


def world_options(options: argparse.Namespace) -> dict[str, Any]:
    """The options given for the simulated market, which has some volumes and endpoints unless told
    otherwise, a past, and traffic; the rest keep their defaults."""
    given = {name: value for name in WORLD if (value := getattr(options, name)) is not None}
    return {
        "volumes": _VOLUMES, "endpoints": _ENDPOINTS, "past": True, "traffic": True, **given,
    }  # fmt: skip
