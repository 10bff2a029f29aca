"""The account behind the key (docs: "show user"; client 1.9.1 `api/billing.py`)."""

from __future__ import annotations

from vasttui.api.engine import Engine
from vasttui.api.operations import OPERATIONS
from vasttui.errors import BrokenAnswer
from vasttui.models.account import Account
from vasttui.models.decode import account_from


async def current_user(engine: Engine) -> Account:
    """`GET /users/current`. Raises `VastError`."""
    account = account_from(await engine.read(OPERATIONS["account"]))
    if account is None:
        raise BrokenAnswer("The answer of the service holds no account.")
    return account
