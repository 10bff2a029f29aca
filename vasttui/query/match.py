"""Turns a query into one list comprehension over priced rows.

Measured on two shared cores with 20,000 rows and five rules: a closure per rule takes 13 ms, one
generated comprehension 1 to 5 ms. Only the expressions of fields become source code; user input is
bound as constants.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from itertools import takewhile
from typing import Protocol, TypeVar, cast

from msgspec import structs
from msgspec.structs import replace

from vasttui.query.fields import Field, FieldSet
from vasttui.query.gpu_names import gpu_matches
from vasttui.query.offer_fields import OFFERS
from vasttui.query.rules import Op, Query, Rule, Value
from vasttui.query.shown import Memo

R = TypeVar("R")

_SIGNS = {
    "eq": "==", "neq": "!=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<=", "in": "in",
    "notin": "not in",
}  # fmt: skip
_OF_RECORD = r"\bo\b"
_SELECTIVE = frozenset({"eq", "in", "match", "between"})


class Select(Protocol):
    """Selects some of the rows, in order."""

    def __call__(self, rows: Sequence[R], /) -> list[R]:
        """The selected rows."""


def compile_query(query: Query, now: float, table: FieldSet = OFFERS) -> Select:
    """A function that selects the rows matching every rule, in order. `now` is epoch seconds."""
    conditions, constants = conditions_of(query.rules, table)
    if not conditions:
        return list
    source = _comprehension(conditions, table.record)
    compiled = compiled_expression(table, source, len(constants))
    return partial(_select, compiled, now, constants)


def _comprehension(conditions: Sequence[str], record: str) -> str:
    """The source of the rows that meet these conditions. The record of a row is read only for those
    that need it: at 60,000 rows that is most of the time, as it is somewhere else in memory."""
    of_row = list(takewhile(lambda condition: not re.search(_OF_RECORD, condition), conditions))
    of_record = conditions[len(of_row) :]
    source = "[r for r in rows"
    if of_row:
        source += f" if {' and '.join(of_row)}"
    if of_record:
        source += f" for o in ({record},) if {' and '.join(of_record)}"
    return f"{source}]"


def _select(
    compiled: Callable[..., object], now: float, constants: Sequence[object], rows: Sequence[R]
) -> list[R]:
    return cast(list[R], compiled(rows, now, *constants))


def conditions_of(
    rules: Sequence[Rule], table: FieldSet, *, cheapest_first: bool = True
) -> tuple[list[str], list[object]]:
    """The source of each rule, and the constants `c0`, `c1` ... it uses.

    The source also uses the row `r`, its record `o` and `now`.
    """
    order = sorted(rules, key=partial(_cost, table)) if cheapest_first else rules
    conditions: list[str] = []
    constants: list[object] = []
    for rule in order:
        names = [f"c{len(constants) + at}" for at in range(_arity(rule))]
        conditions.append(_condition(rule, table.field(rule.field), names))
        constants += _constants(rule, table.field(rule.field))
    return conditions, constants


@lru_cache(maxsize=512)
def compiled_expression(table: FieldSet, source: str, constants: int) -> Callable[..., object]:
    """A function of `rows`, `now` and that many constants that returns the expression."""
    names = "".join(f", c{at}" for at in range(constants))
    scope = dict(table.scope)
    exec(f"def f(rows, now{names}): return {source}", scope)  # noqa: S102 - contains no user input
    return cast(Callable[..., object], scope["f"])


def _cost(table: FieldSet, rule: Rule) -> tuple[int, bool, bool]:
    """Cheap values first, those of the row before those of its record; then the rules that leave
    the fewest rows."""
    field = table.field(rule.field)
    of_record = re.search(_OF_RECORD, field.expr) is not None
    return field.cost, of_record, rule.negated or rule.op not in _SELECTIVE


def _arity(rule: Rule) -> int:
    return {"null": 0, "known": 0, "between": 2, "outside": 2}.get(rule.op, 1)


def _constants(rule: Rule, field: Field) -> list[Value | frozenset[Value] | Memo[str, bool]]:
    if rule.op in {"in", "notin"}:
        return [frozenset(rule.values)]
    if rule.op in {"match", "unmatch"} and not _plain_search(rule):
        pieces = [str(value) for value in rule.values]
        gpu = field.kind == "gpu"
        return [Memo(partial(_gpu_hit if gpu else _text_hit, pieces))]
    return list(rule.values)


def _gpu_hit(pieces: Sequence[str], name: str) -> bool:
    return any(gpu_matches(piece, name) for piece in pieces)


def _text_hit(pieces: Sequence[str], text: str) -> bool:
    low = text.lower()
    return any(piece in low for piece in pieces)


def _plain_search(rule: Rule) -> bool:
    return rule.field == "text" and len(rule.values) == 1


def _condition(rule: Rule, field: Field, names: list[str]) -> str:
    plain = (_any_condition if field.many else _plain_condition)(rule, field, names)
    return f"not ({plain})" if rule.negated else plain


def _any_condition(rule: Rule, field: Field, names: list[str]) -> str:
    """The condition on a set of values; `!=` and `notin` mean that none is."""
    if rule.op in {"null", "known"}:
        return f"{'not ' if rule.op == 'null' else ''}({field.expr})"
    opposite: dict[Op, Op] = {"neq": "eq", "notin": "in", "outside": "between"}
    item = structs.replace(field, expr="item", many=False, known=True)
    plain = replace(rule, op=opposite.get(rule.op, rule.op))
    found = f"any({_plain_condition(plain, item, names)} for item in ({field.expr}))"
    return f"not {found}" if rule.op in opposite else found


def _plain_condition(rule: Rule, field: Field, names: list[str]) -> str:
    value = field.expr if field.expr.isidentifier() else f"({field.expr})"
    if rule.op in {"null", "known"}:
        if rule.op == "null" and field.virtual:
            return "False"
        return f"{value} is {'' if rule.op == 'null' else 'not '}None"
    if field.absent is not None:
        value = f"({field.absent} if {value} is None else {value})"
    if rule.op == "match":
        return f"{names[0]} in {value}" if _plain_search(rule) else f"{names[0]}[{value}]"
    if rule.op == "unmatch":
        return f"{names[0]}[{value}] is False"  # None where it is unknown
    if rule.op in {"in", "eq"}:
        return f"{value} {_SIGNS[rule.op]} {names[0]}"
    if rule.op in {"between", "outside"}:
        no = "" if rule.op == "between" else "not "
        return _if_known(field, value, f"{no}{names[0]} <= {{}} <= {names[1]}")
    return _if_known(field, value, f"{{}} {_SIGNS[rule.op]} {names[0]}")


def _if_known(field: Field, value: str, test: str) -> str:
    if field.known or field.absent is not None:
        return test.format(value)
    if field.cost:
        return f"((v := {value}) is not None and {test.format('v')})"
    return f"({value} is not None and {test.format(value)})"
