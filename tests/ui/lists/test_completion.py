"""The list of completions under the cursor of the filter, and earlier filters."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.support.stage import Stage, stage
from vasttui.query.complete import complete
from vasttui.state.preferences import PreferenceStore
from vasttui.ui.lists.completion_list import CompletionList

GPUS = {
    "gpu_name": ("RTX 4090", "RTX 4090 D", "RTX 4060 Ti", "H100 SXM", "H100 NVL"),
    "geolocation": ("SE",),
}


async def typing(running: Stage, text: str) -> CompletionList:
    """Type a filter and wait as long as it takes the list to open."""
    await running.press("slash")
    await running.type(text)
    await running.pause(0.2)
    return running.app.offers.completions


def filter_text(running: Stage) -> str:
    return running.app.offers.bar.text


def drawn(found: CompletionList) -> list[list[str]]:
    return [line.split() for line in found.render().plain.splitlines()]


async def test_each_value_says_how_many_rows_it_would_leave() -> None:
    async with stage() as running:
        found = await typing(running, "n=1 gpu:40")
        rows = [row.offer for row in running.app.offers.browse.list.all_rows if row]
        assert found.display
        assert len(found.offered) > 2
        for one, words in zip(found.offered, drawn(found), strict=True):
            left = sum(row.num_gpus == 1 and row.gpu_name == one.label for row in rows)
            longer = [row.gpu_name for row in rows if row.gpu_name.startswith(one.label + " ")]
            assert int(words[-1]) >= left if longer else int(words[-1]) == left


async def test_the_counts_of_an_open_list_follow_the_rows_that_arrive() -> None:
    async with stage(offers=600) as running:
        market = running.app.market
        running.app.market_arrived(replace(market, rows=market.rows[:40], stable=0))
        found = await typing(running, "n=1 gpu:40")
        offered, before = found.offered, drawn(found)
        running.app.market_arrived(market)
        await running.pause()
        assert found.offered == offered
        assert drawn(found) != before
        for one, words in zip(offered, drawn(found), strict=True):
            left = running.app.offers.browse.count_with(one.applied("n=1 gpu:40"))
            assert int(words[-1]) == left


async def cleared(running: Stage) -> None:
    """Leave the filter, without one."""
    await running.press("escape", "escape")
    running.app.offers.bar.set_text("")
    await running.pause(0.2)
    assert not running.app.offers.completions.display


async def test_arrows_choose_and_tab_takes_without_a_step_behind() -> None:
    async with stage() as running:
        found = await typing(running, "gpu:40")
        second = found.offered[1]
        await running.press("down", "down", "up", "tab")
        assert filter_text(running) == second.applied("gpu:40")
        assert running.app.offers.bar.input.cursor_position == len(filter_text(running))
        await running.pause(0.2)
        assert not any(
            one.applied(filter_text(running)) == filter_text(running) for one in found.offered
        )

        await cleared(running)
        found = await typing(running, "gpu:40")
        last = found.offered[-1]
        await running.press("up", "tab")  # from the first to the last
        assert filter_text(running) == last.applied("gpu:40")

        await cleared(running)
        await typing(running, "gpu:40")
        await running.type("9")
        await running.press("tab")  # sooner than the list
        assert filter_text(running) == "gpu:RTX_4090"
        assert {row.offer.gpu_name for row in running.app.offers.browse.rows} >= {"RTX 4090"}

        await cleared(running)
        await typing(running, "gpu:4090 ")
        assert not running.app.offers.completions.display
        assert running.app.offers.browse.list.cursor_index == 0
        await running.press("down", "down")
        assert running.app.offers.browse.list.cursor_index == 2


async def test_a_value_is_completed_within_its_quotes() -> None:
    async with stage() as running:
        browse = running.app.offers.browse
        found = await typing(running, 'n=1 gpu:"rtx 5090')
        promised = int(drawn(found)[0][-1])
        await running.press("tab")
        assert filter_text(running) == 'n=1 gpu:"RTX 5090"'
        names = [row.offer.gpu_name for row in browse.rows]
        assert names.count("RTX 5090") == len(names) == promised > 0

        await cleared(running)
        found = await typing(running, 'gpu:"rtx ')
        assert found.display
        await running.press("tab")
        assert re.fullmatch('gpu:"RTX [^"]+"', filter_text(running))


async def test_what_is_offered_is_counted_and_a_field_explained() -> None:
    async with stage() as running:
        found = await typing(running, "gpu:h1")
        assert drawn(found)
        assert not any(words[-1].endswith("+") for words in drawn(found))
        assert running.app.offers.snapshot.complete

        await cleared(running)
        found = await typing(running, "reli")
        assert found.offered[0].label == "reliability"
        assert found.offered[0].help.split()[0] in drawn(found)[0]


async def test_the_list_stands_under_its_word_and_covers_no_line_for_good() -> None:
    async with stage() as running:
        found = await typing(running, "n=1 gpu:40")
        bar = running.app.offers.bar
        assert found.region.y == bar.region.bottom
        assert found.region.x == bar.input.region.x - 1 + len("n=1 gpu:")
        before = running.app.offers.table.region
        await running.press("enter")
        assert not found.display
        assert running.app.offers.table.region == before


async def test_what_is_wrong_stays_in_view() -> None:
    async with stage() as running:
        await running.instances()
        await running.press("slash")
        await running.type("n/vra=1 gp")
        await running.pause(0.2)
        screen = running.app.screen
        found, hint = screen.query_one(CompletionList), screen.query_one("#hint")
        assert found.display
        assert found.region.y >= hint.region.bottom


async def test_a_cleared_filter_comes_back() -> None:
    async with stage() as running:
        for keys in (("escape",), ("enter", "escape")):
            running.app.offers.bar.set_text("")
            await typing(running, "gpu:4090 n=1")
            kept = [row.offer.id for row in running.app.offers.browse.rows]
            await running.press(*keys)
            assert filter_text(running) == "", keys
            assert "filter cleared: / tab undoes it" in running.text, keys
            assert "Market  Templates" in running.text, "the sections stay"
            await running.press("slash", "tab")
            assert filter_text(running) == "gpu:4090 n=1", keys
            assert [row.offer.id for row in running.app.offers.browse.rows] == kept, keys
            await running.press("escape")


async def test_earlier_filters_are_offered_last_one_first_and_once() -> None:
    async with stage() as running:
        for text in ("gpu:4090", "n=2", "gpu:4090", "cc:SE"):
            await typing(running, text)
            await running.press("escape")
        await running.pause(9.0)  # until the cleared one is spoken of no more
        await running.press("slash", "tab")
        offered = running.app.offers.completions.offered
        assert [one.label for one in offered] == ["cc:SE", "gpu:4090", "n=2"]


async def test_earlier_filters_are_there_after_a_restart(tmp_path: Path) -> None:
    def kept() -> PreferenceStore:
        return PreferenceStore(tmp_path / "preferences.json", lambda job: job())

    async with stage(preferences=kept()) as running:
        await typing(running, "n=1 gpu:4090")
        await running.press("enter")
    async with stage(preferences=kept()) as running:
        await running.press("slash", "tab", "tab")
        assert filter_text(running) == "n=1 gpu:4090"


@pytest.mark.parametrize("text", ["gpu:RTX_4090", "gpu:h100", "cc:SE", "verified=true"])
def test_a_half_typed_value_is_still_offered(text: str) -> None:
    whole = complete(text, len(text), GPUS)
    wanted = {one.label for one in whole}
    assert wanted
    for length in range(text.index(text[-1]), len(text)):
        found = {one.label for one in complete(text[:length], length, GPUS)}
        assert not ({":", "="} & set(text[:length])) or found >= wanted
