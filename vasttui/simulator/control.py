"""The simulator's own paths: plan faults, read the ledger, change instances, test logins, reset.

They need no API key, which is why the server only listens on loopback.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from vasttui.simulator.account import lifecycle
from vasttui.simulator.account.contracts import Contracts
from vasttui.simulator.account.rent import RentRules
from vasttui.simulator.account.ssh_keys import SshKeys
from vasttui.simulator.http.faults import FaultPlan
from vasttui.simulator.http.ledger import Ledger
from vasttui.simulator.http.wire import BadRequest, Reply, Request, error_reply, json_reply
from vasttui.simulator.serverless.whole import Serverless

PREFIX = "/_sim/"
WITNESS = "VASTTUI_INTENT"
"""The environment variable that links a contract to the request that created it."""


class Control:
    """Answers everything under `/_sim/`."""

    def __init__(
        self,
        faults: FaultPlan,
        ledger: Ledger,
        operations: Collection[str],
        contracts: Contracts,
        keys: SshKeys,
        rent: RentRules,
        serverless: Serverless,
        now: Callable[[], float],
    ) -> None:
        self._faults = faults
        self._ledger = ledger
        self._operations = operations
        self._contracts = contracts
        self._keys = keys
        self._rent = rent
        self._serverless = serverless
        self._now = now

    def handle(self, request: Request) -> Reply:
        """GET `ledger`, `contracts` and `serverless`; POST `plan`, `instances`, `rent`,
        `serverless`, `workers`, `login` and `reset`."""
        match request.method, request.path.removeprefix(PREFIX).rstrip("/"):
            case "POST", "plan":
                return self._plan(request.json_object())
            case "GET", "ledger":
                return json_reply(self._ledger_json())
            case "GET", "contracts":
                return json_reply(self._contract_list())
            case "POST", "instances":
                return self._change(request.json_object(), self.change)
            case "POST", "rent":
                self._rent.change(request.json_object(), self._now())
                return json_reply({"success": True})
            case "GET", "serverless":
                return json_reply({"foreign_keys": self._serverless.book.foreign_keys})
            case "POST", "serverless":
                self._serverless.change(request.json_object())
                return json_reply({"success": True})
            case "POST", "workers":
                return self._change(request.json_object(), self._become_worker)
            case "POST", "login":
                return self._login(request.json_object())
            case "POST", "reset":
                self._faults.clear()
                self._ledger.clear()
                return json_reply({"success": True})
        known = "plan, ledger, contracts, instances, rent, serverless, workers, login and reset"
        return error_reply(404, "not_found", f"Known paths: {PREFIX}{known}.")

    def change(self, number: int, become: str) -> None:
        """Put an instance in a state: "gone", "deverified" (its machine), or one of `BECOME`.

        Raises ValueError for an unknown instance or state.
        """
        now = self._now()
        contract = self._contracts.get(number, now)
        if contract is None:
            raise ValueError(f"There is no instance {number}.")
        if become == "gone":
            self._contracts.remove(number, now)
            return
        if become == "deverified":
            contract.deverified = True
            return
        lifecycle.become(contract, become, now)

    def _become_worker(self, number: int, become: str) -> None:
        self._serverless.become(number, become, self._now())

    def _change(self, body: Mapping[str, object], change: Callable[[int, str], None]) -> Reply:
        number, become = body.get("id"), body.get("become")
        if not isinstance(number, int) or not isinstance(become, str):
            raise BadRequest('"id" (a number) and "become" (a string) are required')
        try:
            change(number, become)
        except ValueError as error:
            raise BadRequest(str(error)) from None
        return json_reply({"success": True})

    def _login(self, body: Mapping[str, object]) -> Reply:
        """Whether the instance's SSH server would accept this key; there is no real one to ask."""
        number, text = body.get("id"), body.get("ssh_key")
        if not isinstance(number, int) or not isinstance(text, str):
            raise BadRequest('"id" (a number) and "ssh_key" (a string) are required')
        now = self._now()
        contract = self._contracts.get(number, now)
        if contract is None:
            raise BadRequest(f"There is no instance {number}.")
        proxy = body.get("proxy") is True
        return json_reply({"success": self._keys.accepts(contract, text, now, proxy=proxy)})

    def plan(self, operation: str, faults: list[str]) -> None:
        """Plan faults. Raises ValueError for an unknown operation or fault."""
        if operation not in self._operations:
            known = ", ".join(sorted(self._operations))
            raise ValueError(f"Unknown operation {operation!r}. Known operations: {known}.")
        self._faults.add(operation, faults)

    def _plan(self, plan: Mapping[str, object]) -> Reply:
        for operation, faults in plan.items():
            if not isinstance(faults, list) or not all(isinstance(item, str) for item in faults):
                raise BadRequest(f"{operation} needs a list of fault names")
            try:
                self.plan(operation, faults)
            except ValueError as error:
                raise BadRequest(str(error)) from None
        return json_reply({"success": True, "left": self._faults.left()})

    def _contract_list(self) -> dict[str, object]:
        """Every contract ever made, and the request that made it."""
        current = [(contract, False) for contract in self._contracts.all(self._now())]
        destroyed = [(contract, True) for contract in self._contracts.gone()]
        return {
            "contracts": [
                {
                    "id": contract.id,
                    "label": contract.label,
                    "nonce": contract.env.get(WITNESS, ""),
                    "keys": [key.text for key in contract.keys],
                    "snapshots": [
                        one.image for one in contract.pushed if one.ready_at <= self._now()
                    ],
                    "gone": gone,
                }
                for contract, gone in [*current, *destroyed]
            ]
        }

    def _ledger_json(self) -> dict[str, object]:
        return {
            "total": self._ledger.total,
            "requests": [entry.as_json() for entry in self._ledger.requests],
            "consumed": [
                {"operation": operation, "fault": fault}
                for operation, fault in self._faults.consumed()
            ],
            "left": self._faults.left(),
        }
