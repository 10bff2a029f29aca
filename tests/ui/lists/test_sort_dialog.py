"""The sort dialog: several columns, each with its direction."""

from __future__ import annotations

import pytest
from textual.widgets import OptionList

from tests.support.dialogs import SIZES, opened
from vasttui.lists.columns import Column
from vasttui.ui.lists.sort_dialog import SortModal


def column(key: str, about: str = "") -> Column[None]:
    return Column(key, key.upper(), 8, lambda row: ("", ""), about or f"about {key}", 5)


DEFAULT = (("eff", False), ("value", True))
COLUMNS = [column(key) for key in ("gpu", "n", "eff", "value")]


async def test_the_present_order_is_shown_and_kept() -> None:
    async with opened(SortModal(COLUMNS, [("eff", False), ("value", True)], DEFAULT)) as seen:
        assert "EFF ▲ then VALUE ▼" in seen.text
        assert any("1 ▲" in line and "EFF" in line for line in seen.lines)
        await seen.press("ctrl+s")
        assert seen.results == [(("eff", False), ("value", True))]


async def test_space_adds_turns_and_removes() -> None:
    async with opened(SortModal(COLUMNS, [], DEFAULT)) as seen:
        assert "unsorted" in seen.text
        await seen.press("end", "space")
        assert "Order  VALUE ▲" in seen.text
        await seen.press("space")
        assert "Order  VALUE ▼" in seen.text
        await seen.press("space")
        assert "unsorted" in seen.text
        await seen.press("ctrl+s")
        assert seen.results == [()]


async def test_columns_count_in_the_order_they_were_pressed() -> None:
    async with opened(SortModal(COLUMNS, [], DEFAULT)) as seen:
        await seen.press("down", "space", "up", "space", "space", "enter")
        assert seen.results == [(("n", False), ("gpu", True))]


async def test_the_weight_of_a_column_can_be_changed() -> None:
    async with opened(SortModal(COLUMNS, [("eff", False), ("n", True)], DEFAULT)) as seen:
        await seen.press("greater_than_sign", "enter")
        assert seen.results == [(("n", True), ("eff", False))]


async def test_the_button_applies() -> None:
    async with opened(SortModal(COLUMNS, [("eff", False)], DEFAULT)) as seen:
        await seen.press("tab", "tab", "tab", "enter")
        assert seen.results == [(("eff", False),)]
    async with opened(SortModal(COLUMNS, [("eff", False)], DEFAULT)) as seen:
        await seen.pilot.click("#apply")
        await seen.pause()
        assert seen.results == [(("eff", False),)]


async def test_the_default_is_a_button() -> None:
    async with opened(SortModal(COLUMNS, [("n", True)], DEFAULT)) as seen:
        await seen.pilot.click("#default")
        assert "EFF ▲ then VALUE ▼" in seen.text
        await seen.press("enter")
        assert seen.results == [DEFAULT]


async def test_a_click_presses() -> None:
    async with opened(SortModal(COLUMNS, [], DEFAULT)) as seen:
        await seen.pilot.click(OptionList, offset=(3, 2))
        await seen.press("ctrl+s")
        assert seen.results == [(("eff", False),)]


async def test_search_finds_a_column() -> None:
    async with opened(SortModal(COLUMNS, [], DEFAULT)) as seen:
        await seen.press("slash")
        await seen.type("value")
        await seen.press("enter", "space", "enter")
        assert seen.results == [(("value", False),)]


@pytest.mark.parametrize("key", ["escape", "q"])
async def test_closes_without_a_change(key: str) -> None:
    async with opened(SortModal(COLUMNS, [], DEFAULT)) as seen:
        await seen.press("space", key)
        assert seen.results == [None]


@pytest.mark.parametrize("size", SIZES)
async def test_order_button_and_keys_stay_in_view(size: tuple[int, int]) -> None:
    columns = [*COLUMNS, *(column(f"c{at}", "[/]") for at in range(80))]
    async with opened(SortModal(columns, [("eff", False)], DEFAULT), size) as seen:
        await seen.press("end")
        assert "EFF ▲" in seen.text
        assert "[ Apply ]" in seen.text
        assert "C79" in seen.text
        assert "esc close" in seen.text
