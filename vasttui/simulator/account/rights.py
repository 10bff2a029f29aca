"""Accounts and keys that may not do everything (docs: "permissions", "two-factor")."""

from __future__ import annotations

import operator
from collections.abc import Mapping

from vasttui.models.rights import right_of
from vasttui.simulator.account.api_keys import ApiKeys
from vasttui.simulator.http.routing import Route
from vasttui.simulator.http.wire import Reply, error_reply

NARROW = frozenset({"misc", "instance_read"})
"""The rights of a narrow key."""

_ANY_KEY = {"api_keys", "api_key", "create_api_key"}
"""Operations that look at rights themselves, or not at all."""

_SECOND_FACTOR = (
    "Your key lacks proper privileges for this action or requires you to have logged in using "
    "Two Factor Authentication"
)


_COMPARES = {"eq": operator.eq, "lte": operator.le, "gte": operator.ge}


class Rights:
    """Refuses what the presented key may not do.

    With a `second_factor` everything about the account needs one of the `sessions`.
    """

    def __init__(self, keys: ApiKeys, *, second_factor: bool) -> None:
        self.sessions = keys.sessions
        self._keys = keys
        self._second_factor = second_factor

    def refusal(self, route: Route, key: str, params: Mapping[str, str]) -> Reply | None:
        """The refusal of a request with this key; None lets it through."""
        path = route.path.removeprefix("/api/v0").removeprefix("/api/v1")
        if not route.needs_key or path.startswith("/tfa"):
            return None
        if self._second_factor and key not in self.sessions:
            return error_reply(401, "auth_error", _SECOND_FACTOR)
        if self._keys.used(key) is None:
            return error_reply(401, "auth_error", "Invalid user key")
        rights = self._keys.rights_of(key)
        if route.operation in _ANY_KEY or _allows(
            rights.get(right_of(route.method, path)), route, params
        ):
            return None
        words = f"Your key lacks proper privileges: {route_name(route)}"
        if route.method == "GET":
            return error_reply(403, "permission_error", words)
        return error_reply(401, "auth_error", words)


def _allows(routes: object, route: Route, params: Mapping[str, str]) -> bool:
    """Whether what a key may of a category has this request in it (docs: "permissions")."""
    if not isinstance(routes, dict):
        return False
    name = route_name(route)
    limits = routes.get(name.rpartition("_")[0], routes.get(name, routes.get("*")))
    if not routes or limits is None:
        return not routes
    constraints = limits.get("constraints", {}) if isinstance(limits, dict) else {}
    return all(
        params.get(parameter, "").isdecimal()
        and _COMPARES[sign](int(params[parameter]), int(value))
        for parameter, bounds in constraints.items()
        for sign, value in bounds.items()
    )


def route_name(route: Route) -> str:
    """The service's name of a route, as in its audit log: `api.instance_DELETE`."""
    parts = [part for part in route.path.split("/")[3:] if not part.startswith("{")]
    parts[0] = {"instances": "instance", "asks": "ask", "users": "user"}.get(parts[0], parts[0])
    return f"api.{'.'.join(parts)}_{route.method}"
