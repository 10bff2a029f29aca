"""A table that draws only the rows in view.

`DataTable` measures and keeps every cell: at 20,000 rows one filter key costs it two seconds. This
one holds a reference to the caller's sequence of rows and formats a row when it comes into view,
so swapping all rows costs nothing; it keeps its own scroll position, because a change of a
widget's virtual size makes Textual lay out the whole screen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from vasttui.lists.columns import Cell, Column, Fitted
from vasttui.lists.resource import RowId
from vasttui.ui.lists.changes import changed_part
from vasttui.ui.lists.cursor_keys import CursorKeys
from vasttui.ui.lists.drawing import (
    GUTTER,
    bar_part,
    column_at,
    header_line,
    heading_line,
    row_line,
)
from vasttui.ui.lists.fitting import Fitting
from vasttui.ui.lists.headings import beside_heading, first_in_view
from vasttui.ui.privacy import hider

Row = TypeVar("Row")

_STYLES = ("header", "sorted", "cursor", "marked", "dim", "good", "warn", "bad", "bar", "thumb")


class VirtualTable(CursorKeys, Generic[Row], can_focus=True):
    """Rows under a header line, a cursor on one of them, marks on any.

    The caller owns the rows and gives them with `show_rows`; the table tells what the user does
    with messages and never changes the order or the number of rows itself.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"table--{name}" for name in _STYLES}
    DEFAULT_CSS = """
    VirtualTable {
        height: 1fr;
        &> .table--header { color: $text-muted; text-style: bold; }
        &> .table--sorted { color: $text-accent; text-style: bold; }
        &> .table--cursor { background: $block-cursor-blurred-background; text-style: bold; }
        &> .table--marked { color: $text-accent; }
        &> .table--dim { color: $text-muted; }
        &> .table--good { color: $text-success; }
        &> .table--warn { color: $text-warning; }
        &> .table--bad { color: $text-error; }
        &> .table--bar { color: $surface-lighten-1; }
        &> .table--thumb { color: $text-muted; }
        &:focus > .table--cursor {
            background: $block-cursor-background; color: $block-cursor-foreground; text-style: bold;
        }
    }
    """

    @dataclass
    class Opened(Message):
        """The user double-clicked a row."""

        index: int

    @dataclass
    class HeaderClicked(Message):
        """The user clicked a column's title."""

        key: str

    on_move: Callable[[int], None] | None = None
    """Called at once when the user puts the cursor on another row: a message would come after
    rows that arrive in between, and the cursor would jump back."""

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        key: Callable[[Row], RowId],
        *,
        heading: Callable[[Row], str] | None = None,
        id: str | None = None,
    ) -> None:
        """A row with a `heading` is that line over other rows: the cursor passes it."""
        super().__init__(id=id)
        self._heading = heading or (lambda row: "")
        self.rows: Sequence[Row] = ()
        self.cursor = 0
        self.marked: frozenset[RowId] = frozenset()
        self.fitting = Fitting(columns)
        self._key = key
        self.top = 0
        """The index of the first row in view."""
        self._sort: dict[str, bool] = {}
        self._strips: dict[tuple[RowId, bool, bool], tuple[Row, Strip, list[Cell]]] = {}
        self._drawn: dict[int, tuple[RowId, list[Cell]]] = {}
        self._palette: dict[str, Style] = {}

    def show_rows(self, rows: Sequence[Row], cursor: int) -> None:
        """Draw these rows with the cursor on that index, which keeps its line on the screen."""
        line = self.cursor - self.top
        self.rows = rows
        self.cursor = max(0, min(cursor, len(rows) - 1))
        self.top = self._top(self.cursor - line)
        self.refresh()
        self._widen()

    def update_rows(self, rows: Sequence[Row], cursor: int) -> None:
        """Like `show_rows`, for rows that are mostly what they were: only cells that differ from
        what was drawn last are drawn again. So are cells that tell the time."""
        if len(rows) != len(self.rows) or cursor != self.cursor:
            self.show_rows(rows, cursor)
        self.rows = rows
        self._widen()
        lines = range(1, min(self.page, len(rows) - self.top) + 1)
        parts = (self._changed(y, rows[self.top + y - 1]) for y in lines)
        regions = [part for part in parts if part is not None]
        if regions:
            self.refresh(*regions)

    def _changed(self, y: int, row: Row) -> Region | None:
        """What of this line is no longer as it was drawn."""
        columns, key = self.fitted.columns, self._key(row)
        drawn = self._drawn.get(y)
        part: Region | None
        if drawn is None or drawn[0] != key:
            part = Region(0, y, self.size.width, 1)
        else:
            cells = self._cells(row)
            if self._heading(row):
                part = Region(0, y, self.size.width, 1) if cells != drawn[1] else None
            else:
                part = changed_part(columns, drawn[1], cells, GUTTER, y)
        if part is not None:
            for strip in [known for known in self._strips if known[0] == key]:
                del self._strips[strip]
        return part

    def set_columns(self, columns: Sequence[Column[Row]]) -> None:
        """Show these columns, in this order."""
        self.fitting.choose(columns)
        self.redraw()

    def set_sort(self, keys: Sequence[tuple[str, bool]]) -> None:
        """Mark these columns as sorted; True means descending."""
        self._sort = dict(keys[:1])
        self.refresh()

    def set_marked(self, marked: frozenset[RowId]) -> None:
        """Mark the rows with these keys."""
        self.marked = marked
        self.refresh()

    def redraw(self) -> None:
        """Format every cell again: what the cells show has changed without the rows changing."""
        self._forget_drawing()
        self.fitting.forget()
        self.refresh()

    @property
    def page(self) -> int:
        """How many rows are in view."""
        return max(1, self.size.height - 1)

    @property
    def fitted(self) -> Fitted[Row]:
        """The columns in view."""
        if not self.fitting.fits(self._room):
            self._forget_drawing()  # Textual draws a new size before it tells of it
        return self.fitting.fit(self._room, self._in_view)

    @property
    def _in_view(self) -> Sequence[Row]:
        return self.rows[self.top : self.top + self.page]

    def _widen(self) -> None:
        """Fit the columns again when the rows in view need more than they have."""
        if self.fitting.needs_more(self._in_view):
            self.redraw()

    def _forget_drawing(self) -> None:
        self._strips.clear()
        self._drawn.clear()

    @property
    def _room(self) -> int:
        return max(1, self.size.width - GUTTER - 1)

    def move_to(self, index: int) -> None:
        """Put the cursor on a row and tell about it."""
        index = max(0, min(index, len(self.rows) - 1))
        index = beside_heading(index, self.cursor, self.rows, self._heading)
        if index == self.cursor or not self.rows:
            return
        before, self.cursor = self.cursor, index
        top = self._top(self.top)
        if top == self.top:
            width = self.size.width
            self.refresh(
                Region(0, 1 + before - top, width, 1), Region(0, 1 + index - top, width, 1)
            )
        else:
            self.top = top
            self.refresh()
            self._widen()
        if self.on_move is not None:
            self.on_move(index)

    def _top(self, top: int) -> int:
        """The first row in view, so that the cursor is in it, and the heading right above it."""
        return first_in_view(top, self.cursor, self.page, self.rows, self._heading)

    def action_slide(self, columns: int) -> None:
        if self.fitting.slide(columns, self._room):
            self.redraw()

    def scroll_rows(self, rows: int) -> None:
        limit = max(0, len(self.rows) - self.page)
        top = max(0, min(self.top + rows, limit))
        if top != self.top:
            self.top = top
            self.refresh()
            self._widen()

    def render_line(self, y: int) -> Strip:
        fitted = self.fitted
        if y == 0:
            return header_line(fitted, self._sort, self.size.width, self._style)
        index = self.top + y - 1
        if index >= len(self.rows):
            return Strip.blank(self.size.width, self.rich_style)
        bar = bar_part(y - 1, self.top, self.page, len(self.rows), self._style)
        return Strip([*self._row(y, self.rows[index], index == self.cursor), bar])

    def _row(self, y: int, row: Row, cursor: bool) -> Strip:
        key = self._key(row)
        marked = key in self.marked
        known = self._strips.get((key, cursor, marked))
        if known is None or known[0] is not row:
            cells = self._cells(row)
            if len(self._strips) > 6 * self.page:
                self._strips.clear()
            line = self._line(row, cells, cursor=cursor, marked=marked)
            known = (row, line, cells)
            self._strips[(key, cursor, marked)] = known
        self._drawn[y] = (key, known[2])
        return known[1]

    def _line(self, row: Row, cells: Sequence[Cell], *, cursor: bool, marked: bool) -> Strip:
        width = self.size.width - 1
        if self._heading(row):
            return heading_line(cells[0][0], width, self._style)
        hide = hider(self)
        shown = cells if hide is None else [(hide(text), style) for text, style in cells]
        return row_line(
            self.fitted.columns, shown, width, self._style, cursor=cursor, marked=marked
        )

    def _cells(self, row: Row) -> list[Cell]:
        """What is drawn of a row: its heading alone, if it is one."""
        if heading := self._heading(row):
            return [(heading, "dim")]
        return [column.cell(row) for column in self.fitted.columns]

    def _style(self, name: str) -> Style:
        if not name:
            return self.rich_style
        style = self._palette.get(name)
        if style is None:
            style = self.get_component_rich_style(f"table--{name}", partial=name not in _OPAQUE)
            self._palette[name] = style
        return style

    def notify_style_update(self) -> None:
        self._palette.clear()
        self._forget_drawing()
        super().notify_style_update()

    def on_resize(self, event: events.Resize) -> None:
        self.top = self._top(self.top)
        self.refresh()
        self._widen()

    def on_click(self, event: events.Click) -> None:
        if event.y == 0:
            column = column_at(self.fitted, event.x)
            if column is not None:
                self.post_message(self.HeaderClicked(column.key))
            return
        index = self.top + event.y - 1
        if index >= len(self.rows):
            return
        self.move_to(index)
        if event.chain == 2:
            self.post_message(self.Opened(index))


_OPAQUE = {"cursor", "header", "sorted", "bar", "thumb"}
