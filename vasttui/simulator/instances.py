"""Reading instances (docs: "show instances", "show instance"; client 1.9.1 `api/instances.py`)."""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

from vasttui.simulator.contracts import Contract, Contracts, token_of
from vasttui.simulator.instance_object import instance_object
from vasttui.simulator.routing import Call, Route
from vasttui.simulator.wire import BadRequest, Reply, error_reply, json_object, json_reply

PAGE = 25
_FEW = 5
_GONE = "/api/v0/instances/ is deprecated. Use /api/v1/instances/ instead."
_FILTERS = {
    "id", "actual_status", "cur_state", "next_state", "intended_status", "label", "gpu_name",
    "verification", "machine_id", "host_id", "image_uuid", "template_id", "template_hash_id",
    "is_bid", "start_date", "end_date",
}  # fmt: skip
"""The columns that are stored with a contract; others cannot be searched or ordered by."""

V0List = Literal["410", "200", "empty"]


class Instances:
    """The list, page by page, and single instances."""

    def __init__(self, contracts: Contracts, v0_list: V0List) -> None:
        self._contracts = contracts
        self._v0_list = v0_list

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        return [
            Route("GET", "/api/v1/instances", "instances", self._list, interval=1.0, burst=10),
            Route("GET", "/api/v0/instances", "instances_v0", self._old_list, interval=1.0),
            Route("GET", "/api/v0/instances/filters", "instance_filters", self._filters),
            Route("GET", "/api/v0/instances/{id}", "instance", self._one, interval=2.0),
        ]

    def _list(self, call: Call) -> Reply:
        query, now = call.request.query, call.now
        chosen = [
            contract
            for contract in self._contracts.all(now)
            if _fits(contract, now, json_object(query.get("select_filters", "")))
        ]
        ordered = _ordered(chosen, now, query.get("order_by", ""))
        labels = Counter(contract.label or "" for contract in chosen)
        first = _position(ordered, query.get("after_token", ""))
        size = _limit(query.get("limit", ""))
        page = ordered[first : first + size]
        more = first + size < len(ordered)
        columns = _columns(query.get("select_cols", ""))
        return json_reply(
            {
                "success": True,
                "instances_found": len(page),
                "total_instances": len(ordered),
                "label_counts": dict(labels),
                "next_token": token_of(page[-1].id) if more else None,
                "instances": [_narrowed(instance_object(one, now), columns) for one in page],
            }
        )

    def _old_list(self, call: Call) -> Reply:
        if self._v0_list == "empty":
            return json_reply({"instances": []})
        body = {"success": False, "error": "deprecated_endpoint", "msg": _GONE}
        return json_reply(body, 410 if self._v0_list == "410" else 200)

    def _one(self, call: Call) -> Reply:
        number = instance_number(call)
        if number is None:
            return error_reply(400, "invalid_args", "invalid instance_id")
        contract = self._contracts.get(number, call.now)
        if contract is None:
            return json_reply({"instances": None})
        whole = instance_object(contract, call.now)
        del whole["volume_info"]
        return json_reply({"instances": whole})

    def _filters(self, call: Call) -> Reply:
        names = ("actual_status", "verification", "gpu_name")
        seen = {
            tuple(instance_object(one, call.now)[name] for name in names)
            for one in self._contracts.all(call.now)
        }
        rows = sorted(seen, key=str)
        return json_reply({"filters": [dict(zip(names, row, strict=True)) for row in rows]})


def instance_number(call: Call) -> int | None:
    """The instance that a path names; None when it is no number."""
    text = call.params["id"]
    return int(text) if text.isdecimal() else None


def _limit(text: str) -> int:
    try:
        number = int(text or PAGE)
    except ValueError:
        raise BadRequest("limit is not a number") from None
    return _FEW if number <= 0 else min(number, PAGE)


def _position(ordered: Sequence[Contract], token: str) -> int:
    if not token:
        return 0
    try:
        after = json.loads(base64.b64decode(token, validate=True))["values"]["id"]
    except (ValueError, KeyError, TypeError):
        raise BadRequest("Invalid pagination token") from None
    numbers = [contract.id for contract in ordered]
    if after in numbers:
        return numbers.index(after) + 1
    # the one that the page ended with is gone; in the usual order the rest is still known
    return sum(1 for number in numbers if number <= after)


def _ordered(contracts: Sequence[Contract], now: float, text: str) -> list[Contract]:
    ordered = sorted(contracts, key=lambda contract: contract.id)
    for rule in reversed(_rules(text)):
        column = rule.get("col")
        if column not in _FILTERS:
            raise BadRequest(f"Error in query parameters: {column} is not a valid order column")
        values = {one.id: instance_object(one, now)[str(column)] for one in ordered}
        ordered.sort(
            key=lambda one: (values[one.id] is None, _comparable(values[one.id])),
            reverse=rule.get("dir") == "desc",
        )
    return ordered


def _rules(text: str) -> list[Mapping[str, object]]:
    if not text:
        return []
    try:
        rules = json.loads(text)
    except ValueError:
        raise BadRequest("Invalid json body") from None
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        raise BadRequest("order_by is not a list")
    return rules


def _comparable(value: object) -> tuple[float, str]:
    return (value, "") if isinstance(value, int | float) else (0.0, str(value))


def _fits(contract: Contract, now: float, filters: Mapping[str, object]) -> bool:
    for name in filters:
        if name not in _FILTERS:
            raise BadRequest(f"Error in query parameters: {name} is not a valid search key")
    if not filters:
        return True
    values = instance_object(contract, now)
    return all(_holds(values[name], rule) for name, rule in filters.items())


def _holds(value: object, rule: object) -> bool:
    if not isinstance(rule, Mapping):
        raise BadRequest(f"{rule} is not a valid search op")
    return all(_compare(value, op, wanted) for op, wanted in rule.items())


def _compare(value: object, op: str, wanted: object) -> bool:
    match op:
        case "eq":
            return value == wanted
        case "neq":
            return value != wanted
        case "in":
            return isinstance(wanted, list) and value in wanted
        case "notin":
            return isinstance(wanted, list) and value not in wanted
    if op not in ("gt", "gte", "lt", "lte"):
        raise BadRequest(f"{op} is not a valid search op")
    if not isinstance(value, int | float) or not isinstance(wanted, int | float):
        return False
    return {
        "gt": value > wanted, "gte": value >= wanted, "lt": value < wanted, "lte": value <= wanted,
    }[op]  # fmt: skip


def _columns(text: str) -> list[str] | None:
    if not text:
        return None
    try:
        columns = json.loads(text)
    except ValueError:
        raise BadRequest("Invalid json body") from None
    if not isinstance(columns, list):
        raise BadRequest("select_cols is not a list")
    return None if "*" in columns else [str(column) for column in columns]


def _narrowed(row: dict[str, object], columns: Sequence[str] | None) -> dict[str, object]:
    return row if columns is None else {name: row.get(name) for name in columns}
