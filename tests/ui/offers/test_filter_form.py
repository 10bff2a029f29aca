"""Filling in the filter form."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace
from textual.widgets import Input

from tests.support.dialogs import HOSTILE, SIZES, Opened, opened
from tests.support.stage import stage
from vasttui.models.money import Usage
from vasttui.models.search import SearchOptions
from vasttui.ui.modals.pick_one import PickOne
from vasttui.ui.offers.filter_form import AMOUNTS, FilterForm, FormResult, LastWord, amount_problem

USE = Usage(disk=60.0, down=50.0, up=5.0, hours=8.0)
CHOICE = SearchOptions(usage=USE)
TEXT = "gpu:4090 n=1 epyc"


def form(text: str = TEXT, choice: SearchOptions = CHOICE) -> FilterForm:
    return FilterForm(text, choice, ("RTX 4090", "RTX 5090", "H100 SXM"), ("NO", "SE"), None)


async def put(seen: Opened[FormResult | None], key: str, text: str) -> None:
    """Replace the text of a field."""
    entry = seen.app.screen.query_one(f"#in_{key}", Input)
    entry.focus()
    entry.value = ""
    await seen.press(*text)
    await seen.pause()


async def test_applied_at_once_it_changes_nothing_and_clicks_pick_and_clear() -> None:
    reserved = SearchOptions(rental="reserved", usage=USE)
    async with opened(form()) as seen:
        await seen.press("enter")
        assert seen.results == [FormResult(TEXT, CHOICE)]
        await seen.again(form())
        await seen.pilot.click("#rental", offset=(60, 0))
        await seen.press("ctrl+s")
        assert seen.results == [FormResult(TEXT, reserved)]
        await seen.again(form())
        await seen.pilot.click("#clear")
        await seen.press("ctrl+s")
        assert seen.results == [FormResult("epyc", CHOICE)]


async def test_escape_changes_nothing_q_is_typed_and_tab_and_arrows_walk() -> None:
    async with opened(form()) as seen:
        for keys in (("escape",), ("q", "escape")):
            await seen.again(form())
            await seen.press(*keys)
            assert seen.results == [None], keys
        await seen.again(form())
        await seen.press("tab", "down")
        assert seen.focused is seen.app.screen.query_one("#in_vram")
        await seen.press("up", "shift+tab")
        assert seen.focused is seen.app.screen.query_one("#in_gpu")


async def test_fields_change_their_rule_and_use_and_switches_are_returned() -> None:
    async with opened(form()) as seen:
        await put(seen, "vram", "24")
        assert "gpu:4090 n=1 epyc vram>=24" in seen.text
        await put(seen, "gpu", "h100")
        await seen.press("ctrl+s")
        assert seen.results == [FormResult("gpu:h100 n=1 epyc vram>=24", CHOICE)]
        await seen.again(form())
        await put(seen, "usage_disk", "120")
        await put(seen, "usage_down", "0")
        await put(seen, "usage_hours", "0.5")
        seen.app.screen.query_one("#trust", PickOne).focus()
        await seen.press("space", "right", "ctrl+s")
        usage = Usage(disk=120.0, down=0.0, up=5.0, hours=0.5)
        assert seen.results == [FormResult(TEXT, SearchOptions(trust="any", usage=usage))]


async def test_the_offers_left_are_counted_for_text_and_switches() -> None:
    asked: list[tuple[str, SearchOptions]] = []

    def count(text: str, choice: SearchOptions) -> int:
        asked.append((text, choice))
        return 1 if choice.rental == "bid" else 1_234

    async with opened(FilterForm(TEXT, CHOICE, (), (), count)) as seen:
        assert "1,234 offers of those loaded" in seen.text
        seen.app.screen.query_one("#rental", PickOne).focus()
        await seen.press("right")
        assert "1 offer of those loaded" in seen.text
        assert asked[-1] == (TEXT, SearchOptions(rental="bid", usage=USE))


async def test_a_refresh_of_the_market_counts_again_without_avoided_machines() -> None:
    async with stage(query="n=1") as running:
        await running.dialog("f")
        before = len(running.app.offers.browse.rows)
        assert f"{before:,} offers of those loaded" in running.text
        state = running.app.market
        rows = state.rows[: len(state.rows) // 2]
        running.app.market_arrived(replace(state, rows=rows, stable=0))
        await running.pause()
        after = len(running.app.offers.browse.rows)
        assert after < before
        assert f"{after:,} offers of those loaded" in running.text

        await running.press("escape", "B")
        assert running.app.offers.browse.list.left_out.count
        await running.dialog("f")
        shown = len(running.app.offers.browse.rows)
        assert shown < after
        assert f"{shown:,} offers of those loaded" in running.text


async def test_what_the_filter_line_has_wrong_is_named_instead_of_a_count() -> None:
    async with opened(FilterForm("foo:1 n=1", CHOICE, (), (), lambda text, choice: 7)) as seen:
        assert "Not understood in the filter line: foo:1" in seen.text
        assert "Matches" not in seen.text


async def test_no_example_is_cut_and_its_edge_is_on_the_screen() -> None:
    async with opened(form()) as seen:
        for width in (140, 120, 104, 101, 100, 80, 60):
            countries = form("cc!=SE cc!=NO gpu!=RTX_5090 gpu!=RTX_4090")
            await seen.again(countries, (width, 40))
            assert "gpu!=RTX_" in seen.text, width
            cut = r"gpu!=RTX_5090 gpu!=RTX_4090 |gpu!=\S*( gpu!=\S*)?… "
            assert re.search(cut, seen.text), width
            await seen.again(form(""))
            for example in ("e.g. 4090", "e.g. 1 or >=4", "e.g. SE, NO", "e.g. CN"):
                assert f"{example} " in seen.text, width
        for width in (60, 99, 100, 101, 103, 104, 130):
            await seen.again(form(), (width, 30))
            frame = seen.app.screen.query_one("#frame").region
            assert frame.x >= 0, width
            assert frame.right <= width
            edges = ("│" in line[frame.right - 1 : frame.right] for line in seen.lines)
            assert sum(edges) > 10, width


async def test_what_is_wrong_stands_at_its_field_and_is_not_applied() -> None:
    async with opened(form()) as seen:
        for key, typed, sentence in (
            ("vram", "many", "A number in GB"),
            ("vram", "-3", "Cannot be below 0."),
            ("rel", "150", "Needs a percentage from 0 to 100."),
            ("cc", "XX", "XX is not a country's code."),
            ("cc", "Sweden", "Two-letter country codes"),
            ("usage_disk", "0", "Must be more than 0."),
            ("usage_hours", "", "Needs a number."),
        ):
            await seen.again(form())
            await put(seen, key, typed)
            assert sentence in seen.text, typed
            seen.app.screen.query_one("#in_gpu").focus()
            await seen.press("ctrl+s")
            assert seen.results == [], typed
            assert seen.focused is seen.app.screen.query_one(f"#in_{key}"), typed
            await put(seen, key, "")
            await put(seen, key, "SE" if key == "cc" else "7")
            assert sentence not in seen.text, typed


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [("10", False), ("0", True), ("-1", True), ("nan", True), ("inf", True), ("1e9", True)],
)
def test_disk_and_hours_are_more_than_nothing(typed: str, wrong: bool) -> None:
    for amount in (AMOUNTS[0], AMOUNTS[3]):
        assert bool(amount_problem(amount, typed)) is wrong


def test_traffic_may_be_none() -> None:
    assert amount_problem(AMOUNTS[1], "0") == ""


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("rtx", "rtx 4090"),
        ("5090", None),
        ("rtx 4090, h", "rtx 4090, h100 SXM"),
        ("rtx 4090, 5090", None),
        ("", None),
        ("rtx 4090,", None),
        ("tpu", None),
    ],
)
async def test_the_last_word_is_completed(typed: str, completed: str | None) -> None:
    words = LastWord(("RTX 4090", "RTX 5090", "H100 SXM"))
    found = await words.get_suggestion(typed)
    assert (found and found.lower()) == (completed and completed.lower())
    assert found is None or found.startswith(typed)  # it is drawn behind what is typed


async def test_result_buttons_and_keys_stay_in_view() -> None:
    async with opened(form()) as seen:
        for size in SIZES:
            await seen.again(form(), size)
            for words in ("[ Apply ]", "Filter  gpu:4090", "esc close"):
                assert words in seen.text, size
            await seen.press(*["tab"] * 18)
            assert seen.focused is seen.app.screen.query_one("#in_usage_hours"), size
            assert any("Hours" in line for line in seen.lines), size


class AtFirst(FilterForm):
    """Remembers its classes before the first frame."""

    def on_mount(self) -> None:
        self.first = set(self.classes)


async def test_the_first_frame_is_for_the_size_of_the_screen() -> None:
    async with opened(form()) as seen:
        for size, classes in (
            ((80, 24), {"-narrow", "-short"}), ((59, 30), {"-tiny", "-tall"}),
            ((140, 40), {"-normal", "-tall"}),
        ):  # fmt: skip
            modal = AtFirst(TEXT, CHOICE, (), (), None)
            await seen.again(modal, size)
            assert modal.first >= classes, size
            assert modal.classes >= classes, size


async def test_no_text_is_markup() -> None:
    async with opened(form(), (80, 24)) as seen:
        for text in HOSTILE:
            await seen.again(FilterForm(text, CHOICE, (text,), (text,), lambda query, choice: 0))
            await put(seen, "gpu", text)
            await seen.press("ctrl+s")
            assert seen.app.is_running, text
