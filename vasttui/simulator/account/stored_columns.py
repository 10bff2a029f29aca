"""Filtering and sorting the list of instances (docs: "show instances").

Only the columns that the service stores can be filtered or sorted; what it computes for an answer,
such as a price, cannot.
"""

from __future__ import annotations

import base64
import json
import operator
from collections.abc import Callable, Mapping, Sequence

from vasttui.simulator.account.contract import Contract
from vasttui.simulator.http.wire import BadRequest, Sortable, encode, sortable

Test = Callable[[Contract], bool]

_STORED: dict[str, Callable[[Contract], object]] = {
    "id": lambda c: c.id,
    "actual_status": lambda c: c.state.actual,
    "cur_state": lambda c: c.state.cur,
    "next_state": lambda c: c.state.next,
    "intended_status": lambda c: c.state.intended,
    "label": lambda c: c.label,
    "gpu_name": lambda c: c.chunk.machine.gpu.name if c.chunk.machine.gpu else "",
    "verification": lambda c: c.chunk.machine.listing.verification,
    "machine_id": lambda c: c.chunk.machine.machine_id,
    "host_id": lambda c: c.chunk.machine.host_id,
    "image_uuid": lambda c: c.image,
    "template_id": lambda c: c.template_id,
    "template_hash_id": lambda c: c.template_hash,
    "is_bid": lambda c: c.is_bid,
    "start_date": lambda c: c.start_date,
    "end_date": lambda c: c.end_date,
}
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


class BadToken(BadRequest):
    """A page token that was never issued."""


def stored(contract: Contract, column: str) -> object:
    """The value of a column. Raises KeyError if it is not stored."""
    return _STORED[column](contract)


def conditions(filters: Mapping[str, object]) -> list[Test]:
    """All the filters. Raises BadRequest."""
    return [
        _test(_STORED[_known(name, "search key")], op, wanted)
        for name, rules in filters.items()
        for op, wanted in _rules(rules).items()
    ]


class Order:
    """A sort order, with the id as its last column, and its page tokens."""

    def __init__(self, text: str) -> None:
        """`text` is JSON such as `[{"col": "label", "dir": "desc"}]`. Raises BadRequest."""
        self._columns = [
            (_known(str(rule.get("col")), "order column"), rule.get("dir") == "desc")
            for rule in _order_rules(text)
        ]
        if not any(column == "id" for column, _ in self._columns):
            self._columns.append(("id", False))

    def sorted(self, contracts: Sequence[Contract]) -> list[Contract]:
        """The contracts in this order; nulls come last, or first in a descending column."""
        ordered = list(contracts)
        for column, descending in reversed(self._columns):
            read = _STORED[column]
            ordered.sort(key=lambda contract: sortable(read(contract)), reverse=descending)
        return ordered

    def token(self, last: Contract) -> str:
        """The token of the page after that row."""
        values = {column: stored(last, column) for column, _ in self._columns}
        return base64.b64encode(encode({"values": values, "os_page": 0})).decode()

    def after(self, token: str, ordered: Sequence[Contract]) -> Sequence[Contract]:
        """The rows after the token's row, which may be gone by now. Raises BadToken."""
        if not token:
            return ordered
        try:
            values = json.loads(base64.b64decode(token, validate=True))["values"]
            place = [sortable(values[column]) for column, _ in self._columns]
        except (ValueError, KeyError, TypeError):
            raise BadToken("Invalid pagination token") from None
        return [contract for contract in ordered if self._is_after(contract, place)]

    def _is_after(self, contract: Contract, place: Sequence[Sortable]) -> bool:
        for (column, descending), known in zip(self._columns, place, strict=True):
            own = sortable(stored(contract, column))
            if own != known:
                return (own > known) is not descending
        return False


def _known(name: str, role: str) -> str:
    if name not in _STORED:
        raise BadRequest(f"Error in query parameters: {name} is not a valid {role}")
    return name


def _rules(rules: object) -> Mapping[str, object]:
    if not isinstance(rules, Mapping):
        raise BadRequest(f"Error in query parameters: {rules} is not a valid search op")
    return rules


def _test(read: Callable[[Contract], object], op: str, wanted: object) -> Test:
    if op in ("in", "notin"):
        if not isinstance(wanted, list):
            raise BadRequest(f"Error in query parameters: {op} needs a list")
        return lambda contract: (read(contract) in wanted) is (op == "in")
    if op in ("eq", "neq"):
        return lambda contract: (read(contract) == wanted) is (op == "eq")
    compare = _COMPARE.get(op)
    if compare is None:
        raise BadRequest(f"Error in query parameters: {op} is not a valid search op")
    if not isinstance(wanted, int | float):
        raise BadRequest(f"Error in query parameters: {wanted} is not a valid number")

    def holds(contract: Contract) -> bool:
        value = read(contract)
        return isinstance(value, int | float) and compare(value, wanted)

    return holds


def _order_rules(text: str) -> Sequence[Mapping[str, object]]:
    try:
        rules = json.loads(text or "[]")
    except (ValueError, RecursionError):
        raise BadRequest("Invalid json body") from None
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        raise BadRequest("Error in query parameters: order_by is not a list of columns")
    return rules
