"""The sort dialog: several columns, each with its direction."""

from __future__ import annotations

from textual.widgets import OptionList

from tests.support.dialogs import SIZES, opened
from vasttui.lists.columns import Column
from vasttui.lists.sorting import SortKeys
from vasttui.ui.lists.sort_dialog import SortModal


def column(key: str, about: str = "") -> Column[None]:
    return Column(key, key.upper(), 8, lambda row: ("", ""), about or f"about {key}", 5)


DEFAULT = (("eff", False), ("value", True))
COLUMNS = [column(key) for key in ("gpu", "n", "eff", "value")]


async def test_the_present_order_is_shown_and_kept() -> None:
    async with opened(SortModal(COLUMNS, DEFAULT, DEFAULT)) as seen:
        assert "EFF ▲ then VALUE ▼" in seen.text
        assert any("1 ▲" in line and "EFF" in line for line in seen.lines)
        await seen.press("ctrl+s")
        assert seen.results == [DEFAULT]


CHANGES: tuple[tuple[str, SortKeys, str, SortKeys | None], ...] = (
    ("columns count in the order they were pressed", (), "down space up space space enter",
     (("n", False), ("gpu", True))),
    ("the weight of a column changes", (("eff", False), ("n", True)), "> enter",
     (("n", True), ("eff", False))),
    ("the button applies", (("eff", False),), "tab tab tab enter", (("eff", False),)),
    ("search finds a column", (), "/ v a l u e enter space enter", (("value", False),)),
    ("escape changes nothing", (), "space escape", None),
    ("q changes nothing", (), "space q", None),
)  # fmt: skip
"""What it shows, the order at first, the keys, the order then."""


async def test_keys_change_the_order() -> None:
    async with opened(SortModal(COLUMNS, [], DEFAULT)) as seen:
        for what, order, keys, result in CHANGES:
            await seen.again(SortModal(COLUMNS, order, DEFAULT))
            await seen.press(*keys.split())
            assert seen.results == [result], what


async def test_clicks_press_and_buttons_apply_or_bring_the_default() -> None:
    async with opened(SortModal(COLUMNS, [("eff", False)], DEFAULT)) as seen:
        await seen.pilot.click("#apply")
        await seen.pause()
        assert seen.results == [(("eff", False),)]
        await seen.again(SortModal(COLUMNS, [("n", True)], DEFAULT))
        await seen.pilot.click("#default")
        assert "EFF ▲ then VALUE ▼" in seen.text
        await seen.press("enter")
        assert seen.results == [DEFAULT]
        await seen.again(SortModal(COLUMNS, [], DEFAULT))
        await seen.pilot.click(OptionList, offset=(3, 2))
        await seen.press("ctrl+s")
        assert seen.results == [(("eff", False),)]


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


async def test_order_button_and_keys_stay_in_view() -> None:
    columns = [*COLUMNS, *(column(f"c{at}", "[/]") for at in range(80))]
    async with opened(SortModal(COLUMNS, [], DEFAULT)) as seen:
        for size in SIZES:
            await seen.again(SortModal(columns, [("eff", False)], DEFAULT), size)
            await seen.press("end")
            for words in ("EFF ▲", "[ Apply ]", "C79", "esc close"):
                assert words in seen.text, size
