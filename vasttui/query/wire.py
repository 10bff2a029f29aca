"""The part of a query that is sent to the server.

The server must never drop an offer that the rules, checked again here, would select: a condition
it cannot express exactly is sent more loosely, or not at all. Fields and options: docs "search
offers"; virtual fields: client 1.9.1 `data/query.py`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from vasttui.models.money import RentalType
from vasttui.models.search import SearchOptions
from vasttui.query import filters
from vasttui.query.defaults import default_rules
from vasttui.query.fields import Field
from vasttui.query.filters import Filters, Operand
from vasttui.query.gpu_names import gpu_matches
from vasttui.query.offer_fields import OFFERS
from vasttui.query.rules import Query, Rule
from vasttui.units import HOUR

_COARSE = frozenset(
    {"gpu", "gpu_name", "num_gpus", "verified", "datacenter", "external", "rentable"}
)
_UPPER = frozenset({"lt", "lte", "eq", "between"})
_LOWER = frozenset({"gt", "gte", "eq", "between"})
# The server may add prices in a different order, and its clock differs.
_ROUNDING = 1e-9
_CLOCK_SLACK = HOUR

Condition = tuple[str, Operand]

Order = tuple[str, bool]
"""A field of the service, and whether its largest values come first."""

CHEAPEST: Order = ("dph_total", False)


class ServerQuery(Struct, frozen=True, eq=False, dict=True):
    """A search as sent: filters, rental type, and the disk size in GB that prices include.

    `order` says which offers come first where there are more than may be fetched.
    """

    filters: Filters
    type: RentalType
    allocated_storage: float
    order: Order = CHEAPEST

    def body(
        self, order: Sequence[tuple[str, str]] = (), limit: int | None = None
    ) -> dict[str, object]:
        """The JSON body of `POST /bundles/`. `order` holds (field, "asc" or "desc")."""
        body: dict[str, object] = {
            field: {op: list(value) if isinstance(value, tuple) else value for op, value in ops}
            for field, ops in ((field, ops.items()) for field, ops in self.filters.items())
        }
        if order:
            body["order"] = [list(pair) for pair in order]
        if limit is not None:
            body["limit"] = limit
        return body | {"type": self.type, "allocated_storage": self.allocated_storage}

    def covers(self, other: ServerQuery) -> bool:
        """Whether the complete answer to this search contains that of the other."""
        same_prices = (self.type, self.allocated_storage) == (other.type, other.allocated_storage)
        if self.numbered or other.numbered:
            return self == other
        return other.nothing or (same_prices and filters.covers(self.filters, other.filters))

    def narrowed(self, field: str, op: str, value: Operand) -> ServerQuery:
        """The same search with one more condition."""
        wanted = {name: dict(ops) for name, ops in self.filters.items()}
        filters.tighten(wanted.setdefault(field, {}), op, value)
        return _frozen(wanted, self)

    @property
    def nothing(self) -> bool:
        """Whether no offer can match, e.g. because no GPU has such a name: nothing to send."""
        return any(ops.get("in") == () for ops in self.filters.values())

    @property
    def numbered(self) -> bool:
        """Whether it asks for row numbers, which each answer counts anew."""
        return "rn" in self.filters

    @cached_property
    def key(self) -> str:
        """A string that is equal for equal searches."""
        return json.dumps([self.order, self.body()], sort_keys=True)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ServerQuery) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


def server_query(
    query: Query,
    choice: SearchOptions,
    gpu_names: Sequence[str],
    *,
    full: bool,
    order: Order = CHEAPEST,
) -> ServerQuery:
    """The search to send for this query.

    Without `full` it has only the coarse part: trust, rentable, external, GPU, number of GPUs and
    rental type; but all where row numbers are asked for, which every rule changes. `gpu_names` are
    the names known in the market; without them, parts of GPU names are not sent.
    """
    wanted: dict[str, dict[str, Operand]] = {}
    full = full or any(rule.field == "rn" for rule in query.rules)
    for rule in (*default_rules(query, choice), *query.rules):
        if full or (rule.field in _COARSE and not rule.negated and rule.op != "unmatch"):
            field = OFFERS.field(rule.field)
            for op, value in _conditions(rule, field, choice, gpu_names):
                filters.tighten(wanted.setdefault(_wire_name(field), {}), op, value)
    return _frozen(wanted, ServerQuery({}, choice.rental, choice.usage.disk, order))


def _frozen(wanted: Mapping[str, Mapping[str, Operand]], query: ServerQuery) -> ServerQuery:
    """The query with these filters."""
    frozen = {name: MappingProxyType(dict(ops)) for name, ops in sorted(wanted.items()) if ops}
    return replace(query, filters=MappingProxyType(frozen))


def _wire_name(field: Field) -> str:
    return {"eff": "dph_total", "price": "dph_total", "ram": "cpu_ram"}.get(field.name, field.wire)


def _conditions(
    rule: Rule, field: Field, choice: SearchOptions, gpu_names: Sequence[str]
) -> Iterator[Condition]:
    if field.kind == "gpu":
        yield from gpu_conditions(rule, gpu_names)
    elif rule.negated or rule.op in {"match", "outside"}:
        return
    elif field.name in {"eff", "price"}:
        yield from _price(rule, field, choice.rental)
    elif field.name in {"vram", "ram"}:
        yield from memory_conditions(rule, field)
    elif field.name == "ends":
        yield from _ends(rule)
    elif field.wire:
        yield from exact_conditions(rule)


def gpu_conditions(rule: Rule, gpu_names: Sequence[str]) -> Iterator[Condition]:
    """The names that have the pieces of a rule in them; nothing without names."""
    if not gpu_names or rule.op not in {"match", "unmatch"}:
        return
    pieces = [str(value) for value in rule.values]
    hits = [name for name in gpu_names if any(gpu_matches(piece, name) for piece in pieces)]
    if rule.negated is (rule.op == "unmatch"):
        yield "in", tuple(hits)
    elif hits:
        yield "notin", tuple(hits)


def exact_conditions(rule: Rule) -> Iterator[Condition]:
    """The same condition, where the service has the operator."""
    if rule.op == "null":
        yield "eq", None
    elif rule.op == "known":
        yield "neq", None
    elif rule.op == "between":
        yield "gte", rule.values[0]
        yield "lte", rule.values[1]
    elif rule.op in {"in", "notin"}:
        yield rule.op, rule.values
    else:
        yield rule.op, rule.values[0]


def _price(rule: Rule, field: Field, rental: RentalType) -> Iterator[Condition]:
    """The all-in price is at least the listed price; the plain price is the listed price.

    A reservation costs less than listed, so the server cannot filter it.
    """
    if rental == "reserved":
        return
    if rule.op in _UPPER:
        yield "lte", float(rule.values[-1]) * (1 + _ROUNDING)
    if rule.op in _LOWER and field.name == "price":
        yield "gte", float(rule.values[0]) * (1 - _ROUNDING)


def memory_conditions(rule: Rule, field: Field) -> Iterator[Condition]:
    """Bounds in MB for a size shown in whole GB; an offer's RAM is at most the machine's."""
    if rule.op in _LOWER:
        low = float(rule.values[0])
        least = math.floor(low) + 1 if rule.op == "gt" else math.ceil(low)
        yield "gte", (least - 0.5) * 1024
    if rule.op in _UPPER and field.name == "vram":
        high = float(rule.values[-1])
        most = math.ceil(high) - 1 if rule.op == "lt" else math.floor(high)
        yield "lte", (most + 0.5) * 1024


def _ends(rule: Rule) -> Iterator[Condition]:
    if rule.op in _LOWER:
        yield "gte", float(rule.values[0]) - _CLOCK_SLACK
    if rule.op in _UPPER:
        yield "lte", float(rule.values[-1]) + _CLOCK_SLACK
