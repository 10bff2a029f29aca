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


MOVES: tuple[tuple[str, tuple[str, ...], str, tuple[str, ...] | None], ...] = (
    ("the chosen are given back", CHOSEN, "", CHOSEN),
    ("space shows and hides", CHOSEN, "down space end space", ("gpu", "n", "price")),
    ("the GPU can neither go nor move", ("eff", "gpu"), "space >", ("gpu", "eff")),
    ("nothing moves before the GPU", CHOSEN, "down <", CHOSEN),
    ("one moves among those shown", ("gpu", "eff", "n", "vram"), "down > >",
     ("gpu", "n", "vram", "eff")),
    ("one moves past hidden ones", CHOSEN, "end space <", ("gpu", "eff", "price", "n")),
    ("hidden ones do not move", CHOSEN, "end <", CHOSEN),
    ("unknown keys of old settings are dropped", ("gpu", "gone", "n"), "", ("gpu", "n")),
    ("escape changes nothing", CHOSEN, "down space escape", None),
    ("q changes nothing", CHOSEN, "down space q", None),
)  # fmt: skip
"""What it shows, the columns at first, the keys before enter, the columns then."""


async def test_the_chosen_come_first_are_shown_hidden_and_moved() -> None:
    async with opened(modal()) as seen:
        shown = [line.split("]")[1].split()[0] for line in seen.lines if "about" in line]
        assert shown == ["GPU", "EFF", "N", "VRAM", "CUDA", "PRICE"]
        assert "3 of 6 shown" in seen.text
        for what, chosen, keys, result in MOVES:
            await seen.again(modal(chosen))
            assert "always shown" in seen.text, what
            await seen.press(*keys.split())
            if not seen.results:
                await seen.press("enter")
            assert seen.results == [result], what


async def test_the_default_is_a_button_d_is_free_and_a_click_shows_or_hides() -> None:
    async with opened(modal()) as seen:
        await seen.press("d")
        assert "3 of 6 shown" in seen.text
        await seen.press("tab", "tab", "enter")
        assert "2 of 6 shown" in seen.text
        await seen.press("enter")
        assert seen.results == [("gpu", "vram")]
        await seen.again(modal())
        await seen.pilot.click(OptionList, offset=(3, 1))
        await seen.press("enter")
        assert seen.results == [("gpu", "n")]


async def test_search_narrows_and_the_key_stays_with_the_column() -> None:
    async with opened(modal()) as seen:
        await seen.press("slash")
        await seen.type("about price")
        assert "VRAM" not in seen.text
        await seen.press("enter", "space")
        await seen.press("slash", *["backspace"] * 11, "enter", "enter")
        assert seen.results == [("gpu", "eff", "n", "price")]
        await seen.again(modal())
        await seen.press("slash")
        await seen.type("dq")
        assert seen.results == []
        await seen.press("ctrl+s")
        assert seen.results == [CHOSEN]


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


async def test_fits_every_screen_and_takes_any_text() -> None:
    columns = [column("gpu"), *(column(f"k{at}", text) for at, text in enumerate(HOSTILE))]
    async with opened(modal()) as seen:
        for size in SIZES:
            await seen.again(ColumnsModal(columns, ["gpu"], default=["gpu"]), size)
            assert "GPU" in seen.text, size
            assert "esc close" in seen.text, size
            await seen.press("down", "space", "enter")
            assert seen.results == [("gpu", "k0")], size
