"""The simulator's own paths: plan faults, read the ledger, change instances, log in, start over.

They ask for no key, which is why the server only listens on loopback.
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

PREFIX = "/_sim/"
WITNESS = "VASTTUI_INTENT"
"""The variable by which the ledger tells which request made a contract."""


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
        now: Callable[[], float],
    ) -> None:
        self._faults = faults
        self._ledger = ledger
        self._operations = operations
        self._contracts = contracts
        self._keys = keys
        self._rent = rent
        self._now = now

    def handle(self, request: Request) -> Reply:
        """`GET ledger` and contracts, and `POST` to plan, instances, rent, login and reset."""
        match request.method, request.path.removeprefix(PREFIX).rstrip("/"):
            case "POST", "plan":
                return self._plan(request.json_object())
            case "GET", "ledger":
                return json_reply(self._story())
            case "GET", "contracts":
                return json_reply(self._contract_list())
            case "POST", "instances":
                return self._change(request.json_object())
            case "POST", "rent":
                self._rent.change(request.json_object(), self._now())
                return json_reply({"success": True})
            case "POST", "login":
                return self._login(request.json_object())
            case "POST", "reset":
                self._faults.clear()
                self._ledger.clear()
                return json_reply({"success": True})
        known = "There are /_sim/plan, ledger, contracts, instances, rent, login and reset."
        return error_reply(404, "not_found", known)

    def change(self, number: int, become: str) -> None:
        """Have an instance become something: "gone", or one of `BECOME`.

        Raises ValueError for an instance or a word that does not exist.
        """
        now = self._now()
        contract = self._contracts.get(number, now)
        if contract is None:
            raise ValueError(f"There is no instance {number}.")
        if become == "gone":
            self._contracts.remove(number, now)
            return
        lifecycle.become(contract, become, now)

    def _change(self, wish: Mapping[str, object]) -> Reply:
        number, become = wish.get("id"), wish.get("become")
        if not isinstance(number, int) or not isinstance(become, str):
            raise BadRequest("an id and what to become are needed")
        try:
            self.change(number, become)
        except ValueError as error:
            raise BadRequest(str(error)) from None
        return json_reply({"success": True})

    def _login(self, attempt: Mapping[str, object]) -> Reply:
        """What an SSH server says to the owner of a key: there is none here to be asked."""
        number, text = attempt.get("id"), attempt.get("ssh_key")
        if not isinstance(number, int) or not isinstance(text, str):
            raise BadRequest("an id and the text of an ssh_key are needed")
        now = self._now()
        contract = self._contracts.get(number, now)
        if contract is None:
            raise BadRequest(f"There is no instance {number}.")
        proxy = attempt.get("proxy") is True
        return json_reply({"success": self._keys.let_in(contract, text, now, proxy=proxy)})

    def plan(self, operation: str, faults: list[str]) -> None:
        """Plan faults. Raises ValueError for an operation or a fault that does not exist."""
        if operation not in self._operations:
            known = ", ".join(sorted(self._operations))
            raise ValueError(f"There is no operation {operation!r}. Known are: {known}.")
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
        """Every contract there ever was, and which request made it."""
        there = [(one, False) for one in self._contracts.all(self._now())]
        return {
            "contracts": [
                {
                    "id": one.id,
                    "label": one.label,
                    "nonce": one.env.get(WITNESS, ""),
                    "keys": [key.text for key in one.keys],
                    "gone": gone,
                }
                for one, gone in [*there, *((one, True) for one in self._contracts.gone())]
            ]
        }

    def _story(self) -> dict[str, object]:
        return {
            "total": self._ledger.total,
            "requests": [entry.as_json() for entry in self._ledger.requests],
            "consumed": [
                {"operation": operation, "fault": fault}
                for operation, fault in self._faults.consumed()
            ],
            "left": self._faults.left(),
        }
