"""A search of the official client as typed in a shell: `vastai search offers '…' -o dph -n`.

Options: client 1.9.1 `cli/commands/offers.py`, `cli/main.py`.
"""

from __future__ import annotations

import re
import shlex
from typing import NamedTuple

from vasttui.errors import VastError
from vasttui.models.money import RentalType
from vasttui.query.offer_fields import OFFERS
from vasttui.query.parse import parse
from vasttui.query.scan import scan

_CONTINUED = re.compile(r"\\\r?\n")
_PROMPT = re.compile(r"\s*(?:[$%#❯>]\s+)?")
_PROGRAM = re.compile(r"(?:\S*/)?(?:vastai|vast|vast\.py)")
_BEFORE = re.compile(r"python[0-9.]*|sudo|uvx?|run|[A-Z_]+=\S*")
_STYLED_QUOTES = str.maketrans("‘’“”", "''\"\"")
_RENTALS: dict[str, RentalType] = {
    "on-demand": "on-demand", "ondemand": "on-demand", "bid": "bid", "interruptible": "bid",
    "reserved": "reserved", "-i": "bid", "--interruptible": "bid", "-b": "bid", "--bid": "bid",
    "-r": "reserved", "--reserved": "reserved", "-d": "on-demand", "--on-demand": "on-demand",
}  # fmt: skip
_VALUED = {"-o": "--order", "-t": "--type"} | {
    name: name
    for name in ("--order", "--type", "--storage", "--limit", "--url", "--api-key", "--retry")
}
_OF_THE_OUTPUT = {"--raw", "--full", "--explain", "--curl", "--no-color", "--new"}
_DEFAULTS = ("verified", "external", "rentable")


class SearchCommand(NamedTuple):
    """What a command asks for.

    `order` holds (field of the service, largest first); `disk` in GB, None if not given; `ignored`
    are the options that mean nothing here, without their values where these may be secret.
    """

    query: str
    rental: RentalType = "on-demand"
    order: tuple[tuple[str, bool], ...] = ()
    disk: float | None = None
    ignored: tuple[str, ...] = ()


def search_command(text: str) -> SearchCommand | None:
    """The search in the text; None if it is no such command. Raises VastError for an open quote."""
    plain = _CONTINUED.sub(" ", text).translate(_STYLED_QUOTES)
    start = _PROMPT.match(plain)
    if not re.search(r"\bsearch\s+(?:offers|instances)\b", plain) or start is None:
        return None
    try:
        words = shlex.split(plain[start.end() :])
    except ValueError:
        raise VastError("A quote of the command is not closed.") from None
    while words and _BEFORE.fullmatch(words[0]):
        words.pop(0)
    if not words or not _PROGRAM.fullmatch(words[0]):
        return None
    end = next((at for at, word in enumerate(words) if word[:1] == "|" or word in "&&;"), None)
    return _read(words[1:end])


def _read(words: list[str]) -> SearchCommand:
    rules: list[str] = []
    found: dict[str, str] = {}
    ignored: list[str] = []
    rental: RentalType = "on-demand"
    defaults = True
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        if word in ("-n", "--no-default"):
            defaults = False
        elif word in _RENTALS and word.startswith("-"):
            rental = _RENTALS[word]
        elif name in _VALUED and name.startswith("-"):
            found[_VALUED[name]] = value if equals else next(rest, "")
        elif word[:2] in ("-o", "-t") and word[:2] != word:
            found[_VALUED[word[:2]]] = word[2:]
        elif word.startswith("-") and not word[1:2].isdigit():
            ignored += [] if word in _OF_THE_OUTPUT else [word]
        else:
            rules.append(word)
    query = " ".join(rules[2:])  # after `search offers`
    if not defaults:
        mentioned = {item.name for item in scan(query)}
        query = " ".join([*(f"{name}=any" for name in _DEFAULTS if name not in mentioned), query])
    ignored += [f"--limit {found['--limit']}"] if "--limit" in found else []
    ignored += [name for name in ("--url", "--api-key") if name in found]
    return SearchCommand(
        query.strip(), _RENTALS.get(found.get("--type", ""), rental),
        _order(found.get("--order", "")), _gigabytes(found.get("--storage", "")), tuple(ignored),
    )  # fmt: skip


def _order(text: str) -> tuple[tuple[str, bool], ...]:
    """`num_gpus,dph-` as fields of the service."""
    order = []
    for name in filter(None, (part.strip() for part in text.split(","))):
        field = OFFERS.find(name.strip("+-"))
        order.append((field.wire if field and field.wire else name.strip("+-"), "-" in name))
    return tuple(order)


def _gigabytes(text: str) -> float | None:
    rules = parse(f"disk_space={text}").query.rules if text else ()
    return float(rules[0].values[0]) if rules and rules[0].values else None
