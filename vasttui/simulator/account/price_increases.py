"""Pending price increases (client 1.9.1 `api/price_increase.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from vasttui.simulator.account.contract import Contract
from vasttui.simulator.account.contracts import Contracts
from vasttui.simulator.http.routing import Call, Route
from vasttui.simulator.http.wire import Reply, error_reply, json_reply
from vasttui.units import HOUR, HOURS_PER_MONTH

_MORE = 1.15
_SECONDS_PER_MONTH = HOURS_PER_MONTH * HOUR


@dataclass(frozen=True, slots=True)
class _Pending:
    id: int
    contract_id: int
    created_at: float


class PriceIncreases:
    """One increase is pending at the start, for the first running instance."""

    def __init__(self, contracts: Contracts, start: float) -> None:
        self._contracts = contracts
        self._start = start
        self._pending: list[_Pending] | None = None

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        paths = (
            ("GET", "pending-price-increases", "price_increases", self._list),
            ("PUT", "accept-price-increase", "accept_increase", partial(self._answer, accept=True)),
            (
                "PUT",
                "reject-price-increase",
                "reject_increase",
                partial(self._answer, accept=False),
            ),
        )
        return [
            Route(method, f"/api/v0/instances/{path}", operation, handler, interval=1.0)
            for method, path, operation, handler in paths
        ]

    def _list(self, call: Call) -> Reply:
        rows = []
        for pending in self._all(call.now):
            contract = self._contracts.get(pending.contract_id, call.now)
            if contract is not None:
                rows.append(_row(pending, contract))
        return json_reply(
            {
                "success": True,
                "count": len(rows),
                "truncated": False,
                "pending_price_increases": rows,
            }
        )

    def _answer(self, call: Call, *, accept: bool) -> Reply:
        body = call.request.json_object()
        if set(body) != {"pending_price_increase_id"}:
            return error_reply(400, "invalid_args", "Exactly pending_price_increase_id is needed.")
        for pending in self._all(call.now):
            contract = self._contracts.get(pending.contract_id, call.now)
            if pending.id == body["pending_price_increase_id"] and contract is not None:
                self._all(call.now).remove(pending)
                if accept:
                    contract.price *= _MORE
                return json_reply(
                    {
                        "success": True,
                        "pending_price_increase_id": pending.id,
                        "contract_id": pending.contract_id,
                    }
                )
        return error_reply(404, "no_pending_price_increase", "No pending price increase.")

    def _all(self, now: float) -> list[_Pending]:
        if self._pending is None:
            running = [c for c in self._contracts.all(now) if c.is_running and not c.is_bid]
            self._pending = [
                _Pending(7_700 + at, contract.id, self._start - HOUR)
                for at, contract in enumerate(running[:1])
            ]
        return self._pending


def _row(pending: _Pending, contract: Contract) -> dict[str, object]:
    network = contract.chunk.machine.network
    disk = contract.storage_cost / _SECONDS_PER_MONTH
    return {
        "pending_price_increase_id": pending.id,
        "contract_id": contract.id,
        "host_id": contract.chunk.machine.host_id,
        "new_gpu_costpersec": contract.price * _MORE / HOUR,
        "old_gpu_costpersec": contract.price / HOUR,
        "new_disk_ram_costpersec": disk,
        "old_disk_ram_costpersec": disk,
        "new_bwu_cost": network.up_cost,
        "old_bwu_cost": network.up_cost,
        "new_bwd_cost": network.down_cost,
        "old_bwd_cost": network.down_cost,
        "platform_fee": 0.25,
        "contract_end_date": contract.end_date,
        "ask_end_date": contract.end_date,
        "created_at": pending.created_at,
    }
