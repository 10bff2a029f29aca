"""Questions and name inputs."""

from __future__ import annotations

from itertools import product

from tests.support.dialogs import HOSTILE, SIZES, opened
from vasttui.ui.modals.message import NAME_CAP, ConfirmModal, NameModal


def question() -> ConfirmModal:
    return ConfirmModal("Delete", "Really?", "Delete")


async def test_the_button_that_changes_nothing_has_the_focus_and_the_other_confirms() -> None:
    async with opened(question()) as seen:
        for keys, result in (
            (("enter",), False), (("tab", "enter"), True), (("right", "enter"), True),
            (("tab", "escape"), False), (("tab", "q"), False),
        ):  # fmt: skip
            await seen.again(question())
            await seen.press(*keys)
            assert seen.results == [result], keys
        await seen.again(question())
        await seen.pilot.click("#confirm")
        await seen.pause()
        assert seen.results == [True]


async def test_a_name_is_cleaned_and_returned_and_none_is_told() -> None:
    async with opened(NameModal("Save", "", [])) as seen:
        await seen.type("  my view ")
        await seen.press("enter")
        assert seen.results == ["my view"]

        await seen.again(NameModal("Save", "  ", []))
        await seen.press("enter")
        assert "Enter a name" in seen.text
        assert seen.results == []

        await seen.again(NameModal("Save", "", []))
        await seen.press("q")
        assert seen.results == []
        await seen.press("escape")
        assert seen.results == [None]

        await seen.again(NameModal("Save", "x" * 300, []))
        await seen.press("enter")
        assert seen.results[0] is not None
        assert 0 < len(seen.results[0]) <= NAME_CAP


async def test_a_taken_name_says_that_it_is_replaced() -> None:
    async with opened(NameModal("Save", "mine", ["mine"])) as seen:
        assert "one of this name" in seen.text
        assert "[ Replace ]" in seen.text
        await seen.press("end", "2")
        assert "one of this name" not in seen.text
        assert "[ Save ]" in seen.text
        await seen.press("backspace", "enter")
        assert seen.results == ["mine"]


async def test_no_text_is_markup() -> None:
    cases = list(product(SIZES, HOSTILE[:3]))
    async with opened(question()) as asked:
        for size, text in cases:
            await asked.again(ConfirmModal(text, text, text[:5]), size)
            assert asked.text.count(text) >= 2, (size, text)
            assert "[ Cancel ]" in asked.text, (size, text)
    async with opened(NameModal("Save", "", [])) as named:
        for size, text in cases:
            await named.again(NameModal(text, text, [text]), size)
            assert named.text.count(text) == 2, (size, text)
            assert "[ Replace ]" in named.text, (size, text)


async def test_what_closes_by_itself_as_it_is_closed_closes_once_with_the_first_answer() -> None:
    async with opened(question()) as seen:
        dialog = seen.app.screen
        dialog.dismiss(True)
        dialog.dismiss(False)
        await seen.pause()
        assert seen.results == [True]
        assert len(seen.app.screen_stack) == 1
        await dialog.dismiss(False)
        assert seen.results == [True]


async def test_what_stands_over_a_dialog_closes_with_it_without_an_answer() -> None:
    async with opened(question()) as seen:
        dialog, above = seen.app.screen, list[bool | None]()
        await seen.app.push_screen(question(), above.append)
        dialog.dismiss(True)
        await seen.pause()
        assert (above, seen.results) == ([None], [True])
        assert len(seen.app.screen_stack) == 1
