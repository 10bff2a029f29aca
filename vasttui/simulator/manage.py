"""Changing instances (docs: "manage instance", "reboot", "recycle", "change bid", "destroy")."""

from __future__ import annotations

from collections.abc import Sequence

from vasttui.simulator import lifecycle
from vasttui.simulator.contracts import Contract, Contracts
from vasttui.simulator.instance_object import least_bid
from vasttui.simulator.instances import instance_number
from vasttui.simulator.routing import Call, Route
from vasttui.simulator.wire import Reply, error_reply, json_reply

LABEL_CAP = 1024
LEAST_BID, MOST_BID = 0.001, 32.0
_DONE = {"success": True}


class Manage:
    """State, label, reboot, recycle, bid and destroy."""

    def __init__(self, contracts: Contracts) -> None:
        self._contracts = contracts

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        one = "/api/v0/instances"
        return [
            Route("PUT", f"{one}/{{id}}", "manage", self._manage, interval=1.0),
            Route("DELETE", f"{one}/{{id}}", "destroy", self._destroy, interval=3.0),
            Route("PUT", f"{one}/reboot/{{id}}", "reboot", self._reboot, interval=1.0),
            Route("PUT", f"{one}/recycle/{{id}}", "recycle", self._recycle, interval=1.0),
            Route("PUT", f"{one}/bid_price/{{id}}", "bid", self._bid, interval=5.5),
        ]

    def _find(self, call: Call) -> Contract | None:
        number = instance_number(call)
        return None if number is None else self._contracts.get(number, call.now)

    def _manage(self, call: Call) -> Reply:
        body = call.request.json_object()
        contract = self._find(call)
        if contract is None:
            text = f"Instance {call.params['id']} not found."
            return error_reply(404, "no_such_instance", text)
        answer: dict[str, object] = dict(_DONE)
        if "label" in body:
            label = body["label"]
            if label is not None and not isinstance(label, str):
                return error_reply(400, "invalid_args", "label is not a string")
            if label is not None and len(label) > LABEL_CAP:
                text = "Please limit label length to 1024 characters, ideally less than 128."
                return error_reply(400, "label_too_long", text)
            contract.label = label or None
            answer["msg"] = f"label for {contract.id} set to '{label}'"
        if "state" in body:
            refused = self._set_state(contract, body["state"], call.now)
            if refused is not None:
                return refused
        return json_reply(answer)

    def _set_state(self, contract: Contract, state: object, now: float) -> Reply | None:
        running = contract.state.cur == "running" and contract.state.intended == "running"
        if state == "stopped":
            if running:
                contract.follow(lifecycle.stop(contract, now))
            elif contract.state.intended == "running":
                contract.follow(lifecycle.outbid(contract, now))
        elif state == "running":
            if contract.gpu_taken:
                contract.follow(lifecycle.queued(contract, now))
                contract.settle(now)
                return error_reply(200, "resources_unavailable", lifecycle.TAKEN)
            if not running:
                contract.follow(lifecycle.start(contract, now))
        else:
            return error_reply(400, "invalid_args", f"{state} is not a valid state")
        contract.settle(now)
        return None

    def _destroy(self, call: Call) -> Reply:
        number = instance_number(call)
        if number is None:
            return error_reply(400, "invalid_args", "invalid instance_id")
        if self._contracts.remove(number, call.now) is None:
            return error_reply(404, "no_such_instance", "Instance not found")
        return json_reply({"success": True, "msg": "Instance destroyed successfully"})

    def _reboot(self, call: Call) -> Reply:
        contract = self._find(call)
        if contract is None:
            return error_reply(400, "invalid_args", "invalid instance_id")
        contract.follow(lifecycle.reboot(contract, call.now))
        contract.settle(call.now)
        return json_reply(_DONE)

    def _recycle(self, call: Call) -> Reply:
        contract = self._find(call)
        if contract is None:
            return error_reply(400, "invalid_id", "Invalid instance id.")
        contract.follow(lifecycle.recycle(contract, call.now))
        contract.settle(call.now)
        return json_reply(_DONE)

    def _bid(self, call: Call) -> Reply:
        price = call.request.json_object().get("price")
        contract = self._find(call)
        if contract is None:
            text = "Instance with that ID does not exist."
            return error_reply(404, "no_such_instance", text)
        least = least_bid(contract, call.now)
        if price is None:
            price = least
        if isinstance(price, bool) or not isinstance(price, int | float) or price < LEAST_BID:
            return error_reply(400, "invalid_args", "Please set a bid price >= 0.001.")
        if price > MOST_BID * contract.chunk.size:
            return error_reply(400, "invalid_args", "The bid price is too high.")
        contract.is_bid = True
        contract.price = float(price)
        stopped = contract.state.cur == "stopped"
        if price >= least and stopped and not contract.gpu_taken:
            contract.follow(lifecycle.start(contract, call.now))
        elif price < least and not stopped:
            contract.follow(lifecycle.outbid(contract, call.now))
        contract.settle(call.now)
        return json_reply(_DONE)
