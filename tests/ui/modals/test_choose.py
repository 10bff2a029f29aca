"""A list to choose one thing from."""

from __future__ import annotations

from textual.content import Content

from tests.support.dialogs import opened
from vasttui.ui.modals.choose import ChooseModal, MenuItem


def modal() -> ChooseModal:
    return ChooseModal("Pick", [MenuItem(Content(word)) for word in ("one", "two", "three")])


async def test_enter_chooses_and_y_which_copies_elsewhere_does_not() -> None:
    async with opened(modal()) as seen:
        await seen.press("j", "y", "c")
        assert seen.results == []
        await seen.press("enter")
        assert seen.results == [1]


async def test_what_is_off_cannot_be_chosen() -> None:
    choices = [MenuItem(Content("one"), off="not now"), MenuItem(Content("two"))]
    async with opened(ChooseModal("Pick", choices)) as seen:
        assert "not now" in seen.text
        await seen.press("enter")
        assert seen.results == [1]


LONG = "text message to ******1234, the phone at work"


async def test_an_item_has_the_room_that_its_description_leaves() -> None:
    choices = [MenuItem(Content(word), Content("a code is sent")) for word in ("mail", LONG)]
    for size in ((120, 36), (80, 24)):
        async with opened(ChooseModal("Log in", choices), size=size) as seen:
            assert f"{LONG}  a code is sent" in seen.text, size


async def test_an_item_that_is_cut_stands_below_in_full() -> None:
    long = f"{LONG}, {LONG}"
    async with opened(ChooseModal("Log in", [MenuItem(Content(long))]), size=(60, 24)) as seen:
        assert long in " ".join(seen.text.replace("│", " ").split())
