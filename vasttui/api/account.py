"""The account behind the key (docs: "show user"; client 1.9.1 `api/billing.py`)."""

from __future__ import annotations

from vasttui.api.engine import ResourceClient
from vasttui.api.operations import OPERATIONS
from vasttui.errors import BrokenAnswer
from vasttui.models.account import Account
from vasttui.models.decode import account_from


class AccountClient(ResourceClient):
    """The signed-in account. Raises `VastError`."""

    async def current(self) -> Account:
        """The account, with its credit in $: `GET /users/current`."""
        account = account_from(await self._engine.read(OPERATIONS["account"]))
        if account is None:
            raise BrokenAnswer("The answer contains no account.")
        return account
