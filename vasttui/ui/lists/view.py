"""A filter line over a table over details: what every list screen draws."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Input

from vasttui.lists.browse import Browsing
from vasttui.services.fleet.snapshot import Fleet
from vasttui.ui.context import context
from vasttui.ui.lines import key_entries, sort_words, tabs
from vasttui.ui.lists import lines
from vasttui.ui.lists.clock import ListClock
from vasttui.ui.lists.filter_bar import point_at
from vasttui.ui.lists.parts import PROMPT
from vasttui.ui.news import News
from vasttui.ui.places import place_of
from vasttui.ui.strip import section_strip
from vasttui.ui.styling import set_style
from vasttui.ui.widgets.key_bar import KeyBar
from vasttui.ui.widgets.line import TextLine

if TYPE_CHECKING:
    from vasttui.services.renting.rental import RentState

Row = TypeVar("Row")

EDITING = (("esc", "leave as it is", ""), ("enter", "save", ""))
"""The keys while a line is changed in its place."""

_LEAST_FILTER, _HINT = 12, 31
"""Cells for an empty filter, and for one with a hint."""

_REST = 0.01
"""Seconds after the frame of a key, in which a thread writes it to the terminal."""


class ListView(ListClock[Row]):
    """Draws filter, table, details, status and keys of one list."""

    def __init__(self, browse: Browsing[Row]) -> None:
        super().__init__(browse)
        self._rest_to_draw: dict[Callable[[], None], None] = {}
        self._was_wide = False
        self._drawn_size: Size | None = None
        self._drawn_focus: Widget | None = None
        """The size and the focus that everything was drawn for last."""
        self._is_fresh = False

    def on_mount(self) -> None:
        app = context(self)
        app.counts[self.SCOPE] = self.read_count
        app.app_changed.subscribe(self, self.app_changed)
        app.app_changed.subscribe(self, self._veil)
        app.fleet_changed.subscribe(self, self.fleet_changed)
        app.rent_changed.subscribe(self, self.rent_changed)
        app.news_changed.subscribe(self, self.news_changed)
        preferences, name = app.session.preferences, self.resource.name
        self.bar.past = preferences.current.filters.get(name, ())
        self.bar.on_past = partial(preferences.keep_filters, name)
        self.bar.input.on_text = self.filter_typed
        self.table.on_move = self.cursor_moved
        self.detail.on_size = self.show_detail
        self.table.set_sort(self.browse.sort)
        self.begin_seconds()
        self._was_wide = self.has_class("-wide")
        self.mounted()
        self._is_fresh = self.is_current

    def mounted(self) -> None:
        """After the widgets are there. Textual calls `on_mount` of every class by itself."""
        raise NotImplementedError

    def on_screen_resume(self) -> None:
        """Update the counts of the other sections, and show what was said meanwhile."""
        self._seconds.resume()
        if not self._is_fresh:
            self.show_hint()
            self.tick()
        self._is_fresh = False

    def app_changed(self, what: str) -> None:
        """Something of the application changed, see `AppContext`."""
        raise NotImplementedError

    def _veil(self, what: str) -> None:
        """Draw all again, also behind another screen, when ids are to be hidden or shown."""
        if what == "privacy":
            self.query("*").refresh()

    def fleet_changed(self, fleet: Fleet) -> None:
        """The first line shows the account's money."""
        self.tick()

    def rent_changed(self, state: RentState) -> None:
        """The status line may tell of a rental."""
        self.tick()

    def news_changed(self, news: News) -> None:
        """There is something to say."""
        self.tick()

    def filter_typed(self, text: str) -> None:
        """Called by the input at every key, before it is drawn: rows and input share a frame."""
        rows, query = self.browse.rows, self.browse.query
        self.browse.set_text(text)
        self.bar.set_spots(self.browse.problems, self.browse.warnings)
        if self.browse.rows is rows and self.browse.query == query:
            self.show_empty()  # it waits for a pause
            self.after_frame(self.show_counts, self.show_keys)
        else:
            self.show_rows(after_key=True)
        self.show_hint()
        self.after_frame(self.tick)

    def cursor_moved(self, index: int) -> None:
        """The user moved the cursor of the table."""
        rows = self.browse.rows
        self.browse.list.move_cursor(index)
        if self.browse.rows is rows:
            self.after_frame(self.show_detail, self.show_keys)
        else:  # the row it left was only kept for it
            self.show_rows(after_key=True)

    def after_frame(self, *parts: Callable[[], None]) -> None:
        """Draw these after what a key has changed is on the screen, and then only once, however
        many keys there were: the cursor never waits for the details."""
        if not self._rest_to_draw:
            self.call_after_refresh(self._frame_drawn)
        self._rest_to_draw |= dict.fromkeys(parts)

    def _frame_drawn(self) -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(_REST, self.call_after_refresh, self._draw_rest)

    def _draw_rest(self) -> None:
        parts, self._rest_to_draw = self._rest_to_draw, {}
        if self.query_one_optional("#rows") is not None:  # as while the program is closing
            for part in parts:
                part()

    def show_everything(self) -> None:
        """Draw all of it."""
        self._drawn_size, self._drawn_focus = self.size, self.focused
        self.show_rows()
        self.show_hint()
        self.tick()

    def show_rows(self, *, after_key: bool = False) -> None:
        """Table or what stands in for it, counts and details; after a key the details follow."""
        rows, cursor = self.browse.rows, self.browse.list.cursor_index or 0
        if after_key:
            self.table.show_rows(rows, cursor)
        else:
            self.table.update_rows(rows, cursor)
        self.show_marks()
        self.show_empty()
        self.show_counts()
        if after_key:
            self.after_frame(self.show_detail, self.show_keys)
        else:
            self.show_detail()
            self.show_keys()

    def show_marks(self) -> None:
        """Draw the marks."""
        marked = frozenset(self.browse.marks)
        if marked != self.table.marked:
            self.table.set_marked(marked)

    def show_empty(self) -> None:
        """Say why there are no rows, or show the table."""
        # start-up: the offers have another
        from vasttui.ui.lists.empty import StandIn

        nothing = None if self.browse.rows else self.nothing()
        if nothing is not None:
            self.query_one(StandIn).say(*map(Content, nothing))
        self.query_one("#main").set_class(nothing is not None, "-empty")

    def show_counts(self) -> None:
        """How many rows there are, and how many are marked; nothing before they were read."""
        width, half = self.size.width, self.size.width // 2
        least = _HINT if width >= _HINT * 2 else _LEAST_FILTER
        free = width - PROMPT - max(least, len(self.bar.text) + 1)
        most = max(half, 0 if self.bar.input.has_focus else free) - 2
        counts = "" if self.snapshot.as_of is None else self.browse.counts(most)
        self.bar.show_counts(counts)
        room = len(counts) + 2
        set_style(self.bar.counts, "width", room if room > half else None)

    def show_detail(self) -> None:
        """The details of the row under the cursor."""
        row = self.browse.shown
        if row is None or not self.detail.is_mounted:
            self.detail.show(Content(f"no {self.resource.noun}"), Content(""), [])
            self.fit_detail(None)
            return
        width = self.detail.size.width
        if width:  # else it has no place yet, and says so when it has
            lines = self.detail_lines(row, max(20, width))
            self.detail.show(self.detail_title(row), self.tab_line(), lines)

    def tab_line(self) -> Content:
        """The tabs of the details, with the keys that change them."""
        spell = context(self).keymap.spelled
        keys = f"{spell('list.previous_tab')} {spell('list.next_tab')}"
        return tabs(self.TABS, self.tab, keys)

    @property
    def order(self) -> Content:
        """The order of the rows in words."""
        return Content.styled(sort_words(self.browse.sort, self.titles) + " ", "$text-muted")

    @property
    def titles(self) -> dict[str, str]:
        """The titles of all columns, by key."""
        return {column.key: column.title for column in self.resource.columns}

    def notice(self) -> Content | None:
        """A sentence that replaces the sections in the line under the filter."""
        app = context(self)
        now, spell = app.session.clock.monotonic(), app.keymap.spelled
        return lines.banner(self.snapshot, now, spell, self.notice_room)

    def note(self) -> Content | None:
        """What is said behind the names of the sections."""
        return None

    @property
    def notice_room(self) -> int:
        """How many cells a notice may take."""
        return self.size.width

    def show_hint(self) -> None:
        """One line for what matters most: a problem, a notice, the sections."""
        line = self.query_one("#hint", TextLine)
        found = (*self.browse.problems, *self.browse.warnings)
        spots = sorted(found, key=lambda spot: spot.start)
        if spots:
            fits = len(self.bar.text) < self.bar.input.size.width
            start = PROMPT + spots[0].start if fits else -1  # scrolled, it is underlined alone
            line.show(point_at(spots, start, self.size.width))
        else:
            line.show(self.strip(self.notice()))

    def strip(self, sentence: Content | None) -> Content:
        """The sections of this screen, or the problem."""
        app, place = context(self), place_of(self.SCOPE)
        counts = {name: text for name, count in app.counts.items() if (text := count())}
        return section_strip(
            place.shown(self.SCOPE, hosts=app.hosts) if place is not None else (), self.SCOPE,
            counts, self.size.width,
            key=app.way_back or app.keymap.spelled("screen.next_section"), sentence=sentence,
            note=self.note(),
        )  # fmt: skip

    def resized(self) -> None:
        """What depends on the size of the screen. What it had hidden had lost the focus."""
        if self.focused is None:
            self.set_focus(self.table)
        if self._was_wide is not self.has_class("-wide"):
            self._was_wide = not self._was_wide
            self.remove_class("-zoomed")  # beside the table they need other room than below it
        self.show_everything()

    @property
    def typing(self) -> Sequence[tuple[str, str, str]]:
        """The keys while something else than the filter is typed."""
        return EDITING

    def show_keys(self) -> None:
        """The keys that work now."""
        bar = self.query_one_optional(KeyBar)
        if bar is not None:  # as while the program is closing
            if self.bar.input.has_focus:
                bar.show(self.filter_keys())
            else:
                bar.show(self.typing if isinstance(self.focused, Input) else self.table_keys())

    def filter_keys(self) -> list[tuple[str, str, str]]:
        """The keys while a filter is typed."""
        raise NotImplementedError

    def table_keys(self) -> list[tuple[str, str, str]]:
        """The keys of the table, without those that need a row where there is none, and those that
        do not fit the row."""
        off = self.unfit if self.browse.rows else self.why_off
        app = context(self)
        return key_entries(app.keymap, self.SCOPE, off, read_only=app.session.read_only)

    def remember(self) -> None:
        """Keep columns and order for the next start."""
        preferences = context(self).session.preferences
        preferences.keep_list(self.resource.name, self.chosen, self.browse.sort)
