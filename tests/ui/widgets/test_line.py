"""A widget that has not changed is not rendered again, one that has always is."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from textual.app import App, ComposeResult
from textual.content import Content
from textual.geometry import Region
from textual.widget import Widget

from tests.support.pilot import drawn, playing
from tests.support.stage import stage
from vasttui.ui.widgets.line import TextLine


class _Lines(App[None]):
    CSS = ".-blue { background: #0000ff; } .-beside { layout: horizontal; }"

    def compose(self) -> ComposeResult:
        yield TextLine()
        yield TextLine(id="line")

    @property
    def first(self) -> tuple[str, object]:
        """The text of the first line of the screen, and the colour behind its last cell."""
        strip = drawn(self)[0]
        style = list(strip)[-1].style
        assert style is not None
        assert style.bgcolor is not None
        return strip.text, style.bgcolor.triplet


async def test_a_line_is_drawn_as_it_is_now() -> None:
    app = _Lines()
    async with playing(app, size=(20, 5)) as pilot:
        line = app.query_one("#line", TextLine)
        line.show(Content("old"), Content("right"))
        assert app.first[0].strip() == ""
        app.screen.add_class("-beside")
        await pilot.pause()
        assert app.first[0].split() == ["old", "right"]
        line.show(Content("new"), Content("right"))
        await pilot.pause()
        text, colour = app.first
        assert text.split() == ["new", "right"]
        app.screen.add_class("-blue")
        await pilot.pause()
        assert app.first == (text, (0, 0, 255)) != (text, colour)
        assert [strip.text for strip in line.render_lines(Region(0, 0, 3, 1))] == ["new"]


@pytest.mark.parametrize(("key", "rendered"), [
    ("down", {"rows", "detail"}),
    ("I", {"rows", "switches"}),
])  # fmt: skip
async def test_a_key_has_only_that_rendered_which_it_changes(key: str, rendered: set[str]) -> None:
    found = set[str | None]()
    render = Widget.render_lines

    def noted(self: Widget, *args: object) -> object:
        found.add(self.id or type(self).__name__)
        return render(self, *args)  # type: ignore[arg-type]

    async with stage(every_frame=True) as running:
        await running.press("down")
        with patch.object(Widget, "render_lines", noted):
            await running.press(key)
    assert found == rendered
