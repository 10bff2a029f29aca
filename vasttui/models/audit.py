"""The audit log: what was done with the account's keys."""

from __future__ import annotations

from dataclasses import dataclass

_WORDS = {"api.ask_PUT": "rented", "api.instance_DELETE": "destroyed an instance"}
_STATES = {"stopped": "stopped an instance", "running": "started an instance"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One request that the service keeps (client 1.9.1 `cli/display.py`).

    `id` tells entries apart; the service has none. `created_at` is in epoch seconds. `args` is the
    text of the arguments without what may be secret, `about` the instance or offer among them,
    `state` the state that an instance was sent to.
    """

    id: str
    created_at: float | None = None
    api_route: str | None = None
    args: str = ""
    about: int | None = None
    state: str | None = None
    ip_address: str | None = None
    api_key_id: int | None = None

    @property
    def what(self) -> str:
        """What was done, in words; an unknown route stands as the service wrote it."""
        if self.api_route == "api.instance_PUT":
            return _STATES.get(self.state or "", "changed an instance")
        return _WORDS.get(self.api_route or "", self.api_route or "?")

    @property
    def is_rent(self) -> bool:
        """Whether `about` is an offer."""
        return self.api_route == "api.ask_PUT"
