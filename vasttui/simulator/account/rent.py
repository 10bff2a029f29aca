"""Renting (docs: "create instance", "creating instances with the API"; client 1.9.1
`api/instances.py`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from vasttui.simulator.account.contract import Change, Contract, State, halted
from vasttui.simulator.account.contracts import Contracts
from vasttui.simulator.account.lifecycle import launch
from vasttui.simulator.account.meter import Meter
from vasttui.simulator.account.rent_checks import RentRequest, read_request, refusal
from vasttui.simulator.account.shelf import StoredVolume
from vasttui.simulator.account.ssh_keys import SshKeys
from vasttui.simulator.account.templates import Templates
from vasttui.simulator.account.volumes import Volumes
from vasttui.simulator.http.routing import Call, Route
from vasttui.simulator.http.wire import BadRequest, Reply, error_reply, json_reply
from vasttui.simulator.market.habits import LOST_AFTER, habit, pull_factor
from vasttui.simulator.market.market import Ask, Market
from vasttui.simulator.market.offers import disk_space, min_bid, on_demand_price

_SECONDS_TO_LOAD = 75.0
_GONE = {
    404: "error 404/3603: no_such_ask Instance type by id {id} is not available.",
    410: "error 410/3907: no_such_ask Instance type {id} is no longer available.",
}
_HOST_ONLY = "error 403/3586: Offer {id} is not your own. Hosts can only rent their own machines."


@dataclass(slots=True)
class RentRules:
    """How the world treats rental requests.

    With `reusable` an offer can be rented again, as has been seen on the real service; otherwise
    it is gone, which is answered with status `gone`. Others have taken the offers in `vanished`
    and will take those in `vanish_at` (epoch seconds). `disk_cap` is the most GB a renter gets,
    `factor` multiplies the price, `swap` rents out a different machine. `host_only` accounts can
    rent only their own machines.
    """

    reusable: bool = False
    gone: int = 404
    vanished: set[int] = field(default_factory=set)
    vanish_at: dict[int, float] = field(default_factory=dict)
    disk_cap: float | None = None
    factor: float = 1.0
    swap: bool = False
    host_only: bool = False

    def change(self, rules: Mapping[str, object], now: float) -> None:
        """Change the named rules. Raises BadRequest for an unknown name or value."""
        for name, value in rules.items():
            if name == "vanish" and isinstance(value, int):
                self.vanished.add(value)
            elif name == "vanish_in" and isinstance(value, dict):
                self.vanish_at |= {int(ask): now + float(s) for ask, s in value.items()}
            elif name in ("reusable", "swap", "host_only") and isinstance(value, bool):
                setattr(self, name, value)
            elif name == "gone" and value in _GONE:
                self.gone = int(str(value))
            elif name in ("disk_cap", "factor") and isinstance(value, int | float):
                setattr(self, name, float(value))
            else:
                raise BadRequest(f"{name} cannot be {value!r}")

    def is_gone(self, ask: int, now: float) -> bool:
        """Whether others have taken the offer by then."""
        return ask in self.vanished or self.vanish_at.get(ask, now + 1) <= now


class Rent:
    """Turns offers into contracts."""

    def __init__(
        self,
        market: Market,
        contracts: Contracts,
        keys: SshKeys,
        templates: Templates,
        volumes: Volumes,
        rules: RentRules,
    ) -> None:
        self._market = market
        self._contracts = contracts
        self._keys = keys
        self._templates = templates
        self._volumes = volumes
        self._rules = rules

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        return [
            Route("POST", "/api/v0/asks/bulk", "rent_bulk", self._bulk, interval=4.5),
            Route("PUT", "/api/v0/asks/{id}", "rent", self._rent, interval=4.5),
        ]

    def _rent(self, call: Call) -> Reply:
        number = call.params["id"]
        if not number.isascii() or not number.isdecimal():
            text = "error 400/3467: Invalid args: 'id' is required and must be a valid offer ID"
            return error_reply(400, "invalid_args", text)
        return self._make(int(number), call.request.json_object(), call.now)

    def _bulk(self, call: Call) -> Reply:
        body = call.request.json_object()
        ids = body.pop("ids", None)
        if not isinstance(ids, list) or not all(type(number) is int for number in ids):
            return error_reply(400, "invalid_args", "ids is not a list of offer IDs")
        made = [self._make(number, body, call.now) for number in ids]
        return json_reply({"success": all(reply.status == 200 for reply in made)})

    def _make(self, number: int, body: Mapping[str, object], now: float) -> Reply:
        for _ in self._market.settle(now):
            pass
        refused, request = read_request(body, self._templates)
        if refused is not None or request is None:
            return refused or error_reply(400, "invalid_args", "Invalid args")
        if self._rules.host_only:
            return error_reply(403, "invalid_args", _HOST_ONLY.format(id=number))
        ask = self._market.find(number)
        if ask is None or self._rules.is_gone(number, now):
            return error_reply(self._rules.gone, _code(self._rules.gone), self._gone(number))
        if not ask.rentable:
            return error_reply(410, "no_such_ask", _GONE[410].format(id=number))
        refused, held = refusal(request, ask, self._contracts.credit(now)), None
        if refused is None:
            machine = ask.chunk.machine.machine_id
            refused, held = self._volumes.mount(body.get("volume_info"), machine, now)
        if refused is not None:
            return refused
        contract = self._contract(ask, request, now)
        self._mount(contract, held, now)
        return self._accept(contract, ask, request, now)

    def _gone(self, number: int) -> str:
        return _GONE[self._rules.gone].format(id=number)

    def _mount(self, contract: Contract, held: tuple[StoredVolume, str] | None, now: float) -> None:
        if held is not None:
            volume, path = held
            contract.mounts.append(self._volumes.attach(volume, path, contract.id, now))
            contract.env[f"-v {volume.label}:{path}"] = "1"

    def _accept(self, contract: Contract, ask: Ask, request: RentRequest, now: float) -> Reply:
        too_low = request.price is not None and request.price < min_bid(ask)
        if too_low:
            contract.state = halted("outbid")
            contract.is_outbid = True
        elif request.target == "stopped":
            contract.state = halted(None)
        else:
            contract.follow(self._launch(contract, now))
        self._contracts.add(contract)
        self._templates.rented(request.template_id)
        contract.settle(now)
        if not self._rules.reusable:
            contract.gpus = self._market.take(ask)
        answer = {"new_contract": contract.id, "instance_api_key": f"{contract.id:064x}"}
        if too_low:
            text = f"Bid price is below the minimum of {min_bid(ask):.4f}."
            body = {"success": False, "error": "invalid_price", "msg": text, **answer}
            return json_reply(body, 400)
        return json_reply({"success": True, **answer})

    def _launch(self, contract: Contract, now: float) -> Sequence[Change]:
        """How it starts on a machine with these habits."""
        machine = contract.chunk.machine
        seconds = _SECONDS_TO_LOAD * pull_factor(machine)
        changes = launch(contract, now, seconds)
        kind = habit(machine)
        if kind == "stuck":
            return changes[: len(changes) // 2]
        if kind == "lost":
            lost = replace(changes[-1].state, actual="offline")
            return [*changes, Change(now + seconds + LOST_AFTER, lost)]
        return changes

    def _contract(self, ask: Ask, request: RentRequest, now: float) -> Contract:
        rules, chunk = self._rules, ask.chunk
        if rules.swap:
            others = [c for c in self._market.chunks() if c.machine is not chunk.machine]
            chunk = others[0] if others else chunk
        bid = request.price
        price = (on_demand_price(ask) if bid is None else bid) * rules.factor
        contract = Contract(
            id=self._contracts.new_id(),
            chunk=chunk,
            disk=min(request.disk, disk_space(ask), rules.disk_cap or request.disk),
            price=price,
            start_date=now,
            end_date=ask.moment.end_date,
            state=State(None),
            label=request.label,
            image=request.image,
            runtype=request.runtype,
            env=dict(request.env),
            onstart=request.onstart,
            template_id=request.template_id,
            template_hash=request.template_hash,
            template_name=request.template_name,
            is_bid=bid is not None,
            defect=request.defect,
            full=0.2,
            keys=self._keys.for_new_instance(now),
            meter=Meter(now),
        )
        return contract


def _code(status: int) -> str:
    return "invalid_args" if status == 404 else "no_such_ask"
