"""What is compared between a few rows, and which of them is best at it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from vasttui.words import UNKNOWN

Row = TypeVar("Row")

Best = Callable[[Sequence[float]], float]


def no_value(row: object) -> float | None:
    """Of what only tells the rows apart."""
    return None


@dataclass(frozen=True, slots=True)
class Property(Generic[Row]):
    """A line of the comparison. Without `best` it only tells the rows apart."""

    title: str
    text: Callable[[Row], str]
    value: Callable[[Row], float | None] = no_value
    best: Best | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """A property of all rows: the texts, and which rows (by place) are best."""

    title: str
    texts: tuple[str, ...]
    best: frozenset[int] = frozenset()


def compared(one: Property[Row], rows: Sequence[Row]) -> Compared:
    """A property of these rows. What is unknown is never best. Rows that read the same are equally
    good."""
    texts = tuple(one.text(row) for row in rows)
    if one.best is None:
        return Compared(one.title, texts)
    pairs = zip(rows, texts, strict=True)
    values = [None if text == UNKNOWN else one.value(row) for row, text in pairs]
    known = [value for value in values if value is not None]
    if not known:
        return Compared(one.title, texts)
    winner = texts[values.index(one.best(known))]
    best = (at for at, value in enumerate(values) if value is not None and texts[at] == winner)
    return Compared(one.title, texts, frozenset(best))


def wins(lines: Sequence[Compared], rows: int) -> list[int]:
    """How many lines each row is best at, those not counted where all are alike."""
    decided = [line for line in lines if len(line.best) < rows]
    return [sum(1 for line in decided if at in line.best) for at in range(rows)]
