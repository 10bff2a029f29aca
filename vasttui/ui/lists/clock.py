"""What a list screen draws because time passes: how old all of it is."""

from __future__ import annotations

from typing import TypeVar

from textual.content import Content

from vasttui.ui.context import context
from vasttui.ui.header import freshness, header
from vasttui.ui.lists import lines
from vasttui.ui.lists.parts import ListParts
from vasttui.ui.widgets.line import TextLine
from vasttui.ui.widgets.top_line import TopLine

Row = TypeVar("Row")

_WHOLE = 6
"""Seconds after which all of the first line is worked out again, though nothing was heard."""


class ListClock(ListParts[Row]):
    """Draws the first line and the status, each second while the screen is seen."""

    def begin_seconds(self) -> None:
        """Draw them each second from now on."""
        self._seconds = self.set_interval(1.0, self.second)
        self._passed, self._age_alone = 0, False
        self._stood: object = None

    def on_screen_suspend(self) -> None:
        """Nobody sees what changes each second."""
        self._seconds.pause()

    def second(self) -> None:
        """A second has passed."""
        stood, self._stood = self._stood, self.stands_still()
        if stood is not None and self._stood == stood:
            self.show_clocks(alone=True)
            return
        self._passed += 1
        if self._passed < _WHOLE:
            self.pass_time()
        else:
            self.tick()

    def stands_still(self) -> object:
        """What the lines tell that ends by itself, while all else of them stays; None where an age
        or a wait is counted."""
        return None

    def show_clocks(self, *, alone: bool) -> None:
        """Draw the rows again whose clocks moved on; not `alone` with what belongs to them."""

    def pass_time(self) -> None:
        """Draw what tells the time; of the first line the age alone, as the rest changes seldom."""
        self._age_alone = True
        self.tick()
        self._age_alone = False

    def tick(self) -> None:
        """Once a second, and whenever one of them is drawn: all that tells an age or counts down,
        so that two places never differ."""
        if not self.is_current:
            return
        if not self._age_alone:
            self._passed = 0
        self.show_status()
        self.show_top()
        if self.snapshot.error is not None or self.snapshot.as_of is None:
            self.show_hint()

    def fresh(self) -> Content:
        """How old what is shown is."""
        snapshot = self.snapshot
        return freshness(
            snapshot.as_of, context(self).session.clock.monotonic(), busy=snapshot.busy,
            failed=snapshot.error is not None, paused=self.paused,
            retries=snapshot.busy or snapshot.next_try is not None,
        )  # fmt: skip

    def show_top(self) -> None:
        """The first line of the screen."""
        app, fresh = context(self), self.fresh()
        line = self.query_one_optional(TopLine)
        if line is None:  # as while the program is closing
            return
        if not (self._age_alone and line.show_age(fresh)):
            line.show(*header(app, self.SCOPE, fresh, self.size.width), fresh)

    def show_status(self) -> None:
        """The line above the keys."""
        left, right = self.status_line()
        news = lines.told(context(self), self.under_way)
        line = self.query_one_optional("#status", TextLine)
        if line is not None:  # as while the program is closing
            line.show(left if news is None else news, right)

    def show_hint(self) -> None:
        """One line for what matters most: a problem, a notice, the sections."""
        raise NotImplementedError
