"""The first frame after a change of size is as if freshly drawn at that size, cell by cell."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest
from rich.console import RenderableType
from textual._compositor import LayoutUpdate
from textual.content import Content
from textual.events import Resize
from textual.geometry import Size
from textual.screen import Screen

from tests.support.stage import Stage, stage
from vasttui.ui.lists.detail_pane import DetailPane
from vasttui.ui.lists.table import VirtualTable
from vasttui.ui.offers.screen import OffersScreen


def cells(running: Stage) -> list[str]:
    """Every cell with its style."""
    strips = running.app.screen._compositor.render_strips()  # noqa: SLF001
    return [
        repr([(char, str(one.style)) for one in strip for char in one.text]) for strip in strips
    ]


def drawn_anew(running: Stage) -> None:
    """Forget whatever was drawn."""
    screen = running.app.screen
    for table in screen.query(VirtualTable):
        table.redraw()
    for widget in screen.query("*"):
        widget.refresh(layout=True)
    screen.refresh(layout=True)


def frames(running: Stage) -> list[tuple[bool, list[str]]]:
    """Of each frame that is drawn from now on: whether it draws the whole screen, and its cells."""
    drawn: list[tuple[bool, list[str]]] = []
    display = running.app._display  # noqa: SLF001

    def show(screen: Screen[Any], renderable: RenderableType | None) -> None:
        if renderable is not None and not running.app._batch_count:  # noqa: SLF001
            drawn.append((isinstance(renderable, LayoutUpdate), cells(running)))
        display(screen, renderable)

    running.app._display = show  # type: ignore[method-assign]  # noqa: SLF001
    return drawn


@pytest.mark.parametrize(("place", "keys"), [("offers", "p"), ("instances", "p"), ("offers", "c")])
async def test_whatever_the_sizes_before(place: str, keys: str) -> None:
    rng = random.Random(1)
    async with stage(instances=12, every_frame=True) as running:
        if place == "instances":
            await running.instances()
        await running.press(*keys, *["down"] * 5)
        seen = frames(running)
        for _ in range(8):
            size = rng.randint(60, 220), rng.randint(16, 60)
            del seen[:]
            await running.pilot.resize_terminal(*size)
            await running.pause()
            whole, first = seen[0]
            text = running.text
            drawn_anew(running)
            await running.pause()
            assert running.text == text, size
            assert cells(running) == first, size
            assert whole, size
            if rng.random() < 0.3:
                await running.press(rng.choice(["down", "pagedown", "end", "home", "z"]))


async def test_whatever_the_place_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """The size may have changed, over a breakpoint too, while another place was in front."""
    rng, sizes = random.Random(3), ((140, 40), (120, 36), (100, 30), (99, 29), (80, 24))
    show, laid_out = DetailPane.show, list[int]()

    def shown(pane: DetailPane, title: Content, tabs: Content, lines: Sequence[Content]) -> None:
        laid_out.extend([pane.size.width] * (pane.id == "detail" and bool(lines)))
        show(pane, title, tabs, lines)

    monkeypatch.setattr(DetailPane, "show", shown)
    async with stage(instances=6, volumes=3) as running:
        await running.instances()
        for place in "345612":  # what is read at first comes in the middle of it
            await running.press(place)
            await running.pause()
        for turn in range(9):
            if turn % 3:
                await running.pilot.resize_terminal(*rng.choice(sizes))
            if turn == 4:
                await running.press("P")
            places = rng.choices("123456", k=rng.randint(1, 2))
            await running.burst(*places)
            first = cells(running)
            drawn_anew(running)
            await running.pause()
            assert cells(running) == first, (turn, places, running.app.size)
    assert laid_out
    assert all(laid_out), "laid out for no width at all"


async def test_a_screen_says_everything_once_before_its_first_frame(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[bool] = []
    show = OffersScreen.show_counts

    def shown(screen: OffersScreen) -> None:
        said.append(running.app._batch_count > 0)  # noqa: SLF001
        show(screen)

    monkeypatch.setattr(OffersScreen, "show_counts", shown)
    async with stage(started=False) as running, running.app.run_test(size=(120, 36)):
        assert said.count(True) == 1


@pytest.mark.parametrize("opened", ["", "question_mark"])
async def test_two_sizes_at_once_do_not_answer_each_other_for_ever(opened: str) -> None:
    async with stage() as running:
        if opened:
            await running.dialog(opened)
        screen = running.app.screen
        layouts: list[Size] = []
        lay_out = screen._refresh_layout  # noqa: SLF001

        def counted(size: Size | None = None, scroll: bool = False) -> None:
            layouts.append(size or screen.size)
            assert len(layouts) < 50, layouts
            lay_out(size, scroll)

        screen._refresh_layout = counted  # type: ignore[method-assign]  # noqa: SLF001
        await running.pilot.resize_terminal(90, 28)
        screen.post_message(Resize(Size(100, 30), Size(100, 30)))
        screen.call_later(lambda: None)  # Resizes next to each other are one.
        screen.post_message(Resize(Size(90, 28), Size(90, 28)))
        await running.pause(1)
        assert screen.size == (90, 28)
        assert Size(100, 30) not in layouts
