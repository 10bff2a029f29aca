"""The dialog that pays ahead, used as its user does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Button, Input

from tests.support.fleet_rows import fleet_row
from tests.support.rented import called, put
from tests.support.reserving import Till, generous, payments
from tests.support.stage import Stage, stage
from vasttui.models.serverless import Endpoint, Worker
from vasttui.models.status import Phase
from vasttui.services.reserving.order import Order
from vasttui.services.serverless.rows import EndpointRow, WorkerRow
from vasttui.simulator.account.contract import Contract
from vasttui.store.intent import Owner
from vasttui.ui.app.exit_summary import exit_summary
from vasttui.ui.app.exit_summary import unfinished as unfinished_of
from vasttui.ui.instances.destroy_dialog import DestroyModal
from vasttui.ui.instances.one import InstanceScreen
from vasttui.ui.modals.message import ConfirmModal
from vasttui.ui.modals.text import TextModal
from vasttui.ui.modals.typed_confirm import GUARD, GuardedInput
from vasttui.ui.reserve.dialog import ReserveModal
from vasttui.ui.reserve.lines import months_words
from vasttui.ui.reserve.words import obstacle
from vasttui.ui.timers.lines import MANAGED

PRICE = "165.12"
"""What a month of train-a costs ahead."""


@asynccontextmanager
async def reserving(
    size: tuple[int, int] = (120, 36), *, credit: float = 312.40, **changes: Any
) -> AsyncIterator[tuple[Stage, Contract]]:
    """The dialog for train-a, as it opens."""
    async with stage(instances=4, size=size, account={"credit": credit}, **changes) as running:
        contract = generous(running.world)
        await running.instances()
        at(running, contract.id)
        await running.dialog("$")
        yield running, contract


def at(running: Stage, number: int) -> None:
    """Put the cursor on an instance."""
    running.app.get_screen("instances").browse.list.put_cursor(number)  # type: ignore[attr-defined]


async def ready(running: Stage) -> None:
    await running.until(lambda: "Pay ahead" in running.text or "Pay more" in running.text)


def button(running: Stage) -> Button:
    return running.app.screen.query_one("#pay", Button)


async def pay(running: Stage, amount: str = PRICE) -> None:
    """Type the amount and press the button."""
    running.app.screen.set_focus(running.app.screen.query_one(GuardedInput))
    await running.pause(GUARD)
    await running.type(amount)
    await running.press("enter", "enter")


async def test_a_month_is_paid_ahead_after_its_amount_was_typed() -> None:
    async with reserving() as (running, contract):
        await ready(running)
        text = running.text
        for words in (
            "Reserve train-a (54548356)",
            "machine 2221 (US) · on-demand $0.287/h: $0.267 GPU + $0.020 disk",
            "(●) 1 month  ( ) an amount 165.12",
            "3 and 6 months: not here, the contract ends in 39d",
            "about 20 %     the service sets it when it takes the money: 40 % at most on this mach",
            "$206.40 for 720 h without a discount",
            "$165.12 out of your credit: $312.40 → $147.28, which lasts",
            "about $0.229/h instead of $0.287/h; 1 month ends 21 Oct, before the contract does ✓",
            "after 1 day about $158.17 · 7 days about $116.48 · 15 days about $60.89 · 29 days ab",
            "Their figure counts.", "if the machine loses its verification",
            "Reserved does not mean kept", "it may get worse", "Type 165.12 to pay it:",
            "One payment is sent, never again by itself.",
        ):  # fmt: skip
            assert words in text, (words, text)
        assert button(running).disabled
        await running.press("Y")
        await running.until(lambda: isinstance(running.app.screen, TextModal))
        assert f"vastai prepay instance {contract.id} 165.12" in running.text
        await running.press("escape", "tab", "tab")
        await running.pause(GUARD)
        await running.type("165.13")
        assert "165.12 is the amount on the button" in running.text
        assert button(running).disabled
        await running.press("backspace", "2")
        assert not button(running).disabled
        await running.press("shift+tab", "shift+tab", "right")  # changing the months empties it
        assert running.app.screen.query_one(GuardedInput).value == ""
        await running.press("left")
        await pay(running)
        await running.until(lambda: "Reserved: 20.0 % off for 1.00 months" in running.text)
        await running.until(lambda: "left, about" in running.text)
        assert "read back: deposit $165.12, credit $147.2" in running.text
        assert "[ Close ]" in running.text
        assert "Pay ahead" not in running.text
        assert payments(running.world) == [165.12]
        assert running.sent("prepay") == ['{"amount": 165.12}']


async def test_an_amount_at_80_by_24_and_then_more() -> None:
    async with reserving((80, 24)) as (running, _):
        await ready(running)
        await running.press("right", "tab", *["backspace"] * 6)
        await running.type("400")
        assert "$312.40 is not enough for $400.00. Add credit on the web, then ^r." in running.text
        await running.press(*["backspace"] * 3)
        assert "An amount is any from $1.00 to your credit." in " ".join(running.text.split())
        await running.type("50")
        text = running.text
        for words in (
            "( ) 1 month  (●) amount 50", "3, 6 months: too long here", "about 2 %",
            "$50.00: credit $312.40 → $262.40", "what is left − 1.05 × the discount",
            "7 days about $1.", "Stopping lets others take the GPU.", "Type 50.00 to pay it:",
            "[ Pay $50.00 ]", "no answer: credit and deposit are read.",
        ):  # fmt: skip
            assert words in text, (words, text)
        await pay(running, "50")
        await running.until(lambda: "Reserved: 1" in running.text)
        await running.until(lambda: "If destroyed about" in running.text)
        await running.press("r")
        await running.until(lambda: "Pay more" in running.text)
        assert "set anew for all of it, and it may get worse" in " ".join(running.text.split())
        assert payments(running.world) == [50.0]


async def test_what_changed_meanwhile_is_shown_and_asked_again() -> None:
    async with reserving() as (running, contract):
        await ready(running)
        contract.price *= 1.1
        await pay(running)
        await running.until(lambda: "Nothing was paid: look again." in running.text)
        assert "The price is $0.313/h now, $0.287/h was shown." in running.text
        assert "on-demand $0.313/h" in running.text
        assert running.app.screen.query_one(GuardedInput).value == ""
        assert running.sent("prepay") == []
        await pay(running, "180.48")
        await running.until(lambda: "Reserved: 20.0 % off" in running.text)
        assert payments(running.world) == [180.48]


async def test_without_an_answer_it_is_found_and_nobody_may_pay_again() -> None:
    async with reserving() as (running, _):
        await ready(running)
        running.world.plan("prepay", ["late_commit:40"])
        await pay(running)
        await running.until(lambda: "so far. Do not pay again; looking every 10 s." in running.text)
        assert "[ Close ]" in running.text
        await running.press("escape")
        await running.dialog("$")  # it says so there, too
        await running.until(lambda: "Do not pay again" in running.text)
        assert button(running).disabled
        await running.until(lambda: "It was paid once." in running.text, 60, step=1.0)
        await running.press("escape")
        assert payments(running.world) == [165.12]
        assert running.sent("prepay") == ['{"amount": 165.12}']


async def test_leaving_stops_nothing_and_less_is_said() -> None:
    async with reserving() as (running, _):
        await ready(running)
        running.world.prepay.generosity = 0.5
        running.world.plan("prepay", ["stall:3"])
        await pay(running)
        await running.until(lambda: "Paying $165.12…" in running.text, step=0.01)
        assert "Leaving does not stop it." in running.text
        await running.press("escape")
        await running.until(lambda: "not about 20 %" in running.said, 60)
        assert "Pay $165.12 ahead for train-a" in running.said
        assert payments(running.world) == [165.12]


async def test_what_cannot_be_reserved_is_said_and_read_only_pays_nothing() -> None:
    async with stage(instances=5, account={"credit": 312.40}) as running:
        await running.instances()
        for label, words in (
            ("spot-e", "Bids cannot be reserved. Rent it on-demand first."),
            ("old-c", "It is stopped: the GPU may be gone. Start it first, then reserve."),
        ):
            at(running, called(running.world, label)["id"])
            await running.press("$")
            await running.until(lambda words=words: words in running.said)  # type: ignore[misc]
        assert not isinstance(running.app.screen, ReserveModal)
        generous(running.world, most=0.0)
        at(running, called(running.world, "train-a")["id"])
        await running.dialog("$")
        await ready(running)
        assert "Paying ahead would only lock the money." in " ".join(running.text.split())
        assert button(running).disabled
        await running.press("escape")
    async with stage(instances=4, read_only=True) as running:
        await running.instances()
        at(running, called(running.world, "train-a")["id"])
        await running.press("$")
        await running.until(lambda: "Read-only mode" in running.said)
        assert running.sent("prepay") == []


async def test_a_reading_that_fails_is_said_and_repeated_and_a_worker_is_called_one() -> None:
    async with reserving(faults={"deposit": ["http:400"]}) as (running, contract):
        await running.until(lambda: "It could not be read:" in running.text)
        assert "r reads it again." in running.text
        assert "r read again" in running.text
        for words in ("[ Pay", "months", "show command"):
            assert words not in running.text
        await running.press("r")
        await ready(running)
        assert running.app.screen.query(Input)
        assert MANAGED not in running.text
        assert running.app.live is not None
        live = running.app.live
        worker = WorkerRow(worker=Worker(id=contract.id), endpoint=5, since=0.0)
        listed = Endpoint(id=5, endpoint_name="llama")
        live.serverless.reader.rows = (EndpointRow(endpoint=listed, workers=(worker,)),)
        live.store.workers_read()
        await running.until(lambda: MANAGED in running.text)


async def test_a_reserved_instance_says_so_wherever_it_is_shown_stopped_or_destroyed() -> None:
    async with stage(instances=4, account={"credit": 312.40}) as running:
        contract = generous(running.world)
        put(running.world, f"prepay/{contract.id}", {"amount": 165.12})
        await running.instances()
        at(running, contract.id)
        await running.poll()
        assert "reserved, 20 % off: $165.1" in running.text
        assert "left, about 29d" in running.text
        assert "-$0.036/h " in running.text  # the credit pays for the others alone
        await running.dialog("t")
        assert isinstance(running.app.screen, ConfirmModal)
        said = " ".join(running.text.replace("│", " ").split())
        assert "Reserved does not mean kept: once it is stopped, others may take the" in said
        await running.press("escape")
        running.clock.advance(15 * 86_400)
        await running.poll()
        await running.dialog("D")
        assert isinstance(running.app.screen, DestroyModal)
        await running.until(lambda: "comes back into your" in running.text)
        said = " ".join(running.text.replace("│", " ").split())
        assert "of the deposit's $82.5" in said
        assert "about $60.8" in said
        assert "does not: the discount so far, $20.6" in said
        await running.press("escape", "enter")
        await running.until(lambda: isinstance(running.app.screen, InstanceScreen))
        await running.until(lambda: "of the deposit left" in running.text)
        assert "Reserved $82.5" in running.text
        await running.dialog("$")  # in the full view, too
        await ready(running)
        assert "Pay more" in running.text
        assert "If destroyed about $60.8" in running.text


async def test_a_payment_that_an_earlier_run_left_is_found_by_the_next_start(
    tmp_path: Path,
) -> None:
    before = Till(tmp_path / "journal", owner=Owner)
    order = Order.of(await before.reserver.terms(before.contract.id), 165.12)
    number = str(before.contract.id)
    await before.journal.open("prepay", number, order.details, now=before.clock.now())
    before.journal.finish()
    account = {"credit": 312.40}
    async with stage(instances=4, account=account, journal_file=tmp_path / "journal") as running:
        generous(running.world)
        put(running.world, f"prepay/{number}", {"amount": 165.12})
        await running.until(lambda: "It was paid once." in running.said, step=1.0)
        assert "Pay $165.12 ahead for train-a" in running.said
        assert "reading credit and deposit. Do not pay again;" in running.said
        assert running.sent("prepay") == ['{"amount": 165.12}']  # that of the earlier run


async def test_who_quits_meanwhile_is_told_not_to_pay_again() -> None:
    async with reserving() as (running, _):
        await ready(running)
        running.world.plan("prepay", ["reset"])
        await pay(running)
        await running.until(lambda: "so far. Do not pay again" in running.text)
        await running.press("escape")
        [unfinished] = unfinished_of(running.app)
        assert unfinished.startswith("Pay $165.12 ahead for train-a: Credit and deposit are as")
        assert "Do not pay again; vasttui looks for it at its next start." in exit_summary(
            running.app
        )
        await running.dialog("q")
        assert "Pay $165.12 ahead for train-a" in running.text


async def test_what_is_in_the_way_is_true_in_every_state() -> None:
    said = {phase: obstacle(fleet_row(1, phase, is_bid=False)) for phase in Phase}
    starts = {phase for phase, words in said.items() if "Start it first" in words}
    assert starts == {Phase.STOPPED, Phase.STOPPING, Phase.OUTBID}
    assert said[Phase.OFFLINE] == "It is offline: wait for its host to come back, then reserve."
    assert "will not mend itself" in said[Phase.FAILED]
    assert {phase for phase, words in said.items() if not words} == {
        phase for phase in Phase if phase.traits.wants_gpu and phase is not Phase.SCHEDULING
    }


@pytest.mark.parametrize(
    ("months", "words"),
    [
        (1.0, "1 month"), (0.9999, "1 month"), (3, "3 months"), (0.15, "about 0.15 months"),
        (0.9, "about 0.90 months"), (0.0484, "about 0.048 months"), (1.04, "about 1.04 months"),
    ],
)  # fmt: skip
def test_months_have_digits_enough(months: float, words: str) -> None:
    assert months_words(months) == words


async def test_at_60_by_20_the_periods_that_are_too_long_have_their_own_line() -> None:
    async with reserving((60, 20)) as (running, _):
        await ready(running)
        assert "3, 6 months: too long here" in running.text
        assert "( ) amount 165.12" in running.text


async def test_every_line_and_button_fits_at_100_by_30() -> None:
    async with reserving((100, 30)) as (running, contract):
        await ready(running)
        for words in ("Type 165.12 to pay it:", "[ Pay $165.12 ]", "may lower the discount."):
            assert words in running.text
        contract.end_date = running.clock.now() + 10 * 86_400
        await running.press("r")
        await running.until(lambda: "1, 3, 6 months: too long here" in running.text)
        assert "An amount is any from $1.00" in running.text
        running.app.screen.query_one("#amount", Input).value = "50"
        await running.pause()
        assert "(●) amount 50" in running.text
        assert "1 month" not in running.text
        assert "7 days about" in running.text
        assert "15 days" not in running.text
        await running.press("escape")
        assert not isinstance(running.app.screen, ReserveModal)
