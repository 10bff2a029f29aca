"""Thresholds and transfers: what is said when the service leaves it open."""

from __future__ import annotations

import random

import pytest

from tests.support.account import TRANSFER, give_credit
from tests.support.http import KEY
from tests.support.simulator import demo_world
from vasttui.api.client import VastClient, open_client
from vasttui.clock import VirtualClock
from vasttui.errors import VastError
from vasttui.models.account import Account
from vasttui.models.transfer import Transfer
from vasttui.services.account.changes import Transfers, TransferUnknown, change_account
from vasttui.simulator.account.invoices import Invoice
from vasttui.simulator.inprocess import SimulatorTransport
from vasttui.simulator.world import World


class Bench:
    """A demo account with $42.50 and a client of it."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.world: World = demo_world(clock=self.clock, offers=20, instances=0)
        self.client: VastClient = open_client(
            "http://127.0.0.1", KEY, clock=self.clock, rng=random.Random(1),
            transport=SimulatorTransport(self.world),
        )  # fmt: skip

    async def fails(self, *faults: str) -> str:
        """The sentence of a transfer that meets these faults."""
        self.world.plan("transfer_credit", faults)
        with pytest.raises(VastError) as caught:
            await give_credit(self.client, self.clock)
        return caught.value.sentence

    @property
    def sent(self) -> int:
        return len(self.world.ledger.of("transfer_credit"))


async def test_an_unknown_outcome_has_its_own_sentence_with_the_credit() -> None:
    bench = Bench()
    bench.world.plan("transfer_credit", ["reset"])
    with pytest.raises(TransferUnknown) as caught:
        await give_credit(bench.client, bench.clock)
    assert caught.value.sentence == (
        "It is not known whether $3.00 to bob@example.com was transferred: "
        "The connection to 127.0.0.1 broke before the answer was complete. "
        "The credit was $42.50 and is $42.50 now. "
        "It is not sent again; look at the invoices before you do it."
    )
    assert bench.sent == 1


async def test_a_transfer_of_the_same_amount_before_is_not_taken_for_this_one() -> None:
    bench = Bench()
    await give_credit(bench.client, bench.clock)
    assert "It is not known" in await bench.fails("reset")
    assert bench.sent == 2


async def test_accepted_and_less_credit_is_enough_while_no_invoice_is_there() -> None:
    bench = Bench()
    bench.world.holder.invoices.rows = Forgetful()
    await give_credit(bench.client, bench.clock)
    assert bench.sent == 1


async def test_less_credit_alone_does_not_tell_what_became_of_a_lost_request() -> None:
    bench = Bench()
    bench.world.holder.invoices.rows = Forgetful()
    words = await bench.fails("commit_then_reset")
    assert words.startswith("It is not known whether $3.00 to bob@example.com was transferred")
    assert "The credit was $42.50 and is $39.50 now." in words
    assert bench.sent == 1


async def test_accepted_and_not_to_be_seen_is_not_said_to_be_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = Bench()
    bench.world.holder.invoices.rows = Forgetful()
    monkeypatch.setattr(bench.world.contracts, "pay", lambda dollars: None)
    words = await bench.fails()
    assert words.startswith("Vast.ai accepted the transfer of $3.00 to bob@example.com, but")
    assert bench.sent == 1


@pytest.mark.parametrize("route", ["invoices", "account"])
async def test_what_could_not_be_looked_for_is_not_sent(route: str) -> None:
    bench = Bench()
    bench.world.plan(route, ["http:403"])
    assert (await bench.fails()).startswith("Nothing was sent, because its outcome could not be")
    assert bench.sent == 0


async def test_more_than_there_is_is_not_sent() -> None:
    bench = Bench()
    large = Transfer(TRANSFER.recipient, 42.51)
    with pytest.raises(VastError, match=r"Nothing was sent: there is only \$42\.50 of credit"):
        await Transfers(bench.client.account, bench.client.billing, bench.clock).make(large)
    assert bench.sent == 0


async def test_a_threshold_that_is_accepted_and_not_shown_is_not_said_to_be_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = Bench()
    same = (await bench.client.account.current()).id
    monkeypatch.setattr(bench.client.account, "current", lambda: _soon(Account(id=same)))
    with pytest.raises(VastError, match="the account does not show it yet"):
        await change_account(bench.client.account, {"autobill_threshold": 5.0}, bench.clock)


async def test_auto_charge_can_be_taken_away() -> None:
    bench = Bench()
    for amount in (5.0, None):
        await change_account(bench.client.account, {"autobill_threshold": amount}, bench.clock)
        assert (await bench.client.account.current()).autobill_threshold == amount


class Forgetful(list[Invoice]):
    """Invoices that are never written."""

    def append(self, row: Invoice) -> None:
        pass


async def _soon(account: Account) -> Account:
    return account
