"""The account behind the key (docs: "show user"; client 1.9.1 `api/billing.py`)."""

from __future__ import annotations

from vasttui.api.engine import ResourceClient
from vasttui.api.operations import OPERATIONS
from vasttui.errors import BrokenAnswer
from vasttui.models.account import Account
from vasttui.models.decode import account_from


class AccountClient(ResourceClient):
    """Who is signed in. Raises `VastError`."""

    async def current(self) -> Account:
        """The account, with what money is left in $: `GET /users/current`."""
        account = account_from(await self._engine.read(OPERATIONS["account"]))
        if account is None:
            raise BrokenAnswer("The answer of the service holds no account.")
        return account
