"""The column dialog: which columns are shown, in which order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.widgets import OptionList

from tests.support.dialogs import HOSTILE, SIZES, opened
from vasttui.lists.columns import Column
from vasttui.ui.lists.columns_dialog import ColumnsModal
from vasttui.ui.lists.sort_dialog import SortModal
from vasttui.ui.modals.frame import Dialog


def column(key: str, about: str = "") -> Column[None]:
    return Column(key, key.upper(), 8, lambda row: ("", ""), about or f"about {key}", 5)


COLUMNS = [column(key) for key in ("gpu", "n", "vram", "cuda", "price", "eff")]
CHOSEN = ("gpu", "eff", "n")


def modal(chosen: tuple[str, ...] = CHOSEN) -> ColumnsModal:
    return ColumnsModal(COLUMNS, chosen, default=("gpu", "vram"))


async def test_the_chosen_come_first_and_enter_gives_them_back() -> None:
    async with opened(modal()) as seen:
        shown = [line.split("]")[1].split()[0] for line in seen.lines if "about" in line]
        assert shown == ["GPU", "EFF", "N", "VRAM", "CUDA", "PRICE"]
        assert "3 of 6 shown" in seen.text
        await seen.press("enter")
        assert seen.results == [CHOSEN]


async def test_space_shows_and_hides() -> None:
    async with opened(modal()) as seen:
        await seen.press("down", "space", "end", "space", "enter")
        assert seen.results == [("gpu", "n", "price")]


async def test_the_gpu_can_neither_go_nor_move() -> None:
    async with opened(modal(("eff", "gpu"))) as seen:
        assert "always shown" in seen.text
        await seen.press("space", "greater_than_sign", "enter")
        assert seen.results == [("gpu", "eff")]


async def test_nothing_moves_before_the_gpu() -> None:
    async with opened(modal()) as seen:
        await seen.press("down", "less_than_sign", "enter")
        assert seen.results == [CHOSEN]


async def test_a_column_moves_among_those_shown() -> None:
    async with opened(modal(("gpu", "eff", "n", "vram"))) as seen:
        await seen.press("down", "greater_than_sign", "greater_than_sign", "enter")
        assert seen.results == [("gpu", "n", "vram", "eff")]


async def test_a_column_moves_past_hidden_ones_in_one_step() -> None:
    async with opened(modal()) as seen:
        await seen.press("end", "space", "less_than_sign", "enter")
        assert seen.results == [("gpu", "eff", "price", "n")]


async def test_hidden_columns_do_not_move() -> None:
    async with opened(modal()) as seen:
        await seen.press("end", "less_than_sign", "enter")
        assert seen.results == [CHOSEN]


async def test_the_default_is_a_button_and_d_is_free() -> None:
    async with opened(modal()) as seen:
        await seen.press("d")
        assert "3 of 6 shown" in seen.text
        await seen.press("tab", "tab", "enter")
        assert "2 of 6 shown" in seen.text
        await seen.press("enter")
        assert seen.results == [("gpu", "vram")]


async def test_search_narrows_and_the_key_stays_with_the_column() -> None:
    async with opened(modal()) as seen:
        await seen.press("slash")
        await seen.type("about price")
        assert "VRAM" not in seen.text
        await seen.press("enter", "space")
        await seen.press("slash", *["backspace"] * 11, "enter", "enter")
        assert seen.results == [("gpu", "eff", "n", "price")]


@pytest.mark.parametrize("which", [modal, lambda: SortModal([column("gpu")], [], ())])
async def test_columns_and_order_have_the_same_keys_and_buttons(
    which: Callable[[], Dialog[Any]],
) -> None:
    async with opened(which()) as seen:
        assert "enter apply" in seen.text
        assert "[ Cancel ]   [ Default ]   [ Apply ]" in seen.text
        assert "/ search  esc close" in seen.text
        await seen.press("slash")
        assert "enter to the list  ^s apply  esc close" in seen.text
        await seen.press("enter")
        assert "enter apply" in seen.text
        await seen.press("enter")
        assert seen.results != []


async def test_letters_go_into_the_search_once_it_has_the_focus() -> None:
    async with opened(modal()) as seen:
        await seen.press("slash")
        await seen.type("dq")
        assert seen.results == []
        await seen.press("ctrl+s")
        assert seen.results == [CHOSEN]


async def test_a_click_shows_or_hides() -> None:
    async with opened(modal()) as seen:
        await seen.pilot.click(OptionList, offset=(3, 1))
        await seen.press("enter")
        assert seen.results == [("gpu", "n")]


async def test_unknown_keys_of_old_settings_are_dropped() -> None:
    async with opened(modal(("gpu", "gone", "n"))) as seen:
        await seen.press("enter")
        assert seen.results == [("gpu", "n")]


@pytest.mark.parametrize("key", ["escape", "q"])
async def test_closes_without_a_change(key: str) -> None:
    async with opened(modal()) as seen:
        await seen.press("down", "space", key)
        assert seen.results == [None]


@pytest.mark.parametrize("size", SIZES)
async def test_fits_every_screen_and_takes_any_text(size: tuple[int, int]) -> None:
    columns = [column("gpu"), *(column(f"k{at}", text) for at, text in enumerate(HOSTILE))]
    async with opened(ColumnsModal(columns, ["gpu"], default=["gpu"]), size) as seen:
        assert "GPU" in seen.text
        assert "esc close" in seen.text
        await seen.press("down", "space", "enter")
        assert seen.results == [("gpu", "k0")]
