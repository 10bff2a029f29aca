"""A new size is drawn once everything fits it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from textual import on
from textual.dom import DOMNode
from textual.events import Compose, Resize, ScreenResume
from textual.geometry import Size
from textual.messages import Update
from textual.screen import Screen, ScreenResultType
from textual.widget import Widget

from vasttui.ui.parts import AppPart

_PASSES = 3
"""Layouts until nothing moves: of the new size, with what is shown at that size, and with what
the widgets then say."""

_MOST_PASSES = 8
"""While the window is being dragged, its size changes before these are done."""

_LONGEST = 0.5
"""Seconds that a widget may hold back the first frame."""


class WholeResizes(AppPart):
    """The first frame of a new size is like every later one.

    Textual draws a new size before it tells the widgets, so that a frame comes with the arrangement
    and the texts of the old one.
    """

    resizing = False
    """Whether every screen is being laid out for another size."""
    _drawn_for: Size | None = None

    def on_resize(self, event: Resize) -> None:
        if self._drawn_for not in (None, event.size) and not self.resizing:
            self.resizing = True
            self.run_worker(self._resize(), group="resize", description="")
        self._drawn_for = event.size

    async def _resize(self) -> None:
        try:
            with self.batch_update():
                await self._lay_out()
                self.screen.post_message(Update(self.screen))  # all of it, in one frame
                await _told([self.screen])
        finally:
            self.resizing = False
        self.screen.refresh()

    async def _lay_out(self) -> None:
        """Lay out every screen, and let it say what fits there."""
        passes = 0
        for _ in range(_MOST_PASSES):
            size = self.size
            for screen in self.screen_stack:
                screen.post_message(Resize(size, size))
                await _told(screen.walk_children(with_self=True))
                _measure_anew(screen)
            passes = passes + 1 if size == self.size else 0
            if passes == _PASSES:
                return


class CurrentSize(Screen[ScreenResultType]):
    """A screen that is laid out for the size that there is, and for no earlier one.

    Each layout of another size sends the screen an event of that size, so that two sizes in its
    queue would answer each other for ever.
    """

    _known_size: Size | None = None

    def is_new(self, event: Resize) -> bool:
        """Whether there is something to do for the size that it is told: not for one that is over,
        nor for one that it knows. Of the size that it starts with, Textual tells a screen twice."""
        size = event.size
        if size != self.app.size:
            return False
        return self.is_resizing or not size == self._known_size == self.outer_size

    @property
    def is_resizing(self) -> bool:
        """Whether it is laid out for a new size, again and again, until nothing moves."""
        return isinstance(self.app, WholeResizes) and self.app.resizing

    @on(Resize)
    def drop_known_size(self, event: Resize) -> None:
        """Textual's own layout hears of no other."""
        if self.is_new(event):
            self._known_size = event.size
        else:
            event.prevent_default()

    @on(Compose)
    def class_for_size(self) -> None:
        """The widgets get the styles of this size when they are mounted. Textual itself sets these
        classes after the first frame, which would be drawn for another size."""
        app = self.app
        found = []
        for cells, own, every in (
            (app.size.width, self.HORIZONTAL_BREAKPOINTS, app.HORIZONTAL_BREAKPOINTS),
            (app.size.height, self.VERTICAL_BREAKPOINTS, app.VERTICAL_BREAKPOINTS),
        ):
            fitting = [point for point in own or every or () if point[0] <= cells]
            found += [max(fitting)[1]] if fitting else []
        self.add_class(*found)

    @on(ScreenResume)
    def keep_styles(self, event: ScreenResume) -> None:
        """The widgets have their styles since they were mounted, or since the theme changed: to
        look up all of them again takes longer than drawing the screen."""
        event.refresh_styles = False


def _measure_anew(screen: Screen[Any]) -> None:
    """Textual keeps the height of a widget whose text changed between two layouts that the widget
    had not seen to."""
    for widget in screen.walk_children(Widget):
        if widget.styles.auto_dimensions:
            widget.refresh(layout=True)


async def _told(nodes: Iterable[DOMNode]) -> None:
    """Wait until these have seen to all that they were sent."""
    told = [(node, asyncio.Event()) for node in nodes]
    waiting = [seen.wait() for node, seen in told if node.call_later(seen.set)]
    with suppress(TimeoutError):
        async with asyncio.timeout(_LONGEST):
            await asyncio.gather(*waiting)
