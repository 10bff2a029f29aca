"""After every change of size the screen is as if freshly drawn at that size, cell by cell."""

from __future__ import annotations

import random

import pytest

from tests.support.stage import Stage, stage
from vasttui.ui.lists.table import VirtualTable


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


@pytest.mark.parametrize("place", ["offers", "instances"])
async def test_whatever_the_sizes_before(place: str) -> None:
    rng = random.Random(1)
    async with stage(instances=12) as running:
        if place == "instances":
            await running.instances()
        await running.press("p", *["down"] * 5)
        for _ in range(8):
            size = rng.randint(60, 220), rng.randint(16, 60)
            await running.pilot.resize_terminal(*size)
            if rng.random() < 0.3:
                await running.press(rng.choice(["down", "pagedown", "end", "home", "z"]))
            await running.pause()
            resized, text = cells(running), running.text
            drawn_anew(running)
            await running.pause()
            assert running.text == text, size
            assert cells(running) == resized, size
