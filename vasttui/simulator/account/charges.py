"""Charges for instances and volumes (docs: "show charges")."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence

from vasttui.simulator.account.charge_rows import (
    Charged,
    charged_in,
    of_contract,
    of_volume,
    rows,
    tree,
)
from vasttui.simulator.account.contracts import Contracts
from vasttui.simulator.account.stored_columns import BadToken
from vasttui.simulator.http.routing import Call, Route
from vasttui.simulator.http.wire import BadRequest, Reply, error_reply, json_object, json_reply
from vasttui.units import DAY

_PAGE, _MOST = 100, 500
_NO_RANGE = "Must provide both 'day' gte and lte filters for instance charges"


class Charges:
    """One row per contract, with its charges in the requested days."""

    def __init__(self, contracts: Contracts, lag: float = 0.0) -> None:
        """Charges come `lag` seconds late."""
        self._contracts, self._lag = contracts, lag

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        return [Route("GET", "/api/v0/charges", "charges", self._list, interval=1.0)]

    def _list(self, call: Call) -> Reply:
        query = call.request.query
        filters = json_object(query.get("select_filters", ""))
        days = _range(filters)
        if days is None:
            return json_reply({"success": False, "msg": _NO_RANGE}, 400)
        try:
            first = _position(query.get("after_token", ""))
        except BadToken as error:
            return error_reply(400, "invalid_token", str(error))
        size = _limit(query.get("limit", ""))
        since, until = days[0], min(days[1], call.now - self._lag)
        found = charged_in(self._wanted(filters, call.now), since, until)
        newest_first = query.get("latest_first", "true").lower() != "false"
        here = slice(first, first + size)
        if query.get("format", "table") == "tree":
            nested = tree(rows(found, since, until))
            total, page = len(nested), (nested[::-1] if newest_first else nested)[here]
        else:
            ordered = found[::-1] if newest_first else found
            total, page = len(found), rows(ordered[here], since, until)
        return json_reply(
            {
                "success": True,
                "count": len(page),
                "total": total,
                "next_token": _token(first + size) if first + size < total else None,
                "results": page,
            }
        )

    def _wanted(self, filters: Mapping[str, object], now: float) -> Iterator[Charged]:
        """What is of the kinds that are asked for, what is gone included."""
        kinds = filters.get("type")
        wanted = kinds.get("in") if isinstance(kinds, Mapping) else None
        for one in everything(self._contracts, now):
            if not isinstance(wanted, list) or one.type in wanted:
                yield one


def everything(contracts: Contracts, now: float) -> list[Charged]:
    """All that was ever charged, as of that time."""
    instances = [*contracts.all(now), *contracts.gone()]
    volumes = [*contracts.shelf.all(), *contracts.shelf.gone()]
    return [
        *(of_contract(one) for one in instances),
        *(of_volume(one) for one in volumes),
    ]


def _range(filters: Mapping[str, object]) -> tuple[float, float] | None:
    """From when to when; the last second of a day stands for its end."""
    day = filters.get("day")
    if not isinstance(day, Mapping):
        return None
    first, last = day.get("gte"), day.get("lte")
    if not isinstance(first, int | float) or not isinstance(last, int | float):
        return None
    return float(first), float(last) + (1.0 if (last + 1) % DAY == 0 else 0.0)


def _limit(text: str) -> int:
    try:
        return max(1, min(_MOST, int(text or _PAGE)))
    except ValueError:
        raise BadRequest("limit: Input should be a valid integer") from None


def _token(position: int) -> str:
    return base64.b64encode(json.dumps({"at": position}).encode()).decode()


def _position(token: str) -> int:
    if not token:
        return 0
    try:
        return max(0, int(json.loads(base64.b64decode(token, validate=True))["at"]))
    except (ValueError, KeyError, TypeError):
        raise BadToken("Invalid pagination token") from None
