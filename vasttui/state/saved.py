"""Checks values read from saved files, which may have been edited by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from vasttui.models.money import RentalType, Usage
from vasttui.models.search import SearchOptions, Trust

SavedSort = tuple[tuple[str, bool], ...]


def choice_to(choice: SearchOptions) -> dict[str, object]:
    """The switches as JSON."""
    usage = choice.usage
    return {
        "rental": choice.rental, "trust": choice.trust, "disk": usage.disk, "down": usage.down,
        "up": usage.up, "hours": usage.hours,
    }  # fmt: skip


def choice_from(value: object) -> SearchOptions | None:
    """The switches in a saved value; None if they are invalid."""
    if not isinstance(value, Mapping):
        return None
    rental: RentalType | None = _among(get_args(RentalType), value.get("rental"))
    trust: Trust | None = _among(get_args(Trust), value.get("trust"))
    numbers = [value.get(name) for name in ("disk", "down", "up", "hours")]
    if rental is None or trust is None:
        return None
    if not all(_is_number(number) for number in numbers):
        return None
    disk, down, up, hours = (float(str(number)) for number in numbers)
    if disk <= 0 or hours <= 0 or down < 0 or up < 0:
        return None
    return SearchOptions(rental, trust, Usage(disk, down, up, hours))


def sort_from(value: object) -> SavedSort:
    """The valid sort keys in a saved value."""
    if not isinstance(value, list):
        return ()
    return tuple(
        (pair[0], pair[1])
        for pair in value
        if isinstance(pair, list)
        and len(pair) == 2
        and isinstance(pair[0], str)
        and isinstance(pair[1], bool)
    )


def words_from(value: object) -> tuple[str, ...]:
    """The strings in a saved list."""
    return tuple(word for word in value if isinstance(word, str)) if isinstance(value, list) else ()


def ids_from(value: object) -> frozenset[int]:
    """The numbers in a saved list."""
    if not isinstance(value, list):
        return frozenset()
    return frozenset(id for id in value if isinstance(id, int) and not isinstance(id, bool))


def _among(known: tuple[Any, ...], value: object) -> Any:
    return value if value in known else None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9
