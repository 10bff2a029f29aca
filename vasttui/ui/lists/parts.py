"""The widgets of every list screen, and what a list says of itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Generic, Protocol, TypeVar

from textual import getters
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from vasttui.errors import VastError
from vasttui.lists.browse import Browsing
from vasttui.lists.resource import Resource
from vasttui.services.snapshot import Snapshot
from vasttui.ui import places
from vasttui.ui.context import context
from vasttui.ui.lines import too_small
from vasttui.ui.lists.detail_pane import DetailPane
from vasttui.ui.lists.filter_bar import FilterBar
from vasttui.ui.lists.table import VirtualTable
from vasttui.ui.parts import ScreenPart
from vasttui.ui.styling import set_style
from vasttui.ui.widgets.key_bar import KeyBar
from vasttui.ui.widgets.line import KeepsLines, TextLine
from vasttui.ui.widgets.top_line import TopLine

Row = TypeVar("Row")

PROMPT = 3
"""Cells before the text of the filter."""


class Reader(Protocol):
    """Reads the rows again and again."""

    paused: bool

    def refresh(self) -> None:
        """Read now."""


class Box(KeepsLines, Container):
    """A part of the screen."""

    BLANK = True  # its widgets cover it


class ListParts(KeepsLines, ScreenPart, Generic[Row]):
    """The widgets of a list screen. Subclasses say what its rows are."""

    SCOPE = ""
    """The scope of its own keys."""
    TABS: Sequence[str] = ()
    """The tabs of the details."""
    AUTO_FOCUS = "VirtualTable"

    table = getters.query_one("#rows", VirtualTable)
    bar = getters.query_one(FilterBar)
    detail = getters.query_one("#detail", DetailPane)

    def __init__(self, browse: Browsing[Row]) -> None:
        super().__init__()
        self.browse: Browsing[Row] = browse
        saved = context(self).session.preferences.list_of(self.resource.name)
        self.chosen = saved.columns or self.resource.default_columns
        if saved.sort:
            browse.set_sort(saved.sort)
        self.tab = self.TABS[0]

    @property
    def resource(self) -> Resource[Row]:
        """What is listed."""
        return self.browse.resource

    @property
    def columns_on(self) -> tuple[str, ...]:
        """Those of the chosen columns that have something to show."""
        return self.chosen

    @property
    def snapshot(self) -> Snapshot[Any]:
        """The rows as last read, and the state of reading."""
        raise NotImplementedError

    @property
    def reader(self) -> Reader | None:
        """Keeps the rows fresh; None before there is a client."""
        raise NotImplementedError

    @property
    def paused(self) -> bool:
        """Whether the user paused refreshing."""
        return self.reader is not None and self.reader.paused

    def read_count(self) -> str:
        """How many rows were read; empty before the first reading."""
        return "" if self.snapshot.as_of is None else f"{len(self.snapshot.rows):,}"

    def nothing(self) -> tuple[str, str] | None:
        """Title and text in the place of a table without rows; None to leave it empty."""
        raise NotImplementedError

    def detail_title(self, row: Row) -> Content:
        """What the row is, for the border of the details."""
        raise NotImplementedError

    def detail_lines(self, row: Row, width: int) -> list[Content]:
        """The lines of the current tab."""
        raise NotImplementedError

    def fit_detail(self, needed: int | None, least: int = 0) -> None:
        """Let the details have the blank rows of the table, as far as so many lines need them, and
        others of its rows for the `least` lines. One row stays: that of the cursor."""
        most = None
        empty = self.query_one("#main").has_class("-empty")
        fixed = empty or any(map(self.has_class, ("-zoomed", "-wide", "-low")))
        if needed is not None and not fixed:
            height, page = self.detail.size.height, self.table.size.height - 1
            frame = self.detail.outer_size.height - height
            spare = min(max(page - len(self.browse.rows), least - height), page - 1)
            most = frame + min(needed, height + spare)
        set_style(self.detail, "min_height", most)

    def status_line(self) -> tuple[Content, Content]:
        """The line above the keys, left and right, while there are no news."""
        raise NotImplementedError

    def under_way(self) -> Content | None:
        """What is being done, for the line above the keys."""
        return None

    def why_off(self, action_id: str) -> str:
        """Why an action cannot be used now; empty when it can."""
        raise NotImplementedError

    def unfit(self, action_id: str) -> str:
        """Why an action is not for the row under the cursor or the marked ones, so that the key bar
        leaves it out; empty when it is."""
        return ""

    def render(self) -> Content:
        return too_small(self.size, context(self).keymap)

    def render_lines(self, crop: Region) -> list[Strip]:
        if self.has_class("-tiny") or self.has_class("-flat"):  # its widgets are hidden
            return super().render_lines(crop)
        return [Strip.blank(crop.width, self.visual_style.rich_style)] * crop.height

    def compose(self) -> ComposeResult:
        yield TopLine()
        explains = f"  ({context(self).keymap.spelled('app.help')} explains)"
        yield FilterBar("", (*self.resource.hints, explains), paste=self.read_paste)
        yield from self.compose_switches()
        yield TextLine(id="hint")
        yield from self.compose_figures()
        with Box(id="main"):
            columns = self.resource.choose(self.columns_on)
            table: VirtualTable[Row] = VirtualTable(
                columns, self.resource.id, heading=self.resource.heading, id="rows"
            )
            yield table
            yield from self.compose_stand_in()
            with Box(id="panes"):
                yield DetailPane(id="detail")
                yield from self.compose_panes()
        yield TextLine(id="status")
        yield KeyBar()

    def read_paste(self, text: str) -> str:
        """What pasted text means in the filter. Raises VastError."""
        # start-up: the filter is empty
        from vasttui.query.other_command import other_command
        from vasttui.ui.widgets.pasting import filter_words

        read = filter_words(text)
        if (command := other_command(read)) is None:
            return read
        place, section = places.place_of(command.section), places.section_named(command.section)
        where = f"{context(self).keymap.spelled('app.palette')} finds what there is"
        if place is not None and section is not None:
            where = f"see {section.title}, screen {place.digit}"
        raise VastError(f"{command.words} is a command, not a filter: {where}.")

    def compose_switches(self) -> Iterator[Widget]:
        """Lines between the filter and the table."""
        yield from ()

    def compose_figures(self) -> Iterator[Widget]:
        """Lines and pictures between the sections and the table."""
        yield from ()

    def compose_stand_in(self) -> Iterator[Widget]:
        """What replaces the table while it is empty, unless that is made when it is needed."""
        # start-up: the offers make theirs when it is needed
        from vasttui.ui.lists.empty import StandIn

        yield StandIn()

    def compose_panes(self) -> Iterator[Widget]:
        """Panes after the details."""
        yield from ()
