"""Hosts with less free disk than wanted are neither compared nor rounded up."""

from __future__ import annotations

from msgspec import structs

from tests.support.offer_rows import row
from tests.support.stage import stage
from vasttui.models.money import Usage
from vasttui.models.search import SearchOptions
from vasttui.services.market.state import MarketState
from vasttui.ui.format import whole
from vasttui.ui.offers.lines import nothing_yet
from vasttui.ui.offers.switches import Switches
from vasttui.ui.offers.view import OffersView


def test_an_amount_that_is_there_is_never_rounded_up() -> None:
    assert [whole(space) for space in (9.5, 9.99, 10.0, 0.4, None)] == ["9", "9", "10", "0", "?"]
    assert row(disk_space=9.5).fits is False


def test_what_is_left_out_is_counted_and_explains_an_empty_table() -> None:
    state = MarketState(as_of=1.0, complete=True)
    choice = SearchOptions(usage=Usage(disk=10.0))
    switches = Switches(choice=choice, unfit=2, titles={})
    assert "[disk 10G, 2 have less]" in switches.line(90)[0].plain
    assert "[disk 10G]" in structs.replace(switches, unfit=0).line(90)[0].plain
    text = nothing_yet(state, "here", 2, lambda action: "f", 2)[1].plain
    assert text.endswith("2 have less free disk than is wanted: f changes it.")


async def test_the_wanted_disk_leaves_out_hosts_that_have_less() -> None:
    async with stage() as running:
        await running.settle()
        screen = running.app.screen
        assert isinstance(screen, OffersView)
        screen.choice_made(SearchOptions(usage=Usage(disk=900.0)))
        rows = screen.browse.list
        assert rows.unfit_count > 0
        await running.pause()
        assert f"[disk 900G, {rows.unfit_count} have less]" in running.text
        assert rows.visible
        assert all((one.offer.disk_space or 900) >= 900 for one in rows.visible)
        screen.choice_made(SearchOptions(usage=Usage(disk=10.0)))
        assert rows.unfit_count == 0
