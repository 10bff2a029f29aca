"""What the user's own searches showed: the tab Prices, the column cheap, fields and marks."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from msgspec import structs

from tests.support.offer_rows import PLAIN, USAGE
from tests.support.stage import Stage, stage
from vasttui.models.money import price_offer
from vasttui.models.offer import Offer
from vasttui.models.past_price import DayPrices, MachineDay, PastPrices
from vasttui.models.price_book import PriceBook, kind_of
from vasttui.models.search import Scope
from vasttui.query.match import compile_query
from vasttui.query.parse import parse
from vasttui.store.price_days import record_days
from vasttui.store.prices import TABLES, Seen, record_offers
from vasttui.ui.offers.columns import OfferCells
from vasttui.ui.offers.price_lines import PriceView, price_lines
from vasttui.ui.offers.screen import OffersScreen
from vasttui.units import DAY

TODAY = 20_718
ROW = price_offer(PLAIN, USAGE, "on-demand")


async def seen_before(running: Stage, days: int) -> None:
    """As if the offers had been seen on so many days before, for half as much again."""
    live = running.app.live
    assert live is not None
    offers = running.app.market.rows

    def past(file: sqlite3.Connection) -> None:
        for back in range(1, days + 1):
            dear = [structs.replace(one, dph_base=one.dph_base * 1.5) for one in offers]
            at = running.clock.now() - back * DAY
            choice, whole = running.app.session.choice, back != 2
            seen = Seen(at, "on-demand", choice.usage, dear, whole, Scope(choice.trust))
            record_days(file, seen, record_offers(file, seen, dear))

    await live.memory.do(TABLES, past)


async def test_prices_seen_before_are_compared_shown_and_drawn(tmp_path: Path) -> None:
    async with stage(memory_file=tmp_path / "memory.sqlite3", size=(120, 36)) as running:
        screen = running.app.screen
        assert isinstance(screen, OffersScreen)
        book = running.app.session.price_book
        await running.until(lambda: book.first_seen)
        await running.pause()
        assert "cheap" not in running.text
        await running.press("right_square_bracket", "right_square_bracket")
        await running.until(lambda: "compared after 5 days" in running.text)
        assert "+ -: [30 d] · this machine 1× since" in running.text
        await running.until(lambda: "for hosts only: this key may not read" in running.text)
        await running.press("down", "up")
        await running.pause(2.0)
        assert len(running.sent("gpu_history")) == 1
        await seen_before(running, 7)
        await running.press("r")
        await running.until(lambda: book.medians)
        await running.pause()
        assert "cheap" in running.text
        assert "−33 %" in running.text or "−32 %" in running.text
        await running.until(lambda: "1 day in part" in running.text)
        assert "all you saw: −" in running.text
        assert "+ - range" in running.text
        await running.press("plus")
        await running.until(lambda: "[90 d]" in running.text)
        await running.press("z", "minus", "minus")
        await running.until(lambda: "[7 d]" in running.text)
        await running.until(lambda: "━ median" in running.text)
        assert "● this machine" in running.text
        await running.press("z", "P")
        assert screen.browse.current is not None
        assert f"machine {screen.browse.current.offer.machine_id}" not in running.text
        before = len(screen.browse.rows)
        await running.type("/cheap<-30")
        assert 0 < len(screen.browse.rows) < before + 1
        assert not screen.browse.problems
        await running.press("left_square_bracket")
    hosting = {"machines": 2}
    async with stage(memory_file=tmp_path / "memory.sqlite3", account=hosting) as running:
        await running.until(lambda: running.app.session.price_book.medians)
        await running.press("right_square_bracket", "right_square_bracket")
        await running.until(lambda: "GPUs are free" in running.text)


def test_the_fields_of_the_filter_are_of_the_book() -> None:
    offers = [
        structs.replace(PLAIN, id=at, machine_id=at, dph_base=0.28 + at / 100) for at in range(4)
    ]
    eff = price_offer(PLAIN, USAGE, "on-demand").eff
    assert eff is not None
    now = 1_800_000_000.0
    book = PriceBook({kind_of(PLAIN): eff * 1.3}, {1: now - 40 * DAY, 2: now - 3 * DAY})
    rows = [price_offer(one, USAGE, "on-demand", book) for one in offers]

    def kept(text: str) -> list[int]:
        parsed = parse(text)
        assert not parsed.problems
        return [row.offer.id for row in compile_query(parsed.query, now)(rows)]

    assert kept("cheap<-20") == [0, 1]
    assert kept("cheap>=-20") == [2, 3]
    assert kept("seen>=30d") == [1]
    assert kept("seen<30d") == [2]
    assert [row.offer.id for row in compile_query(parse("cheap<0").query, now)([ROW])] == []


def test_what_moved_has_a_sign() -> None:
    cells = OfferCells(lambda: 0.0)
    book = PriceBook(moves={(25991, kind_of(PLAIN)): -4.2})
    assert "↓4%" in cells.flag_words(price_offer(PLAIN, USAGE, "on-demand", book))
    book.moves = {(25991, kind_of(PLAIN)): 12.0}
    assert "↑12%" in cells.flag_words(price_offer(PLAIN, USAGE, "on-demand", book))
    book.moves = {(25991, kind_of(PLAIN)): 0.2}
    assert not {"↓", "↑"} & set("".join(cells.flag_words(ROW)))


def past(kind: Sequence[int] = (3, 1, 0), *, whole: bool = True, ahead: float = 0.0) -> PastPrices:
    days = [
        DayPrices(
            TODAY - back,
            0.2,
            0.3,
            0.4 + back / 100,
            0.5,
            0.6,
            9,
            18,
            2,
            0.1,
            0.15,
            whole,
        )
        for back in kind
    ]
    here = [MachineDay(TODAY - 3, 0.29, 0.33, 0.2), MachineDay(TODAY - 1, 0.3, 0.31, 0.2)]
    return PastPrices(30, TODAY, here, days, 41, (TODAY - 29) * DAY, ahead)


def said(past: PastPrices | None, row_offer: Offer = PLAIN, width: int = 116) -> list[str]:
    view = PriceView("on-demand", width, 0, "z", "+", "-")
    row = price_offer(row_offer, USAGE, "on-demand")
    return [line.plain.rstrip() for line in price_lines(row, past, view)]


def test_the_lines_of_the_tab() -> None:
    here, model, spot, source = said(past())
    assert here.endswith("low 0.290 · median 0.320 · now 0.304    this machine, 1 GPU, all-in")
    assert here[9:39] == " " * 26 + "█ ▁ "
    assert model.endswith(
        "low 0.200 · median 0.410 · now 0.400    all you saw; compared after 5 days"
    )
    assert spot.endswith("low 0.100 · median 0.150 · minimum here ?    minimum bids, GPU only")
    assert source == (
        "From     your 6 searches in 30 d, on this computer · z: the plot, + -: [30 d] · "
        "this machine 41× since 24 Aug"
    )


def test_what_is_old_or_in_part_is_said() -> None:
    _, model, _, source, clock = said(past((9, 4), whole=False, ahead=7_200.0))
    assert "4d ago ≥0.440" in model
    assert "in 30 d, 2 days in part, on this computer" in source
    assert clock == (
        "The clock was set back by at least 2h: prices from the “future” are kept, and not plotted."
    )


def test_where_nothing_is_remembered_it_says_so() -> None:
    assert said(None) == ["Looking up what you saw…"]
    assert said(PastPrices(30, TODAY)) == [
        "Prices are remembered from your own searches; there are none of these hosts yet."
    ]
    only = structs.replace(past(), here=())
    assert said(only)[0] == "Here     none of this machine so far"
    assert all(len(line) <= 116 for line in said(only))
    assert (
        "From     none of the model from these hosts in 30 d"
        in said(structs.replace(past(), kind=()))[-1]
    )


def test_on_a_narrow_screen_the_figures_stay_and_the_plot_takes_the_place_of_lines() -> None:
    lines = said(past(), width=76)
    assert lines[1].endswith("low 0.200 · median 0.410 · now 0.400")
    assert lines[3] == "From     your 6 searches in 30 d · z: the plot, + -: [30 d]"
    assert max(map(len, lines)) <= 76
    assert said(past(), width=46)[0] == "Here     low 0.290 · median 0.320 · now 0.304"
    view = PriceView("on-demand", 76, 9, "z", "+", "-")
    drawn = [line.plain for line in price_lines(ROW, past(), view)]
    assert len(drawn) == 9
    assert "━" in drawn[-2]
    assert drawn[-1] == "From     your 6 searches in 30 d · + -: [30 d]"
