"""What the account's own machines earn (docs: "show earnings"; client 1.9.1 `api/billing.py`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import ceil, floor
from random import Random

from vasttui.simulator.account.contracts import Contracts
from vasttui.simulator.http.routing import Call, Route
from vasttui.simulator.http.wire import BadRequest, Reply, json_reply
from vasttui.units import DAY

_FIRST_MACHINE = 24_117
_PARTS = ("gpu_earn", "sto_earn", "bwu_earn", "bwd_earn")
_TOTALS = ("total_gpu", "total_stor", "total_bwu", "total_bwd")
_FEE = 0.25
_SETTLED = 7
"""Days of earnings that have not been paid out."""

Parts = tuple[float, float, float, float]


class HostEarnings:
    """A number of machines, each with its earnings of every day; none for a renter."""

    def __init__(self, contracts: Contracts, machines: int, seed: int) -> None:
        self._contracts, self._seed = contracts, seed
        self.machines = [_FIRST_MACHINE + 13 * place for place in range(machines)]

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        return [
            Route("GET", "/api/v0/users/me/machine-earnings", "earnings", self._list, interval=2.0),
            Route("GET", "/api/v0/users/{id}/machine-earnings", "earnings", self._list,
                  interval=2.0),
        ]  # fmt: skip

    def balance(self, now: float) -> float:
        """What was earned and not paid out yet, less the service's share, in $."""
        today = now / DAY
        return sum(map(sum, self._earned(now, today - _SETTLED, today).values())) * (1 - _FEE)

    def _list(self, call: Call) -> Reply:
        query = call.request.query
        today = call.now / DAY
        last_days = query.get("last_days", "")
        first = today - _number(last_days) if last_days else _number(query.get("sday") or today - 1)
        last = today if last_days else _number(query.get("eday") or today - 1)
        wanted = query.get("machid", "")
        found = {
            key: parts
            for key, parts in self._earned(call.now, first, last).items()
            if not wanted.isdecimal() or wanted == str(key[0])
        }
        balance = round(self.balance(call.now), 2)
        fee = round(balance / (1 - _FEE) * _FEE, 2)
        return json_reply(
            {
                "summary": dict(zip(_TOTALS, _sums(found.values()), strict=True)),
                "username": "demo@example.com", "email": "demo@example.com", "fullname": None,
                "address1": None, "address2": None, "city": None, "zip": None, "country": None,
                "taxinfo": None,
                "current": {"balance": balance, "service_fee": fee, "total": balance,
                            "credit": round(self._contracts.credit(call.now), 2)},
                "per_machine": _by("machine_id", 0, found),
                "per_day": _by("day", 1, found),
            }
        )  # fmt: skip

    def _earned(self, now: float, first: float, last: float) -> dict[tuple[int, int], Parts]:
        """$ by machine and day, for the days that begin in that range; today's still grow."""
        return {
            (machine, day): self._day(machine, day, now)
            for machine in self.machines
            for day in _days(first, min(last, now / DAY))
        }

    def _day(self, machine: int, day: int, now: float) -> Parts:
        random = Random(self._seed * 1_000_003 + machine * 31 + day)
        passed = max(0.0, min(1.0, now / DAY - day))
        rented = random.random() < 0.8
        gpu = random.uniform(4, 22) * rented
        disk, up, down = random.uniform(0.1, 0.9), random.uniform(0, 0.4), random.uniform(0, 0.2)
        return (
            round(gpu * passed, 2), round(disk * passed, 2), round(up * passed * rented, 2),
            round(down * passed * rented, 2),
        )  # fmt: skip


def _days(first: float, last: float) -> Iterator[int]:
    """The days that lie in that range of days, at least in part; none if it is empty."""
    if last > first:
        yield from range(floor(first), ceil(last))


def _by(name: str, place: int, found: Mapping[tuple[int, int], Parts]) -> list[dict[str, object]]:
    groups: dict[int, list[Parts]] = {}
    for key, parts in found.items():
        groups.setdefault(key[place], []).append(parts)
    return [
        {name: number, **dict(zip(_PARTS, _sums(groups[number]), strict=True))}
        for number in sorted(groups)
    ]


def _sums(parts: Iterable[Parts]) -> list[float]:
    rows = list(parts)
    return [round(sum(row[place] for row in rows), 2) for place in range(4)]


def _number(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        raise BadRequest("sday: Input should be a valid number") from None
