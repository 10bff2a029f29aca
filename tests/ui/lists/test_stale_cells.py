"""Only what has changed is drawn again: after every key the terminal shows what it would show if
all of it were drawn anew."""

from __future__ import annotations

import random

import pyte
import pytest
from pyte.screens import Char
from textual.widgets import Input

from tests.support.stage import Stage, stage
from vasttui.ui.lists.table import VirtualTable

_SIZE = 110, 30
_LATER = 0.2
"""Seconds after which a filter has been completed, and an empty list explained."""
_MOVES = ["down"] * 6 + ["up"] * 4 + ["pagedown", "pageup", "G", "g", "ctrl+d", "ctrl+u"]
_LOOKS = ["left", "right", "space", "I", "I", ">", "<", "]", "[", "enter", "escape", "escape"]
_ABOVE = ["question_mark", "escape", "colon", "escape", "*", "B"]
_FILTER = ["slash", *"rtx4", "backspace", "space", *"n1", "ctrl+u", "enter"]


class Glass:
    """What a terminal shows of what it was sent."""

    def __init__(self, sent: list[str]) -> None:
        self._sent, self._seen = sent, 0
        self._screen = pyte.Screen(*_SIZE)
        self._stream = pyte.Stream(self._screen)

    def look(self) -> list[list[Char]]:
        """Every cell, its letter and its look; nobody sees the colour of a blank."""
        for text in self._sent[self._seen :]:
            self._stream.feed(text)
        self._seen = len(self._sent)
        rows, columns = range(_SIZE[1]), range(_SIZE[0])
        return [[_seen(self._screen.buffer[y][x]) for x in columns] for y in rows]


def _seen(cell: Char) -> Char:
    blank = cell.data == " " and not (cell.reverse or cell.underscore)
    return cell._replace(fg="default", bold=False, italics=False) if blank else cell


async def draw_anew(running: Stage) -> None:
    """Draw all of it again, as if nothing had been drawn before."""
    for screen in running.app.screen_stack:
        for widget in screen.query("*"):
            widget.refresh()
        for table in screen.query(VirtualTable):
            table.redraw()
    await running.pause()


@pytest.mark.parametrize("section", ["1", "2"])
async def test_no_key_leaves_a_stale_cell(section: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setattr(Input, "cursor_blink", False)
    chance, sent = random.Random(7), list[str]()
    async with stage(size=_SIZE, instances=30, every_frame=sent) as running:
        glass = Glass(sent)
        if section == "2":
            await running.instances()
        await running.press("p")
        pressed: list[str] = []
        for _ in range(90):
            kind = chance.choices([_MOVES, _LOOKS, _FILTER, _ABOVE], [5, 4, 4, 1])[0]
            pressed.append(chance.choice(kind))
            await running.press(pressed[-1])
            await running.pause(_LATER)
            seen = glass.look()
            await draw_anew(running)
            whole = glass.look()
            stale = [y for y, (row, now) in enumerate(zip(seen, whole, strict=True)) if row != now]
            assert not stale, f"stale after {pressed}"
