"""Changes of the account, for the table in `tests/support/writes.py`."""

from __future__ import annotations

from vasttui.api.client import VastClient
from vasttui.clock import Clock
from vasttui.models.subaccount import NewSubaccount
from vasttui.models.transfer import Transfer
from vasttui.services.account.changes import Transfers, change_account, make_subaccount
from vasttui.simulator.world import World

THRESHOLD = {"balance_threshold": 12.5, "balance_threshold_enabled": True}
SUBACCOUNT = NewSubaccount(email="ci@example.com", username="ci", password="hidden")
TRANSFER = Transfer("bob@example.com", 3.0)


async def change_threshold(client: VastClient, clock: Clock) -> None:
    """As the screen does it."""
    await change_account(client.account, THRESHOLD, clock)


async def has_threshold(client: VastClient, world: World) -> bool:
    """Whether the account shows it."""
    account = await client.account.current()
    return (account.balance_threshold, account.balance_threshold_enabled) == (12.5, True)


async def add_subaccount(client: VastClient, clock: Clock) -> None:
    """As the screen does it."""
    await make_subaccount(client.account, SUBACCOUNT, clock)


async def has_subaccount(client: VastClient, world: World) -> bool:
    """Whether it is listed."""
    return any(one.email == SUBACCOUNT.email for one in await client.account.subaccounts())


async def give_credit(client: VastClient, clock: Clock) -> None:
    """As the screen does it."""
    await Transfers(client.account, client.billing, clock).make(TRANSFER)


async def has_given(client: VastClient, world: World) -> bool:
    """Whether there is an invoice."""
    return any(TRANSFER.may_be(one) for one in await client.billing.transfers(0.0, 2**33))
