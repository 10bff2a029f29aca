"""Invoices on the screen: what came in stands under In."""

from __future__ import annotations

from dataclasses import replace

from msgspec import structs

from tests.support.stage import Stage, stage
from vasttui.models.invoice import Invoice
from vasttui.ui.billing.invoices import InvoicesScreen, Paid, part, summary
from vasttui.units import DAY


async def invoices(running: Stage) -> InvoicesScreen:
    """Go there and wait until they were read."""
    running.app.go("invoices")
    screen = running.app.get_screen("invoices")
    assert isinstance(screen, InvoicesScreen)
    await running.until(lambda: screen.snapshot.number or screen.snapshot.error)
    await running.pause()
    return screen


def cells(screen: InvoicesScreen) -> list[tuple[str, str, str]]:
    by_key = screen.resource.by_key
    return [
        (by_key["type"].cell(row)[0], by_key["in"].cell(row)[0], by_key["out"].cell(row)[0])
        for row in screen.browse.rows
    ]


async def test_what_came_in_stands_under_in_and_a_longer_time_shows_more() -> None:
    async with stage() as running:
        now = running.clock.now()
        rows = running.world.holder.invoices.rows
        top_up = rows[0]
        rows += [
            replace(top_up, id=7, at=now - DAY, type="refund", amount=-14.44,
                    source="instance-54288105", description="destroyed"),
            replace(top_up, id=8, at=now - 2 * DAY, type="transfer", amount=25.0,
                    service="transfer", source="demo@example.com", description="given away"),
        ]  # fmt: skip
        screen = await invoices(running)
        assert cells(screen) == [
            ("refund", "$14.44", "-"), ("transfer", "-", "$25.00"), ("top-up", "$50.00", "-"),
        ]  # fmt: skip
        assert "3 invoices: $64.44 in, $25.00 out" in running.text
        assert "Nothing was paid" not in running.text
        row = screen.browse.rows[0]
        row = replace(
            row, invoice=structs.replace(row.invoice, source="coinbase", service="coinbase")
        )
        source = screen.detail_lines(row, 80)[1].plain
        assert source.split() == ["Source", "coinbase"]
        asked = len(running.sent("invoices"))
        await running.press("+")
        await running.until(lambda: len(screen.browse.rows) == 4)
        assert len(running.world.ledger.of("invoices")) == asked + 1
        await running.press("-", "-", "-")
        await running.until(lambda: not screen.browse.rows)
        assert "No invoices" in running.text
        assert "Nothing was paid in or out today. + looks further back." in running.text
        await running.press("f", *["backspace"] * 21, *"2", "enter")
        await running.until(lambda: len(screen.browse.rows) == 1)
        await running.press("Y")
        await running.until(lambda: '"type": "refund"' in running.said)


async def test_days_are_typed_and_a_future_is_refused_in_the_form() -> None:
    async with stage() as running:
        screen = await invoices(running)
        await running.dialog("f")
        await running.press(*["backspace"] * 21, *"2099-01", "enter")
        assert "That is in the future: there is nothing yet." in running.text
        await running.press("escape")
        assert screen.range.days == 30


async def test_it_fits_small_and_large_screens() -> None:
    async with stage() as running:
        await invoices(running)
        for size in ((140, 40), (80, 24), (60, 20)):
            await running.pilot.resize_terminal(*size)
            await running.pause()
            assert "$50.00" in running.text, size


async def test_nothing_is_asked_for_while_they_are_not_looked_at() -> None:
    async with stage() as running:
        screen = await invoices(running)
        asked = len(running.world.ledger.of("invoices"))
        running.app.go("offers")
        for _ in range(4):
            running.clock.advance(300)
            await running.pause()
        assert len(running.world.ledger.of("invoices")) == asked
        running.world.plan("invoices", ["http:503"] * 9)
        running.app.go("invoices")
        await running.until(lambda: screen.snapshot.error)
        await running.pause()
        assert "HTTP 503" in running.text
        assert len(screen.browse.rows) == 1


async def test_a_key_without_the_right_is_told() -> None:
    async with stage(account={"narrow_key": True}) as running:
        await invoices(running)
        assert "Invoices cannot be shown" in running.text
        assert "it lacks billing_read" in running.text


def test_what_is_not_paid_or_cannot_be_read_is_no_sum() -> None:
    open_one = Paid(Invoice(id=1, type="credit", amount=-50.0, start=5.0), 0, 50_000)
    broken = Paid(Invoice(id=None, type=""), 1, None)

    assert summary([open_one, broken]) == "2 invoices: $0.00+? in, $0.00+? out, 1 not yet paid"
    assert part([open_one, broken], [open_one]) == (
        "1 shown of 2 invoices: $0.00 of $0.00+? in, $0.00 of $0.00+? out, 1 not yet paid"
    )
    assert (broken.type, broken.source) == ("?", "?")
