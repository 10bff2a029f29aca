"""Room for volumes: which machines rent it out, and the search for it (docs: "search volumes")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from vasttui.simulator.http.wire import BadRequest
from vasttui.simulator.market.filters import number
from vasttui.simulator.market.market import Ask, Market
from vasttui.simulator.market.offers import Terms, fixed, volume_room
from vasttui.simulator.market.search import parse_search, storage_of
from vasttui.units import HOURS_PER_MONTH

CAP = 64
_GPU_ONLY = {
    "gpu_name", "gpu_ram", "gpu_mem_bw", "gpu_lanes", "gpu_max_power", "gpu_max_temp",
    "gpu_display_active", "bw_nvlink", "compute_cap", "internet_up_cost_per_tb",
    "internet_down_cost_per_tb", "has_avx", "pcie_bw", "pci_gen", "credit_discount_max",
}  # fmt: skip
_NAMES = {"disk_space": "avail_vol_size", "storage_total_cost": "storage_cost"}
"""Fields of an offer that have another meaning here."""


@dataclass(frozen=True, slots=True)
class Room:
    """Room on a machine: the id of the offer, and GB that are free."""

    id: int
    ask: Ask
    free: float


class Spaces:
    """The room for volumes of one market."""

    def __init__(self, market: Market) -> None:
        self._market = market

    def find(self, offer: int, now: float) -> Room | None:
        """The room with that id; None if there is none, or the machine is full."""
        terms = self._terms(now)
        for _ in self._market.settle(now):
            pass
        ask = self._market.find(offer - 1)
        free = None if ask is None else volume_room(ask.chunk.machine, terms)
        return None if ask is None or free is None else Room(offer, ask, free)

    def search(self, body: Mapping[str, object], now: float) -> list[dict[str, object]]:
        """The rows that match, at most 64. Raises BadRequest."""
        size = storage_of(body.get("allocated_storage", 1.0))
        ids = [body[name] for name in ("id", "ask_contract_id") if name in body]
        wanted = {
            _NAMES.get(name, name): rules for name, rules in body.items()
            if name not in ("id", "ask_contract_id", "allocated_storage")
        }  # fmt: skip
        if isinstance(body.get("order"), list):
            wanted["order"] = [_renamed(item) for item in body["order"]]  # type: ignore[attr-defined]
        for _ in self._market.settle(now):
            pass
        search = parse_search(wanted, now, CAP, self._market.volumes())
        terms = replace(search.terms, storage=size)
        found = [
            room for room in self._rooms(terms)
            if all(test(room.ask, terms) for test in search.conditions)
            and all(_is_one_of(room.id, rules) for rules in ids)
        ]  # fmt: skip
        found.sort(key=lambda room: search.key(room.ask))
        return [_row(room, terms) for room in found[: search.limit]]

    def _terms(self, now: float) -> Terms:
        return Terms("on-demand", 1.0, now, self._market.volumes())

    def _rooms(self, terms: Terms) -> list[Room]:
        """One for each machine that has room."""
        found: dict[int, Room] = {}
        for chunk in self._market.chunks():
            free = volume_room(chunk.machine, terms)
            if free is not None and chunk.machine.machine_id not in found:
                ask = self._market.asks(chunk)[0]
                found[chunk.machine.machine_id] = Room(ask.id + 1, ask, free)
        return list(found.values())


def _renamed(item: object) -> object:
    if isinstance(item, list) and item and item[0] in _NAMES:
        return [_NAMES[item[0]], *item[1:]]
    return item


def _is_one_of(offer: int, rules: object) -> bool:
    if not isinstance(rules, Mapping) or set(rules) - {"eq", "in"}:
        raise BadRequest(f"{rules} is not a valid search op")
    several = rules.get("in")
    ids = several if isinstance(several, list) else [rules.get("eq")]
    return offer in [number(one) for one in ids]


def _row(room: Room, terms: Terms) -> dict[str, object]:
    machine, moment = room.ask.chunk.machine, room.ask.moment
    price = machine.listing.storage_cost
    return {
        **{name: value for name, value in fixed(machine).items() if name not in _GPU_ONLY},
        "id": room.id,
        "ask_contract_id": room.id,
        "bundle_id": room.ask.chunk.bundle_id,
        "disk_space": room.free,
        "storage_cost": price,
        "storage_total_cost": price * terms.storage / HOURS_PER_MONTH,
        "start_date": moment.since,
        "end_date": moment.end_date,
        "duration": moment.end_date - terms.now,
        "rentable": True,
    }
