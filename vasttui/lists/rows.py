"""The rows of a list: in order, filtered; with a cursor and marks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import is_
from typing import Generic, TypeVar

from vasttui.lists.resource import Resource, RowId
from vasttui.lists.sorting import SortKeys, sorted_rows
from vasttui.query.match import compile_query
from vasttui.query.rules import Query

Row = TypeVar("Row")


class RowList(Generic[Row]):
    """The shown rows, the cursor and the marks, which belong to rows, not to positions."""

    def __init__(self, resource: Resource[Row]) -> None:
        self.resource = resource
        self.visible: Sequence[Row] = ()
        self.marks: set[RowId] = set()
        self.gone: Row | None = None
        self._index = 0
        self._wanted: RowId | None = None
        self._keys: SortKeys = ()
        self._seen: Mapping[str, Sequence[str]] | None = None

    @property
    def all_rows(self) -> Sequence[Row]:
        """Every row there is, shown or not, in order."""
        raise NotImplementedError

    @property
    def cursor_index(self) -> int | None:
        """The index of the cursor in the visible rows, None if there are none."""
        return self._index if self.visible else None

    @property
    def current(self) -> Row | None:
        """The row that an action may act on."""
        raise NotImplementedError

    @property
    def marked(self) -> list[Row]:
        """The marked rows that are shown, in order."""
        if not self.marks:
            return []
        return [row for row in self.visible if self.resource.id(row) in self.marks]

    @property
    def hidden_marks(self) -> int:
        """How many marked rows the filter hides."""
        return len(self.marks) - len(self.marked)

    def seen_values(self) -> Mapping[str, Sequence[str]]:
        """The values that occur, by field; computed once per change of rows."""
        if self._seen is None:
            # start-up: the filter is empty
            from vasttui.query.complete import seen_values

            self._seen = seen_values(self._sample(), self.resource.fields)
        return self._seen

    def set_sort(self, keys: SortKeys) -> None:
        """Order the rows by these columns, those equal in all of them by id."""
        raise NotImplementedError

    def move_cursor(self, index: int) -> None:
        """The user put the cursor on this visible row."""
        raise NotImplementedError

    def settle_cursor(self) -> None:
        """Accept the row that the cursor is drawn on, as with Enter in the filter."""
        self.move_cursor(self._index)

    def dismiss_gone(self) -> None:
        """Drop the row under the cursor that no longer exists."""

    def toggle_mark(self, row_id: RowId) -> None:
        """Mark or unmark a row."""
        self.marks ^= {row_id}

    def clear_marks(self) -> None:
        """Unmark all rows."""
        self.marks.clear()

    def _sample(self) -> Sequence[Row]:
        return self.all_rows


class Rows(RowList[Row]):
    """All rows of one account and those shown.

    `current` is the row that the user put the cursor on, or None; never a neighbour that moved up.
    So a row under the cursor stays until the cursor leaves it:

    - one that no longer exists stays as `gone`, with its last values, and is not `current`, unless
      it is among `leaving`, the rows that the user removes: the cursor goes to the next one;
    - one that changes and no longer matches the filter stays as `strayed`, and is still `current`.

    A new filter keeps no row. If it hides the one under the cursor, the cursor is drawn on the next
    one, but `current` is None until `settle_cursor` or `move_cursor`, or until the row returns.
    Until it is moved, the cursor belongs to the first row there was.
    """

    def __init__(self, resource: Resource[Row], now: Callable[[], float]) -> None:
        """`now` returns epoch seconds, for rules on age and time left."""
        super().__init__(resource)
        self.strayed: Row | None = None
        self.leaving: set[RowId] = set()
        self._now = now
        self._id = resource.id
        self._source: Sequence[Row] = ()
        self._by_id: dict[RowId, Row] = {}
        self._ordered: list[Row] = []
        self._query = Query()
        self._keys = resource.sort

    @property
    def all_rows(self) -> Sequence[Row]:
        """Every row there is, shown or not, in order."""
        return [row for row in self._ordered if row is not self.gone]

    @property
    def current(self) -> Row | None:
        """The row that an action may act on: the one that the user put the cursor on."""
        under = self._under_cursor()
        return None if under is self.gone else under

    def set_rows(self, rows: Sequence[Row]) -> list[Row]:
        """Take new rows; returns the marked rows that no longer exist, now unmarked. 1,000 rows
        take about 1.5 ms."""
        if rows is self._source:
            return []
        under, before = self._under_cursor(), self._by_id
        self._source, self._seen = rows, None
        self._by_id = {self._id(row): row for row in rows}
        lost = [row for id, row in before.items() if id in self.marks - self._by_id.keys()]
        self.marks &= self._by_id.keys()
        self.gone = under if under is not None and self._id(under) not in self._by_id else None
        self._order()
        self._show(hold=True)
        if self.gone is not None and self._id(self.gone) in self.leaving:
            self.dismiss_gone()
        self.leaving.intersection_update(self._by_id)
        return lost

    def set_query(self, query: Query) -> None:
        """Show the rows that keep these rules."""
        self._query = query
        self._let_go()
        self._show(hold=False)

    def set_sort(self, keys: SortKeys) -> None:
        """Order the rows by these columns, those equal in all of them by id."""
        self._keys = tuple(keys)
        self._order()
        self._show(hold=True)

    def move_cursor(self, index: int) -> None:
        """Put the cursor on this visible row, as the user asks. A row kept for it is dropped, which
        may shift `cursor_index`."""
        if not self.visible:
            return
        target = self.visible[max(0, min(index, len(self.visible) - 1))]
        if target is self.gone:
            return
        self._wanted = self._id(target)
        if target is not self.strayed:
            self._let_go()
        self._place(self.visible)

    def put_cursor(self, row_id: RowId) -> bool:
        """Put the cursor on a row if it is listed; returns whether it is."""
        if row_id not in self._by_id:
            return False
        self._let_go()
        self._wanted = row_id
        self._place(self.visible)
        return True

    def dismiss_gone(self) -> None:
        """Drop the row that no longer exists; the cursor goes to the next one or the last."""
        if self.gone is not None:
            self._let_go()
            self._wanted = None
            self.settle_cursor()

    def toggle_mark(self, row_id: RowId) -> None:
        """Mark or unmark a row, unless it no longer exists."""
        if row_id in self._by_id:
            self.marks ^= {row_id}

    def _under_cursor(self) -> Row | None:
        """The row under the cursor, if the user put it there."""
        row = self.visible[self._index] if self.visible else None
        return row if row is not None and self._id(row) == self._wanted else None

    def _let_go(self) -> None:
        """Remove the row that was kept for the cursor."""
        kept = self.strayed if self.gone is None else self.gone
        if kept is not None:
            if self.gone is not None:
                self._ordered = [row for row in self._ordered if row is not kept]
            self.gone = self.strayed = None
            self._place([row for row in self.visible if row is not kept])

    def _order(self) -> None:
        """Sort all rows, including one that no longer exists."""
        rows = [*self._by_id.values()]
        if self.gone is not None:
            rows.append(self.gone)
        rows.sort(key=self.resource.place or self._id)
        self._ordered = sorted_rows(rows, self._keys, self.resource.reader)
        if (group := self.resource.group) is not None:
            self._ordered.sort(key=lambda row: (group(row), not self.resource.heads(row)))

    def _show(self, *, hold: bool) -> None:
        """Update the visible rows; `hold` keeps the one under the cursor among them."""
        shown = compile_query(self._query, self._now(), self.resource.fields)(self._ordered)
        if self.resource.above is not None and len(shown) < len(self._ordered):
            ids = {self._id(row) for row in shown} | set(map(self.resource.above, shown))
            shown = [row for row in self._ordered if self._id(row) in ids]
        self.strayed = None
        under = self._under_cursor() if hold else None
        if under is not None:
            ids = {self._id(row) for row in shown}
            if self._id(under) not in ids:
                ids.add(self._id(under))
                shown = [row for row in self._ordered if self._id(row) in ids]
                self.strayed = self._by_id.get(self._id(under))
        self._place(shown)

    def _place(self, rows: Sequence[Row]) -> None:
        """Make these rows visible and place the cursor. Unchanged, `visible` stays the same object,
        so that nothing is redrawn."""
        before = self.visible
        if len(rows) != len(before) or not all(map(is_, rows, before)):
            self.visible = rows
        places = {self._id(row): index for index, row in enumerate(rows)}
        if self._wanted is None:
            first = next((row for row in rows if not self.resource.heads(row)), None)
            self._wanted = None if first is None else self._id(first)
        if self._wanted in places:
            self._index = places[self._wanted]
        else:
            after = map(self._id, before[self._index :])
            following = (places[id] for id in after if id in places)
            self._index = next(following, max(0, min(self._index, len(rows) - 1)))
            if rows and self.resource.heads(rows[self._index]):
                self._index = min(self._index + 1, len(rows) - 1)
