"""Reading instances (docs: "show instances", "show instance"; client 1.9.1 `api/instances.py`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal

from vasttui.simulator.account.contract import Contract
from vasttui.simulator.account.contracts import Contracts
from vasttui.simulator.account.instance_object import instance_object
from vasttui.simulator.account.stored_columns import BadToken, Order, conditions, stored
from vasttui.simulator.http.routing import Call, Route
from vasttui.simulator.http.wire import (
    BadRequest,
    Reply,
    error_reply,
    json_object,
    json_reply,
    selected_columns,
)

PAGE = 25
_FEW = 5
_GONE = "/api/v0/instances/ is deprecated. Use /api/v1/instances/ instead."
V0List = Literal["410", "200", "empty"]


class Instances:
    """The paged list, and single instances."""

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
        tests = conditions(json_object(query.get("select_filters", "")))
        columns = selected_columns(query.get("select_cols", ""))
        order, size = Order(query.get("order_by", "")), _limit(query.get("limit", ""))
        found = [c for c in self._contracts.all(now) if all(test(c) for test in tests)]
        try:
            rest = order.after(query.get("after_token", ""), order.sorted(found))
        except BadToken as error:
            return error_reply(400, "invalid_token", str(error))
        page = rest[:size]
        return json_reply(
            {
                "success": True,
                "instances_found": len(page),
                "total_instances": len(found),
                "label_counts": dict(Counter(contract.label or "" for contract in found)),
                "next_token": order.token(page[-1]) if len(rest) > size else None,
                "instances": [_narrowed(instance_object(c, now), columns) for c in page],
            }
        )

    def _old_list(self, call: Call) -> Reply:
        if self._v0_list == "empty":
            return json_reply({"instances": []})
        body = {"success": False, "error": "deprecated_endpoint", "msg": _GONE}
        return json_reply(body, 410 if self._v0_list == "410" else 200)

    def _one(self, call: Call) -> Reply:
        if instance_number(call) is None:
            return error_reply(400, "invalid_args", "invalid instance_id")
        contract = contract_in(call, self._contracts)
        if contract is None:
            return json_reply({"instances": None})
        whole = instance_object(contract, call.now)
        del whole["volume_info"]
        return json_reply({"instances": whole})

    def _filters(self, call: Call) -> Reply:
        names = ("actual_status", "verification", "gpu_name")
        everything = self._contracts.all(call.now)
        seen = {tuple(stored(contract, name) for name in names) for contract in everything}
        rows = sorted(seen, key=str)
        return json_reply({"filters": [dict(zip(names, row, strict=True)) for row in rows]})


def instance_number(call: Call) -> int | None:
    """The instance id in the path; None if it is not a number."""
    text = call.params["id"]
    return int(text) if text.isdecimal() else None


def contract_in(call: Call, contracts: Contracts) -> Contract | None:
    """The contract with the id in the path; None if there is none."""
    number = instance_number(call)
    return None if number is None else contracts.get(number, call.now)


def _limit(text: str) -> int:
    try:
        number = int(text or PAGE)
    except ValueError:
        raise BadRequest("limit is not a number") from None
    return _FEW if number <= 0 else min(number, PAGE)


def _narrowed(row: dict[str, object], columns: Sequence[str] | None) -> dict[str, object]:
    return row if columns is None else {name: row.get(name) for name in columns}
