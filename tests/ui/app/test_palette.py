"""The palette finds an action by a few of its letters."""

from __future__ import annotations

import pytest
from textual.widgets import OptionList

from tests.support.dialogs import HOSTILE, SIZES, opened
from vasttui.ui.app.palette import PaletteEntry, PaletteModal

ENTRIES = (
    PaletteEntry("offers.compare", "Compare the marked offers", "=", "Offers", "nothing is marked"),
    PaletteEntry("offers.copy", "Copy the offer id", "y c", "Offers"),
    PaletteEntry("offers.copy_as", "Copy as: vastai command, curl", "Y", "Offers"),
    PaletteEntry("app.refresh", "Refresh now", "r ^r", "Everywhere"),
)


async def test_the_first_usable_action_is_highlighted_and_enter_runs_it() -> None:
    async with opened(PaletteModal(ENTRIES)) as seen:
        await seen.press("enter")
        assert seen.results == ["offers.copy"]


async def test_letters_find_and_arrows_choose_while_typing() -> None:
    async with opened(PaletteModal(ENTRIES)) as seen:
        assert "4 of 4 actions" in seen.text
        await seen.type("copy")
        assert "2 of 4 actions" in seen.text
        assert "Refresh" not in seen.text
        await seen.press("down", "enter")
        assert seen.results == ["offers.copy_as"]


async def test_scattered_letters_find_too() -> None:
    async with opened(PaletteModal(ENTRIES)) as seen:
        await seen.type("rfnow")
        await seen.press("enter")
        assert seen.results == ["app.refresh"]


async def test_a_key_finds_its_action() -> None:
    async with opened(PaletteModal(ENTRIES)) as seen:
        await seen.type("Y")
        await seen.press("enter")
        assert seen.results == ["offers.copy_as"]


async def test_what_cannot_be_used_says_why_and_cannot_be_chosen() -> None:
    async with opened(PaletteModal(ENTRIES)) as seen:
        await seen.type("compare")
        assert "Compare the marked offers — nothing is marked" in seen.text
        await seen.press("enter")
        assert seen.results == []
        await seen.pilot.click(OptionList, offset=(3, 0))
        assert seen.results == []


async def test_nothing_found_is_said_and_enter_does_nothing() -> None:
    async with opened(PaletteModal(ENTRIES)) as seen:
        await seen.type("qqqq")
        assert "0 of 4 actions" in seen.text
        await seen.press("enter", "down", "up")
        assert seen.results == []


async def test_a_click_runs() -> None:
    async with opened(PaletteModal(ENTRIES)) as seen:
        await seen.pilot.click(OptionList, offset=(3, 3))
        await seen.pause()
        assert seen.results == ["app.refresh"]


async def test_escape_closes_even_while_typing() -> None:
    async with opened(PaletteModal(ENTRIES)) as seen:
        await seen.type("q")
        await seen.press("escape")
        assert seen.results == [None]


@pytest.mark.parametrize("size", SIZES)
async def test_no_text_is_markup(size: tuple[int, int]) -> None:
    entries = [PaletteEntry(f"on{at}", text, text, text) for at, text in enumerate(HOSTILE)]
    entries += [PaletteEntry(f"off{at}", "x", "", "", text) for at, text in enumerate(HOSTILE)]
    async with opened(PaletteModal(entries), size) as seen:
        assert all(text in seen.text for text in HOSTILE[:5])
        assert "esc close" in seen.text
        await seen.type("[b]x")
        await seen.press("enter")
        assert seen.results == ["on2"]
