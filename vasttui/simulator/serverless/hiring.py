"""Which machines a worker group takes: the cheapest offers that its search finds."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from vasttui.simulator.account.contract import Contract, State
from vasttui.simulator.account.contracts import Contracts
from vasttui.simulator.account.meter import Meter
from vasttui.simulator.account.templates import Templates
from vasttui.simulator.http.wire import BadRequest, json_object
from vasttui.simulator.market.filters import conditions
from vasttui.simulator.market.market import Ask, Market
from vasttui.simulator.market.offers import Terms, on_demand_price
from vasttui.simulator.serverless.book import Group
from vasttui.units import DAY

DISK = 32.0
_OPS = {"=": "eq", "==": "eq", "!=": "neq", ">": "gt", ">=": "gte", "<": "lt", "<=": "lte"}
_CONDITION = re.compile(r"(\w+)\s*(==|!=|>=|<=|=|>|<| (?:not)?in )\s*(\[[^\]]*\]|\"[^\"]*\"|\S+)")
_THOUSANDS = ("gpu_ram", "cpu_ram", "gpu_total_ram")
_WORDS: Mapping[str, object] = {"true": True, "false": False, "none": None}


def parsed(search: object) -> tuple[str, dict[str, Any]]:
    """A search as text and as the service reads it (client 1.9.1 `api/query.py`: memory in GB)."""
    if isinstance(search, Mapping):
        return json.dumps(search), dict(search)
    text = str(search or "").strip()
    if text.startswith("{"):
        return text, json_object(text)
    found: dict[str, Any] = {}
    for name, op, words in _CONDITION.findall(text):
        value = _value(name, words)
        found.setdefault(name, {})[_OPS.get(op, op.strip())] = value
    return text, found


def _value(name: str, words: str) -> object:
    if words.startswith("["):
        return [_value(name, one.strip()) for one in words[1:-1].split(",") if one.strip()]
    plain = words.strip("\"'")
    if plain.lower() in _WORDS:
        return _WORDS[plain.lower()]
    try:
        number = float(plain)
    except ValueError:
        return plain.replace("_", " ")
    return number * 1000 if name in _THOUSANDS else number


class Hiring:
    """Rents what a group needs."""

    def __init__(self, market: Market, contracts: Contracts, templates: Templates) -> None:
        self._market, self._contracts, self._templates = market, contracts, templates

    def hire(self, group: Group, now: float) -> Contract | None:
        """A new worker of the group, in no state yet; None if nothing is to be had."""
        ask = self._cheapest(group, now)
        if ask is None:
            return None
        template = self._templates.find(group.template_hash, group.template_id)
        contract = Contract(
            id=self._contracts.new_id(), chunk=ask.chunk, disk=DISK, price=on_demand_price(ask),
            start_date=now, end_date=now + 30 * DAY, state=State(None), load="serving", full=0.2,
            meter=Meter(now), endpoint_id=group.endpoint_id, workergroup_id=group.id,
            template_hash=group.template_hash, template_id=group.template_id,
        )  # fmt: skip
        if template is not None:
            contract.image, contract.env = template.whole_image, template.variables
            contract.template_name = template.name
        self._contracts.add(contract)
        contract.gpus = self._market.take(ask)
        return contract

    def _cheapest(self, group: Group, now: float) -> Ask | None:
        for _ in self._market.settle(now):
            pass
        try:
            tests = conditions(group.search_query)
        except BadRequest:
            return None
        terms = Terms("on-demand", DISK, now)
        asks = [self._market.ask(chunk) for chunk in self._market.chunks()]
        found = [
            ask for ask in asks
            if ask.rentable and all(test(ask, terms) for test in tests)
        ]  # fmt: skip
        return min(found, key=lambda ask: on_demand_price(ask) / ask.chunk.size, default=None)
