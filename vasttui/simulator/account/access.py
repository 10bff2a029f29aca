"""Who used the account, and what belongs to it: addresses, subaccounts, cloud connections."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
_LAB = "lab@example.com"
_FIRST = 234_567
_MAIL = re.compile(r"(?!.*@vast)[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}")
_CONNECTIONS = ((1_811, "backups", "s3"), (1_905, "datasets", "drive"))


@dataclass(frozen=True, slots=True)
class Subaccount:
    """An account below this one; `created` is in epoch seconds."""

    id: int
    username: str
    email: str
    created: float


class Access:
    """Lists of an account; subaccounts can be made, and by nobody deleted."""

    def __init__(self, start: float, *, documented: bool, approved: bool) -> None:
        """Times count back from `start`, epoch seconds. `documented` rows have the fields of the
        official description, where the official client reads others. Only an `approved` account has
        subaccounts."""
        self._start = start
        self._documented = documented
        self._approved = approved
        self.subaccounts = [Subaccount(_FIRST, "lab", _LAB, start - 41 * DAY)]

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        users = "/api/v0/users"
        return [
            Route("GET", f"{users}/me/ipaddrs", "ipaddrs", self._ipaddrs, interval=2.9),
            Route("GET", f"{users}/cloud_integrations", "connections", self._connections,
                  interval=1.0),
            Route("GET", "/api/v0/subaccounts", "subaccounts", self._subaccounts, interval=2.1),
            Route("POST", users, "create_subaccount", self._create, interval=3.0),
        ]  # fmt: skip

    def _ipaddrs(self, call: Call) -> Reply:
        rows: list[dict[str, object]] = []
        for number, (address, ago, place) in enumerate(_ADDRESSES):
            seen = _day(self._start - ago)
            if self._documented:
                rows.append({"id": 800 + number, "user_id": 123456, "ip_address": address,
                             "timestamp": seen})  # fmt: skip
            else:
                rows.append({"ip": address, "first_seen": seen, "first_location": place})
        return json_reply({"success": True, "results": rows})

    def _subaccounts(self, call: Call) -> Reply:
        if not self._approved:
            return _not_approved()
        rows = [
            {"id": one.id, "parent_id": 123456, "key_id": one.id + 1, "username": one.username,
             "email": one.email, "created_at": _day(one.created), "deleted_at": None}
            for one in self.subaccounts
        ]  # fmt: skip
        if self._documented:
            for row in rows:
                del row["username"], row["email"]
        return json_reply({"users": rows})

    def _create(self, call: Call) -> Reply:
        given = call.request.json_object()
        wrong = _wrong(given)
        if wrong is not None:
            return wrong
        if not self._approved or given.get("parent_id") != "me":
            return _not_approved()
        email = str(given["email"])
        taken = {DEMO_EMAIL, *(one.email for one in self.subaccounts)}
        if email.lower() in {name.lower() for name in taken}:
            return error_reply(409, "user_exists", "user already exists.")
        new = Subaccount(
            max((one.id for one in self.subaccounts), default=_FIRST) + 14, str(given["username"]),
            email, call.now,
        )  # fmt: skip
        self.subaccounts.append(new)
        answer = {"id": new.id, "username": new.username, "email": email, "key_id": new.id + 1}
        return json_reply(answer)

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


def _not_approved() -> Reply:
    return error_reply(400, "not_approved", "This account is not approved for subaccounts.")


def _wrong(given: Mapping[str, object]) -> Reply | None:
    """The refusal of a new account (docs: "create subaccount")."""
    for name, most in (("email", 64), ("username", 64), ("password", 256)):
        text = given.get(name)
        if not isinstance(text, str) or not text:
            return error_reply(400, "missing_auth_value", f"{name} is required")
        if len(text) > most:
            return error_reply(400, "invalid_request", f"{name} is too long")
    if not _MAIL.fullmatch(str(given["email"])):
        return error_reply(400, "invalid_email", "Email address not allowed")
    return None


def _day(moment: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


def is_other(recipient: str) -> bool:
    """Whether there is an account with this mail address or id, and it is not this one."""
    return recipient not in (DEMO_EMAIL, "123456") and (
        recipient == str(_FIRST) or "@" in recipient
    )
