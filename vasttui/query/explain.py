"""Which rule hides the offers, and what would show without it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from vasttui.query.fields import FieldSet
from vasttui.query.match import compiled_expression, conditions_of
from vasttui.query.offer_fields import OFFERS
from vasttui.query.rules import Query, Rule

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Blame(Generic[R]):
    """The effect of one rule.

    `removes` is the number of rows that fail it, `seen` the number shown without it, `cheapest`
    the cheapest row hidden by this rule alone.
    """

    rule: Rule
    removes: int
    seen: int
    cheapest: R | None


@dataclass(frozen=True, slots=True)
class Explanation(Generic[R]):
    """Every rule, the most restrictive first; `nearest` is the cheapest row that fails one rule."""

    blames: tuple[Blame[R], ...]
    nearest: R | None


def explain(
    query: Query, rows: Sequence[R], now: float, table: FieldSet = OFFERS
) -> Explanation[R]:
    """The effect of each rule on these rows. 20,000 rows and eight rules take about 10 ms."""
    masks = _broken_rules(query.rules, rows, now, table)
    counts = Counter(masks)
    shown = counts[0]
    cheapest = _cheapest_by_mask(rows, masks, table)
    blames = []
    for at, rule in enumerate(query.rules):
        bit = 1 << at
        removes = sum(count for mask, count in counts.items() if mask & bit)
        blames.append(Blame(rule, removes, shown + counts[bit], cheapest.get(bit)))
    blames.sort(key=lambda blame: blame.seen, reverse=True)
    candidates = [blame for blame in blames if blame.cheapest is not None]
    best = min(candidates, key=lambda blame: table.price(blame.cheapest), default=None)
    return Explanation(tuple(blames), best.cheapest if best else None)


def _broken_rules(
    rules: Sequence[Rule], rows: Sequence[R], now: float, table: FieldSet
) -> list[int]:
    """For each row the rules it fails, as a bit mask."""
    conditions, constants = conditions_of(rules, table, cheapest_first=False)
    if not conditions:
        return [0] * len(rows)
    bits = " | ".join(
        f"(0 if {condition} else {1 << at})" for at, condition in enumerate(conditions)
    )
    masks = compiled_expression(
        table, f"[{bits} for r in rows for o in ({table.record},)]", len(constants)
    )
    return cast(list[int], masks(rows, now, *constants))


def _cheapest_by_mask(rows: Sequence[R], masks: Sequence[int], table: FieldSet) -> dict[int, R]:
    """The cheapest of the rows that fail exactly one rule, by mask."""
    cheapest: dict[int, R] = {}
    for row, mask in zip(rows, masks, strict=True):
        if mask and not mask & (mask - 1):
            known = cheapest.get(mask)
            if known is None or table.price(row) < table.price(known):
                cheapest[mask] = row
    return cheapest
