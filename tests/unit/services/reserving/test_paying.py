"""A payment ahead meets every fault: it is sent once, never paid twice, and told as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.fleet_rows import fleet_row
from tests.support.rented import destroy
from tests.support.reserving import ME, PRICE, Till
from vasttui.api.outcome import Outcome
from vasttui.errors import BrokenAnswer, VastError
from vasttui.models.bill import Bill, Burn
from vasttui.models.reserved import Deposit
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.reserving.order import Order
from vasttui.services.reserving.payment import PayStep
from vasttui.services.reserving.terms import TermsChanged
from vasttui.store.intent import Owner
from vasttui.store.journal import Journal
from vasttui.ui.reserve.lines import View, pay_lines

FOREVER = 9


async def test_a_payment_is_read_back_before_it_is_believed(tmp_path: Path) -> None:
    till = Till(tmp_path / "journal")
    paid = await till.pay()
    assert paid.step is PayStep.PAID
    assert paid.sentence == (
        "Reserved: 20.0 % off for 1.00 months. $0.229/h from now; "
        "read back: deposit $165.54, credit $146.86 ✓"
    )
    assert [one.step for one in till.told] == [PayStep.SENDING, PayStep.LOOKING, PayStep.PAID]
    assert "Accepted: 20.0 % off" in till.told[1].sentence
    assert (till.sends, till.paid()) == (1, [PRICE])
    assert await till.journal.unfinished() == []
    assert till.reserver.of(paid.instance_id) == paid
    assert till.reserver.unfinished == []


async def test_less_than_was_expected_is_said() -> None:
    till = Till()
    till.world.prepay.generosity = 0.925
    paid = await till.pay()
    assert paid.less
    assert paid.sentence == (
        "The service gave 17.6 %, not about 20 %: $0.236/h. The money is paid; destroying now "
        "would give back about $165.54."
    )


@pytest.mark.parametrize(
    "fault",
    ["reset", "garbage", "http:500", "http:502", "http:503", "http:504", "html", "empty",
     "half_json", "redirect:https://evil.example/", "big:9000000", "gzip_bomb"],
)  # fmt: skip
async def test_a_request_that_is_lost_is_looked_for_and_not_sent_again(fault: str) -> None:
    till = Till()
    lost = await till.pay(*[fault] * FOREVER)
    assert lost.step is PayStep.ABSENT
    assert lost.sentence == "Credit and deposit are as before: it was not paid."
    assert "so far. Do not pay again; looking every 10 s." in till.told[-2].sentence
    assert (till.sends, till.paid()) == (1, [])


@pytest.mark.parametrize(
    "fault",
    ["commit_then_reset", "truncate:5", "stall", "late_commit:3", "late_commit:60",
     "late_commit:250"],
)  # fmt: skip
async def test_an_answer_that_is_lost_is_found_by_the_deposit(fault: str) -> None:
    till = Till()
    found = await till.pay(fault)
    assert found.step is PayStep.PAID
    assert found.sentence.startswith("Found: the deposit is $165.5")
    assert found.sentence.endswith(". It was paid once.")
    assert (till.sends, till.paid()) == (1, [PRICE])


@pytest.mark.parametrize(
    "fault",
    ["http:400", "http:401", "http:403", "http:404", "http:410", "tfa", "no_right",
     "session_expired", "429:plain", "429:short", "429:header", "429:body", "429:shared"],
)  # fmt: skip
async def test_a_refusal_is_one_and_is_not_repeated(fault: str) -> None:
    till = Till()
    refused = await till.pay(*[fault] * FOREVER)
    assert refused.step in (PayStep.REFUSED, PayStep.NOT_SENT)
    assert "Nothing was paid" in refused.sentence
    assert (till.sends, till.paid()) == (1, [])
    assert await till.journal.unfinished() == []


@pytest.mark.parametrize("fault", ["http:409", "refused"])
async def test_a_refusal_that_contradicts_itself_is_looked_up(fault: str) -> None:
    till = Till()
    refused = await till.pay(*[fault] * FOREVER)
    assert refused.step is PayStep.ABSENT
    assert refused.sentence.startswith("The service refused: «")
    assert refused.sentence.endswith("as before: it was not paid.")
    assert (till.sends, till.paid()) == (1, [])


async def test_too_little_credit_is_known_before_and_said_after(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    till = Till()
    with pytest.raises(TermsChanged, match="credit is not enough"):
        await till.pay(dollars=312.41)
    assert till.sends == 0
    around(till, monkeypatch, before=lambda: till.world.contracts.pay(-200))
    refused = await till.pay()
    assert refused.sentence == "The service says the credit is not enough. Nothing was paid."
    assert till.paid() == []


def around(
    till: Till, monkeypatch: pytest.MonkeyPatch, before: Callable[[], object] = lambda: None,
    after: Callable[[], object] = lambda: None,
) -> None:  # fmt: skip
    """Let something happen right before and after the request."""
    pay = till.client.deposits.pay

    async def sent(number: int, dollars: float) -> Outcome:
        before()
        outcome = await pay(number, dollars)
        after()
        return outcome

    monkeypatch.setattr(till.client.deposits, "pay", sent)


async def test_in_read_only_mode_nothing_is_sent() -> None:
    till = Till(read_only=True)
    refused = await till.pay()
    assert refused.step is PayStep.NOT_SENT
    assert "read-only" in refused.sentence.lower()
    assert (till.sends, till.paid()) == (0, [])


async def test_without_a_journal_nothing_is_sent(tmp_path: Path) -> None:
    (tmp_path / "journal").write_bytes(b"not a database, but long enough to be one" * 50)
    till = Till(tmp_path / "journal")
    with pytest.raises(VastError, match="Nothing was paid: paying ahead is off"):
        await till.pay()
    assert till.sends == 0


async def test_what_is_not_as_shown_is_not_paid() -> None:
    till = Till()
    shown = await till.reserver.terms(till.contract.id)
    till.contract.price *= 1.1
    till.contract.end_date += 86_400
    till.world.contracts.pay(-50)
    with pytest.raises(TermsChanged) as caught:
        await till.reserver.pay(shown, PRICE)
    said = caught.value.sentence
    for part in ("The price is $0.31", "The contract ends on 20", "The credit is $262.40 now"):
        assert part in said
    assert said.endswith("Nothing was paid: look again.")
    assert till.sends == 0
    again = await till.reserver.pay(caught.value.terms, PRICE)
    assert again.step is PayStep.PAID


async def test_what_is_billed_meanwhile_is_no_change() -> None:
    till = Till()
    await till.pay(dollars=20.0)
    shown = await till.reserver.terms(till.contract.id)
    till.clock.advance(600)
    assert (await till.reserver.pay(shown, 20.0)).step is PayStep.PAID
    assert till.paid() == [20.0, 20.0]


async def test_what_else_uses_the_credit_is_the_same_before_the_deposit_is_seen_to_pay() -> None:
    till = Till()
    running = fleet_row(till.contract.id, bill=Bill(gpu=0.267, disk=0.02))
    reserved = fleet_row(till.contract.id, bill=Bill(gpu=0.229, disk=0.0, prepaid=True))
    before = Fleet(rows=(running,), burn=Burn(gpu=2.0, disk=0.2))
    seen = Fleet(rows=(reserved,), burn=Burn(gpu=1.733, disk=0.18))
    till.fleet = before
    first = await till.reserver.terms(till.contract.id)
    await till.reserver.pay(first, PRICE)
    again = await till.reserver.terms(till.contract.id)
    assert again.deposit.left
    till.fleet = seen
    later = await till.reserver.terms(till.contract.id)
    for terms in (first, again, later):
        assert terms.burn - terms.own == pytest.approx(1.913)
        plan = terms.plan(40.0)
        assert plan is not None
        terms = replace(terms, credit=100.0)
        [paid] = [
            line.plain for line in pay_lines(View(terms, 0.0, 0.0, False, False), plan, None)
            if "paid now" in line.plain
        ]  # fmt: skip
        assert paid.endswith("$100.00 → $60.00, which lasts ~31 h for the rest")


async def test_a_second_payment_waits_for_the_first(tmp_path: Path) -> None:
    first = Till(tmp_path / "journal")
    terms = await first.reserver.terms(first.contract.id)
    await first.journal.open("prepay", str(first.contract.id), {}, now=0.0)
    with pytest.raises(VastError, match=r"already doing this\. Nothing was paid from here"):
        await first.reserver.pay(terms, PRICE)
    assert first.sends == 0


async def test_what_cannot_be_told_is_said_and_looked_for_on() -> None:
    """The deposit is listed later than the money is gone."""
    till = Till()
    terms = await till.reserver.terms(till.contract.id)
    till.world.plan("prepay", ["commit_then_reset"])
    till.world.plan("deposit", ["ok", "http:500", "http:500", "http:500", "http:404"])
    found = await till.reserver.pay(terms, PRICE)
    assert found.step is PayStep.PAID
    said = [one.sentence for one in till.told if one.step is PayStep.LOOKING]
    assert any(
        "It cannot be told yet: the credit changed by $165.5" in one
        and "Do not pay again; looking every 10 s." in one
        for one in said
    )
    assert [one.is_news for one in till.told].count(True) <= 2  # the first doubt, and the end
    assert till.paid() == [PRICE]


async def test_a_deposit_that_is_gone_with_its_instance_is_not_taken_for_unpaid(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    till = Till()
    around(till, monkeypatch, after=lambda: destroy(till.world, till.contract.id))
    ended = await till.pay("commit_then_reset")
    assert ended.step is PayStep.UNKNOWN
    assert ended.sentence.startswith("The instance is gone, and its deposit with it")


async def crashed(path: Path, *faults: str) -> Till:
    """A program that ended right after its request."""
    till = Till(path)
    terms = await till.reserver.terms(till.contract.id)
    order = Order.of(terms, PRICE)
    await till.journal.open("prepay", str(order.instance_id), order.details, now=till.clock.now())
    if faults:
        till.world.plan("prepay", [one for one in faults if one != "none"])
        await till.client.deposits.pay(order.instance_id, PRICE)
    till.journal.finish()
    return till


@pytest.mark.parametrize("later", [5.0, 3_600.0, 40 * 3_600.0])
@pytest.mark.parametrize(
    ("faults", "step", "paid"),
    [(("none",), PayStep.PAID, [PRICE]), (("late_commit:60",), PayStep.PAID, [PRICE]),
     (("reset",), PayStep.ABSENT, []), ((), PayStep.ABSENT, [])],
)  # fmt: skip
async def test_what_an_earlier_run_left_is_found_out(
    tmp_path: Path, faults: tuple[str, ...], step: PayStep, paid: list[float], later: float
) -> None:
    before = await crashed(tmp_path / "journal", *faults)
    before.clock.advance(later)
    till = Till(tmp_path / "journal", before=before)
    await till.reserver.recover()
    await till.settled()
    assert till.told[-1].step is step
    assert "ended before it was confirmed" in till.told[0].sentence
    assert till.paid() == paid
    assert till.sends == (1 if faults else 0)
    assert await till.journal.unfinished() == []


async def test_another_accounts_payment_waits_for_its_key(tmp_path: Path) -> None:
    before = await crashed(tmp_path / "journal", "none")
    till = Till(tmp_path / "journal", before=before, owner=lambda: Owner("other", "other"))
    await till.reserver.recover()
    await till.reserver.recover()
    [told] = till.told
    assert told.step is PayStep.FOREIGN
    assert "not under this account" in told.sentence
    assert len(await till.journal.unfinished()) == 1


async def test_a_damaged_row_is_said_and_closed(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", lambda: ME)
    await journal.open("prepay", "7", {"dollars": "much"}, now=0.0)
    journal.finish()
    till = Till(tmp_path / "journal")
    await till.reserver.recover()
    assert till.told[-1].step is PayStep.UNKNOWN
    assert "Its row in the journal is damaged: perhaps it was paid." in till.told[-1].sentence
    assert await till.journal.unfinished() == []


async def test_what_cannot_be_told_for_a_day_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    till = Till()

    async def unread(number: int) -> Deposit:
        raise BrokenAnswer("Cut off.")

    around(
        till, monkeypatch, after=lambda: monkeypatch.setattr(till.client.deposits, "get", unread)
    )
    monkeypatch.setattr("vasttui.services.reserving.run.DAY", 900.0)
    ended = await till.pay("commit_then_reset")
    assert ended.step is PayStep.UNKNOWN
    assert "look at the invoices before you pay again" in ended.sentence
    assert "the deposit cannot be read. Do not pay again" in till.told[-2].sentence
    assert "Cut off." in till.told[-2].sentence
