"""Another image, template or settings for an instance that exists (client 1.9.1
`api/instances.py`)."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence

from vasttui.simulator.account import lifecycle
from vasttui.simulator.account.contract import Contract
from vasttui.simulator.account.contracts import Contracts
from vasttui.simulator.account.instance_object import instance_object
from vasttui.simulator.account.instances import contract_in
from vasttui.simulator.account.rent_checks import defect_of
from vasttui.simulator.account.templates import Templates
from vasttui.simulator.http.routing import Call, Route
from vasttui.simulator.http.wire import Reply, error_reply, json_reply

_TEXTS = ("image", "onstart")


class Remake:
    """Puts other settings in force and makes the container anew; its data is lost.

    The documents do not say whether `env` replaces the variables or is added to them: it replaces
    them here, unless `merges`.
    """

    def __init__(self, contracts: Contracts, templates: Templates, *, merges: bool) -> None:
        self._contracts = contracts
        self._templates = templates
        self._merges = merges

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        path = "/api/v0/instances/update_template/{id}"
        return [Route("PUT", path, "update_instance", self._update, interval=1.0)]

    def _update(self, call: Call) -> Reply:
        body = call.request.json_object()
        contract = contract_in(call, self._contracts)
        if contract is None:
            text = f"Instance {call.params['id']} not found."
            return error_reply(404, "no_such_instance", text)
        for name in _TEXTS:
            if not isinstance(body.get(name, ""), str):
                return error_reply(400, "invalid_args", f"Invalid args: {name} must be a string")
        if not isinstance(body.get("env", {}), dict):
            return error_reply(400, "invalid_args", "Invalid args: env must be an object")
        wanted = body.get("template_hash_id"), body.get("template_id")
        template = self._templates.find(*wanted)
        if template is None and any(wanted):
            return error_reply(400, "invalid_args", "invalid template_hash_id")
        if template is not None:
            contract.image, contract.onstart = template.whole_image, template.onstart or None
            contract.env = {**_mounts(contract), **template.variables}
            contract.template_id, contract.template_hash = template.id, template.hash_id
            contract.template_name = template.name
        self._set(contract, body)
        contract.follow(lifecycle.remake(contract, call.now))
        contract.settle(call.now)
        updated = instance_object(contract, call.now)
        return json_reply({"success": True, "updated_instance": updated})

    def _set(self, contract: Contract, body: Mapping[str, object]) -> None:
        if image := body.get("image"):
            contract.image = str(image)
        contract.defect = defect_of(contract.image)
        if "args" in body:
            args = body["args"]
            contract.args = (
                [str(one) for one in args] if isinstance(args, list) else shlex.split(str(args))
            )
        if "onstart" in body:
            contract.onstart = str(body["onstart"]) or None
        if isinstance(env := body.get("env"), dict):
            added = {str(name): str(value) for name, value in env.items()}
            contract.env = {**(contract.env if self._merges else _mounts(contract)), **added}


def _mounts(contract: Contract) -> dict[str, str]:
    """What stands for its volumes, which stay."""
    return {name: value for name, value in contract.env.items() if name.startswith("-v ")}
