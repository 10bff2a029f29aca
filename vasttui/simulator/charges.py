"""What instances were charged (docs: "show charges")."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence

from vasttui.simulator.contracts import Contract, Contracts
from vasttui.simulator.routing import Call, Route
from vasttui.simulator.wire import BadRequest, Reply, json_object, json_reply

_PAGE, _MOST = 100, 500
_NO_RANGE = "Must provide both 'day' gte and lte filters for instance charges"


class Charges:
    """One row for each contract, from what it really was charged."""

    def __init__(self, contracts: Contracts) -> None:
        self._contracts = contracts

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        return [Route("GET", "/api/v0/charges", "charges", self._list, interval=1.0)]

    def _list(self, call: Call) -> Reply:
        query = call.request.query
        filters = json_object(query.get("select_filters", ""))
        span = _range(filters)
        if span is None:
            return json_reply({"success": False, "msg": _NO_RANGE}, 400)
        rows = [
            _row(contract, max(span[0], contract.start_date), min(span[1], call.now))
            for contract in self._contracts.all(call.now)
            if _wanted(filters) and contract.start_date < span[1] and span[0] < call.now
        ]
        if query.get("latest_first", "true") != "false":
            rows.reverse()
        first = _position(query.get("after_token", ""))
        size = min(_MOST, int(query.get("limit", _PAGE)))
        more = first + size < len(rows)
        token = base64.b64encode(json.dumps({"at": first + size}).encode()).decode()
        return json_reply(
            {
                "success": True,
                "count": len(rows[first : first + size]),
                "total": len(rows),
                "next_token": token if more else None,
                "results": rows[first : first + size],
            }
        )


def _range(filters: Mapping[str, object]) -> tuple[float, float] | None:
    day = filters.get("day")
    if not isinstance(day, Mapping):
        return None
    first, last = day.get("gte"), day.get("lte")
    if not isinstance(first, int | float) or not isinstance(last, int | float):
        return None
    return float(first), float(last)


def _wanted(filters: Mapping[str, object]) -> bool:
    kinds = filters.get("type")
    if not isinstance(kinds, Mapping):
        return True
    wanted = kinds.get("in")
    return not isinstance(wanted, list) or "instance" in wanted


def _position(token: str) -> int:
    if not token:
        return 0
    try:
        return int(json.loads(base64.b64decode(token, validate=True))["at"])
    except (ValueError, KeyError, TypeError):
        raise BadRequest("Invalid pagination token") from None


def _row(contract: Contract, first: float, last: float) -> dict[str, object]:
    """The whole contract's charges: the simulator does not keep them day by day."""
    gpu, disk = round(contract.gpu_charged, 3), round(contract.disk_charged, 3)
    return {
        "start": first,
        "end": last,
        "type": "instance",
        "source": f"instance-{contract.id}",
        "description": f"Instance {contract.id}",
        "amount": round(gpu + disk, 3),
        "metadata": {"label": contract.label, "template_id": contract.template_id},
        "items": [
            _item("gpu", f"{gpu / contract.price:.3f} hours at ${contract.price:.3f}/hour"
                  if contract.price else "free", gpu),
            _item("disk", f"{contract.disk:.0f} GB of disk", disk),
        ],
    }  # fmt: skip


def _item(kind: str, description: str, amount: float) -> dict[str, object]:
    return {
        "type": kind, "description": description, "amount": amount, "metadata": {}, "items": [],
    }  # fmt: skip
