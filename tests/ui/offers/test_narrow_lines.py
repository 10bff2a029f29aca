"""Lines of the offers that have less room than they want."""

from __future__ import annotations

import re
from itertools import product

import pytest
from msgspec import structs

from tests.support.stage import Stage, stage
from vasttui.models.money import Usage
from vasttui.models.offer import vram_gb
from vasttui.models.search import SearchOptions
from vasttui.services.market.state import Arrived, MarketState
from vasttui.state.views import View
from vasttui.ui.lists.lines import banner
from vasttui.ui.offers.lines import Counts, status
from vasttui.ui.offers.switches import Switches
from vasttui.ui.widgets.key_bar import KeyBar, fitting

TITLES = {"eff": "eff$/h", "value": "DLP/$"}
SORT = (("eff", False), ("value", True))
CHOICE = SearchOptions(usage=Usage(60, 50, 5, 8))
LONG = Switches(
    choice=CHOICE, unfit=12, view="train-4090", changed=True, watch="◉ watching", sort=SORT,
    titles=TITLES,
)  # fmt: skip


@pytest.mark.parametrize(
    ("width", "left", "right"),
    [
        (160, "[on-demand] [verified] [disk 60G, 12 have less] [traffic 50↓ 5↑ GB] [8 h] "
              "[◉ watching]  view: train-4090 (changed)", "sort eff$/h ▲ then DLP/$ ▼"),
        (140, "[on-demand] [verified] [disk 60G, 12 have less] [traffic 50↓ 5↑ GB] [8 h] "
              "[◉ watching]  view: train-4090 (changed)", "sort eff$/h ▲ +1"),
        (120, "[on-demand] [verified] [disk 60G, 12 less] [50↓ 5↑ GB] [8 h] [◉ watching] "
              "train-4090*", "sort eff$/h ▲ +1"),
        (100, "[on-demand] [verified] [disk 60G, 12 less] [◉ watching] train-4090*",
         "sort eff$/h ▲ +1"),
    ],
)  # fmt: skip
def test_the_switches_take_shorter_words_and_keep_order_and_view(
    width: int, left: str, right: str
) -> None:
    shown = LONG.line(width)
    assert [part.plain.strip() for part in shown] == [left, right]
    assert sum(part.cell_length for part in shown) < width


@pytest.mark.parametrize("width", range(100, 181, 4))
def test_only_a_long_name_of_a_view_is_cut_and_the_order_is_there(width: int) -> None:
    left, right = structs.replace(LONG, view="cheap RTX 4090s in europe for llama").line(width)
    assert "sort eff$/h ▲" in right.plain
    assert left.cell_length + right.cell_length < width
    assert left.plain.rstrip().endswith(("*", "(changed)"))


def test_counts_are_never_wider_than_their_place() -> None:
    for shown, avoided, marked, unseen in product((0, 7, 12_364), (0, 120), (0, 4, 99), (0, 3)):
        counts = Counts(shown, 12_372, True, avoided, marked, unseen if marked else 0)
        for most in (22, 26, 36, 42):
            line = counts.line(most).plain
            assert len(line) <= most
            assert f"{shown:,}" in line
            assert not marked or str(marked) in line


@pytest.mark.parametrize("width", [60, 80, 100, 120, 140])
@pytest.mark.parametrize("paused", [False, True])
@pytest.mark.parametrize("complete", [False, True])
def test_the_status_says_less_and_is_not_cut(width: int, paused: bool, complete: bool) -> None:
    state = MarketState(
        as_of=1.0, complete=complete, fetched=1_640, pages=10, took=1.2, bad=3, patched=44,
        next_try=40.0,
    )  # fmt: skip
    line = status(state, 13.0, paused, lambda action: "p", width=width).plain
    assert len(line) <= width
    assert line.startswith(" ✓ 1,640 offers" if complete else " ✓ cheapest 1,640 offers")
    assert "12s ago." in line
    assert ("Paused" in line) is paused
    assert paused or line.endswith(".")


def whole(running: Stage) -> bool:
    """Whether no line but a table's or a long title was cut."""
    return "…" not in running.text


async def test_why_no_offer_matches_stands_in_lines_that_fit() -> None:
    async with stage(query="gpu:4090 n=1 eff<0.01 cc:SE", size=(80, 24)) as running:
        for size in ((80, 24), (60, 20)):
            await running.pilot.resize_terminal(*size)
            await running.pause(0.2)
            lines = running.text.splitlines()
            assert whole(running), size
            (asked,) = [line for line in lines if "Which rule is to blame?" in line]
            assert "without it" in asked, size
            for rule in ("eff<0.01", "cc:SE", "n=1"):
                found = [line for line in lines if f"   {rule} " in line]
                assert len(found) == 1, (size, rule)
                assert found[0].rstrip(" │").endswith(("0 offers", "new search")), (size, rule)
            keys = running.app.screen.query_one(KeyBar).render().plain
            assert "enter drop rule" in keys, size
            assert "rent" not in keys, size


async def test_the_line_of_the_switches_is_whole() -> None:
    async with stage() as running:
        view = View(name="train-4090-eu", text="gpu:4090", choice=CHOICE)
        running.app.session.views.save(view)
        running.app.offers.browse.view = view.name
        running.app.offers.show_switches()
        for size in ((120, 36), (100, 30)):
            await running.pilot.resize_terminal(*size)
            await running.pause()
            third = running.text.splitlines()[2]
            assert "sort eff$/h ▲" in third, size
            assert "train-4090-eu" in third, size


async def test_a_terminal_that_is_too_small_says_so_in_full() -> None:
    async with stage() as running:
        for width, height in ((20, 5), (40, 10), (52, 14), (200, 12)):
            await running.pilot.resize_terminal(width, height)
            await running.pause()
            said, here = " ".join(running.text.split()), f"{width}×{height}"
            assert said == f"vasttui needs 60×16, this is {here}. q quits; nothing is lost."


