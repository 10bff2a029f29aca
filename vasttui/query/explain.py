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
    the cheapest of those that are hidden now.
    """

    rule: Rule
    removes: int
    seen: int
    cheapest: R | None


@dataclass(frozen=True, slots=True)
class Explanation(Generic[R]):
    """Every rule, the most restrictive first; `nearest` is the cheapest row that one of
    them hides."""

    blames: tuple[Blame[R], ...]
    nearest: R | None


@dataclass(frozen=True, slots=True)
class Suspect:
    """A rule, or one that stands for several: its `own`, and all those in force `without` it."""

    rule: Rule
    own: tuple[Rule, ...]
    without: tuple[Rule, ...]


def explain(
    query: Query, rows: Sequence[R], now: float, table: FieldSet = OFFERS
) -> Explanation[R]:
    """The effect of each rule on these rows. 20,000 rows and eight rules take about 10 ms."""
    rules = query.rules
    suspects = [
        Suspect(rule, (rule,), rules[:at] + rules[at + 1 :]) for at, rule in enumerate(rules)
    ]
    return explain_suspects(rules, suspects, rows, now, table)


def explain_suspects(
    in_force: Sequence[Rule],
    suspects: Sequence[Suspect],
    rows: Sequence[R],
    now: float,
    table: FieldSet = OFFERS,
) -> Explanation[R]:
    """The effect of each suspect. Rules in force that are no suspect's hide what they hide."""
    every = tuple(dict.fromkeys([*in_force, *(rule for one in suspects for rule in one.without)]))
    masks = _broken_rules(every, rows, now, table)
    counts = Counter(masks)

    def bits(rules: Sequence[Rule]) -> int:
        return sum(1 << every.index(rule) for rule in set(rules))

    hiding = bits(in_force)
    always = bits([rule for rule in in_force if all(rule not in one.own for one in suspects)])
    own = [bits(one.own) for one in suspects]
    rest = [bits(one.without) for one in suspects]
    cheapest = _cheapest_by_mask(
        rows, masks, {mask for mask in counts if mask & hiding and any(not mask & r for r in rest)},
        table,
    )  # fmt: skip
    blames = []
    for suspect, its, others in zip(suspects, own, rest, strict=True):
        removes = sum(count for mask, count in counts.items() if mask & its and not mask & always)
        seen = sum(count for mask, count in counts.items() if not mask & others)
        near = [row for mask, row in cheapest.items() if not mask & others]
        blames.append(Blame(suspect.rule, removes, seen, min(near, key=table.price, default=None)))
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


def _cheapest_by_mask(
    rows: Sequence[R], masks: Sequence[int], wanted: set[int], table: FieldSet
) -> dict[int, R]:
    """The cheapest of the rows that fail exactly these rules, by mask."""
    cheapest: dict[int, R] = {}
    for row, mask in zip(rows, masks, strict=True):
        if mask in wanted:
            known = cheapest.get(mask)
            if known is None or table.price(row) < table.price(known):
                cheapest[mask] = row
    return cheapest
