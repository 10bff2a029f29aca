"""Styles are looked up when a widget is mounted and when the theme changes, and not in between."""

from __future__ import annotations

import pytest
from textual.css.stylesheet import Stylesheet
from textual.geometry import Region
from textual.widget import Widget
from textual.widgets import Input

from tests.support.stage import stage
from vasttui.ui.places import PLACES
from vasttui.ui.themes import DARK, LIGHT
from vasttui.ui.widgets.line_input import LineInput


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[Stylesheet]:
    """One for each time that the style sheets were read."""
    read, parse = [], Stylesheet.reparse

    def noted(self: Stylesheet) -> None:
        read.append(self)
        parse(self)

    monkeypatch.setattr(Stylesheet, "reparse", noted)
    return read


async def test_the_style_sheets_are_read_for_a_theme_and_not_for_a_place(
    readings: list[Stylesheet],
) -> None:
    async with stage(theme=LIGHT.name) as running:
        assert readings == [], "at the start they are read once, for the theme that was chosen"
        await running.press("2", "1", "2", "1")
        assert readings == []
        await running.press("ctrl+t")
        assert len(readings) == 1


async def test_a_place_that_was_left_has_the_new_theme_when_it_is_seen_again() -> None:
    colours = {}
    async with stage() as running:
        for key, name in ("2", "dark"), ("1", ""), ("ctrl+t", ""), ("2", "light"):
            await running.press(key)
            screen = running.app.screen
            colours[name] = [one.styles.background for one in (screen, *screen.query("#top"))]
    async with stage(theme=LIGHT.name) as running:
        await running.press("2")
        screen = running.app.screen
        fresh = [one.styles.background for one in (screen, *screen.query("#top"))]
    assert colours["light"] == fresh != colours["dark"]
    assert running.app.theme != DARK.name


async def test_a_place_opened_and_a_theme_chosen_in_one_go_match() -> None:
    async with stage() as running:
        await running.burst("ctrl+t", "2")
        await running.pause()
        [top] = running.app.screen.query("#top")
        expected = running.app.stylesheet.parse_style("on $panel").background
        assert top.styles.background == expected
        assert running.app.screen.styles.background == (
            running.app.stylesheet.parse_style("on $background").background
        )


async def test_an_input_is_styled_when_it_is_mounted(monkeypatch: pytest.MonkeyPatch) -> None:
    applied, apply = [], Stylesheet.update_nodes

    def noted(self: Stylesheet, nodes: list[Input], animate: bool = False) -> None:
        applied.append(nodes)
        apply(self, nodes, animate)

    async with stage() as running:
        monkeypatch.setattr(Stylesheet, "update_nodes", noted)
        entry = LineInput("some text", compact=True)
        entry.add_class("-one")
        assert applied == []
        await running.app.screen.mount(entry)
        applied.clear()
        entry.add_class("-other")
        assert len(applied) == 1
        assert entry.styles.height is not None


@pytest.mark.parametrize("size", [(59, 30), (120, 15)])
async def test_where_there_is_no_room_for_a_table_nothing_else_is_shown(
    size: tuple[int, int],
) -> None:
    async with stage(size=size, ready=False) as running:
        for place in PLACES:
            await running.press(place.digit)
            shown = [one.id or type(one).__name__ for one in running.app.screen.children
                     if one.styles.display != "none"]  # fmt: skip
            assert shown == [], place.name
            assert "vasttui needs 60×16" in running.text


async def test_rows_that_are_read_again_lay_out_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with stage() as running:
        await running.instances()
        layouts, refresh = [], Widget.refresh

        def noted(self: Widget, *regions: Region, **how: bool) -> Widget:
            layouts.extend([self] if how.get("layout") else [])
            return refresh(self, *regions, **how)

        monkeypatch.setattr(Widget, "refresh", noted)
        await running.poll()
        assert layouts == []
