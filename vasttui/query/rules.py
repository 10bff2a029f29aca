"""What a filter text means: rules, all of which a row must keep."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import Literal

Op = Literal[
    "eq", "neq", "gt", "gte", "lt", "lte", "in", "notin", "between", "match", "null", "known"
]
"""How a value is compared.

`match` looks for one of several pieces of text, `between` includes both ends, `null` and `known`
ask whether the service said anything at all.
"""

Value = str | float | bool

_SPELLED = re.compile(r"(-?\w+) *([=><!]+) *(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Rule:
    """One condition on the field of that name.

    A negated rule keeps the rows that the plain one drops. `text` is what was typed, between
    `start` and `end` of the filter; two rules that mean the same are equal wherever they stand.
    """

    field: str
    op: Op
    values: tuple[Value, ...] = ()
    negated: bool = False
    text: str = dataclasses.field(default="", compare=False)
    start: int = dataclasses.field(default=0, compare=False)
    end: int = dataclasses.field(default=0, compare=False)

    @property
    def label(self) -> str:
        """The rule for a human, e.g. `eff < 0.60`, `cc:SE`."""
        spelled = _SPELLED.fullmatch(self.text)
        return " ".join(spelled.groups()) if spelled else self.text


@dataclass(frozen=True, slots=True)
class Query:
    """All the rules of a filter text.

    `removed` names the fields that were set to `any`: a default filter on them is dropped.
    """

    rules: tuple[Rule, ...] = ()
    removed: frozenset[str] = frozenset()
