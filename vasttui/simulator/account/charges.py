"""Charges for instances and volumes (docs: "show charges")."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping, Sequence

from vasttui.simulator.account.contract import Contract
from vasttui.simulator.account.contracts import Contracts
from vasttui.simulator.account.meter import Span
from vasttui.simulator.account.shelf import StoredVolume
from vasttui.simulator.account.stored_columns import BadToken
from vasttui.simulator.http.routing import Call, Route
from vasttui.simulator.http.wire import BadRequest, Reply, error_reply, json_object, json_reply
from vasttui.units import DAY

_PAGE, _MOST = 100, 500
_NO_RANGE = "Must provide both 'day' gte and lte filters for instance charges"


class Charges:
    """One row per contract, with its charges in the requested days."""

    def __init__(self, contracts: Contracts) -> None:
        self._contracts = contracts

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
        rows = self._rows(call.now, *days) if _wanted(filters, "instance") else []
        rows += self._volume_rows(call.now, *days) if _wanted(filters, "volume") else []
        if query.get("latest_first", "true") != "false":
            rows.reverse()
        page = rows[first : first + size]
        return json_reply(
            {
                "success": True,
                "count": len(page),
                "total": len(rows),
                "next_token": _token(first + size) if first + size < len(rows) else None,
                "results": page,
            }
        )

    def _rows(self, now: float, first: float, last: float) -> list[dict[str, object]]:
        """All contracts charged in that time, destroyed ones included, oldest first."""
        everything = [*self._contracts.all(now), *self._contracts.gone()]
        charged = (
            (contract, list(contract.meter.between(first, last)))
            for contract in sorted(everything, key=lambda c: (c.start_date, c.id))
        )
        return [_row(contract, spans) for contract, spans in charged if spans]

    def _volume_rows(self, now: float, first: float, last: float) -> list[dict[str, object]]:
        self._contracts.all(now)
        shelf = self._contracts.shelf
        charged = (
            (volume, list(volume.meter.between(first, last)))
            for volume in (*shelf.all(), *shelf.gone())
        )
        return [_volume_row(volume, spans) for volume, spans in charged if spans]


def _range(filters: Mapping[str, object]) -> tuple[float, float] | None:
    day = filters.get("day")
    if not isinstance(day, Mapping):
        return None
    first, last = day.get("gte"), day.get("lte")
    if not isinstance(first, int | float) or not isinstance(last, int | float):
        return None
    return float(first), float(last)


def _wanted(filters: Mapping[str, object], kind: str) -> bool:
    kinds = filters.get("type")
    if not isinstance(kinds, Mapping):
        return True
    wanted = kinds.get("in")
    return not isinstance(wanted, list) or kind in wanted


def _limit(text: str) -> int:
    try:
        return max(1, min(_MOST, int(text or _PAGE)))
    except ValueError:
        raise BadRequest("limit is not a number") from None


def _token(position: int) -> str:
    return base64.b64encode(json.dumps({"at": position}).encode()).decode()


def _position(token: str) -> int:
    if not token:
        return 0
    try:
        return max(0, int(json.loads(base64.b64decode(token, validate=True))["at"]))
    except (ValueError, KeyError, TypeError):
        raise BadToken("Invalid pagination token") from None


def _row(contract: Contract, spans: Sequence[Span]) -> dict[str, object]:
    items = [*_gpu_items(spans), _disk_item(contract.disk, spans)]
    known = {"template_id": contract.template_id, "label": contract.label}
    return _charge("instance", contract.id, known, items, spans)


def _volume_row(volume: StoredVolume, spans: Sequence[Span]) -> dict[str, object]:
    items = [_disk_item(volume.size, spans)]
    return _charge("volume", volume.id, {"label": volume.label}, items, spans)


def _charge(
    kind: str, number: int, known: Mapping[str, object], items: object, spans: Sequence[Span]
) -> dict[str, object]:
    start, end = spans[0].start, spans[-1].end
    return {
        "start": start,
        "end": end,
        "type": kind,
        "source": f"{kind}-{number}",
        "description": f"{kind.title()} {number} Charges - {(end - start) / DAY:.0f} days",
        "amount": round(sum(span.gpu + span.disk for span in spans), 3),
        "metadata": {name: value for name, value in known.items() if value is not None},
        "items": items,
    }


def _gpu_items(spans: Iterable[Span]) -> list[dict[str, object]]:
    """One item per price."""
    prices: dict[float, list[Span]] = {}
    for span in spans:
        if span.gpu_price or span.fee:
            prices.setdefault(span.gpu_price, []).append(span)
    return [
        _item("gpu", f"{sum(span.hours for span in paid):.3f} hours at ${price:.3f}/hour", paid,
              sum(span.gpu for span in paid))
        for price, paid in prices.items()
    ]  # fmt: skip


def _disk_item(size: float, spans: Sequence[Span]) -> dict[str, object]:
    amount = sum(span.disk for span in spans)
    return _item("disk", f"{size:.0f} GB of disk", spans, amount)


def _item(kind: str, description: str, spans: Sequence[Span], amount: float) -> dict[str, object]:
    return {
        "start": spans[0].start, "end": spans[-1].end, "type": kind, "source": None,
        "description": description, "amount": round(amount, 3), "metadata": {}, "items": [],
    }  # fmt: skip
