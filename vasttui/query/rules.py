"""A parsed filter: rules, all of which a row must match."""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

Op = Literal[
    "eq", "neq", "gt", "gte", "lt", "lte", "in", "notin", "between", "outside", "match",
    "unmatch", "null", "known",
]  # fmt: skip
"""How a value is compared.

`match` finds one of several pieces of text, `unmatch` none of them, `between` includes both ends
and `outside` excludes them, `null` and `known` test whether there is a value at all. As at the
service, no other operator is true of an unknown value.
"""

Value = str | float | bool

_SPELLED = r"(?s)(-?\w+) *([=><!]+) *(.+)"


class Rule(Struct, frozen=True, eq=False):
    """One condition on the field with that name.

    A negated rule selects the rows that the plain one rejects, so those with an unknown value too.
    `text` is what was typed, from `start` to `end` of the filter; rules with the same meaning are
    equal wherever they are.
    """

    field: str
    op: Op
    values: tuple[Value, ...] = ()
    negated: bool = False
    text: str = ""
    start: int = 0
    end: int = 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rule) and self._meaning == other._meaning

    def __hash__(self) -> int:
        return hash(self._meaning)

    @property
    def _meaning(self) -> tuple[object, ...]:
        return self.field, self.op, self.values, self.negated

    @property
    def label(self) -> str:
        """The rule as the filter and the help spell it, e.g. `eff<0.60`, `cc:SE`."""
        spelled = re.fullmatch(_SPELLED, self.text)
        return "".join(spelled.groups()) if spelled else self.text


class Query(Struct, frozen=True):
    """All the rules of a filter text.

    `removed` names the fields set to `any`, whose default filters do not apply.
    """

    rules: tuple[Rule, ...] = ()
    removed: frozenset[str] = frozenset()
