"""Changing instances (docs: "manage instance", "reboot", "recycle", "change bid", "destroy")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vasttui.simulator.account import lifecycle
from vasttui.simulator.account.contract import Contract
from vasttui.simulator.account.contracts import Contracts
from vasttui.simulator.account.instances import contract_in, instance_number
from vasttui.simulator.http.routing import Call, Route
from vasttui.simulator.http.wire import Reply, error_reply, json_reply

LABEL_CAP = 1024
LEAST_BID, MOST_BID = 0.001, 32.0
_DONE = {"success": True}
_NO_CREDIT = "Your account lacks credit; see the billing page."


class Manage:
    """State, label, reboot, recycle, bid and destroy."""

    def __init__(self, contracts: Contracts) -> None:
        self._contracts = contracts

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        base = "/api/v0/instances"
        return [
            Route("PUT", f"{base}/{{id}}", "manage", self._manage, interval=1.0),
            Route("DELETE", f"{base}/{{id}}", "destroy", self._destroy, interval=3.0),
            Route("PUT", f"{base}/reboot/{{id}}", "reboot", self._reboot, interval=1.0),
            Route("PUT", f"{base}/recycle/{{id}}", "recycle", self._recycle, interval=1.0),
            Route("PUT", f"{base}/bid_price/{{id}}", "bid", self._bid, interval=5.5),
        ]

    def _manage(self, call: Call) -> Reply:
        body = call.request.json_object()
        contract = contract_in(call, self._contracts)
        if contract is None:
            text = f"Instance {call.params['id']} not found."
            return error_reply(404, "no_such_instance", text)
        refused = _refused_label(body.get("label")) or _refused_state(body)
        if refused is not None:
            return refused
        answer: dict[str, object] = dict(_DONE)
        if "label" in body:
            label = body["label"]
            contract.label = str(label) if label else None
            answer["msg"] = f"label for {contract.id} set to '{label or ''}'"
        if body.get("state") == "stopped" and contract.is_wanted:
            contract.stop(call.now)
        if body.get("state") == "running":
            refused = self._start(contract, call.now)
        return refused or json_reply(answer)

    def _start(self, contract: Contract, now: float) -> Reply | None:
        """The refusal to start it; None if it starts, or is already running."""
        if contract.is_wanted and contract.state.cur == "running":
            return None
        if self._contracts.credit(now) <= 0:
            return error_reply(400, "missing_billing", _NO_CREDIT)
        able = contract.can_run(now) or contract.state.cur == "running"
        contract.follow((lifecycle.start if able else lifecycle.queued)(contract, now))
        contract.settle(now)
        return None if able else error_reply(200, "resources_unavailable", lifecycle.TAKEN)

    def _destroy(self, call: Call) -> Reply:
        number = instance_number(call)
        if number is None:
            return error_reply(400, "invalid_args", "invalid instance_id")
        if self._contracts.remove(number, call.now) is None:
            return error_reply(404, "no_such_instance", "Instance not found")
        return json_reply({"success": True, "msg": "Instance destroyed successfully"})

    def _reboot(self, call: Call) -> Reply:
        contract = contract_in(call, self._contracts)
        if contract is None:
            return error_reply(400, "invalid_args", "invalid instance_id")
        contract.follow(lifecycle.reboot(contract, call.now))
        contract.settle(call.now)
        return json_reply(_DONE)

    def _recycle(self, call: Call) -> Reply:
        contract = contract_in(call, self._contracts)
        if contract is None:
            return error_reply(400, "invalid_id", "Invalid instance id.")
        contract.follow(lifecycle.recycle(contract, call.now))
        contract.settle(call.now)
        return json_reply(_DONE)

    def _bid(self, call: Call) -> Reply:
        price = call.request.json_object().get("price")
        contract = contract_in(call, self._contracts)
        if contract is None:
            text = "Instance with that ID does not exist."
            return error_reply(404, "no_such_instance", text)
        if price is None:
            price = contract.least_bid(call.now)
        if isinstance(price, bool) or not isinstance(price, int | float) or price < LEAST_BID:
            return error_reply(400, "invalid_args", "Please set a bid price >= 0.001.")
        if price > MOST_BID * contract.chunk.size:
            return error_reply(400, "invalid_args", "The bid price is too high.")
        contract.is_bid = True
        contract.price = float(price)
        waits = contract.is_outbid or (contract.is_wanted and contract.state.cur == "stopped")
        if waits and contract.can_run(call.now) and self._contracts.credit(call.now) > 0:
            contract.follow(lifecycle.start(contract, call.now))
        contract.settle(call.now)
        return json_reply(_DONE)


def _refused_label(label: object) -> Reply | None:
    if label is not None and not isinstance(label, str):
        return error_reply(400, "invalid_args", "label is not a string")
    if label is not None and len(label) > LABEL_CAP:
        text = "Please limit label length to 1024 characters, ideally less than 128."
        return error_reply(400, "label_too_long", text)
    return None


def _refused_state(body: Mapping[str, object]) -> Reply | None:
    if "state" not in body or body["state"] in ("running", "stopped"):
        return None
    return error_reply(400, "invalid_args", f"{body['state']} is not a valid state")
