"""The audit log: what was done with the account's keys (client 1.9.1 `api/auth.py`)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from vasttui.models.rights import right_of
from vasttui.simulator.account.access import HOME
from vasttui.simulator.account.api_keys import MAIN, ApiKeys
from vasttui.simulator.account.contracts import Contracts
from vasttui.simulator.account.rights import route_name
from vasttui.simulator.http.routing import Call, Route
from vasttui.simulator.http.wire import Reply, json_reply
from vasttui.units import DAY

JOB_KEY = 88_123
"""The id of the key that scheduled jobs have."""

_KEPT = 2_000
_ASK = 4_100_000
"""How far the ids of offers are below those of the instances made from them."""

_PLAIN = ("state", "amount", "recipient", "label", "price")
"""Fields of a request that are kept; others may hold secrets."""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One request; `at` is in epoch seconds. A scheduled job has its own key and no address."""

    at: float
    route: str
    args: dict[str, str | int | float | bool | None]
    key: int = MAIN
    address: str | None = HOME

    def as_json(self, *, text: bool) -> dict[str, object]:
        """As in the list, the arguments as an object or as its text."""
        return {
            "ip_address": self.address,
            "api_key_id": self.key,
            "created_at": self.at,
            "api_route": self.route,
            "args": json.dumps(self.args) if text else self.args,
        }


class AuditLog:
    """Grows with every change that a request makes: what the service does by itself is not in it.

    `documented`: arguments are text, as the official description has it.
    """

    def __init__(
        self, contracts: Contracts, keys: ApiKeys, start: float, *, documented: bool
    ) -> None:
        self._contracts, self._keys = contracts, keys
        self._start = start
        self._documented = documented
        self._rows: list[AuditRow] | None = None

    @property
    def rows(self) -> list[AuditRow]:
        """All entries, oldest first."""
        if self._rows is None:
            self._rows = sorted(self._before(), key=lambda row: row.at)
        return self._rows

    def restore(self, rows: Sequence[AuditRow]) -> None:
        """Restore saved entries."""
        self._rows = list(rows)

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        return [Route("GET", "/api/v0/audit_logs", "audit_logs", self._list, interval=1.0)]

    def watch(self, route: Route, call: Call, *, by_job: bool = False) -> Reply:
        """The answer to a request, or to that of a scheduled job; what was done is noted."""
        reply = route.handler(call)
        right = right_of(route.method, route.path.removeprefix("/api/v0"))
        if right.endswith("_write") and reply.status < 300 and _is_kept(route):
            used = self._keys.used(call.key)
            number = JOB_KEY if by_job else MAIN if used is None else used.id
            address = None if by_job else HOME
            row = AuditRow(call.now, route_name(route), _args(call), number, address)
            self.rows.append(row)
            del self.rows[:-_KEPT]
        return reply

    def _list(self, call: Call) -> Reply:
        return json_reply([row.as_json(text=self._documented) for row in reversed(self.rows)])

    def _before(self) -> list[AuditRow]:
        """What was done before the simulation began."""
        everything = [*self._contracts.all(self._start), *self._contracts.gone()]
        rented = [
            AuditRow(one.start_date, "api.ask_PUT", {"id": one.id - _ASK})
            for one in everything if one.start_date <= self._start
        ]  # fmt: skip
        day, number = self._start - 4 * DAY, 54_288_105
        return [
            *rented,
            AuditRow(day, "api.instance_DELETE", {"instance_id": number}, JOB_KEY, None),
            AuditRow(day - 3e4, "api.ssh_POST", {}),
            AuditRow(day - DAY, "api.instance_PUT", {"instance_id": number, "target_state":
                     "stopped"}, address="198.51.100.20"),
        ]  # fmt: skip


def _is_kept(route: Route) -> bool:
    """Logins are not noted, and what is no part of the account's API."""
    return route.path.startswith("/api/") and "/tfa" not in route.path


def _args(call: Call) -> dict[str, str | int | float | bool | None]:
    """The arguments as the service names them; no text that may be secret."""
    instance = "/instances/" in call.request.path
    found: dict[str, str | int | float | bool | None] = {}
    for name, text in call.params.items():
        known = "instance_id" if instance and name == "id" else name
        found[known] = int(text) if text.isdecimal() else text
    for name, value in call.request.json_object().items():
        if name in _PLAIN and (value is None or isinstance(value, str | int | float)):
            found["target_state" if name == "state" else name] = value
    return found
