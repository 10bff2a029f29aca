"""A table that draws only the rows in view.

`DataTable` measures and keeps every cell: at 20,000 rows one filter key costs it two seconds. This
one holds a reference to the caller's sequence of rows and formats a row when it comes into view,
so swapping all rows costs nothing; it keeps its own scroll position, because a change of a
widget's virtual size makes Textual lay out the whole screen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from typing import Generic, TypeVar

from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from vasttui.lists.columns import Cell, Column, Fitted
from vasttui.lists.resource import RowId
from vasttui.ui.lists.changes import BLANK, KeptCells, Line, changed_part
from vasttui.ui.lists.cursor_keys import CursorKeys
from vasttui.ui.lists.drawing import (
    GUTTER,
    bar_cell,
    bar_sign,
    column_at,
    header_line,
    heading_line,
    row_line,
)
from vasttui.ui.lists.fitting import Fitting
from vasttui.ui.lists.headings import beside_heading, first_in_view
from vasttui.ui.privacy import hider

Row = TypeVar("Row")

_STYLES = {
    "header": "bold $text-muted",
    "sorted": "bold $text-accent",
    "cursor": "bold on $block-cursor-blurred-background",
    "focused": "bold $block-cursor-foreground on $block-cursor-background",
    "marked": "$text-accent",
    "dim": "$text-muted",
    "good": "$text-success",
    "warn": "$text-warning",
    "bad": "$text-error",
    "bar": "$surface-lighten-1",
    "thumb": "$text-muted",
}
"""Each component class would be styled like a widget, before the first frame and at each change of
focus."""


class VirtualTable(CursorKeys, Widget, Generic[Row], can_focus=True):
    """Rows under a header line, a cursor on one of them, marks on any.

    The caller owns the rows and gives them with `show_rows`; the table tells what the user does
    with messages and never changes the order or the number of rows itself.
    """

    DEFAULT_CSS = "VirtualTable { height: 1fr; }"

    class Opened(Message):
        """The user double-clicked a row."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    class HeaderClicked(Message):
        """The user clicked a column's title."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

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
        self._cells = KeptCells(key, self._heading, self.fitting)
        self._strips: dict[tuple[RowId, bool, bool], tuple[Sequence[Cell], Strip]] = {}
        self._drawn: dict[int, Line] = {}
        self._palette: dict[str, Style] = {}

    def show_rows(self, rows: Sequence[Row], cursor: int) -> None:
        """Draw these rows with the cursor on that index, which keeps its line on the screen. What
        is as it was drawn last is not drawn again."""
        self._take(rows, cursor)
        self._show_changes()

    def update_rows(self, rows: Sequence[Row], cursor: int) -> None:
        """Like `show_rows`, but looks at every cell in view again: some tell the time."""
        self._take(rows, cursor)
        columns = self.fitted.columns
        for row in self._in_view:
            self._cells.read_anew(row, columns)
        self._show_changes()

    def _take(self, rows: Sequence[Row], cursor: int) -> None:
        line = self.cursor - self.top
        self.rows = rows
        self.cursor = max(0, min(cursor, len(rows) - 1))
        self.top = self._top(self.cursor - line)

    def look_again(self, ids: Set[RowId]) -> None:
        """Look at every cell of these rows again: their clocks have moved."""
        columns = self.fitted.columns
        rows = [row for row in self._in_view if self._key(row) in ids]
        if any([self._cells.read_anew(row, columns) for row in rows]):
            self._show_changes()

    def _show_changes(self) -> None:
        """Have the lines drawn again that are not as they were drawn last."""
        self._show_lines(range(1, self.size.height))

    def _show_lines(self, lines: Iterable[int]) -> None:
        """The same of these lines alone."""
        width, height = self.size
        columns = self._fitted(width).columns
        now = [(y, self._line(y, height, columns)) for y in lines if 0 < y < height]
        if self._cells.too_narrow:
            self.redraw()
            return
        parts = (
            changed_part(columns, self._drawn.get(y), line, GUTTER, y, width) for y, line in now
        )
        if regions := [part for part in parts if part is not None]:
            self.refresh(*regions)

    def set_columns(self, columns: Sequence[Column[Row]]) -> None:
        """Show these columns, in this order."""
        self.fitting.choose(columns)
        self.redraw()

    def set_sort(self, keys: Sequence[tuple[str, bool]]) -> None:
        """Mark these columns as sorted; True means descending."""
        if self._sort != (sort := dict(keys[:1])):
            self._sort = sort
            self.refresh(Region(0, 0, self.size.width, 1))

    def set_marked(self, marked: frozenset[RowId]) -> None:
        """Mark the rows with these keys."""
        self.marked = marked
        self._show_changes()

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
        return self._fitted(self.size.width)

    def _fitted(self, width: int) -> Fitted[Row]:
        room = _room(width)
        if self.fitting.fits(room):
            return self.fitting.fit(room, ())
        self._forget_drawing()  # Textual draws a new size before it tells of it
        return self.fitting.fit(room, self._in_view)

    @property
    def _in_view(self) -> Sequence[Row]:
        return self.rows[self.top : self.top + self.page]

    def _forget_drawing(self) -> None:
        self._cells.forget()
        self._strips.clear()
        self._drawn.clear()

    def move_to(self, index: int) -> None:
        """Put the cursor on a row and tell about it."""
        index = max(0, min(index, len(self.rows) - 1))
        index = beside_heading(index, self.cursor, self.rows, self._heading)
        if index == self.cursor or not self.rows:
            return
        before, self.cursor = self.cursor, index
        top, self.top = self.top, self._top(self.top)
        if top == self.top:
            self._show_lines(1 + at - top for at in (before, index))
        else:
            self._show_changes()
        if self.on_move is not None:
            self.on_move(index)

    def _top(self, top: int) -> int:
        """The first row in view, so that the cursor is in it, and the heading right above it."""
        return first_in_view(top, self.cursor, self.page, self.rows, self._heading)

    def action_slide(self, columns: int) -> None:
        if self.fitting.slide(columns, _room(self.size.width)):
            self.redraw()

    def scroll_rows(self, rows: int) -> None:
        limit = max(0, len(self.rows) - self.page)
        top = max(0, min(self.top + rows, limit))
        if top != self.top:
            self.top = top
            self._show_changes()

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        fitted = self._fitted(width)
        if y == 0:
            return header_line(fitted, self._sort, width, self._style)
        line = self._drawn[y] = self._line(y, height, fitted.columns)
        if line is BLANK:
            return Strip.blank(width, self._style(""))
        row = self._row(self.rows[self.top + y - 1], line, fitted.columns, width - 1)
        return Strip([*row, bar_cell(line.bar, self._style)])

    def _line(self, y: int, height: int, columns: Sequence[Column[Row]]) -> Line:
        """What stands on a line under the header; the table has so many lines."""
        index = self.top + y - 1
        if index >= len(self.rows):
            return BLANK
        row = self.rows[index]
        key, heading = self._key(row), bool(self._heading(row))
        cells = self._cells.of(row, columns, 6 * height)
        bar = bar_sign(y - 1, self.top, height - 1, len(self.rows))
        return Line(cells, heading, index == self.cursor, key in self.marked, bar)

    def _row(self, row: Row, line: Line, columns: Sequence[Column[Row]], width: int) -> Strip:
        key = self._key(row), line.cursor, line.marked
        known = self._strips.get(key)
        if known is None or known[0] is not line.cells:
            if len(self._strips) > 12 * self.size.height:
                self._strips.clear()
            known = self._strips[key] = line.cells, self._strip(line, columns, width)
        return known[1]

    def _strip(self, line: Line, columns: Sequence[Column[Row]], width: int) -> Strip:
        if line.heading:
            return heading_line(line.cells[0][0], width, self._style)
        hide, cells = hider(self), line.cells
        shown = cells if hide is None else [(hide(text), style) for text, style in cells]
        return row_line(columns, shown, width, self._style, cursor=line.cursor, marked=line.marked)

    def _style(self, name: str) -> Style:
        style = self._palette.get(name)
        if style is None:
            style = self.rich_style
            if name:
                spelled = _STYLES["focused" if name == "cursor" and self.has_focus else name]
                own = self.app.stylesheet.parse_style(spelled)
                style = (self.visual_style + own).rich_style
                if name not in _OPAQUE:
                    style = Style(color=style.color, bold=own.bold)
            self._palette[name] = style
        return style

    def notify_style_update(self) -> None:
        self._palette.clear()
        self._forget_drawing()
        self.fitting.forget()
        super().notify_style_update()

    def on_resize(self, event: events.Resize) -> None:
        self.top = self._top(self.top)
        self._show_changes()

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


def _room(width: int) -> int:
    """Cells for the columns in a table of that width."""
    return max(1, width - GUTTER - 1)
