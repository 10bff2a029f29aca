"""The account behind the key (docs: "show user"; client 1.9.1 `api/billing.py`, `api/auth.py`,
`api/teams.py`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from vasttui.api.answers import rows_in
from vasttui.api.engine import ResourceClient
from vasttui.api.operations import OPERATIONS
from vasttui.api.outcome import Fate, Outcome
from vasttui.errors import BrokenAnswer, VastError
from vasttui.models.account import (
    Account,
    Address,
    Connection,
    Method,
    SecondFactor,
    Session,
    Subaccount,
)
from vasttui.models.audit import AuditEntry
from vasttui.models.decode_account import (
    account_from,
    address_from,
    audit_from,
    connection_from,
    second_factor_from,
    session_from,
    subaccount_from,
)
from vasttui.models.subaccount import NewSubaccount
from vasttui.models.transfer import Transfer

Row = TypeVar("Row")

_MINE = {"owner": "me"}


class AccountClient(ResourceClient):
    """The signed-in account. Reads raise `VastError`; changes are sent once and raise nothing."""

    async def current(self) -> Account:
        """The account, with its credit in $: `GET /users/current`."""
        account = account_from(await self._engine.read(OPERATIONS["account"]))
        if account is None:
            raise BrokenAnswer("The answer contains no account.")
        return account

    async def set(self, fields: Mapping[str, float | bool | None]) -> Outcome:
        """Change these fields of the account: `PUT /users/` (docs: "set user")."""
        return await self._engine.write(OPERATIONS["set_user"], fields)

    async def addresses(self) -> tuple[Address, ...]:
        """The addresses it was used from: `GET /users/me/ipaddrs` (docs: "show ipaddrs")."""
        document = await self._engine.read(OPERATIONS["ipaddrs"], _MINE)
        return _known(rows_in(document, "results", "addresses"), address_from)

    async def subaccounts(self) -> tuple[Subaccount, ...]:
        """The accounts that belong to it: `GET /subaccounts` (docs: "show subaccounts")."""
        document = await self._engine.read(OPERATIONS["subaccounts"], _MINE)
        return _known(rows_in(document, "users", "subaccounts"), subaccount_from)

    async def create_subaccount(self, new: NewSubaccount) -> Outcome:
        """Make an account that belongs to it: `POST /users/` (docs: "create subaccount")."""
        body = {
            "email": new.email, "username": new.username, "password": new.password,
            "host_only": False, "parent_id": "me",
        }  # fmt: skip
        return await self._engine.write(OPERATIONS["create_subaccount"], body, confirms=_has_id)

    async def connections(self) -> tuple[Connection, ...]:
        """Its connections to cloud storage: `GET /users/cloud_integrations/` (docs: "show
        connections")."""
        document = await self._engine.read(OPERATIONS["connections"])
        return _known(_bare(document, "cloud connections"), connection_from)

    async def audit_log(self) -> tuple[AuditEntry, ...]:
        """What was done with its keys: `GET /audit_logs/` (client 1.9.1 `api/auth.py`)."""
        document = await self._engine.read(OPERATIONS["audit_logs"])
        return audit_from(_bare(document, "audit entries"))

    async def transfer(self, transfer: Transfer) -> Outcome:
        """Give credit away for good: `PUT /commands/transfer_credit/` (docs: "transfer credit")."""
        body = {"sender": "me", "recipient": transfer.recipient, "amount": transfer.dollars}
        return await self._engine.write(OPERATIONS["transfer_credit"], body)

    async def second_factor(self) -> SecondFactor:
        """The state of two-factor authentication, which a plain key may read too: `GET
        /tfa/status/` (docs: "two-factor authentication endpoints")."""
        return second_factor_from(await self._engine.read(OPERATIONS["tfa_status"]))

    async def send_code(self, method: Method) -> str:
        """Have a code sent by text message or mail, once, and return the secret that belongs to it:
        `POST /tfa/sms/`, `POST /tfa/email/`. Raises VastError, also if it is not known whether one
        was sent."""
        is_sms = method.method == "sms"
        operation = OPERATIONS["tfa_sms" if is_sms else "tfa_email"]
        body = {"tfa_method_id": method.id} if is_sms else {}
        outcome = await self._engine.write(operation, body, confirms=_has_secret)
        if outcome.fate is Fate.UNKNOWN:
            raise VastError(
                f"It is not known whether a code was sent: {outcome.error}",
                hint="Without the answer it cannot be used: ask for another.",
            ) from outcome.error
        document = outcome.unwrap()
        return f"{document['secret']}" if isinstance(document, dict) else ""

    async def log_in(self, proof: Mapping[str, str | int]) -> Session:
        """Exchange a code for a session key: `POST /tfa/`. `proof` has `tfa_method`, `code`,
        `secret` and `tfa_method_id`, or a `backup_code`."""
        session = session_from(await self._engine.read(OPERATIONS["tfa_login"], body=proof))
        if session is None:
            raise BrokenAnswer("Vast.ai accepted the code but gave no session key.")
        return session


def _known(rows: list[object], decode: Callable[[object], Row | None]) -> tuple[Row, ...]:
    return tuple(found for row in rows if (found := decode(row)) is not None)


def _has_secret(document: object) -> bool:
    return isinstance(document, dict) and isinstance(document.get("secret"), str)


def _has_id(document: object) -> bool:
    return isinstance(document, dict) and isinstance(document.get("id"), int)


def _bare(document: object, what: str) -> list[object]:
    """The rows of an answer that is nothing but rows."""
    return rows_in({"rows": document}, "rows", what)
