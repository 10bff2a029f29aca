"""What others say of machines: reports and benchmarks (docs: "show reports"; client 1.9.1
`api/offers.py`)."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from vasttui.models.place import country_of
from vasttui.simulator.http.routing import Call, Route
from vasttui.simulator.http.wire import Reply, error_reply, json_object, json_reply
from vasttui.simulator.market.habits import benchmarks, reports
from vasttui.simulator.market.machines import Machine
from vasttui.simulator.market.market import Ask, Market
from vasttui.simulator.market.offers import on_demand_price
from vasttui.units import DAY

_MOST = 200
_FOR_HOSTS = "This is for accounts that host machines."


class Records:
    """Answers by machine; as seen, a limit is ignored."""

    def __init__(
        self, market: Market, start: float, *, documented: bool, hosts: bool = False
    ) -> None:
        """Times count back from `start`, epoch seconds. `documented` benchmarks are an array of the
        official description. An account that `hosts` may read the figures of the market."""
        self._market, self._start, self._documented = market, start, documented
        self._hosts = hosts

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        return [
            Route("GET", "/api/v0/machines/{id}/reports", "reports", self._reports, interval=1.2),
            Route("GET", "/api/v0/metrics/gpu/current", "gpu_current", self._current, interval=3.0),
            Route("GET", "/api/v0/metrics/gpu/history", "gpu_history", self._history, interval=3.0),
            Route("GET", "/api/v0/metrics/gpu/locations", "gpu_locations", self._locations,
                  interval=3.0),
            Route("GET", "/api/v0/benchmarks", "benchmarks", self._benchmarks, interval=3.0),
        ]  # fmt: skip

    def _reports(self, call: Call) -> Reply:
        found = [one for one in self._machines(call) if str(one.machine_id) == call.params["id"]]
        if not found:
            return error_reply(404, "not_found", "No such machine.")
        return json_reply(
            [
                {"problem": problem, "message": message,
                 "created_at": _day(self._start - ago * DAY)}
                for problem, message, ago in reports(found[0])
            ]
        )  # fmt: skip

    def _benchmarks(self, call: Call) -> Reply:
        wanted = json_object(call.request.query.get("select_filters", ""))
        number = wanted.get("machine_id")
        if isinstance(number, dict):
            number = number.get("eq")
        rows = [
            row
            for machine in self._machines(call)
            if number is None or machine.machine_id == number
            for row in self._rows(machine)
        ][:_MOST]
        if self._documented:
            return json_reply(
                [{"machine_id": row["machine_id"], "model": row["image"], "score": row["value"],
                  "last_update": row["last_update"]} for row in rows]
            )  # fmt: skip
        answer = {"success": True, "benchmarks": rows, "benchmarks_found": len(rows)}
        return json_reply({**answer, "next_token": None})

    def _current(self, call: Call) -> Reply:
        """The figures of now; for hosts alone."""
        if not self._hosts:
            return error_reply(401, "auth_error", _FOR_HOSTS)
        rows = [_current(name, asks) for name, asks in self._by_gpu(call, "all").items()]
        return json_reply({"success": True, "gpus": rows})

    def _history(self, call: Call) -> Reply:
        """The figures of now, as a history of one moment; for hosts alone."""
        if not self._hosts:
            return error_reply(401, "auth_error", _FOR_HOSTS)
        found = self._by_gpu(call, call.request.query.get("gpu_name", "all"))
        return json_reply(
            {"success": True, "gpus": {name: _figures(a, call.now) for name, a in found.items()}}
        )

    def _locations(self, call: Call) -> Reply:
        """Where the machines are; for hosts alone."""
        if not self._hosts:
            return error_reply(401, "auth_error", _FOR_HOSTS)
        asks = [ask for found in self._by_gpu(call, "all").values() for ask in found]
        rows = [row for ask in asks for row in _locations(ask)]
        return json_reply({"success": True, "locations": rows})

    def _by_gpu(self, call: Call, wanted: str) -> dict[str, list[Ask]]:
        """An offer of one GPU of each machine, by model."""
        self._machines(call)
        found: dict[str, list[Ask]] = {}
        for chunk in self._market.chunks():
            if chunk.size == 1 and chunk.machine.gpu and wanted in ("all", chunk.machine.gpu.name):
                found.setdefault(chunk.machine.gpu.name, []).append(self._market.ask(chunk))
        return found

    def _machines(self, call: Call) -> list[Machine]:
        for _ in self._market.settle(call.now):
            pass
        chunks = self._market.chunks(disks=True)
        return list({chunk.machine.machine_id: chunk.machine for chunk in chunks}.values())

    def _rows(self, machine: Machine) -> list[dict[str, object]]:
        return [
            {
                "id": machine.machine_id * 100 + number, "last_update": self._start - ago * DAY,
                "template_hash": None, "template_id": None, "launch_args": None, "type": "perf",
                "machine_id": machine.machine_id, "contract_id": 50_000_000 + number,
                "num_gpus": 1, "gpu_name": machine.gpu.name if machine.gpu else None,
                "image": image, "value": value, "details": None, "dph_base": None,
            }
            for number, (image, value, ago) in enumerate(benchmarks(machine))
        ]  # fmt: skip


def _day(moment: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


def _locations(ask: Ask) -> Iterator[dict[str, object]]:
    """A row for the GPUs of a machine that are rented, and one for the others."""
    machine, taken = ask.chunk.machine, ask.moment.busy.bit_count()
    place = machine.network.place or ""
    for state, count in (("rented", taken), ("available", machine.gpu_count - taken)):
        if count:
            yield {
                "latitude": None, "longitude": None, "city": place.partition(",")[0],
                "country_code": country_of(place),
                "gpu_name": machine.gpu.name if machine.gpu else "", "state": state,
                "verified": machine.listing.verification == "verified",
                "datacenter": machine.listing.hosting_type == 1, "num_gpus": count,
            }  # fmt: skip


def _current(name: str, asks: Sequence[Ask]) -> dict[str, object]:
    """Supply, use in % and prices of one GPU model now."""
    taken, total = _supply(asks)
    free, gpu = _free(asks), asks[0].chunk.machine.gpu
    use = 100 * taken / total if total else 0.0
    prices: dict[str, object] = {
        f"price_{part}": _at(free, share)
        for part, share in (("p10", 0.1), ("p25", 0.25), ("median", 0.5), ("p75", 0.75),
                            ("p90", 0.9))
    }  # fmt: skip
    return {
        "gpu_name": name, "total": total, "available": total - taken, "unavailable": 0,
        "rented_verified": taken, "avail_verified": total - taken, "rented_unverified": 0,
        "avail_unverified": 0, "usage": round(use, 1), "usage_30d": round(0.9 * use + 5, 1),
        "dlperf": gpu.dlperf if gpu else None, "tflops": gpu.tflops if gpu else None, **prices,
    }  # fmt: skip


def _figures(asks: Sequence[Ask], now: float) -> dict[str, object]:
    """Supply, demand and prices of one GPU model, of verified machines and others."""
    free = _free(asks)
    taken, total = _supply(asks)
    prices: dict[str, object] = {
        f"avail_{name}": [_at(free, share)]
        for name, share in (("p10", 0.1), ("median", 0.5), ("p90", 0.9))
    }
    return {
        "supply_demand": {
            "timestamps": [int(now)], "rented_verified": [taken], "rented_unverified": [0],
            "avail_verified": [total - taken], "avail_unverified": [0], "total": [total],
        },
        "pricing": {"timestamps": [int(now)], **prices},
        "stats": {},
    }  # fmt: skip


def _supply(asks: Sequence[Ask]) -> tuple[int, int]:
    """How many GPUs are taken, and of how many."""
    taken = sum(ask.moment.busy.bit_count() for ask in asks)
    return taken, sum(ask.chunk.machine.gpu_count for ask in asks)


def _free(asks: Sequence[Ask]) -> list[float]:
    """The prices of what can be had, in order."""
    return sorted(on_demand_price(ask) for ask in asks if ask.rentable)


def _at(ordered: Sequence[float], share: float) -> float | None:
    return ordered[int(share * (len(ordered) - 1))] if ordered else None
