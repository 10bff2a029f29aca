"""Who used the account, and what belongs to it: addresses, subaccounts, cloud connections."""

from __future__ import annotations

import time
from collections.abc import Sequence

from vasttui.simulator.account.accounts import DEMO_EMAIL
from vasttui.simulator.http.routing import Call, Route
from vasttui.simulator.http.wire import Reply, error_reply, json_reply
from vasttui.units import DAY, HOUR

HOME = "203.0.113.7"
"""The address of everything that is done now."""

_ADDRESSES = (
    (HOME, 205 * DAY, "Lisbon, PT"),
    ("198.51.100.20", 67 * DAY, "Porto, PT"),
    ("192.0.2.44", 108 * DAY + HOUR, "Berlin, DE"),
)
_SUBACCOUNTS = ((234_567, "lab", "lab@example.com", 41 * DAY),)
_CONNECTIONS = ((1_811, "backups", "s3"), (1_905, "datasets", "drive"))


class Access:
    """Lists of an account; nothing here changes it."""

    def __init__(self, start: float, *, documented: bool, approved: bool) -> None:
        """Times count back from `start`, epoch seconds. `documented` rows have the fields of the
        official description, where the official client reads others. Only an `approved` account has
        subaccounts."""
        self._start = start
        self._documented = documented
        self._approved = approved

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        users = "/api/v0/users"
        return [
            Route("GET", f"{users}/me/ipaddrs", "ipaddrs", self._ipaddrs, interval=2.9),
            Route("GET", f"{users}/cloud_integrations", "connections", self._connections,
                  interval=1.0),
            Route("GET", "/api/v0/subaccounts", "subaccounts", self._subaccounts, interval=2.1),
        ]  # fmt: skip

    def _ipaddrs(self, call: Call) -> Reply:
        rows: list[dict[str, object]] = []
        for number, (address, ago, place) in enumerate(_ADDRESSES):
            seen = self._day(ago)
            if self._documented:
                rows.append({"id": 800 + number, "user_id": 123456, "ip_address": address,
                             "timestamp": seen})  # fmt: skip
            else:
                rows.append({"ip": address, "first_seen": seen, "first_location": place})
        return json_reply({"success": True, "results": rows})

    def _subaccounts(self, call: Call) -> Reply:
        if not self._approved:
            words = "This account is not approved for subaccounts."
            return error_reply(400, "not_approved", words)
        rows = [
            {"id": number, "parent_id": 123456, "key_id": number + 1, "username": name,
             "email": email, "created_at": self._day(ago), "deleted_at": None}
            for number, name, email, ago in _SUBACCOUNTS
        ]  # fmt: skip
        if self._documented:
            for row in rows:
                del row["username"], row["email"]
        return json_reply({"users": rows})

    def _connections(self, call: Call) -> Reply:
        return json_reply(
            [
                {
                    "id": str(number) if self._documented else number,
                    "name": name,
                    "cloud_type": kind,
                }
                for number, name, kind in _CONNECTIONS
            ]
        )

    def _day(self, ago: float) -> str:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self._start - ago))


def is_other(recipient: str) -> bool:
    """Whether there is an account with this mail address or id, and it is not this one."""
    others = {name for number, _, mail, _ in _SUBACCOUNTS for name in (str(number), mail)}
    return recipient not in (DEMO_EMAIL, "123456") and (recipient in others or "@" in recipient)
