"""The first line of a screen: the age ticks without redrawing the rest."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.content import Content
from textual.geometry import Region
from textual.screen import Screen

from tests.support.pilot import playing
from vasttui.ui.widgets.line import TextLine
from vasttui.ui.widgets.top_line import TopLine

LEFT, MONEY = Content(" vasttui"), "$15.62 · "


class Stage(App[None]):
    def compose(self) -> ComposeResult:
        yield TopLine()

    @property
    def top(self) -> TopLine:
        return self.query_one(TopLine)

    @property
    def drawn(self) -> str:
        """The line as shown on the screen."""
        return "".join(
            strip.text
            for part in self.query(TextLine)
            if part.size.width
            for strip in part.render_lines(Region(0, 0, *part.size))
        )

    def show(self, age: str) -> None:
        self.top.show(LEFT, Content(f"{MONEY}{age} "), Content(age))


async def test_a_second_later_only_the_age_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Stage()
    async with playing(app, size=(60, 5)) as pilot:
        app.show("● 4s")
        await pilot.pause()
        refreshed: list[str] = []
        monkeypatch.setattr(TextLine, "refresh", lambda line: refreshed.append(line.text))
        app.show("● 5s")
        assert refreshed == ["· ● 5s"]
        assert app.top.show_age(Content("● 5s"))
        assert len(refreshed) == 1
        monkeypatch.undo()
        assert app.top.show_age(Content("● 6s"))
        await pilot.pause()
        assert app.drawn == f"{LEFT.plain}{'':38}{MONEY}● 6s "
        app.show("● 6s")
        await pilot.pause()
        assert app.drawn == f"{LEFT.plain}{'':38}{MONEY}● 6s "


async def test_an_age_that_grows_by_a_digit_moves_the_rest_without_a_layout(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = Stage()
    async with playing(app, size=(60, 5)) as pilot:
        app.show("● 9s")
        await pilot.pause()
        assert not app.top.show_age(Content("● 10s"))
        layouts: list[object] = []
        monkeypatch.setattr(Screen, "_refresh_layout", lambda *one, **how: layouts.append(one))
        for age in ("● 10s", "● 59s", "● 1m", "● 0s"):
            app.show(age)
            await pilot.pause()
            assert app.drawn.endswith(f"{MONEY}{age} ")
        assert layouts == []


async def test_an_age_without_room_is_not_drawn() -> None:
    app = Stage()
    async with playing(app, size=(60, 5)) as pilot:
        app.top.show(LEFT, Content(MONEY), Content("● 5s"))
        await pilot.pause()
        assert not app.top.show_age(Content("● 6s"))
        assert "●" not in app.drawn


async def test_a_longer_age_takes_its_room_from_the_gap() -> None:
    app = Stage()
    async with playing(app, size=(60, 5)) as pilot:
        for age in ("● 9s", "● 10s", "✖ retrying 59m59s", "● 0s"):
            app.show(age)
            await pilot.pause()
            assert app.drawn.startswith(LEFT.plain)
            assert app.drawn.endswith(f" {MONEY}{age} ")
            assert len(app.drawn) == 60


async def test_without_room_for_the_age_there_is_none() -> None:
    app = Stage()
    async with playing(app, size=(60, 5)) as pilot:
        app.top.show(LEFT, Content("$15.62 "), Content("● 4s"))
        await pilot.pause()
        assert app.drawn == f"{LEFT.plain}{'':45}$15.62 "
        assert app.top.text == "vasttui $15.62"
