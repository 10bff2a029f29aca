"""Questions and name inputs."""

from __future__ import annotations

import pytest

from tests.support.dialogs import HOSTILE, SIZES, opened
from vasttui.ui.modals.message import NAME_CAP, ConfirmModal, NameModal


async def test_the_button_that_changes_nothing_has_the_focus() -> None:
    async with opened(ConfirmModal("Delete", "Really?", "Delete")) as seen:
        await seen.press("enter")
        assert seen.results == [False]


@pytest.mark.parametrize("keys", [("tab", "enter"), ("right", "enter")])
async def test_the_other_button_confirms(keys: tuple[str, ...]) -> None:
    async with opened(ConfirmModal("Delete", "Really?", "Delete")) as seen:
        await seen.press(*keys)
        assert seen.results == [True]


async def test_a_click_confirms() -> None:
    async with opened(ConfirmModal("Delete", "Really?", "Delete")) as seen:
        await seen.pilot.click("#confirm")
        await seen.pause()
        assert seen.results == [True]


@pytest.mark.parametrize("key", ["escape", "q"])
async def test_closing_confirms_nothing(key: str) -> None:
    async with opened(ConfirmModal("Delete", "Really?", "Delete")) as seen:
        await seen.press("tab", key)
        assert seen.results == [False]


async def test_a_name_is_cleaned_and_returned() -> None:
    async with opened(NameModal("Save", "", [])) as seen:
        await seen.type("  my view ")
        await seen.press("enter")
        assert seen.results == ["my view"]


async def test_no_name_is_no_result_but_a_sentence() -> None:
    async with opened(NameModal("Save", "  ", [])) as seen:
        await seen.press("enter")
        assert "Enter a name" in seen.text
        assert seen.results == []


async def test_a_taken_name_says_that_it_is_replaced() -> None:
    async with opened(NameModal("Save", "mine", ["mine"])) as seen:
        assert "one of this name" in seen.text
        assert "[ Replace ]" in seen.text
        await seen.press("end", "2")
        assert "one of this name" not in seen.text
        assert "[ Save ]" in seen.text
        await seen.press("backspace", "enter")
        assert seen.results == ["mine"]


async def test_a_long_filter_makes_a_short_name() -> None:
    async with opened(NameModal("Save", "x" * 300, [])) as seen:
        await seen.press("enter")
        assert seen.results[0] is not None
        assert len(seen.results[0]) <= NAME_CAP


async def test_q_is_typed_and_escape_closes() -> None:
    async with opened(NameModal("Save", "", [])) as seen:
        await seen.press("q")
        assert seen.results == []
        await seen.press("escape")
        assert seen.results == [None]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("text", HOSTILE[:3])
async def test_no_text_is_markup(size: tuple[int, int], text: str) -> None:
    async with opened(ConfirmModal(text, text, text[:5]), size) as seen:
        assert seen.text.count(text) >= 2
        assert "[ Cancel ]" in seen.text
    async with opened(NameModal(text, text, [text]), size) as seen:
        assert seen.text.count(text) == 2
        assert "[ Replace ]" in seen.text