async def test_the_key_bar_tells_the_keys_of_the_list_while_it_is_open() -> None:
    async with stage(query="n=1") as running:
        bar = running.app.screen.query_one(KeyBar)
        assert "n rent" in bar.render().plain
        await running.press("slash")
        await running.pause(0.2)
        await running.type(" ")
        await running.pause(0.2)
        assert "tab complete  ↑↓ rows" in bar.render().plain
        await running.type("gpu:40")
        await running.pause(0.2)
        assert "tab take  ↑↓ choose" in bar.render().plain
        await running.press("tab")
        await running.pause(0.2)
        assert "n rent" not in bar.render().plain
        await running.type(" eff<0")
        await running.pause(0.3)
        assert "↑↓ rules" in bar.render().plain
        await running.press("escape")
        assert "n rent" in bar.render().plain


async def test_a_gpu_that_does_not_exist_is_told_at_the_start_and_has_no_keys() -> None:
    async with stage(query="gpu:nosuch") as running:
        await running.pause(0.2)
        assert "No offer matches" in running.text
        assert "gpu:nosuch" in running.text
        assert "Connecting" not in running.text
        keys = running.app.screen.query_one(KeyBar).render().plain
        assert not {"rent", "details", "mark", "copy", "compare"} & set(keys.split())
        assert "/ filter" in keys


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_a_narrow_screen_says_what_the_prices_are_for(size: tuple[int, int]) -> None:
    async with stage(size=size, choice=SearchOptions()) as running:
        counts = running.app.offers.bar.counts
        assert not {"spot", "dc", "any", "10G"} & set(counts.text.split())
        await running.press("i", "h")
        assert counts.text.startswith("spot dc ")
        await running.settle()
        rows = running.app.offers.browse
        await running.press("i", "h")
        rows.choice = structs.replace(rows.choice, usage=Usage(disk=2_000))
        running.app.offers.choice_made(rows.choice)
        await running.settle()
        assert counts.text.startswith("reserved any 2000G ")
        assert f"{len(rows.rows):,}/" in counts.text
        await running.pilot.resize_terminal(120, 36)
        await running.pause()
        assert "reserved any" not in counts.text
        assert " shown · " in counts.text


async def test_what_the_prices_are_for_stays_longest() -> None:
    choice = SearchOptions("reserved", "any", Usage(disk=200))
    async with stage(size=(80, 24), offers=2_500, max_pages=2, choice=choice) as running:
        offers = running.app.offers
        await running.press("m", "m", "m")
        await running.dialog("W")
        await running.press("enter")
        await running.until(lambda: "◉" in offers.bar.counts.text)
        assert offers.bar.counts.text.startswith("PART")
        assert "reserved any 200G" in offers.bar.counts.text


@pytest.mark.parametrize(("shown", "most"), [(64, 22), (64, 3), (1_640, 6)])
def test_a_count_of_a_part_has_its_plus_in_every_form(shown: int, most: int) -> None:
    assert Counts(shown, 1_640, True).line(most).plain.endswith("+")


async def test_small_screens_tell_a_second_column_and_whole_details() -> None:
    async with stage(size=(80, 24)) as running:
        await running.settle()
        offer = running.app.offers.browse.rows[0].offer
        title = f"─ {offer.num_gpus}× {offer.gpu_name} {vram_gb(offer.gpu_ram or 0)} GB"
        for words in (title, "Contract ends in", "minimum bid"):
            assert words in running.text, words
        for size in ((80, 24), (60, 20)):
            await running.pilot.resize_terminal(*size)
            await running.pause()
            assert running.text.splitlines()[1].endswith("sort eff$/h ▲ +1"), size

        await running.press("z")
        await running.pause()
        words = " ".join(running.text.replace("│", " ").split())
        assert "stopped, too: $" in words
        assert "/GB = $0.00, once" in words
        assert "minimum bid $" in words
        await running.press("z")

        for screen in "126":
            await running.press(screen)
            await running.pause()
            bar = running.text.splitlines()[-1]
            assert bar.endswith(": all  ? help"), screen
        await running.press("1", "I", ">")
        for size in ((60, 20), (80, 24)):
            await running.pilot.resize_terminal(*size)
            await running.pause()
            assert "+1" not in running.text.splitlines()[1], size


def test_a_key_that_has_room_is_in_the_bar_though_a_longer_one_has_not() -> None:
    entries = [("?", "help", ""), ("n", "a long word", ""), ("s", "ssh", "")]
    assert fitting(entries[1:], 8) == [("s", "ssh", "")]


async def test_the_status_counts_what_the_filter_line_counts() -> None:
    async with stage(size=(120, 36)) as running:
        await running.press("slash")
        await running.type("verified=any n=4")
        await running.press("enter")
        await running.settle()
        await running.until(lambda: " from before" in running.text, step=0.5)
        [fetched] = re.findall(r"shown · (\d+) fetched", running.text)
        [(found, kept)] = re.findall(r"✓ (\d+) offers in \d+ pages?, (\d+) from", running.text)
        assert int(fetched) == int(found) + int(kept)


@pytest.mark.parametrize("as_of", [None, 71.0])
def test_a_search_after_a_failed_one_is_told_while_it_brings_offers(as_of: float | None) -> None:
    state = MarketState(as_of=as_of, busy=True, failures=2, arrived=Arrived(3, 192))
    said = status(state, 100.0, False, lambda name: "p", width=80).plain
    assert said == " Searching again: 3 pages, 192 offers so far."
    assert banner(state, 100.0, lambda name: "p", 80) is None
