"""A framed pane redraws what has changed, and nothing else."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.content import Content
from textual.geometry import Region

from tests.support.pilot import playing
from vasttui.ui.lists.detail_pane import DetailPane

LINES = [Content(f"line {number} is as it was") for number in range(4)]


class Pane(DetailPane):
    """Records what it was asked to redraw."""

    def refresh(self, *regions: Region, **options: bool) -> Pane:
        self.asked = regions
        return super().refresh(*regions, **options)

    asked: tuple[Region, ...] | None = None


class Stage(App[None]):
    def compose(self) -> ComposeResult:
        yield Pane()

    @property
    def pane(self) -> Pane:
        return self.query_one(Pane)

    @property
    def drawn(self) -> list[str]:
        strips = self.pane.render_lines(self.pane.outer_size.region)
        return [strip.text.strip("│ ") for strip in strips]


async def test_a_changed_line_is_drawn_again_alone() -> None:
    app = Stage()
    async with playing(app) as pilot:
        app.pane.show(Content("one"), Content("tab"), LINES)
        await pilot.pause()
        assert app.drawn[1:5] == [line.plain for line in LINES]
        for at in range(4):
            changed = [*LINES]
            changed[at] = Content("news")
            app.pane.show(Content("one"), Content("tab"), changed)
            assert app.pane.asked == (Region(0, at, app.pane.size.width, 1),)
            await pilot.pause()
            assert app.drawn[1 + at] == "news"
            app.pane.show(Content("one"), Content("tab"), LINES)
            await pilot.pause()
            assert app.drawn[1:5] == [line.plain for line in LINES]


async def test_nothing_new_draws_nothing() -> None:
    app = Stage()
    async with playing(app) as pilot:
        app.pane.show(Content("one"), Content("tab"), LINES)
        await pilot.pause()
        app.pane.asked = None
        app.pane.show(Content("one"), Content("tab"), [Content(line.plain) for line in LINES])
        assert app.pane.asked is None
        app.pane.show(Content("two"), Content("tab"), LINES)
        await pilot.pause()
        assert "two" in app.drawn[0]


async def test_more_lines_or_fewer_draw_everything() -> None:
    app = Stage()
    async with playing(app) as pilot:
        app.pane.show(Content("one"), Content("tab"), LINES)
        await pilot.pause()
        app.pane.show(Content("one"), Content("tab"), LINES[:1])
        await pilot.pause()
        assert app.drawn[1] == LINES[0].plain
        assert "line" not in "".join(app.drawn[2:])
